"""The git program, asked so that it changes nothing and runs nothing of the repository.

What ``git status`` and its like would start by themselves, and what stops each here:

- hooks, the file-system monitor: ``core.hooksPath`` and ``core.fsmonitor`` are set for each call;
- writing a refreshed index: ``GIT_OPTIONAL_LOCKS=0``;
- fetching the missing objects of a partial clone: ``GIT_NO_LAZY_FETCH``, and for a git that does
  not know it yet, no transport is allowed;
- content filters of the repository's own configuration: switched off call by call
  (git_state.py); those of the user's or the system's configuration, such as Git LFS, do run, as
  without them every file that they store elsewhere would count as changed.

Source: https://git-scm.com/docs/git#_environment_variables
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from subprocess import Popen

OPTIONS = ("--no-pager", "-c", "core.fsmonitor=", "-c", f"core.hooksPath={os.devnull}")
"""An empty monitor is none for every release of git; the word false was once the name of one."""

KEPT_VARIABLES = frozenset(
    {
        "GIT_CEILING_DIRECTORIES",
        "GIT_CONFIG_GLOBAL",
        "GIT_CONFIG_NOSYSTEM",
        "GIT_CONFIG_SYSTEM",
        "GIT_DISCOVERY_ACROSS_FILESYSTEM",
        "GIT_EXEC_PATH",
    }
)
"""The user's own settings. All others go: inside a git hook, GIT_DIR or GIT_INDEX_FILE would
name another repository than the one that was asked about."""

SET_VARIABLES = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}

LONGEST_REASON = 300
WRONG_USAGE = 129


class NoAnswerError(Exception):
    """git did not say what it was asked; ``reason`` is one sentence for people."""

    def __init__(self, reason: str, *, message: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.message = message
        """All of what git wrote on its error stream."""


class NoProgramError(NoAnswerError):
    """There is no git program that starts."""


class GitProgram(Struct, frozen=True, kw_only=True):
    """One git program and the moment until which it may take."""

    path: str
    timeout: float
    """In seconds, for all questions together."""
    deadline: float
    """On the monotonic clock."""
    environment: dict[str, str]

    def ask(self, folder: Path, *arguments: str, accept: tuple[int, ...] = (0,)) -> bytes:
        """What git prints for these arguments in that folder.

        Raises:
            NoAnswerError: it took too long, crashed, or ended with a code not in ``accept``.
            NoProgramError: it could not be started at all.
        """
        import subprocess  # noqa: PLC0415  (most of the start-up cost of this wing)

        if time.monotonic() >= self.deadline:
            raise NoAnswerError(self._too_slow())
        try:
            process = subprocess.Popen(
                [self.path, "-C", str(folder), *OPTIONS, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=self.environment,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            raise NoProgramError(f"git at {self.path} could not be started: {error}") from error
        with process:
            try:
                output, message = process.communicate(timeout=self.deadline - time.monotonic())
            except subprocess.TimeoutExpired as error:
                raise NoAnswerError(self._too_slow()) from error
            finally:
                # Also on Ctrl-C: in its own session the child hears nothing of it.
                _end(process)
        if process.returncode not in accept:
            raise _refusal(process.returncode, text_of(message))
        return output

    def _too_slow(self) -> str:
        return f"git did not answer within {self.timeout:g} s"


def find_git(timeout: float) -> GitProgram | None:
    """The git program of PATH, to be asked for so many seconds; None if there is none.

    Relative entries of PATH are passed over: they would find a program in the very folder that
    is asked about.
    """
    entries = os.environ.get("PATH", os.defpath).split(os.pathsep)
    path = shutil.which("git", path=os.pathsep.join(filter(os.path.isabs, entries)))
    if path is None or not Path(path).is_absolute():
        return None
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name in KEPT_VARIABLES
    }
    return GitProgram(
        path=path,
        timeout=timeout,
        deadline=time.monotonic() + timeout,
        environment={**kept, **SET_VARIABLES},
    )


def text_of(raw: bytes) -> str:
    r"""The text of bytes from git; a byte that is not UTF-8 becomes ``\xff``, so JSON holds it."""
    return raw.decode("utf-8", "backslashreplace")


def path_text(path: Path) -> str:
    """The path as text that JSON holds."""
    return text_of(os.fsencode(path))


def _end(process: Popen[bytes]) -> None:
    """Nothing, with the program and all that it started at an end."""
    if process.poll() is not None:
        return
    if sys.platform == "win32":  # pragma: no cover  (elsewhere the branch below is taken)
        process.kill()
        return
    import signal  # noqa: PLC0415  (needed where git hangs only)

    os.killpg(process.pid, signal.SIGKILL)


def _refusal(code: int, message: str) -> NoAnswerError:
    """What an exit code of git means."""
    if code < 0:
        return NoAnswerError(f"git was ended by signal {-code}", message=message)
    if code == WRONG_USAGE:
        return NoAnswerError("this git is too old: 2.26 or later is needed", message=message)
    first = message.strip().partition("\n")[0].removeprefix("fatal: ").removeprefix("error: ")
    said = first[:LONGEST_REASON] or f"it ended with code {code}"
    return NoAnswerError(f"git failed: {said}", message=message)
