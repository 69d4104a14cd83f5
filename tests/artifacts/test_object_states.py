from __future__ import annotations

import pickle
import sys
import types

import joblib
import numpy as np
import pytest

MODULE = types.ModuleType("shop_models")


def classes(**bodies):
    for name, body in bodies.items():
        setattr(MODULE, name, type(name, (), {"__module__": "shop_models", **body}))


classes(
    Plain={},
    Slotted={"__slots__": ("left", "right")},
    Both={"__slots__": ("left", "__dict__")},
    Tupled={"__getstate__": lambda _: (1, "a"), "__setstate__": lambda *_: None},
    Single={"__getstate__": lambda _: 7, "__setstate__": lambda *_: None},
    Listed={"__getstate__": lambda _: [1], "__setstate__": lambda *_: None},
)


@pytest.fixture(autouse=True)
def _importable(monkeypatch):
    monkeypatch.setitem(sys.modules, "shop_models", MODULE)


def made(name, /, **attributes):
    built = getattr(MODULE, name)()
    for attribute, value in attributes.items():
        setattr(built, attribute, value)
    return built


@pytest.fixture
def states(read):
    def of(value, protocol=4):
        facts = read(pickle.dumps(value, protocol))
        assert facts.complete, facts.anomalies
        return {(one.module, one.name): one for one in facts.states}

    return of


@pytest.mark.parametrize("protocol", range(6))
def test_a_state_tells_its_attributes_and_their_constants(states, protocol):
    plain = made("Plain", depth=3, name="gini", flag=True, rate=0.5, none=None, inner=made("Plain"))
    found = states(plain, protocol)["shop_models", "Plain"]
    assert (found.count, found.shapes, found.sometimes) == (1, ("dict",), ())
    assert found.keys == ("depth", "flag", "inner", "name", "none", "rate")
    assert dict(found.values) == {
        "depth": ("int:3",),
        "flag": ("bool:True",),
        "inner": ("object:shop_models.Plain",),
        "name": ("str:gini",),
        "none": ("none",),
        "rate": ("float:0.5",),
    }


def test_objects_of_one_class_are_put_together(states):
    found = states([made("Plain", a=1, b=2), made("Plain", a=1, c=3), made("Plain", a="x")])
    state = found["shop_models", "Plain"]
    assert (state.count, state.keys, state.sometimes) == (3, ("a",), ("b", "c"))
    assert state.variants == ((), ("b",), ("c",))
    assert dict(state.values)["a"] == ("int:1", "str:x")


@pytest.mark.parametrize(
    ("name", "attributes", "shape", "keys"),
    [
        ("Slotted", {"left": 1, "right": 2}, "tuple:2", ("left", "right")),
        ("Both", {"left": 1, "other": 2}, "tuple:2", ("left", "other")),
        ("Tupled", {}, "tuple:2", ()),
        ("Single", {}, "constant", ()),
        ("Listed", {}, "other", ()),
    ],
)
def test_each_shape_of_a_state_is_told(states, name, attributes, shape, keys):
    found = states(made(name, **attributes))["shop_models", name]
    assert (found.count, found.shapes, found.keys) == (1, (shape,), keys)


def test_places_in_a_tuple_are_told_by_number(states):
    assert dict(states(made("Tupled"))["shop_models", "Tupled"].values) == {
        "[0]": ("int:1",),
        "[1]": ("str:a",),
    }


def test_an_attribute_with_many_or_unnamed_values_is_a_key_alone(states):
    many = [made("Plain", many=number, listed=[], few=number % 2) for number in range(20)]
    found = states(many)["shop_models", "Plain"]
    assert found.keys == ("few", "listed", "many")
    assert found.values == (("few", ("int:0", "int:1")),)


def test_the_state_that_cython_passes_as_an_argument_counts(read):
    head = b"cm.x\n__pyx_unpickle_Loss\n(cm.x\nLoss\nK\x05"
    facts = read(head + b"(K\x01K\x02ttR.")
    assert [(one.name, one.shapes) for one in facts.states] == [("Loss", ("tuple:2",))]
    later = read(head + b"NtR}U\x01aK\x01sb.")
    assert [(one.name, one.keys) for one in later.states] == [("Loss", ("a",))]
    assert later.root == "m.x.Loss"


def test_the_data_of_a_pandas_index_are_its_state(read):
    facts = read(
        b"cpandas.core.indexes.base\n_new_Index\n"
        b"(cpandas.core.indexes.range\nRangeIndex\n}(U\x05startK\x00U\x04stopK\x05utR."
    )
    assert [(one.name, one.keys) for one in facts.states] == [("RangeIndex", ("start", "stop"))]
    assert facts.root == "pandas.core.indexes.range.RangeIndex"


def test_an_attribute_that_is_set_twice_is_told(read, kinds):
    facts = read(b"cm\nn\n)R}(U\x01aK\x01U\x01aK\x02ub.")
    assert kinds(facts) == ["duplicate-key"]
    assert facts.states[0].values == (("a", ("int:2",)),)


def test_a_state_that_is_not_kept_whole_says_nothing_of_its_keys(states):
    found = states(made("Plain", **{f"a{number}": number for number in range(600)}))
    state = found["shop_models", "Plain"]
    assert (state.count, state.shapes, state.keys) == (0, ("dict",), ())


def test_states_are_read_from_joblib_dumps_as_well(tmp_path, read):
    path = tmp_path / "x.joblib"
    joblib.dump(made("Plain", weights=np.zeros(3), depth=2), path)
    facts = read(path.read_bytes())
    found = next(one for one in facts.states if one.name == "Plain")
    assert dict(found.values)["weights"] == ("object:numpy.ndarray",)
    assert facts.root == "shop_models.Plain"


@pytest.mark.parametrize("protocol", range(6))
def test_the_root_is_the_class_of_the_outermost_object(read, protocol):
    assert read(pickle.dumps(made("Plain"), protocol)).root == "shop_models.Plain"
    assert read(pickle.dumps(np.zeros(3), protocol)).root == "numpy.ndarray"
    assert read(pickle.dumps([made("Plain")], protocol)).root is None
    assert read(pickle.dumps(MODULE.Plain, protocol)).root is None


def test_the_root_of_a_dumped_array_is_an_array(tmp_path, read):
    path = tmp_path / "x.joblib"
    joblib.dump(np.zeros(3), path)
    assert read(path.read_bytes()).root == "numpy.ndarray"


@pytest.mark.parametrize(
    ("dtype", "spelled"),
    [
        ("f8", "<f8"),
        (">i4", ">i4"),
        ("?", "|b1"),
        ("O", "|O8"),
        ("S5", "|S5"),
        ("U3", "<U3"),
        ("M8[ns]", "<M8[ns]"),
        ("m8[s]", "<m8[s]"),
        ([("a", "i8"), ("b", ">f4")], "|V12"),
    ],
)
@pytest.mark.parametrize("protocol", [2, 4, 5])
def test_the_dtype_of_an_array_is_told_with_its_maker(read, dtype, spelled, protocol):
    array = np.zeros(4, dtype)
    (found,) = read(pickle.dumps(array, protocol)).arrays
    assert found.dtype == spelled
    assert found.fields == (array.dtype.names or ())
    assert found.maker.split(".")[-1] in {"ndarray", "_frombuffer"}


def test_a_scalar_and_an_array_have_makers_of_their_own(read):
    facts = read(pickle.dumps([np.float32(1), np.zeros((2, 2)), np.zeros(4)], 4))
    told = [(one.maker.split(".")[-1], one.dtype) for one in facts.arrays]
    assert told == [("scalar", "<f4"), ("ndarray", "<f8")]


def test_metadata_of_a_dtype_is_told(read):
    content = pickle.dumps(np.zeros(2, np.dtype("i8", metadata={"unit": "m"})), 4)
    assert [one.has_metadata for one in read(content).arrays] == [True]


def test_a_layout_tells_the_formats_of_its_fields(read):
    nested = np.dtype([("a", "<i2"), ("b", [("c", "O"), ("d", ">u4")])])
    layouts = {one.fields: one for one in read(pickle.dumps(np.zeros(1, nested))).layouts}
    assert layouts["c", "d"].formats == ("|O8", ">u4")
    assert layouts["a", "b"].formats == ("<i2", "|V12")
    assert layouts["a", "b"].item_size == 14
