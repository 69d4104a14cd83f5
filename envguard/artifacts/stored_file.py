"""The bytes of an artifact as they are stored: opened with care, digested, held still.

A small file is read once, and digest and facts come from the same bytes. A large one is digested
in pieces and mapped, so that memory stays flat.
"""

from __future__ import annotations

import hashlib
import mmap
import os
import stat
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from envguard.artifacts.constants import Buffer
from envguard.artifacts.pointers import shown
from envguard.errors import MissingFileError, UnreadableArtifactError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LARGEST_IN_MEMORY = 8 << 20
_PIECE = 1 << 20
_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


class StoredFile(Struct, frozen=True, kw_only=True):
    """A file's bytes, and what identifies them."""

    path: Path
    size: int
    sha256: str
    buffer: Buffer


@contextmanager
def open_stored(path: Path) -> Iterator[StoredFile]:
    """The file, readable until the block ends.

    Raises:
        MissingFileError: it is not there.
        UnreadableArtifactError: it is no regular file, may not be read, or changes meanwhile.
    """
    try:
        _refuse_special(path, os.stat(path).st_mode)  # noqa: PTH116  (never opens, unlike some Path calls)
        # A pipe put here since then must not make this wait for a writer.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _BINARY)
    except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: a NUL in the path
        raise MissingFileError(f"{shown(path)} does not exist.", fix="Check the path.") from None
    except OSError as error:
        raise _unreadable(path, error) from error
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        try:
            before = os.fstat(descriptor)
            _refuse_special(path, before.st_mode)
            stored = _read(path, descriptor, before.st_size)
        except OSError as error:
            raise _unreadable(path, error) from error
        yield stored
        if isinstance(stored.buffer, mmap.mmap):
            stored.buffer.close()
        after = os.fstat(file.fileno())
        if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
            raise UnreadableArtifactError(
                f"{shown(path)} changed while it was being read.",
                why="Something is still writing it.",
                fix="Wait until it is whole, then try again.",
            )


_BINARY = getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


def mapped(descriptor: int) -> mmap.mmap:
    """A file's bytes, paged in as they are looked at."""
    return mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ)


def releaser(buffer: Buffer) -> Callable[[int], None] | None:
    """What gives mapped pages before an offset back to the system; None where it cannot."""
    if not isinstance(buffer, mmap.mmap) or not hasattr(mmap, "MADV_DONTNEED"):
        return None

    def release(offset: int) -> None:
        length = offset - offset % mmap.PAGESIZE
        if length:
            buffer.madvise(mmap.MADV_DONTNEED, 0, length)

    return release


def _read(path: Path, descriptor: int, size: int) -> StoredFile:
    digest = hashlib.sha256()
    if size <= _LARGEST_IN_MEMORY:
        with os.fdopen(os.dup(descriptor), "rb", buffering=0) as file:
            content = file.readall()
        digest.update(content)
        return StoredFile(path=path, size=len(content), sha256=digest.hexdigest(), buffer=content)
    piece = memoryview(bytearray(_PIECE))
    with os.fdopen(os.dup(descriptor), "rb", buffering=0) as file:
        while count := file.readinto(piece):
            digest.update(piece[:count])
    return StoredFile(path=path, size=size, sha256=digest.hexdigest(), buffer=mapped(descriptor))


def _refuse_special(path: Path, mode: int) -> None:
    if stat.S_ISREG(mode):
        return
    kind = next((name for test, name in _KINDS if test(mode)), "no regular file")
    raise UnreadableArtifactError(
        f"{shown(path)} is {kind}, not a file.", fix="Name the artifact's own file."
    )


def _unreadable(path: Path, error: OSError) -> UnreadableArtifactError:
    return UnreadableArtifactError(
        f"{shown(path)} cannot be read.",
        why=f"The system says: {error.strerror or error}.",
        fix="Check the file and its permissions.",
    )
