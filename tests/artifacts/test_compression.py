from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import pickle
import sys
import zlib

import joblib
import numpy as np
import pytest

from envguard.artifacts import compression as room
from envguard.artifacts import spool
from envguard.artifacts.compression import compression_of, unfolded
from envguard.artifacts.journal import Journal
from envguard.errors import UnreadableArtifactError

PICKLE = pickle.dumps(["text", *range(1000)])
ZSTD_OF_NONE = bytes.fromhex("28b52ffd200421000080044e2e")
PACKERS = {
    "zlib": zlib.compress,
    "gzip": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "lzma": lambda raw: lzma.compress(raw, lzma.FORMAT_ALONE),
}


@pytest.mark.parametrize("name", PACKERS)
def test_a_compressed_pickle_is_read_whatever_the_suffix(read, name):
    facts = read(PACKERS[name](PICKLE), "model.txt")
    assert (facts.format, facts.compression, facts.complete) == ("joblib", name, True)


@pytest.mark.parametrize("name", PACKERS)
def test_compressed_data_cut_short_are_told(read, name):
    facts = read(PACKERS[name](PICKLE)[:-9])
    assert not facts.complete
    assert facts.anomalies


@pytest.mark.parametrize("name", ["gzip", "zlib", "bz2", "xz"])
def test_a_wrong_checksum_is_told_and_the_content_read_all_the_same(read, kinds, name):
    packed = bytearray(PACKERS[name](PICKLE))
    position = {"gzip": -6, "zlib": -2, "bz2": 11, "xz": -1}[name]
    packed[position] ^= 0x55
    facts = read(bytes(packed))
    assert "bad-compressed-data" in kinds(facts)
    assert not facts.complete


def test_names_before_the_damage_are_kept(read, names):
    body = pickle.dumps([pickle.Pickler, os.urandom(300_000)])
    packed = bytearray(zlib.compress(body))
    packed[-1] ^= 1
    assert ("_pickle", "Pickler") in names(read(bytes(packed)))


@pytest.mark.parametrize("name", ["gzip", "bz2", "zlib"])
def test_streams_in_a_row_are_one(read, name):
    pack = PACKERS[name]
    assert read(pack(PICKLE[:100]) + pack(PICKLE[100:])).complete


def test_junk_after_the_compressed_data_is_told(read, kinds):
    assert kinds(read(gzip.compress(PICKLE) + b"junk")) == ["trailing-data"]


def test_zeros_after_the_compressed_data_are_padding(read):
    assert read(gzip.compress(PICKLE) + bytes(512)).complete


def test_compressed_text_is_no_pickle(read, kinds):
    facts = read(gzip.compress(b"# a readme\n"))
    assert (facts.format, facts.compression, kinds(facts)) == (None, "gzip", ["unknown-format"])


def test_compressed_nothing_is_no_pickle(read, kinds):
    assert kinds(read(gzip.compress(b""))) == ["unknown-format"]


def test_damage_at_the_start_leaves_no_format(read, kinds):
    facts = read(b"\x1f\x8b\x08" + b"\xff" * 40)
    assert facts.format is None
    assert "unknown-format" in kinds(facts)
    assert "bad-compressed-data" in kinds(facts)


def test_zfiles_of_joblib_before_0_10_are_unfolded(read):
    header = b"ZF" + hex(len(PICKLE)).encode().ljust(19)
    for space in (b"", b" "):
        facts = read(header + space + zlib.compress(PICKLE))
        assert (facts.format, facts.compression, facts.complete) == ("joblib", "zlib", True)


def test_an_expansion_beyond_the_ratio_is_told_early(monkeypatch, read, kinds):
    monkeypatch.setattr(room, "RATIO_FREE", 1 << 20)
    facts = read(zlib.compress(b"\x80\x04\x8e" + (1 << 40).to_bytes(8, "little") + bytes(40 << 20)))
    assert "decompression-limit" in kinds(facts)
    assert facts.anomalies[0].offset < 10 << 20


def test_the_stated_limit_holds():
    journal = Journal()
    with unfolded(zlib.compress(PICKLE * 300), "zlib", journal, most=500_000) as content:
        assert len(content) < 1_000_000
    assert [one.kind for one in journal.anomalies] == ["decompression-limit"]


def test_an_array_of_zeros_that_compresses_well_is_no_bomb(read):
    file = io.BytesIO()
    joblib.dump(np.zeros(1_500_000), file, compress=9)
    facts = read(file.getvalue())
    assert facts.complete, facts.anomalies


def test_a_large_content_goes_to_a_file(tmp_path, monkeypatch, read):
    monkeypatch.setattr(spool, "_IN_MEMORY", 1000)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    facts = read(zlib.compress(PICKLE * 1 + b""))
    assert facts.complete
    assert facts.format == "joblib"


def test_no_room_for_a_large_content_is_a_clear_error(tmp_path, monkeypatch, read):
    import tempfile

    monkeypatch.setattr(spool, "_IN_MEMORY", 1000)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    with pytest.raises(UnreadableArtifactError, match="TMPDIR"):
        read(zlib.compress(os.urandom(5000)))


def test_lz4_is_read_without_its_package(monkeypatch, read):
    file = io.BytesIO()
    joblib.dump(["a"] * 10, file, compress=("lz4", 1))
    monkeypatch.setitem(sys.modules, "lz4.frame", None)
    facts = read(file.getvalue())
    assert (facts.format, facts.compression, facts.complete) == ("joblib", "lz4", True)


def test_without_zstandard_its_files_are_told_unread(monkeypatch, read, kinds):
    for module in ("zstandard", "compression.zstd", "backports.zstd"):
        monkeypatch.setitem(sys.modules, module, None)
    facts = read(ZSTD_OF_NONE)
    assert (facts.format, facts.compression, facts.complete) == (None, "zstd", False)
    assert "needs-zstd" in kinds(facts)


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"x\x9c", "zlib"),
        (b"x\x00", None),
        (b"x", None),
        (b"BZh9", "bz2"),
        (b"BZhx", None),
        (b"BZ", None),
        (b"]\x00\x00\x80", "lzma"),
        (b"]q\x00.", None),
        (b"\x1f\x8b\x08", "gzip"),
        (b"\xfd7zXZ\x00", "xz"),
        (b"\x04\x22\x4d\x18", "lz4"),
        (b"\x28\xb5\x2f\xfd", "zstd"),
        (b"", None),
    ],
)
def test_a_compression_is_known_by_its_first_bytes(head, name):
    assert compression_of(head) == name


def test_unfolding_much_keeps_memory_flat(tmp_path, measured):
    path = tmp_path / "large.joblib"
    joblib.dump(np.random.default_rng(0).integers(0, 4, 12_000_000), path, compress=1)
    script = (
        "import sys; from pathlib import Path\n"
        "from envguard.artifacts.formats import read_artifact\n"
        "before = peak()\n"
        "assert read_artifact(Path(sys.argv[1])).complete\n"
        "print(peak() - before)\n"
    )
    (grown,) = measured(script, path)
    assert int(grown) < 64 << 20
