"""What loading calls: with how many arguments, and with which constants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.artifacts import opcodes as op
from envguard.artifacts.abstract_values import Call, Entries, Global, Value
from envguard.artifacts.told_values import OTHER, told
from envguard.facts.artifact import CallShape, ConstructorCall

if TYPE_CHECKING:
    from envguard.artifacts.machine import Machine

_MOST_NAMES = 8192
_MOST_NUMBERS = 16
_MOST_KEYWORDS = 64
_MOST_OF_A_NAME = 32
_MOST_CONSTRUCTORS = 4096
_LOOKED_AT_OF_A_NAME = 512
_MOST_ARGUMENTS = 8
_MOST_LOOKS = 150_000
_NEW = frozenset({op.NEWOBJ, op.NEWOBJ_EX})
_MAKERS = {("copyreg", "__newobj__"): False, ("copyreg", "__newobj_ex__"): True}
"""Functions by which protocols below 2 do what NEWOBJ and NEWOBJ_EX do.

Source: https://github.com/python/cpython/blob/main/Lib/copyreg.py
"""


class _Name:
    """What was seen of one name that is called."""

    __slots__ = ("constructors", "keywords", "known", "looked_at", "new", "positional", "told")

    def __init__(self) -> None:
        self.positional: set[int] = set()
        self.new: set[int] = set()
        self.known: set[tuple[int, int]] = set()
        """Opcodes and numbers of arguments of which nothing more is to be learnt."""
        self.keywords: set[str] = set()
        self.constructors: set[tuple[str, ...]] = set()
        self.looked_at = 0
        self.told = True
        """Every call so far stands among the constructors."""


class CallGatherer:
    """The calls of one artifact."""

    def __init__(self) -> None:
        self._names: dict[Global, _Name] = {}
        self._constructors = 0
        self._looks = self._more_looks = _MOST_LOOKS
        """For the first calls of each name, and for those after them: none crowds out another."""

    def add(self, machine: Machine, call: Call, callee: Global, offset: int) -> None:
        """Takes up one call."""
        seen = self._names.get(callee) or self._seen(callee)
        arguments = call.arguments
        if seen is None:
            return
        if type(arguments) is not tuple:
            seen.told = False
            return
        opcode = machine.buffer[offset]
        if not seen.told and (opcode, len(arguments)) in seen.known:
            return
        self._look_at(machine, seen, call, opcode, arguments)

    def _look_at(
        self, machine: Machine, seen: _Name, call: Call, opcode: int, arguments: tuple[Value, ...]
    ) -> None:
        callee = call.callee
        if opcode in _NEW or (not arguments and opcode in {op.OBJ, op.INST}):
            _count(seen.new, len(arguments))
            if opcode == op.NEWOBJ_EX:
                _add_keywords(machine, seen, machine.keywords)
        else:
            _count(seen.positional, len(arguments))
            if type(callee) is Global and (callee.module, callee.name) in _MAKERS:
                with_keywords = _MAKERS[callee.module, callee.name]
                self._add_new(machine, arguments, with_keywords=with_keywords)
        seen.looked_at += 1
        if seen.told or seen.looked_at <= _LOOKED_AT_OF_A_NAME:
            seen.told &= self._construct(machine, seen, arguments)
        elif opcode != op.NEWOBJ_EX and len(seen.known) < _MOST_NUMBERS:
            seen.known.add((opcode, len(arguments)))

    def _seen(self, callee: Global) -> _Name | None:
        seen = self._names.get(callee)
        if seen is None and len(self._names) < _MOST_NAMES:
            seen = self._names[callee] = _Name()
        return seen

    def _add_new(
        self, machine: Machine, arguments: tuple[Value, ...], *, with_keywords: bool
    ) -> None:
        made = arguments[0] if arguments else None
        seen = self._seen(made) if type(made) is Global else None
        if seen is None:
            return
        if not with_keywords:
            _count(seen.new, len(arguments) - 1)
        elif len(arguments) == 3 and type(arguments[1]) is tuple:  # noqa: PLR2004  (class, arguments, keywords)
            _count(seen.new, len(arguments[1]))
            _add_keywords(machine, seen, arguments[2])

    def _construct(self, machine: Machine, seen: _Name, arguments: tuple[Value, ...]) -> bool:
        """Keeps the call in words; whether it stands among the constructors now."""
        if not 0 < len(arguments) <= _MOST_ARGUMENTS:
            return False
        if seen.looked_at > _LOOKED_AT_OF_A_NAME:
            self._more_looks -= len(arguments)
        else:
            self._looks -= len(arguments)
        if self._looks < 0 or self._more_looks < 0:
            return False
        words = tuple(told(machine, value) for value in arguments)
        if words in seen.constructors:
            return True
        full = len(seen.constructors) >= _MOST_OF_A_NAME or self._constructors >= _MOST_CONSTRUCTORS
        if full or all(word == OTHER for word in words):
            return False
        seen.constructors.add(words)
        self._constructors += 1
        return True

    @property
    def constructors(self) -> tuple[ConstructorCall, ...]:
        """The distinct calls whose arguments have words, sorted."""
        return tuple(
            sorted(
                ConstructorCall(module=callee.module, name=callee.name, arguments=words)
                for callee, seen in self._names.items()
                for words in seen.constructors
            )
        )

    @property
    def shapes(self) -> tuple[CallShape, ...]:
        """One for each name that is called, sorted."""
        return tuple(
            sorted(
                CallShape(
                    module=callee.module,
                    name=callee.name,
                    positional=tuple(sorted(seen.positional)),
                    new=tuple(sorted(seen.new)),
                    keywords=tuple(sorted(seen.keywords)),
                    told=seen.told,
                )
                for callee, seen in self._names.items()
            )
        )


def _count(numbers: set[int], number: int) -> None:
    if len(numbers) < _MOST_NUMBERS:
        numbers.add(number)


def _add_keywords(machine: Machine, seen: _Name, keywords: Value) -> None:
    if type(keywords) is not Entries:
        return
    for key in keywords.flat[::2]:
        text = machine.text(key)
        if text is not None and len(seen.keywords) < _MOST_KEYWORDS:
            seen.keywords.add(text)
