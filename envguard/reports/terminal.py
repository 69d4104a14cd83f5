"""Text for people: each kind of result on a terminal, in a pipe or in a CI log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.reports import (
    changes_text,
    inspection_text,
    report_text,
    rule_text,
    written_text,
)
from envguard.reports.layout import fit, joined, paint
from envguard.reports.visible import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envguard.errors import EnvguardError
    from envguard.facts.report import Diff, Inspection, Report, RulePage, Written
    from envguard.reports.layout import Screen

ERROR_LIMIT = 1000
"""Columns of one line of an error."""


def render_reports(reports: Sequence[Report], screen: Screen) -> str:
    """What checks found; empty without reports."""
    return report_text.render(reports, screen)


def render_inspections(inspections: Sequence[Inspection], screen: Screen) -> str:
    """What artifacts are."""
    return inspection_text.render(inspections, screen)


def render_written(written: Sequence[Written], screen: Screen) -> str:
    """Which snapshots were written."""
    return written_text.render(written, screen)


def render_diff(diff: Diff, screen: Screen) -> str:
    """What differs between two places."""
    return changes_text.render(diff, screen)


def render_rule(page: RulePage, screen: Screen) -> str:
    """The page of one rule."""
    return rule_text.render_page(page, screen)


def render_rules(pages: Sequence[RulePage], screen: Screen) -> str:
    """A list of rules."""
    return rule_text.render_list(pages, screen)


def render_error(error: EnvguardError, screen: Screen) -> str:
    """What happened, why and the way out, a line each; never wrapped, so three lines at most."""
    lines = [f"{paint('error:', 'error', screen)} {fit(error.what, ERROR_LIMIT, screen)}"]
    if error.why:
        lines.append(f"  why: {fit(error.why, ERROR_LIMIT, screen)}")
    if error.fix:
        lines.append(f"  fix: {visible(error.fix, ascii_only=screen.ascii)}")
    return joined(lines)
