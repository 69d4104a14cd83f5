"""The place that a target's text names, joined from the wings that know the forms."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from envguard import store
from envguard.environments import targets

if TYPE_CHECKING:
    from pathlib import Path

    from envguard.facts.environment import EnvironmentFacts
    from envguard.facts.target import Target


def find_place(text: str | None) -> Target:
    """The target that ``text`` names; None names the active environment.

    Raises:
        UsageError: there is no such place, or it is no Python.
        SnapshotError: a snapshot was named and cannot be read.
    """
    return targets.find_target(
        text,
        environ=os.environ,
        executable=sys.executable,
        read_environment=_recorded_environment,
    )


def running_process() -> Target:
    """The process that asks."""
    from envguard.environments.running_process import ProcessTarget  # noqa: PLC0415  (API only)

    return ProcessTarget()


def _recorded_environment(path: Path) -> EnvironmentFacts:
    return store.read_snapshot(path).environment
