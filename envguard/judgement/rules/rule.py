"""What a rule is, apart from the function that judges it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from msgspec import Struct

from envguard.facts.report import Finding, Level, Unchecked
from envguard.judgement.case import Case

Judged: TypeAlias = Finding | Unchecked
Judge: TypeAlias = Callable[[Case], Iterator[Judged]]


class Rule(Struct, frozen=True, kw_only=True):
    """One rule: its code for ever, its name, its level, and why its fault matters."""

    code: str
    name: str
    level: Level
    why: str

    def finding(  # noqa: PLR0913  (the parts of a finding, each named by its caller)
        self,
        *,
        subject: str,
        expected: str,
        found: str,
        evidence: str,
        fix: str,
        level: Level | None = None,
        why: str | None = None,
    ) -> Finding:
        """A finding of this rule, at its own level unless another is given."""
        return Finding(
            rule=self.code,
            name=self.name,
            level=level or self.level,
            subject=subject,
            expected=expected,
            found=found,
            why=why or self.why,
            evidence=evidence,
            fix=fix,
        )

    def unchecked(self, reason: str) -> Unchecked:
        """That this rule could not be judged, and why."""
        return Unchecked(rule=self.code, reason=reason)


LISTED = 8
"""How many names a text lists before it only counts."""


def listing(names: list[str]) -> str:
    """Names in a row, bounded: ``a, b and 3 more``."""
    shown = ", ".join(names[:LISTED])
    return shown if len(names) <= LISTED else f"{shown} and {len(names) - LISTED} more"


def counted(number: int, noun: str) -> str:
    """A number and its noun: ``1 name``, ``3 names``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
