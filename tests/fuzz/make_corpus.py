"""The seed corpus, written anew: python make_corpus.py FOLDER, with the packages of the test group.

Small artifacts of every format and the hostile samples that a fuzzer would take long to find.
Files that are there under other names are kept: they are what fuzzing has found.
"""

from __future__ import annotations

import base64
import bz2
import collections
import datetime as dt
import decimal
import fractions
import gzip
import io
import json
import lzma
import os
import pickle
import struct
import sys
import uuid
import zipfile
import zlib
from pathlib import Path

import cloudpickle
import dill
import joblib
import lz4.frame
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "completeness" / "samples"))
import torch_layouts


class Hostile:
    """Runs a program when it is loaded, if it is."""

    def __init__(self, function, *arguments):
        self.told = function, arguments

    def __reduce__(self):
        return self.told


ZOO = [
    collections.OrderedDict(a=1), collections.deque([1], 3), dt.date(2020, 1, 2), uuid.UUID(int=5),
    decimal.Decimal("1.5"), fractions.Fraction(1, 3), 2**100, b"xy", "\u00e4", {1}, frozenset({2}),
    bytearray(b"z"), 1.5, None, True, (1, (2,), ()), {"k": [1]}, len, 1j, range(3),
]  # fmt: skip


def offset_by(number):
    """A function with a cell, for the picklers of code."""

    def inner(value):
        return np.sqrt(value) + number + int(os.environ.get("OFFSET", "0"))

    return inner


def arrays():
    """A few arrays of different sorts."""
    records = np.zeros(2, [("a", "<f8"), ("b", "S3"), ("c", "O")])
    return [
        np.arange(3.0),
        "x",
        np.array([None, 1], object),
        records,
        np.array(["a"]),
        np.float32(1),
    ]


def joblib_dump(value, compress=0, protocol=None):
    stream = io.BytesIO()
    joblib.dump(value, stream, compress=compress, protocol=protocol)
    return stream.getvalue()


def saved(save, *words, **named):
    stream = io.BytesIO()
    save(stream, *words, **named)
    return stream.getvalue()


def zip_of(members, compression=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), content)
    return stream.getvalue()


def document(text):
    return json.dumps({"name": "a", "model": text}).encode()


def pickles():
    for protocol in range(6):
        yield f"zoo-{protocol}.pkl", pickle.dumps(ZOO, protocol)
        yield f"arrays-{protocol}.pkl", pickle.dumps(arrays()[:4], protocol)
    small = pickle.dumps([decimal.Decimal(1), b"y" * 40], 4)
    packers = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress, "zlib": zlib.compress}
    for name, pack in packers.items():
        yield f"small.pkl.{name}", pack(small)
    yield "small.pkl.lz4", lz4.frame.compress(small)
    yield "small.pkl.lzma", lzma.compress(small, lzma.FORMAT_ALONE)
    yield "two.pkl", small + pickle.dumps(len, 2)
    yield "trailing.pkl", small + b"junk"
    yield "cut.pkl", small[:-7]
    nested = Hostile(
        pickle.loads, pickle.dumps(Hostile(pickle.loads, pickle.dumps(uuid.UUID(int=1))))
    )
    yield "nested.pkl", pickle.dumps(nested, 4)


def by_others():
    for protocol in (2, 3, 5):
        yield f"arrays-{protocol}.joblib", joblib_dump(arrays(), protocol=protocol)
    for name in ("zlib", "gzip", "bz2", "xz", "lzma", "lz4"):
        yield f"arrays.joblib.{name}", joblib_dump(arrays(), compress=(name, 3))
    from joblib.numpy_pickle_compat import write_zfile

    yield "old.joblib", saved(write_zfile, pickle.dumps(ZOO[:6], 2))
    for library in (dill, cloudpickle):
        code = [offset_by(2), lambda x: x + 1, type("Made", (), {"twice": property(offset_by(1))})]
        for protocol in (2, 4):
            content = library.dumps(code[:protocol], protocol=protocol)
            yield f"code-{protocol}.{library.__name__}", content
    yield "module.dill", dill.dumps([np.linalg, np.add])


def containers():
    yield "objects.npy", saved(np.save, np.array([decimal.Decimal(1), None], object))
    yield "plain.npy", saved(np.save, np.arange(4))
    yield "both.npz", saved(np.savez, a=np.arange(2), b=np.array([uuid.UUID(int=2)], object))
    yield "packed.npz", saved(np.savez_compressed, b=np.array([fractions.Fraction(1, 2)], object))
    small = pickle.dumps([decimal.Decimal(1)], 4)
    inner = zip_of({"deep/model.pkl": small, "read.me": b"text"})
    yield "pickles.zip", inner
    yield "zip-in-zip.zip", zip_of({"inner.zip": inner}, zipfile.ZIP_STORED)
    broken = bytearray(zip_of({"model.pkl": small}, zipfile.ZIP_STORED))
    broken[broken.index(small) + 2] ^= 1
    yield "bad-crc.zip", bytes(broken)
    yield "pickle-then-zip.pkl", small + inner
    yield "base64.json", document(base64.b64encode(small).decode())
    yield "base64-urls.json", document(base64.urlsafe_b64encode(zlib.compress(small)).decode())
    yield "base64-gzip.json", document(base64.b64encode(gzip.compress(small)).decode())


def checkpoints(folder):
    for name in ("torch_archive", "torch_legacy", "torch_tar"):
        path = folder / name
        getattr(torch_layouts, name)(str(path))
        content = path.read_bytes()
        path.unlink()
        # A tar archive is padded to ten kilobytes; one block of zeros ends it as well.
        yield f"{name}.pt", content.rstrip(b"\0") + bytes(1024) if "tar" in name else content


def hostile():
    yield "system.pkl", pickle.dumps(Hostile(os.system, "true"), 0)
    yield "getattr.pkl", pickle.dumps(Hostile(getattr, int, "from_bytes"), 4)
    yield "dotted.pkl", b"\x80\x04\x8c\x06shutil\x8c\x09os.system\x93\x8c\x04true\x85R."
    yield "instance.pkl", b"(S'true'\niposix\nsystem\n."
    yield "object.pkl", b"(cposix\nsystem\nS'true'\no."
    yield (
        "memo.pkl",
        b"\x80\x04\x8c\x02os\x94\x8c\x06system\x94(h\x00h\x011\x8c\x01x0h\x00h\x01\x93.",
    )
    yield "extension.pkl", b"\x80\x02\x82\xf0."
    yield "persistent.pkl", b"\x80\x02(X\x01\x00\x00\x00atQ."
    yield "buffers.pkl", b"\x80\x05\x97\x98."
    yield "straddling.pkl", b"\x80\x04\x95\x08" + bytes(7) + b"NNcposix\nsystem\n."
    yield "exbibytes.pkl", b"\x80\x04\x8e" + struct.pack("<Q", 2**63 - 1) + b"x."
    yield "doubling.pkl", b"\x80\x04)" + b"2\x86" * 60 + b"}2\x86."
    yield "deep.pkl", b"\x80\x04" + b"(" * 200 + b"t" * 200 + b"."
    yield "lists.pkl", b"\x80\x04" + b"]\x94" * 200 + b"a" * 199 + b"."
    yield "far-memo.pkl", b"\x80\x02Nr\xff\xff\xff\x7fj\xff\xff\xff\x7f."
    yield "self.pkl", b"\x80\x04}\x94\x8c\x01ah\x00s."
    yield "build-on-name.pkl", b"\x80\x02cos\nsystem\n}b."
    yield "zeros.zlib", zlib.compress(bytes(1 << 20), 9)
    yield "bomb.gz", gzip.compress(gzip.compress(bytes(4 << 20)))
    yield "text.txt", b"import os\n"
    yield "pointer.pkl", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"


def main() -> None:
    """Write every seed."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for seeds in (pickles(), by_others(), containers(), checkpoints(folder), hostile()):
        for name, content in seeds:
            (folder / name).write_bytes(content)


if __name__ == "__main__":
    main()
