"""The report of a check, as a person reads it."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from envguard.reports.fixes import fix_lines, joint_install
from envguard.reports.layout import (
    CODE,
    LABEL,
    TEXT_LIMIT,
    Cell,
    coded,
    fit,
    hang,
    joined,
    one_line,
    paint,
    row,
    unbroken,
    wrap,
)
from envguard.reports.tables import table
from envguard.reports.visible import bounded, cells

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from envguard.facts.report import Finding, Level, Report, Verdict
    from envguard.reports.layout import Screen

SHOWN = 20
"""Warnings told in full, and notes told at all."""
REASONS = 5
BULLET = 2
SUBJECT_LIMIT = 100
VALUE_LIMIT = 80
EVIDENCE_LIMIT = 400
LEVELS: tuple[Level, ...] = ("error", "warning", "note")
VERDICTS: tuple[Verdict, ...] = ("broken", "unknown", "holds")
LOAD = {"loads": "predicted to work", "fails": "predicted to fail", "undecided": "undecided"}
USE = {
    "same": "predicted to be the same",
    "differs": "predicted to differ",
    "error": "predicted to break",
    "undecided": "undecided",
}
NOTHING = Cell("")
LONG_DIGEST = re.compile(r"\b([0-9a-f]{12})[0-9a-f]{28,}\b")


def render(reports: Sequence[Report], screen: Screen) -> str:
    """Each report, and a line for each at the end where there are several."""
    blocks = [_report(report, screen) for report in reports]
    if len(reports) > 1:
        blocks.append(_summary(reports, screen))
    if hint := _hint(reports, screen):
        blocks.append([hint])
    return "\n".join(joined(block) for block in blocks)


def title(screen: Screen, before: str, after: str) -> list[str]:
    """``before`` and ``after`` with an arrow between, on one line where they fit on it.

    Further lines are indented, so that no path can forge a line of the report below.
    """
    limit = 3 * screen.width
    first, second = fit(before, limit, screen), f"{screen.arrow} {fit(after, limit, screen)}"
    if cells(first) + cells(second) + 1 <= screen.width:
        return [paint(f"{first} {second}", "strong", screen)]
    room = screen.width - BULLET
    start, *rest = [*wrap(first, room), *wrap(second, room)]
    return [paint(line, "strong", screen) for line in (start, *(f"  {line}" for line in rest))]


def count(number: int, noun: str) -> str:
    """``1 error``, ``2 errors``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _report(report: Report, screen: Screen) -> list[str]:
    verdict = Cell(report.verdict.upper(), report.verdict)
    lines = [
        *title(screen, report.artifact.path, report.target.label),
        *row(screen, verdict, _counts(report)),
        *_outcomes(report, screen),
    ]
    findings = _findings(report, screen)
    if any(f.level != "note" for f in report.findings):
        lines.append("")
    told = (f.fix for f in report.findings if f.level != "note" and f.excused_by is None)
    if command := joint_install(told):
        lead = [(Cell("at once"), LABEL), (Cell("fix", "quiet"), CODE)]
        findings.append(unbroken(screen, lead, command))
    return [*lines, *findings, *_unchecked(report, screen)]


def _counts(report: Report) -> str:
    live = [f.level for f in report.findings if f.excused_by is None]
    parts = [count(live.count(level), level) for level in LEVELS if level in live]
    if excused := len(report.findings) - len(live):
        parts.append(f"{excused} excused")
    if report.unchecked:
        parts.append(f"{len(report.unchecked)} not checked")
    return ", ".join(parts) or "no findings"


def _outcomes(report: Report, screen: Screen) -> list[str]:
    load, use = report.load.static, report.behaviour.static
    bound = 1 if report.verdict == "holds" else REASONS
    lines = _outcome(screen, "load", LOAD[load.outcome], _some(load.reasons, bound))
    if use.outcome != "undecided" or use.reasons:
        lines += _outcome(screen, "use", USE[use.outcome], _some(use.reasons, bound))
    if report.verdict == "unknown" and not report.unchecked:
        lines += row(screen, Cell("decides"), "a snapshot from where it was made")
    return lines


def _some(reasons: tuple[str, ...], bound: int) -> tuple[str, ...]:
    """At most ``bound`` reasons, the last with a count of those left out."""
    if len(reasons) <= bound:
        return reasons
    *first, last = reasons[:bound]
    return (*first, f"{last} (and {len(reasons) - bound} more)")


def _outcome(screen: Screen, label: str, words: str, reasons: tuple[str, ...]) -> list[str]:
    if len(reasons) == 1:
        return row(screen, Cell(label), f"{words}: {reasons[0]}")
    lines = row(screen, Cell(label), words)
    for reason in reasons:
        lines += hang(screen, [(NOTHING, LABEL), (Cell("-"), BULLET)], reason)
    return lines


def _findings(report: Report, screen: Screen) -> list[str]:
    live = {
        level: [f for f in report.findings if f.level == level and f.excused_by is None]
        for level in LEVELS
    }
    warnings, notes = live["warning"], live["note"]
    lines = [
        *_detailed([*live["error"], *warnings[:SHOWN]], screen),
        *(_compact(f, screen) for f in warnings[SHOWN:]),
        *(_compact(f, screen) for f in notes[:SHOWN]),
    ]
    if (more := len(notes) - SHOWN) > 0:
        lines += row(screen, Cell("note", "note"), f"and {more} more: --format json has them all")
    for finding in report.findings:
        if finding.excused_by is not None:
            body = f"{_statement(finding, screen)} (by {finding.excused_by})"
            lines += coded(screen, Cell("excused", "quiet"), finding.rule, body)
    return lines


def _detailed(findings: Iterable[Finding], screen: Screen) -> list[str]:
    """Findings in full; a rule's why is said once, and so is a fix that several in a row share."""
    lines: list[str] = []
    explained: set[tuple[str, str]] = set()
    for (rule, why, fix), alike in groupby(findings, key=lambda f: (f.rule, f.why, f.fix)):
        for finding in alike:
            label = Cell(finding.level, finding.level)
            lines += coded(screen, label, finding.rule, _statement(finding, screen), style="strong")
            if finding.evidence:
                seen = fit(finding.evidence, EVIDENCE_LIMIT, screen)
                lines += coded(screen, NOTHING, "seen", seen)
        if why and (rule, why) not in explained:
            explained.add((rule, why))
            lines += coded(screen, NOTHING, "why", why)
        if fix:
            lines += fix_lines(screen, fix)
    return lines


def _compact(finding: Finding, screen: Screen) -> str:
    """A finding on one line: what was expected, an arrow, what was found."""
    values = [_value(value, screen) for value in (finding.expected, finding.found) if value]
    subject = fit(finding.subject, SUBJECT_LIMIT, screen)
    body = ": ".join(filter(None, (subject, f" {screen.arrow} ".join(values))))
    return one_line(screen, Cell(finding.level, finding.level), finding.rule, body)


def _statement(finding: Finding, screen: Screen) -> str:
    parts = [
        f"{word} {_value(value, screen)}"
        for word, value in (("expected", finding.expected), ("found", finding.found))
        if value
    ]
    subject = fit(finding.subject, SUBJECT_LIMIT, screen)
    return f"{subject}: {', '.join(parts)}" if parts else subject


def _value(value: str, screen: Screen) -> str:
    short = LONG_DIGEST.sub(rf"\1{screen.ellipsis}", bounded(value, TEXT_LIMIT))
    return fit(short, VALUE_LIMIT, screen)


def _unchecked(report: Report, screen: Screen) -> list[str]:
    """What could not be judged, each reason said once with all the rules that it kept open."""
    rules: dict[str, list[str]] = {}
    for open_rule in report.unchecked:
        rules.setdefault(open_rule.reason, []).append(open_rule.rule)
    lines = ["", "what would decide it"] if rules and report.verdict == "unknown" else []
    for reason, (first, *others) in rules.items():
        also = f" (also {', '.join(others)})" if others else ""
        lines += coded(screen, Cell("unchecked", "unknown"), first, f"{reason}{also}")
    return lines


def _summary(reports: Sequence[Report], screen: Screen) -> list[str]:
    """The verdict of each report in a line; what they all share is left out."""
    verdicts = [report.verdict for report in reports]
    totals = [f"{verdicts.count(v)} {v}" for v in VERDICTS if v in verdicts]
    several_artifacts = len({report.artifact.path for report in reports}) > 1
    several_targets = len({report.target.label for report in reports}) > 1
    rows = []
    for report in reports:
        row = [Cell(report.verdict.upper(), report.verdict)]
        if several_artifacts or not several_targets:
            row.append(Cell(report.artifact.path))
        if several_targets:
            row.append(Cell(report.target.label))
        rows.append([*row, Cell(_main_counts(report), "quiet")])
    return [f"{count(len(reports), 'report')}: {', '.join(totals)}", *table(rows, screen)]


def _main_counts(report: Report) -> str:
    """The counts that made the verdict."""
    live = [f.level for f in report.findings if f.excused_by is None]
    parts = [count(live.count(level), level) for level in LEVELS[:2] if level in live]
    if report.verdict == "unknown" and report.unchecked:
        parts.append(f"{len(report.unchecked)} not checked")
    return ", ".join(parts)


def _hint(reports: Sequence[Report], screen: Screen) -> str:
    told = [f for report in reports for f in report.findings if f.excused_by is None]
    worst = next((f for level in LEVELS[:2] for f in told if f.level == level), None)
    if worst is None:
        return ""
    return paint(f"envguard rule {fit(worst.rule, 40, screen)} explains a finding", "quiet", screen)
