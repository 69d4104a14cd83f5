"""EG3 and EG6, continued: libraries read the insides that other releases of them wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.judgement.fixes import install
from envguard.judgement.libraries import (
    numpy_contracts,
    pandas_contracts,
    scipy_contracts,
    statsmodels_contracts,
    stdlib_contracts,
)
from envguard.judgement.libraries.contract import PYTHON, broken
from envguard.judgement.libraries.marks import shown_by
from envguard.judgement.libraries.pandas_reading import mapped, read_by_pandas
from envguard.judgement.rules.rule import Rule, listing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from envguard.judgement.case import Case
    from envguard.judgement.libraries.contract import Broken, Contract
    from envguard.judgement.rules.rule import Judged

PANDAS_INTERNALS = Rule(
    code="EG316",
    name="pandas-internals",
    level="error",
    why="A pickle of pandas holds its inner objects, which other releases build otherwise.",
)
LIBRARY_INTERNALS = Rule(
    code="EG319",
    name="library-internals",
    level="error",
    why="The class takes its state, or its constructor arguments, as its own release writes them.",
)
INTERNALS_OUTDATED = Rule(
    code="EG605",
    name="internals-outdated",
    level="error",
    why="It loads, and using it raises: the state is that of another release.",
)
OTHER_LOADS = (*numpy_contracts.LOADS, *scipy_contracts.LOADS, *statsmodels_contracts.LOADS)
USES = (
    *numpy_contracts.USES,
    *pandas_contracts.USES,
    *scipy_contracts.USES,
    *statsmodels_contracts.USES,
    *stdlib_contracts.USES,
)


def pandas_internals(case: Case) -> Iterator[Judged]:
    """The inner objects of pandas in the artifact are such as the target's pandas reads.

    What it checks:
        How the artifact builds blocks, dtypes, arrays, indexes and timestamps, against what the
        target's release of pandas takes. A pickle of a DataFrame or a Series is taken to be
        read by ``pandas.read_pickle``, every other one by ``pickle.load`` or ``joblib.load``.
    Why it breaks:
        Their state and constructor arguments change with the releases of pandas.
    Example:
        A DataFrame of pandas 3 in pandas 2.2: its string dtype has two arguments, not one.
    Fix:
        Install the pandas that wrote it, or store the data as Parquet.
    When it cannot tell:
        The pandas of the target is not known.
    """
    yield from _judged(case, pandas_contracts.LOADS, PANDAS_INTERNALS)
    yield from _moved(case)


def _moved(case: Case) -> Iterator[Judged]:
    """A note where only ``pandas.read_pickle`` finds the names."""
    if not read_by_pandas(case):
        return
    missing = {(a.module, a.name) for a in case.answers.values() if a.state != "resolved"}
    names = sorted(f"{m}.{n}" for m, n in missing if mapped(case, m, n))
    if names:
        yield PANDAS_INTERNALS.finding(
            subject="pandas.read_pickle",
            expected=listing(names),
            found="names that only pandas.read_pickle maps to where they are now",
            evidence=f"{case.artifact_name}: pickle.load ends with an error",
            fix="Load it with pandas.read_pickle",
            level="note",
        )


def library_internals(case: Case) -> Iterator[Judged]:
    """The inner objects of numpy, scipy, statsmodels and Python are such as the target reads.

    What it checks:
        The states that loading sets and the arguments of what it calls, against what the
        target's releases take, by a table of changes in these libraries.
    Why it breaks:
        The class refuses a state of another shape, or its constructor other arguments.
    Example:
        A KDTree of scipy 1.5 in 1.6, where it became an extension class: need more than 7
        values to unpack.
    Fix:
        Install the release that wrote it, or write the artifact again with the target's.
    When it cannot tell:
        The release of the target is not known.
    """
    yield from _judged(case, OTHER_LOADS, LIBRARY_INTERNALS)
    yield from _judged(case, stdlib_contracts.LOADS, LIBRARY_INTERNALS)


def internals_outdated(case: Case) -> Iterator[Judged]:
    """The objects of numpy, pandas, scipy, statsmodels and Python can be used in the target.

    What it checks:
        The attributes in their states, against those that the target's releases read when the
        objects are used.
    Why it breaks:
        Loading sets the attributes of another release; the first use misses one.
    Example:
        A CubicSpline of scipy 1.16 in 1.17: no attribute '_asarray' when it is called.
    Fix:
        Install the release that wrote it, or make the object again.
    When it cannot tell:
        The release of the target is not known.
    """
    yield from _judged(case, USES, INTERNALS_OUTDATED)


def _judged(case: Case, contracts: Sequence[Contract], rule: Rule) -> Iterator[Judged]:
    for one in broken(case, contracts, shown_by(case.facts)):
        if one.doubt is not None:
            yield rule.unchecked(f"{one.evidence}: {one.doubt}")
        else:
            yield _finding(case, one, rule)


def _finding(case: Case, one: Broken, rule: Rule) -> Judged:
    distribution = one.contract.distribution
    return rule.finding(
        subject=distribution if distribution != PYTHON else "Python",
        expected=one.expected,
        found=f"{distribution} {one.found}",
        evidence=f"{case.artifact_name}: {one.evidence}; {one.contract.says}",
        fix=f"Use the Python that wrote it: {one.expected}"
        if distribution == PYTHON
        else install(case, distribution),
        level=one.contract.level,
    )
