"""EG7: local code and editable installs that the artifact reaches can be found again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.facts.source import NoRepository
from envguard.facts.unknown import Unknown
from envguard.judgement.origins import origin_text
from envguard.judgement.rules.rule import Rule, listing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from envguard.judgement.case import Case
    from envguard.judgement.rules.rule import Judged

MODULE_UNTRACKED = Rule(
    code="EG701",
    name="module-untracked",
    level="warning",
    why="No commit holds it, so nobody who clones the repository gets it.",
)
MODULE_DIRTY = Rule(
    code="EG702",
    name="module-dirty",
    level="warning",
    why="The recorded commit holds other code than the one that ran.",
)
EDITABLE_INSTALL = Rule(
    code="EG703",
    name="editable-install",
    level="warning",
    why="Its code is a folder that anyone can edit; its version is no identity.",
)
NO_REPOSITORY = Rule(
    code="EG704",
    name="no-repository",
    level="note",
    why="There is no commit to go back to.",
)


def module_untracked(case: Case) -> Iterator[Judged]:
    """Local code that the artifact reaches was tracked by git.

    What it checks:
        Each recorded local module: whether git tracked its file.
    Why it breaks:
        A file in no commit reaches no other machine with the repository.
    Example:
        features.py was written yesterday and never added.
    Fix:
        Add and commit it, then take the snapshot again.
    When it cannot tell:
        git was not there, took too long or refused the repository.
    """
    if _without_repository(case):
        return
    for module in case.recorded_modules.values():
        if isinstance(module.tracked, Unknown):
            yield MODULE_UNTRACKED.unchecked(f"{module.module}: {module.tracked.reason}")
        elif not module.tracked:
            yield MODULE_UNTRACKED.finding(
                subject=module.module,
                expected="tracked by git",
                found="untracked when the snapshot was taken",
                evidence=module.path,
                fix=f"git add {module.path}, commit, and take the snapshot again",
            )


def module_dirty(case: Case) -> Iterator[Judged]:
    """Local code that the artifact reaches was as committed.

    What it checks:
        Each recorded local module that git tracked: whether it differed from HEAD.
    Why it breaks:
        Checking out the recorded commit gives other code than the one that ran.
    Example:
        A constant in pipeline_steps.py was changed for this run.
    Fix:
        Commit it, then take the snapshot again.
    When it cannot tell:
        git was not there, took too long or refused the repository.
    """
    if _without_repository(case):
        return
    for module in case.recorded_modules.values():
        if isinstance(module.dirty, Unknown):
            yield MODULE_DIRTY.unchecked(f"{module.module}: {module.dirty.reason}")
        elif module.dirty and module.tracked is not False:
            yield MODULE_DIRTY.finding(
                subject=module.module,
                expected="as committed",
                found="changed when the snapshot was taken",
                evidence=module.path,
                fix=f"Commit {module.path}, and take the snapshot again",
            )


def editable_install(case: Case) -> Iterator[Judged]:
    """What owns the needed names, and what that requires, is no editable install.

    What it checks:
        direct_url.json on both sides.
    Why it breaks:
        An editable install is a folder that changes under its version number.
    Example:
        pip install -e . of the project's own package on the training machine.
    Fix:
        Build a wheel and install that, or install from a commit.
    When it cannot tell:
        direct_url.json cannot be read; see origin-differs.
    """
    for name in case.relevant("T1", "T2"):
        before, after = case.recorded_packages.get(name), case.target_packages.get(name)
        sides = [
            (where, found)
            for where, found in (("recorded", before), ("in the target", after))
            if found is not None and found.origin.kind == "editable"
        ]
        if sides:
            yield EDITABLE_INSTALL.finding(
                subject=name,
                expected="a wheel or a commit",
                found=listing([f"editable, {where}" for where, _ in sides]),
                evidence=listing(sorted({origin_text(found.origin) for _, found in sides})),
                fix=f"Build a wheel of {name} and install that, or install it from a commit",
            )


def no_repository(case: Case) -> Iterator[Judged]:
    """Local code that the artifact reaches was in a git repository.

    What it checks:
        Whether a repository held the training run, if the artifact reaches local code.
    Why it breaks:
        There is no commit to go back to when the code is lost or changed.
    Example:
        A notebook folder that was never put under version control.
    Fix:
        git init, commit, and take the snapshot again.
    When it cannot tell:
        git was not there, took too long or refused the repository.
    """
    source = case.recorded.source if case.recorded else None
    if source is None or not source.modules:
        return
    if isinstance(source.git, Unknown):
        yield NO_REPOSITORY.unchecked(source.git.reason)
    elif isinstance(source.git, NoRepository):
        yield NO_REPOSITORY.finding(
            subject="local code",
            expected="in a git repository",
            found="no repository",
            evidence=f"{source.git.folder}: {listing(sorted(case.recorded_modules))}",
            fix="git init, commit the code, and take the snapshot again",
        )


def _without_repository(case: Case) -> bool:
    """Whether no repository held the code: then that is told instead."""
    source = case.recorded.source if case.recorded else None
    return source is not None and isinstance(source.git, NoRepository)
