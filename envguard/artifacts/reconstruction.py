"""Calls that stand for something else: which class an instance is of, which bytes, which module."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.artifacts.abstract_values import Call, Entries, Global, Value
from envguard.artifacts.constants import bytes_extent, text_at

if TYPE_CHECKING:
    from envguard.artifacts.machine import Machine

_LARGEST_COPY = 64 << 20
_DEEPEST = 4

_OF_FIRST_ARGUMENT = frozenset(
    {
        ("copyreg", "_reconstructor"),
        ("copyreg", "__newobj__"),
        ("copyreg", "__newobj_ex__"),
        ("numpy.core.multiarray", "_reconstruct"),
        ("numpy._core.multiarray", "_reconstruct"),
    }
)
"""Callables that build an instance of the class that is their first argument.

Source: https://github.com/python/cpython/blob/main/Lib/copyreg.py and
https://github.com/numpy/numpy/blob/main/numpy/_core/src/multiarray/methods.c (array_reduce).
"""

_BYTES_LIKE = frozenset({("builtins", "bytes"), ("builtins", "bytearray"), ("_io", "BytesIO")})


def first(arguments: Value) -> Value | None:
    """The first of a call's arguments, if there is one."""
    return arguments[0] if isinstance(arguments, tuple) and arguments else None


def builds_first_argument(callee: Global) -> bool:
    """Whether calling it makes an instance of its first argument.

    Source: https://cython.readthedocs.io (auto-pickling: ``__pyx_unpickle_<class>``).
    """
    return (callee.module, callee.name) in _OF_FIRST_ARGUMENT or callee.name.startswith(
        "__pyx_unpickle_"
    )


def built_class(value: Value) -> Global | None:
    """The class (or factory) whose instance a call makes, where the bytes name it."""
    if type(value) is not Call or type(value.callee) is not Global:
        return None
    if builds_first_argument(value.callee):
        inner = first(value.arguments)
        return inner if type(inner) is Global else None
    return value.callee


def entry(machine: Machine, state: Value, key: str) -> Value | None:
    """What a dict holds under a text; None where it does not, or where it is no dict."""
    found = None
    if type(state) is Entries:
        for position in range(0, len(state.flat) - 1, 2):
            if machine.text(state.flat[position]) == key:
                found = state.flat[position + 1]
    return found


def raw_bytes(machine: Machine, value: Value | None) -> bytes | None:
    """The bytes that a value is, whatever way its protocol wrote them; None if unknown.

    Protocols below 3 have no bytes: Python 3 writes ``_codecs.encode(text, 'latin1')`` instead.
    Source: https://github.com/python/cpython/blob/main/Lib/pickle.py (save_bytes).
    """
    for _ in range(_DEEPEST):
        if type(value) is not Call or type(value.callee) is not Global:
            break
        callee = (value.callee.module, value.callee.name)
        if callee == ("_codecs", "encode"):
            return _encoded(machine, first(value.arguments))
        if callee not in _BYTES_LIKE:
            return None
        value = first(value.arguments)
    where = bytes_extent(machine.buffer, value) if type(value) is int else None
    if where is None or where[1] - where[0] > _LARGEST_COPY:
        return None
    return machine.buffer[where[0] : where[1]]


def _encoded(machine: Machine, text: Value | None) -> bytes | None:
    if type(text) is not int:
        return None
    decoded = text_at(machine.buffer, text, _LARGEST_COPY)
    try:
        return decoded.encode("latin-1") if decoded is not None else None
    except UnicodeEncodeError:
        return None
