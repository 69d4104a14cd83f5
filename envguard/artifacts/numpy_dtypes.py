"""A numpy dtype as its pickle describes it: item size, field names, objects inside.

Source: https://github.com/numpy/numpy/blob/main/numpy/_core/src/multiarray/descriptor.c
(arraydescr_reduce: the arguments and the state tuple).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from envguard.artifacts.abstract_values import Call, Entries, Global, Value
from envguard.artifacts.constants import integer_at
from envguard.artifacts.reconstruction import first, raw_bytes

if TYPE_CHECKING:
    from envguard.artifacts.machine import Machine

_SPELLING = re.compile(r"([?biufcmMOSUVT])(\d*)").fullmatch
_HAS_OBJECT = 0x01
_STATE_ORDER, _STATE_NAMES, _STATE_FIELDS, _STATE_SIZE, _STATE_FLAGS, _STATE_METADATA = (
    1,
    3,
    4,
    5,
    7,
    8,
)
_STEPS_A_NAME = 8
_ORDERS = frozenset("<>")


class Dtype(NamedTuple):
    """What of a dtype decides how many bytes its arrays take in a file."""

    item_size: int | None
    """None where the pickle does not say."""
    has_objects: bool
    names: tuple[str, ...] = ()
    spelling: str = ""
    """As numpy spells it: ``<f8``, ``|O``, ``|V64``; ``StringDType``."""
    formats: tuple[str, ...] = ()
    """The spellings of its fields, in order; empty for one whose dtype is not stated."""
    has_metadata: bool = False


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
    _pay(machine, call, state)
    order = machine.text(state[_STATE_ORDER]) or ""
    names = _names(machine, state[_STATE_NAMES])
    unit, has_metadata = _metadata(machine, state)
    flags = _integer(machine, state[_STATE_FLAGS]) or 0
    stated = _integer(machine, state[_STATE_SIZE])
    size = stated if stated is not None and stated >= 0 else size
    has_objects = kind == "O" or bool(flags & _HAS_OBJECT)
    spelled = f"V{size}" if kind == "V" else parts[0]
    return Dtype(
        size,
        has_objects,
        names,
        spelling=f"{order if order in _ORDERS else '|'}{spelled}{unit}",
        formats=_formats(machine, names, state[_STATE_FIELDS]),
        has_metadata=has_metadata,
    )


def _pay(machine: Machine, call: Call, state: tuple[Value, ...]) -> None:
    names, fields = state[_STATE_NAMES], state[_STATE_FIELDS]
    items = len(names) if type(names) is tuple else 0
    items += len(fields.flat) if type(fields) is Entries else 0
    at = call.arguments[0] if isinstance(call.arguments, tuple) else 0
    machine.journal.effort.spend(items * _STEPS_A_NAME, at if type(at) is int else 0)


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
        return Dtype(None, has_objects=True, spelling="StringDType")
    return None


def _formats(machine: Machine, names: tuple[str, ...], fields: Value) -> tuple[str, ...]:
    """Each field's spelling: its entry is the dtype, the offset, and perhaps a title."""
    if type(fields) is not Entries:
        return ()
    found = {}
    for key, value in zip(fields.flat[::2], fields.flat[1::2]):  # noqa: B905  (an odd end has no value)
        name, dtype = machine.text(key), stored_dtype(first(value))
        if name is not None and dtype is not None:
            found[name] = dtype.spelling
    return tuple(found.get(name, "") for name in names)


def _metadata(machine: Machine, state: tuple[Value, ...]) -> tuple[str, bool]:
    """The unit of a time, such as ``[ns]``, and whether there is metadata of the user."""
    told = state[_STATE_METADATA] if len(state) > _STATE_METADATA else None
    if type(told) is tuple and len(told) == 2:  # noqa: PLR2004  (metadata, unit)
        unit = raw_bytes(machine, first(told[1]))
        spelled = (
            f"[{unit.decode('latin-1')}]"
            if unit is not None and len(unit) < _STATE_METADATA
            else ""
        )
        return spelled, type(told[0]) is Entries and bool(told[0].flat)
    return "", type(told) is Entries and bool(told.flat)


def _integer(machine: Machine, value: Value) -> int | None:
    return integer_at(machine.buffer, value) if type(value) is int else None


def _names(machine: Machine, value: Value) -> tuple[str, ...]:
    if not isinstance(value, tuple):
        return ()
    texts = [machine.text(name) for name in value]
    return tuple(text for text in texts if text is not None)
