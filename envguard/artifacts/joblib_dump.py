"""Joblib's dumps: pickles with raw array data between their opcodes.

Where a state is set on a ``NumpyArrayWrapper``, the array's bytes follow: from joblib 1.2 on
after a byte that says how much padding comes first, before that directly; an array of objects
follows as a pickle of its own. Then the opcodes go on.

Source: https://github.com/joblib/joblib/blob/main/joblib/numpy_pickle.py
(NumpyArrayWrapper.write_array, read_array; NumpyUnpickler.load_build).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.artifacts.abstract_values import Entries, Global
from envguard.artifacts.constants import integer_at, is_none
from envguard.artifacts.journal import MalformedError
from envguard.artifacts.machine import Listener, Machine
from envguard.artifacts.numpy_dtypes import stored_dtype
from envguard.artifacts.pickle_stream import walk
from envguard.artifacts.reconstruction import built_class, entry

if TYPE_CHECKING:
    from collections.abc import Callable

    from envguard.artifacts.abstract_values import Call, Value

_STEPS_A_KEY = 16
_MOST_DIMENSIONS = 64
"""Source: https://numpy.org/doc/stable/release/2.0.0-notes.html (64 since 2.0, 32 before)."""
_COMPANIONS = frozenset({"NDArrayWrapper", "ZNDArrayWrapper"})


class ArraySkipper:
    """A listener that passes everything on and steps over the arrays of a joblib dump."""

    def __init__(self, inner: Listener) -> None:
        self._inner = inner
        self.called: Callable[[Machine, Call, int], None] = inner.called
        """Calls are passed on as they are."""
        self._others: set[Global] = set()
        """Classes that are no wrapper of an array."""
        self.arrays = 0
        """How many arrays were met."""

    def built(self, machine: Machine, target: Value, state: Value, offset: int) -> int:
        """The offset after the array, if one follows this state.

        Raises:
            MalformedError: how far the array goes cannot be told, or is beyond the data.
        """
        following = self._inner.built(machine, target, state, offset)
        wrapper = built_class(target)
        if wrapper is None or wrapper in self._others:
            return following
        if "joblib" not in wrapper.module:
            self._others.add(wrapper)
            return following
        if wrapper.name in _COMPANIONS:
            self.arrays += 1
            text = "an array stands in a file of its own beside this one (joblib before 0.10)"
            machine.journal.note("companion-file", offset, text)
        if wrapper.name != "NumpyArrayWrapper":
            return following
        self.arrays += 1
        keys = len(state.flat) if type(state) is Entries else 0
        machine.journal.effort.spend(keys * _STEPS_A_KEY + 64, offset)
        return self._array_end(machine, state, following)

    def _array_end(self, machine: Machine, state: Value, at: int) -> int:
        dtype = stored_dtype(entry(machine, state, "dtype"))
        if dtype is not None and dtype.has_objects:
            # A plain unpickler reads it, which knows no array wrappers.
            nested = Machine(
                machine.buffer,
                machine.end,
                machine.journal,
                self._inner,
                depth=machine.depth + 1,
            )
            return walk(nested, at)
        count = _count(machine, entry(machine, state, "shape"))
        if dtype is None or dtype.item_size is None or count is None:
            text = "an array whose shape or item size the bytes do not state"
            raise MalformedError("array-extent", at, text)
        if _is_aligned(machine, entry(machine, state, "numpy_array_alignment_bytes")):
            if at >= machine.end:
                raise MalformedError("truncated", at, "the data end before an array")
            at += 1 + machine.buffer[at]
        size = count * dtype.item_size
        if not 0 <= size <= machine.end - at:
            text = f"an array of {size} bytes, of which {max(machine.end - at, 0)} are there"
            raise MalformedError("shape-beyond-data", at, text)
        return at + size


def _count(machine: Machine, shape: Value | None) -> int | None:
    if not isinstance(shape, tuple) or len(shape) > _MOST_DIMENSIONS:
        return None
    count = 1
    for length in shape:
        dimension = integer_at(machine.buffer, length) if type(length) is int else None
        if dimension is None or dimension < 0:
            return None
        count *= dimension
    return count


def _is_aligned(machine: Machine, alignment: Value | None) -> bool:
    return alignment is not None and not (
        type(alignment) is int and is_none(machine.buffer, alignment)
    )
