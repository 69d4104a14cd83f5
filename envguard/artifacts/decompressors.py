"""The decompressors of every compression that is read, all with the manners of bz2's and lzma's."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

_LZMA_MEMORY = 128 << 20
_ZSTD_PIECE = 512
"""So many bytes of zstd make 128 blocks at most, of 128 KiB each.

Source: RFC 8878, section 3.1.1.2 (a block has a header of three bytes; of RLE, one more)."""


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
        """The next bytes, about so many at most."""


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


class _Zstandard:
    """The decompressor of the package ``zstandard``, which knows no bound, fed in small bites."""

    def __init__(self) -> None:
        from importlib import import_module  # noqa: PLC0415  (seldom there)

        package = import_module("zstandard")
        self._inner = package.ZstdDecompressor().decompressobj()
        self._error: type[Exception] = package.ZstdError
        self._waiting = b""

    @property
    def eof(self) -> bool:
        return bool(self._inner.eof)

    @property
    def needs_input(self) -> bool:
        return not self._waiting

    @property
    def unused_data(self) -> bytes:
        return bytes(self._inner.unused_data) + self._waiting

    def decompress(self, data: bytes, max_length: int) -> bytes:
        self._waiting += data
        out = b""
        while self._waiting and len(out) < max_length and not self._inner.eof:
            bite, self._waiting = self._waiting[:_ZSTD_PIECE], self._waiting[_ZSTD_PIECE:]
            try:
                out += self._inner.decompress(bite)
            except self._error as error:
                raise ValueError(str(error)) from error
        return out


def _zlib() -> Unfolder:
    return _Zlib(zlib.MAX_WBITS)


def _deflate() -> Unfolder:
    return _Zlib(-zlib.MAX_WBITS)


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

    try:
        unfolder: Unfolder = import_module("lz4.frame").LZ4FrameDecompressor()
    except ImportError:
        from envguard.artifacts.lz4_frame import Lz4Frame  # noqa: PLC0415  (seldom needed)

        return Lz4Frame()
    return unfolder


def _zstd() -> Unfolder:
    # Source: https://docs.python.org/3.14/library/compression.zstd.html
    from importlib import import_module  # noqa: PLC0415  (seldom needed)

    for module in ("compression.zstd", "backports.zstd"):
        try:
            unfolder: Unfolder = import_module(module).ZstdDecompressor()
        except ImportError:
            continue
        return unfolder
    return _Zstandard()


UNFOLDERS: dict[str, Callable[[], Unfolder]] = {
    "zlib": _zlib,
    "deflate": _deflate,
    "gzip": _gzip,
    "bz2": _bz2,
    "xz": _xz,
    "lzma": _lzma,
    "lz4": _lz4,
    "zstd": _zstd,
}
"""Each may raise ImportError where nothing on this machine can unfold it."""


def errors_of(compression: str) -> tuple[type[Exception], ...]:
    """What the decompressor raises where the data are damaged."""
    if compression in {"xz", "lzma"}:
        from lzma import LZMAError  # noqa: PLC0415  (seldom needed)

        return (LZMAError, EOFError)
    if compression == "zstd":
        return (_zstd_error(), ValueError, EOFError)
    return (zlib.error, OSError, EOFError, ValueError, RuntimeError)


def _zstd_error() -> type[Exception]:
    from importlib import import_module  # noqa: PLC0415  (seldom needed)

    for module in ("compression.zstd", "backports.zstd"):
        try:
            error: type[Exception] = import_module(module).ZstdError
        except ImportError:
            continue
        return error
    return ValueError
