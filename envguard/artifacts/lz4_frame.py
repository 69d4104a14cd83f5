"""LZ4 frames unfolded in Python alone, for where the package ``lz4`` is not installed.

Some ten megabytes a second where it compresses well, far more where it does not. Checksums are
not compared.

Source: https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md and lz4_Block_format.md.
"""

from __future__ import annotations

import struct

MAGIC = b"\x04\x22\x4d\x18"
_WINDOW = 65_536
_BLOCK_BYTES = {4: 1 << 16, 5: 1 << 18, 6: 1 << 20, 7: 1 << 22}
_RAW_BLOCK = 0x8000_0000
_SHORTEST_MATCH = 4
_LONGEST_HEADER = 19
_UINT4 = struct.Struct("<I").unpack_from


class Lz4Frame:
    """One frame, fed in pieces; with the manners of the decompressors of bz2 and lzma."""

    def __init__(self) -> None:
        self._ended = False
        self._waiting = True
        self._input = bytearray()
        self._output = bytearray()
        self._window = b""
        self._largest = 0
        """The most that a block of this frame unfolds to; 0 before its header is read."""
        self._linked = self._summed_blocks = self._summed = False

    @property
    def eof(self) -> bool:
        """Whether the end of the frame was reached and all of it handed out."""
        return self._ended and not self._output

    @property
    def needs_input(self) -> bool:
        """Whether it waits for more."""
        return self._waiting and not self._output and not self._ended

    @property
    def unused_data(self) -> bytes:
        """What came after the end of the frame."""
        return bytes(self._input) if self.eof else b""

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """The next bytes, at most so many.

        Raises:
            ValueError: these are no LZ4 data.
        """
        self._input += data
        self._waiting = False
        while len(self._output) < max_length and not self._ended and not self._waiting:
            self._waiting = not self._take()
        out = bytes(self._output[:max_length])
        del self._output[:max_length]
        return out

    def _take(self) -> bool:
        """Takes the header or a block out of the input; False where it is not all there."""
        if not self._largest:
            return self._take_header()
        have = self._input
        if len(have) < _SHORTEST_MATCH:
            return False
        (size,) = _UINT4(have, 0)
        if not size:
            return self._take_end()
        start, size, is_raw = 4, size & ~_RAW_BLOCK, bool(size & _RAW_BLOCK)
        if size > self._largest:
            raise ValueError(f"a block of {size} bytes in a frame of smaller ones")
        following = start + size + 4 * self._summed_blocks
        if len(have) < following:
            return False
        block = bytes(have[start : start + size])
        del have[:following]
        made = block if is_raw else unfold_block(block, self._window, self._largest)
        self._output += made
        if self._linked:
            self._window = (self._window + made)[-_WINDOW:]
        return True

    def _take_header(self) -> bool:
        have = self._input
        if len(have) < len(MAGIC) + 2:
            return False
        flags, size_code = have[4], have[5] >> 4 & 7
        if have[:4] != MAGIC or flags >> 6 != 1 or size_code not in _BLOCK_BYTES:
            raise ValueError("no LZ4 frame of the only version that there is")
        if flags & 1:
            raise ValueError("an LZ4 frame that needs a dictionary")
        following = 7 + 8 * (flags >> 3 & 1)
        if len(have) < following:
            return False
        self._linked = not flags >> 5 & 1
        self._summed_blocks, self._summed = bool(flags >> 4 & 1), bool(flags >> 2 & 1)
        self._largest = _BLOCK_BYTES[size_code]
        del have[:following]
        return True

    def _take_end(self) -> bool:
        following = 4 + 4 * self._summed
        if len(self._input) < following:
            return False
        del self._input[:following]
        self._ended = True
        return True


def unfold_block(block: bytes, window: bytes, most: int) -> bytes:
    """What one compressed block unfolds to, the bytes before it being ``window``.

    Raises:
        ValueError: it is damaged, or unfolds to more than ``most``.
    """
    try:
        return _unfold(block, window, most)
    except IndexError:
        raise ValueError("an LZ4 block ends too early") from None


def _unfold(block: bytes, window: bytes, most: int) -> bytes:
    out = bytearray(window)
    most += len(window)
    i, end = 0, len(block)
    while True:
        token = block[i]
        i += 1
        count = token >> 4
        if count == 15:  # noqa: PLR2004  (the length goes on in the next byte)
            count, i = _length(block, i, count)
        out += block[i : i + count]
        i += count
        if i >= end:
            break
        distance = block[i] | block[i + 1] << 8
        i += 2
        count = token & 15
        if count == 15:  # noqa: PLR2004  (the same)
            count, i = _length(block, i, count)
        count += _SHORTEST_MATCH
        at = len(out) - distance
        if not distance or at < 0 or len(out) + count > most:
            raise ValueError("an LZ4 block copies from before its start or too much")
        if count <= distance:
            out += out[at : at + count]
        else:
            out += (out[at:] * (count // distance + 1))[:count]
    if i > end or len(out) > most:
        raise ValueError("an LZ4 block has a length beyond its end")
    return bytes(out[len(window) :])


def _length(block: bytes, i: int, count: int) -> tuple[int, int]:
    """A length that goes on in further bytes, and where they end."""
    while True:
        more = block[i]
        i += 1
        count += more
        if more != 255:  # noqa: PLR2004  (255 says that it goes on)
            return count, i
