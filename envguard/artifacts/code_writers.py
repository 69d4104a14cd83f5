"""Which Python wrote a code object: by the number of its arguments, its opcodes and its line table.

Source: https://docs.python.org/3/library/types.html#types.CodeType and CPython's
Objects/codeobject.c (code_new) of each release.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from envguard.artifacts.bytecode_runs import loose_ends
from envguard.artifacts.bytecode_tables import CACHES
from envguard.artifacts.reconstruction import raw_bytes

if TYPE_CHECKING:
    from envguard.artifacts.abstract_values import Value
    from envguard.artifacts.machine import Machine


class Layout(NamedTuple):
    """Where a code object's arguments stand, for one number of them."""

    pythons: tuple[str, ...]
    code: int
    constants: int
    names: int
    function: int
    lines: int
    handlers: bool = False
    """Its exception table stands behind the line table."""


LAYOUTS = {
    14: Layout(("2.7",), code=4, constants=5, names=6, function=9, lines=11),
    15: Layout(("3.6", "3.7"), code=5, constants=6, names=7, function=10, lines=12),
    16: Layout(("3.8", "3.9", "3.10"), code=6, constants=7, names=8, function=11, lines=13),
    17: Layout((), code=6, constants=7, names=8, function=12, lines=14),  # PyPy 3.11
    18: Layout(
        ("3.11", "3.12", "3.13"),
        code=6,
        constants=7,
        names=8,
        function=12,
        lines=14,
        handlers=True,
    ),
}
_WITH_LINE_TABLE = "3.10"
_LONGEST_COMPARED = 1 << 14


def writers_of(
    machine: Machine,
    layout: Layout,
    arguments: tuple[Value, ...],
    *,
    had_lines_in_front: bool,
) -> tuple[str, ...]:
    """The feature releases that can have written a code object with these arguments."""
    candidates = layout.pythons
    code = raw_bytes(machine, arguments[layout.code])
    if code is None or len(candidates) < 2:  # noqa: PLR2004  (nothing left to narrow)
        return candidates
    if _WITH_LINE_TABLE in candidates:
        lines = raw_bytes(machine, arguments[layout.lines])
        covers_all = lines is not None and sum(lines[::2]) == len(code)
        if had_lines_in_front or covers_all:
            return (_WITH_LINE_TABLE,)
    fitting = tuple(one for one in candidates if runs_on(code, CACHES[one]))
    if _WITH_LINE_TABLE in fitting and len(fitting) > 1 and len(code) <= _LONGEST_COMPARED:
        # Its line table may have been written in the older form, as ``co_lnotab``.
        ends = {one: loose_ends(code, one) for one in fitting}
        fitting = tuple(one for one in fitting if ends[one] == min(ends.values()))
    return fitting


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
