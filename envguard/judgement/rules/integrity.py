"""EG0: the artifact is the one that the snapshot speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.judgement.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from envguard.judgement.case import Case
    from envguard.judgement.rules.rule import Judged

ARTIFACT_CHANGED = Rule(
    code="EG001",
    name="artifact-changed",
    level="error",
    why="What the snapshot says was true of other bytes; a digest is integrity, not authenticity.",
)


def artifact_changed(case: Case) -> Iterator[Judged]:
    """The artifact's bytes are those that the snapshot recorded.

    What it checks:
        The digests of the file against those in its snapshot.
    Why it breaks:
        A snapshot describes one file. Of any other it says nothing, however alike the names.
        The digest shows a change; it does not show who made it.
    Example:
        A nightly job trained again and wrote model.pkl; the sidecar of yesterday stayed.
    Fix:
        Take the snapshot again where the artifact was written, or bring back the file that
        belongs to it.
    When it cannot tell:
        Only the sidecar was given, the snapshot is of a place without an artifact, or the two
        have no digest algorithm in common.
    """
    if case.recorded is None:
        return
    if case.artifact is None:
        yield ARTIFACT_CHANGED.unchecked("only the snapshot was given, not the artifact")
        return
    recorded = case.recorded.artifact
    if recorded is None:
        yield ARTIFACT_CHANGED.unchecked("the snapshot is of a place, without an artifact")
        return
    shared = sorted(set(recorded.digests) & set(case.artifact.digests))
    if not shared:
        yield ARTIFACT_CHANGED.unchecked("no digest of the same algorithm was recorded")
        return
    changed = [n for n in shared if recorded.digests[n] != case.artifact.digests[n]]
    if not changed:
        return
    algorithm = changed[0]
    other = recorded.name != case.artifact.name
    yield ARTIFACT_CHANGED.finding(
        subject=case.artifact_name,
        expected=f"{algorithm}:{recorded.digests[algorithm]}",
        found=f"{algorithm}:{case.artifact.digests[algorithm]}",
        evidence=f"the snapshot is of another artifact, {recorded.name}"
        if other
        else f"{case.artifact_name}: {case.artifact.size} bytes, {recorded.size} recorded",
        fix=f"Name the snapshot of {case.artifact_name} with --snapshot, or take one"
        if other
        else "Take the snapshot again, or bring back the file that it was taken of",
    )
