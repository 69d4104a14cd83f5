"""What bytecode does, as far as a few instructions tell: globals it reads, variables it asks for.

Source: https://docs.python.org/3/library/dis.html and ``opcode.opmap`` of each release; a test
compares the numbers with the interpreters on the machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Numbers(NamedTuple):
    """The opcodes of one release that are looked for, and what its arguments mean."""

    load_global: int = 116
    load_name: int = 101
    load_const: int = 100
    load_attr: int = 106
    load_method: int = 160
    subscript: int = 25
    extended: int = 144
    silent: tuple[int, ...] = ()
    """Those that stand between others without meaning anything here: CACHE and PUSH_NULL."""
    flagged_global: bool = False
    """LOAD_GLOBAL keeps a flag in the lowest bit of its argument."""
    flagged_attr: bool = False


_BEFORE = Numbers()
_NUMBERS = {
    "3.11": Numbers(silent=(0, 2), flagged_global=True),
    "3.12": Numbers(load_method=-1, silent=(0, 2), flagged_global=True, flagged_attr=True),
    "3.13": Numbers(
        load_global=91,
        load_name=92,
        load_const=83,
        load_attr=82,
        load_method=-1,
        subscript=5,
        extended=71,
        silent=(0, 34),
        flagged_global=True,
        flagged_attr=True,
    ),
}
_WIDEST = 0xFFFF_FFFF
_MAPPINGS = frozenset({"os.environ", "environ"})
_READERS = frozenset({"os.getenv", "getenv", "os.environ.get", "environ.get"})


def numbers_of(python: str) -> Numbers:
    """The opcodes of a feature release from 3.6 on."""
    return _NUMBERS.get(python, _BEFORE)


def globals_read(code: bytes, python: str, names: Sequence[str | None]) -> set[str]:
    """The global names that bytecode reads."""
    numbers = numbers_of(python)
    found = set()
    for opcode, argument in _instructions(code, numbers):
        if opcode == numbers.load_global:
            name = _at(names, argument >> 1 if numbers.flagged_global else argument)
            if name is not None:
                found.add(name)
    return found


def variables_read(
    code: bytes, python: str, names: Sequence[str | None], constants: Sequence[str | None]
) -> set[str]:
    """The environment variables that bytecode asks ``os`` for by a constant name."""
    numbers = numbers_of(python)
    found = set()
    path, asked = "", ""
    for opcode, argument in _instructions(code, numbers):
        if asked and opcode == numbers.subscript:
            found.add(asked)
        asked = ""
        if opcode in {numbers.load_global, numbers.load_name}:
            shifted = numbers.flagged_global and opcode == numbers.load_global
            path = _at(names, argument >> 1 if shifted else argument) or ""
        elif opcode in {numbers.load_attr, numbers.load_method}:
            name = _at(names, argument >> 1 if numbers.flagged_attr else argument)
            path = f"{path}.{name}" if path and name else ""
        elif opcode == numbers.load_const and path in _MAPPINGS:
            asked = _at(constants, argument) or ""
            path = ""
        elif opcode == numbers.load_const and path in _READERS:
            name = _at(constants, argument)
            if name:
                found.add(name)
            path = ""
        else:
            path = ""
    return found


def _instructions(code: bytes, numbers: Numbers) -> Iterator[tuple[int, int]]:
    high = 0
    for position in range(0, len(code) - 1, 2):
        opcode, argument = code[position], code[position + 1] | high
        if opcode == numbers.extended:
            high = argument << 8 & _WIDEST
            continue
        high = 0
        if opcode not in numbers.silent:
            yield opcode, argument


def _at(texts: Sequence[str | None], index: int) -> str | None:
    return texts[index] if index < len(texts) else None
