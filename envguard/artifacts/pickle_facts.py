"""What a walked pickle says: names, versions, layouts, constructor calls, embedded code."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from envguard.artifacts import reconstruction
from envguard.artifacts.abstract_values import Call, Entries, Global, Value
from envguard.artifacts.code_objects import CodeGatherer, makes_code
from envguard.artifacts.constants import integer_at
from envguard.artifacts.nested_pickles import is_loader, walk_nested
from envguard.artifacts.numpy_dtypes import dtype_of, is_dtype
from envguard.facts.artifact import (
    ConstructorCall,
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

_MOST_CONSTRUCTORS = 256
_MOST_LAYOUTS = 256
_MOST_VERSIONS = 64
_MOST_ARGUMENTS = 8
_LONGEST_TEXT = 64
_LOOKED_AT_OF_A_KIND = 512
_ESSENTIAL = frozenset({"__bit_generator_ctor", "__generator_ctor", "__randomstate_ctor"})
"""Their arguments decide whether another numpy can load them.

Source: https://github.com/numpy/numpy/blob/main/numpy/random/_pickle.py
"""
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
        self.versions: set[EmbeddedVersion] = set()
        self.layouts: set[DtypeLayout] = set()
        self.constructors: set[ConstructorCall] = set()
        self.needs: set[Need] = set()
        """Those that no opcode looks up: modules that a call imports, attributes it fetches."""
        self._looked_at: dict[Global, int] = {}
        self._roles: dict[Global, _Role | None] = {}

    def called(self, machine: Machine, call: Call, offset: int) -> None:
        """Takes up one call."""
        callee = call.callee
        if type(callee) is not Global:
            if makes_code(machine, call):
                self.code.add(machine, call)
            return
        if callee not in self._looked_at:
            self._looked_at[callee] = 0
            self._roles[callee] = self._role_of(machine, call, callee)
        role = self._roles[callee]
        if role is not None:
            role(machine, call, offset)
        if self._looked_at[callee] < _LOOKED_AT_OF_A_KIND:
            self._looked_at[callee] += 1
            self._construct(machine, call, callee)

    def _role_of(self, machine: Machine, call: Call, callee: Global) -> _Role | None:
        if is_loader(callee):
            return self._nest
        if makes_code(machine, call):
            return self._embed
        if callee.name == "_create_function" and callee.module.startswith("dill."):
            return self.code.bind
        if _imports(callee):
            return self._import
        if _fetches(callee):
            return self._fetch
        return _build if reconstruction.builds_first_argument(callee) else None

    def _nest(self, machine: Machine, call: Call, offset: int) -> None:
        # Without the joblib dump's steps over arrays: these loaders know none.
        walk_nested(machine, call, offset, self)

    def _embed(self, machine: Machine, call: Call, offset: int) -> None:
        del offset
        self.code.add(machine, call)

    def built(self, machine: Machine, target: Value, state: Value, offset: int) -> int:
        """Takes up one state; the stream goes on right behind the opcode."""
        if type(target) is Call:
            if is_dtype(target):
                target.note = dtype = dtype_of(machine, target, state)
                if dtype.names and len(self.layouts) < _MOST_LAYOUTS:
                    self.layouts.add(DtypeLayout(fields=dtype.names))
            elif type(state) is Entries and len(self.versions) < _MOST_VERSIONS:
                self._find_version(machine, target, state)
        return offset + 1

    def _find_version(self, machine: Machine, target: Call, state: Entries) -> None:
        # scikit-learn writes the key last, and only for classes of its own.
        built = reconstruction.built_class(target)
        last_key = (len(state.flat) & ~1) - 2
        stop = -2 if built is not None and built.module.startswith("sklearn.") else last_key - 8
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
        self.needs.add(Need(module=module, name="", kind="module"))

    def _fetch(self, machine: Machine, call: Call, offset: int) -> None:
        del offset
        if not isinstance(call.arguments, tuple) or len(call.arguments) < 2:  # noqa: PLR2004  (an object and a name)
            return
        owner, attribute = call.arguments[0], machine.text(call.arguments[1])
        if attribute is None:
            return
        if type(owner) is Global:
            name = f"{owner.name}.{attribute}"
            self.needs.add(Need(module=owner.module, name=name))
        elif type(owner) is Call and isinstance(owner.note, str):
            # Only a call that imports a module has text for its note.
            self.needs.add(Need(module=owner.note, name=attribute))

    def _construct(self, machine: Machine, call: Call, callee: Global) -> None:
        if len(self.constructors) >= _MOST_CONSTRUCTORS and callee.name not in _ESSENTIAL:
            return
        arguments = call.arguments
        if not isinstance(arguments, tuple) or not 0 < len(arguments) <= _MOST_ARGUMENTS:
            return
        told = tuple(_told(machine, value) for value in arguments)
        if any(text != "other" for text in told):
            made = ConstructorCall(module=callee.module, name=callee.name, arguments=told)
            self.constructors.add(made)

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


def _build(machine: Machine, call: Call, offset: int) -> None:
    del machine, offset
    inner = reconstruction.first(call.arguments)
    if type(inner) is Global:
        inner.called = True


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
    return (callee.module, callee.name) == ("builtins", "getattr") or (
        callee.name == "_get_attr" and callee.module.startswith("dill.")
    )


def _told(machine: Machine, value: Value) -> str:
    if type(value) is Global:
        return f"global:{value.module}.{value.name}"
    if type(value) is not int:
        return "other"
    text = machine.text(value)
    if text is not None:
        return f"str:{text}" if len(text) <= _LONGEST_TEXT else "other"
    number = integer_at(machine.buffer, value)
    return f"int:{number}" if number is not None else "other"
