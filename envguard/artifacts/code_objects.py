"""Code objects that dill and cloudpickle put into a pickle: whose bytecode, and what it names.

The number of arguments of ``types.CodeType`` narrows the writer's Python; which opcodes and
inline caches the bytecode has, and what its line table covers, narrow it further.

Source: https://docs.python.org/3/library/types.html#types.CodeType and CPython's
Objects/codeobject.c (code_new) of each release; dill's ``save_code`` and ``_create_code`` in
https://github.com/uqfoundation/dill/blob/master/dill/_dill.py; cloudpickle's ``_code_reduce`` in
https://github.com/cloudpipe/cloudpickle/blob/master/cloudpickle/cloudpickle.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from envguard.artifacts.abstract_values import Call, Global, Value
from envguard.artifacts.bytecode_runs import runs
from envguard.artifacts.code_writers import LAYOUTS, Layout, writers_of
from envguard.artifacts.constants import bytes_extent, integer_at
from envguard.artifacts.function_globals import GlobalsGatherer
from envguard.artifacts.instructions import globals_read, variables_read
from envguard.artifacts.module_uses import ModuleUses, ModuleUsesGatherer, module_uses
from envguard.artifacts.reconstruction import first, raw_bytes
from envguard.facts.artifact import EmbeddedCode

if TYPE_CHECKING:
    from envguard.artifacts.machine import Machine
    from envguard.artifacts.module_uses import Constant


_OF_OTHER_WIDTH = frozenset({"2.7"})
_MOST_WALKED = 1 << 18
_MOST_OBJECTS = 16_384
_STEPS_OF_AN_OBJECT = 80
_MOST_READ = 2 << 20
"""Bytes of bytecode, and names and constants beside it, that are looked into in one artifact."""


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
        self.functions = GlobalsGatherer()
        """What the functions made of them have for globals."""
        self._found: dict[int, EmbeddedCode] = {}
        self._globals: dict[int, set[str]] = {}
        self._modules = ModuleUsesGatherer()
        self._number = 0
        self._read = 0

    def add(self, machine: Machine, call: Call, offset: int) -> None:
        """Takes up the code object that a call makes."""
        machine.journal.effort.spend(_STEPS_OF_AN_OBJECT, offset)
        stated = isinstance(call.arguments, tuple)
        arguments = call.arguments if isinstance(call.arguments, tuple) else ()
        found = EmbeddedCode(
            function="",
            pythons=(),
            names=(),
            arguments=len(arguments) if stated else None,
            constructor=_constructor(call),
        )
        had_lines_in_front = bool(arguments) and not _is_count(machine, arguments[0])
        if had_lines_in_front:
            arguments = arguments[1:]
        layout = LAYOUTS.get(len(arguments))
        if layout is None or not self._may_read(machine, layout, arguments, offset):
            self._keep(call, found)
            return
        pythons = writers_of(machine, layout, arguments, had_lines_in_front=had_lines_in_front)
        names, variables = set(_texts(machine, arguments[layout.names])), set[str]()
        read = _look_into(machine, layout, arguments, pythons, variables)
        inners: list[EmbeddedCode] = []
        numbers: list[int] = []
        for constant in _tuple(arguments[layout.constants]):
            if isinstance(constant, Call) and isinstance(constant.note, int):
                numbers.append(constant.note)
                inner = self._found.pop(constant.note, None)
                inners.extend([inner] if inner is not None else [])
                names.update(inner.names if inner is not None else ())
                variables.update(inner.variables if inner is not None else ())
                read |= self._globals.pop(constant.note, set())
        found = msgspec.structs.replace(
            found,
            function=machine.text(arguments[layout.function]) or "",
            pythons=pythons,
            names=tuple(sorted(names)),
            variables=tuple(sorted(variables)),
            runs=self._runs(machine, layout, arguments, pythons, inners),
        )
        self._keep(call, found)
        self._globals[self._number] = read
        self._modules.add(self._number, _uses(machine, layout, arguments, pythons), numbers)

    def _may_read(
        self, machine: Machine, layout: Layout, arguments: tuple[Value, ...], offset: int
    ) -> bool:
        code = arguments[layout.code]
        where = bytes_extent(machine.buffer, code) if type(code) is int else None
        self._read += where[1] - where[0] if where is not None else 0
        self._read += 16 * len(_tuple(arguments[layout.names]))
        self._read += 16 * len(_tuple(arguments[layout.constants])) + 64
        if self._read <= _MOST_READ:
            return True
        text = f"more than {_MOST_READ} bytes of embedded code: not all of it is looked into"
        machine.journal.note("limit", offset, text)
        return False

    def _runs(
        self,
        machine: Machine,
        layout: Layout,
        arguments: tuple[Value, ...],
        pythons: tuple[str, ...],
        inners: list[EmbeddedCode],
    ) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Which releases run it, and the code objects inside of it, as its writer does."""
        code = raw_bytes(machine, arguments[layout.code])
        if code is None:
            return ()
        table = raw_bytes(machine, arguments[layout.lines + 1]) if layout.handlers else None
        found = runs(code, table or b"", pythons, walk=self._read <= _MOST_WALKED)
        for inner in inners:
            agreed = dict(inner.runs)
            found = {w: readers & set(agreed.get(w, ())) for w, readers in found.items()}
        return tuple((writer, tuple(sorted(readers))) for writer, readers in found.items())

    def _keep(self, call: Call, code: EmbeddedCode) -> None:
        if len(self._found) >= _MOST_OBJECTS:
            return
        self._number += 1
        call.note = self._number
        self._found[self._number] = code

    @property
    def outermost(self) -> tuple[EmbeddedCode, ...]:
        """Each distinct code object that is not a constant of another."""
        unbound, missing = (
            self.functions.unbound(self._globals),
            self.functions.missing(self._globals),
        )
        bound = self.functions.modules()
        return tuple(
            sorted(
                {
                    msgspec.structs.replace(
                        code,
                        unbound=unbound.get(number, ()),
                        missing=missing.get(number, ()),
                        imports=self._modules.imports(number),
                        attributes=self._modules.attributes(number, bound),
                        carries_globals=number in bound and "__builtins__" not in bound[number],
                    )
                    for number, code in self._found.items()
                },
                key=_order,
            )
        )


def _order(code: EmbeddedCode) -> tuple[str, tuple[str, ...], str]:
    return code.function, code.names, repr(code)  # None and a number have no order


def _constructor(call: Call) -> str:
    callee = call.callee
    return f"{callee.module}.{callee.name}" if type(callee) is Global else "types.CodeType"


def _look_into(
    machine: Machine,
    layout: Layout,
    arguments: tuple[Value, ...],
    pythons: tuple[str, ...],
    variables: set[str],
) -> set[str]:
    """The global names that bytecode reads, and adds the environment variables.

    Nothing where no release is known to have written it, or one without 2 bytes an instruction.
    """
    code = raw_bytes(machine, arguments[layout.code])
    if code is None or not pythons or pythons[0] in _OF_OTHER_WIDTH:
        return set()
    names = [machine.text(item) for item in _tuple(arguments[layout.names])]
    constants = [machine.text(item) for item in _tuple(arguments[layout.constants])]
    variables |= variables_read(code, pythons[0], names, constants)
    return globals_read(code, pythons[0], names)


def _uses(
    machine: Machine, layout: Layout, arguments: tuple[Value, ...], pythons: tuple[str, ...]
) -> ModuleUses:
    code = raw_bytes(machine, arguments[layout.code])
    if code is None or not pythons:
        return ModuleUses()
    table = raw_bytes(machine, arguments[layout.lines + 1]) if layout.handlers else None
    names = [machine.text(item) for item in _tuple(arguments[layout.names])]
    constants: list[Constant] = [
        integer_at(machine.buffer, item)
        if type(item) is int
        else ()
        if isinstance(item, tuple)
        else None
        for item in _tuple(arguments[layout.constants])
    ]
    return module_uses(code, table or b"", pythons[0], names, constants)


def _is_count(machine: Machine, value: Value) -> bool:
    return type(value) is int and integer_at(machine.buffer, value) is not None


def _tuple(value: Value) -> tuple[Value, ...]:
    return value if isinstance(value, tuple) else ()


def _texts(machine: Machine, value: Value) -> list[str]:
    texts = (machine.text(item) for item in _tuple(value))
    return [text for text in texts if text is not None]
