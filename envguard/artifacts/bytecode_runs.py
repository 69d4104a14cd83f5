"""On which Pythons bytecode does what it does on the one that wrote it.

Another release runs foreign bytecode without a look at it. Where each instruction that can be
reached has the same number, the same inline caches and the same meaning there, it even runs
rightly; else it raises ``unknown opcode``, crashes, or answers something else.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from envguard.artifacts.bytecode_tables import CACHES
from envguard.artifacts.opcode_names import MEANING_CHANGED, NAMES, SAME_AS

_MOST_HANDLERS = 64
_SAME, _DEPENDS, _OTHER = 0, 1, 2
_WORD = 2
_EXTENDED_ARG = "EXTENDED_ARG"
_COMPARE = "COMPARE_OP"
_COMPARISONS = 6
"""Comparisons that every release has; ``in``, ``is`` and the match of exceptions ended with 3.8.

Source: ``opcode.cmp_op``.
"""
_RETURNS = frozenset({"RETURN_VALUE", "RETURN_CONST"})
_ENDS = _RETURNS | {"RAISE_VARARGS", "RERAISE"}
_LEAVES = frozenset({"JUMP_ABSOLUTE", "JUMP_FORWARD", "CONTINUE_LOOP", "BREAK_LOOP"})
_BACKWARD = "JUMP_BACKWARD"
_ABSOLUTE = frozenset(
    {
        "JUMP_ABSOLUTE",
        "CONTINUE_LOOP",
        "POP_JUMP_IF_FALSE",
        "POP_JUMP_IF_TRUE",
        "JUMP_IF_FALSE_OR_POP",
        "JUMP_IF_TRUE_OR_POP",
        "JUMP_IF_NOT_EXC_MATCH",
    }
)
"""Before 3.11 their arguments count from the start."""
_RELATIVE = frozenset(
    {
        "JUMP_FORWARD",
        "FOR_ITER",
        "SETUP_LOOP",
        "SETUP_EXCEPT",
        "SETUP_FINALLY",
        "SETUP_WITH",
        "SETUP_ASYNC_WITH",
        "CALL_FINALLY",
        "SEND",
    }
)
_EMPTY_MAP = "BUILD_MAP_UNPACK_WITH_CALL"
"""What RESUME 0 is to 3.6 to 3.8: it leaves an empty dict below all else on the stack."""
_TAKEN_BACK = frozenset({("END_FINALLY", "3.8")})
"""What has another meaning since a release, and yet does the same in those before it: where 3.8
comes to an END_FINALLY without BEGIN_FINALLY, an exception is on the stack."""
_ENTRY = 4
_FIRST_OF_ENTRY, _MORE, _SIX_BITS = 0x80, 0x40, 0x3F
Runs = dict[str, frozenset[str]]


class _Instruction(NamedTuple):
    """One instruction: its opcode numbers (those that extend it first), and what may follow."""

    opcodes: tuple[int, ...]
    argument: int
    following: tuple[int, ...]
    returns: bool


def runs(code: bytes, handlers: bytes, writers: tuple[str, ...], *, walk: bool = True) -> Runs:
    """For each release that can have written bytecode, the others that run it as that one does.

    As long as it returns: what can only end in an exception is left out, unless ``walk`` is off.
    ``handlers`` is the exception table that code has since 3.11.
    """
    found: Runs = {}
    for writer in writers:
        if writer in NAMES:
            used = _used(code, handlers, writer) if walk else _all_of(code)
            found[writer] = frozenset(
                reader for reader in NAMES if reader != writer and _agree(used, writer, reader)
            )
    return found


def _agree(used: frozenset[tuple[int, bool]], writer: str, reader: str) -> bool:
    kinds = _kinds(writer, reader)
    return all(
        kinds[opcode] == _SAME or (kinds[opcode] == _DEPENDS and not beyond)
        for opcode, beyond in used
    )


def _used(code: bytes, handlers: bytes, writer: str) -> frozenset[tuple[int, bool]]:
    """Opcodes on the way to a return, and whether their argument is beyond all comparisons."""
    return frozenset(
        (opcode, one.argument >= _COMPARISONS)
        for one in _returning(_reached(code, writer, protected_by(handlers)))
        for opcode in one.opcodes
    )


def _all_of(code: bytes) -> frozenset[tuple[int, bool]]:
    pairs = zip(code[::_WORD], code[1::_WORD], strict=False)
    return frozenset((opcode, argument >= _COMPARISONS) for opcode, argument in set(pairs))


def loose_ends(code: bytes, release: str) -> int:
    """How badly bytecode fits a release by its jumps: instructions that nothing reaches.

    3.10 counts instructions where 3.9 counts bytes; read as the other's, jumps go astray.
    """
    reached = _reached(code, release, [])
    astray = sum(
        not (0 <= target < len(code)) or target % _WORD != 0
        for one in reached.values()
        for target in one.following
    )
    covered = sum(len(one.opcodes) for one in reached.values())
    return len(code) // _WORD - covered + (len(code) if astray else 0)


def protected_by(table: bytes) -> list[tuple[int, int, int]]:
    """Start, end and handler of each entry of an exception table, in bytes of the bytecode.

    Source: https://github.com/python/cpython/blob/3.11/Objects/exception_handling_notes.txt
    """
    numbers: list[int] = []
    value = 0
    for byte in table:
        if byte & _FIRST_OF_ENTRY:
            del numbers[len(numbers) // _ENTRY * _ENTRY :]
        value = value << 6 | byte & _SIX_BITS
        if not byte & _MORE:
            numbers.append(value)
            value = 0
    entries = range(0, len(numbers) - _ENTRY + 1, _ENTRY)[:_MOST_HANDLERS]
    return [
        (_WORD * numbers[at], _WORD * (numbers[at] + numbers[at + 1]), _WORD * numbers[at + 2])
        for at in entries
    ]


@cache
def _kinds(writer: str, reader: str) -> bytes:
    """For each opcode number of the writer, how the reader takes it."""
    return bytes(_kind(number, writer, reader) for number in range(256))


def _kind(number: int, writer: str, reader: str) -> int:
    wrote, reads = NAMES[writer].get(number), NAMES[reader].get(number)
    if wrote == "RESUME" and reads == _EMPTY_MAP:
        return _SAME
    if (wrote, writer) in _TAKEN_BACK and reads == wrote:
        return _SAME
    if wrote is None or reads is None or _caches(number, writer) != _caches(number, reader):
        return _SAME if number == 0 and wrote == "CACHE" else _OTHER
    if _meaning(wrote, writer) != _meaning(reads, reader):
        return _OTHER
    if wrote == _COMPARE and min(_number(writer), _number(reader)) < (3, 9):
        return _SAME if max(_number(writer), _number(reader)) < (3, 9) else _DEPENDS
    return _SAME


def _meaning(name: str, release: str) -> tuple[str, int]:
    name = SAME_AS.get(name, name)
    changed = MEANING_CHANGED.get(name, ())
    if release == "3.11" and name in SAME_AS.values():
        return name, len(changed)
    return name, sum(_number(since) <= _number(release) for since in changed)


def _caches(number: int, release: str) -> int:
    table = CACHES[release]
    return int(table[number], 16) if number < len(table) and table[number] != "." else 0


def _reached(
    code: bytes, release: str, protected: list[tuple[int, int, int]]
) -> dict[int, _Instruction]:
    """Each instruction that is reached, by its position; handlers follow what they protect."""
    found: dict[int, _Instruction] = {}
    todo = [0]
    while todo:
        position = todo.pop()
        if position not in found and 0 <= position < len(code) - 1:
            one = _instruction(code, position, release)
            caught = tuple(handler for start, end, handler in protected if start <= position < end)
            found[position] = one = one._replace(following=one.following + caught)
            todo += one.following
    return found


def _instruction(code: bytes, position: int, release: str) -> _Instruction:
    names, opcodes, argument = NAMES[release], [code[position]], code[position + 1]
    while names.get(opcodes[-1]) == _EXTENDED_ARG and position + 3 < len(code):
        position += _WORD
        opcodes.append(code[position])
        argument = argument << 8 | code[position + 1]
    name = names.get(opcodes[-1], "")
    position += _WORD * (1 + _caches(opcodes[-1], release))
    target = _target(name, argument, position, release)
    following = [] if target is None else [target]
    if name not in _ENDS and name not in _LEAVES and not name.startswith(_BACKWARD):
        following.append(position)
    return _Instruction(tuple(opcodes), argument, tuple(following), name in _RETURNS)


def _returning(reached: dict[int, _Instruction]) -> list[_Instruction]:
    """Those from which a return can be reached; all of them where there is none."""
    before: dict[int, list[int]] = {}
    for position, one in reached.items():
        for following in one.following:
            before.setdefault(following, []).append(position)
    todo = [position for position, one in reached.items() if one.returns]
    if not todo:
        return list(reached.values())
    found: set[int] = set()
    while todo:
        position = todo.pop()
        if position not in found:
            found.add(position)
            todo += before.get(position, ())
    return [reached[position] for position in found]


def _target(name: str, argument: int, following: int, release: str) -> int | None:
    """Where an instruction may jump to, by itself or on an exception; None where it does not."""
    number = _number(release)
    distance = argument * _WORD if number >= (3, 10) else argument
    if "BACKWARD" in name:
        return following - distance
    if name in _ABSOLUTE and number < (3, 11):
        return distance
    if name in _RELATIVE or "JUMP" in name:
        return following + distance
    return None


@cache
def _number(release: str) -> tuple[int, ...]:
    return tuple(int(part) for part in release.split("."))
