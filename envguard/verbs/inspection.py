"""What an artifact is, needs and could do, by itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from envguard.artifacts.formats import read_artifact
from envguard.errors import worst
from envguard.facts.report import RANK, Inspection, Level
from envguard.judgement.dangers import dangers_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

LEVEL_OF_DANGER: dict[str, Level] = {"dangerous": "error", "unknown": "warning"}


def inspect_artifact(path: str, allowed: Collection[str] = ()) -> Inspection:
    """What ``path`` is, read without executing anything of it.

    ``allowed`` are the unknown names that the project vouches for (``vouching``).

    Raises:
        MissingFileError: there is no such file.
        CannotTellError: it is there and its bytes cannot be had.
    """
    facts = read_artifact(Path(path))
    return Inspection(path=path, facts=facts, dangers=dangers_of(facts, allowed))


def exit_code(inspections: Iterable[Inspection], *, fail_on: Level) -> int:
    """1 with a danger at ``fail_on`` or above, else 3 with anything not fully read, else 0.

    A single artifact that has both gives 3: what was not read may hold more than what was.
    """
    return worst({_code(inspection, fail_on) for inspection in inspections})


def _code(inspection: Inspection, fail_on: Level) -> int:
    if inspection.facts.anomalies or not inspection.facts.complete:
        return 3
    counts = (RANK[LEVEL_OF_DANGER[d.level]] <= RANK[fail_on] for d in inspection.dangers)
    return 1 if any(counts) else 0
