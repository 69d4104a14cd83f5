"""What the findings say of loading the artifact in the target, and of using it there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.facts.report import Finding, StaticBehaviour, StaticLoad, Unchecked
from envguard.judgement.libraries.pandas_reading import read_by_pandas

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envguard.judgement.case import Case

READ_BY_PANDAS = "a frame or series is taken to be read by pandas.read_pickle"
LOAD_FAILS = frozenset(
    {"EG104", "EG107", "EG108", "EG301", "EG302", "EG303", "EG304", "EG307", "EG310", "EG311"}
)
LOAD_FAILS |= {"EG313", "EG314"}
LOAD_FAILS |= {"EG330"}
LOAD_FAILS |= {"EG315", "EG316", "EG317", "EG318", "EG319"}
"""Rules whose finding, unless it is a note, means that loading raises."""
LOAD_DOUBTS = frozenset({"EG104", "EG107", "EG310", "EG311", "EG312", "EG901", "EG904"})
LOAD_DOUBTS |= {"EG330"}
LOAD_DOUBTS |= {"EG315", "EG316", "EG318", "EG319"}
"""Rules that leave loading undecided where they could not be judged."""
USE_FAILS = frozenset({"EG105", "EG601", "EG602", "EG610"})
USE_FAILS |= {"EG603"}
USE_FAILS |= {"EG612"}
USE_FAILS |= {"EG605"}
"""Rules whose finding means that it loads, or may, and that using it raises or crashes."""
USE_DIFFERS = frozenset({"EG604", "EG611"})
"""Rules whose finding means that it loads and answers otherwise, without an error."""


def predict_load(case: Case, results: Sequence[Finding | Unchecked]) -> StaticLoad:
    """Whether loading works in the target, as far as files, names and contracts tell."""
    findings = [r for r in results if isinstance(r, Finding)]
    fails = [_told(f) for f in findings if f.rule in LOAD_FAILS and f.level != "note"]
    if fails:
        return StaticLoad(outcome="fails", reasons=_ordered(fails))
    doubts = [r.reason for r in results if isinstance(r, Unchecked) and r.rule in LOAD_DOUBTS]
    if doubts:
        return StaticLoad(outcome="undecided", reasons=_ordered(doubts))
    by_pandas = [READ_BY_PANDAS] if read_by_pandas(case) else []
    return StaticLoad(outcome="loads", reasons=_ordered([_why_it_loads(case), *by_pandas]))


def predict_behaviour(load: StaticLoad, results: Sequence[Finding | Unchecked]) -> StaticBehaviour:
    """What contracts say of using the artifact in the target."""
    findings = [r for r in results if isinstance(r, Finding)]
    fails = [
        f"{f.subject}: {f.evidence}" for f in findings if f.rule in USE_FAILS and f.level == "error"
    ]
    if load.outcome == "fails":
        return StaticBehaviour(outcome="undecided", reasons=("it does not load",))
    if fails:
        return StaticBehaviour(outcome="error", reasons=_ordered(fails))
    differs = [f"{f.subject}: {f.evidence}" for f in findings if f.rule in USE_DIFFERS]
    if differs:
        return StaticBehaviour(outcome="differs", reasons=_ordered(differs))
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
