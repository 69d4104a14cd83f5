"""What is asked of a target about classes and callables, and which answers are whose."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from envguard.facts.target import ClassQuestion
from envguard.facts.unknown import Unknown
from envguard.judgement.distribution_names import by_name, canonical, library_name

if TYPE_CHECKING:
    from envguard.facts.artifact import ArtifactFacts, ObjectState
    from envguard.facts.snapshot import Snapshot
    from envguard.facts.target import ClassUse
    from envguard.judgement.case import Case

UNASKED = frozenset(
    {
        "__builtin__",
        "__main__",
        "_codecs",
        "builtins",
        "collections",
        "copy_reg",
        "copyreg",
        "numpy",
    }
)
"""Top-level modules whose classes keep no state that Python source reads."""

INDEXES = ("pandas.core.index", "pandas.indexes")
"""Modules of classes that pandas makes by a call (``_new_Index``) with what stands as a state."""


def group_of(facts: ArtifactFacts) -> str:
    """The name under which the classes of one artifact are asked: the same for the same states."""
    return sha256(msgspec.msgpack.encode(facts.states)).hexdigest()[:16]


def class_questions(facts: ArtifactFacts, recorded: Snapshot | None) -> tuple[ClassQuestion, ...]:
    """A question for each class with a state, but those of numpy and of the language."""
    asked = [
        state
        for state in facts.states
        if _top(state.module) not in UNASKED and not state.module.startswith(INDEXES)
    ]
    if not asked:
        return ()
    group = group_of(facts)
    owners = _owners(facts, recorded)
    return tuple(
        ClassQuestion(
            state=state, group=group, wrote=_wrote(facts, recorded, _distribution(state, owners))
        )
        for state in asked
    )


def callable_questions(facts: ArtifactFacts) -> tuple[tuple[str, str], ...]:
    """What loading calls, as far as a signature could be asked."""
    return tuple(
        (call.module, call.name)
        for call in facts.calls
        if call.positional and _top(call.module) not in UNASKED - {"numpy"}
    )


def uses(case: Case) -> tuple[tuple[ObjectState, ClassUse], ...]:
    """What the target tells of this artifact's classes."""
    if case.facts is None or not case.facts.states or not case.target.classes:
        return ()
    group = group_of(case.facts)
    told = {(use.module, use.name): use for use in case.target.classes if use.group == group}
    return tuple(
        (state, told[state.module, state.name])
        for state in case.facts.states
        if (state.module, state.name) in told
    )


def distribution_of_class(case: Case, module: str) -> str:
    """The distribution of a module that the artifact names, by the best that is known."""
    for resolution in case.answers.values():
        if resolution.module == module and resolution.distribution is not None:
            return resolution.distribution
    owned = (need.distribution for need in case.needs if need.module == module)
    return next((owner for owner in owned if owner is not None), library_name(_top(module)))


def _top(module: str) -> str:
    return module.partition(".")[0]


def _owners(facts: ArtifactFacts, recorded: Snapshot | None) -> dict[str, str]:
    """The distribution of each module that a snapshot or the artifact names."""
    needs = list(recorded.artifact.needs) if recorded and recorded.artifact else []
    return {need.module: need.distribution for need in [*needs, *facts.needs] if need.distribution}


def _distribution(state: ObjectState, owners: dict[str, str]) -> str:
    return canonical(owners.get(state.module, "")) or library_name(_top(state.module))


def _wrote(facts: ArtifactFacts, recorded: Snapshot | None, name: str) -> tuple[str, ...]:
    """The releases that wrote it: by its bytes, else by the snapshot."""
    embedded = {v.version for v in facts.versions if library_name(v.library) == name}
    if embedded:
        return tuple(sorted(embedded))
    found = by_name(recorded.environment.packages).get(name) if recorded else None
    return () if found is None or isinstance(found.version, Unknown) else (found.version,)
