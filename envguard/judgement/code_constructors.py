"""Whether a place's code constructor takes the arguments that an artifact calls it with.

Source: CPython, Objects/codeobject.c, code_new of each release: 15 arguments to 3.7, 16 with
``posonlyargcount`` from 3.8, 18 with ``qualname`` and ``exceptiontable`` from 3.11; two less may be
given, and then the types in the middle do not fit. cloudpickle, and dill before 0.3.2, call it as
it is. dill's ``_create_code`` fits the arguments of others: dill/_dill.py of 0.3.2 to 0.4.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from envguard.facts.unknown import Unknown
from envguard.judgement.versions import parsed, within

if TYPE_CHECKING:
    from envguard.facts.artifact import EmbeddedCode

_ADAPTS_ALL = "0.3.6"
_ADAPTS = "0.3.2"
_DILL_ARGUMENTS = range(15, 22)
"""Those of 3.6 to 3.13 and of 3.11's alphas, with or without the old line table in front."""
_WITHOUT_POSITIONAL_ONLY = 15
_OF_38 = 16
_OF_311 = 18
_OF_27 = 14
_OF_311_ALPHA = 20


class Refusal(Struct, frozen=True, kw_only=True):
    """That a code constructor refuses its arguments, or that this cannot be told."""

    wants: int
    """How many arguments the interpreter takes."""
    gets: int
    doubt: str | None = None


def number(minor: str) -> tuple[int, ...]:
    """A feature release as numbers, to compare: ``(3, 10)``."""
    return tuple(int(part) for part in minor.split(".") if part.isdigit())


def arguments_of(minor: str) -> int:
    """How many arguments ``types.CodeType`` of a feature release takes."""
    if number(minor) < (3, 8):
        return _WITHOUT_POSITIONAL_ONLY
    return _OF_38 if number(minor) < (3, 11) else _OF_311


def refusal(code: EmbeddedCode, minor: str, dill: str | Unknown | None) -> Refusal | None:
    """Why making this code object raises in a place; None where it does not.

    ``dill`` is the place's release of dill; None where it has none, which is told elsewhere.
    """
    gets = code.arguments
    if gets is None and code.pythons:
        gets = arguments_of(code.pythons[0])
    if gets is None:
        return None
    wants = arguments_of(minor)
    if not code.constructor.endswith("_create_code"):
        return Refusal(wants=wants, gets=gets) if gets != wants else None
    if dill is None:
        return None
    if isinstance(dill, Unknown) or parsed(dill) is None:
        if gets == wants:
            return None
        return Refusal(wants=wants, gets=gets, doubt="the dill of the target is not known")
    return None if _dill_makes(gets, wants, dill) else Refusal(wants=wants, gets=gets)


def _dill_makes(gets: int, wants: int, dill: str) -> bool:
    if not within(dill, "0", _ADAPTS_ALL):
        return gets in _DILL_ARGUMENTS
    if within(dill, "0", _ADAPTS):
        return gets == wants
    if wants == _OF_311:
        return False  # it knows the 3.11 of an alpha at most, not even what 3.11 itself writes
    fits = {_OF_27, _WITHOUT_POSITIONAL_ONLY, _OF_38}
    return gets in fits or (gets == _OF_311_ALPHA and not within(dill, "0", "0.3.5"))
