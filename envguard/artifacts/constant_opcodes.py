"""The opcodes for constants, memo lines and framing that are too rare for the machine's loop.

Source: https://github.com/python/cpython/blob/main/Modules/_pickle.c (the load functions).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from envguard.artifacts import opcodes as op
from envguard.artifacts.constants import payload_length
from envguard.artifacts.journal import MalformedError

if TYPE_CHECKING:
    from envguard.artifacts.machine import Effect, Machine

_INTEGER = re.compile(rb"\s*[+-]?(?:\d+|0[xX][0-9a-fA-F]+)L?\s*").fullmatch
_FLOAT = re.compile(
    rb"\s*[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|inf(?:inity)?|nan)\s*", re.IGNORECASE
).fullmatch


_LONGEST_LINE = 16 << 20
_LONGEST_FLOAT = 1024
_WINDOW = 4 << 20
_BYTES_A_STEP = 128
_STEPS_OF_A_LINE = 12


def _payload(machine: Machine, at: int) -> int:
    length = payload_length(machine.buffer, at)
    if length < 0:
        raise MalformedError("bad-length", at, f"a length of {length} bytes")
    machine.stack.append(at)
    return at + 1 + op.LENGTH_BYTES[machine.buffer[at]] + length


def _line_end(machine: Machine, at: int, limit: int) -> int:
    """Where the line after an offset ends, found without holding more than a window of it."""
    start = at + 1
    while start < machine.end:
        stop = machine.buffer.find(b"\n", start, min(start + _WINDOW, machine.end))
        if stop - at > limit or (stop < 0 and start + _WINDOW - at > limit):
            raise MalformedError("limit", at, f"a line of more than {limit} bytes")
        if stop >= 0:
            machine.journal.effort.spend((stop - at) // _BYTES_A_STEP + _STEPS_OF_A_LINE, at)
            return stop
        start += _WINDOW
        if machine.release is not None:
            machine.release(start)
    raise MalformedError("truncated", at, "the data end within a line")


def read_line(machine: Machine, at: int) -> bytes:
    """The line after an opcode, or after another line, without its end.

    Raises:
        MalformedError: the data end first, or the line is longer than any real one.
    """
    return machine.buffer[at + 1 : _line_end(machine, at, _LONGEST_LINE)]


def _text_line(machine: Machine, at: int) -> int:
    machine.stack.append(at)
    return _line_end(machine, at, machine.end) + 1


def _line_constant(machine: Machine, at: int) -> int:
    line = read_line(machine, at)
    opcode = machine.buffer[at]
    quoted = len(line) > 1 and line[0] == line[-1] and line[:1] in {b"'", b'"'}
    if opcode == op.FLOAT and len(line) > _LONGEST_FLOAT:
        raise MalformedError("limit", at, f"a float of {len(line)} digits")
    if (
        (opcode in {op.INT, op.LONG} and not _INTEGER(line))
        or (opcode == op.FLOAT and not _FLOAT(line))
        or (opcode == op.STRING and not quoted)
    ):
        raise MalformedError("bad-line", at, f"the line after {chr(opcode)!r} is no such constant")
    machine.stack.append(at)
    return at + 2 + len(line)


def _index(machine: Machine, at: int) -> tuple[int, int]:
    line = read_line(machine, at)
    if not line.strip().isdigit() or len(line) > 12:  # noqa: PLR2004  (more than any memo has)
        raise MalformedError("bad-line", at, "a memo index that is no number")
    return int(line), at + 2 + len(line)


def _get_line(machine: Machine, at: int) -> int:
    index, following = _index(machine, at)
    machine.stack.append(machine.memo.get(index))
    return following


def _put_line(machine: Machine, at: int) -> int:
    index, following = _index(machine, at)
    machine.memo.put(index, machine.stack[-1])
    return following


def _protocol(machine: Machine, at: int) -> int:
    declared = machine.buffer[at + 1]
    if declared > op.HIGHEST_PROTOCOL:
        text = f"protocol {declared} is declared; {op.HIGHEST_PROTOCOL} is the highest there is"
        machine.journal.note("bad-protocol", at, text)
    else:
        machine.journal.uses(declared)
        machine.declared = declared
        machine.names_by_lines.clear()
    return at + 2


def _frame(machine: Machine, at: int) -> int:
    length = int(op.UINT8(machine.buffer, at + 1)[0])
    if machine.frame_end:
        machine.leave_frame(at)
    start = at + 9
    if start + length > machine.end:
        machine.journal.note("truncated", at, f"a frame of {length} bytes goes beyond the data")
    else:
        machine.frame_end = start + length
    return start


EFFECTS: dict[int, Effect] = {
    **dict.fromkeys(op.LENGTH_BYTES, _payload),
    **dict.fromkeys((op.INT, op.LONG, op.FLOAT, op.STRING), _line_constant),
    op.UNICODE: _text_line,
    op.PROTO: _protocol,
    op.FRAME: _frame,
    op.GET: _get_line,
    op.PUT: _put_line,
}
