"""Files that are written whole or not at all.

The way is a temporary file in the same folder, synced and renamed over the old one. A program
killed at any moment leaves the old file or the new one, and at worst a hidden temporary file.

Source: https://pubs.opengroup.org/onlinepubs/9699919799/functions/rename.html
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from pathlib import Path

from envguard.errors import WriteError

_UNSUPPORTED = frozenset(
    getattr(errno, name)
    for name in ("EINVAL", "ENOTSUP", "EOPNOTSUPP", "EPERM", "EXDEV", "ENOSYS", "EBUSY")
    if hasattr(errno, name)
)
"""What places say that cannot rename or sync; EBUSY is a single file that is mounted."""
_FULL = frozenset(
    getattr(errno, name) for name in ("ENOSPC", "EDQUOT", "EFBIG") if hasattr(errno, name)
)
_IN_PLACE = (
    "{folder} cannot rename files, so {name} was written in place and read back; an interruption "
    "would have damaged it."
)
_UNSYNCED = "{folder} cannot sync files to the disk; a power cut may undo the writing."
_ELSEWHERE = "Name a place that can be written: --output FILE."
_BINARY = getattr(os, "O_BINARY", 0)


class _UnsupportedError(Exception):
    """The place cannot hold a file that is first written beside and then renamed."""


def write_whole(path: Path, data: bytes) -> tuple[str, ...]:
    """Notes on how the data was written to ``path``; none where it was written in the best way.

    A link is written through; a device or a pipe is written to as it is.

    Raises:
        WriteError: it could not be written; what stood there before still stands.
    """
    try:
        before = _status(path)
        if before is not None and not stat.S_ISREG(before.st_mode):
            _write_to_device(path, data)
            return ()
        target = Path(os.path.realpath(path))
        try:
            return _replace(target, data, before)
        except _UnsupportedError:
            _overwrite(target, data)
            return (_IN_PLACE.format(folder=target.parent, name=target.name),)
    except OSError as error:
        raise WriteError(
            f"Cannot write {path}: {error.strerror or error}.",
            why="Nothing that stood there was changed.",
            fix=f"Free some space there. {_ELSEWHERE}" if error.errno in _FULL else _ELSEWHERE,
        ) from error


def _status(path: Path) -> os.stat_result | None:
    """What is at the path, links followed; None if nothing."""
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _write_to_device(path: Path, data: bytes) -> None:
    """The data written to something that is no file, such as ``/dev/stdout``."""
    # Without O_NONBLOCK, opening a pipe that nobody reads would hold us for ever.
    handle = os.open(path, os.O_WRONLY | _BINARY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(handle, "wb") as file:
        if hasattr(os, "O_NONBLOCK"):
            os.set_blocking(handle, True)
        file.write(data)


def _replace(target: Path, data: bytes, before: os.stat_result | None) -> tuple[str, ...]:
    """Notes, with the data under the target's name by way of a temporary file.

    Raises:
        _UnsupportedError: the place cannot do that; nothing has changed.
        OSError: anything else; nothing has changed.
    """
    temporary = target.with_name(f".envguard-{os.urandom(8).hex()}.tmp")
    # A new file gets its mode from the umask; one that replaces a file is private until it is it.
    mode = 0o666 if before is None else 0o600
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY
    try:
        handle = os.open(temporary, flags, mode)
    except OSError as error:
        raise _sorted_out(error) from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            synced = _sync(handle)
        if before is not None:
            with contextlib.suppress(PermissionError, NotImplementedError):
                temporary.chmod(stat.S_IMODE(before.st_mode))
        try:
            temporary.replace(target)
        except OSError as error:
            raise _sorted_out(error) from error
    except BaseException:
        with contextlib.suppress(OSError):  # the first error is the one to tell
            temporary.unlink()
        raise
    if synced and _sync_folder(target.parent):
        return ()
    return (_UNSYNCED.format(folder=target.parent),)


def _sorted_out(error: OSError) -> Exception:
    """The error, or that the place cannot do such a thing at all."""
    if error.errno in _UNSUPPORTED:
        return _UnsupportedError()
    return error


def _sync(handle: int) -> bool:
    """Whether the place can sync; the open file is on the disk then."""
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _UNSUPPORTED:
            raise
        return False
    return True


def _sync_folder(folder: Path, system: str = os.name) -> bool:
    """The same for the names in a folder; always done where the system opens no folders."""
    if system == "nt":
        return True
    try:
        handle = os.open(folder, os.O_RDONLY)
    except PermissionError:
        return False  # it may be written, but not read
    try:
        return _sync(handle)
    except OSError:
        return False  # the file is there under its name by now: a note, no failure
    finally:
        os.close(handle)


def _overwrite(target: Path, data: bytes) -> None:
    """The data written in place and read back; on any failure, what stood there written again."""
    before = target.read_bytes() if target.exists() else None
    try:
        _write_in_place(target, data)
        _read_back(target, data)
    except BaseException as error:
        try:
            _put_back(target, before)
        except OSError:
            raise WriteError(
                f"Cannot write {target}: {error}.",
                why="What stood there could not be put back either: the file is damaged.",
                fix=_ELSEWHERE,
            ) from error
        raise


def _read_back(target: Path, data: bytes) -> None:
    if target.read_bytes() != data:
        raise OSError(errno.EIO, "what was written reads back differently")


def _put_back(target: Path, before: bytes | None) -> None:
    if before is None:
        target.unlink(missing_ok=True)
    else:
        _write_in_place(target, before)


def _write_in_place(target: Path, data: bytes) -> None:
    with target.open("wb") as file:
        file.write(data)
        file.flush()
        _sync(file.fileno())
