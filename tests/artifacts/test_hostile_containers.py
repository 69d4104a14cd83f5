"""Containers made to exhaust a reader: each ends soon, small, and with a true answer."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import struct
import tarfile
import zipfile
import zlib

import pytest

SOON = 15
"""Seconds of a busy machine; a quiet one takes less than two for each."""

READ = """
import sys, time
from pathlib import Path
from envguard.artifacts.formats import read_artifact
started = time.process_time()
facts = read_artifact(Path(sys.argv[1]))
print(time.process_time() - started, peak())
print(facts.format, facts.complete, *sorted({one.kind for one in facts.anomalies}))
"""


def zipped(members, method=zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()


def zeros(size: int) -> bytes:
    return b"\x80\x04\x8e" + struct.pack("<Q", size) + bytes(size) + b"."


def nested_bombs() -> bytes:
    content = zipped([("bomb.pkl", zeros(30 << 20))])
    for _ in range(5):
        content = zipped([(f"{number}.zip", content) for number in range(16)])
    return content


def packed_many_times() -> bytes:
    content = b"\x80\x04N."
    for _ in range(60):
        content = gzip.compress(content)
    return content


def local(name: bytes, content: bytes, size: int, crc: int, method: int) -> bytes:
    sizes = (crc, len(content), size, len(name), 0)
    return struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, method, 0, 0, *sizes) + name + content


def listed(name: bytes, stored: int, size: int, crc: int, method: int, at: int) -> bytes:
    fields = (20, 20, 0, method, 0, 0, crc, stored, size, len(name), 0, 0, 0, 0, 0, at)
    return struct.pack("<4s6H3L5H2L", b"PK\1\2", *fields) + name


def end(count: int, size: int, at: int) -> bytes:
    count &= 0xFFFF
    return struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, size, at, 0)


def million_members() -> bytes:
    content, count = b"\x80\x04N.", 1_000_000
    crc = zlib.crc32(content)
    names = [b"%07d" % number for number in range(count)]
    members = [local(name, content, 4, crc, 0) for name in names]
    step = len(members[0])
    directory = b"".join(
        listed(name, 4, 4, crc, 0, number * step) for number, name in enumerate(names)
    )
    return b"".join(members) + directory + end(count, len(directory), count * step)


def one_member_many_times() -> bytes:
    raw = zeros(20 << 20)
    packer = zlib.compressobj(9, 8, -15)
    packed, crc = packer.compress(raw) + packer.flush(), zlib.crc32(raw)
    member = local(b"a", packed, len(raw), crc, 8)
    directory = listed(b"a", len(packed), len(raw), crc, 8, 0) * 50_000
    return member + directory + end(50_000, len(directory), len(member))


def numpy_file(header: bytes, length: int | None = None, tail: bytes = b"") -> bytes:
    said = len(header) if length is None else length
    return b"\x93NUMPY\2\0" + struct.pack("<I", said) + header + tail


def endless_headers() -> bytes:
    header = tarfile.TarInfo("p")
    header.type, header.size = b"x", 60_000
    return (header.tobuf() + b"9 a=bcd\n" * 7500 + bytes(416)) * 1000


def in_json(content: bytes) -> bytes:
    return b'{"m": "' + base64.b64encode(content) + b'"}'


WORK = zipped([(f"m{number}", b"\x80\x04" + b"N0" * 2_000_000 + b".") for number in range(20)])
SAMPLES = {
    "bomb": (lambda: zipped([("a.pkl", zeros(200 << 20))]), "decompression-limit"),
    "bombs-in-bombs": (nested_bombs, "limit"),
    "bombs-in-bombs-of-gzip": (packed_many_times, "limit"),
    "million-members": (million_members, "limit"),
    "many-members": (lambda: zipped([(f"m{i}", b"\x80\x04N.") for i in range(60_000)], 0), ""),
    "one-member-many-times": (one_member_many_times, "overlapping-members"),
    "work-in-many-members": (lambda: WORK, "limit"),
    "levels-of-json": (lambda: b"[" * 200_000 + b"]" * 200_000, "unknown-format"),
    "pickle-below-levels-of-json": (
        lambda: b'{"a":' * 200_000 + in_json(b"\x80\x04cos\nsystem\n.") + b"}" * 200_000,
        "",
    ),
    "text-of-100-megabytes": (lambda: in_json(zeros(75 << 20)), ""),
    "escapes": (lambda: b'{"m": "' + b"\\/" * (25 << 20) + b'"}', "unknown-format"),
    "quotes": (lambda: b'"' * (25 << 20), "unknown-format"),
    "bomb-in-json": (lambda: in_json(zlib.compress(zeros(200 << 20))), "decompression-limit"),
    "texts-like-pickles": (
        lambda: json.dumps([f"gASV{number:06d}" for number in range(1_000_000)]).encode(),
        "limit",
    ),
    "digests": (
        lambda: json.dumps([hashlib.md5(b"%d" % i).hexdigest() for i in range(400_000)]).encode(),
        "unknown-format",
    ),
    "header-of-4-gigabytes": (lambda: numpy_file(b"{'descr'", 2**32 - 1), "truncated"),
    "header-of-brackets": (lambda: numpy_file(b"(" * 900_000), "bad-header"),
    "header-of-fields": (
        lambda: numpy_file(b"{'descr':[" + b"('a','f8')," * 80_000 + b"],'shape':(1,)}"),
        "shape-beyond-data",
    ),
    "rows-of-arrays": (
        lambda: numpy_file(b"{'descr':'f8','shape':(0,)}") * 100_000,
        "second-array",
    ),
    "endless-headers-of-tar": (endless_headers, "truncated"),
    "one-header-of-tar": (lambda: tarfile.TarInfo("a").tobuf() * 300_000, "limit"),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_hostile_container_ends_soon_within_200_megabytes(tmp_path, measured, name):
    make, told = SAMPLES[name]
    path = tmp_path / "hostile"
    path.write_bytes(make())
    figures, answer = measured(READ, path)
    seconds, memory = figures.split()
    _, complete, *kinds = answer.split()
    assert (complete == "True") == (not told)
    assert not told or told in kinds
    assert float(seconds) < SOON
    assert int(memory) < 200 << 20
