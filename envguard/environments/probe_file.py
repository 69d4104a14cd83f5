"""The file that a target runs: the probe's source, or its bytecode where that surely fits.

Compiling the probe takes a third of its time. An installation has its bytecode; a target of the
very same Python release can run that instead.
"""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path

_HEADER = 16
"""Bytes before the code: magic number, flags, and the source's time and size.

Source: https://peps.python.org/pep-0552/
"""


def probe_file(python: Path) -> AbstractContextManager[Path]:
    """The file for ``python`` to run, there until the block ends."""
    beside = Path(__file__).with_name("probe") / "inside.py"
    if beside.is_file():
        cached = _bytecode(beside) if _is_same_release(python) else None
        return nullcontext(cached or beside)
    from importlib.resources import as_file, files  # noqa: PLC0415  (only inside a zip file)

    return as_file(files("envguard.environments.probe") / "inside.py")


def class_reader_text() -> str:
    """The source of the reader of classes, which goes with a request that asks for it."""
    from importlib.resources import files  # noqa: PLC0415  (only where classes are asked)

    folder = files("envguard.environments.probe")
    return (folder / "abstract_interpreter.py").read_text("utf-8")


def _is_same_release(python: Path) -> bool:
    """Whether ``python`` is that of a virtual environment of our own release and implementation.

    What the folder does not tell is answered by no: the source runs anywhere.
    """
    try:
        text = (python.parent.parent / "pyvenv.cfg").read_text("utf-8")
    except (OSError, ValueError):
        return False
    pairs = (line.partition("=") for line in text.splitlines())
    told = {key.strip().lower(): value.strip() for key, _, value in pairs}
    ours = ".".join(map(str, sys.version_info[:3]))
    version = told.get("version_info") or told.get("version", "")
    implementation = told.get("implementation", "CPython").lower()
    # uv writes "3.11.7", virtualenv "3.11.7.final.0".
    same = version == ours or version.startswith(f"{ours}.final.")
    return same and implementation == sys.implementation.name == "cpython"


def _bytecode(source: Path) -> Path | None:
    """The source's bytecode, if it is there and was compiled by this Python of these bytes."""
    try:
        cached = Path(cache_from_source(str(source)))
        with cached.open("rb") as file:
            header = file.read(_HEADER)
        status = source.stat()
    except (OSError, NotImplementedError):
        return None
    expected = (
        MAGIC_NUMBER
        + bytes(4)
        + (int(status.st_mtime) & 0xFFFFFFFF).to_bytes(4, "little")
        + (status.st_size & 0xFFFFFFFF).to_bytes(4, "little")
    )
    return cached if header == expected else None
