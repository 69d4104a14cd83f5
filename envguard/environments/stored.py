"""A place as a snapshot remembers it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.facts.target import TargetFacts

if TYPE_CHECKING:
    from envguard.facts.environment import EnvironmentFacts
    from envguard.facts.target import Questions, TargetKind


class SnapshotTarget:
    """The environment of a snapshot; it is there to be compared and cannot be asked."""

    kind: TargetKind = "snapshot"

    def __init__(self, label: str, environment: EnvironmentFacts) -> None:
        self.label = label
        self.environment = environment

    def facts(self, questions: Questions) -> TargetFacts:
        """The recorded environment, and no resolution: nothing can be looked up in a record."""
        del questions
        return TargetFacts(environment=self.environment)
