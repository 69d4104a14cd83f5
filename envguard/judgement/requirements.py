"""Requires-Dist lines, read for an environment that need not be the running one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from envguard.judgement.distribution_names import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from packaging.markers import Marker
    from packaging.requirements import Requirement

    from envguard.facts.environment import Distribution, EnvironmentFacts

ONLY_EXTRA = re.compile(r";\s*(?:\([^()]*\)\s*and\s*)?extra\s*==\s*['\"]([^'\"]*)['\"]\s*$")
SYS_PLATFORM = {"Linux": "linux", "Darwin": "darwin", "Windows": "win32"}
IMPLEMENTATION = {"cpython": "CPython", "pypy": "PyPy", "graalpy": "GraalVM"}


def marker_environment(facts: EnvironmentFacts) -> dict[str, str]:
    """The variables that markers see in that place.

    All of them, so that none is taken from the interpreter that runs this.

    Source: https://packaging.python.org/en/latest/specifications/dependency-specifiers/
    """
    interpreter, platform = facts.interpreter, facts.platform
    return {
        "implementation_name": interpreter.implementation,
        "implementation_version": interpreter.version,
        "os_name": "nt" if platform.system == "Windows" else "posix",
        "platform_machine": platform.machine,
        "platform_python_implementation": IMPLEMENTATION.get(
            interpreter.implementation, interpreter.implementation
        ),
        "platform_release": platform.release,
        "platform_system": platform.system,
        "platform_version": "",
        "python_full_version": interpreter.version,
        "python_version": interpreter.minor,
        "sys_platform": SYS_PLATFORM.get(platform.system, platform.system.lower()),
    }


def requirements_of(
    distribution: Distribution, environment: Mapping[str, str], extras: frozenset[str]
) -> Iterator[Requirement]:
    """The requirements of a distribution that apply there; unreadable lines are left out."""
    for line in distribution.requires:
        extra = ONLY_EXTRA.search(line)
        if extra and canonical(extra[1]) not in extras:
            continue  # most lines of most distributions: not worth the parser
        requirement = _parsed(line)
        if requirement is not None and _applies(requirement.marker, environment, extras):
            yield requirement


def _parsed(line: str) -> Requirement | None:
    from packaging.requirements import (  # noqa: PLC0415  (25 ms)
        InvalidRequirement,
        Requirement,
    )

    try:
        return Requirement(line)
    except InvalidRequirement:
        return None


def _applies(marker: Marker | None, environment: Mapping[str, str], extras: frozenset[str]) -> bool:
    """Whether a marker holds with any of the extras.

    One that cannot be evaluated counts as holding: leaving a requirement out would hide drift.
    """
    from packaging.markers import UndefinedComparison, UndefinedEnvironmentName  # noqa: PLC0415

    if marker is None:
        return True
    try:
        return any(
            marker.evaluate({**environment, "extra": extra}) for extra in ("", *sorted(extras))
        )
    except (UndefinedComparison, UndefinedEnvironmentName):
        return True
