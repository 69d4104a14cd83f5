"""Names of stock artifacts that can do harm, and do none with the arguments that are given here.

Each call is looked at; where one is not told, or more were made than are told, nothing is proved.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from envguard.judgement.dangerous_names import REACHING, is_powerful
from envguard.judgement.known_names import is_known

if TYPE_CHECKING:
    from collections.abc import Callable

    from envguard.facts.artifact import ArtifactFacts, ConstructorCall, Need, ObjectState

FETCHES = "it fetches an attribute of an object, by a name that only reads as harmless"
STORED_SOURCE = "its state holds source text, which loading runs"
FORMULA = "its state holds a formula, which loading evaluates as code"
OPENS = "it stands for an array in a file; calling it opens the file"
MAKES_CLASS = "it makes a class out of parts that the artifact holds"
_HANDING_ON = (
    ("functools", "partial"),
    ("_functools", "partial"),
    ("numpy", "vectorize"),
    ("torch._tensor", "_rebuild_from_type_v2"),
)
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*|_[A-Za-z0-9][A-Za-z0-9_]*")
_FORMULA = re.compile(
    r"([A-Za-z]\w*|[\s~+*:/()-]|\d+|\b(C|I|np\.(log|log1p|log10|exp|sqrt|abs|power))\()+"
)
_FORMULA_CALL = re.compile(r"[\w.]+(?=\s*\()")
_FORMULA_CALLS = frozenset(
    {"C", "I", "np.log", "np.log1p", "np.log10", "np.exp", "np.sqrt", "np.abs", "center", "scale"}
)


def softened(need: Need, facts: ArtifactFacts) -> str | None:
    """What is left to say of a dangerous name whose every call is told.

    Empty if nothing is: the calls only build values. None if nothing proves that. Else the reason
    for calling it unknown.
    """
    judge = _JUDGES.get((need.module, need.name))
    return judge(need, facts) if judge is not None else None


def tainted(need: Need, facts: ArtifactFacts) -> str | None:
    """Why a known class is unknown here: what its state makes it do; None where nothing."""
    pair = (need.module, need.name)
    if pair in {("builtins", "type"), ("__builtin__", "type")}:
        return MAKES_CLASS if _counts(facts, pair) - {1} else None
    if _DISTRIBUTION.fullmatch(f"{need.module}.{need.name}"):
        return _by_state(need, facts, _runs_no_source, STORED_SOURCE)
    if _DATA.fullmatch(f"{need.module}.{need.name}"):
        return _by_state(need, facts, _runs_no_formula, FORMULA)
    return None


# Source: scipy/stats/_distn_infrastructure.py (rv_generic.__setstate__ runs the text in
# ``_parse_arg_template``; releases before 1.6 keep a tuple of arguments) and
# statsmodels/base/data.py (ModelData.__setstate__ hands the formula to patsy, which evaluates it).
_DISTRIBUTION = re.compile(r"scipy\.stats\.[\w.]+\.(\w+_gen|rv_\w+(?<!frozen))")
_DATA = re.compile(r"statsmodels\.base\.data\.\w+")
_TEMPLATE = "_parse_arg_template"
_FLAG = "restore_design_info"
_NAMES = r"[\w, ]*"
_ENDS = r"(loc, scale|loc, 1)"
_GENERATED = re.compile(
    rf"\ndef _parse_args\(self, {_NAMES} loc=0(, scale=1)?\):\n"
    rf"    return \({_NAMES}\), {_ENDS}\n\n"
    rf"def _parse_args_rvs\(self, {_NAMES} loc=0(, scale=1)?, size=None\):\n"
    rf"    return self\._argcheck_rvs\({_NAMES}, size=size\)\n\n"
    rf"def _parse_args_stats\(self, {_NAMES} loc=0(, scale=1)?, moments='mv'\):\n"
    rf"    return \({_NAMES}\), {_ENDS}, moments\n"
)
"""What scipy itself generates: nothing but names in it can differ."""


def _by_state(
    need: Need, facts: ArtifactFacts, harmless: Callable[[ObjectState], bool], why: str
) -> str | None:
    """Why a class is unknown by its states; None where all of them are told and harmless."""
    found = [s for s in facts.states if (s.module, s.name) == (need.module, need.name)]
    if not found and need.kind != "call":
        return None  # a base class of another, or one that is only referred to
    return None if found and all(s.told and harmless(s) for s in found) else why


def _runs_no_source(state: ObjectState) -> bool:
    if {"name", "shapes", "a", "b"} <= set(state.keys) and set(state.shapes) == {"tuple:2"}:
        return True  # arguments of the constructor, which checks the one that is text
    if set(state.shapes) != {"dict"}:
        return False
    if _TEMPLATE not in (*state.keys, *state.sometimes):
        return True
    words = dict(state.values).get(_TEMPLATE, ())
    return bool(words) and all(_GENERATED.fullmatch(word.removeprefix("str:")) for word in words)


def _runs_no_formula(state: ObjectState) -> bool:
    if set(state.shapes) != {"dict"}:
        return False
    named = (*state.keys, *state.sometimes)
    return _FLAG not in named or _is_plain_formula(dict(state.values))


def _is_plain_formula(values: dict[str, tuple[str, ...]]) -> bool:
    """Whether every formula of the states is told, and calls only what transforms numbers."""
    told = values.get("formula", ())
    formulas = [word.removeprefix("str:") for word in told if word.startswith("str:")]
    return bool(told) and len(formulas) == len(told) and all(map(_is_plain, formulas))


def _is_plain(formula: str) -> bool:
    return (
        _FORMULA.fullmatch(formula) is not None
        and set(_FORMULA_CALL.findall(formula)) <= _FORMULA_CALLS
    )


def _calls(need: Need, facts: ArtifactFacts) -> list[ConstructorCall] | None:
    """Every call of a name; None unless all are told and nothing else can call it."""
    pair = (need.module, need.name)
    found = [c for c in facts.constructors if (c.module, c.name) == pair]
    whole = _is_told(facts, pair) and need.kind == "call"
    return found if found and whole and not _is_handed_on(need, facts) else None


def _is_told(facts: ArtifactFacts, pair: tuple[str, str]) -> bool:
    """Whether every call of a name stands among the constructors, or has no arguments."""
    shapes = [c for c in facts.calls if (c.module, c.name) == pair]
    return all(c.told or {*c.positional, *c.new} <= {0} for c in shapes)


def _is_handed_on(need: Need, facts: ArtifactFacts) -> bool:
    """Whether another call, or a state, is given the name itself, and so could call it.

    Such as ``functools.partial``; True as well where not every call of it may be told.
    """
    word = f"global:{need.module}.{need.name}"
    return (
        any(word in call.arguments for call in facts.constructors)
        or any(word in words for state in facts.states for _, words in state.values)
        or not all(_is_told(facts, pair) for pair in _HANDING_ON)
        or any(not s.told for s in facts.states if (s.module, s.name) in _HANDING_ON)
    )


def _counts(facts: ArtifactFacts, pair: tuple[str, str]) -> set[int]:
    """With how many arguments a name is called."""
    shapes = [c for c in facts.calls if (c.module, c.name) == pair]
    return {number for shape in shapes for number in (*shape.positional, *shape.new)}


def _fetched(need: Need, facts: ArtifactFacts) -> str | None:
    """For ``getattr``: a plain attribute of a known class proves it harmless."""
    calls = _calls(need, facts)
    if calls is None:
        return None
    left = ""
    for call in calls:
        owner, name = call.arguments[0], call.arguments[-1]
        kind, _, path = owner.partition(":")
        module, _, known = path.rpartition(".")
        if is_known(module, f"{known}.{name.removeprefix('str:')}"):
            continue
        if len(call.arguments) != 2 or _attribute(name) is None:  # noqa: PLR2004  (an object and a name)
            return None
        if kind not in {"global", "object"} or not is_known(module, known):
            left = FETCHES
    return left


def _attribute(word: str) -> str | None:
    """The plain name of an attribute; None for what reaches further or says that it acts."""
    kind, _, name = word.partition(":")
    plain = kind == "str" and _PLAIN.fullmatch(name) is not None
    return name if plain and name not in REACHING and not is_powerful(name) else None


def _named(need: Need, facts: ArtifactFacts) -> str | None:
    """For ``attrgetter`` and ``methodcaller``: unknown where the names are plain."""
    calls = _calls(need, facts)
    if calls is None:
        return None
    words = [word for call in calls for word in call.arguments]
    hops = [f"str:{hop}" for word in words for hop in word.removeprefix("str:").split(".")]
    return FETCHES if all(_attribute(hop) is not None for hop in hops) else None


def _looked_up(need: Need, facts: ArtifactFacts) -> str | None:
    """For numpy's look-up of a ufunc by module and name: known if that is known.

    Source: https://github.com/numpy/numpy/blob/v1.18.5/numpy/core/__init__.py
    """
    calls = _calls(need, facts)
    if calls is None:
        return None
    pairs = [tuple(word.removeprefix("str:") for word in call.arguments) for call in calls]
    return "" if all(len(p) == 2 and is_known(p[0], p[1]) for p in pairs) else None  # noqa: PLR2004  (module and name)


def _nested(need: Need, facts: ArtifactFacts) -> str | None:
    """For torch's tensors in plain pickles: what they load was read as well."""
    unread = any(a.kind in {"nested-pickle", "limit"} for a in facts.anomalies)
    return None if unread or need.kind != "call" or _is_handed_on(need, facts) else ""


def _united(need: Need, facts: ArtifactFacts) -> str | None:
    """For ``reduce``: a union of types is pickled as the ``or_`` of its members.

    Source: https://github.com/python/cpython/blob/v3.13.0/Lib/copyreg.py (pickle_union).
    """
    calls = _calls(need, facts)
    unites = {"global:_operator.or_", "global:operator.or_"}
    return "" if calls and all(call.arguments[0] in unites for call in calls) else None


def _as_reference(need: Need, facts: ArtifactFacts) -> str | None:
    """For ``numpy.memmap``: the class of an array that was mapped, never called."""
    return OPENS if need.kind != "call" and not _counts(facts, (need.module, need.name)) else None


_JUDGES: dict[tuple[str, str], Callable[[Need, ArtifactFacts], str | None]] = {
    ("builtins", "getattr"): _fetched,
    ("__builtin__", "getattr"): _fetched,
    ("operator", "attrgetter"): _named,
    ("operator", "methodcaller"): _named,
    ("_operator", "attrgetter"): _named,
    ("_operator", "methodcaller"): _named,
    ("_functools", "reduce"): _united,
    ("functools", "reduce"): _united,
    ("numpy.core", "_ufunc_reconstruct"): _looked_up,
    ("numpy._core", "_ufunc_reconstruct"): _looked_up,
    ("torch.storage", "_load_from_bytes"): _nested,
    ("numpy", "memmap"): _as_reference,
    ("numpy.core.memmap", "memmap"): _as_reference,
}
