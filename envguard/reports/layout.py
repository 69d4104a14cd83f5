"""Lines of a report: labels in columns, text wrapped beside them, a little colour.

Plain text and a few escape codes by hand: rich's console takes as long to import as all the rest
of a check takes to answer, so it is kept for tables (``tables.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from envguard.reports.visible import bounded, cells, shorten, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LABEL = 10
"""Columns of the first column: a level, a verdict, a heading."""
CODE = 7
"""Columns of the second: a rule's code, or what the line tells of a finding."""
NARROWEST = 16
"""Columns that wrapped text gets, however narrow the screen."""
TEXT_LIMIT = 600
"""Columns of one text; the documents have all of it."""
BREAKS = "/\\.,:;=_-"
"""A word too long for its line breaks after one of these where it can."""

SGR = {
    "broken": "1;31",
    "holds": "1;32",
    "unknown": "1;33",
    "error": "1;31",
    "warning": "33",
    "note": "36",
    "strong": "1",
    "quiet": "2",
}
"""Select Graphic Rendition codes of each style; only what every terminal has.

Source: ECMA-48, 8.3.117
"""


class Screen(Struct, frozen=True, kw_only=True):
    """What a text is shown on."""

    width: int = 80
    colour: bool = False
    ascii: bool = False
    """Its encoding holds nothing else, so every other character is spelled out."""

    @property
    def arrow(self) -> str:
        """From one thing to another."""
        return "->" if self.ascii else "\u2192"

    @property
    def ellipsis(self) -> str:
        """Where something was left out."""
        return "..." if self.ascii else "\u2026"


class Cell(NamedTuple):
    """A piece of text with its style."""

    text: str
    style: str = ""


def fit(text: str, limit: int, screen: Screen) -> str:
    """``text`` safe to show in at most ``limit`` columns."""
    safe = visible(bounded(text, limit), ascii_only=screen.ascii)
    return shorten(safe, limit, ellipsis=screen.ellipsis)


def row(screen: Screen, label: Cell, body: str, *, style: str = "") -> list[str]:
    """``label`` in the first column, ``body`` wrapped beside it."""
    return hang(screen, [(label, LABEL)], body, style=style)


def coded(screen: Screen, label: Cell, code: str, body: str, *, style: str = "") -> list[str]:
    """``label`` and ``code`` in two columns, ``body`` wrapped beside them."""
    return hang(screen, [(label, LABEL), (Cell(code, "quiet"), CODE)], body, style=style)


def hang(
    screen: Screen, lead: Iterable[tuple[Cell, int]], body: str, *, style: str = ""
) -> list[str]:
    """``body`` wrapped to the right of ``lead``, whose cells fill at least the columns given."""
    start, indent = _lead(screen, lead)
    room = max(NARROWEST, screen.width - indent)
    lines = wrap(fit(body, TEXT_LIMIT, screen), room)
    painted = [paint(line, style, screen) for line in lines]
    return [(start + painted[0]).rstrip(), *(" " * indent + line for line in painted[1:])]


def unbroken(screen: Screen, lead: Iterable[tuple[Cell, int]], text: str) -> str:
    """``text`` beside ``lead`` on one line however long: a command must survive being copied."""
    start, _ = _lead(screen, lead)
    return start + paint(text, "strong", screen)


def one_line(screen: Screen, label: Cell, code: str, body: str) -> str:
    """As ``coded``, the middle of ``body`` left out where it does not fit on one line."""
    start, indent = _lead(screen, [(label, LABEL), (Cell(code, "quiet"), CODE)])
    return start + fit(body, max(NARROWEST, screen.width - indent), screen)


def paint(text: str, style: str, screen: Screen) -> str:
    """``text``, safe to show, in ``style`` where the screen has colour."""
    safe = visible(text, ascii_only=screen.ascii)
    code = SGR.get(style)
    return f"\x1b[{code}m{safe}\x1b[0m" if screen.colour and code and safe else safe


def wrap(text: str, width: int) -> list[str]:
    """``text`` in lines of at most ``width`` columns, at least one line."""
    lines: list[str] = []
    line, used = "", 0
    for word in text.split(" "):
        size = cells(word)
        if line and used + 1 + size <= width:
            line, used = f"{line} {word}", used + 1 + size
            continue
        if line:
            lines.append(line)
        *full, line = _pieces(word, width) if size > width else [word]
        lines.extend(full)
        used = cells(line)
    return [*lines, line]


def joined(lines: Iterable[str]) -> str:
    """The lines as a text that ends with a line end, or nothing."""
    return "".join(f"{line}\n" for line in lines)


def _pieces(word: str, width: int) -> Iterator[str]:
    start = used = after_break = 0
    for index, char in enumerate(word):
        size = cells(char)
        if used + size > width:
            early = start + (index - start) // 3
            cut = after_break if after_break > early else index
            yield word[start:cut]
            used = cells(word[cut:index])
            start = cut
        used += size
        if char in BREAKS:
            after_break = index + 1
    yield word[start:]


def _lead(screen: Screen, lead: Iterable[tuple[Cell, int]]) -> tuple[str, int]:
    start, indent = "", 0
    for cell, columns in lead:
        text = fit(cell.text, max(columns, screen.width // 4), screen)
        size = cells(text)
        filled = columns if size < columns else size + 1
        start += paint(text, cell.style, screen) + " " * (filled - size)
        indent += filled
    return start, indent
