"""The constants of a pickle, decoded only when somebody asks for them.

Each function takes the offset of a push opcode that the machine has already walked over, so the
argument is known to lie inside the data.
"""

from __future__ import annotations

from mmap import mmap
from typing import TypeAlias

from envguard.artifacts import opcodes as op

Buffer: TypeAlias = bytes | mmap

LONGEST_NAME = 4096
"""A module path beyond this many bytes is no name; it is left undecoded."""

_WIDEST_LENGTH = 8
_MOST_INTEGER_BYTES = 9
_MOST_INTEGER_DIGITS = 20
_BINARY_TEXT = frozenset({op.SHORT_BINUNICODE, op.BINUNICODE, op.BINUNICODE8})
_OLD_TEXT = frozenset({op.SHORT_BINSTRING, op.BINSTRING})
_BYTES = frozenset({op.SHORT_BINBYTES, op.BINBYTES, op.BINBYTES8, op.BYTEARRAY8})


def payload_length(buffer: Buffer, at: int) -> int:
    """The length that stands in front of a payload; negative if the pickle says so."""
    opcode = buffer[at]
    size = op.LENGTH_BYTES[opcode]
    if size == 1:
        return buffer[at + 1]
    if size == _WIDEST_LENGTH:
        return int(op.UINT8(buffer, at + 1)[0])
    unpack = op.INT4 if opcode in op.SIGNED_LENGTHS else op.UINT4
    return int(unpack(buffer, at + 1)[0])


def extent(buffer: Buffer, at: int) -> tuple[int, int]:
    """Where the payload of an opcode with a length starts and stops."""
    start = at + 1 + op.LENGTH_BYTES[buffer[at]]
    return start, start + payload_length(buffer, at)


def line_at(buffer: Buffer, at: int, limit: int) -> bytes | None:
    """The line after an opcode, without its end; None beyond so many bytes."""
    stop = buffer.find(b"\n", at + 1, at + 2 + limit)
    return buffer[at + 1 : stop] if stop >= 0 else None


def bytes_extent(buffer: Buffer, at: int) -> tuple[int, int] | None:
    """Where a constant of type bytes or bytearray starts and stops; None for any other."""
    return extent(buffer, at) if buffer[at] in _BYTES else None


def unquoted(line: bytes) -> bytes | None:
    """The bytes of a STRING line, its quotes and escapes undone; None if an escape is broken."""
    from codecs import escape_decode  # noqa: PLC0415  (protocol 0 only)

    try:
        raw, _ = escape_decode(line[1:-1])
    except ValueError:
        return None
    return bytes(raw)


def text_at(buffer: Buffer, at: int, limit: int = LONGEST_NAME) -> str | None:
    """The text that a constant is; None for other constants and beyond the limit."""
    opcode = buffer[at]
    if opcode == op.SHORT_BINUNICODE and limit > 255:  # noqa: PLR2004  (nine texts of ten, and the longest of them)
        short = buffer[at + 2 : at + 2 + buffer[at + 1]]
        return str(short, "ascii") if short.isascii() else _decoded(short, "utf-8")
    if opcode in _BINARY_TEXT or opcode in _OLD_TEXT:
        start, stop = extent(buffer, at)
        if stop - start > limit:
            return None
        encoding = "utf-8" if opcode in _BINARY_TEXT else "latin-1"
        return _decoded(buffer[start:stop], encoding)
    if opcode == op.UNICODE:
        line = line_at(buffer, at, limit)
        return _decoded(line, "raw-unicode-escape") if line is not None else None
    if opcode == op.STRING:
        line = line_at(buffer, at, limit * 4)
        raw = unquoted(line) if line is not None else None
        return raw.decode("latin-1") if raw is not None and len(raw) <= limit else None
    return None


def _decoded(raw: bytes, encoding: str) -> str | None:
    try:
        text = raw.decode(encoding, "surrogatepass" if encoding == "utf-8" else "strict")
    except UnicodeDecodeError:
        return None
    # Half a surrogate pair is text to Python and to nobody else.
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def integer_at(buffer: Buffer, at: int) -> int | None:
    """The integer that a constant is; None for other constants and beyond 64 bits."""
    opcode = buffer[at]
    if opcode == op.BININT1:
        return buffer[at + 1]
    if opcode == op.BININT2:
        return buffer[at + 1] | buffer[at + 2] << 8
    if opcode == op.BININT:
        return int(op.INT4(buffer, at + 1)[0])
    if opcode == op.LONG1:
        start, stop = extent(buffer, at)
        raw = buffer[start : min(stop, start + _MOST_INTEGER_BYTES + 1)]
        fits = len(raw) <= _MOST_INTEGER_BYTES
        return int.from_bytes(raw, "little", signed=True) if fits else None
    return _integer_of_line(buffer, at) if opcode in {op.INT, op.LONG} else None


def _integer_of_line(buffer: Buffer, at: int) -> int | None:
    found = line_at(buffer, at, _MOST_INTEGER_DIGITS * 2)
    line = found.strip().rstrip(b"L") if found is not None else b""
    if line in {b"", b"00", b"01"} or len(line) > _MOST_INTEGER_DIGITS:
        return None  # protocol 0 writes False and True as 00 and 01
    try:
        return int(line)
    except ValueError:
        return None


def is_none(buffer: Buffer, at: int) -> bool:
    """Whether a constant is None."""
    return buffer[at] == op.NONE
