"""What an xgboost model says of itself; the bytes are cut from models of the releases named."""

from __future__ import annotations

import pickle

import pytest

from envguard.artifacts.booster_bytes import xgboost_model
from envguard.artifacts.formats import read_artifact


def length(size):
    return b"L" + size.to_bytes(8, "big")


def key(name):
    return length(len(name)) + name


UBJSON_32 = (
    b"{" + key(b"Config") + b"{" + key(b"learner") + b"{" + key(b"gradient_booster") + b"{"
    + key(b"updater") + b"[{" + key(b"name") + b"S" + length(24) + b"grow_quantile_histmaker}]}"
    + key(b"learner_model_param") + b"{" + key(b"base_score") + b"S" + key(b"[2.599909E0]")
    + key(b"boost_from_average") + b"S" + key(b"1") + b"}" + key(b"objective") + b"{"
    + key(b"name") + b"S" + key(b"reg:squarederror") + b"}}"
    + key(b"version") + b"[#L\0\0\0\0\0\0\0\x03i\x03i\x02i\x00}"
)  # fmt: skip
JSON_15 = (
    b'{"Config":{"learner":{"generic_param":{},"gradient_booster":{"name":"gbtree",'
    b'"updater":{"prune":{}}},"learner_model_param":{"base_score":"5E-1","num_class":"3"},'
    b'"objective":{"name":"rank:pairwise"}},"version":[1,5,2]},"Model":{'
)
BINARY_12 = b"CONFIG-offset:H\n\0\0\0\0\0\0binf\0\0\0?\x04\0\0\0" + b"\0" * 64
BINARY_12_END = b'{"learner_model_param":{"base_score":"0.500000"}},"version":[1,2,1]}'
RAW_090 = b"\0\0\0?\x04\0\0\0\x03\0\0\0" + b"\0" * 64


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (UBJSON_32, b"", ("ubjson", "3.2.0", "[2.599909E0]", "reg:squarederror", True)),
        (JSON_15, b"", ("json", "1.5.2", "5E-1", "rank:pairwise", False)),
        (BINARY_12, BINARY_12_END, ("binary", "1.2.1", "0.500000", None, False)),
        (RAW_090, b"", ("raw", "0.90", None, None, False)),
        (b"{L", b"", ("ubjson", None, None, None, False)),
    ],
)
def test_a_model_tells_its_form_release_bias_and_objective(start, end, expected):
    model = xgboost_model(start, end)
    told = (model.form, model.version, model.base_score, model.objective, model.lists_updaters)
    assert told == expected


class Booster:
    def __init__(self, handle):
        self.handle = handle


Booster.__module__ = "xgboost.core"


@pytest.fixture
def dump(tmp_path, monkeypatch):
    import sys
    import types

    module = types.ModuleType("xgboost.core")
    module.Booster = Booster
    monkeypatch.setitem(sys.modules, "xgboost", types.ModuleType("xgboost"))
    monkeypatch.setitem(sys.modules, "xgboost.core", module)

    def dump(handle, protocol):
        path = tmp_path / "model.pkl"
        path.write_bytes(pickle.dumps(Booster(handle), protocol))
        return read_artifact(path)

    return dump


@pytest.mark.parametrize("protocol", [3, 4, 5])
def test_the_model_in_the_state_of_a_booster_is_read(dump, protocol):
    facts = dump(bytearray(UBJSON_32), protocol)
    assert [(one.form, one.version) for one in facts.boosters] == [("ubjson", "3.2.0")]
    assert [(one.library, one.version) for one in facts.versions] == [("xgboost", "3.2.0")]


def test_a_model_without_a_version_names_no_release_of_its_own(dump):
    facts = dump(bytearray(RAW_090), 4)
    assert [one.version for one in facts.boosters] == ["0.90"]
    assert facts.versions == ()


@pytest.mark.parametrize("handle", [None, bytearray(), 3])
def test_a_booster_without_a_model_tells_none(dump, handle):
    assert dump(handle, 4).boosters == ()
