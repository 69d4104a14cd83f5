"""What the functions inside an artifact look up in the target when they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from envguard.facts.artifact import Need

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from envguard.facts.artifact import ArtifactFacts, EmbeddedCode
    from envguard.facts.target import Resolution

Key = tuple[str, str]
Outcome = Literal["there", "missing", "unknown"]
_ABSENT = frozenset({"module-missing", "name-missing", "import-fails"})
_HERE = "__main__"


def embedded_needs(facts: ArtifactFacts | None) -> tuple[Need, ...]:
    """The names that a target is to be asked for besides those that loading needs; sorted."""
    wanted: set[Key] = set()
    for code in facts.code if facts is not None else ():
        for module, name in called_names(code):
            wanted.update(_ways(module, name))
    return tuple(
        Need(module=module, name=name, kind="reference" if name else "module")
        for module, name in sorted(wanted)
    )


def called_names(code: EmbeddedCode) -> Iterator[Key]:
    """The (module, dotted name) pairs that a call looks up; no name: the module itself."""
    for module in code.imports:
        if module != _HERE:
            yield module, ""
    for module, name in code.attributes:
        if module != _HERE:
            yield module, name


def outcome(answers: Mapping[Key, Resolution], module: str, name: str) -> Outcome:
    """Whether the target has what a call looks up."""
    states = [answers[way].state if way in answers else "" for way in _ways(module, name)]
    if any(state == "resolved" for state in states):
        return "there"
    return "missing" if all(state in _ABSENT for state in states) else "unknown"


def _ways(module: str, name: str) -> tuple[Key, ...]:
    """The same thing looked up as an attribute, and in the submodule of that name."""
    if not name:
        return ((module, ""),)
    first, _, rest = name.partition(".")
    return ((module, name), (f"{module}.{first}", rest))
