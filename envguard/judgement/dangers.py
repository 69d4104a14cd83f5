"""Names in an artifact that can do harm, and those that nobody vouches for.

No malware scanner: what is not listed as dangerous is not thereby safe, and code embedded in an
artifact can do anything.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from envguard.facts.report import Danger
from envguard.judgement.argued_names import softened, tainted
from envguard.judgement.dangerous_names import (
    BARE_MODULES,
    DANGEROUS_MODULES,
    DANGEROUS_NAMES,
    POWER,
    REACHING,
    RESOLVES,
    RUNS,
    is_powerful,
)
from envguard.judgement.known_names import is_known, list_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from envguard.facts.artifact import ArtifactFacts, EmbeddedCode, Need

# Source: dill 0.4 (dill/_dill.py) and cloudpickle 3.1 (cloudpickle/cloudpickle.py), which rebuild
# functions and classes from their parts with these.
BY_VALUE = frozenset({"dill", "cloudpickle"})
_DESCRIBING = ("getattr", "setattr", "staticmethod", "classmethod", "property", "super")
BY_VALUE_NAMES = frozenset(
    {(module, name) for module in ("builtins", "__builtin__") for name in _DESCRIBING}
    | {("types", n) for n in ("CodeType", "FunctionType", "CellType", "ModuleType", "MethodType")}
    | {("types", "new_class"), ("types", "LambdaType")}
)
_REBUILDERS = ("dill", "cloudpickle", "joblib.externals.cloudpickle")
UNVOUCHED = "it is of no library that this release knows; loading may run its code"
EMBEDDED = "code inside the artifact: it can do anything when it is called"
BUILDS_CODE = "it rebuilds code from the artifact, which can do anything when it is called"
USED_MODULE = "code inside the artifact uses this module, which can do harm"
_TELLING = frozenset({"eval", "exec", "compile", "open", "getattr", "setattr", "__import__"})


OF_ONE_LIBRARY = frozenset({"keras", "numpy", "skops", "torch", "torch-export", "torchscript"})
"""Formats that nothing but the library of their producer loads."""


def dangers_of(facts: ArtifactFacts, allowed: Collection[str] = ()) -> tuple[Danger, ...]:
    """What an artifact names that is dangerous or unknown, and the code inside it; sorted.

    Known names never, nor unknown ones that ``allowed`` vouches for: ``module:name``, or
    ``module:*`` for all of one module. What is dangerous stays so.
    """
    found = set()
    for need in facts.needs:
        if _loads_it(need, facts):
            continue
        danger = _danger(need, facts)
        if danger is None or (danger.level == "unknown" and _is_allowed(need, allowed)):
            continue
        found.add(danger)
    for code in facts.code:
        found.add(Danger(module="", name=code.function, level="unknown", why=_of_code(code)))
    return tuple(sorted(found, key=lambda d: (d.level, d.module, d.name, d.why)))


def harm_of(module: str, name: str) -> str | None:
    """What a name can do by itself, whatever it is called with; None where no harm is known."""
    if is_known(module, name):
        return None
    listed = _by_pair(module, name) or _by_hops(name) or _by_module(module)
    if listed is not None:
        return listed
    return POWER if _is_stock(module) and is_powerful(name) else None


def is_embedded(danger: Danger) -> bool:
    """Whether it is code inside the artifact, or what rebuilds it."""
    return not danger.module or danger.why in {BUILDS_CODE, USED_MODULE}


def _loads_it(need: Need, facts: ArtifactFacts) -> bool:
    """Whether a need is for the library that alone loads the artifact's format."""
    library = facts.producer.library if facts.producer is not None else None
    return facts.format in OF_ONE_LIBRARY and (need.module, need.name) == (library, "")


def _danger(need: Need, facts: ArtifactFacts) -> Danger | None:
    by_value = facts.serializer in BY_VALUE
    why = harm_of(need.module, need.name)
    if why is None:
        why = tainted(need, facts) if is_known(need.module, need.name) else UNVOUCHED
        if why is None:
            return None
        return _unknown(need, BUILDS_CODE if by_value and _rebuilds(need.module) else why)
    if by_value and need.kind == "module":
        return _unknown(need, USED_MODULE)
    left = softened(need, facts)
    if left is None and by_value and _describes(need):
        left = BUILDS_CODE
    if left is None:
        return Danger(module=need.module, name=need.name, level="dangerous", why=why)
    return _unknown(need, left) if left else None


def _unknown(need: Need, why: str) -> Danger:
    return Danger(module=need.module, name=need.name, level="unknown", why=why)


def _rebuilds(module: str) -> bool:
    return any(module == top or module.startswith(f"{top}.") for top in _REBUILDERS)


def _describes(need: Need) -> bool:
    """Whether functions and classes stored by value name this as a matter of course.

    A function's own globals are those of its module: ``__dict__`` there.
    """
    own_globals = need.name == "__dict__" and _by_module(need.module) is None
    return own_globals or (need.module, need.name) in BY_VALUE_NAMES


def _is_allowed(need: Need, allowed: Collection[str]) -> bool:
    return bool({f"{need.module}:{need.name}", f"{need.module}:*"} & set(allowed))


def _is_stock(module: str) -> bool:
    """Whether the lists of known names speak for a module's library."""
    return list_of(module) is not None or module.partition(".")[0] in sys.stdlib_module_names


def _by_pair(module: str, name: str) -> str | None:
    """Why a name is dangerous by itself, or as a part of one that is."""
    while name:
        why = DANGEROUS_NAMES.get((module, name))
        if why is not None:
            return why
        name = name.rpartition(".")[0]
    return None


def _by_module(module: str) -> str | None:
    """Why a module, or a package that it is in, is dangerous as a whole."""
    while module:
        why = DANGEROUS_MODULES.get(module)
        if why is not None:
            return why
        module = module.rpartition(".")[0]
    return None


def _by_hops(name: str) -> str | None:
    """Why a dotted name is dangerous: one of its hops is a dangerous module, or reaches all."""
    hops = name.split(".")
    if REACHING & set(hops):
        return RESOLVES
    for hop in hops[:-1]:
        if hop in DANGEROUS_MODULES:
            return DANGEROUS_MODULES[hop]
    return DANGEROUS_MODULES.get(hops[-1], RUNS) if hops[-1] in BARE_MODULES else None


def _of_code(code: EmbeddedCode) -> str:
    """What is said of embedded code, with the names in it that can do harm."""
    telling = sorted(
        name for name in code.names if name in _TELLING or _by_module(name) is not None
    )
    return f"{EMBEDDED}; it names {', '.join(telling)}" if telling else EMBEDDED
