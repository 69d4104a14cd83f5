"""EG1: the interpreter can read the artifact and is of the recorded kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.judgement.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from envguard.judgement.case import Case
    from envguard.judgement.rules.rule import Judged

IMPLEMENTATION_DIFFERS = Rule(
    code="EG101",
    name="implementation-differs",
    level="error",
    why="Extension modules, bytecode and internals are made for one implementation.",
)
PYTHON_MINOR_DIFFERS = Rule(
    code="EG102",
    name="python-minor-differs",
    level="warning",
    why="The standard library and the wheels that can be installed differ between them.",
)
PYTHON_PATCH_DIFFERS = Rule(
    code="EG103",
    name="python-patch-differs",
    level="note",
    why="Patch releases mend bugs and rarely change what an artifact sees.",
)
BUILD_FLAGS_DIFFER = Rule(
    code="EG106",
    name="build-flags-differ",
    level="warning",
    why="Such builds have another ABI and other behaviour of threads and memory.",
)


def implementation_differs(case: Case) -> Iterator[Judged]:
    """The target runs the implementation of Python that wrote the artifact.

    What it checks:
        ``sys.implementation.name`` of the target against the snapshot.
    Why it breaks:
        Extension modules, embedded bytecode and the insides of built-in types belong to one
        implementation.
    Example:
        Trained on CPython, served on PyPy, where the scikit-learn wheel does not install.
    Fix:
        Run the target on the recorded implementation.
    When it cannot tell:
        There is no snapshot; see no-snapshot.
    """
    if case.recorded is None:
        return
    before, after = case.recorded.environment.interpreter, case.target.environment.interpreter
    if before.implementation != after.implementation:
        yield IMPLEMENTATION_DIFFERS.finding(
            subject="Python",
            expected=before.implementation,
            found=after.implementation,
            evidence=f"{after.executable}: sys.implementation.name",
            fix=f"Use {before.implementation} {before.minor} in the target",
        )


def python_minor_differs(case: Case) -> Iterator[Judged]:
    """The target runs the feature release of Python that wrote the artifact.

    What it checks:
        The first two numbers of the interpreter's version against the snapshot.
    Why it breaks:
        Pickled objects may rest on standard library internals that moved, and other releases of
        the libraries get installed. Most artifacts travel between neighbours all the same.
    Example:
        Trained on 3.11, served by an image that moved on to 3.13.
    Fix:
        Run the target on the recorded feature release.
    When it cannot tell:
        There is no snapshot; see no-snapshot.
    """
    if case.recorded is None:
        return
    before, after = case.recorded.environment.interpreter, case.target.environment.interpreter
    if before.minor != after.minor:
        yield PYTHON_MINOR_DIFFERS.finding(
            subject="Python",
            expected=before.version,
            found=after.version,
            evidence=f"{after.executable}: sys.version",
            fix=f"Use Python {before.minor} in the target",
        )


def python_patch_differs(case: Case) -> Iterator[Judged]:
    """The target runs the patch release of Python that wrote the artifact.

    What it checks:
        The whole version of the interpreter, where the feature release is the same.
    Why it breaks:
        It rarely does. It is told because a mended bug can change a result.
    Example:
        Trained on 3.11.7, served on 3.11.9.
    Fix:
        None is needed; use the recorded release to be exact.
    When it cannot tell:
        There is no snapshot; see no-snapshot.
    """
    if case.recorded is None:
        return
    before, after = case.recorded.environment.interpreter, case.target.environment.interpreter
    if before.minor == after.minor and before.version != after.version:
        yield PYTHON_PATCH_DIFFERS.finding(
            subject="Python",
            expected=before.version,
            found=after.version,
            evidence=f"{after.executable}: sys.version",
            fix=f"Use Python {before.version} to be exact",
        )


def build_flags_differ(case: Case) -> Iterator[Judged]:
    """The target's interpreter was built with the recorded flags.

    What it checks:
        Free threading and debug builds.
    Why it breaks:
        Both have another ABI, so other wheels, and free threading changes what runs at once.
    Example:
        Trained on python3.13, served on python3.13t.
    Fix:
        Run the target on a build of the recorded kind.
    When it cannot tell:
        There is no snapshot; see no-snapshot.
    """
    if case.recorded is None:
        return
    before, after = case.recorded.environment.interpreter, case.target.environment.interpreter
    flags = {
        "free-threaded build": (before.free_threaded, after.free_threaded),
        "debug build": (before.debug, after.debug),
    }
    for flag, (one, other) in flags.items():
        if one != other:
            yield BUILD_FLAGS_DIFFER.finding(
                subject="Python",
                expected=flag if one else f"no {flag}",
                found=flag if other else f"no {flag}",
                evidence=f"{after.executable}: build configuration",
                fix=f"Use {'a' if one else 'no'} {flag} of Python {before.minor} in the target",
            )
