"""What the findings say of loading the artifact in the target, and of using it there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.facts.report import Finding, StaticBehaviour, StaticLoad, Unchecked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envguard.judgement.case import Case

LOAD_FAILS = frozenset({"EG104", "EG301", "EG302", "EG303", "EG304", "EG307", "EG310", "EG311"})
"""Rules whose finding means that loading raises."""
LOAD_DOUBTS = frozenset({"EG104", "EG105", "EG310", "EG311", "EG312", "EG901", "EG904"})
"""Rules that leave loading undecided where they could not be judged."""
USE_FAILS = frozenset({"EG105", "EG601", "EG602"})
"""Rules whose finding means that it loads, or may, and that using it raises or crashes."""


def predict_load(case: Case, results: Sequence[Finding | Unchecked]) -> StaticLoad:
    """Whether loading works in the target, as far as files, names and contracts tell."""
    findings = [r for r in results if isinstance(r, Finding)]
    fails = [_told(f) for f in findings if f.rule in LOAD_FAILS]
    if fails:
        return StaticLoad(outcome="fails", reasons=_ordered(fails))
    doubts = [r.reason for r in results if isinstance(r, Unchecked) and r.rule in LOAD_DOUBTS]
    doubts += [
        f"{f.subject} of {f.expected} may not load with {f.found}"
        for f in findings
        if f.rule == "EG105"
    ]
    if doubts:
        return StaticLoad(outcome="undecided", reasons=_ordered(doubts))
    return StaticLoad(outcome="loads", reasons=(_why_it_loads(case),))


def predict_behaviour(load: StaticLoad, results: Sequence[Finding | Unchecked]) -> StaticBehaviour:
    """What contracts say of using the artifact in the target."""
    findings = [r for r in results if isinstance(r, Finding)]
    fails = [f"{f.subject}: {f.evidence}" for f in findings if f.rule in USE_FAILS]
    if load.outcome == "fails":
        return StaticBehaviour(outcome="undecided", reasons=("it does not load",))
    if fails:
        return StaticBehaviour(outcome="error", reasons=_ordered(fails))
    changed = [f"{f.subject} is not the recorded code" for f in findings if f.rule == "EG305"]
    reasons = _ordered(changed) or ("no golden outputs are recorded",)
    return StaticBehaviour(outcome="undecided", reasons=reasons)


def _told(finding: Finding) -> str:
    return f"{finding.rule} {finding.subject}: {finding.found}"


def _ordered(reasons: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(set(reasons)))


def _why_it_loads(case: Case) -> str:
    count = len({(need.module, need.name) for need in case.needs})
    if not count:
        return "it needs no names"
    if case.target_kind == "snapshot" and not case.target.resolutions:
        return (
            "all that owns its names has the recorded release and source, "
            "on the same Python and platform"
        )
    return "its one name resolves" if count == 1 else f"all {count} names resolve"
