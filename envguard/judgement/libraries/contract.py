"""A known way in which other releases of a library refuse, or misread, what one wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from envguard.facts.unknown import Unknown
from envguard.judgement.libraries.marks import Mark
from envguard.judgement.libraries.pandas_reading import read_by_pandas
from envguard.judgement.versions import parsed, within

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from envguard.judgement.case import Case
    from envguard.judgement.libraries.marks import Shown

FIRST, END = "0", "99999"
"""Before every release, and after."""
PYTHON = "python"
"""Stands for the interpreter where a distribution is named."""


class Contract(Struct, frozen=True, kw_only=True):
    """Marks in the bytes, and the releases of a library in the target that fail on them."""

    distribution: str
    reads: tuple[str, str]
    """The releases that fail: first, and end."""
    marks: tuple[Mark, ...]
    """All have to be shown."""
    says: str
    """What happens then: the exception, or the other answer."""
    absent: tuple[tuple[str, str], ...] = ()
    """(package, name) that the artifact must not need."""
    level: Literal["error", "warning"] = "error"
    """``warning`` where only some uses fail."""
    rescued: bool = False
    """``pandas.read_pickle`` of those releases reads it all the same."""


class Broken(Struct, frozen=True, kw_only=True):
    """A contract whose marks are shown, against the target's release."""

    contract: Contract
    evidence: str
    found: str
    """The target's release."""
    doubt: str | None = None
    """Why it cannot be told."""

    @property
    def expected(self) -> str:
        """The releases that read it, in words."""
        first, end = self.contract.reads
        name = self.contract.distribution
        if first == FIRST and end == END:
            return "another way of writing it: no release reads it"
        if first == FIRST:
            return f"{name} {end} or newer"
        if end == END:
            return f"{name} before {first}"
        return f"{name} before {first}, or {end} and newer"


def release_of(case: Case, distribution: str) -> str | Unknown | None:
    """The target's release of a distribution, or of Python."""
    if distribution == PYTHON:
        return case.target.environment.interpreter.version
    return case.target_version(distribution)


def broken(case: Case, contracts: Sequence[Contract], shown: Shown) -> Iterator[Broken]:
    """The contracts that the target breaks, and those that cannot be judged."""
    needs = {(need.module.partition(".")[0], need.name) for need in case.needs}
    for contract in contracts:
        if any(mark.package not in shown.names for mark in contract.marks):
            continue
        release = release_of(case, contract.distribution)
        if release is None or needs.intersection(contract.absent):
            continue
        known = not isinstance(release, Unknown) and parsed(release) is not None
        if known and not within(str(release), *contract.reads):
            continue
        if contract.rescued and read_by_pandas(case):
            continue
        evidence = [shown.find(mark) for mark in contract.marks]
        texts = [text for text in evidence if text is not None]
        if len(texts) == len(evidence):
            doubt = None if known else f"the {contract.distribution} of {case.label} is not known"
            text = "; ".join(dict.fromkeys(texts))
            yield Broken(contract=contract, evidence=text, found=str(release), doubt=doubt)
