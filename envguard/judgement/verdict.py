"""All rules over one case, and what follows from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.errors import worst
from envguard.facts.report import (
    RANK,
    Behaviour,
    Finding,
    Level,
    Load,
    Report,
    ReportArtifact,
    ReportTarget,
    Unchecked,
    Verdict,
)
from envguard.judgement.load import predict_behaviour, predict_load
from envguard.judgement.rules.catalogue import TABLE
from envguard.judgement.rules.trial import untried

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from envguard.judgement.case import Case

EXIT_CODE: dict[Verdict, int] = {"holds": 0, "broken": 1, "unknown": 3}


def judge(case: Case, *, fail_on: Level = "error", path: str) -> Report:
    """The report on one artifact and one target; the same for the same facts in any order."""
    results = [result for entry in TABLE for result in entry.judge(case)]
    findings = tuple(sorted((r for r in results if isinstance(r, Finding)), key=_order))
    load = predict_load(case, results)
    results += untried(load)
    unchecked = tuple(
        Unchecked(rule=rule, reason=reason)
        for rule, reason in sorted(
            {(r.rule, r.reason) for r in results if isinstance(r, Unchecked)}
        )
    )
    return Report(
        artifact=ReportArtifact(path=path, digests=case.facts.digests if case.facts else {}),
        target=ReportTarget(label=case.label, kind=case.target_kind),
        verdict=_verdict(findings, unchecked, fail_on),
        load=Load(static=load),
        behaviour=Behaviour(static=predict_behaviour(load, results)),
        findings=findings,
        unchecked=unchecked,
    )


def _order(finding: Finding) -> tuple[int, str, str, str, str, str]:
    f = finding
    return (RANK[f.level], f.rule, f.subject, f.expected, f.found, f.evidence)


def _verdict(
    findings: Sequence[Finding], unchecked: Sequence[Unchecked], fail_on: Level
) -> Verdict:
    """Broken by a finding that counts; else unknown by a rule not judged; else it holds.

    The rules that count are those of ``fail_on`` and above, since each could have broken it.
    """
    limit = RANK[fail_on]
    if any(RANK[f.level] <= limit and f.excused_by is None for f in findings):
        return "broken"
    levels = {entry.rule.code: entry.rule.level for entry in TABLE}
    if any(RANK[levels[u.rule]] <= limit for u in unchecked):
        return "unknown"
    return "holds"


def exit_code(reports: Iterable[Report], *, exit_zero: bool = False) -> int:
    """The exit code of several reports: the worst; 3 where there is none.

    ``exit_zero`` hides broken (1) and never unknown (3).
    """
    codes = {EXIT_CODE[report.verdict] for report in reports}
    if exit_zero:
        codes = {0 if code == 1 else code for code in codes}
    return worst(codes, of_none=3)
