"""Bytes that come in pieces and are wanted whole: in memory while few, in a file when many."""

from __future__ import annotations

from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from envguard.artifacts.stored_file import mapped
from envguard.errors import UnreadableArtifactError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from envguard.artifacts.constants import Buffer

_IN_MEMORY = 8 << 20


class Spool:
    """Bytes in memory, or in a temporary file as soon as they are many."""

    def __init__(self) -> None:
        self.size = 0
        self._pieces = bytearray()
        self._file: IO[bytes] | None = None

    def write(self, piece: bytes) -> None:
        """Takes the next piece.

        Raises:
            UnreadableArtifactError: the temporary folder has no room for it.
        """
        self.size += len(piece)
        if self._file is None and self.size <= _IN_MEMORY:
            self._pieces += piece
            return
        with _told():
            self._to_file(piece)

    def _to_file(self, piece: bytes) -> None:
        if self._file is None:
            from tempfile import TemporaryFile  # noqa: PLC0415  (large dumps only)

            self._file = TemporaryFile()  # noqa: SIM115  (closed with the spool)
            self._file.write(self._pieces)
            self._pieces = bytearray()
        self._file.write(piece)

    def content(self) -> Buffer:
        """All pieces in one.

        Raises:
            UnreadableArtifactError: the temporary folder has no room for them.
        """
        if self._file is None:
            return bytes(self._pieces)
        with _told():
            self._file.flush()
            return mapped(self._file.fileno())

    def close(self) -> None:
        """Gives the file back; a mapping of it lives on until nobody looks at it."""
        if self._file is not None:
            self._file.close()


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UnreadableArtifactError(
            "The artifact cannot be decompressed.",
            why=f"The temporary folder says: {error.strerror or error}.",
            fix="Make room there, or point TMPDIR to a larger folder.",
        ) from error
