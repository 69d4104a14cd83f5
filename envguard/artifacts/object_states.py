"""The states that loading sets on objects, put together for each class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.artifacts.abstract_values import Entries, Global, Value
from envguard.artifacts.constants import is_none
from envguard.artifacts.told_values import OTHER, told
from envguard.facts.artifact import ObjectState

if TYPE_CHECKING:
    from envguard.artifacts.machine import Machine

_MOST_CLASSES = 2048
_MOST_OBJECTS = 512
_MOST_SHAPES = 16
_MOST_NAMES = 1024
_MOST_VALUES = 8
_MOST_POSITIONS = 16
_MOST_KEY_SETS = 64
_MOST_VARIANTS = 16
_MOST_LOOKS = 300_000
_MOST_KEPT = 100_000
_LONGEST_NAME = 256
_RUN_BY_LOADING = frozenset({"_parse_arg_template", "formula"})
"""Texts that are told however long they are, since loading runs them.

Source: scipy/stats/_distn_infrastructure.py (rv_generic.__setstate__) and
statsmodels/base/data.py (ModelData.__setstate__).
"""


class _Class:
    """What was seen of one class."""

    __slots__ = (
        "count",
        "dicts",
        "key_sets",
        "looked_at",
        "names",
        "overflowed",
        "shapes",
        "told",
        "values",
    )

    def __init__(self) -> None:
        self.count = self.looked_at = 0
        self.dicts = 0
        self.told = True
        self.overflowed = False
        """It has more attributes than are kept: nothing is said of any."""
        self.shapes: set[str] = set()
        self.names: dict[str, int] = {}
        self.key_sets: set[frozenset[str]] = set()
        self.values: dict[str, set[str] | None] = {}
        """None once there are too many, or one that has no word."""


class StateGatherer:
    """The states of one artifact's objects."""

    def __init__(self) -> None:
        self._classes: dict[Global, _Class] = {}
        self._layouts_of: Machine | None = None
        self._layouts: dict[tuple[Value, ...], tuple[str | None, ...]] = {}
        """Keys by where they stand, since objects of one class mostly share them."""
        self._looks = _MOST_LOOKS
        self._room = _MOST_KEPT

    def add(self, machine: Machine, built: Global, state: Value, offset: int) -> bool:
        """Takes up the state of one object; whether it was looked at."""
        seen = self._classes.get(built)
        if seen is None:
            if len(self._classes) >= _MOST_CLASSES:
                return False
            seen = self._classes[built] = _Class()
        if seen.looked_at >= _MOST_OBJECTS or self._looks < 0:
            seen.told = False
            return False
        seen.looked_at += 1
        dicts = _dicts(machine, state)
        self._looks -= 1 + sum(len(one.flat) for one in dicts)
        if len(seen.shapes) < _MOST_SHAPES:
            seen.shapes.add(_shape(state))
        if any(one.cut for one in dicts):
            seen.told = False
            return True
        seen.count += 1
        if dicts:
            self._add_names(machine, seen, dicts, offset)
        elif type(state) is tuple:
            for position, value in enumerate(state[:_MOST_POSITIONS]):
                _add_value(machine, seen, f"[{position}]", value)
        return True

    def _add_names(
        self, machine: Machine, seen: _Class, dicts: tuple[Entries, ...], offset: int
    ) -> None:
        seen.dicts += 1
        found: dict[str, Value] = {}
        for one in dicts:
            names = self._names(machine, tuple(one.flat[::2]))
            own: set[str] = set()
            for name, value in zip(names, one.flat[1::2]):  # noqa: B905  (an odd end has no value)
                if name is None or len(name) > _LONGEST_NAME:
                    seen.told = False
                    continue
                if name in own:
                    text = f"a state sets the attribute {name[:64]!r} twice"
                    machine.journal.note("duplicate-key", offset, text)
                own.add(name)
                found[name] = value
        self._keep_names(machine, seen, found)

    def _keep_names(self, machine: Machine, seen: _Class, found: dict[str, Value]) -> None:
        new = found.keys() - seen.names.keys()
        self._room -= len(new)
        if self._room < 0 or len(seen.names) + len(new) > _MOST_NAMES:
            seen.overflowed, seen.told = True, False
            return
        for name, value in found.items():
            seen.names[name] = seen.names.get(name, 0) + 1
            _add_value(machine, seen, name, value)
        keys = frozenset(found)
        if len(seen.key_sets) < _MOST_KEY_SETS and keys not in seen.key_sets:
            self._room -= len(keys)
            seen.key_sets.add(keys)

    def _names(self, machine: Machine, keys: tuple[Value, ...]) -> tuple[str | None, ...]:
        if machine is not self._layouts_of:
            self._layouts_of, self._layouts = machine, {}
        names = self._layouts.get(keys)
        if names is None:
            names = tuple(machine.text(key) for key in keys)
            if self._room > 0 and all(type(key) is int for key in keys):
                self._room -= len(keys)
                self._layouts[keys] = names
        return names

    @property
    def states(self) -> tuple[ObjectState, ...]:
        """One for each class, sorted."""
        return tuple(sorted(_told_class(built, seen) for built, seen in self._classes.items()))


def _shape(state: Value) -> str:
    if type(state) is Entries:
        return "dict"
    if type(state) is tuple:
        return f"tuple:{len(state)}"
    return "constant" if type(state) is int else OTHER


def _dicts(machine: Machine, state: Value) -> tuple[Entries, ...]:
    """The dicts of attributes in a state: itself, or those of a pair of dict and slots.

    Source: https://docs.python.org/3/library/pickle.html#object.__getstate__
    """
    if type(state) is Entries:
        return (state,)
    if type(state) is not tuple or len(state) != 2:  # noqa: PLR2004  (a pair)
        return ()
    attributes, slots = state
    if type(attributes) is Entries:
        return (attributes, slots) if type(slots) is Entries else (attributes,)
    is_bare = type(attributes) is int and is_none(machine.buffer, attributes)
    return (slots,) if is_bare and type(slots) is Entries else ()


def _add_value(machine: Machine, seen: _Class, name: str, value: Value) -> None:
    words = seen.values.setdefault(name, set())
    if words is None:
        return
    word = told(machine, value)
    if word == OTHER and name in _RUN_BY_LOADING:
        text = machine.text(value)
        word = OTHER if text is None else f"str:{text}"
    words.add(word)
    if word == OTHER or len(words) > _MOST_VALUES:
        seen.values[name] = None


def _told_class(built: Global, seen: _Class) -> ObjectState:
    if seen.overflowed:
        shapes = tuple(sorted(seen.shapes))
        return ObjectState(module=built.module, name=built.name, count=0, told=False, shapes=shapes)
    always = {name for name, count in seen.names.items() if count == seen.dicts}
    variants = sorted({tuple(sorted(keys - always)) for keys in seen.key_sets})
    is_mixed = len(always) < len(seen.names)
    values = ((name, tuple(sorted(words))) for name, words in seen.values.items() if words)
    return ObjectState(
        module=built.module,
        name=built.name,
        count=seen.count,
        told=seen.told,
        shapes=tuple(sorted(seen.shapes)),
        keys=tuple(sorted(always)),
        sometimes=tuple(sorted(seen.names.keys() - always)),
        variants=tuple(variants[:_MOST_VARIANTS]) if is_mixed else (),
        values=tuple(sorted(values)),
    )
