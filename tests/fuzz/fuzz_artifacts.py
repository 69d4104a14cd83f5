"""Fuzzing of what reads artifacts: python fuzz_artifacts.py [SECONDS] [libFuzzer options].

Starts from ``corpus/``, works in a folder of its own, and stops at the first input that breaks
what ``read_watched`` demands; the input is left in the working folder. Needs atheris.
"""

# ruff: noqa: T201  (as a script it says where it works)

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import atheris

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
with atheris.instrument_imports(include=["envguard.artifacts", "envguard.judgement"]):
    import read_watched

DEFAULT_SECONDS = 300
LARGEST = 8192
SECONDS_EACH = 20
MEGABYTES = 700
"""With what atheris itself takes."""


def main() -> None:
    """Fuzz for so many seconds."""
    words = sys.argv[1:]
    seconds = int(words.pop(0)) if words and words[0].isdigit() else DEFAULT_SECONDS
    shared = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(dir=shared if shared.is_dir() else None))
    work, path = folder / "corpus", folder / "artifact"
    work.mkdir()
    print(f"working in {folder}", flush=True)
    watch = read_watched.Watch()
    for seed in sorted((HERE / "corpus").iterdir()):
        read_watched.read_watched(seed, watch)  # what is imported late is imported now

    def one(content: bytes) -> None:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.write(descriptor, content)
        os.close(descriptor)
        read_watched.read_watched(path, watch, times=1)

    options = [
        f"-max_total_time={seconds}", f"-timeout={SECONDS_EACH}", f"-rss_limit_mb={MEGABYTES}",
        f"-max_len={LARGEST}", f"-artifact_prefix={folder}/", *words, str(work),
        str(HERE / "corpus"),
    ]  # fmt: skip
    atheris.Setup([sys.argv[0], *options], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
