"""EG2, continued: what is installed fits together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.facts.unknown import Unknown
from envguard.judgement.distribution_names import canonical, name_of
from envguard.judgement.requirements import marker_environment, requirements_of
from envguard.judgement.rules.rule import Rule, counted
from envguard.judgement.versions import distance, parsed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from packaging.requirements import Requirement

    from envguard.judgement.case import Case
    from envguard.judgement.rules.rule import Judged

REQUIREMENT_BROKEN = Rule(
    code="EG206",
    name="requirement-broken",
    level="warning",
    why="Its authors do not expect it to work so; the import, or a later call, may fail.",
)
SHADOWED_COPY = Rule(
    code="EG207",
    name="shadowed-copy",
    level="warning",
    why="Which copy is imported depends on the order of the path; installers see only one.",
)
OTHER_DRIFT = Rule(
    code="EG208",
    name="other-drift",
    level="note",
    why="The artifact names none of these, and nothing that it names requires them.",
)


def requirement_broken(case: Case) -> Iterator[Judged]:
    """What owns the needed names has all that it requires.

    What it checks:
        Requires-Dist of the owners and of what they require, markers evaluated for the target.
    Why it breaks:
        A library whose requirements are not met may fail at import, or later.
    Example:
        scikit-learn 1.9 beside numpy 1.21, put there by another package's pin.
    Fix:
        Install what is required.
    When it cannot tell:
        The release of a required distribution is not known.
    """
    environment = marker_environment(case.target.environment)
    for name in case.relevant("T1", "T2"):
        distribution = case.target_packages.get(name)
        if distribution is None:
            continue
        for requirement in requirements_of(distribution, environment, frozenset()):
            yield from _unmet(case, name, requirement)


def _unmet(case: Case, owner: str, requirement: Requirement) -> Iterator[Judged]:
    name = canonical(requirement.name)
    installed = case.target_packages.get(name)
    specifier = str(requirement.specifier)
    if installed is None:
        if name in case.recorded_packages:
            return  # told by distribution-missing
        found = "not installed"
    elif isinstance(installed.version, Unknown) or parsed(installed.version) is None:
        if specifier:
            yield REQUIREMENT_BROKEN.unchecked(f"{owner} requires {requirement}: {name} unknown")
        return
    elif requirement.specifier.contains(installed.version, prereleases=True):
        return
    else:
        found = installed.version
    yield REQUIREMENT_BROKEN.finding(
        subject=owner,
        expected=f"{name}{specifier}",
        found=found,
        evidence=f"{case.target_packages[owner].path}: Requires-Dist: {requirement}",
        fix=f'python -m pip install "{name}{specifier}"',
    )


def shadowed_copy(case: Case) -> Iterator[Judged]:
    """What owns the needed names is installed once.

    What it checks:
        Whether an earlier entry of the import path has another copy.
    Why it breaks:
        Which copy is imported depends on the order of the path, and an upgrade may change the
        one that is not used.
    Example:
        numpy in the user's site-packages hides the one of the system.
    Fix:
        Uninstall the copy that is not meant.
    When it cannot tell:
        Never: every metadata folder on the path is seen.
    """
    for distribution in case.target.environment.packages:
        name = name_of(distribution)
        if not distribution.shadowed or name not in case.relevant("T1", "T2"):
            continue
        first = case.target_packages[name]
        yield SHADOWED_COPY.finding(
            subject=name,
            expected="one copy",
            found=f"{_text(first.version)} hides {_text(distribution.version)}",
            evidence=f"{first.path} before {distribution.path}",
            fix=f"Uninstall {name} until one copy is left, then install it again",
        )


def other_drift(case: Case) -> Iterator[Judged]:
    """How much the rest of the environment differs.

    What it checks:
        All distributions that the artifact does not use, counted.
    Why it breaks:
        It does not, as far as anything read here tells.
    Example:
        The notebook tools of the training machine are not in the service image.
    Fix:
        None is needed; `envguard diff` lists them.
    When it cannot tell:
        There is no snapshot; see no-snapshot.
    """
    if case.recorded is None:
        return
    absent = other = more = 0
    for name in case.relevant("T3", "T4"):
        before, after = case.recorded_packages.get(name), case.target_packages.get(name)
        if after is None:
            absent += 1
        elif before is None:
            more += 1
        elif _differs(before.version, after.version):
            other += 1
    if absent + other + more:
        yield OTHER_DRIFT.finding(
            subject="other distributions",
            expected="as recorded",
            found=f"{counted(absent + other + more, 'difference')}",
            evidence=f"{absent} absent, {other} in another version, {more} more",
            fix="None is needed; `envguard diff` lists them",
        )


def _differs(before: str | Unknown, after: str | Unknown) -> bool:
    if isinstance(before, Unknown) or isinstance(after, Unknown):
        return isinstance(before, Unknown) != isinstance(after, Unknown)
    return distance(before, after) != "same"


def _text(version: str | Unknown) -> str:
    return "an unreadable copy" if isinstance(version, Unknown) else version
