"""Compressed streams: recognised by their first bytes, unfolded within limits.

Source: https://github.com/joblib/joblib/blob/main/joblib/compressor.py (the prefixes);
RFC 1950 (zlib), RFC 1952 (gzip), RFC 8878 (zstd), https://tukaani.org/xz/xz-file-format.txt.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec import Struct

from envguard.artifacts.constants import Buffer
from envguard.artifacts.decompressors import UNFOLDERS, errors_of
from envguard.artifacts.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Iterator

    from envguard.artifacts.journal import Journal

MOST_BYTES = 16 << 30
HIGHEST_RATIO = 200
RATIO_FREE = 32 << 20
"""So much may come of however little: an array of zeros compresses by a thousand."""
_PIECE = 1 << 18
_ZLIB_HEAD = 0x78
_LZ4_HEAD = b"\x04\x22\x4d\x18"
_ZSTD_HEAD = b"\x28\xb5\x2f\xfd"
_ZFILE_HEAD = b"ZF0x"
_NEEDS = {"zstd": "zstandard"}


class Folded(Struct, frozen=True, kw_only=True):
    """A stretch of a buffer that is compressed."""

    buffer: Buffer
    start: int
    stop: int
    compression: str
    prefix: bytes = b""
    """What the decompressor is given before the stretch."""
    lone: bool = False
    """One stream and no more: what follows it is told."""


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
        (_ZSTD_HEAD, "zstd"),
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
    folded = Folded(buffer=buffer, start=0, stop=len(buffer), compression=compression)
    with unfolded_stretch(folded, journal, most=most) as content:
        yield content


@contextmanager
def unfolded_stretch(folded: Folded, journal: Journal, *, most: int) -> Iterator[Buffer]:
    """What a compressed stretch unfolds to, as far as it does; the rest is noted.

    Raises:
        UnreadableArtifactError: there is no room for what it unfolds to.
    """
    spool = Spool()
    try:
        _unfold(folded, journal, spool, most)
        yield spool.content()
    finally:
        spool.close()


def _unfold(folded: Folded, journal: Journal, spool: Spool, most: int) -> None:
    make = UNFOLDERS[folded.compression]
    try:
        unfolder = make()
    except ImportError:
        package = _NEEDS.get(folded.compression, folded.compression)
        text = f"compressed by {folded.compression}: its content can be read where the package"
        journal.note(f"needs-{folded.compression}", 0, f"{text} {package} is installed")
        return
    buffer, stop = folded.buffer, folded.stop
    offset = start = _start_of_data(folded)
    piece = folded.prefix
    try:
        while True:
            if unfolder.needs_input and not piece:
                piece = buffer[offset : min(offset + _PIECE, stop)]
                offset += len(piece)
            out = unfolder.decompress(piece, _PIECE)
            spool.write(out)
            if _is_too_much(spool.size, offset - start, most):
                text = f"{offset - start} bytes unfold to more than {spool.size - len(out)}"
                journal.note("decompression-limit", spool.size, f"{text}: not read further")
                return
            if unfolder.eof:
                offset -= len(unfolder.unused_data or b"")
                if folded.lone or not _goes_on(folded, start, offset):
                    break
                unfolder = make()
            elif not piece and not out and unfolder.needs_input:
                journal.note("truncated", spool.size, "the compressed data end too early")
                return
            piece = b""
    except errors_of(folded.compression) as error:
        text = f"the compressed data are damaged near byte {offset - start}: {error}"
        journal.note("bad-compressed-data", spool.size, text)
        return
    rest = stop - offset
    if rest and any(buffer[offset : min(offset + _PIECE, stop)]):
        journal.note("trailing-data", spool.size, f"{rest} bytes after the compressed data")


def _is_too_much(made: int, taken: int, most: int) -> bool:
    return made > most or made > max(RATIO_FREE, HIGHEST_RATIO * taken)


def _start_of_data(folded: Folded) -> int:
    """The start, but for joblib before 0.10: a text with the length comes first.

    Source: https://github.com/joblib/joblib/blob/main/joblib/numpy_pickle_compat.py (read_zfile).
    """
    buffer, start = folded.buffer, folded.start
    if folded.lone or buffer[start : start + 4] != _ZFILE_HEAD:
        return start
    start += 2 + len(hex(1 << 64))
    return start + (buffer[start : start + 1] == b" ")


def _goes_on(folded: Folded, start: int, offset: int) -> bool:
    """Whether another compressed stream of the same kind follows, as gzip and bz2 allow."""
    buffer, stop = folded.buffer, folded.stop
    following = buffer[offset : min(offset + 8, stop)]
    return stop > offset and compression_of(following) == compression_of(
        buffer[start : min(start + 8, stop)]
    )
