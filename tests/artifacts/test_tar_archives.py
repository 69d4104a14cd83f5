from __future__ import annotations

import bz2
import collections
import decimal
import gzip
import io
import lzma
import pickle
import tarfile

import pytest

PICKLE = pickle.dumps(decimal.Decimal(1))
FORMS = [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]
LONG = "folder/" * 20 + "n" * 60


def tarred(members, form=tarfile.PAX_FORMAT) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=form) as archive:
        for name, content in members:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        folder = tarfile.TarInfo("folder")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
    return file.getvalue()


MEMBERS = [
    ("readme", b"I have a dream\n"),
    ("a/model.pkl", PICKLE),
    (LONG, pickle.dumps(collections.OrderedDict(), 0)),
]


@pytest.mark.parametrize("form", FORMS)
def test_the_pickles_of_an_archive_of_any_form_are_found(read, names, form):
    facts = read(tarred(MEMBERS, form))
    assert {("decimal", "Decimal"), ("collections", "OrderedDict")} <= names(facts)
    assert (facts.format, facts.compression, facts.complete) == ("pickle", "tar", True)


@pytest.mark.parametrize(
    ("pack", "label"),
    [(gzip.compress, "tar.gz"), (bz2.compress, "tar.bz2"), (lzma.compress, "tar.xz")],
)
def test_compressed_archives_are_read(read, names, pack, label):
    facts = read(pack(tarred(MEMBERS)))
    assert ("decimal", "Decimal") in names(facts)
    assert (facts.compression, facts.complete) == (label, True), facts.anomalies


@pytest.mark.parametrize("form", FORMS)
def test_an_anomaly_names_its_member_however_long_the_name(read, form):
    facts = read(tarred([(LONG, PICKLE + b"junk")], form))
    (anomaly,) = facts.anomalies
    assert (anomaly.kind, anomaly.offset) == ("trailing-data", len(PICKLE))
    assert LONG in anomaly.text


def test_archives_of_text_have_no_format(read, kinds):
    facts = read(tarred([("a", b"text"), ("b", b"")]))
    assert (facts.format, kinds(facts)) == (None, ["unknown-format"])


GOOD = tarred([("a", PICKLE), ("b", pickle.dumps(len))])


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        pytest.param(GOOD[: 512 * 4], "truncated", id="no-end-mark"),
        pytest.param(GOOD[: 512 * 3 + 20], "truncated", id="cut-within-a-member"),
        pytest.param(GOOD[:1024] + b"x" + GOOD[1025:], "archive-member", id="bad-checksum"),
        pytest.param(GOOD + b"junk", "trailing-data", id="junk"),
        pytest.param(tarred([("a", PICKLE)] * 2), "duplicate-member", id="twice"),
    ],
)
def test_what_is_wrong_with_an_archive_is_told(read, names, kinds, content, kind):
    facts = read(content)
    assert ("decimal", "Decimal") in names(facts)
    assert kind in kinds(facts)
    assert not facts.complete


def test_a_sparse_file_is_told_as_not_read(read, kinds):
    member = tarfile.TarInfo("sparse")
    member.type = tarfile.GNUTYPE_SPARSE
    assert "archive-member" in kinds(read(member.tobuf() + bytes(1024)))


def test_sizes_beyond_octal_digits_are_read(read, kinds):
    member = tarfile.TarInfo("large")
    member.size = 1 << 40
    assert "truncated" in kinds(read(member.tobuf(tarfile.GNU_FORMAT) + PICKLE))
