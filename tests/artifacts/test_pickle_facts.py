from __future__ import annotations

import enum
import pickle

import cloudpickle
import dill
import numpy as np
import pytest

from envguard.facts.artifact import (
    ConstructorCall,
    DtypeLayout,
    EmbeddedVersion,
    Need,
    Producer,
)


def text(value: str) -> bytes:
    raw = value.encode()
    return b"\x8c" + bytes([len(raw)]) + raw


def estimator(module: str, version: str, *more: bytes) -> bytes:
    body = b"".join(more) + text("_sklearn_version") + text(version)
    return text(module) + text("Model") + b"\x93)\x81}(" + body + b"ub"


def test_a_version_in_the_state_is_told_and_names_the_producer(read):
    facts = read(b"\x80\x04" + estimator("sklearn.svm", "1.5.2", text("a") + b"K\x01") + b".")
    assert facts.versions == (
        EmbeddedVersion(library="scikit-learn", version="1.5.2", where="_sklearn_version"),
    )
    assert facts.producer == Producer(library="scikit-learn", version="1.5.2")


def test_versions_that_differ_name_the_producer_without_one(read):
    stream = b"\x80\x04]" + estimator("sklearn.a", "1.2.0") + b"a"
    facts = read(stream + estimator("sklearn.b", "1.3.0") + b"a.")
    assert [one.version for one in facts.versions] == ["1.2.0", "1.3.0"]
    assert facts.producer == Producer(library="scikit-learn", version=None)


def test_a_version_that_is_not_the_last_key_is_found_in_classes_of_scikit_learn(read):
    late = b"".join(text(f"k{number}") + b"N" for number in range(20))
    own = b"\x80\x04" + text("sklearn.svm") + text("SVC") + b"\x93)\x81}("
    facts = read(own + text("_sklearn_version") + text("1.0") + late + b"ub.")
    assert [one.version for one in facts.versions] == ["1.0"]


def test_a_version_that_is_no_text_is_no_version(read):
    own = b"\x80\x04" + text("sklearn.svm") + text("SVC") + b"\x93)\x81}"
    facts = read(own + text("_sklearn_version") + b"K\x01sb.")
    assert facts.versions == ()
    assert facts.producer == Producer(library="scikit-learn", version=None)


@pytest.mark.parametrize(
    ("stream", "library"),
    [
        (b"cxgboost.sklearn\nXGBModel\n)\x81.", "xgboost"),
        (
            b"ccopy_reg\n_reconstructor\n(csklearn.svm\nSVC\nc__builtin__\nobject\nNtR.",
            "scikit-learn",
        ),
        (b"c__main__\nModel\n)\x81.", None),
        (b"cdatetime\ndate\n)R.", None),
        (b"N.", None),
        (b"cm\nn\n.", None),
        (b"cm\nn\n)R)R.", None),
        (b"ccopy_reg\n_reconstructor\n(NNNtR.", None),
    ],
)
def test_without_a_version_the_outermost_object_names_the_producer(read, stream, library):
    producer = read(stream).producer
    assert (producer.library if producer else None) == library
    assert producer is None or producer.version is None


def test_the_fields_of_structured_dtypes_are_told_once(read):
    records = [np.zeros(2, [("left", "i8"), ("right", "f4")])] * 2
    facts = read(pickle.dumps([*records, np.zeros(2, [("other", "i8")]), np.zeros(3)]))
    assert facts.layouts == (
        DtypeLayout(fields=("left", "right"), formats=("<i8", "<f4"), item_size=12),
        DtypeLayout(fields=("other",), formats=("<i8",), item_size=8),
    )


def test_calls_with_constants_and_names_are_told(read):
    facts = read(pickle.dumps(np.random.default_rng(1)))
    told = {(one.name, one.arguments) for one in facts.constructors}
    assert (
        "__bit_generator_ctor",
        ("global:numpy.random._pcg64.PCG64",),
    ) in told


def test_arguments_without_a_word_are_told_as_other(read):
    long_text = b"X\x64\0\0\0" + b"x" * 100
    facts = read(b"cm\nn\n(K\x03NG\0\0\0\0\0\0\0\0U\x01acm\no\n" + long_text + b"]tR.")
    assert facts.constructors == (
        ConstructorCall(
            module="m",
            name="n",
            arguments=("int:3", "none", "float:0.0", "str:a", "global:m.o", "other", "other"),
        ),
    )


@pytest.mark.parametrize(
    ("pushed", "word"),
    [
        (b"\x88", "bool:True"),
        (b"\x89", "bool:False"),
        (b"I01\n", "bool:True"),
        (b"I00\n", "bool:False"),
        (b"N", "none"),
        (b"G\x3f\xe0" + bytes(6), "float:0.5"),
        (b"F0.5\n", "float:0.5"),
        (b"Fnan\n", "float:nan"),
        (b"F" + b"1" * 80 + b"\n", "other"),
        (b"C\x03abc", "bytes:3"),
        (b"c_codecs\nencode\n(U\x03abcU\x06latin1tR", "bytes:3"),
        (b"c_codecs\nencode\n(NU\x06latin1tR", "other"),
        (b")", "tuple:0"),
        (b"(NNt", "tuple:2"),
        (b"}", "dict"),
        (b"]", "other"),
        (b"cm\nA\n)\x81", "object:m.A"),
        (b"ccopy_reg\n_reconstructor\n(cm\nA\nc__builtin__\nobject\nNtR", "object:m.A"),
        (b"cm\nA\n)R)R", "other"),
    ],
)
def test_each_kind_of_argument_has_its_word(read, pushed, word):
    told = {one.name: one.arguments for one in read(b"cm\nn\n(K\1" + pushed + b"tR.").constructors}
    assert told["n"] == ("int:1", word)


def test_a_frequent_name_leaves_room_for_the_calls_of_another(read):
    many = b"".join(b"cm\nn\n(J" + number.to_bytes(4, "little") + b"tR0" for number in range(700))
    rare = b"cnumpy.random._pickle\n__bit_generator_ctor\n(U\x05PCG64tR."
    facts = read(many + rare)
    assert len(facts.constructors) == 33
    assert facts.constructors[-1].arguments == ("str:PCG64",)


def test_calls_without_a_word_are_not_told(read):
    assert read(b"cm\nn\n(]tR0cm\nn\n)R0cm\nn\n]R.").constructors == ()


@pytest.mark.parametrize(
    ("stream", "module"),
    [
        (b"cdill._dill\n_import_module\n(U\x0bnumpy.fft.xtR.", "numpy.fft.x"),
        (b"ccloudpickle.cloudpickle\nsubimport\n(U\x05numpytR.", "numpy"),
        (b"cimportlib\nimport_module\n(U\x05numpytR.", "numpy"),
        (b"c__builtin__\n__import__\n(U\x05numpytR.", "numpy"),
        (b"cimportlib\nimport_module\n(U\x01.U\x05numpytR.", "."),
    ],
)
def test_a_module_that_a_call_imports_is_needed(read, stream, module):
    assert Need(module=module, name="", kind="module") in read(stream).needs


def test_a_module_that_dill_may_miss_is_not_needed(read):
    facts = read(b"cdill._dill\n_import_module\n(U\x05numpyI01\ntR.")
    assert [need.module for need in facts.needs] == ["dill._dill"]


@pytest.mark.parametrize("arguments", [b")", b"(NtR]a", b"]", b"(]t"])
def test_an_import_of_a_computed_module_is_told(read, kinds, arguments):
    facts = read(b"cimportlib\nimport_module\n" + arguments + b"R.")
    assert "computed-name" in kinds(facts) or "stack-underflow" in kinds(facts)
    assert not facts.complete


def test_an_attribute_that_a_call_fetches_is_needed(read):
    facts = read(b"c__builtin__\ngetattr\n(cm\nOuter\nU\x05innertR.")
    assert Need(module="m", name="Outer.inner") in facts.needs


def test_an_attribute_of_an_imported_module_is_needed(read):
    stream = b"cdill._dill\n_get_attr\n(cdill._dill\n_import_module\n(U\x05numpytRU\x03addtR."
    assert Need(module="numpy", name="add") in read(stream).needs


def test_an_attribute_of_an_object_needs_no_more_names(read):
    facts = read(b"c__builtin__\ngetattr\n(]U\x06appendtR.")
    assert [need.name for need in facts.needs] == ["getattr"]
    for arguments in (b")", b"(cm\nn\nNt"):
        more = read(b"c__builtin__\ngetattr\n" + arguments + b"R.")
        assert "n." not in "".join(need.name for need in more.needs)


def test_a_bound_method_and_a_nested_class_load_by_attributes(read, names):
    facts = read(pickle.dumps(enum.EnumMeta.__call__, 2))
    assert ("enum", "EnumType.__call__") in names(facts) or (
        "enum",
        "EnumMeta.__call__",
    ) in names(facts)


def test_a_text_longer_than_any_name_is_no_name(read, kinds):
    long = b"X\x00\x20\0\0" + b"m" * 8192
    assert kinds(read(b"\x80\x04" + long + text("n") + b"\x93.")) == ["computed-name"]


def test_names_that_dill_answers_itself_are_not_needed(read, names):
    assert names(read(b"\x80\x04c__builtin__\n__main__\n.")) == set()
    assert names(read(b"\x80\x02c__builtin__\n__main__\n.")) == set()
    assert names(read(b"\x80\x04cdill.dill\nNoneType\n.")) == set()


@pytest.mark.parametrize(
    ("content", "serializer"),
    [
        (dill.dumps(lambda: 1, recurse=True), "dill"),
        (cloudpickle.dumps(lambda: 1), "cloudpickle"),
        (pickle.dumps(1), "pickle"),
        (b"cjoblib.externals.cloudpickle.cloudpickle\nsubimport\n.", "cloudpickle"),
    ],
)
def test_the_serializer_is_known_by_its_own_names(read, content, serializer):
    facts = read(content)
    assert (facts.serializer, facts.format) == (serializer, serializer)
