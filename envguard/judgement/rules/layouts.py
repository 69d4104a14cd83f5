"""EG3, continued: states and constructor calls are those that the target's library takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.facts.unknown import Unknown
from envguard.judgement.contracts import (
    BIT_GENERATOR_CLASSES_SINCE,
    BIT_GENERATOR_CONSTRUCTORS,
    BIT_GENERATOR_MODULE,
    LAYOUTS,
    LayoutContract,
)
from envguard.judgement.fixes import install
from envguard.judgement.identity import obstacles
from envguard.judgement.libraries.contract import broken
from envguard.judgement.libraries.marks import shown_by
from envguard.judgement.libraries.numpy_contracts import CONSTRUCTORS
from envguard.judgement.rules.rule import Rule, listing
from envguard.judgement.versions import parsed, within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from envguard.judgement.case import Case
    from envguard.judgement.rules.rule import Judged

LAYOUT_DIFFERS = Rule(
    code="EG310",
    name="layout-differs",
    level="error",
    why="The class takes its state only in the layout of its own release.",
)
CONSTRUCTOR_DIFFERS = Rule(
    code="EG311",
    name="constructor-differs",
    level="error",
    why="The older function takes the name of a bit generator and nothing else.",
)


def layout_differs(case: Case) -> Iterator[Judged]:
    """Record layouts in the artifact are those that the target's library accepts.

    What it checks:
        The field names of the nodes of scikit-learn trees against NODE_DTYPE of the target.
    Why it breaks:
        Loading ends with ``node array from the pickle has an incompatible dtype``, in both
        directions: a field too many is refused like one too few.
    Example:
        A RandomForestClassifier of scikit-learn 1.2 in 1.3 or newer: missing_go_to_left.
    Fix:
        Install the release that wrote it, or train again.
    When it cannot tell:
        The target's library was not imported, or the artifact shows no layout.
    """
    named = {(need.module, need.name) for need in case.needs}
    for contract in LAYOUTS:
        if (contract.module, contract.name) in named:
            yield from _layout(case, contract)


def _layout(case: Case, contract: LayoutContract) -> Iterator[Judged]:
    if case.target_version(contract.distribution) is None:
        return  # told by module-missing
    where = f"{contract.module}.{contract.attribute}"
    layouts = case.facts.layouts if case.facts else ()
    written = {x.fields for x in layouts if contract.field in x.fields}
    offered = [
        x.fields
        for x in case.target.layouts
        if (x.module, x.name) == (contract.module, contract.attribute)
    ]
    if not offered and case.target_kind == "snapshot" and not obstacles(case):
        return
    fields = offered[0] if offered else Unknown(f"{case.label} was not asked for {where}")
    if isinstance(fields, Unknown):
        yield LAYOUT_DIFFERS.unchecked(f"{where}: {fields.reason}")
        return
    if not written:
        yield LAYOUT_DIFFERS.unchecked(f"{case.artifact_name} shows no layout for {where}")
        return
    for layout in sorted(written):
        if layout != fields:
            yield LAYOUT_DIFFERS.finding(
                subject=f"{contract.module}.{contract.name}",
                expected=_difference(layout, fields),
                found=_difference(fields, layout),
                evidence=f"{case.artifact_name}: fields {', '.join(layout)}",
                fix=install(case, contract.distribution),
            )


def _difference(one: tuple[str, ...], other: tuple[str, ...]) -> str:
    """The number of fields and those that only one side has."""
    only = sorted(set(one) - set(other))
    return f"{len(one)} fields" + (f", with {listing(only)}" if only else "")


def constructor_differs(case: Case) -> Iterator[Judged]:
    """Random states in the artifact are written in a way that the target's numpy reads.

    What it checks:
        How numpy's bit generators, generators and random states are constructed, and the
        target's numpy.
    Why it breaks:
        numpy 2 passes the class where numpy 1 expects a name: loading ends with
        ``<class 'PCG64'> is not a known BitGenerator module``. numpy 1.24 passes the constructor
        as well, which older ones do not take.
    Example:
        A GradientBoostingClassifier written with numpy 2.4, loaded with 1.26.
    Fix:
        Install numpy 2 in the target, or write the artifact with numpy 1.
    When it cannot tell:
        The numpy of the target is not known, or the arguments could not be read.
    """
    named = {n.name for n in case.needs if n.module == BIT_GENERATOR_MODULE}
    if not named & BIT_GENERATOR_CONSTRUCTORS:
        return
    version = case.target_version("numpy")
    if version is None:
        return  # told by module-missing
    if isinstance(version, Unknown) or parsed(version) is None:
        yield CONSTRUCTOR_DIFFERS.unchecked(f"the numpy of {case.label} is not known")
        return
    constructors = case.facts.constructors if case.facts else ()
    if not any(call.module == BIT_GENERATOR_MODULE for call in constructors):
        if within(version, "0", BIT_GENERATOR_CLASSES_SINCE):
            yield CONSTRUCTOR_DIFFERS.unchecked(
                f"how {case.artifact_name} calls {BIT_GENERATOR_MODULE} could not be read"
            )
        return
    for one in broken(case, CONSTRUCTORS, shown_by(case.facts)):
        yield CONSTRUCTOR_DIFFERS.finding(
            subject=BIT_GENERATOR_MODULE,
            expected=one.expected,
            found=f"numpy {version}",
            evidence=f"{case.artifact_name}: {one.evidence}; {one.contract.says}",
            fix=f'python -m pip install "numpy>={one.contract.reads[1]}"',
        )
