"""The opcodes that look names up, make objects and set their states.

Source: https://github.com/python/cpython/blob/main/Modules/_pickle.c (the load functions).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.artifacts import opcodes as op
from envguard.artifacts.abstract_values import OPAQUE, Call, Global, Value
from envguard.artifacts.bounds import LONGEST_TUPLE
from envguard.artifacts.constant_opcodes import read_line
from envguard.artifacts.constants import LONGEST_NAME

if TYPE_CHECKING:
    from envguard.artifacts.machine import Effect, Machine


def _global(machine: Machine, at: int) -> int:
    found, following = _global_lines(machine, at)
    machine.stack.append(found)
    return following


def _global_lines(machine: Machine, at: int) -> tuple[Value, int]:
    module = read_line(machine, at)
    name = read_line(machine, at + 1 + len(module))
    following = at + 3 + len(module) + len(name)
    if max(len(module), len(name)) > LONGEST_NAME:
        machine.journal.note("computed-name", at, f"a name of more than {LONGEST_NAME} bytes")
        return OPAQUE, following
    try:
        return machine.look_up(module.decode(), name.decode(), at), following
    except UnicodeDecodeError:
        machine.journal.note("computed-name", at, "a name that is not UTF-8")
        return OPAQUE, following


def _stack_global(machine: Machine, at: int) -> int:
    name = machine.text(machine.stack.pop())
    module = machine.text(machine.stack.pop())
    if module is None or name is None:
        text = "a name is looked up that the bytes do not state as a constant"
        machine.journal.note("computed-name", at, text)
        machine.stack.append(OPAQUE)
    else:
        machine.stack.append(machine.look_up(module, name, at))
    return at + 1


def _extension(machine: Machine, at: int) -> int:
    size = op.ARGUMENT_BYTES[machine.buffer[at]]
    number = int.from_bytes(machine.buffer[at + 1 : at + 1 + size], "little")
    text = f"extension code {number}: its name is known only to the loading program's copyreg"
    machine.journal.note("extension-code", at, text)
    machine.stack.append(OPAQUE)
    return at + 1 + size


def _persistent_line(machine: Machine, at: int) -> int:
    following = at + 2 + len(read_line(machine, at))
    machine.stack.append(OPAQUE)
    _note_persistent(machine, at)
    return following


def _persistent(machine: Machine, at: int) -> int:
    machine.stack[-1] = OPAQUE
    _note_persistent(machine, at)
    return at + 1


def _note_persistent(machine: Machine, at: int) -> None:
    text = "an object is fetched by a persistent id, from outside of this file"
    machine.journal.note("persistent-id", at, text)


def _next_buffer(machine: Machine, at: int) -> int:
    text = "the data of an object stand outside of this file"
    machine.journal.note("out-of-band-buffer", at, text)
    machine.stack.append(OPAQUE)
    return at + 1


def _read_only(machine: Machine, at: int) -> int:
    machine.stack[-1] = OPAQUE
    return at + 1


def _call(machine: Machine, callee: Value, arguments: Value, at: int) -> None:
    if type(callee) is Global:
        callee.called = True
    call = Call(callee, arguments)
    machine.stack.append(call)
    machine.listener.called(machine, call, at)


def _reduce(machine: Machine, at: int) -> int:
    arguments = machine.stack.pop()
    _call(machine, machine.stack.pop(), arguments, at)
    return at + 1


def _new_with_keywords(machine: Machine, at: int) -> int:
    machine.stack.pop()
    return _reduce(machine, at)


def _object(machine: Machine, at: int) -> int:
    items = machine.from_mark()
    _call(machine, items[0], tuple(items[1 : 1 + LONGEST_TUPLE]), at)
    return at + 1


def _instance(machine: Machine, at: int) -> int:
    callee, following = _global_lines(machine, at)
    _call(machine, callee, tuple(machine.from_mark()[:LONGEST_TUPLE]), at)
    return following


def _build(machine: Machine, at: int) -> int:
    state = machine.stack.pop()
    target = machine.stack[-1]
    if type(target) is Global:
        text = f"a state is set on {target.module}.{target.name} itself, not on an object of it"
        machine.journal.note("build-on-name", at, text)
    following = machine.listener.built(machine, target, state, at)
    if following != at + 1:
        machine.leave_frame(at + 1)
    return following


EFFECTS: dict[int, Effect] = {
    **dict.fromkeys((op.EXT1, op.EXT2, op.EXT4), _extension),
    **dict.fromkeys((op.REDUCE, op.NEWOBJ), _reduce),
    op.GLOBAL: _global,
    op.STACK_GLOBAL: _stack_global,
    op.PERSID: _persistent_line,
    op.BINPERSID: _persistent,
    op.NEXT_BUFFER: _next_buffer,
    op.READONLY_BUFFER: _read_only,
    op.NEWOBJ_EX: _new_with_keywords,
    op.OBJ: _object,
    op.INST: _instance,
    op.BUILD: _build,
}
