"""Compressed streams: recognised by their first bytes, unfolded within limits.

Source: https://github.com/joblib/joblib/blob/main/joblib/compressor.py (the prefixes);
RFC 1950 (zlib), RFC 1952 (gzip), https://tukaani.org/xz/xz-file-format.txt.
"""

from __future__ import annotations

import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from envguard.artifacts.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from envguard.artifacts.constants import Buffer
    from envguard.artifacts.journal import Journal

MOST_BYTES = 16 << 30
HIGHEST_RATIO = 200
_RATIO_FREE = 32 << 20
"""So much may come of however little: an array of zeros compresses by a thousand."""
_PIECE = 1 << 18
_ZLIB_HEAD = 0x78
_LZMA_MEMORY = 128 << 20
_LZ4_HEAD = b"\x04\x22\x4d\x18"
_ZFILE_HEAD = b"ZF0x"


class Unfolder(Protocol):
    """A decompressor of bz2 or lzma, or one that behaves so."""

    @property
    def eof(self) -> bool:
        """Whether the end of the stream was reached."""

    @property
    def needs_input(self) -> bool:
        """Whether it waits for more."""

    @property
    def unused_data(self) -> bytes | None:
        """What came after the end; lz4 has None where nothing did."""

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """The next bytes, at most so many."""


class _Zlib:
    """zlib's decompressor with the manners of bz2's and lzma's."""

    def __init__(self, window_bits: int) -> None:
        self._inner = zlib.decompressobj(window_bits)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)


def _zlib() -> Unfolder:
    return _Zlib(zlib.MAX_WBITS)


def _gzip() -> Unfolder:
    return _Zlib(16 + zlib.MAX_WBITS)


def _bz2() -> Unfolder:
    from bz2 import BZ2Decompressor  # noqa: PLC0415  (seldom needed)

    return BZ2Decompressor()


def _xz() -> Unfolder:
    from lzma import FORMAT_XZ, LZMADecompressor  # noqa: PLC0415  (seldom needed)

    return LZMADecompressor(FORMAT_XZ, memlimit=_LZMA_MEMORY)


def _lzma() -> Unfolder:
    from lzma import FORMAT_ALONE, LZMADecompressor  # noqa: PLC0415  (seldom needed)

    return LZMADecompressor(FORMAT_ALONE, memlimit=_LZMA_MEMORY)


def _lz4() -> Unfolder:
    from importlib import import_module  # noqa: PLC0415  (seldom needed)

    unfolder: Unfolder = import_module("lz4.frame").LZ4FrameDecompressor()
    return unfolder


_UNFOLDERS: dict[str, Callable[[], Unfolder]] = {
    "zlib": _zlib,
    "gzip": _gzip,
    "bz2": _bz2,
    "xz": _xz,
    "lzma": _lzma,
    "lz4": _lz4,
}


def compression_of(head: bytes) -> str | None:
    """The name of the compression that a file starts with, or None."""
    if head[:1] == b"\x78" and len(head) > 1 and not (_ZLIB_HEAD << 8 | head[1]) % 31:
        return "zlib"
    if head.startswith(b"BZh") and head[3:4].isdigit():
        return "bz2"
    fixed = (
        (b"\x1f\x8b\x08", "gzip"),
        (b"\xfd7zXZ\x00", "xz"),
        (b"\x5d\x00\x00", "lzma"),
        (_LZ4_HEAD, "lz4"),
        (_ZFILE_HEAD, "zlib"),
    )
    return next((name for magic, name in fixed if head.startswith(magic)), None)


@contextmanager
def unfolded(
    buffer: Buffer, compression: str, journal: Journal, *, most: int = MOST_BYTES
) -> Iterator[Buffer]:
    """What a compressed file unfolds to, as far as it does; the rest is noted.

    Raises:
        UnreadableArtifactError: there is no room for what it unfolds to.
    """
    spool = Spool()
    try:
        _unfold(buffer, compression, journal, spool, most)
        yield spool.content()
    finally:
        spool.close()


def _unfold(buffer: Buffer, compression: str, journal: Journal, spool: Spool, most: int) -> None:
    make = _UNFOLDERS[compression]
    try:
        unfolder = make()
    except ImportError:
        text = "compressed by lz4: its content can be read where the package lz4 is installed"
        journal.note("needs-lz4", 0, text)
        return
    offset = start = _start_of_data(buffer)
    try:
        while True:
            piece = buffer[offset : offset + _PIECE] if unfolder.needs_input else b""
            offset += len(piece)
            out = unfolder.decompress(piece, _PIECE)
            spool.write(out)
            if spool.size > most or spool.size > max(_RATIO_FREE, HIGHEST_RATIO * offset):
                text = (
                    f"{offset} bytes unfold to more than {spool.size - len(out)}: not read further"
                )
                journal.note("decompression-limit", spool.size, text)
                return
            if unfolder.eof:
                offset -= len(unfolder.unused_data or b"")
                if not _goes_on(buffer, start, offset):
                    break
                unfolder = make()
            elif not piece and not out and unfolder.needs_input:
                journal.note("truncated", spool.size, "the compressed data end too early")
                return
    except _errors(compression) as error:
        text = f"the compressed data are damaged near byte {offset}: {error}"
        journal.note("bad-compressed-data", spool.size, text)
        return
    rest = len(buffer) - offset
    if rest and any(buffer[offset : offset + _PIECE]):
        journal.note("trailing-data", spool.size, f"{rest} bytes after the compressed data")


def _start_of_data(buffer: Buffer) -> int:
    """Zero, but for joblib before 0.10: a text with the length comes first.

    Source: https://github.com/joblib/joblib/blob/main/joblib/numpy_pickle_compat.py (read_zfile).
    """
    if buffer[:4] != _ZFILE_HEAD:
        return 0
    start = 2 + len(hex(1 << 64))
    return start + (buffer[start : start + 1] == b" ")


def _goes_on(buffer: Buffer, start: int, offset: int) -> bool:
    """Whether another compressed stream of the same kind follows, as gzip and bz2 allow."""
    return len(buffer) > offset and compression_of(buffer[offset : offset + 8]) == compression_of(
        buffer[start : start + 8]
    )


def _errors(compression: str) -> tuple[type[Exception], ...]:
    if compression in {"xz", "lzma"}:
        from lzma import LZMAError  # noqa: PLC0415  (seldom needed)

        return (LZMAError, EOFError)
    return (zlib.error, OSError, EOFError, ValueError, RuntimeError)
