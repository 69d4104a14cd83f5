"""The pages of rules, as a person reads them."""

from __future__ import annotations

import re
from textwrap import dedent
from typing import TYPE_CHECKING

from envguard.reports.layout import Cell, hang, joined, paint, wrap
from envguard.reports.tables import table
from envguard.reports.visible import cells, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envguard.facts.report import RulePage
    from envguard.reports.layout import Screen

INDENT = 2
LITERAL = ("$ ", ">>> ", "    ", "```")
"""How a line of code begins, which is never wrapped."""


def render_page(page: RulePage, screen: Screen) -> str:
    """One page: what the rule is, then its sections."""
    level = paint(page.level, page.level, screen)
    name = paint(f"{page.code} {page.name}", "strong", screen)
    family = paint(page.family, "", screen)
    lines = [f"{name} ({level}, {family})", *wrap(_plain(page.summary, screen), screen.width)]
    for heading, text in page.sections:
        lines += ["", paint(heading, "strong", screen), *_section(text, screen)]
    return joined(lines)


def render_list(pages: Sequence[RulePage], screen: Screen) -> str:
    """A line for each rule, by family."""
    lines: list[str] = []
    rows = {page.code: _cells(page) for page in pages}
    least = [max(map(cells, column)) for column in zip(*_heads(pages), strict=True)]
    for family in dict.fromkeys(page.family for page in pages):
        found = [rows[page.code] for page in pages if page.family == family]
        heading = paint(family, "strong", screen)
        lines += [*([""] if lines else []), heading, *table(found, screen, least=least)]
    return joined(lines)


def _heads(pages: Sequence[RulePage]) -> list[list[str]]:
    return [[cell.text for cell in _cells(page)[:-1]] for page in pages]


def _cells(page: RulePage) -> list[Cell]:
    return [
        Cell(page.code, "strong"),
        Cell(page.level, page.level),
        Cell(page.name),
        Cell(page.summary.replace("``", "`")),
    ]


def _section(text: str, screen: Screen) -> list[str]:
    """The text's paragraphs wrapped, its items and lines of code each by itself."""
    lines: list[str] = []
    paragraph: list[str] = []
    for line in [*dedent(text).strip("\n").splitlines(), ""]:
        literal = line.startswith(LITERAL)
        if paragraph and (literal or not line.strip() or line.startswith("- ")):
            lines += _wrapped(" ".join(paragraph), screen)
            paragraph = []
        if literal:
            lines.append(" " * INDENT + visible(line, ascii_only=screen.ascii))
        elif line.strip():
            paragraph.append(line.strip())
        else:
            lines.append("")
    return lines[:-1]


def _wrapped(paragraph: str, screen: Screen) -> list[str]:
    bullet = "- " if paragraph.startswith("- ") else ""
    lead = [(Cell(""), INDENT), *([(Cell("-"), INDENT)] if bullet else [])]
    return hang(screen, lead, _plain(paragraph[len(bullet) :], screen))


def _plain(text: str, screen: Screen) -> str:
    """``text`` safe to show, reStructuredText's double backticks as single ones."""
    told = re.sub(r"::$", ":", text.replace("``", "`"))
    return visible(told, ascii_only=screen.ascii)
