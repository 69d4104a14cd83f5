"""What differs between two places, graded by what an artifact uses."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from envguard import store
from envguard.facts.report import Diff
from envguard.facts.target import Questions
from envguard.judgement.changes import changes_between
from envguard.verbs.places import find_place

if TYPE_CHECKING:
    from envguard.facts.environment import EnvironmentFacts
    from envguard.facts.snapshot import Snapshot


def diff(before: str, after: str) -> Diff:
    """The changes from ``before`` to ``after``, each a snapshot or a target.

    Raises:
        UsageError: one of them is not there.
        CannotTellError: one of them cannot be read.
    """
    return Diff(
        before=before,
        after=after,
        changes=changes_between(_facts(before), _facts(after)),
    )


def _facts(text: str) -> Snapshot | EnvironmentFacts:
    path = Path(text)
    if path.is_file() and (sidecar := store.sidecar_path(path)).is_file():
        path = sidecar
    if path.suffix == ".json" and path.is_file():
        return store.read_snapshot(path)
    return find_place(text).facts(Questions()).environment
