"""Checkpoints in the layouts of torch, written by hand: names and bytes are as torch has them.

Source: https://github.com/pytorch/pytorch/blob/main/torch/serialization.py (_save, _legacy_save).
"""

# ruff: noqa: UP031, FBT002  (older Pythons; a flag of the older layout)

import collections
import decimal
import io
import pickle
import struct
import sys
import tarfile
import types
import uuid
import zipfile

from registry import case, load_pickle, write
from values import Own, Reading


class Storage:
    """Numbers of a tensor: a persistent id in the pickle."""

    def __init__(self, key, count):
        self.key, self.count = key, count


class Tensor:
    def __init__(self, storage):
        self.storage = storage

    def __reduce__(self):
        rebuild = sys.modules["torch._utils"]._rebuild_tensor_v2
        return rebuild, (self.storage, 0, (self.storage.count,), (1,), False, _ordered())


def _ordered():
    return collections.OrderedDict()


class StoragePickler(pickle.Pickler):
    legacy = False

    def persistent_id(self, value):
        if isinstance(value, Storage):
            kind = sys.modules["torch"].FloatStorage
            told = ("storage", kind, value.key, "cpu", value.count)
            return told + ((None,) if self.legacy else ())
        return None


class StorageUnpickler(pickle.Unpickler):
    def persistent_load(self, told):
        return ("storage", told)


def pretend_torch():
    """The names of torch that a checkpoint holds: its layout is what is read, not its numbers."""
    if "torch" in sys.modules:
        return
    names = {"torch": [], "torch._utils": [], "torch.storage": [], "torch.nn.modules.linear": []}
    for name in names:
        sys.modules[name] = types.ModuleType(name)

    def _rebuild_tensor_v2(*parts):
        return parts

    def _load_from_bytes(raw):
        return pickle.loads(raw)

    for module, made in (
        ("torch", type("FloatStorage", (), {})),
        ("torch.nn.modules.linear", type("Linear", (), {})),
        ("torch._utils", _rebuild_tensor_v2),
        ("torch.storage", _load_from_bytes),
    ):
        made.__module__, made.__qualname__ = module, made.__name__
        setattr(sys.modules[module], made.__name__, made)


def state_dict():
    pretend_torch()
    linear = sys.modules["torch.nn.modules.linear"].Linear()
    linear._parameters = collections.OrderedDict(weight=Tensor(Storage("0", 64)))
    return collections.OrderedDict(
        [("model", linear), ("epoch", 3), ("best", decimal.Decimal("0.5"))]
        + [("layer%d" % i, Tensor(Storage(str(i), 64))) for i in range(1, 4)]
    )


def storage_pickle(value, legacy=False):
    stream = io.BytesIO()
    pickler = StoragePickler(stream, 2)
    pickler.legacy = legacy
    pickler.dump(value)
    return stream.getvalue()


def load_torch(path):
    pretend_torch()
    with zipfile.ZipFile(path) as archive:
        name = next(name for name in archive.namelist() if name.endswith("/data.pkl"))
        return StorageUnpickler(io.BytesIO(archive.read(name))).load()


@case(".pt", load_torch)
def torch_archive(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("model/data.pkl", storage_pickle(state_dict()))
        archive.writestr("model/byteorder", "little")
        for i in range(4):
            archive.writestr("model/data/%d" % i, struct.pack("<64f", *range(64)))
        archive.writestr("model/version", "3\n")


def load_torch_legacy(path):
    pretend_torch()
    with open(path, "rb") as stream:
        for _ in range(3):
            pickle.load(stream)
        return StorageUnpickler(stream).load(), pickle.load(stream)


@case(".pth", load_torch_legacy)
def torch_legacy(path):
    magic, protocol = 0x1950A86A20F9469CFC6C, 1001
    sizes = {"short": 2, "int": 4, "long": 4}
    system = {"protocol_version": 1001, "little_endian": True, "type_sizes": sizes}
    with open(path, "wb") as stream:
        for value in (magic, protocol, system):
            pickle.dump(value, stream, protocol=2)
        stream.write(storage_pickle(state_dict(), legacy=True))
        pickle.dump([str(i) for i in range(4)], stream, protocol=2)
        stream.writelines(struct.pack("<q", 64) + struct.pack("<64f", *range(64)) for _ in range(4))


def load_torch_tar(path):
    pretend_torch()
    with tarfile.open(path) as archive:
        for name in ("storages", "tensors"):
            stream = archive.extractfile(name)
            for _ in range(pickle.load(stream)):
                pickle.load(stream)
                stream.read(8)
        return StorageUnpickler(archive.extractfile("pickle")).load()


@case(".pt", load_torch_tar)
def torch_tar(path):
    pretend_torch()
    kind = sys.modules["torch"].FloatStorage
    entries = b"".join(
        pickle.dumps((str(i), "cpu", kind), 2) + struct.pack("<q", 0) for i in range(2)
    )
    members = {
        "storages": pickle.dumps(2, 2) + entries,
        "tensors": pickle.dumps(0, 2),
        "pickle": storage_pickle([Own(1), state_dict()["best"]]),
    }
    with tarfile.open(path, "w") as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))


def load_with_torch(path):
    pretend_torch()
    return load_pickle(path)


@case(".pkl", load_with_torch)
def nested_in_torch_bytes(path):
    pretend_torch()
    reader = sys.modules["torch.storage"]._load_from_bytes
    write(path, pickle.dumps({"storage": Reading(uuid.UUID(int=1), reader)}, 4))
