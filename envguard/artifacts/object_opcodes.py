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
from envguard.artifacts.told_values import LONGEST_TEXT, OTHER, told

if TYPE_CHECKING:
    from envguard.artifacts.machine import Effect, Machine


_STEPS_OF_A_CALL = 12


def _global(machine: Machine, at: int) -> int:
    machine.journal.effort.left -= _STEPS_OF_A_CALL
    found, following = _global_lines(machine, at)
    machine.stack.append(found)
    return following


def _global_lines(machine: Machine, at: int, encoding: str = "utf-8") -> tuple[Value, int]:
    buffer = machine.buffer
    first = buffer.find(b"\n", at + 1, min(at + 2 + LONGEST_NAME, machine.end))
    stop = buffer.find(b"\n", first + 1, min(first + 2 + LONGEST_NAME, machine.end))
    if first < 0 or stop < 0:
        return _long_lines(machine, at)
    lines = buffer[at + 1 : stop]
    found = machine.names_by_lines.get(lines)
    if found is None:
        try:
            module = lines[: first - at - 1].decode(encoding)
            name = lines[first - at :].decode(encoding)
        except UnicodeDecodeError:
            machine.journal.note("computed-name", at, f"a name that is not {encoding.upper()}")
            return OPAQUE, stop + 1
        found = machine.look_up(module, name, at)
        if lines.isascii():
            machine.names_by_lines[lines] = found
    return found, stop + 1


def _long_lines(machine: Machine, at: int) -> tuple[Value, int]:
    module = read_line(machine, at)
    name = read_line(machine, at + 1 + len(module))
    machine.journal.note("computed-name", at, f"a name of more than {LONGEST_NAME} bytes")
    return OPAQUE, at + 3 + len(module) + len(name)


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
    line = read_line(machine, at)
    machine.stack.append(OPAQUE)
    word = f"str:{line.decode(errors='backslashreplace')}" if len(line) <= LONGEST_TEXT else OTHER
    _note_persistent(machine, at, word)
    return at + 2 + len(line)


def _persistent(machine: Machine, at: int) -> int:
    identity = machine.stack[-1]
    machine.stack[-1] = OPAQUE
    head = machine.text(identity[0]) if type(identity) is tuple and identity else None
    is_named = head is not None and len(head) <= LONGEST_TEXT
    word = f"tuple:{head}" if is_named else told(machine, identity)
    if machine.expects is not None and machine.expects(machine, identity):
        machine.journal.fetch(word)
    else:
        _note_persistent(machine, at, word)
    return at + 1


def _note_persistent(machine: Machine, at: int, word: str) -> None:
    machine.journal.fetch(word)
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
    machine.journal.effort.left -= _STEPS_OF_A_CALL
    call = Call(callee, arguments)
    machine.stack.append(call)
    machine.listener.called(machine, call, at)


def _reduce(machine: Machine, at: int) -> int:
    stack = machine.stack
    arguments = stack.pop()
    callee = stack[-1]
    if type(callee) is Global:
        callee.called = True
    machine.journal.effort.left -= _STEPS_OF_A_CALL
    stack[-1] = call = Call(callee, arguments)
    machine.listener.called(machine, call, at)
    return at + 1


def _new_with_keywords(machine: Machine, at: int) -> int:
    machine.keywords = machine.stack.pop()
    return _reduce(machine, at)


def _object(machine: Machine, at: int) -> int:
    items = machine.from_mark()
    _call(machine, items[0], tuple(items[1 : 1 + LONGEST_TUPLE]), at)
    return at + 1


def _instance(machine: Machine, at: int) -> int:
    callee, following = _global_lines(machine, at, "ascii")
    _call(machine, callee, tuple(machine.from_mark()[:LONGEST_TUPLE]), at)
    return following


def _build(machine: Machine, at: int) -> int:
    state = machine.stack.pop()
    target = machine.stack[-1]
    if type(target) is Global:
        text = f"a state is set on {target.module}.{target.name} itself, not on an object of it"
        machine.journal.note("build-on-name", at, text)
    machine.journal.effort.left -= _STEPS_OF_A_CALL
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
