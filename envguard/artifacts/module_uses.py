"""Which modules bytecode imports when it runs, and which attributes it reads of modules.

What stands in the body of a ``try`` is left out: the code is ready for its absence.

Source: https://docs.python.org/3/library/dis.html, IMPORT_NAME, IMPORT_FROM, LOAD_GLOBAL,
LOAD_ATTR and LOAD_METHOD of each release.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.artifacts.bytecode_runs import protected_by
from envguard.artifacts.bytecode_tables import CACHES
from envguard.artifacts.opcode_names import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_MOST = 256
_WORD = 2
_SILENT = frozenset({"CACHE", "PUSH_NULL"})
_GUARDS = frozenset({"SETUP_EXCEPT", "SETUP_FINALLY"})
_SINCE_HALVED = ("3.10",)
_FLAGGED_GLOBAL = frozenset({"3.11", "3.12", "3.13"})
_FLAGGED_ATTR = frozenset({"3.12", "3.13"})
Constant = int | tuple[()] | None
"""A constant as far as it matters here: a number, some tuple, or anything else."""


class ModuleUses:
    """What one code object does with modules."""

    def __init__(self) -> None:
        self.imports: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        """(module, dotted name) of modules that it imports itself."""
        self.chains: set[tuple[str, str]] = set()
        """(global name, dotted name): of modules where that global is one."""


class ModuleUsesGatherer:
    """What the code objects of one artifact do with modules, each by its number."""

    def __init__(self) -> None:
        self._found: dict[int, ModuleUses] = {}

    def add(self, number: int, uses: ModuleUses, inside: Iterable[int]) -> None:
        """Takes up a code object; those inside of it are told with it."""
        for inner in inside:
            other = self._found.pop(inner, None)
            if other is not None:
                uses.imports |= other.imports
                uses.attributes |= other.attributes
                uses.chains |= other.chains
        self._found[number] = uses

    def imports(self, number: int) -> tuple[str, ...]:
        """The modules that one code object imports."""
        uses = self._found.get(number)
        return tuple(sorted(uses.imports)) if uses is not None else ()

    def attributes(
        self, number: int, bound: Mapping[int, Mapping[str, str]]
    ) -> tuple[tuple[str, str], ...]:
        """The (module, dotted name) pairs that one code object reads.

        ``bound`` has, by code object, the global names of its functions that are modules.
        """
        uses = self._found.get(number)
        if uses is None:
            return ()
        modules = bound.get(number, {})
        named = {(modules[owner], path) for owner, path in uses.chains if owner in modules}
        return tuple(sorted(uses.attributes | named))


def module_uses(
    code: bytes,
    handlers: bytes,
    python: str,
    names: Sequence[str | None],
    constants: Sequence[Constant],
) -> ModuleUses:
    """What one code object of a release does with modules, by its bytes in their order."""
    uses = ModuleUses()
    if python in NAMES:
        _Reader(uses, python, names, constants).read(code, protected_by(handlers))
    return uses


class _Reader:
    """The walk over one code object: what the last instructions put on the stack."""

    def __init__(
        self,
        uses: ModuleUses,
        python: str,
        names: Sequence[str | None],
        constants: Sequence[Constant],
    ) -> None:
        self._uses = uses
        self._python = python
        self._names = names
        self._constants = constants
        self._loaded: list[Constant] = []
        self._from: str | None = None
        """The module that the last ``from ... import`` names."""
        self._whole: str | None = None
        """The module that the last plain ``import`` puts on the stack."""
        self._local: dict[int, str] = {}
        self._owner: tuple[set[tuple[str, str]], str] | None = None
        self._path = ""

    def read(self, code: bytes, protected: list[tuple[int, int, int]]) -> None:
        guarded_to = 0
        names = NAMES[self._python]
        # An inlined comprehension has a handler too, which only puts a variable back.
        tries = [
            (start, end)
            for start, end, handler in protected
            if handler < len(code) and names.get(code[handler]) == "PUSH_EXC_INFO"
        ]
        for position, name, argument in _instructions(code, self._python):
            if name in _GUARDS:
                unit = _WORD if self._python in _SINCE_HALVED else 1
                guarded_to = max(guarded_to, position + _WORD + unit * argument)
            guarded = position < guarded_to or any(s <= position < e for s, e in tries)
            self._step(name, argument, guarded=guarded)
        self._flush()

    def _step(self, name: str, argument: int, *, guarded: bool) -> None:
        if name in {"LOAD_ATTR", "LOAD_METHOD"}:
            flagged = name == "LOAD_ATTR" and self._python in _FLAGGED_ATTR
            self._extend(argument >> 1 if flagged else argument)
            return
        self._flush()
        if name == "LOAD_CONST":
            constant = self._constants[argument] if argument < len(self._constants) else None
            self._loaded = [*self._loaded[-1:], constant]
        elif name == "IMPORT_NAME":
            self._import(argument, guarded=guarded)
        elif name == "IMPORT_FROM" and self._from is not None:
            self._add(self._uses.attributes, self._from, self._name(argument))
        elif name == "STORE_FAST" and self._whole is not None:
            self._local[argument] = self._whole
            self._whole = None
        elif not guarded and name == "LOAD_FAST" and argument in self._local:
            self._owner = self._uses.attributes, self._local[argument]
        elif not guarded and name == "LOAD_GLOBAL":
            index = argument >> 1 if self._python in _FLAGGED_GLOBAL else argument
            self._owner = self._uses.chains, self._name(index) or ""

    def _import(self, argument: int, *, guarded: bool) -> None:
        self._from = self._whole = None
        module, loaded = self._name(argument), self._loaded
        if guarded or module is None or len(loaded) < 2 or loaded[0] != 0:  # noqa: PLR2004  (level and names)
            return
        if len(self._uses.imports) < _MOST:
            self._uses.imports.add(module)
        if isinstance(loaded[1], tuple):
            self._from = module
        else:
            self._whole = module.partition(".")[0]

    def _extend(self, index: int) -> None:
        name = self._name(index)
        if self._owner is not None and name is not None:
            self._path = f"{self._path}.{name}" if self._path else name

    def _flush(self) -> None:
        if self._owner is not None and self._path:
            self._add(self._owner[0], self._owner[1], self._path)
        self._owner, self._path = None, ""

    def _add(self, found: set[tuple[str, str]], owner: str, name: str | None) -> None:
        if name is not None and owner and len(found) < _MOST:
            found.add((owner, name))

    def _name(self, index: int) -> str | None:
        return self._names[index] if index < len(self._names) else None


def _instructions(code: bytes, python: str) -> Iterator[tuple[int, str, int]]:
    """Position, name and argument of each instruction that does something."""
    names, caches = NAMES[python], CACHES[python]
    position, high = 0, 0
    while position < len(code) - 1:
        opcode, argument = code[position], code[position + 1] | high
        name = names.get(opcode, "")
        if name == "EXTENDED_ARG":
            high = argument << 8 & 0xFFFF_FF00
        else:
            high = 0
            if name not in _SILENT:
                yield position, name, argument
        cached = caches[opcode] if opcode < len(caches) else "."
        position += _WORD * (1 + (0 if cached == "." else int(cached, 16)))
