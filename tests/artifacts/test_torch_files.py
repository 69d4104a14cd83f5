"""Checkpoints of every generation, their layouts written by hand: torch itself is not needed."""

from __future__ import annotations

import io
import pickle
import struct
import tarfile
import zipfile

import pytest

MAGIC = bytes.fromhex("80028a0a6cfc9c46f9206aa850192e")
ORDERED = b"ccollections\nOrderedDict\n)R"


def text(value: str) -> bytes:
    return b"X" + struct.pack("<I", len(value)) + value.encode()


def persistent(key: str = "0", kind: str = "FloatStorage", count: int = 4) -> bytes:
    what = f"ctorch\n{kind}\n".encode()
    return b"(" + text("storage") + what + text(key) + text("cpu") + b"K" + bytes([count]) + b"tQ"


def tensor(**options) -> bytes:
    inner = persistent(**options) + b"K\0K\2K\2\x86K\2K\1\x86\x89" + ORDERED
    return b"ctorch._utils\n_rebuild_tensor_v2\n(" + inner + b"tR"


def state(*tensors: bytes) -> bytes:
    items = b"".join(text(f"layer{i}") + one for i, one in enumerate(tensors))
    return b"\x80\x02" + ORDERED + b"(" + items + b"u."


def archive(members: dict[str, bytes], top: str = "archive/") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as target:
        for name, content in members.items():
            target.writestr(top + name, content)
    return file.getvalue()


MODERN = {
    "data.pkl": state(tensor()),
    "byteorder": b"little",
    "data/0": struct.pack("<4f", 1, 2, 3, 4),
    "version": b"3\n",
    ".data/serialization_id": b"1" * 40,
}
TENSOR_NAMES = {
    ("collections", "OrderedDict"),
    ("torch._utils", "_rebuild_tensor_v2"),
    ("torch", "FloatStorage"),
}


def test_a_checkpoint_is_read_whole_and_its_persistent_ids_are_normal(read, names):
    facts = read(archive(MODERN), "model.pt")
    assert facts.complete, facts.anomalies
    assert (facts.format, facts.serializer, facts.producer.library) == ("torch", "pickle", "torch")
    assert names(facts) == TENSOR_NAMES
    assert facts.persistent_ids == ("tuple:storage",)
    assert facts.protocol == 2


def test_storages_that_look_like_pickles_are_data(read, names):
    storage = b"\x80\x04cos\nsystem\n."
    members = MODERN | {"data/0": storage + bytes(16)}
    assert names(read(archive(members))) == TENSOR_NAMES


def test_a_pickle_that_no_tensor_refers_to_is_looked_into(read, names):
    members = MODERN | {"data/1": b"\x80\x04cos\nsystem\n.", "extra": b"cos\ngetcwd\n."}
    assert {("os", "system"), ("os", "getcwd")} <= names(read(archive(members)))


def test_checksums_that_torch_was_told_to_leave_out_are_no_damage(read):
    content = bytearray(archive(MODERN))
    at = 0
    while (at := content.find(b"PK\x01\x02", at)) >= 0:
        header = struct.unpack_from("<L", content, at + 42)[0]
        content[at + 16 : at + 20] = content[header + 14 : header + 18] = bytes(4)
        at += 4
    assert read(bytes(content)).complete


@pytest.mark.parametrize(
    ("members", "kind"),
    [
        pytest.param({"data/0": None}, "missing-storage", id="no-storage"),
        pytest.param({"data/0": bytes(15)}, "shape-beyond-data", id="short-storage"),
        pytest.param({"data.pkl": state(tensor())[:-9]}, "truncated", id="cut-pickle"),
        pytest.param({"data.pkl": state(tensor()) + b"x"}, "trailing-data", id="after"),
        pytest.param({"byteorder": b"middle"}, "byte-order", id="byte-order"),
        pytest.param({"data.pkl": b"\x80\x02K\1Q."}, "persistent-id", id="an-id-of-another-kind"),
    ],
)
def test_what_is_wrong_with_a_checkpoint_is_told(read, kinds, members, kind):
    changed = {name: content for name, content in (MODERN | members).items() if content is not None}
    facts = read(archive(changed))
    assert kind in kinds(facts)
    assert (facts.format, facts.complete) == ("torch", False)


@pytest.mark.parametrize(
    ("kind", "size"),
    [
        ("DoubleStorage", 32),
        ("BFloat16Storage", 8),
        ("ComplexDoubleStorage", 64),
        ("BoolStorage", 4),
    ],
)
def test_the_size_of_a_storage_is_that_of_its_items(read, kind, size):
    members = MODERN | {"data.pkl": state(tensor(kind=kind)), "data/0": bytes(size)}
    assert read(archive(members)).complete
    assert not read(archive(members | {"data/0": bytes(size - 1)})).complete


SCRIPT = MODERN | {
    "data.pkl": b"\x80\x02c__torch__\nNet\n)\x81}(" + text("weight") + tensor() + b"ub.",
    "constants.pkl": b"\x80\x02).",
    "code/__torch__.py": b"class Net(Module):\n  pass\n",
    "code/__torch__.py.debug_pkl": b"\x80\x02" + text("debug") + b".",
}


def test_names_in_torchscript_that_python_never_imports_are_no_needs(read, names):
    facts = read(archive(SCRIPT, "net/"), "net.pt")
    assert facts.complete, facts.anomalies
    assert (facts.format, names(facts)) == ("torchscript", {("torch", "")})


def test_a_foreign_name_in_torchscript_is_told(read, names):
    members = SCRIPT | {"data.pkl": b"\x80\x02cos\nsystem\n" + text("true") + b"\x85R."}
    assert names(read(archive(members, "net/"))) == {("os", "system"), ("torch", "")}


def old(obj: bytes) -> bytes:
    """With the sixth part that ids of the legacy format have."""
    return obj.replace(b"tQ", b"NtQ")


def legacy(*, obj: bytes | None = None, keys: bytes | None = None, data: bytes | None = None):
    raw = struct.pack("<q4f", 4, 1, 2, 3, 4)
    return (
        MAGIC
        + b"\x80\x02M\xe9\x03."
        + pickle.dumps({"protocol_version": 1001, "little_endian": True}, 2)
        + (old(state(tensor())) if obj is None else obj)
        + (pickle.dumps(["0"], 2) if keys is None else keys)
        + (raw if data is None else data)
    )


def test_all_five_pickles_of_a_legacy_checkpoint_are_read(read, names):
    facts = read(legacy(), "model.pt")
    assert facts.complete, facts.anomalies
    assert (facts.format, facts.protocol, names(facts)) == ("torch", 2, TENSOR_NAMES)


def test_the_source_of_a_module_in_a_legacy_checkpoint_is_normal(read, names):
    module = (
        b"(" + text("module") + b"c__main__\nNet\n" + text("net.py") + text("class Net") + b"tQ"
    )
    facts = read(legacy(obj=b"\x80\x02" + module + b")\x81}b.", keys=b"\x80\x02].", data=b""))
    assert facts.complete, facts.anomalies
    assert names(facts) == {("__main__", "Net"), ("torch", "")}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (legacy(data=bytes(20)), "shape-beyond-data"),
        (legacy() + b"more", "trailing-data"),
        (MAGIC, "truncated"),
        (MAGIC + b"\x80\x02M\xe9", "truncated"),
        (legacy(obj=b"\x80\x02K\1Q."), "persistent-id"),
    ],
)
def test_what_is_wrong_with_a_legacy_checkpoint_is_told(read, kinds, content, kind):
    facts = read(content)
    assert kind in kinds(facts)
    assert (facts.format, facts.complete) == ("torch", False)


@pytest.mark.parametrize("content", [legacy(), archive(MODERN)], ids=["legacy", "zip"])
@pytest.mark.parametrize("protocol", [2, 4])
def test_a_checkpoint_in_the_bytes_that_torch_loads_is_read(read, names, content, protocol):
    # A tensor pickled without torch.save is such a call.
    load = b"\x80" + bytes([protocol]) + b"ctorch.storage\n_load_from_bytes\n"
    if protocol == 2:
        raw = b"c_codecs\nencode\nX" + struct.pack("<I", len(content.decode("latin-1").encode()))
        raw += content.decode("latin-1").encode() + text("latin1") + b"\x86R"
    else:
        raw = b"B" + struct.pack("<I", len(content)) + content
    facts = read(load + raw + b"\x85R.", "tensor.pkl")
    assert names(facts) >= TENSOR_NAMES
    assert facts.complete, facts.anomalies
    assert facts.format == "pickle"


def tarred(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as target:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            target.addfile(member, io.BytesIO(content))
    return file.getvalue()


STORAGE = (
    b"\x80\x02(K\5" + text("cpu") + b"ctorch\nFloatStorage\nt." + struct.pack("<q4f", 4, 1, 2, 3, 4)
)
TENSOR = b"\x80\x02K\6K\5ctorch\nFloatTensor\n\x87." + struct.pack("<ii5q", 2, 0, 2, 2, 2, 1, 0)
TAR = {
    "sys_info": pickle.dumps({"protocol_version": 1000}, 2),
    "pickle": b"\x80\x02" + ORDERED + b"(" + text("weight") + b"K\6Qu.",
    "tensors": b"\x80\x02K\1." + TENSOR,
    "storages": b"\x80\x02K\1." + STORAGE + b"\x80\x02]q\0.",
}


def test_a_checkpoint_in_a_tar_is_read_whole(read, names):
    facts = read(tarred(TAR), "model.pt")
    assert facts.complete, facts.anomalies
    assert (facts.format, facts.compression) == ("torch", None)
    assert names(facts) == {
        ("collections", "OrderedDict"),
        ("torch", "FloatStorage"),
        ("torch", "FloatTensor"),
    }


@pytest.mark.parametrize(
    ("member", "content", "kind"),
    [
        ("storages", TAR["storages"][:-20], "shape-beyond-data"),
        ("storages", TAR["storages"] + b"more", "trailing-data"),
        ("storages", b"\x80\x02K\1.\x80\x02N.", "shape-beyond-data"),
        ("tensors", TAR["tensors"][:-1], "shape-beyond-data"),
        ("tensors", b"\x80\x02K\1." + TENSOR[:-48] + b"\xff" * 48, "shape-beyond-data"),
        ("pickle", TAR["pickle"][:-2], "truncated"),
        ("pickle", TAR["pickle"] + b"x", "trailing-data"),
    ],
)
def test_what_is_wrong_with_a_checkpoint_in_a_tar_is_told(read, kinds, member, content, kind):
    facts = read(tarred(TAR | {member: content}))
    assert kind in kinds(facts)
    assert (facts.format, facts.complete) == ("torch", False)
