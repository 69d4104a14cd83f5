"""What a walked pickle says: names, versions, layouts, constructor calls, embedded code."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from envguard.artifacts import reconstruction
from envguard.artifacts.abstract_values import OPAQUE, Call, Entries, Global, Value
from envguard.artifacts.booster_bytes import BoosterGatherer
from envguard.artifacts.call_records import CallGatherer
from envguard.artifacts.code_objects import CodeGatherer, makes_code
from envguard.artifacts.nested_pickles import is_loader, walk_nested
from envguard.artifacts.numpy_dtypes import Dtype, dtype_of, is_dtype, stored_dtype
from envguard.artifacts.object_states import StateGatherer
from envguard.facts.artifact import (
    ArrayKind,
    DtypeLayout,
    EmbeddedVersion,
    Need,
    Producer,
    Serializer,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from envguard.artifacts.journal import Journal
    from envguard.artifacts.machine import Machine

    _Role = Callable[[Machine, Call, int], None]

_MOST_LAYOUTS = 256
_MOST_ARRAYS = 256
_MOST_VERSIONS = 64
_MOST_HELD = 16
_VERSION_KEYS = {"_sklearn_version": "scikit-learn"}
"""Source: https://github.com/scikit-learn/scikit-learn/blob/main/sklearn/base.py
(BaseEstimator.__getstate__)."""
_LIBRARIES = {"sklearn": "scikit-learn", "joblib": "numpy"}
_RESOLVED_BY_DILL = frozenset(
    {
        ("__builtin__", "__main__"),
        ("builtins", "__main__"),
        ("dill._dill", "NoneType"),
        ("dill.dill", "NoneType"),
    }
)
"""Names that dill's unpickler answers itself, without a look-up.

Source: https://github.com/uqfoundation/dill/blob/master/dill/_dill.py (Unpickler.find_class).
"""
_NO_LIBRARY = frozenset({"__main__", "__builtin__", "copy_reg", "dill", "cloudpickle"})


class FactsGatherer:
    """The listener that makes facts of calls and states."""

    def __init__(self) -> None:
        self.code = CodeGatherer()
        self.calls = CallGatherer()
        self.states = StateGatherer()
        self.boosters = BoosterGatherer()
        self.versions: set[EmbeddedVersion] = set()
        self.layouts: set[DtypeLayout] = set()
        self.needs: set[Need] = set()
        """Those that no opcode looks up: modules that a call imports, attributes it fetches."""
        self._arrays: set[tuple[Global, Dtype]] = set()
        self._roles: dict[Global, _Role | None] = {}

    def called(self, machine: Machine, call: Call, offset: int) -> None:
        """Takes up one call."""
        callee = call.callee
        if type(callee) is not Global:
            if makes_code(machine, call):
                self.code.add(machine, call, offset)
            return
        try:
            role = self._roles[callee]
        except KeyError:
            role = self._roles[callee] = self._role_of(machine, call, callee)
        if role is not None:
            role(machine, call, offset)
        self.calls.add(machine, call, callee, offset)

    def _role_of(self, machine: Machine, call: Call, callee: Global) -> _Role | None:
        if is_loader(callee):
            return self._nest
        if makes_code(machine, call):
            return self.code.add
        if self.code.functions.role(callee):
            return self.code.functions.add
        tests: tuple[tuple[Callable[[Global], bool], _Role], ...] = (
            (_imports, self._import),
            (_fetches, self._fetch),
            (reconstruction.makes_array, self._fill),
            (reconstruction.builds_first_argument, self._build),
        )
        return next((role for test, role in tests if test(callee)), None)

    def _nest(self, machine: Machine, call: Call, offset: int) -> None:
        # Without the joblib dump's steps over arrays: these loaders know none.
        walk_nested(machine, call, offset, self)

    def _build(self, machine: Machine, call: Call, offset: int) -> None:
        inner = reconstruction.first(call.arguments)
        if type(inner) is not Global:
            return
        inner.called = True
        state = reconstruction.state_argument(machine, call)
        if state is not None:
            self.states.add(machine, inner, state, offset)

    def _fill(self, machine: Machine, call: Call, offset: int) -> None:
        del machine, offset
        if type(call.callee) is Global:
            self._hold(call.callee, call.arguments)

    def _hold(self, maker: Global, held: Value) -> None:
        """Keeps which dtypes stand among arguments or in a state."""
        if not isinstance(held, tuple) or len(self._arrays) >= _MOST_ARRAYS:
            return
        for value in held[:_MOST_HELD]:
            dtype = stored_dtype(value)
            if dtype is not None:
                self._arrays.add((maker, dtype))

    def built(self, machine: Machine, target: Value, state: Value, offset: int) -> int:
        """Takes up one state; the stream goes on right behind the opcode."""
        if type(target) is not Call:
            return offset + 1
        built = reconstruction.built_class(target)
        if built is None:
            return offset + 1
        if built.name == "dtype" and is_dtype(target):
            target.note = dtype = dtype_of(machine, target, state)
            self._lay_out(dtype)
        is_looked_at = self.states.add(machine, built, state, offset)
        if type(state) is not Entries:
            self._hold(built, state)
        elif is_looked_at:
            if len(self.versions) < _MOST_VERSIONS:
                self._find_version(machine, built, state)
            wrote = self.boosters.add(machine, built, state)
            self.versions |= {wrote} if wrote is not None else set()
            if built.name == "NumpyArrayWrapper":
                self._hold(built, (reconstruction.entry(machine, state, "dtype") or OPAQUE,))
        return offset + 1

    def _lay_out(self, dtype: Dtype) -> None:
        if dtype.names and len(self.layouts) < _MOST_LAYOUTS:
            size = dtype.item_size or 0
            made = DtypeLayout(fields=dtype.names, formats=dtype.formats, item_size=size)
            self.layouts.add(made)

    def _find_version(self, machine: Machine, built: Global, state: Entries) -> None:
        # scikit-learn writes the key last, and only for classes of its own.
        last_key = (len(state.flat) & ~1) - 2
        stop = -2 if built.module.startswith("sklearn.") else last_key - 8
        for position in range(last_key, max(stop, -2), -2):
            library = (
                _VERSION_KEYS.get(key) if (key := machine.text(state.flat[position])) else None
            )
            version = machine.text(state.flat[position + 1]) if library else None
            if library and key and version:
                self.versions.add(EmbeddedVersion(library=library, version=version, where=key))
                return

    def _import(self, machine: Machine, call: Call, offset: int) -> None:
        inner = reconstruction.first(call.arguments)
        module = machine.text(inner) if inner is not None else None
        if module is None:
            text = "a module is imported whose name the bytes do not state as a constant"
            machine.journal.note("computed-name", offset, text)
            return
        if isinstance(call.arguments, tuple) and len(call.arguments) > 1 and _is_dill(call):
            return  # dill's second argument: a module that may be missing
        call.note = module
        self._need(machine, Need(module=module, name="", kind="module"), offset)

    def _need(self, machine: Machine, need: Need, offset: int) -> None:
        if need not in self.needs:
            machine.journal.effort.hold(len(need.module) + len(need.name), offset)
            self.needs.add(need)

    def _fetch(self, machine: Machine, call: Call, offset: int) -> None:
        arguments = call.arguments if isinstance(call.arguments, tuple) else ()
        attribute = machine.text(arguments[-1]) if arguments else None
        owner = arguments[0] if arguments else None
        if attribute is None or len(arguments) > 2:  # noqa: PLR2004  (a third is what to take instead)
            return
        if len(arguments) == 1:
            # Source: cloudpickle/cloudpickle.py, _builtin_type: getattr(types, name); ``type`` for
            # the ClassType of releases before 1.3, since 1.4.
            if attribute != "ClassType":
                self.needs.add(Need(module="types", name=attribute))
        elif type(owner) is Global:
            name = f"{owner.name}.{attribute}"
            self._need(machine, Need(module=owner.module, name=name), offset)
        elif type(owner) is Call and isinstance(owner.note, str):
            # Only a call that imports a module has text for its note.
            self._need(machine, Need(module=owner.note, name=attribute), offset)

    @property
    def arrays(self) -> tuple[ArrayKind, ...]:
        """The dtypes that arrays and scalars have, sorted."""
        made = {
            ArrayKind(
                maker=f"{maker.module}.{maker.name}",
                dtype=dtype.spelling,
                fields=dtype.names,
                has_metadata=dtype.has_metadata,
            )
            for maker, dtype in self._arrays
        }
        return tuple(sorted(made))

    def all_needs(self, journal: Journal) -> tuple[Need, ...]:
        """Every name and module that loading would look up, sorted."""
        names = {
            Need(module=one.module, name=one.name, kind="call" if one.called else "reference")
            for one in journal.names.values()
            if (one.module, one.name) not in _RESOLVED_BY_DILL
        }
        fetched = {need for need in self.needs if (need.module, need.name) not in journal.names}
        return tuple(sorted(names | fetched))


def serializer_of(journal: Journal, *, default: Serializer) -> Serializer:
    """The library that wrote the pickle, by the names of its own that it looks up."""
    tops = {module.split(".")[0] for module, _ in journal.names}
    if "dill" in tops:
        return "dill"
    if any("cloudpickle" in module for module, _ in journal.names):
        return "cloudpickle"
    return default


def producer_of(facts: FactsGatherer, result: Value) -> Producer | None:
    """The library whose release stands in the state, else the one of the outermost object."""
    libraries = {one.library for one in facts.versions}
    if len(libraries) == 1:
        versions = {one.version for one in facts.versions}
        version = versions.pop() if len(versions) == 1 else None
        return Producer(library=libraries.pop(), version=version)
    built = reconstruction.built_class(result)
    top = built.module.split(".")[0] if built is not None else ""
    if not top or top in _NO_LIBRARY or top in sys.stdlib_module_names:
        return None
    return Producer(library=_LIBRARIES.get(top, top))


def root_of(result: Value) -> str | None:
    """The class or factory of the outermost object, if the bytes name it."""
    made = reconstruction.object_class(result) if type(result) is Call else None
    return f"{made.module}.{made.name}" if made is not None else None


def _imports(callee: Global) -> bool:
    module, name = callee.module, callee.name
    return (
        (name == "_import_module" and module.startswith("dill."))
        or (name == "subimport" and "cloudpickle" in module)
        or (module, name) in {("importlib", "import_module"), ("builtins", "__import__")}
    )


def _is_dill(call: Call) -> bool:
    return type(call.callee) is Global and call.callee.module.startswith("dill.")


def _fetches(callee: Global) -> bool:
    return (
        (callee.module, callee.name) == ("builtins", "getattr")
        or (callee.name == "_get_attr" and callee.module.startswith("dill."))
        or (callee.name == "_builtin_type" and "cloudpickle" in callee.module)
    )
