"""A numpy dtype as its pickle describes it: item size, field names, objects inside.

Source: https://github.com/numpy/numpy/blob/main/numpy/_core/src/multiarray/descriptor.c
(arraydescr_reduce: the arguments and the state tuple).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from envguard.artifacts.abstract_values import Call, Global, Value
from envguard.artifacts.constants import integer_at
from envguard.artifacts.reconstruction import first

if TYPE_CHECKING:
    from envguard.artifacts.machine import Machine

_SPELLING = re.compile(r"([?biufcmMOSUVT])(\d*)").fullmatch
_HAS_OBJECT = 0x01
_STATE_NAMES, _STATE_SIZE, _STATE_FLAGS = 3, 5, 7


class Dtype(NamedTuple):
    """What of a dtype decides how many bytes its arrays take in a file."""

    item_size: int | None
    """None where the pickle does not say."""
    has_objects: bool
    names: tuple[str, ...] = ()


def is_dtype(value: Value) -> bool:
    """Whether a call makes a dtype."""
    if type(value) is not Call or type(value.callee) is not Global:
        return False
    return (value.callee.module, value.callee.name) == ("numpy", "dtype")


def dtype_of(machine: Machine, call: Call, state: Value) -> Dtype:
    """The dtype that this call and this state describe."""
    spelling = first(call.arguments)
    spelled = machine.text(spelling) if spelling is not None else None
    parts = _SPELLING(spelled) if spelled else None
    if parts is None:
        return Dtype(None, has_objects=False)
    kind, size = parts[1], int(parts[2][:9] or 0)
    if kind == "U":
        size *= 4
    if not isinstance(state, tuple) or len(state) <= _STATE_FLAGS:
        return Dtype(None, has_objects=False)
    flags = _integer(machine, state[_STATE_FLAGS]) or 0
    stated = _integer(machine, state[_STATE_SIZE])
    size = stated if stated is not None and stated >= 0 else size
    has_objects = kind == "O" or bool(flags & _HAS_OBJECT)
    return Dtype(size, has_objects, _names(machine, state[_STATE_NAMES]))


def stored_dtype(value: Value | None) -> Dtype | None:
    """What is known of the dtype that a value is; None if it is none.

    The variable-width strings of numpy 2 are made by a function and have objects inside.
    Source: https://numpy.org/neps/nep-0055-string_dtype.html
    """
    if type(value) is not Call:
        return None
    if isinstance(value.note, Dtype):
        return value.note
    if type(value.callee) is Global and "stringdtype" in value.callee.name.lower():
        return Dtype(None, has_objects=True)
    return None


def _integer(machine: Machine, value: Value) -> int | None:
    return integer_at(machine.buffer, value) if type(value) is int else None


def _names(machine: Machine, value: Value) -> tuple[str, ...]:
    if not isinstance(value, tuple):
        return ()
    texts = [machine.text(name) for name in value]
    return tuple(text for text in texts if text is not None)
