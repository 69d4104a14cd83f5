"""The files that the inspection benchmark reads, made for real: python inspection_files.py FOLDER.

Runs in the environment of ``peers/files.txt``, and writes beside them ``truth.json``: for each file
the names that a real load of it looks up, as the unpicklers themselves say.
"""

# ruff: noqa: PLC0415  (the libraries are those of another environment)

from __future__ import annotations

import gzip
import io
import json
import pickle
import random
import sys
import types
import zipfile
from collections import OrderedDict
from pathlib import Path

ENTRIES = 1_000_000
FLOATS = 2_000_000
PAYLOAD = 200_000_000
TENSORS = 48
SMALL = 2_000


class Tensor:
    """What a checkpoint says of a tensor: it is rebuilt from a storage that stands apart."""

    def __init__(self, key: str, count: int) -> None:
        self.key, self.count = key, count

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        rebuild = sys.modules["torch._utils"].__dict__["_rebuild_tensor_v2"]
        storage = Storage(self.key, self.count)
        return rebuild, (storage, 0, (self.count,), (1,), False, OrderedDict())


class Storage:
    """A storage: in the pickle it is a persistent id."""

    def __init__(self, key: str, count: int) -> None:
        self.key, self.count = key, count


class StoragePickler(pickle.Pickler):
    """Writes storages as torch.save does.

    Source: https://github.com/pytorch/pytorch/blob/main/torch/serialization.py (_save).
    """

    def persistent_id(self, value: object) -> object:
        if not isinstance(value, Storage):
            return None
        kind = sys.modules["torch"].__dict__["FloatStorage"]
        return "storage", kind, value.key, "cpu", value.count


def pretend_torch() -> None:
    """Makes the names that a checkpoint holds, so that they can be pickled without torch."""
    torch, inner = types.ModuleType("torch"), types.ModuleType("torch._utils")
    sys.modules.update({"torch": torch, "torch._utils": inner})
    storage = type("FloatStorage", (), {"__module__": "torch"})
    torch.__dict__["FloatStorage"] = storage

    def _rebuild_tensor_v2(*parts: object) -> tuple[object, ...]:
        return parts

    _rebuild_tensor_v2.__module__ = "torch._utils"
    _rebuild_tensor_v2.__qualname__ = "_rebuild_tensor_v2"
    inner.__dict__["_rebuild_tensor_v2"] = _rebuild_tensor_v2


def checkpoint(path: Path) -> None:
    """A state dict of 48 MB in the layout of torch.save, written without torch."""
    pretend_torch()
    count = 250_000
    stream = io.BytesIO()
    state = OrderedDict((f"layer{i}.weight", Tensor(str(i), count)) for i in range(TENSORS))
    StoragePickler(stream, 2).dump(state)
    noise = random.Random(0).randbytes(count * 4)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("checkpoint/data.pkl", stream.getvalue())
        archive.writestr("checkpoint/byteorder", "little")
        for i in range(TENSORS):
            archive.writestr(f"checkpoint/data/{i}", noise)
        archive.writestr("checkpoint/version", "3\n")


def write_models(folder: Path) -> None:
    """A small model and a large one, by pickle and by joblib."""
    import joblib
    import numpy as np
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression

    chance = np.random.default_rng(0)
    rows, wanted = chance.normal(size=(44_000, 24)), chance.integers(0, 2, 44_000)
    small = LogisticRegression(max_iter=50).fit(rows[:500], wanted[:500])
    (folder / "logistic.pkl").write_bytes(pickle.dumps(small, 4))
    joblib.dump(small, folder / "logistic.joblib")
    forest = RandomForestClassifier(100, n_jobs=2, random_state=0).fit(rows, wanted)
    (folder / "forest.pkl").write_bytes(pickle.dumps(forest, 4))
    joblib.dump(forest, folder / "forest.joblib")
    joblib.dump(forest, folder / "forest.zlib.joblib", compress=("zlib", 3))


def write_data(folder: Path) -> None:
    """A frame, large containers and a large payload."""
    import numpy as np
    import pandas as pd

    frame = pd.DataFrame({"a": np.arange(100_000.0), "b": [f"text {i}" for i in range(100_000)]})
    (folder / "frame.pkl").write_bytes(pickle.dumps(frame, 5))
    (folder / "frame.pkl.gz").write_bytes(gzip.compress(pickle.dumps(frame, 5), 6))
    entries = {f"key{i}": i * 3 for i in range(ENTRIES)}
    (folder / "dict.pkl").write_bytes(pickle.dumps(entries, 4))
    chance = random.Random(0)
    floats = [chance.random() for _ in range(FLOATS)]
    (folder / "floats.pkl").write_bytes(pickle.dumps(floats, 4))
    (folder / "bytes.pkl").write_bytes(pickle.dumps(bytes(PAYLOAD), 4))


def write_small(folder: Path) -> None:
    """Many small pickles of one kind each, as a model store has them."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    (folder / "many").mkdir(exist_ok=True)
    rows = np.random.default_rng(0).normal(size=(60, 4))
    model = LogisticRegression().fit(rows, rows[:, 0] > 0)
    for i in range(SMALL):
        model.C = 1 + i / SMALL
        (folder / "many" / f"model{i:04}.pkl").write_bytes(pickle.dumps(model, 4))


def truth_of(path: Path) -> list[tuple[str, str]]:
    """The names that a real load of the file looks up."""
    asked: set[tuple[str, str]] = set()
    recording.append(asked)
    if ".joblib" in path.name:
        import joblib

        joblib.load(path)
    elif path.suffix == ".gz":
        with gzip.open(path) as stream:
            pickle.load(stream)
    elif path.suffix == ".pt":
        with zipfile.ZipFile(path) as archive:
            Storages(io.BytesIO(archive.read("checkpoint/data.pkl"))).load()
    else:
        with path.open("rb") as stream:
            pickle.load(stream)
    recording.clear()
    return sorted(asked)


class Storages(pickle.Unpickler):
    """Reads storages as nothing."""

    def persistent_load(self, _told: object) -> None:
        return None


recording: list[set[tuple[str, str]]] = []


def listen(event: str, args: tuple[object, ...]) -> None:
    if event == "pickle.find_class" and recording:
        recording[-1].add((str(args[0]), str(args[1])))


def main() -> None:
    """Write every file."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    write_models(folder)
    write_data(folder)
    write_small(folder)
    checkpoint(folder / "checkpoint.pt")
    sys.addaudithook(listen)
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.suffix != ".json")
    told = {path.name: truth_of(path) for path in files}
    (folder / "truth.json").write_text(json.dumps(told, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
