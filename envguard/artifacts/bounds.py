"""The bounds of a walk: how much of a pickle's objects is kept, and for how long.

A hostile pickle ends in a MalformedError of kind ``limit``; a large one loses only what no call
and no state still to come can be expected to need.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from envguard.artifacts.abstract_values import OPAQUE, Call, Entries, Global, Value
from envguard.artifacts.journal import MalformedError
from envguard.artifacts.memo import MOST_ENTRIES, MemoFullError

if TYPE_CHECKING:
    from envguard.artifacts.machine import Machine

LONGEST_TUPLE = 1024
MOST_ENTRIES_OF_A_DICT = 512
_MOST_ON_STACK = 1_000_000
_MOST_MARKS = 20_000
_MOST_MADE = 200_000
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
    if len(machine.marks) > _MOST_MARKS:
        raise MalformedError("limit", at, f"more than {_MOST_MARKS} open marks")
    check_stack(machine, at, below=sum(map(len, machine.marks)))
    if len(machine.memo.codes) + len(machine.memo.objects) > MOST_ENTRIES:
        raise MemoFullError
    if machine.made + machine.gathered > _MOST_MADE:
        _forget(machine)


def check_stack(machine: Machine, at: int, *, below: int = 0) -> None:
    """Looks at the topmost stack alone, and at how many values are known to lie below it.

    Raises:
        MalformedError: more is open at once than any artifact has.
    """
    if len(machine.stack) + below > _MOST_ON_STACK:
        raise MalformedError("limit", at, f"more than {_MOST_ON_STACK} values on the stack")


def _forget(machine: Machine) -> None:
    """Hollows the memo and the stack.

    The topmost values, where a target and its state may be under way, stay as deep as states are
    read. Further down a dict that is still being filled stays a dict, and a call a call.
    """
    machine.memo.forget(_is_kept, machine.objects_kept)
    shortening = _Shortening()
    for stack in machine.marks[:-_LEVELS_UNDER_WAY]:
        shortening.hollow(stack, len(stack))
    for stack in (*machine.marks[-_LEVELS_UNDER_WAY:], machine.stack):
        shortening.hollow(stack, len(stack) - _UNDER_WAY)
        topmost = stack[-_UNDER_WAY:]
        stack[-_UNDER_WAY:] = [shortening.shorten(one, _DEPTH_OF_A_STATE) for one in topmost]
    machine.made, machine.gathered, machine.objects_kept = 0, 0, len(machine.memo.objects)
    gc.collect(0)  # what holds itself; older objects are not looked at


def gather(target: Entries, items: list[Value]) -> int:
    """How many values were put into the dict, which keeps only its first entries."""
    room = MOST_ENTRIES_OF_A_DICT * 2 - len(target.flat)
    if len(items) <= room:
        target.flat += items
        return len(items)
    target.cut = True
    target.flat += items[:room]
    return room


def _is_kept(value: Value) -> bool:
    if type(value) is Call and type(value.callee) is Global:
        return value.callee.name in _KEPT_CALLS
    return type(value) is Global


class _Shortening:
    """One going over the stacks: what is shared among them is looked at once for each depth."""

    def __init__(self) -> None:
        self._done: dict[tuple[int, int], tuple[Value, Value]] = {}
        """By identity and depth: what was shortened, which keeps its identity its own, to what."""
        self._bare: dict[Value, Call] = {}

    def hollow(self, stack: list[Value], stop: int) -> None:
        """Cuts off all that the first values of a stack hold; calls of one name become one."""
        for position in range(max(stop, 0)):
            value = stack[position]
            if type(value) is tuple:
                stack[position] = OPAQUE
            elif type(value) is Entries:
                value.cut = value.cut or bool(value.flat)
                value.flat.clear()
            elif type(value) is Call:
                stack[position] = self._bare_call(value)

    def _bare_call(self, call: Call) -> Call:
        callee = _flat(call.callee)
        if call.note is not None:
            call.callee, call.arguments = callee, OPAQUE
            return call
        found = self._bare.get(callee)
        if found is None:
            found = self._bare[callee] = Call(callee, OPAQUE)
        return found

    def shorten(self, value: Value, depth: int) -> Value:
        """The value with what it holds cut off below a depth."""
        if type(value) is int or type(value) is Global or value is OPAQUE:
            return value
        found = self._done.get((id(value), depth))
        if found is None:
            found = self._done[id(value), depth] = value, self._shortened(value, depth)
        return found[1]

    def _shortened(self, value: Value, depth: int) -> Value:
        if type(value) is tuple:
            if depth <= 0 and value:
                return OPAQUE
            return tuple(self.shorten(item, depth - 1) for item in value)
        if type(value) is Entries:
            value.cut = value.cut or (depth <= 0 and bool(value.flat))
            kept = value.flat if depth > 0 else []
            value.flat[:] = [self.shorten(item, depth - 1) for item in kept]
        elif type(value) is Call:
            value.arguments = _cut(value.arguments)
            value.callee = _flat(value.callee)
        return value


def _cut(arguments: Value) -> Value:
    return tuple(map(_flat, arguments)) if isinstance(arguments, tuple) else arguments


def _flat(value: Value) -> Value:
    return value if type(value) is int or type(value) is Global else OPAQUE
