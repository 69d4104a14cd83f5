"""The bounds of a walk: how much of a pickle's objects is kept, and for how long.

A hostile pickle ends in a MalformedError of kind ``limit``; a large one loses only what no call
and no state still to come can be expected to need.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.artifacts.abstract_values import OPAQUE, Call, Entries, Global, Value
from envguard.artifacts.journal import MalformedError
from envguard.artifacts.memo import MOST_ENTRIES, MemoFullError

if TYPE_CHECKING:
    from envguard.artifacts.machine import Machine

LONGEST_TUPLE = 1024
MOST_ENTRIES_OF_A_DICT = 512
_MOST_ON_STACK = 1_000_000
_MOST_MARKS = 100_000
_MOST_MADE = 400_000
_DEPTH_OF_A_STATE = 2
_UNDER_WAY = 64
_LEVELS_UNDER_WAY = 12
_KEPT_CALLS = frozenset({"dtype", "NumpyArrayWrapper", "_builtin_type", "_load_type"})


def check(machine: Machine, at: int) -> None:
    """Lets go of what has grown too much.

    Raises:
        MalformedError: more is open at once than any artifact has.
        MemoFullError: the same of the memo.
    """
    if machine.release is not None:
        machine.release(at)
    if len(machine.marks) > _MOST_MARKS:
        raise MalformedError("limit", at, f"more than {_MOST_MARKS} open marks")
    if len(machine.stack) + sum(map(len, machine.marks)) > _MOST_ON_STACK:
        raise MalformedError("limit", at, f"more than {_MOST_ON_STACK} values on the stack")
    if len(machine.memo.codes) > MOST_ENTRIES:
        raise MemoFullError
    if machine.made + len(machine.memo.objects) - machine.objects_kept > _MOST_MADE:
        _forget(machine)


def _forget(machine: Machine) -> None:
    """Hollows the memo and the stack.

    The topmost values, where a target and its state may be under way, stay as deep as states are
    read. Further down a dict that is still being filled stays a dict, and a call a call.
    """
    machine.memo.forget(_is_kept, machine.objects_kept)
    for stack in machine.marks[:-_LEVELS_UNDER_WAY]:
        _hollow(stack, len(stack))
    for stack in (*machine.marks[-_LEVELS_UNDER_WAY:], machine.stack):
        _hollow(stack, len(stack) - _UNDER_WAY)
        stack[-_UNDER_WAY:] = [_shorten(value, _DEPTH_OF_A_STATE) for value in stack[-_UNDER_WAY:]]
    machine.made, machine.objects_kept = 0, len(machine.memo.objects)


def gather(target: Entries, items: list[Value]) -> int:
    """How many values were put into the dict, which keeps only its first entries."""
    room = MOST_ENTRIES_OF_A_DICT * 2 - len(target.flat)
    if room <= 0:
        return 0
    target.flat += items[:room]
    return min(len(items), room)


def _is_kept(value: Value) -> bool:
    if type(value) is Call and type(value.callee) is Global:
        return value.callee.name in _KEPT_CALLS
    return type(value) is Global


def _hollow(stack: list[Value], stop: int) -> None:
    for position in range(max(stop, 0)):
        value = stack[position]
        if type(value) is Entries:
            value.flat.clear()
        elif type(value) is tuple:
            stack[position] = OPAQUE
        else:
            _shorten(value, 0)


def _shorten(value: Value, depth: int) -> Value:
    """The value with what it holds cut off below a depth."""
    if type(value) is tuple:
        return tuple(_shorten(item, depth - 1) for item in value) if depth > 0 else OPAQUE
    if type(value) is Entries:
        value.flat[:] = [_shorten(item, depth - 1) for item in value.flat] if depth > 0 else []
    elif type(value) is Call:
        value.arguments = _cut(value.arguments)
        value.callee = _flat(value.callee)
    return value


def _cut(arguments: Value) -> Value:
    return tuple(map(_flat, arguments)) if isinstance(arguments, tuple) else arguments


def _flat(value: Value) -> Value:
    return value if type(value) is int or type(value) is Global else OPAQUE
