"""One artifact read under watch: what must hold for any bytes at all.

    python read_watched.py FOLDER     reads each file of it, and prints what was seen as JSON

Nothing but an EnvguardError comes out, in bounded time and memory, with the same answer twice and
a report in each form; and nothing of the artifact is imported, executed, opened or connected to.
"""

# ruff: noqa: T201  (as a script it answers by printing)

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from envguard.errors import EnvguardError
from envguard.reports import forms
from envguard.reports.layout import Screen
from envguard.verbs.inspection import inspect_artifact

FORBIDDEN = (
    "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty", "os.startfile",
    "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.chmod", "os.link", "os.symlink",
    "os.truncate", "os.putenv", "os.kill", "subprocess.", "socket.", "pickle.find_class", "ctypes.",
    "shutil.", "urllib.", "webbrowser.", "pty.", "ftplib.", "smtplib.", "http.", "sqlite3.",
    "code.__new__", "function.__new__", "builtins.input", "builtins.breakpoint",
)  # fmt: skip
LAZY = frozenset(
    {
        "_bz2", "_compat_pickle", "_compression", "_lzma", "_pydecimal", "bz2", "compression",
        "lz4", "lzma", "envguard", "encodings", "unicodedata", "ast", "_ast", "base64", "binascii",
        "shlex",
    }
)  # fmt: skip
"""What reading may import after the first artifact: parts of envguard, and decompressors."""


class ViolationError(Exception):
    """Reading did what no reading may do."""


class Watch:
    """Listens to what the interpreter does while it is armed."""

    def __init__(self) -> None:
        self.armed = False
        self.seen: list[str] = []
        sys.addaudithook(self._listen)

    def _listen(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self.armed:
            return
        if event == "import":
            top = str(arguments[0]).partition(".")[0]
            if top not in LAZY:
                self._refuse(event, arguments)
        elif event == "open":
            flags = arguments[2] if isinstance(arguments[2], int) else 0
            writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            # What is unfolded may be spooled to a file without a name.
            if writes and not (flags & getattr(os, "O_TMPFILE", 0) or flags & os.O_EXCL):
                self._refuse(event, arguments)
        elif event.startswith(FORBIDDEN):
            self._refuse(event, arguments)

    def _refuse(self, event: str, arguments: tuple[object, ...]) -> None:
        told = f"{event} {arguments}"[:300]
        self.seen.append(told)
        raise ViolationError(told)


def read_watched(path: Path, watch: Watch, times: int = 2) -> str:
    """What the artifact is, after everything that must hold did.

    Raises:
        ViolationError: something did not hold.
    """
    watch.seen.clear()
    watch.armed = True
    try:
        first, *others = (inspect_artifact(str(path)) for _ in range(times))
        screen = Screen(width=80, colour=False)
        texts = [forms.render_inspections(form, [first], screen) for form in ("rich", "json")]
    except EnvguardError as error:
        return f"refused: {error}"[:100]
    finally:
        watch.armed = False
    if watch.seen:
        raise ViolationError(watch.seen[0])
    facts = first.facts
    if any(other.facts != facts for other in others):
        raise ViolationError("a second reading says something else")
    if facts.complete and (facts.anomalies or facts.format is None):
        raise ViolationError("complete with anomalies, or without a format")
    if not all(texts):
        raise ViolationError("an empty report")
    json.loads(texts[1])
    state = "complete" if facts.complete else "partial"
    return f"{facts.format} {state} {len(facts.needs)} names"


def main() -> None:
    """Read every file of a folder."""
    watch = Watch()
    told = {}
    for path in sorted(Path(sys.argv[1]).iterdir()):
        began = time.process_time()
        try:
            answer = read_watched(path, watch)
        except Exception as error:  # noqa: BLE001  (it is what is looked for)
            answer = f"VIOLATION: {type(error).__name__}: {error}"
        told[path.name] = {"answer": answer, "seconds": time.process_time() - began}
    print(json.dumps({"files": told, "megabytes": peak_megabytes()}))


def peak_megabytes() -> float:
    """The most memory that this process had. On Linux ru_maxrss may be that of its parent."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) / 1000
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1e6 if sys.platform == "darwin" else most / 1000


if __name__ == "__main__":
    main()
