"""Known ways of breaking that a mere import does not show.

Each names its source; those of use stand in their own table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from envguard.facts.unknown import Unknown
from envguard.judgement.class_questions import uses
from envguard.judgement.uses import USES, UseContract
from envguard.judgement.versions import within

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from envguard.facts.artifact import Need
    from envguard.judgement.case import Case


class LayoutContract(Struct, frozen=True, kw_only=True):
    """A class whose state is an array with the record layout of its release."""

    module: str
    name: str
    attribute: str
    """Where the module keeps the layout that it accepts."""
    field: str
    """A field by which the layout is known among those of an artifact."""
    distribution: str


LAYOUTS = (
    # Source: scikit-learn 1.3, sklearn/tree/_tree.pyx, _check_node_ndarray: the dtype has to be
    # equal; 1.3 added missing_go_to_left, and 1.2 refuses that field just the same.
    LayoutContract(
        module="sklearn.tree._tree",
        name="Tree",
        attribute="NODE_DTYPE",
        field="left_child",
        distribution="scikit-learn",
    ),
)

# Source: numpy 1.26, numpy/random/_pickle.py takes the name of a bit generator only ("... is not
# a known BitGenerator module"); numpy 2.0 and newer write its class, and read both.
BIT_GENERATOR_CONSTRUCTORS = frozenset(
    {"__bit_generator_ctor", "__generator_ctor", "__randomstate_ctor"}
)
BIT_GENERATOR_MODULE = "numpy.random._pickle"
BIT_GENERATOR_CLASSES_SINCE = "2.0"


def layout_questions(needs: Iterable[Need]) -> tuple[tuple[str, str], ...]:
    """The (module, attribute) pairs of layouts that a target is to be asked for."""
    named = {(need.module, need.name) for need in needs}
    return tuple(sorted((c.module, c.attribute) for c in LAYOUTS if (c.module, c.name) in named))


class FailingUse(Struct, frozen=True, kw_only=True):
    """A contract on use that is broken, or of which that cannot be told."""

    contract: UseContract
    wrote: str
    reads: str
    doubt: str | None = None
    """Why it cannot be told."""


def failing_uses(case: Case) -> Iterator[FailingUse]:
    """The contracts on use that the target breaks, and those that cannot be judged."""
    named = {(need.module, need.name) for need in case.needs}
    read = {(use.module, use.name) for _, use in uses(case) if use.unknown is None}
    for contract in USES:
        if (contract.module, contract.name) not in named or not _has_value(case, contract):
            continue
        if contract.shows_in_source and (contract.module, contract.name) in read:
            continue  # told by state-lacks-attribute
        reads = case.target_version(contract.distribution)
        if isinstance(reads, Unknown):
            doubt = f"the {contract.distribution} of the target is unknown: {reads.reason}"
            yield FailingUse(contract=contract, wrote="?", reads="?", doubt=doubt)
        elif reads is not None and within(reads, *contract.reads):
            yield from _broken(case, contract, reads)


def _has_value(case: Case, contract: UseContract) -> bool:
    """Whether an object of the class has the constant that the contract asks for, if any."""
    if contract.value is None:
        return True
    attribute, word = contract.value
    return any(
        word in dict(state.values).get(attribute, ())
        for state in (case.facts.states if case.facts else ())
        if (state.module, state.name) == (contract.module, contract.name)
    )


def _broken(case: Case, contract: UseContract, reads: str) -> Iterator[FailingUse]:
    releases = case.written_with(contract.distribution)
    if not releases:
        doubt = f"the {contract.distribution} that wrote it is unknown"
        yield FailingUse(contract=contract, wrote="?", reads=reads, doubt=doubt)
    for wrote in releases:
        if within(wrote, *contract.wrote):
            yield FailingUse(contract=contract, wrote=wrote, reads=reads)
