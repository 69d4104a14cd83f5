"""Whether a place is the same as the recorded one in all that an artifact uses."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from envguard.facts.unknown import Unknown
from envguard.judgement.origins import same_origin
from envguard.judgement.versions import distance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from envguard.facts.environment import EnvironmentFacts
    from envguard.judgement.case import Case


def obstacles(case: Case) -> tuple[str, ...]:
    """What keeps two places from being the same for this artifact.

    Empty where all that owns its names, and what that requires, has the recorded release and
    origin, and the interpreter and platform are of the same kind.
    """
    if case.recorded is None:
        return ("there is no snapshot to compare with",)
    before, after = case.recorded.environment, case.target.environment
    return (*_interpreter(before, after), *_distributions(case), *_local_names(case))


def _interpreter(before: EnvironmentFacts, after: EnvironmentFacts) -> Iterator[str]:
    pairs = {
        "implementation": (before.interpreter.implementation, after.interpreter.implementation),
        "Python": (before.interpreter.minor, after.interpreter.minor),
        "free threading": (before.interpreter.free_threaded, after.interpreter.free_threaded),
        "system": (before.platform.system, after.platform.system),
        "architecture": (before.platform.machine, after.platform.machine),
    }
    for what, (one, other) in pairs.items():
        if one != other:
            yield f"{what}: {other} there, {one} recorded"


def _distributions(case: Case) -> Iterator[str]:
    for name in case.relevant("T1", "T2"):
        before, after = case.recorded_packages.get(name), case.target_packages.get(name)
        if before is None and after is None:
            continue  # required by neither place's installation: not there when it was trained
        if before is None or after is None:
            yield f"{name} is only in one of the two places"
        elif isinstance(before.version, Unknown) or isinstance(after.version, Unknown):
            yield f"the release of {name} is unknown"
        elif distance(before.version, after.version) != "same":
            yield f"{name} {after.version} there, {before.version} recorded"
        elif before.error is not None or after.error is not None:
            yield f"the metadata of {name} are damaged"
        elif same_origin(before, after) is not True:
            yield f"{name} is from another source, or from an unknown one"


def _local_names(case: Case) -> Iterator[str]:
    offered = {top for d in case.recorded_packages.values() for top in d.imports}
    offered |= sys.stdlib_module_names
    homeless = {need.module for need in case.needs if need.distribution is None}
    for module in sorted(homeless):
        if module.partition(".")[0] not in offered:
            yield f"{module} belongs to no recorded distribution"
    for module in case.recorded_modules:
        yield f"{module} is local code"
