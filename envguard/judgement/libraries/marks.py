"""What in an artifact's bytes shows of which release of a library it is.

A mark speaks of the calls and states of one class or function, by its name below the top-level
package: modules inside a library move, names rarely do.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct

from envguard.facts.artifact import CallShape, ConstructorCall, ObjectState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from envguard.facts.artifact import ArtifactFacts

_Told = TypeVar("_Told", CallShape, ConstructorCall, ObjectState)


class Mark(Struct, frozen=True, kw_only=True):
    """One thing that the bytes show; every part that is given has to hold for one object."""

    package: str
    """The top-level package."""
    names: tuple[str, ...]
    """Of which it has to be one; ``*`` stands for any letters."""
    called: tuple[int, int] | None = None
    """Some call has so many positional arguments, from and to."""
    made: tuple[int, int] | None = None
    """It is made by ``__new__`` alone, with so many arguments after the class."""
    keyword: str | None = None
    """Some call has this keyword argument."""
    argument: tuple[int, tuple[str, ...]] | None = None
    """The argument at this place of some call begins as one of these words."""
    shapes: tuple[str, ...] = ()
    """Some state has one of these shapes: ``dict``, ``tuple:2``."""
    has: str | None = None
    """Some state has this attribute."""
    lacks: str | None = None
    """Some state, being a dict, has not this attribute."""
    value: tuple[str, tuple[str, ...]] | None = None
    """This attribute's value begins as one of these words in some state."""
    stateless: bool = False
    """No state of attributes is set on its objects."""


class Shown(Struct, frozen=True):
    """The calls and states of an artifact, by package and name."""

    calls: dict[str, list[CallShape]]
    constructors: dict[str, list[ConstructorCall]]
    states: dict[str, list[ObjectState]]

    names: dict[str, list[str]]
    """The names of each package that have one of these, sorted."""

    def find(self, mark: Mark) -> str | None:
        """Evidence of a mark as a text, or None."""
        for name in self._names(mark):
            text = self._call(mark, name)
            told = self._state(mark, name) if text is not None else None
            if text is not None and told is not None:
                return f"{name.replace(':', '.')}{text}{told}"
        return None

    def _names(self, mark: Mark) -> Iterator[str]:
        for name in self.names.get(mark.package, ()):
            if any(fnmatchcase(name, wanted) for wanted in mark.names):
                yield f"{mark.package}:{name}"

    def _call(self, mark: Mark, name: str) -> str | None:
        """What is told of its calls, with a leading blank; None where they do not fit."""
        calls = self.calls.get(name, [])
        text = ""
        for wanted, numbers in (
            (mark.called, [n for call in calls for n in call.positional]),
            (mark.made, [n for call in calls for n in call.new]),
        ):
            if wanted is None:
                continue
            fitting = [n for n in numbers if wanted[0] <= n <= wanted[1]]
            if not fitting:
                return None
            text += f" called with {fitting[0]} arguments"
        if mark.keyword is not None:
            if not any(mark.keyword in call.keywords for call in calls):
                return None
            text += f" called with {mark.keyword}="
        if mark.argument is not None:
            place, words = mark.argument
            found = [
                call.arguments[place]
                for call in self.constructors.get(name, [])
                if len(call.arguments) > place and call.arguments[place].startswith(words)
            ]
            if not found:
                return None
            text += f" called with {found[0].partition(':')[2] or found[0]}"
        return text

    def _state(self, mark: Mark, name: str) -> str | None:
        """What is told of its states, with a leading blank; None where they do not fit."""
        states = self.states.get(name, [])
        if mark.stateless:
            return None if any(map(_has_attributes, states)) else " and no state"
        if not (mark.shapes or mark.has or mark.lacks or mark.value):
            return ""
        for one in states:
            if _fits(mark, one):
                return _told(mark, one)
        return None


def _fits(mark: Mark, state: ObjectState) -> bool:
    values = dict(state.values)
    return (
        (not mark.shapes or bool(set(mark.shapes) & set(state.shapes)))
        and (mark.has is None or mark.has in {*state.keys, *state.sometimes})
        and (mark.lacks is None or (_has_attributes(state) and mark.lacks not in state.keys))
        and (
            mark.value is None
            or any(word.startswith(mark.value[1]) for word in values.get(mark.value[0], ()))
        )
    )


def _has_attributes(state: ObjectState) -> bool:
    """Whether it is a dict of attributes, or a pair with a dict of slots."""
    return "dict" in state.shapes or bool(state.keys) or bool(state.sometimes)


def _told(mark: Mark, state: ObjectState) -> str:
    parts = [f"of shape {shape}" for shape in state.shapes if shape in mark.shapes]
    parts += [f"with {mark.has}"] if mark.has else []
    parts += [f"without {mark.lacks}"] if mark.lacks else []
    parts += [f"with {mark.value[0]} of another kind"] if mark.value else []
    return f" has a state {', '.join(parts)}"


def shown_by(facts: ArtifactFacts | None) -> Shown:
    """What the calls and states of an artifact show."""
    if facts is None:
        return Shown({}, {}, {}, {})
    calls, constructors = _grouped(facts.calls), _grouped(facts.constructors)
    states = _grouped(facts.states)
    names: dict[str, list[str]] = {}
    for full in sorted({*calls, *constructors, *states}):
        package, _, name = full.partition(":")
        names.setdefault(package, []).append(name)
    return Shown(calls, constructors, states, names)


def _grouped(found: Iterable[_Told]) -> dict[str, list[_Told]]:
    groups: dict[str, list[_Told]] = {}
    for one in found:
        groups.setdefault(f"{one.module.partition('.')[0]}:{one.name}", []).append(one)
    return groups
