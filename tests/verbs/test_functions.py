"""The verbs as Python functions, and what the command line does not reach."""

from __future__ import annotations

import collections
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import envguard
from envguard.errors import MissingFileError, UsageError


@pytest.fixture
def model(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps(collections.OrderedDict(a=1)))
    return path


def test_snapshot_then_check_in_the_running_process(model):
    written = envguard.snapshot(model)
    assert written.path == f"{model}.envguard.json"
    assert json.loads(Path(written.path).read_text())["artifact"]["needs"] == [
        {"distribution": None, "kind": "call", "module": "collections", "name": "OrderedDict"}
    ]
    report = envguard.check(model)
    assert (report.verdict, report.target.kind) == ("holds", "process")


def test_check_against_a_named_target(model):
    envguard.snapshot(model)
    report = envguard.check(str(model), target=sys.executable)
    assert (report.verdict, report.target.kind) == ("holds", "interpreter")


def test_check_of_what_is_missing_raises(model):
    with pytest.raises(MissingFileError):
        envguard.check("gone.pkl")
    with pytest.raises(MissingFileError):
        envguard.check(model, snapshot="gone.json")
    with pytest.raises(UsageError):
        envguard.check(model, target="no/such/python")


def test_inspect_executes_nothing(tmp_path):
    trap = tmp_path / "trap.pkl"
    marker = tmp_path / "ran"
    trap.write_bytes(f"cos\nsystem\n(S'touch {marker}'\ntR.".encode())
    seen = envguard.inspect(trap)
    assert [d.level for d in seen.dangers] == ["dangerous"]
    assert not marker.exists()


def test_dangerous_artifact_is_broken_at_check(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    trap = tmp_path / "trap.pkl"
    trap.write_bytes(b"cposix\nsystem\n(S'true'\ntR.")
    envguard.snapshot(trap)
    report = envguard.check(trap)
    assert report.verdict == "broken"
    assert "EG801" in {f.rule for f in report.findings}


def test_twenty_artifacts_ask_the_target_once(tmp_path, monkeypatch):
    from envguard.verbs.check import CheckOrder, check
    from envguard.verbs.places import find_place

    monkeypatch.chdir(tmp_path)
    paths = []
    for number in range(20):
        path = tmp_path / f"{number}.pkl"
        path.write_bytes(pickle.dumps(collections.Counter([number])))
        envguard.snapshot(path)
        paths.append(str(path))

    class Counting:
        def __init__(self, target):
            self.target, self.asked = target, 0
            self.label, self.kind = target.label, target.kind

        def facts(self, questions):
            self.asked += 1
            return self.target.facts(questions)

    place = Counting(find_place(sys.executable))
    checked = check(paths, [place], CheckOrder(folder=str(tmp_path)))
    assert place.asked == 1
    assert {report.verdict for report in checked.reports} == {"holds"}


def test_unreadable_artifact_among_others_is_a_report_of_its_own(tmp_path, monkeypatch):
    from envguard.verbs.check import CheckOrder, check
    from envguard.verbs.places import find_place

    monkeypatch.chdir(tmp_path)
    good, bad = tmp_path / "good.pkl", tmp_path / "bad.pkl"
    good.write_bytes(pickle.dumps([1]))
    envguard.snapshot(good)
    os.mkfifo(bad)
    checked = check([str(bad), str(good)], [find_place(sys.executable)], CheckOrder(folder="."))
    assert [r.verdict for r in checked.reports] == ["unknown", "holds"]
    assert checked.reports[0].unchecked[0].rule == "EG901"


def test_broken_sidecar_given_alone_is_unknown(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sidecar = tmp_path / "model.pkl.envguard.json"
    sidecar.write_text("{")
    report = envguard.check(sidecar)
    assert (report.verdict, report.unchecked[0].rule) == ("unknown", "EG902")


def test_damaged_sidecar_is_replaced_with_a_note(model):
    sidecar = model.with_name("model.pkl.envguard.json")
    sidecar.write_text("{")
    written = envguard.snapshot(model)
    assert any("no readable snapshot" in note for note in written.notes)
    assert json.loads(sidecar.read_text())["supersedes"] is None


def test_needs_of_the_environment_carry_their_owner(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "array.pkl"
    subprocess.run(
        [
            sys.executable,
            "-c",
            "import numpy, pickle, sys; pickle.dump(numpy.arange(3), open(sys.argv[1], 'wb'))",
            path,
        ],
        check=True,
    )
    written = envguard.snapshot(path, target=sys.executable)
    owners = {n.distribution for n in written.snapshot.artifact.needs}
    assert owners == {"numpy"}
