"""Code objects that dill and cloudpickle put into a pickle: whose bytecode, and what it names.

The number of arguments of ``types.CodeType`` narrows the writer's Python; which opcodes and
inline caches the bytecode has, and what its line table covers, narrow it further.

Source: https://docs.python.org/3/library/types.html#types.CodeType and CPython's
Objects/codeobject.c (code_new) of each release; dill's ``save_code`` and ``_create_code`` in
https://github.com/uqfoundation/dill/blob/master/dill/_dill.py; cloudpickle's ``_code_reduce`` in
https://github.com/cloudpipe/cloudpickle/blob/master/cloudpickle/cloudpickle.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from envguard.artifacts.abstract_values import Call, Global, Value
from envguard.artifacts.bytecode_tables import CACHES
from envguard.artifacts.constants import integer_at
from envguard.artifacts.reconstruction import first, raw_bytes
from envguard.facts.artifact import EmbeddedCode

if TYPE_CHECKING:
    from envguard.artifacts.machine import Machine


class _Layout(NamedTuple):
    """Where a code object's arguments stand, for one number of them."""

    pythons: tuple[str, ...]
    code: int
    constants: int
    names: int
    function: int
    lines: int


_LAYOUTS = {
    14: _Layout(("2.7",), code=4, constants=5, names=6, function=9, lines=11),
    15: _Layout(("3.6", "3.7"), code=5, constants=6, names=7, function=10, lines=12),
    16: _Layout(("3.8", "3.9", "3.10"), code=6, constants=7, names=8, function=11, lines=13),
    17: _Layout((), code=6, constants=7, names=8, function=12, lines=14),  # PyPy 3.11
    18: _Layout(("3.11", "3.12", "3.13"), code=6, constants=7, names=8, function=12, lines=14),
}
_WITH_LINE_TABLE = "3.10"
_READ_GLOBAL = {"3.13": (91, 71)}
_READ_GLOBAL_BEFORE = (116, 144)
"""LOAD_GLOBAL and EXTENDED_ARG: the same numbers from 3.6 to 3.12, others in 3.13.

Source: ``opcode.opmap`` of each release; a test compares them.
"""
_SHIFTED_SINCE = frozenset({"3.11", "3.12", "3.13"})
"""Releases whose LOAD_GLOBAL keeps a flag in the lowest bit of its argument."""
_ALWAYS_BOUND = frozenset(
    {"__builtins__", "__doc__", "__file__", "__loader__", "__name__", "__package__", "__spec__"}
)


def makes_code(machine: Machine, call: Call) -> bool:
    """Whether a call makes a code object."""
    callee = call.callee
    if type(callee) is Global:
        return (callee.name == "_create_code" and callee.module.startswith("dill.")) or (
            callee.name in {"CodeType", "code"} and callee.module in {"types", "builtins"}
        )
    if type(callee) is Call and type(callee.callee) is Global:
        if callee.callee.name not in {"_builtin_type", "_load_type"}:
            return False
        inner = first(callee.arguments)
        return inner is not None and machine.text(inner) == "CodeType"
    return False


class CodeGatherer:
    """The code objects of one artifact; one that is a constant of another is told with it."""

    def __init__(self) -> None:
        self._found: dict[int, EmbeddedCode] = {}
        self._globals: dict[int, set[str]] = {}
        self._number = 0

    def add(self, machine: Machine, call: Call) -> None:
        """Takes up the code object that a call makes."""
        arguments = call.arguments if isinstance(call.arguments, tuple) else ()
        had_lines_in_front = bool(arguments) and not _is_count(machine, arguments[0])
        if had_lines_in_front:
            arguments = arguments[1:]
        layout = _LAYOUTS.get(len(arguments))
        if layout is None:
            self._keep(call, EmbeddedCode(function="", pythons=(), names=()))
            return
        pythons = _pythons(machine, layout, arguments, had_lines_in_front=had_lines_in_front)
        names = set(_texts(machine, arguments[layout.names]))
        read = _globals_read(machine, layout, arguments, pythons)
        for constant in _tuple(arguments[layout.constants]):
            if isinstance(constant, Call) and isinstance(constant.note, int):
                inner = self._found.pop(constant.note, None)
                names.update(inner.names if inner is not None else ())
                read |= self._globals.pop(constant.note, set())
        function = machine.text(arguments[layout.function]) or ""
        names_found = tuple(sorted(names))
        self._keep(call, EmbeddedCode(function=function, pythons=pythons, names=names_found))
        self._globals[self._number] = read

    def bind(self, machine: Machine, call: Call, offset: int) -> None:
        """Takes up that a function is made of a code object and of its global names.

        dill writes the globals of a function of ``__main__`` as a reference to ``__main__``, not
        as their values, unless its setting ``recurse`` is on.

        Source: https://github.com/uqfoundation/dill/blob/master/dill/_dill.py (save_function,
        save_module_dict).
        """
        del machine, offset
        arguments = call.arguments if isinstance(call.arguments, tuple) else ()
        if len(arguments) < 2 or not isinstance(arguments[0], Call):  # noqa: PLR2004  (code, globals)
            return
        number, place = arguments[0].note, arguments[1]
        if isinstance(number, int) and isinstance(place, Global) and place.name == "__main__":
            import builtins  # noqa: PLC0415  (seldom)

            unbound = self._globals.get(number, set()) - set(dir(builtins)) - _ALWAYS_BOUND
            self._found[number] = msgspec.structs.replace(
                self._found[number], unbound=tuple(sorted(unbound))
            )

    def _keep(self, call: Call, code: EmbeddedCode) -> None:
        self._number += 1
        call.note = self._number
        self._found[self._number] = code

    @property
    def outermost(self) -> tuple[EmbeddedCode, ...]:
        """Each distinct code object that is not a constant of another."""
        return tuple(sorted(set(self._found.values())))


def _pythons(
    machine: Machine,
    layout: _Layout,
    arguments: tuple[Value, ...],
    *,
    had_lines_in_front: bool,
) -> tuple[str, ...]:
    candidates = layout.pythons
    code = raw_bytes(machine, arguments[layout.code])
    if code is None or len(candidates) < 2:  # noqa: PLR2004  (nothing left to narrow)
        return candidates
    if _WITH_LINE_TABLE in candidates:
        lines = raw_bytes(machine, arguments[layout.lines])
        covers_all = lines is not None and sum(lines[::2]) == len(code)
        if had_lines_in_front or covers_all:
            return (_WITH_LINE_TABLE,)
        if lines is not None:
            candidates = tuple(one for one in candidates if one != _WITH_LINE_TABLE)
    return tuple(one for one in candidates if runs_on(code, CACHES[one]))


def _globals_read(
    machine: Machine, layout: _Layout, arguments: tuple[Value, ...], pythons: tuple[str, ...]
) -> set[str]:
    """The global names that bytecode reads; empty where no release is known to have written it."""
    code = raw_bytes(machine, arguments[layout.code])
    if code is None or not pythons:
        return set()
    load_global, extended = _READ_GLOBAL.get(pythons[0], _READ_GLOBAL_BEFORE)
    names = [machine.text(item) for item in _tuple(arguments[layout.names])]
    found, high = set(), 0
    for position in range(0, len(code) - 1, 2):
        opcode, argument = code[position], code[position + 1] | high
        high = argument << 8 if opcode == extended else 0
        if opcode == load_global:
            index = argument >> 1 if pythons[0] in _SHIFTED_SINCE else argument
            name = names[index] if index < len(names) else None
            if name is not None:
                found.add(name)
    return found


def runs_on(code: bytes, caches: str) -> bool:
    """Whether bytecode has only opcodes of one release, with its empty caches after them."""
    position = 0
    while position < len(code):
        opcode = code[position]
        if opcode >= len(caches) or caches[opcode] == ".":
            return False
        after = position + 2 + 2 * int(caches[opcode], 16)
        if any(code[position + 2 : after]):
            return False
        position = after
    return position == len(code)


def _is_count(machine: Machine, value: Value) -> bool:
    return type(value) is int and integer_at(machine.buffer, value) is not None


def _tuple(value: Value) -> tuple[Value, ...]:
    return value if isinstance(value, tuple) else ()


def _texts(machine: Machine, value: Value) -> list[str]:
    texts = (machine.text(item) for item in _tuple(value))
    return [text for text in texts if text is not None]
