from __future__ import annotations

import datetime as dt
import decimal
import io
import struct
import warnings
import zipfile

import numpy as np
import pytest

from envguard.artifacts.journal import MalformedError
from envguard.artifacts.numpy_header import read_header

PLAIN = {
    "floats": np.arange(12.0).reshape(3, 4),
    "fortran": np.asfortranarray(np.ones((2, 3), "i4")),
    "texts": np.array(["a", "bbb"]),
    "bytes": np.array([b"a", b"bbb"]),
    "times": np.array(["2020"], "M8[D]"),
    "spans": np.zeros(2, "m8[25s]"),
    "nothing": np.zeros((0, 3)),
    "single": np.array(5.0),
    "flags": np.ones(3, bool),
    "complex": np.ones(2, complex),
    "swapped": np.ones(3, ">f8"),
    "raw": np.zeros(2, "V5"),
    "records": np.zeros(4, [("a", "f8"), ("b", "S3"), ("c", "f4", (2, 2))]),
    "nested": np.zeros(2, [("a", [("b", "i4"), ("c", "U2")])]),
    "aligned": np.zeros(2, np.dtype([("a", "i1"), ("b", "f8")], align=True)),
    "titled": np.zeros(2, [(("title", "name"), "f8")]),
    "named-in-utf-8": np.zeros(2, [("é", "f8")]),
    "wide": np.zeros(2, [(f"field{i}", "f8") for i in range(3000)]),
}
OBJECTS = {
    "objects": np.array([decimal.Decimal(1), None, "a"], dtype=object),
    "records-of-objects": np.array([(1.0, dt.date(2020, 1, 1))], [("a", "f8"), ("b", "O")]),
    "nested-objects": np.array([((decimal.Decimal(1),),)], [("a", [("b", "O")])]),
    "wide-texts": np.array(["a", "bb"], dtype=np.dtypes.StringDType()),
}


def saved(array, version=None) -> bytes:
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        np.lib.format.write_array(file, array, version=version)
    return file.getvalue()


def stated(header: bytes, version=b"\x01\x00", tail: bytes = b"") -> bytes:
    length = struct.pack("<H" if version[0] == 1 else "<I", len(header))
    return b"\x93NUMPY" + version + length + header + tail


@pytest.mark.parametrize("name", PLAIN)
def test_plain_arrays_need_numpy_alone_and_are_read_whole(read, names, name):
    facts = read(saved(PLAIN[name]), "array.npy")
    assert facts.complete, facts.anomalies
    assert (facts.format, facts.serializer, names(facts)) == ("numpy", None, {("numpy", "")})
    assert facts.producer.library == "numpy"


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_every_version_of_the_format_is_read(read, version):
    assert read(saved(PLAIN["records"], version)).complete


@pytest.mark.parametrize("name", PLAIN)
def test_the_header_says_where_the_data_end(name):
    content = saved(PLAIN[name])
    header = read_header(content, len(content))
    assert header.start + header.count * header.item_size == len(content)


@pytest.mark.parametrize("name", OBJECTS)
def test_the_names_of_arrays_of_objects_are_found(tmp_path, read, names, name):
    content = saved(OBJECTS[name])
    found = names(read(content))
    assert any(module.startswith("numpy") for module, _ in found)
    if "text" not in name:
        assert {("decimal", "Decimal"), ("datetime", "date")} & found
    assert read(content).complete
    assert (read(content).format, read(content).serializer) == ("numpy", "pickle")


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_every_member_of_an_npz_is_read(read, names, save):
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        save(file, **PLAIN, **OBJECTS)
    facts = read(file.getvalue(), "arrays.npz")
    assert {("decimal", "Decimal"), ("datetime", "date")} <= names(facts)
    assert (facts.format, facts.complete) == ("numpy", True), facts.anomalies


def test_arrays_too_large_to_be_checked_are_judged_by_their_headers(tmp_path, monkeypatch, read):
    from envguard.artifacts import contents

    monkeypatch.setattr(contents, "_CHECKED_DATA", 1000)
    file = io.BytesIO()
    np.savez_compressed(file, a=np.zeros(100_000), b=OBJECTS["objects"])
    facts = read(file.getvalue())
    assert "limit" in [one.kind for one in facts.anomalies] or facts.complete
    file = io.BytesIO()
    np.savez_compressed(file, a=np.zeros(100_000))
    assert read(file.getvalue()).complete


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        pytest.param(b"\x93NUMPY", "truncated", id="no-version"),
        pytest.param(b"\x93NUMPY\x01\x00", "truncated", id="no-length"),
        pytest.param(b"\x93NUMPY\x01\x00\xff\xff{'descr'", "truncated", id="cut-header"),
        pytest.param(b"\x93NUMPY\x02\x00\xff\xff\xff\xff{", "truncated", id="header-of-4-GiB"),
        pytest.param(stated(b"{}", b"\x09\x00"), "bad-header", id="version"),
        pytest.param(stated(b"{}"), "bad-header", id="no-fields"),
        pytest.param(stated(b"[1, 2]"), "bad-header", id="no-dict"),
        pytest.param(stated(b"__import__('os')"), "bad-header", id="a-call"),
        pytest.param(stated(b"(" * 60_000), "bad-header", id="brackets"),
        pytest.param(stated(b"{'descr': '<f8', 'shape': (-1,)}"), "bad-header", id="negative"),
        pytest.param(stated(b"{'descr': '<f8', 'shape': 'a'}"), "bad-header", id="no-shape"),
        pytest.param(stated(b"{'descr': ['a'], 'shape': ()}"), "bad-header", id="no-dtype"),
        pytest.param(stated(b"{'descr': '<f8', 'shape': ()} + 1"), "bad-header", id="more"),
        pytest.param(stated(b"{'descr': 'q', 'shape': ()}"), "array-extent", id="unknown-dtype"),
        pytest.param(
            stated(b"{'descr': '<f8', 'shape': (9999999999, 9999999999)}", tail=b"x" * 64),
            "shape-beyond-data",
            id="shape-of-exbibytes",
        ),
        pytest.param(saved(PLAIN["floats"])[:-1], "shape-beyond-data", id="cut-data"),
        pytest.param(saved(PLAIN["floats"]) + b"x", "trailing-data", id="trailing"),
        pytest.param(saved(OBJECTS["objects"]) + b"x", "trailing-data", id="after-the-pickle"),
        pytest.param(stated(b"{'descr': '|O', 'shape': (1,)}"), "truncated", id="no-pickle"),
    ],
)
def test_what_is_wrong_with_a_file_is_told(read, kinds, content, kind):
    facts = read(content, "array.npy")
    assert kinds(facts) == [kind]
    assert (facts.format, facts.complete) == ("numpy", False)


def test_names_of_a_second_array_in_the_file_are_found(read, names, kinds):
    facts = read(saved(PLAIN["floats"]) + saved(OBJECTS["objects"]))
    assert ("decimal", "Decimal") in names(facts)
    assert kinds(facts) == ["second-array"]


def test_a_header_longer_than_any_array_needs_is_not_read():
    content = stated(b" " * (2 << 20), b"\x02\x00")
    with pytest.raises(MalformedError, match="no array needs"):
        read_header(content, len(content))


def test_headers_of_python_2_are_read(read):
    assert read(stated(b"{'descr': '<f8', 'shape': (2L,), }", tail=bytes(16))).complete


def test_a_shape_beyond_a_members_data_is_told(read, kinds):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.npy", saved(np.ones(2000))[:-8])
    assert kinds(read(file.getvalue())) == ["shape-beyond-data"]
