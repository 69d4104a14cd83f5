"""Untrusted text made safe to show: what cannot be seen, or moves what can, is spelled out.

Names in an artifact, paths and the words of a target are written by others. Escape sequences,
bidirectional overrides, line ends and invisible characters in them could rewrite a terminal, forge
a line of a report or hide part of a name.
"""

from __future__ import annotations

import re
from unicodedata import category, east_asian_width

BLANKS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Characters that Python calls printable and that show nothing.

Source: https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
"""

STACKED_MARKS = 3
"""Combining marks that one letter may carry; Vietnamese, Thai and Hebrew need no more."""


def visible(text: str, *, ascii_only: bool = False) -> str:
    r"""``text`` on one line, each character of it visible; the others as ``\x1b`` or ``\u202e``.

    A backslash stays as it is, so Windows paths stay readable.
    """
    if text.isascii() and text.isprintable():
        return text
    shown: list[str] = []
    marks = 0
    for char in text:
        marks = marks + 1 if _is_mark(char) else 0
        hidden = not char.isprintable() or BLANKS.match(char) or (ascii_only and char > "~")
        stray = marks > STACKED_MARKS or (marks == 1 and not shown)
        shown.append(_spelled(char) if hidden or stray else char)
    return "".join(shown)


def cells(text: str) -> int:
    """How many columns of a terminal ``text`` takes: wide characters two, combining marks none.

    Source: https://www.unicode.org/reports/tr11/
    """
    return len(text) if text.isascii() else sum(map(_width, text))


def shorten(text: str, limit: int, *, ellipsis: str) -> str:
    """``text`` in at most ``limit`` columns, its middle left out if need be.

    The middle goes because both ends of a path and of a dotted name tell most.
    """
    if cells(text) <= limit:
        return text
    room = limit - cells(ellipsis)
    head = _fitting(text, room - room // 2)
    tail = _fitting(text[::-1], room // 2)[::-1]
    return f"{head}{ellipsis}{tail}"


def bounded(text: str, limit: int) -> str:
    """``text``, or both its ends where it is far longer than ``limit`` columns could show."""
    span = limit * (STACKED_MARKS + 1)
    return text if len(text) <= 2 * span else text[:span] + text[-span:]


def _fitting(text: str, room: int) -> str:
    """The start of ``text``, which is wider than ``room``, that fits into it."""
    end = 0
    while (size := _width(text[end])) <= room:
        room -= size
        end += 1
    return text[:end]


def _width(char: str) -> int:
    if _is_mark(char):
        return 0
    return 2 if east_asian_width(char) in "WF" else 1


def _is_mark(char: str) -> bool:
    return char > "\u02ff" and category(char) in {"Mn", "Me"}


def _spelled(char: str) -> str:
    named = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
    return named.get(char) or char.encode("unicode_escape").decode("ascii")
