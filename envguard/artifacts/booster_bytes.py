"""What a model of a gradient-boosting library says of itself, inside the pickle that holds it.

xgboost puts the model as bytes into the state of its Booster, each generation in another form:
to 0.90 the bare parameters; to 1.2 the same behind ``CONFIG-offset:``, with JSON behind it; to 1.5
JSON; since 1.6 UBJSON. ``Config`` comes first in the last two, so a look at the start is enough.

Source: https://github.com/dmlc/xgboost/blob/master/src/learner.cc (LearnerIO::Save) of 0.90 to 3.2;
the first bytes of models that 0.90, 1.0.2, 1.2.1, 1.3.3, 1.4.2, 1.5.2, 1.6.2, 1.7.6, 2.0.3, 2.1.4,
3.0.5, 3.1.3 and 3.2.0 wrote.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from envguard.artifacts.abstract_values import Call, Entries, Global, Value
from envguard.artifacts.constants import bytes_extent
from envguard.artifacts.reconstruction import entry, first, raw_bytes
from envguard.facts.artifact import BoosterForm, EmbeddedVersion, StoredBooster

if TYPE_CHECKING:
    from envguard.artifacts.machine import Machine

_WINDOW = 1 << 18
_MOST = 64
_DEEPEST = 3
_OFFSET_HEADER = b"CONFIG-offset:"
_UBJSON_VERSION = re.compile(rb"version\[#L\0{7}\x03i(.)i(.)i(.)", re.DOTALL)
_JSON_VERSION = re.compile(rb'"version":\[(\d{1,4}),(\d{1,4}),(\d{1,4})\]')
_UBJSON_BASE = re.compile(rb"base_scoreSL\0{7}(.)([\[\]0-9.,eE+-]{1,96})", re.DOTALL)
_JSON_BASE = re.compile(rb'"base_score":"([\[\]0-9.,eE+-]{1,96})"')
_UPDATER_LIST = b"updater["
_OBJECTIVE = re.compile(
    rb"""name(?:SL\0{7}.|":")((?:reg|binary|multi|count|survival|rank):[a-z]{1,32})""", re.DOTALL
)
_NO_HEADER = "0.90"
"""The last release that wrote no header and no version; it stands for those before it, too."""


class BoosterGatherer:
    """The boosters of one artifact."""

    def __init__(self) -> None:
        self.found: set[StoredBooster] = set()

    def add(self, machine: Machine, built: Global, state: Entries) -> EmbeddedVersion | None:
        """Takes up the state of an object, if it is a booster; the release that wrote it."""
        if (built.module, built.name) != ("xgboost.core", "Booster") or len(self.found) >= _MOST:
            return None
        start, end = _ends(machine, entry(machine, state, "handle"))
        if not start:
            return None
        model = xgboost_model(start, end)
        self.found.add(model)
        if model.version is None or model.form == "raw":
            return None
        return EmbeddedVersion(library="xgboost", version=model.version, where="Booster.handle")


def xgboost_model(start: bytes, end: bytes) -> StoredBooster:
    """What the first and the last bytes of a serialised xgboost model say."""
    form, text = _form(start, end)
    version = (_UBJSON_VERSION if form == "ubjson" else _JSON_VERSION).search(text)
    told: str | None = None
    if version is not None:
        parts = [part[0] if form == "ubjson" else int(part) for part in version.groups()]
        told = ".".join(str(part) for part in parts)
    elif form == "raw":
        told = _NO_HEADER
    objective = _OBJECTIVE.search(text)
    return StoredBooster(
        library="xgboost",
        form=form,
        version=told,
        base_score=_base(form, text),
        lists_updaters=_UPDATER_LIST in text,
        objective=objective[1].decode("ascii") if objective is not None else None,
    )


def _form(start: bytes, end: bytes) -> tuple[BoosterForm, bytes]:
    """The form, and the bytes in which its version and parameters stand."""
    if start.startswith(b"{L"):
        return "ubjson", start
    if start.startswith(b"{"):
        return "json", start
    return ("binary", end) if start.startswith(_OFFSET_HEADER) else ("raw", b"")


def _base(form: BoosterForm, text: bytes) -> str | None:
    if form == "ubjson":
        found = _UBJSON_BASE.search(text)
        return found[2][: found[1][0]].decode("ascii") if found is not None else None
    plain = _JSON_BASE.search(text)
    return plain[1].decode("ascii") if plain is not None else None


def _ends(machine: Machine, value: Value | None) -> tuple[bytes, bytes]:
    """The first and the last bytes of a bytearray; nothing of it is copied but those."""
    inner = value
    for _ in range(_DEEPEST):
        if type(inner) is not Call or type(inner.callee) is not Global:
            break
        if (inner.callee.module, inner.callee.name) != ("builtins", "bytearray"):
            break
        inner = first(inner.arguments)
    where = bytes_extent(machine.buffer, inner) if type(inner) is int else None
    if where is not None:
        begin, stop = where
        return (
            bytes(machine.buffer[begin : min(stop, begin + _WINDOW)]),
            bytes(machine.buffer[max(begin, stop - _WINDOW) : stop]),
        )
    copied = raw_bytes(machine, inner) or b""
    return copied[:_WINDOW], copied[-_WINDOW:]
