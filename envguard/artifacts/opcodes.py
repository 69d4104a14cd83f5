"""The opcodes of the pickle language, as tables.

Source: https://github.com/python/cpython/blob/main/Lib/pickletools.py (opcode descriptions).
"""

from __future__ import annotations

import struct

MARK = 0x28
EMPTY_TUPLE = 0x29
STOP = 0x2E
POP = 0x30
POP_MARK = 0x31
DUP = 0x32
BINBYTES = 0x42
SHORT_BINBYTES = 0x43
FLOAT = 0x46
BINFLOAT = 0x47
INT = 0x49
BININT = 0x4A
BININT1 = 0x4B
LONG = 0x4C
BININT2 = 0x4D
NONE = 0x4E
PERSID = 0x50
BINPERSID = 0x51
REDUCE = 0x52
STRING = 0x53
BINSTRING = 0x54
SHORT_BINSTRING = 0x55
UNICODE = 0x56
BINUNICODE = 0x58
EMPTY_LIST = 0x5D
APPEND = 0x61
BUILD = 0x62
GLOBAL = 0x63
DICT = 0x64
APPENDS = 0x65
GET = 0x67
BINGET = 0x68
INST = 0x69
LONG_BINGET = 0x6A
LIST = 0x6C
OBJ = 0x6F
PUT = 0x70
BINPUT = 0x71
LONG_BINPUT = 0x72
SETITEM = 0x73
TUPLE = 0x74
SETITEMS = 0x75
EMPTY_DICT = 0x7D
PROTO = 0x80
NEWOBJ = 0x81
EXT1 = 0x82
EXT2 = 0x83
EXT4 = 0x84
TUPLE1 = 0x85
TUPLE2 = 0x86
TUPLE3 = 0x87
NEWTRUE = 0x88
NEWFALSE = 0x89
LONG1 = 0x8A
LONG4 = 0x8B
SHORT_BINUNICODE = 0x8C
BINUNICODE8 = 0x8D
BINBYTES8 = 0x8E
EMPTY_SET = 0x8F
ADDITEMS = 0x90
FROZENSET = 0x91
NEWOBJ_EX = 0x92
STACK_GLOBAL = 0x93
MEMOIZE = 0x94
FRAME = 0x95
BYTEARRAY8 = 0x96
NEXT_BUFFER = 0x97
READONLY_BUFFER = 0x98

HIGHEST_PROTOCOL = 5

_SINCE = {
    1: b"()012BCGJKMNQTUX]oehjqru})" + b"l",
    2: bytes(range(PROTO, LONG4 + 1)),
    3: bytes([BINBYTES, SHORT_BINBYTES]),
    4: bytes(range(SHORT_BINUNICODE, FRAME + 1)),
    5: bytes([BYTEARRAY8, NEXT_BUFFER, READONLY_BUFFER]),
}
_OF_PROTOCOL_0 = b"(.02FILNPRSVabcdgilpst"


def _introduced() -> bytes:
    table = bytearray(256)
    for protocol, opcodes in sorted(_SINCE.items()):
        for opcode in opcodes:
            table[opcode] = protocol
    for opcode in _OF_PROTOCOL_0:
        table[opcode] = 0
    return bytes(table)


INTRODUCED = _introduced()
"""The protocol that introduced each opcode."""

ARGUMENT_BYTES: dict[int, int] = {
    BINFLOAT: 8,
    BININT: 4,
    BININT1: 1,
    BININT2: 2,
    BINGET: 1,
    LONG_BINGET: 4,
    BINPUT: 1,
    LONG_BINPUT: 4,
    PROTO: 1,
    EXT1: 1,
    EXT2: 2,
    EXT4: 4,
    FRAME: 8,
}
"""Opcodes whose argument always has the same size."""

LENGTH_BYTES: dict[int, int] = {
    SHORT_BINSTRING: 1,
    SHORT_BINBYTES: 1,
    SHORT_BINUNICODE: 1,
    LONG1: 1,
    BINSTRING: 4,
    BINBYTES: 4,
    BINUNICODE: 4,
    LONG4: 4,
    BINUNICODE8: 8,
    BINBYTES8: 8,
    BYTEARRAY8: 8,
}
"""Opcodes whose argument is a little-endian length and that many bytes."""

SIGNED_LENGTHS = frozenset({BINSTRING, LONG4})

LINES = frozenset({FLOAT, INT, LONG, STRING, UNICODE, PERSID, GET, PUT})
"""Opcodes whose argument ends with the line (GLOBAL and INST take two lines)."""

UINT4 = struct.Struct("<I").unpack_from
INT4 = struct.Struct("<i").unpack_from
UINT8 = struct.Struct("<Q").unpack_from
