from __future__ import annotations

import pickletools

import pytest

from envguard.artifacts import opcodes
from envguard.artifacts.seldom_opcodes import EFFECTS

IN_THE_LOOP = {
    "SHORT_BINUNICODE",
    "MEMOIZE",
    "TUPLE1",
    "TUPLE2",
    "TUPLE3",
    "NEWTRUE",
    "NEWFALSE",
    "BINGET",
    "LONG_BINGET",
    "BINPUT",
    "LONG_BINPUT",
    "BININT",
    "BININT1",
    "BININT2",
    "BINFLOAT",
    "MARK",
    "SETITEMS",
    "APPENDS",
    "EMPTY_DICT",
    "EMPTY_LIST",
    "EMPTY_TUPLE",
    "NONE",
    "BINUNICODE",
    "TUPLE",
    "STOP",
}


@pytest.mark.parametrize("described", pickletools.opcodes, ids=lambda one: one.name)
def test_each_opcode_of_the_language_has_its_number_protocol_and_effect(described):
    number = ord(described.code)
    assert getattr(opcodes, described.name) == number
    assert opcodes.INTRODUCED[number] == described.proto
    assert described.name in IN_THE_LOOP or number in EFFECTS


def test_no_opcode_has_an_effect_that_the_language_does_not_know():
    assert set(EFFECTS) <= {ord(one.code) for one in pickletools.opcodes}
