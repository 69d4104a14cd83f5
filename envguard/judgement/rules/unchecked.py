"""EG9: what could not be read or compared, so that nobody takes silence for a good answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.facts.unknown import Unknown
from envguard.judgement.distribution_names import name_of
from envguard.judgement.rules.rule import Rule, counted, listing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from envguard.facts.environment import Distribution
    from envguard.judgement.case import Case
    from envguard.judgement.rules.rule import Judged

ARTIFACT_NOT_FULLY_READ = Rule(
    code="EG901",
    name="artifact-not-fully-read",
    level="error",
    why="What was not read may need anything.",
)
NO_SNAPSHOT = Rule(
    code="EG902",
    name="no-snapshot",
    level="error",
    why="Without one there is nothing to compare releases, code and bytes with.",
)
DISTRIBUTION_UNREADABLE = Rule(
    code="EG903",
    name="distribution-unreadable",
    level="warning",
    why="Damaged metadata hide what is installed, and confuse installers.",
)
TARGET_NOT_FULLY_READ = Rule(
    code="EG904",
    name="target-not-fully-read",
    level="error",
    why="What the target did not say may be what breaks.",
)


def artifact_not_fully_read(case: Case) -> Iterator[Judged]:
    """Every byte of the artifact was accounted for.

    What it checks:
        Whether reading came to the end of the artifact without meeting anything that a clean
        one of its format does not have.
    Why it breaks:
        A cut file does not load, and what follows a cut or an oddity may hide further needs.
    Example:
        A copy that stopped half way; a second pickle after the first.
    Fix:
        Copy or write the artifact again; `envguard inspect` lists every anomaly.
    When it cannot tell:
        That is what this rule tells.
    """
    facts = case.facts
    if facts is None:
        yield ARTIFACT_NOT_FULLY_READ.unchecked("no artifact was given, and none is recorded")
    elif facts.anomalies:
        texts = [f"{a.text} (at byte {a.offset})" for a in facts.anomalies]
        yield ARTIFACT_NOT_FULLY_READ.unchecked(f"{case.artifact_name}: {listing(texts)}")
    elif not facts.complete:
        what = facts.format or "its format is not known"
        yield ARTIFACT_NOT_FULLY_READ.unchecked(f"{case.artifact_name} was not read fully: {what}")


def no_snapshot(case: Case) -> Iterator[Judged]:
    """There is a snapshot of the artifact.

    What it checks:
        Whether a snapshot lies beside the artifact or was named.
    Why it breaks:
        The artifact's own needs tell whether it loads; they do not tell what it was trained
        with, so drift stays unseen.
    Example:
        model.pkl was copied to the server without model.pkl.envguard.json.
    Fix:
        Copy the sidecar along, or run `envguard snapshot` where the artifact was written.
    When it cannot tell:
        That is what this rule tells.
    """
    if case.recorded is None:
        yield NO_SNAPSHOT.unchecked(
            case.no_snapshot
            or f"{case.artifact_name} has no snapshot; run `envguard snapshot` where it was written"
        )


def distribution_unreadable(case: Case) -> Iterator[Judged]:
    """The metadata of what is installed in the target can be read.

    What it checks:
        Each metadata folder on the target's path; those of no concern to the artifact are
        counted in one note.
    Why it breaks:
        What cannot be read cannot be compared, and some installers fail on it altogether.
    Example:
        A ``~cikit_learn`` folder left by an interrupted upgrade.
    Fix:
        Install the distribution again; remove what an interrupted upgrade left.
    When it cannot tell:
        The release of an owner is missing: version-differs is then unchecked.
    """
    others: list[str] = []
    for distribution in case.target.environment.packages:
        damage = _damage(distribution)
        if damage is None:
            continue
        name = name_of(distribution)
        if name is None or case.tiers.get(name) not in {"T1", "T2"}:
            others.append(distribution.path)
            continue
        yield DISTRIBUTION_UNREADABLE.finding(
            subject=name,
            expected="readable metadata",
            found=damage,
            evidence=distribution.path,
            fix=f"python -m pip install --force-reinstall --no-deps {name}",
        )
    if others:
        yield DISTRIBUTION_UNREADABLE.finding(
            subject="other distributions",
            expected="readable metadata",
            found=f"{counted(len(others), 'damaged metadata folder')}",
            evidence=listing(sorted(others)),
            fix="Remove or reinstall them; the artifact does not use them",
            level="note",
        )


def _damage(distribution: Distribution) -> str | None:
    """What is wrong with its metadata; None where nothing is."""
    if distribution.error is not None:
        return distribution.error
    unread = [f.reason for f in (distribution.name, distribution.version) if isinstance(f, Unknown)]
    return unread[0] if unread else None


def target_not_fully_read(case: Case) -> Iterator[Judged]:
    """The target answered all that it was asked.

    What it checks:
        What kept the target's answer from being whole.
    Why it breaks:
        What was not answered may be what breaks.
    Example:
        Importing a needed module took longer than the time-out.
    Fix:
        Mend what the reason names; give a longer ``--timeout``.
    When it cannot tell:
        That is what this rule tells.
    """
    for trouble in case.target.trouble:
        yield TARGET_NOT_FULLY_READ.unchecked(trouble)
