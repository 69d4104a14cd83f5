"""The opcodes that are too rare to stand in the machine's loop: one function for each effect.

A function gets the machine and the offset of the opcode and answers where the next one starts.
It may raise LookupError where the stack is too short; the machine makes a message of that.

Source: https://github.com/python/cpython/blob/main/Modules/_pickle.c (the load functions).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.artifacts import constant_opcodes, object_opcodes
from envguard.artifacts import opcodes as op
from envguard.artifacts.abstract_values import OPAQUE, Entries
from envguard.artifacts.bounds import gather

if TYPE_CHECKING:
    from envguard.artifacts.machine import Effect, Machine


def _opaque(machine: Machine, at: int) -> int:
    machine.stack.append(OPAQUE)
    return at + 1


def _list(machine: Machine, at: int) -> int:
    machine.from_mark()
    machine.stack.append(OPAQUE)
    return at + 1


def _dict(machine: Machine, at: int) -> int:
    items = machine.from_mark()
    if len(items) % 2:
        raise LookupError  # a key without its value
    found = Entries([])
    gather(found, items)
    machine.stack.append(found)
    return at + 1


def _need_target(machine: Machine) -> None:
    if not machine.stack:
        raise LookupError


def _add_items(machine: Machine, at: int) -> int:
    machine.from_mark()
    _need_target(machine)
    return at + 1


def _append(machine: Machine, at: int) -> int:
    machine.stack.pop()
    _need_target(machine)
    return at + 1


def _set_item(machine: Machine, at: int) -> int:
    value = machine.stack.pop()
    key = machine.stack.pop()
    target = machine.stack[-1]
    if type(target) is Entries:
        gather(target, [key, value])
    return at + 1


def _pop(machine: Machine, at: int) -> int:
    if machine.stack:
        machine.stack.pop()
    else:
        machine.from_mark()
    return at + 1


def _pop_mark(machine: Machine, at: int) -> int:
    machine.from_mark()
    return at + 1


def _duplicate(machine: Machine, at: int) -> int:
    machine.stack.append(machine.stack[-1])
    return at + 1


EFFECTS: dict[int, Effect] = {
    **constant_opcodes.EFFECTS,
    **object_opcodes.EFFECTS,
    **dict.fromkeys((op.LIST, op.FROZENSET), _list),
    op.EMPTY_SET: _opaque,
    op.DICT: _dict,
    op.ADDITEMS: _add_items,
    op.APPEND: _append,
    op.SETITEM: _set_item,
    op.POP: _pop,
    op.POP_MARK: _pop_mark,
    op.DUP: _duplicate,
}
