"""Pickles inside pickles: bytes that a pickle hands to a loader when it is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.artifacts.constants import bytes_extent
from envguard.artifacts.contents import Contents, is_container
from envguard.artifacts.journal import Journal, MalformedError
from envguard.artifacts.machine import Listener, Machine
from envguard.artifacts.member_pickles import Piece
from envguard.artifacts.pickle_stream import walk
from envguard.artifacts.pointers import HEAD_BYTES
from envguard.artifacts.reconstruction import first, raw_bytes, unwrapped

if TYPE_CHECKING:
    from envguard.artifacts.abstract_values import Call, Global, Value

_DEEPEST = 16
_STEPS_OF_A_WALK = 160
_RATIO_FREE = 1 << 20
"""So much may compressed data within a pickle unfold to, however few they are."""
_LOADER_NAMES = frozenset({"load", "loads", "_load", "_loads"})
_LOADER_MODULES = frozenset(
    {
        "pickle",
        "_pickle",
        "cPickle",
        "dill",
        "dill._dill",
        "cloudpickle",
        "cloudpickle.cloudpickle",
        "joblib",
        "joblib.numpy_pickle",
        "torch",
        "torch.serialization",
    }
)
_OTHER_LOADERS = frozenset(
    {
        ("torch.storage", "_load_from_bytes"),
        ("pandas", "read_pickle"),
        ("pandas.io.pickle", "read_pickle"),
        ("numpy", "load"),
    }
)


def is_loader(callee: Global) -> bool:
    """Whether calling it unpickles what it is given."""
    if callee.module in _LOADER_MODULES:
        return callee.name in _LOADER_NAMES
    return (callee.module, callee.name) in _OTHER_LOADERS


def walk_nested(machine: Machine, call: Call, offset: int, listener: Listener) -> None:
    """Walks the pickle that a call of a loader is given; what cannot be walked is noted."""
    machine.journal.effort.spend(_STEPS_OF_A_WALK, offset)
    journal, value = machine.journal, unwrapped(first(call.arguments))
    if machine.depth >= _DEEPEST:
        journal.note("limit", offset, f"pickles inside pickles more than {_DEEPEST} deep")
        return
    where = _stored_here(machine, value)
    if where is not None:
        if where in machine.walked:
            return
        machine.walked.add(where)
        nested = Machine(machine.buffer, where[1], journal, listener, depth=machine.depth + 1)
        nested.walked, nested.release = machine.walked, machine.release
        _walk(nested, where[0], where[1])
        return
    raw = raw_bytes(machine, value)
    if raw is None:
        text = "a loader is called on something that the bytes do not state"
        journal.note("nested-pickle", offset, text)
        return
    apart = _Moved(journal, offset)
    _walk(Machine(raw, len(raw), apart, listener, depth=machine.depth + 1), 0, len(raw))


def _stored_here(machine: Machine, value: Value | None) -> tuple[int, int] | None:
    return bytes_extent(machine.buffer, value) if type(value) is int else None


def _walk(nested: Machine, start: int, stop: int) -> None:
    head = nested.buffer[start : min(start + HEAD_BYTES, stop)]
    if is_container(head):  # as torch and joblib load them: an archive, or compressed
        where, depth = "nested data", nested.depth
        inside = Piece(buffer=nested.buffer, start=start, stop=stop, where=where, depth=depth)
        found = Contents(nested.journal, nested.listener, stop - start, free=_RATIO_FREE).look_into(
            inside
        )
        if found is not None:
            return
    try:
        following = walk(nested, start)
    except MalformedError as error:
        kind = "limit" if error.kind == "limit" else "nested-pickle"
        nested.journal.note(kind, error.offset, f"inside nested data: {error.text}")
        return
    if following < stop:
        text = f"{stop - following} bytes after the end of a nested pickle"
        nested.journal.note("nested-pickle", following, text)


class _Moved(Journal):
    """The same journal, every anomaly at one offset of the outer stream."""

    def __init__(self, outer: Journal, offset: int) -> None:
        super().__init__(outer.effort)
        self.names = outer.names
        self.persistent_ids = outer.persistent_ids
        self._outer = outer
        self._offset = offset

    def note(self, kind: str, offset: int, text: str) -> None:
        """Keeps an anomaly of the nested data, saying where inside of them it is."""
        self._outer.note(kind, self._offset, f"{text} (byte {offset} of the nested data)")

    def uses(self, protocol: int) -> None:
        """Raises the protocol of the outer stream."""
        self._outer.uses(protocol)
