"""A value of the abstract stack in one word: ``str:PCG64``, ``int:3``, ``object:numpy.dtype``."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from envguard.artifacts import opcodes as op
from envguard.artifacts.abstract_values import Call, Entries, Global, Value
from envguard.artifacts.constants import bytes_extent, integer_at, line_at
from envguard.artifacts.reconstruction import first, object_class

if TYPE_CHECKING:
    from envguard.artifacts.machine import Machine

OTHER = "other"
LONGEST_TEXT = 64
_LONGEST_LINE = 64
_DOUBLE = struct.Struct(">d").unpack_from
_SINGLES = {op.NONE: "none", op.NEWTRUE: "bool:True", op.NEWFALSE: "bool:False"}
_BOOLEAN_LINES = {b"00": "bool:False", b"01": "bool:True"}


def told(machine: Machine, value: Value) -> str:
    """The word for a value; ``other`` for lists, sets, long texts and what has no named class."""
    if type(value) is int:
        return _constant(machine, value)
    if type(value) is Call:
        return _object(machine, value)
    if type(value) is Global:
        return f"global:{value.module}.{value.name}"
    if type(value) is tuple:
        return f"tuple:{len(value)}"
    return "dict" if type(value) is Entries else OTHER


def _object(machine: Machine, call: Call) -> str:
    made = object_class(call)
    if made is None:
        return OTHER
    if (made.module, made.name) == ("_codecs", "encode"):
        return _encoded(machine, call)
    return f"object:{made.module}.{made.name}"


def _constant(machine: Machine, at: int) -> str:
    opcode = machine.buffer[at]
    if opcode in _SINGLES:
        return _SINGLES[opcode]
    text = machine.text(at)
    if text is not None:
        return f"str:{text}" if len(text) <= LONGEST_TEXT else OTHER
    number = integer_at(machine.buffer, at)
    if number is not None:
        return f"int:{number}"
    if opcode == op.BINFLOAT:
        return f"float:{_DOUBLE(machine.buffer, at + 1)[0]!r}"
    where = bytes_extent(machine.buffer, at)
    if where is not None:
        return f"bytes:{where[1] - where[0]}"
    return _line(machine, at, opcode)


def _line(machine: Machine, at: int, opcode: int) -> str:
    line = line_at(machine.buffer, at, _LONGEST_LINE) if opcode in {op.FLOAT, op.INT} else None
    if line is None:
        return OTHER
    if opcode == op.INT:
        return _BOOLEAN_LINES.get(line.strip(), OTHER)
    try:
        return f"float:{float(line)!r}"
    except ValueError:
        return OTHER


def _encoded(machine: Machine, call: Call) -> str:
    """Bytes as protocols below 3 write them: a text, and the encoding that gives the bytes."""
    text = first(call.arguments)
    decoded = machine.text(text) if text is not None else None
    return f"bytes:{len(decoded)}" if decoded is not None else OTHER
