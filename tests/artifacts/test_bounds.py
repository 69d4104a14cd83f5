from __future__ import annotations

import collections
import io
import pickle
import uuid

import joblib
import numpy as np
import pytest

from envguard.artifacts import bounds, journal, memo, pickle_stream


@pytest.fixture
def forgetful(monkeypatch):
    """A machine that lets go of objects after every few opcodes instead of every few 100,000."""
    monkeypatch.setattr(pickle_stream, "_CHUNK", 1)
    monkeypatch.setattr(bounds, "_MOST_MADE", 20)


VALUES = [
    np.zeros(3),
    np.ones((2, 3, 4)),
    np.zeros(4, [("a", "f8"), ("b", "S3"), ("c", "f4", (2,))]),
    np.array(["x", None], object),
    {"k": [np.arange(3), {"deeper": (1, (2, (3, [np.zeros(2)])))}]},
    collections.OrderedDict(a=uuid.UUID(int=3)),
    [uuid.UUID(int=number) for number in range(50)],
]


@pytest.mark.usefixtures("forgetful")
@pytest.mark.parametrize("protocol", range(6))
def test_a_large_pickle_loses_no_name(monkeypatch, read, names, protocol):
    content = pickle.dumps(VALUES * 3, protocol)
    forgotten = read(content)
    monkeypatch.undo()
    whole = read(content)
    assert names(forgotten) == names(whole)
    assert forgotten.complete


@pytest.mark.usefixtures("forgetful")
@pytest.mark.parametrize("protocol", [0, 1, 2, 3, 4, 5])
def test_a_large_joblib_dump_loses_no_array(read, protocol):
    file = io.BytesIO()
    joblib.dump(VALUES * 3, file, protocol=protocol)
    facts = read(file.getvalue())
    assert facts.complete, facts.anomalies
    assert [one.fields for one in facts.layouts] == [("a", "b", "c")]


@pytest.mark.usefixtures("forgetful")
def test_the_version_of_an_object_around_many_others_is_kept(read):
    many = b"".join(b"cm\nn\n(K" + bytes([n]) + b"tR" for n in range(100))
    stream = (
        b"\x80\x02csklearn.x\nOuter\n)\x81}(U\x01k](" + many + b"eU\x10_sklearn_versionU\x031.5ub."
    )
    facts = read(stream)
    assert [one.version for one in facts.versions] == ["1.5"]
    assert facts.producer.library == "scikit-learn"


@pytest.mark.usefixtures("forgetful")
def test_chains_of_objects_are_cut(read):
    for link in (b"\x85", b")R", b"}b", b"}N\x86", b"]R"):
        assert read(b"\x80\x02cm\nn\n)R" + link * 200 + b"0N.").complete, link
    assert read(b"\x80\x02}" + b"(N}" * 99 + b"u" * 99 + b".").complete


@pytest.mark.parametrize(
    ("where", "limit", "stream"),
    [
        (bounds, "_MOST_ON_STACK", b"\x80\x02" + b"N" * 50 + b"."),
        (bounds, "_MOST_ON_STACK", b"\x80\x02" + b"N(" * 50 + b"."),
        (bounds, "_MOST_MARKS", b"\x80\x02" + b"(" * 50 + b"."),
        (bounds, "MOST_ENTRIES", b"\x80\x04N" + b"\x94" * 50 + b"."),
        (memo, "MOST_ENTRIES", b"\x80\x02N" + b"r\x09\0\0\0r\x19\0\0\0r\x29\0\0\0."),
        (memo, "MOST_ENTRIES", b"\x80\x02N" + b"r\0\0\0\x7fr\0\0\0\x7er\0\0\0\x7d."),
        (
            journal,
            "_MOST_NAMES",
            b"\x80\x02" + b"".join(b"cm%d\nn\n" % n for n in range(50)) + b".",
        ),
    ],
)
def test_what_no_artifact_has_so_much_of_ends_the_walk(
    monkeypatch, read, kinds, where, limit, stream
):
    monkeypatch.setattr(pickle_stream, "_CHUNK", 1)
    assert "limit" not in kinds(read(stream))
    monkeypatch.setattr(where, limit, 20)
    assert "limit" in kinds(read(stream))


def test_of_a_dict_the_first_entries_are_kept(read):
    pairs = b"".join(b"J" + n.to_bytes(4, "little") + b"N" for n in range(2000))
    head = b"\x80\x02csklearn.x\nX\n)\x81}("
    early = head + b"U\x10_sklearn_versionU\x031.5" + pairs + b"u(" + pairs + b"ub."
    assert [one.version for one in read(early).versions] == ["1.5"]
    assert read(head + pairs + b"U\x10_sklearn_versionU\x031.5ub.").versions == ()


def test_of_one_kind_the_first_anomalies_are_kept(read, kinds):
    assert kinds(read(b"\x80\x02" + b"NQ0" * 500 + b"N.")) == ["persistent-id"] * 64


def test_a_tuple_longer_than_any_argument_list_is_walked(read):
    assert read(pickle.dumps(tuple(range(5000)))).complete
