"""Which global names the functions inside of a pickle find, and which nothing binds.

Source: https://github.com/uqfoundation/dill/blob/master/dill/_dill.py (save_function,
save_module_dict, _create_function, _setitems);
https://github.com/cloudpipe/cloudpickle/blob/master/cloudpickle/cloudpickle.py (_make_function,
_function_setstate) and, before 1.3, _make_skel_func and _fill_function.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from envguard.artifacts.abstract_values import Call, Entries, Global, Value
from envguard.artifacts.bounds import gather
from envguard.artifacts.reconstruction import entry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from envguard.artifacts.machine import Machine

_MOST_FUNCTIONS = 1024
_STEPS_A_KEY = 8
_ALWAYS_BOUND = frozenset(
    {
        "__builtins__",
        "__doc__",
        "__file__",
        "__loader__",
        "__name__",
        "__package__",
        "__path__",
        "__spec__",
    }
)
_MAKERS = frozenset({"_make_function", "_make_skel_func"})
_SETTERS = frozenset({"_function_setstate", "_fill_function"})


class _Function(NamedTuple):
    """A function made of a code object, by the number of that."""

    code: int


class GlobalsGatherer:
    """The globals of the functions of one artifact."""

    def __init__(self) -> None:
        self._main: set[int] = set()
        self._own: dict[int, list[tuple[Machine, Entries]]] = {}
        self._unknown: set[int] = set()
        self._places = 0

    def role(self, callee: Global) -> bool:
        """Whether a name makes functions, or gives them their globals."""
        if callee.module.startswith("dill."):
            return callee.name in {"_create_function", "_setitems"}
        return "cloudpickle" in callee.module and callee.name in _MAKERS | _SETTERS

    def add(self, machine: Machine, call: Call, offset: int) -> None:
        """Takes up one call of such a name."""
        callee, arguments = call.callee, call.arguments
        if type(callee) is not Global or not isinstance(arguments, tuple) or len(arguments) < 2:  # noqa: PLR2004  (what, with which globals)
            return
        what, given = arguments[0], arguments[1]
        if callee.name == "_create_function":
            self._make_of_dill(machine, call, what, given)
        elif callee.name == "_setitems":
            if type(what) is Entries and type(given) is Entries:
                machine.gathered += gather(what, given.flat)
                what.cut |= given.cut
        elif callee.name in _MAKERS:
            if isinstance(what, Call) and isinstance(what.note, int):
                call.note = _Function(what.note)
                if callee.name == "_make_function":
                    self._bind(machine, what.note, given)
        elif isinstance(what, Call) and isinstance(what.note, _Function):
            self._set_state(machine, what.note.code, given, offset)

    def _make_of_dill(self, machine: Machine, call: Call, code: Value, given: Value) -> None:
        # dill writes the globals of a function of __main__ as a reference to __main__, not as
        # their values, unless its setting ``recurse`` is on.
        del call
        if not isinstance(code, Call) or not isinstance(code.note, int):
            return
        if isinstance(given, Global):
            if given.name == "__main__" and len(self._main) < _MOST_FUNCTIONS:
                self._main.add(code.note)
            self._unknown.add(code.note)
        else:
            self._bind(machine, code.note, given)

    def _set_state(self, machine: Machine, code: int, state: Value, offset: int) -> None:
        slots = state[1] if isinstance(state, tuple) and len(state) > 1 else state
        keys = len(slots.flat) if type(slots) is Entries else 0
        machine.journal.effort.spend(keys * _STEPS_A_KEY, offset)
        given = entry(machine, slots, "__globals__") or entry(machine, slots, "globals")
        if given is not None:
            self._bind(machine, code, given)
        else:
            self._unknown.add(code)

    def _bind(self, machine: Machine, code: int, given: Value) -> None:
        if type(given) is Entries and self._places < _MOST_FUNCTIONS:
            self._places += 1
            self._own.setdefault(code, []).append((machine, given))
        else:
            self._unknown.add(code)

    def unbound(self, read: Mapping[int, set[str]]) -> dict[int, tuple[str, ...]]:
        """By code object, the names that are looked up in ``__main__``."""
        return {
            code: tuple(sorted(read.get(code, set()) - _builtin_names() - _ALWAYS_BOUND))
            for code in self._main
        }

    def missing(self, read: Mapping[int, set[str]]) -> dict[int, tuple[str, ...]]:
        """By code object, the names that its own globals lack."""
        found = {}
        for code, places in self._own.items():
            if code in self._unknown or any(place.cut for _, place in places):
                continue
            bound = {machine.text(key) for machine, place in places for key in place.flat[::2]}
            names = read.get(code, set()) - bound - _builtin_names() - _ALWAYS_BOUND
            found[code] = tuple(sorted(names))
        return found

    def modules(self) -> dict[int, dict[str, str]]:
        """By code object, the names in its own globals that are modules, and which.

        ``__builtins__`` is among them whatever it is.
        """
        found: dict[int, dict[str, str]] = {}
        for code, places in self._own.items():
            names = found.setdefault(code, {})
            for machine, place in places:
                for key, value in zip(place.flat[::2], place.flat[1::2], strict=False):
                    # Only a call that imports a module has text for its note.
                    name = machine.text(key) or ""
                    if type(value) is Call and isinstance(value.note, str):
                        names[name] = value.note
                    elif name == "__builtins__":
                        names[name] = "builtins"
        return found


def _builtin_names() -> set[str]:
    import builtins  # noqa: PLC0415  (seldom)

    return set(dir(builtins))
