"""Calls that stand for something else: which class an instance is of, which bytes, which module."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.artifacts.abstract_values import Call, Entries, Global, Value
from envguard.artifacts.constants import bytes_extent, is_none, text_at

if TYPE_CHECKING:
    from envguard.artifacts.machine import Machine

_LARGEST_COPY = 64 << 20
_LARGEST_TEXT = 16 << 20
_BYTES_A_STEP = 128
_DEEPEST = 4

_OF_FIRST_ARGUMENT = frozenset(
    {
        ("copyreg", "_reconstructor"),
        ("copyreg", "__newobj__"),
        ("copyreg", "__newobj_ex__"),
        ("numpy.core.multiarray", "_reconstruct"),
        ("numpy._core.multiarray", "_reconstruct"),
        ("numpy.ma.core", "_mareconstruct"),
        ("pandas.indexes.base", "_new_Index"),
        ("pandas.core.indexes.base", "_new_Index"),
        ("pandas.core.indexes.datetimes", "_new_DatetimeIndex"),
        ("pandas.core.indexes.period", "_new_PeriodIndex"),
    }
)
"""Callables that build an instance of the class that is their first argument.

Source: https://github.com/python/cpython/blob/main/Lib/copyreg.py;
https://github.com/numpy/numpy/blob/main/numpy/_core/src/multiarray/methods.c (array_reduce);
https://github.com/numpy/numpy/blob/main/numpy/ma/core.py (_mareconstruct);
https://github.com/pandas-dev/pandas/blob/main/pandas/core/indexes/base.py (_new_Index).
"""

_ARRAY = Global("numpy", "ndarray")
_ARRAY_MAKERS = frozenset(
    {
        ("numpy.core.numeric", "_frombuffer"),
        ("numpy._core.numeric", "_frombuffer"),
        ("joblib.numpy_pickle", "NumpyArrayWrapper"),
        ("joblib.numpy_pickle", "NDArrayWrapper"),
        ("joblib.numpy_pickle", "ZNDArrayWrapper"),
        ("joblib.numpy_pickle_compat", "NDArrayWrapper"),
        ("joblib.numpy_pickle_compat", "ZNDArrayWrapper"),
    }
)
"""What stands for an array: the function of protocol 5, and joblib's wrappers.

Source: https://github.com/numpy/numpy/blob/main/numpy/_core/src/multiarray/methods.c
(array_reduce_ex_picklebuffer); https://github.com/joblib/joblib/blob/main/joblib/numpy_pickle.py.
"""

_FILLERS = frozenset(
    {
        ("numpy.core.numeric", "_frombuffer"),
        ("numpy._core.numeric", "_frombuffer"),
        ("numpy.core.multiarray", "scalar"),
        ("numpy._core.multiarray", "scalar"),
        ("numpy.ma.core", "_mareconstruct"),
    }
)
"""Functions that make an array or a scalar of a dtype among their arguments."""
_STATE_AFTER = {"_new_Index": 1, "_new_DatetimeIndex": 1, "_new_PeriodIndex": 1}

_BYTES_LIKE = frozenset({("builtins", "bytes"), ("builtins", "bytearray"), ("_io", "BytesIO")})


def first(arguments: Value) -> Value | None:
    """The first of a call's arguments, if there is one."""
    return arguments[0] if isinstance(arguments, tuple) and arguments else None


def builds_first_argument(callee: Global) -> bool:
    """Whether calling it makes an instance of its first argument.

    Source: https://cython.readthedocs.io (auto-pickling: ``__pyx_unpickle_<class>``);
    https://github.com/scikit-learn/scikit-learn/blob/main/sklearn/metrics/_dist_metrics.pyx.tp
    (newObj).
    """
    found = callee.builds_first
    if found is None:
        name = callee.name
        found = callee.builds_first = (
            (callee.module, name) in _OF_FIRST_ARGUMENT
            or name.startswith("__pyx_unpickle_")
            or (name == "newObj" and callee.module.startswith("sklearn."))
        )
    return found


def makes_array(callee: Global) -> bool:
    """Whether it makes an array or a scalar of a dtype that it is given."""
    return (callee.module, callee.name) in _FILLERS


def state_argument(machine: Machine, call: Call) -> Value | None:
    """The state that a call is given as an argument, rather than by BUILD; None if there is none.

    Cython's third argument is the state, or None where BUILD follows; pandas' second one is a
    dict of the index's data.
    """
    if type(call.callee) is not Global or not isinstance(call.arguments, tuple):
        return None
    name = call.callee.name
    position = 2 if name.startswith("__pyx_unpickle_") else _STATE_AFTER.get(name)
    if position is None or len(call.arguments) <= position:
        return None
    state = call.arguments[position]
    return None if type(state) is int and is_none(machine.buffer, state) else state


def built_class(value: Value) -> Global | None:
    """The class (or factory) whose instance a call makes, where the bytes name it."""
    if type(value) is not Call:
        return None
    callee = value.callee
    if type(callee) is not Global:
        return None
    if callee.builds_first is False or not builds_first_argument(callee):
        return callee
    inner = first(value.arguments)
    return inner if type(inner) is Global else None


def object_class(value: Call) -> Global | None:
    """The class of what a call makes, an array's where something stands for an array."""
    built = built_class(value)
    if built is not None and (built.module, built.name) in _ARRAY_MAKERS:
        return _ARRAY
    return built


def entry(machine: Machine, state: Value, key: str) -> Value | None:
    """What a dict holds under a text; None where it does not, or where it is no dict."""
    found = None
    if type(state) is Entries:
        for position in range(0, len(state.flat) - 1, 2):
            if machine.text(state.flat[position]) == key:
                found = state.flat[position + 1]
    return found


def unwrapped(value: Value | None) -> Value | None:
    """What bytes are made of: the argument of ``bytes``, ``bytearray`` or ``BytesIO``."""
    for _ in range(_DEEPEST):
        if type(value) is not Call or type(value.callee) is not Global:
            break
        if (value.callee.module, value.callee.name) not in _BYTES_LIKE:
            break
        value = first(value.arguments)
    return value


def raw_bytes(machine: Machine, value: Value | None, limit: int = _LARGEST_COPY) -> bytes | None:
    """The bytes that a value is, whatever way its protocol wrote them; None if unknown.

    Protocols below 3 have no bytes: Python 3 writes ``_codecs.encode(text, 'latin1')`` instead.
    Source: https://github.com/python/cpython/blob/main/Lib/pickle.py (save_bytes).

    Raises:
        MalformedError: all in all more was copied than is walked in one artifact.
    """
    value = unwrapped(value)
    if type(value) is Call and type(value.callee) is Global:
        is_encoded = (value.callee.module, value.callee.name) == ("_codecs", "encode")
        return _encoded(machine, first(value.arguments), limit) if is_encoded else None
    where = bytes_extent(machine.buffer, value) if type(value) is int else None
    if where is None or where[1] - where[0] > limit:
        return None
    machine.journal.effort.spend((where[1] - where[0]) // _BYTES_A_STEP, where[0])
    return machine.buffer[where[0] : where[1]]


def _encoded(machine: Machine, text: Value | None, limit: int) -> bytes | None:
    if type(text) is not int:
        return None
    decoded = text_at(machine.buffer, text, min(limit * 2, _LARGEST_TEXT))
    if decoded is None:
        return None
    machine.journal.effort.spend(len(decoded) // _BYTES_A_STEP * 12, text)
    try:
        return decoded.encode("latin-1")
    except UnicodeEncodeError:
        return None
