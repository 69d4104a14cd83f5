"""EG5: loading, as it is tried for real."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.judgement.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from envguard.facts.report import StaticLoad, Unchecked
    from envguard.judgement.case import Case
    from envguard.judgement.rules.rule import Judged

LOAD_NOT_TRIED = Rule(
    code="EG501",
    name="load-not-tried",
    level="error",
    why="Files and names do not decide whether it loads.",
)


def load_not_tried(case: Case) -> Iterator[Judged]:
    """Where files and names do not decide, the load was tried.

    What it checks:
        Whether a load that could not be predicted was tried in the target.
    Why it breaks:
        An undecided load may fail, and nobody has seen it work.
    Example:
        Bytecode of Python 3.11 that dill rebuilds in 3.12 as far as it can.
    Fix:
        Settle what leaves it undecided, or load the artifact there yourself: this release of
        envguard tries none.
    When it cannot tell:
        That is what this rule tells.
    """
    del case  # judged by ``untried``, once the load has been predicted
    yield from ()


def untried(load: StaticLoad) -> Iterable[Unchecked]:
    """What is left open of a load that is undecided."""
    if load.outcome == "undecided":
        yield LOAD_NOT_TRIED.unchecked("the load is undecided, and this release tries none")
