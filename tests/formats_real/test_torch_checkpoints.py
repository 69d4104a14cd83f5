"""Checkpoints that a real torch writes, held against what it looks up when it loads them."""

from __future__ import annotations

import json
import subprocess
from _compat_pickle import IMPORT_MAPPING, NAME_MAPPING

import pytest

from envguard.artifacts.formats import read_artifact

pytestmark = pytest.mark.formats

MAKE = """
import collections, pickle, sys
import joblib, numpy, torch
from torch import nn

folder = sys.argv[1] + "/"
torch.manual_seed(0)
model = nn.Sequential(nn.Linear(8, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 2))
optimizer = torch.optim.Adam(model.parameters())
model(torch.ones(2, 8)).sum().backward()
optimizer.step()
kinds = (torch.float16, torch.bfloat16, torch.int8, torch.bool, torch.int64, torch.complex128)
objects = {
    "state": model.state_dict(),
    "model": model,
    "training": {"state": optimizer.state_dict(), "epoch": 3, "scores": numpy.arange(3)},
    "view": torch.arange(6.0).view(2, 3)[:, 1:],
    "kinds": [torch.zeros(3, dtype=kind) for kind in kinds],
    "parameter": nn.Parameter(torch.ones(2)),
    "quantised": torch.quantize_per_tensor(torch.ones(3), 0.1, 0, torch.qint8),
    "sparse": torch.eye(3).to_sparse(),
    "nothing": torch.zeros(0),
    "single": torch.tensor(3),
    "version": {"torch": torch.__version__},
    "recurrent": nn.GRU(3, 2),
}
for name, value in objects.items():
    torch.save(value, folder + name + ".pt")
    torch.save(value, folder + name + ".4.pt", pickle_protocol=4)
    torch.save(value, folder + name + ".legacy.pt", _use_new_zipfile_serialization=False)
    joblib.dump(value, folder + name + ".joblib")
    joblib.dump(value, folder + name + ".z.joblib", compress=3)
    with open(folder + name + ".pkl", "wb") as file:
        pickle.dump(value, file)
torch.jit.script(nn.Sequential(nn.Linear(3, 2), nn.ReLU())).save(folder + "scripted.ts")
torch.jit.trace(model.eval(), torch.ones(1, 8)).save(folder + "traced.ts")
torch.export.save(torch.export.export(model, (torch.ones(2, 8),)), folder + "exported.pt2")
torch.serialization.set_crc32_options(False)
torch.save(objects["state"], folder + "unsummed.pt")
"""
TRACE = """
import json, pickle, sys
import joblib, torch

asked, told = set(), {}
sys.addaudithook(lambda event, args: event == "pickle.find_class" and asked.add(args[:2]))
for path in sys.argv[1:]:
    asked.clear()
    if path.endswith(".pkl"):
        pickle.load(open(path, "rb"))
    elif path.endswith(".joblib"):
        joblib.load(path)
    else:
        torch.load(path, weights_only=False)
    told[path] = sorted(asked)
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def folder(torch_python, tmp_path_factory):
    made = tmp_path_factory.mktemp("torch")
    subprocess.run([torch_python, "-W", "ignore", "-c", MAKE, made], check=True)
    return made


def modern(module, name):
    """Names as protocol 2 maps them: what find_class is asked for is not yet mapped."""
    return NAME_MAPPING.get((module, name), (IMPORT_MAPPING.get(module, module), name))


@pytest.mark.parametrize("suffix", ["pt", "pkl", "joblib"])
def test_no_name_that_a_real_load_looks_up_is_missing(torch_python, folder, suffix):
    paths = sorted(folder.glob(f"*.{suffix}"))
    assert len(paths) >= 12
    done = subprocess.run(
        [torch_python, "-W", "ignore", "-c", TRACE, *paths],
        check=True,
        capture_output=True,
        text=True,
    )
    told = json.loads(done.stdout)
    for path in paths:
        facts = read_artifact(path)
        names = {(need.module, need.name) for need in facts.needs}
        missing = {modern(*pair) for pair in told[str(path)]} - names
        assert not missing, path.name
        assert facts.complete, (path.name, facts.anomalies)
        assert suffix != "pt" or facts.format == "torch"
    assert sum(map(len, told.values())) > 40


def test_torchscript_is_read_whole_and_needs_torch_alone(folder):
    for path in folder.glob("*.ts"):
        facts = read_artifact(path)
        names = [(need.module, need.name) for need in facts.needs]
        expected = ("torchscript", [("torch", "")], True)
        assert (facts.format, names, facts.complete) == expected, path.name


def test_exported_programs_are_known_and_their_pickles_read(folder):
    facts = read_artifact(folder / "exported.pt2")
    assert facts.format == "torch-export"
    assert ("torch._utils", "_rebuild_tensor_v2") in {(n.module, n.name) for n in facts.needs}
    assert [one.kind for one in facts.anomalies] == ["unread-format"]
