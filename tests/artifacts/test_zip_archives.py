from __future__ import annotations

import bz2
import collections
import datetime as dt
import decimal
import io
import json
import pickle
import struct
import tarfile
import zipfile
import zlib

import joblib
import numpy as np
import pytest

from envguard.artifacts import zip_directory

PICKLE = pickle.dumps([decimal.Decimal(1), "text " * 50])
METHODS = [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]


def zipped(members, method=zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()


def dumped(value, **options) -> bytes:
    file = io.BytesIO()
    joblib.dump(value, file, **options)
    return file.getvalue()


def tarred(name, content, mode="w") -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as archive:
        member = tarfile.TarInfo(name)
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return file.getvalue()


def central(archive: bytes) -> int:
    return archive.index(b"PK\x01\x02")


def changed(archive: bytes, at: int, content: bytes) -> bytes:
    return archive[:at] + content + archive[at + len(content) :]


@pytest.mark.parametrize("method", METHODS)
def test_pickles_of_any_name_in_any_packing_are_found(read, names, method):
    facts = read(
        zipped(
            [
                ("readme.txt", "I have a dream\n" * 20),
                ("odd.name", PICKLE),
                ("old", pickle.dumps(collections.OrderedDict(a=1), 0)),
                ("dump.joblib", dumped([np.arange(9.0), dt.date(2020, 1, 1)])),
                ("packed", dumped([np.arange(9.0), dt.time(1)], compress=3)),
                ("inner.zip", zipped([("deep/er", pickle.dumps(dt.timedelta(1)))])),
                ("inner.tar.gz", tarred("member", pickle.dumps(dt.timezone.utc), "w:gz")),
            ],
            method,
        )
    )
    wanted = {("decimal", "Decimal"), ("collections", "OrderedDict")}
    wanted |= {("datetime", name) for name in ("date", "time", "timedelta", "timezone")}
    assert wanted <= names(facts)
    assert (facts.compression, facts.complete) == ("zip", True), facts.anomalies


def test_an_archive_of_one_pickle_is_a_pickle(read):
    facts = read(zipped([("model.pkl", PICKLE)], zipfile.ZIP_DEFLATED), "model.pkl.zip")
    assert (facts.format, facts.serializer, facts.compression) == ("pickle", "pickle", "zip")


def test_an_archive_without_anything_known_has_no_format(read, kinds):
    facts = read(zipped([("a.txt", "some text"), ("b.png", b"\x89PNG\r\n")]))
    assert (facts.format, kinds(facts)) == (None, ["unknown-format"])


def test_streamed_members_are_read(read, names):
    class Pipe(io.RawIOBase):
        def __init__(self):
            self.content = b""

        def writable(self):
            return True

        def write(self, piece):
            self.content += bytes(piece)
            return len(piece)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", PICKLE)
        archive.writestr("b", pickle.dumps(len))
    facts = read(pipe.content)
    assert {("decimal", "Decimal"), ("builtins", "len")} <= names(facts)
    assert facts.complete, facts.anomalies


def test_the_wider_records_of_zip64_are_read(read, names):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive, archive.open("a", "w", force_zip64=True) as member:
        member.write(PICKLE)
    content = file.getvalue()
    at = content.index(b"PK\x05\x06")
    size, offset = struct.unpack_from("<2L", content, at + 12)
    wide = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, size, offset)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, at, 1)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 2**32 - 1, 2**32 - 1, 0)
    facts = read(content[:at] + wide + locator + end)
    assert ("decimal", "Decimal") in names(facts)
    assert facts.complete, facts.anomalies


def test_a_comment_that_looks_like_an_end_misleads_nobody(read):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a", PICKLE)
        archive.comment = b"PK\x05\x06 and more of a comment"
    assert read(file.getvalue()).complete


GOOD = zipped([("a.pkl", PICKLE), ("b.pkl", pickle.dumps(len))])
DEFLATED = zipped([("a.pkl", PICKLE), ("b.pkl", pickle.dumps(len))], zipfile.ZIP_DEFLATED)
SECOND = GOOD.index(b"PK\x03\x04", 10)
TRICKS = {
    "bad-crc": (changed(GOOD, central(GOOD) + 16, b"\0\0\0\0"), {"bad-crc"}),
    "encrypted": (
        changed(changed(GOOD, central(GOOD) + 8, b"\1"), 6, b"\1"),
        {"encrypted-member"},
    ),
    "encrypted-in-the-directory-only": (
        changed(GOOD, central(GOOD) + 8, b"\1"),
        {"encrypted-member", "member-header"},
    ),
    "names-differ": (changed(GOOD, 30, b"x"), {"member-name"}),
    "methods-differ": (changed(GOOD, 8, b"\x08"), {"member-header"}),
    "unknown-method": (
        changed(changed(GOOD, central(GOOD) + 10, b"\x63"), 8, b"\x63"),
        {"unread-member"},
    ),
    "damaged": (changed(DEFLATED, 40, b"\xff" * 8), {"bad-compressed-data"}),
    "after": (GOOD + b"junk", {"trailing-data"}),
    "count": (changed(GOOD, GOOD.index(b"PK\x05\x06") + 10, b"\x09"), {"archive-directory"}),
}


@pytest.mark.parametrize("name", TRICKS)
def test_a_trick_is_told_and_loses_no_other_member(read, names, kinds, name):
    content, told = TRICKS[name]
    facts = read(content)
    assert set(kinds(facts)) == told
    assert ("builtins", "len") in names(facts)
    assert not facts.complete


def test_a_member_that_is_not_where_it_is_said_to_be_is_told(read, names, kinds):
    facts = read(changed(GOOD, SECOND, b"XX"))
    assert ("decimal", "Decimal") in names(facts)
    assert set(kinds(facts)) == {"archive-member", "unlisted-data"}


def test_bytes_before_the_archive_leave_no_format_that_is_clean(read):
    assert not read(b"#!/bin/sh\n" + GOOD).complete


def test_members_are_found_behind_bytes_before_the_archive(read, names, kinds):
    hidden = b"PK\x03\x04" + bytes(40)
    facts = read(hidden + GOOD)
    assert {("decimal", "Decimal"), ("builtins", "len")} <= names(facts)
    assert "data-before-archive" in kinds(facts)


def test_bytes_that_no_member_accounts_for_are_told(read, kinds):
    inserted = b"hidden"
    content = GOOD[:SECOND] + inserted + GOOD[SECOND:]
    entry = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 4)
    content = changed(content, entry + 42, struct.pack("<L", SECOND + len(inserted)))
    end = content.index(b"PK\x05\x06")
    content = changed(content, end + 16, struct.pack("<L", content.index(b"PK\x01\x02")))
    assert kinds(read(content)) == ["unlisted-data"]


def test_two_members_of_one_name_are_told_and_both_read(read, names, kinds):
    with pytest.warns(UserWarning, match="Duplicate"):
        content = zipped([("a", PICKLE), ("a", pickle.dumps(len))])
    facts = read(content)
    assert {("decimal", "Decimal"), ("builtins", "len")} <= names(facts)
    assert kinds(facts) == ["duplicate-member"]


def test_members_that_share_bytes_are_told(read, kinds):
    at = central(GOOD)
    first = GOOD[at : GOOD.index(b"PK\x01\x02", at + 4)]
    end = GOOD.index(b"PK\x05\x06")
    tail = changed(GOOD[end:], 10, b"\x03")
    tail = changed(tail, 12, struct.pack("<L", end - at + len(first)))
    facts = read(GOOD[:end] + first.replace(b"a.pkl", b"c.pkl") + tail)
    assert set(kinds(facts)) == {"overlapping-members", "member-name"}


@pytest.mark.parametrize("cut", [5, 30, 120])
def test_an_archive_cut_short_keeps_what_is_there(read, names, kinds, cut):
    facts = read(GOOD[:-cut])
    assert ("decimal", "Decimal") in names(facts)
    assert "truncated" in kinds(facts) or "archive-directory" in kinds(facts)
    assert not facts.complete


def test_a_member_of_another_size_is_told(read, kinds):
    at = DEFLATED.index(b"PK\x01\x02")
    size = struct.pack("<L", len(PICKLE) + 5)
    content = changed(changed(DEFLATED, at + 24, size), 22, size)
    assert kinds(read(content)) == ["member-size"]


def test_an_anomaly_inside_names_its_member_and_counts_from_its_start(read):
    facts = read(zipped([("padding", "x" * 500), ("dir/broken.pkl", PICKLE + b"junk")]))
    (anomaly,) = facts.anomalies
    assert (anomaly.kind, anomaly.offset) == ("trailing-data", len(PICKLE))
    assert anomaly.text.endswith("(offset within dir/broken.pkl)")


def test_data_that_start_like_a_pickle_by_chance_are_data(read):
    assert read(zipped([("weights", b"\x80\x02\xff\xff" * 50), ("m", PICKLE)])).complete
    assert read(zipped([("weights", b"x\x9c\xff\xff" * 50), ("m", PICKLE)])).complete


def test_a_compressed_member_that_breaks_is_told(read, kinds):
    packed = zlib.compress(PICKLE)
    assert kinds(read(zipped([("m", packed[:-9])])))
    assert kinds(read(zipped([("m", bz2.compress(PICKLE)[:-9])])))


def test_containers_in_containers_end_at_a_depth(read, kinds):
    content = PICKLE
    for _ in range(20):
        content = zipped([("inner", content)])
    assert kinds(read(content)) == ["limit"]


def test_members_beyond_the_limit_are_told(monkeypatch, read, kinds):
    monkeypatch.setattr(zip_directory, "MOST_MEMBERS", 3)
    assert "limit" in kinds(read(zipped([(f"m{i}", PICKLE) for i in range(5)])))


@pytest.mark.parametrize(
    ("members", "name"),
    [
        (["config.json", "metadata.json", "model.weights.h5"], "keras"),
        (["model.ini", "trees/t00.bin"], "h2o-mojo"),
        (["m/archive_format", "m/models/model.json"], "torch-export"),
    ],
)
def test_formats_of_others_are_named_and_never_clean(read, kinds, members, name):
    facts = read(zipped([(member, "{}") for member in members]))
    assert (facts.format, facts.complete) == (name, False)
    assert "unread-format" in kinds(facts)


@pytest.mark.parametrize(
    ("head", "what"), [(b"7z\xbc\xaf\x27\x1c", "7z"), (b"Rar!\x1a\x07\x01\x00", "rar")]
)
def test_archives_that_are_not_read_are_told(read, kinds, head, what):
    facts = read(head + bytes(100))
    assert (facts.format, kinds(facts), facts.complete) == (None, ["unread-container"], False)
    assert what in facts.anomalies[0].text
    assert "unread-container" in kinds(read(zipped([("m", head + bytes(9)), ("p", PICKLE)])))


SCHEMA = {
    "__class__": "LogisticRegression",
    "__module__": "sklearn.linear_model._logistic",
    "__loader__": "ObjectNode",
    "content": [
        {"__class__": "dict", "__module__": "builtins", "content": {"a": [{"x": 1}]}},
        {"__loader__": "FunctionNode", "content": {"module_path": "numpy", "function": "log"}},
    ],
    "_skops_version": "0.16.0",
}


def test_the_types_of_a_skops_file_are_its_needs(read, names):
    array = io.BytesIO()
    np.save(array, np.ones(3))
    facts = read(zipped([("schema.json", json.dumps(SCHEMA)), ("1.npy", array.getvalue())]))
    assert names(facts) == {
        ("sklearn.linear_model._logistic", "LogisticRegression"),
        ("builtins", "dict"),
        ("numpy", "log"),
        ("skops", ""),
    }
    assert (facts.format, facts.serializer, facts.complete) == ("skops", None, True)


@pytest.mark.parametrize("schema", ["{", "[" * 200_000, "\xff"])
def test_a_skops_file_whose_schema_cannot_be_read_is_told(read, kinds, schema):
    facts = read(zipped([("schema.json", schema.encode("latin-1"))]))
    assert (facts.format, kinds(facts)) == ("skops", ["bad-schema"])
