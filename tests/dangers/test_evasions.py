"""The known classes of evasion, each with samples: caught, or an honest "cannot tell".

Exit code 1 is danger, 3 is "cannot tell"; 0 would be the evasion's success.
Source: the advisories and threads of picklescan, modelscan and fickling.
"""

from __future__ import annotations

import base64
import gzip
import io
import json
import pickle
import struct
import sys
import tarfile
import time
import zipfile
import zlib

import pytest

SYSTEM = b"cposix\nsystem\n"
EVIL = SYSTEM + b"(S'true'\ntR."


class Attack:
    def __reduce__(self):
        import os

        return os.system, ("true",)


def zipped(members, *, compression=zipfile.ZIP_STORED):
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return raw.getvalue()


TORCH = {"archive/data.pkl": EVIL, "archive/version": b"3\n", "archive/byteorder": b"little"}


def torch_zip(**bent):
    return zipped(TORCH | bent)


def bad_crc():
    raw = bytearray(torch_zip())
    for mark, place in ((b"PK\x03\x04", 14), (b"PK\x01\x02", 16)):
        raw[raw.index(mark) + place] ^= 0xFF
    return bytes(raw)


def encryption_flag():
    raw = bytearray(torch_zip())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(mark) + place] |= 1
    return bytes(raw)


def other_local_name():
    raw = torch_zip()
    first = raw.index(b"archive/data.pkl")
    return raw[:first] + b"archive/data.txt" + raw[first + 16 :]


def other_central_name():
    raw = torch_zip()
    last = raw.rindex(b"archive/data.pkl")
    return raw[:last] + b"archive/data.txt" + raw[last + 16 :]


def unreadable_member():
    raw = bytearray(torch_zip())
    for mark, place in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        raw[raw.index(mark) + place] = 99  # a method of compression that nobody has
    return bytes(raw)


def tarred():
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as archive:
        member = tarfile.TarInfo("data.pkl")
        member.size = len(EVIL)
        archive.addfile(member, io.BytesIO(EVIL))
    return raw.getvalue()


def npy(payload, shape="(1,)"):
    head = f"{{'descr': '|O', 'fortran_order': False, 'shape': {shape}, }}"
    head += " " * (63 - (len(head) + 10) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode() + payload


def frame_over_an_opcode(make):
    """A frame that ends inside of a text: some readers go on behind it, some do not."""
    payload = make.call("posix", "system", "true") + b"."
    return b"\x80\x04\x95" + struct.pack("<Q", 3) + payload


def memo_overwritten(make):
    """MEMOIZE and PUT mixed: what GET gives is not what the last texts say."""
    return make.pickled(
        make.text("posix"), b"q\x00", make.text("system"), b"q\x01",
        make.text("collections"), b"q\x05", make.text("OrderedDict"), b"q\x06",
        b"0000", b"h\x00", b"h\x01", b"\x93", make.text("true"), b"\x85R",
    )  # fmt: skip


def names_by_dup(make):
    return make.pickled(make.text("eval"), b"q\x000", make.text("builtins"), b"h\x00", b"\x93")


def names_after_pop_mark(make):
    parts = make.text("posix") + make.text("system") + b"(" + make.text("len") + b"1\x93"
    return make.pickled(parts, make.text("true"), b"\x85R")


def nested(make, module, name, raw=EVIL):
    return make.pickled(
        make.looked_up(module, name), b"B" + struct.pack("<I", len(raw)) + raw, b"\x85R"
    )


def doubling():
    return b"\x80\x04]" + b"(2e" * 60 + b"(" + b"2" * 200_000 + b"t."


def tuples_as_a_key():
    return b"\x80\x04}(" + b"))" + b"\x86q\x00" + b"h\x00h\x00\x86q\x00" * 34 + b"K\x01u."


def length_of_8_eib():
    return b"\x80\x04\x8e" + struct.pack("<Q", 1 << 63) + b"x."


def joblib_with_objects():
    import joblib
    import numpy as np

    raw = io.BytesIO()
    joblib.dump({"a": np.arange(9.0), "b": np.array([Attack()], dtype=object)}, raw)
    return raw.getvalue()


def joblib_compressed():
    import joblib

    raw = io.BytesIO()
    joblib.dump([1, Attack()], raw, compress=("zlib", 3))
    return raw.getvalue()


DANGER, CANNOT_TELL = {1}, {3}
EITHER = {1, 3}
SAMPLES = {
    "1 gadget of pip": (DANGER, lambda make: make.pickled(make.call("pip", "main", "x"))),
    "1 gadget of uuid": (
        DANGER,
        lambda make: make.pickled(make.call("uuid", "_get_command_stdout", "id")),
    ),
    "2 resolver": (DANGER, lambda make: make.pickled(make.call("pkgutil", "resolve_name", "x:y"))),
    "2 resolver of ufuncs": (
        DANGER,
        lambda make: make.pickled(make.call("numpy.core", "_ufunc_reconstruct", "posix", "system")),
    ),
    "3 builtins through numpy": (
        DANGER,
        lambda make: make.pickled(make.looked_up("numpy", "__builtins__.get")),
    ),
    "3 builtins through a class": (
        DANGER,
        lambda make: make.pickled(make.looked_up("sklearn.base", "clone.__globals__.get")),
    ),
    "4 dotted name": (DANGER, lambda make: make.pickled(make.call("shutil", "os.system", "id"))),
    "4 dotted name in a known module": (
        DANGER,
        lambda make: make.pickled(make.call("joblib.numpy_pickle", "os.system", "id")),
    ),
    "5 nested in torch": (DANGER, lambda make: nested(make, "torch.storage", "_load_from_bytes")),
    "5 nested twice": (
        DANGER,
        lambda make: nested(make, "pickle", "loads", nested(make, "_pickle", "loads")),
    ),
    "5 file named to a loader": (
        EITHER,
        lambda make: make.pickled(make.call("joblib", "load", "other.pkl")),
    ),
    "5 file named to pandas": (
        EITHER,
        lambda make: make.pickled(make.call("pandas", "read_pickle", "other.pkl")),
    ),
    "6 memo overwritten": (DANGER, memo_overwritten),
    "6 names by memo": (DANGER, names_by_dup),
    "6 names after POP_MARK": (DANGER, names_after_pop_mark),
    "7 INST": (DANGER, lambda _: b"(S'true'\niposix\nsystem\n."),
    "7 OBJ": (DANGER, lambda _: b"(" + SYSTEM + b"S'true'\no."),
    "7 STRING": (DANGER, lambda _: EVIL),
    "7 STRING for STACK_GLOBAL": (
        DANGER,
        lambda _: b"\x80\x04S'posix'\nS'system'\n\x93(S'true'\ntR.",
    ),
    "8 EXT1": (CANNOT_TELL, lambda _: b"\x80\x02\x82\x05(S'true'\ntR."),
    "8 EXT4": (CANNOT_TELL, lambda _: b"\x80\x02\x84\x05\x00\x00\x00(S'true'\ntR."),
    "9 frame over an opcode": (EITHER, frame_over_an_opcode),
    "10 truncated": (CANNOT_TELL, lambda _: EVIL[:-1]),
    "10 broken after the payload": (CANNOT_TELL, lambda _: EVIL[:-1] + b"\xff\xff"),
    "11 second pickle": (CANNOT_TELL, lambda _: pickle.dumps([1]) + EVIL),
    "11 junk and a second pickle": (
        CANNOT_TELL,
        lambda _: pickle.dumps([1]) + b"\x00" * 999 + EVIL,
    ),
    "13 bad CRC": (EITHER, lambda _: bad_crc()),
    "13 encryption flag": (EITHER, lambda _: encryption_flag()),
    "13 other local name": (EITHER, lambda _: other_local_name()),
    "13 other central name": (EITHER, lambda _: other_central_name()),
    "13 unreadable member": (CANNOT_TELL, lambda _: unreadable_member()),
    "14 odd inner name": (EITHER, lambda _: zipped({"x/../weights.txt": EVIL})),
    "14 nested zip": (EITHER, lambda _: zipped({"inner.zip": torch_zip()})),
    "14 expansion in a zip": (
        EITHER,
        lambda _: zipped({"a/data.pkl": bytes(50 << 20)}, compression=zipfile.ZIP_DEFLATED),
    ),
    "15 7z": (CANNOT_TELL, lambda _: b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(64)),
    "15 tar": (EITHER, lambda _: tarred()),
    "15 gzip": (EITHER, lambda _: gzip.compress(EVIL)),
    "15 zlib": (EITHER, lambda _: zlib.compress(EVIL)),
    "16 submodule": (
        DANGER,
        lambda make: make.pickled(make.call("importlib.util", "find_spec", "x")),
    ),
    "16 deep submodule": (DANGER, lambda make: make.pickled(make.call("http.server", "test", "x"))),
    "16 under a known library": (
        DANGER,
        lambda make: make.pickled(make.call("numpy.f2py.crackfortran", "getlincoef", "1", "x")),
    ),
    "17 unicode escapes": (
        DANGER,
        lambda _: b"\x80\x04V\\u0070osix\nV\\u0073ystem\n\x93(V\\u0074rue\ntR.",
    ),
    "17 CRLF": (EITHER, lambda _: b"cposix\r\nsystem\r\n(S'true'\r\ntR."),
    "17 Python 2 builtins": (DANGER, lambda _: b"c__builtin__\neval\n(S'1'\ntR."),
    "17 Python 2 module": (DANGER, lambda _: b"ccommands\ngetoutput\n(S'id'\ntR."),
    "17 Python 2 renamed module": (DANGER, lambda _: b"curllib2\nurlopen\n(S'x:'\ntR."),
    "18 DUP bomb": (EITHER, lambda _: doubling()),
    "18 length beyond the file": (CANNOT_TELL, lambda _: length_of_8_eib()),
    "19 persistent id": (CANNOT_TELL, lambda make: b"\x80\x04" + make.text("x") + b"Q."),
    "19 persistent id line": (CANNOT_TELL, lambda _: b"Pos\n."),
    "21 harmless before": (
        DANGER,
        lambda make: make.pickled(b"(", make.call("datetime", "date", "x"), EVIL[:-1], b"l"),
    ),
    "21 popped at once": (DANGER, lambda make: make.pickled(EVIL[:-1], b"0N")),
    "21 hidden behind an unknown name": (
        DANGER,
        lambda make: make.pickled(make.call("acme", "f"), b"0", EVIL[:-1]),
    ),
    "22 torch zip": (EITHER, lambda _: torch_zip()),
    "23 Keras Lambda": (
        EITHER,
        lambda _: zipped(
            {
                "config.json": json.dumps(
                    {"class_name": "Lambda", "config": {"function": ["4wEA", None, None]}}
                ),
                "metadata.json": "{}",
                "model.weights.h5": b"\x89HDF\r\n\x1a\n",
            }
        ),
    ),
    "23 Keras h5": (CANNOT_TELL, lambda _: b"\x89HDF\r\n\x1a\n" + bytes(128)),
    "24 joblib objects": (DANGER, lambda _: joblib_with_objects()),
    "24 joblib compressed": (DANGER, lambda _: joblib_compressed()),
    "25 skops": (
        EITHER,
        lambda _: zipped(
            {
                "schema.json": json.dumps(
                    {"__module__": "posix", "__class__": "system", "__loader__": "ObjectNode"}
                )
            }
        ),
    ),
    "26 npy of objects": (EITHER, lambda _: npy(EVIL)),
    "26 npz of objects": (EITHER, lambda _: zipped({"a.npy": npy(EVIL)})),
    "26 npy beyond its data": (EITHER, lambda _: npy(EVIL, "(999999999999,)")),
    "base64 in JSON": (
        EITHER,
        lambda _: json.dumps({"model": base64.b64encode(EVIL).decode()}).encode(),
    ),
}


@pytest.mark.parametrize("sample", SAMPLES)
def test_an_evasion_is_caught_or_leaves_an_honest_doubt(inspected, make, sample):
    expected, build = SAMPLES[sample]
    seen = inspected(build(make))
    assert seen.code in expected, (seen.inspection.dangers, seen.anomalies)


@pytest.mark.parametrize(
    "name", ["model.bin", "model.jpg", "model.npy", "model.zip", "model", "a.json"]
)
def test_12_the_suffix_changes_nothing(inspected, name):
    seen = inspected(EVIL, name)
    assert (seen.code, seen.dangerous) == (1, {"posix.system"})


def test_18_tuples_that_double_as_a_key_take_no_time(inspected):
    begun = time.perf_counter()
    inspected(tuples_as_a_key())
    assert time.perf_counter() - begun < 2


def test_20_nothing_of_an_artifact_runs_or_is_imported_here(inspected, make, tmp_path):
    (tmp_path / "planted.py").write_text("open('ran', 'w')")
    modules = set(sys.modules)
    seen = inspected(make.pickled(make.call("planted", "f"), b"0", make.call("antigravity", "f")))
    assert seen.unknown == {"planted.f"}
    assert seen.dangerous == {"antigravity.f"}
    assert not {"planted", "antigravity"} & (set(sys.modules) - modules)
    assert not (tmp_path / "ran").exists()


def test_what_was_found_before_a_truncation_is_told(inspected):
    assert inspected(EVIL[:-1]).dangerous == {"posix.system"}
