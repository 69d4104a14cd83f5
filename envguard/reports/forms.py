"""The forms that results can take, by name: the one place that a new form is added to.

A form is a module with the functions of ``Form``. All of them are pure: a result in, text out.
Those of this module raise UsageError for a form that is not in the table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from envguard.errors import UsageError
from envguard.reports import json_text, terminal
from envguard.reports.layout import Screen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envguard.errors import EnvguardError
    from envguard.facts.report import Diff, Inspection, Report, RulePage, Written

__all__ = [
    "FORMS",
    "Form",
    "Screen",
    "render_diff",
    "render_error",
    "render_inspections",
    "render_reports",
    "render_rule",
    "render_rules",
    "render_written",
]

PLAIN = Screen()


class Form(Protocol):
    """One way to tell every kind of result."""

    def render_reports(self, reports: Sequence[Report], screen: Screen, /) -> str:
        """What checks found."""

    def render_inspections(self, inspections: Sequence[Inspection], screen: Screen, /) -> str:
        """What artifacts are."""

    def render_written(self, written: Sequence[Written], screen: Screen, /) -> str:
        """Which snapshots were written."""

    def render_diff(self, diff: Diff, screen: Screen, /) -> str:
        """What differs between two places."""

    def render_rule(self, page: RulePage, screen: Screen, /) -> str:
        """The page of one rule."""

    def render_rules(self, pages: Sequence[RulePage], screen: Screen, /) -> str:
        """A list of rules."""

    def render_error(self, error: EnvguardError, screen: Screen, /) -> str:
        """What ended a command."""


FORMS: dict[str, Form] = {"rich": terminal, "json": json_text}


def render_reports(form: str, reports: Sequence[Report], screen: Screen = PLAIN) -> str:
    """What checks found, in ``form``; empty or an empty list without reports."""
    return _form(form).render_reports(reports, screen)


def render_inspections(form: str, inspections: Sequence[Inspection], screen: Screen = PLAIN) -> str:
    """What artifacts are, in ``form``."""
    return _form(form).render_inspections(inspections, screen)


def render_written(form: str, written: Sequence[Written], screen: Screen = PLAIN) -> str:
    """Which snapshots were written, in ``form``."""
    return _form(form).render_written(written, screen)


def render_diff(form: str, diff: Diff, screen: Screen = PLAIN) -> str:
    """What differs between two places, in ``form``."""
    return _form(form).render_diff(diff, screen)


def render_rule(form: str, page: RulePage, screen: Screen = PLAIN) -> str:
    """The page of one rule, in ``form``."""
    return _form(form).render_rule(page, screen)


def render_rules(form: str, pages: Sequence[RulePage], screen: Screen = PLAIN) -> str:
    """A list of rules, in ``form``."""
    return _form(form).render_rules(pages, screen)


def render_error(error: EnvguardError, screen: Screen = PLAIN, *, form: str = "rich") -> str:
    """What ended a command, in ``form``."""
    return _form(form).render_error(error, screen)


def _form(name: str) -> Form:
    if name not in FORMS:
        raise UsageError(
            f"No report form is called {name!r}.", fix=f"Choose one of: {', '.join(FORMS)}"
        )
    return FORMS[name]
