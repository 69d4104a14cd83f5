"""What the target's answers mean, once the ways of particular libraries are allowed for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from envguard.facts.target import Resolution
from envguard.facts.unknown import Unknown
from envguard.judgement.libraries.pandas_reading import mapped, read_by_pandas
from envguard.judgement.relevance import IMPORT_ALIASES
from envguard.judgement.versions import within

if TYPE_CHECKING:
    from envguard.facts.target import ResolutionState
    from envguard.judgement.case import Case

DILL_NAMES = frozenset({"__main__", "NoneType"})
"""Names of ``builtins`` that dill's own unpickler answers: they exist nowhere else.

Source: dill 0.4, dill/_dill.py, Unpickler.find_class
"""
ALIAS_RELEASES = {"_loss": ("1.5", "1.9")}
"""The releases of the library of IMPORT_ALIASES that make the module, first and end."""
ALIAS_NAMES = {
    ("_loss", "__pyx_unpickle_CyHalfMultinomialLoss"): ("1.5", "1.9"),
    ("_loss", "__pyx_unpickle_Cy"): ("1.5", "1.6"),
    ("_loss", "Cy"): ("1.5", "1.9"),
}
"""The releases in which such a module has the names that begin so; the first that fits counts.

Source: dir() of the module in scikit-learn 1.5.2, 1.6.1, 1.7.2 and 1.8.0
"""


def settled(case: Case) -> tuple[Resolution, ...]:
    """One answer for each needed name, in the order of the needs.

    Names that the target was not asked about are ``unproven``; those of ``__main__`` are never
    anything but ``main``.
    """
    names = dict.fromkeys((need.module, need.name) for need in case.needs)
    return tuple(_settled(case, module, name) for module, name in names)


def _settled(case: Case, module: str, name: str) -> Resolution:
    if module == "__main__":
        return Resolution(module=module, name=name, state="main")
    answer = case.answers.get((module, name))
    if answer is None:
        return Resolution(
            module=module, name=name, state="unproven", detail=f"{case.label} was not asked"
        )
    facts = case.facts
    dill = facts is not None and facts.serializer == "dill"
    if dill and module in {"builtins", "__builtin__"} and name in DILL_NAMES:
        return msgspec.structs.replace(answer, state="resolved", owner="stdlib", missing=None)
    if answer.state != "resolved" and read_by_pandas(case) and mapped(case, module, name):
        return msgspec.structs.replace(answer, state="resolved", missing=None)
    if module in ALIAS_RELEASES and answer.state in {"module-missing", "unproven"}:
        return _alias(case, answer)
    return answer


def _alias(case: Case, answer: Resolution) -> Resolution:
    """A module that its library makes while it is imported, in some of its releases."""
    library = IMPORT_ALIASES[answer.module]
    version = case.target_version(library)
    if version is None:
        return answer
    if isinstance(version, Unknown):
        return msgspec.structs.replace(answer, state="unproven", detail=version.reason)
    if not within(version, *ALIAS_RELEASES[answer.module]):
        return answer
    for (module, start), releases in ALIAS_NAMES.items():
        if module == answer.module and answer.name.startswith(start):
            state: ResolutionState = "resolved" if within(version, *releases) else "name-missing"
            return msgspec.structs.replace(answer, state=state, missing=None)
    return msgspec.structs.replace(
        answer,
        state="unproven",
        detail=f"{library} {version} makes this module while it is imported",
    )
