"""Snapshot, then check, as a user does them."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys

import pytest


def test_check_holds_where_the_snapshot_was_taken(envguard, model, sidecar):
    code, document = envguard.json("check", model, "--target", sys.executable)
    report = document["reports"][0]
    assert document["schema"] == "envguard/report/1"
    assert report["verdict"] == "holds", report
    assert report["load"]["static"]["outcome"] == "loads"
    assert report["load"]["trial"] is None
    assert report["artifact"]["path"] == str(model)
    assert code == 0


def test_snapshot_again_supersedes_and_tells_what_changed(envguard, model, sidecar):
    before = json.loads(sidecar.read_text())
    model.write_bytes(pickle.dumps({"weights": [9.0]}))
    done = envguard("snapshot", model, "--target", sys.executable)
    after = json.loads(sidecar.read_text())
    assert done.returncode == 0
    assert before["supersedes"] is None
    assert after["supersedes"].startswith("sha256:")
    assert after["artifact"]["digests"] != before["artifact"]["digests"]
    assert "need collections.OrderedDict  needed → absent" in done.stdout


def test_changed_artifact_is_broken(envguard, model, sidecar):
    model.write_bytes(pickle.dumps({"weights": [9.0]}))
    code, document = envguard.json("check", model, "--target", sys.executable)
    report = document["reports"][0]
    assert code == 1
    assert report["verdict"] == "broken"
    assert [f["rule"] for f in report["findings"] if f["level"] == "error"] == ["EG001"]


def test_snapshot_of_another_artifact_is_broken(envguard, model, sidecar, tmp_path):
    other = tmp_path / "other.pkl"
    other.write_bytes(pickle.dumps([1, 2, 3]))
    code, document = envguard.json(
        "check", other, "--snapshot", sidecar, "--target", sys.executable
    )
    findings = document["reports"][0]["findings"]
    assert code == 1
    assert any(f["rule"] == "EG001" and "model.pkl" in json.dumps(f) for f in findings)


def test_check_without_snapshot_is_unknown_at_best(envguard, model):
    code, document = envguard.json("check", model, "--target", sys.executable)
    report = document["reports"][0]
    assert code == 3
    assert report["verdict"] == "unknown"
    assert report["load"]["static"]["outcome"] == "loads"
    assert "EG902" in [u["rule"] for u in report["unchecked"]]


def test_check_of_a_sidecar_alone_leaves_integrity_unchecked(envguard, model, sidecar):
    model.unlink()
    code, document = envguard.json("check", sidecar, "--target", sys.executable)
    report = document["reports"][0]
    assert code == 3
    assert "EG001" in [u["rule"] for u in report["unchecked"]]
    assert report["load"]["static"]["outcome"] == "loads"


def test_exit_zero_hides_broken_and_never_unknown(envguard, model, sidecar):
    model.write_bytes(pickle.dumps([1]))
    assert envguard("check", model, "--exit-zero", "-t", sys.executable).returncode == 0
    sidecar.unlink()
    assert envguard("check", model, "--exit-zero", "-t", sys.executable).returncode == 3


def test_several_artifacts_and_targets_give_one_report_each(envguard, model, sidecar, tmp_path):
    second = tmp_path / "second.pkl"
    second.write_bytes(pickle.dumps({1, 2}))
    assert envguard("snapshot", second, "-t", sys.executable).returncode == 0
    code, document = envguard.json("check", model, second, "-t", sys.executable, "-t", sidecar)
    pairs = [(r["artifact"]["path"], r["target"]["kind"]) for r in document["reports"]]
    assert pairs == [
        (str(model), "interpreter"),
        (str(model), "snapshot"),
        (str(second), "interpreter"),
        (str(second), "snapshot"),
    ]
    assert code == 0, document


def test_local_module_that_is_gone_breaks_the_load(envguard, tmp_path):
    code_folder = tmp_path / "src"
    code_folder.mkdir()
    (code_folder / "local_steps.py").write_text("def double(x):\n    return 2 * x\n")
    artifact = tmp_path / "f.pkl"
    subprocess.run(
        [
            sys.executable,
            "-c",
            "import pickle, local_steps, sys;"
            "pickle.dump(local_steps.double, open(sys.argv[1], 'wb'))",
            artifact,
        ],
        env={"PYTHONPATH": str(code_folder)},
        check=True,
    )
    taken = envguard("snapshot", artifact, "-t", sys.executable, "--code", code_folder)
    assert taken.returncode == 0, taken.stderr
    recorded = json.loads(artifact.with_name("f.pkl.envguard.json").read_text())
    assert [m["module"] for m in recorded["source"]["modules"]] == ["local_steps"]

    code, document = envguard.json("check", artifact, "-t", sys.executable, "--code", code_folder)
    assert (code, document["reports"][0]["verdict"]) == (0, "holds"), document
    code, document = envguard.json("check", artifact, "-t", sys.executable)
    assert code == 1
    assert document["reports"][0]["load"]["static"]["outcome"] == "fails"
    assert "EG301" in [f["rule"] for f in document["reports"][0]["findings"]]


def test_comments_and_formatting_of_local_code_do_not_count(envguard, tmp_path):
    module = tmp_path / "src" / "local_shape.py"
    module.parent.mkdir()
    module.write_text("def double(x):\n    return 2 * x\n")
    artifact = tmp_path / "f.pkl"
    artifact.write_bytes(b"clocal_shape\ndouble\n.")
    words = (artifact, "-t", sys.executable, "--code", module.parent)
    assert envguard("snapshot", *words).returncode == 0
    module.write_text("# doubles\ndef double( x ):\n\n    return (2*x)   # twice\n")
    assert envguard("check", *words).returncode == 0
    module.write_text("def double(x):\n    return 3 * x\n")
    code, document = envguard.json("check", *words)
    assert code == 1
    assert [f["rule"] for f in document["reports"][0]["findings"] if f["level"] == "error"] == [
        "EG305"
    ]


def test_name_in_main_is_told_at_snapshot_and_breaks_at_check(envguard, tmp_path):
    artifact = tmp_path / "f.pkl"
    artifact.write_bytes(b"c__main__\nscale\n.")
    taken = envguard("snapshot", artifact, "-t", sys.executable)
    assert taken.returncode == 0
    assert "__main__" in taken.stdout
    assert envguard("snapshot", artifact, "-t", sys.executable, "--strict").returncode == 1
    code, document = envguard.json("check", artifact, "-t", sys.executable)
    assert code == 1
    assert "EG303" in [f["rule"] for f in document["reports"][0]["findings"]]


def test_every_finding_says_expected_found_why_and_fix(envguard, tmp_path):
    artifact = tmp_path / "f.pkl"
    artifact.write_bytes(b"(cno_such_library.part\nThing\nc__main__\nscale\ncos\nnot_there\nl.")
    assert envguard("snapshot", artifact, "-t", sys.executable).returncode == 0
    _, document = envguard.json("check", artifact, "-t", sys.executable)
    findings = document["reports"][0]["findings"]
    assert {"EG301", "EG302", "EG303"} <= {f["rule"] for f in findings}
    for finding in findings:
        for key in ("expected", "found", "why", "fix", "evidence", "subject"):
            assert finding[key], (key, finding)


def test_environment_only_and_diff(envguard, tmp_path):
    done = envguard(
        "snapshot", "--environment-only", "-o", "here.envguard.json", "-t", sys.executable
    )
    assert done.returncode == 0, done.stderr
    document = json.loads((tmp_path / "here.envguard.json").read_text())
    assert document["artifact"] is None
    assert document["environment"]["interpreter"]["implementation"] == "cpython"
    same = envguard("diff", "here.envguard.json", sys.executable, "--exit-code")
    assert same.returncode == 0, same.stdout
    document["environment"]["packages"] = []
    (tmp_path / "bare.envguard.json").write_text(json.dumps(document))
    code, found = envguard.json("diff", "bare.envguard.json", "here.envguard.json", "--exit-code")
    assert code == 1
    assert "pytest" in {change["subject"] for change in found["changes"]}


def test_inspect_lists_needs_and_dangers(envguard, model, tmp_path):
    code, document = envguard.json("inspect", model)
    artifact = document["artifacts"][0]
    assert code == 0
    assert artifact["complete"] is True
    assert [(n["module"], n["name"]) for n in artifact["needs"]] == [("collections", "OrderedDict")]
    bad = tmp_path / "bad.pkl"
    bad.write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    code, document = envguard.json("inspect", bad)
    assert code == 1
    assert document["artifacts"][0]["dangers"][0]["level"] == "dangerous"


@pytest.mark.parametrize("words", [("rule", "EG203"), ("rule", "--all")])
def test_rule_pages(envguard, words):
    done = envguard(*words)
    assert done.returncode == 0
    assert "EG203" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_text_output_fits_80_columns_without_colour(envguard, model, sidecar):
    model.write_bytes(b"(cno_such_library.part\nThing\nc__main__\nscale\nl.")
    done = envguard("check", model, "-t", sys.executable)
    assert done.returncode == 1
    assert "\x1b" not in done.stdout
    commands = ("python -m", "envguard ", "pip ")
    for line in done.stdout.splitlines():
        assert len(line) <= 80 or any(word in line for word in commands), line


def test_diff_takes_an_artifact_for_its_snapshot(envguard, model, sidecar):
    code, found = envguard.json("diff", model, sidecar)
    assert (code, found["changes"]) == (0, [])


def test_debug_shows_where_envguard_itself_failed(envguard, model, tmp_path):
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "sitecustomize.py").write_text(
        "import envguard.artifacts.formats as f\n"
        "def fail(path): raise ZeroDivisionError('oops')\n"
        "f.read_artifact = fail\n"
    )
    env = {"PYTHONPATH": str(tmp_path / "broken")}
    calm = envguard("inspect", model, env=env)
    assert calm.returncode == 4
    assert "Traceback" not in calm.stderr
    assert "ZeroDivisionError: oops" in calm.stderr
    assert "--debug" in calm.stderr
    loud = envguard("--debug", "inspect", model, env=env)
    assert "Traceback" in loud.stderr


def test_output_goes_with_one_artifact(envguard, model):
    done = envguard("snapshot", model, model, "-o", "x.json", "-t", sys.executable)
    assert done.returncode == 2
    assert "--output goes with one artifact" in done.stderr


def test_snapshot_of_an_unknown_format_keeps_digest_and_place(envguard, tmp_path):
    folder = tmp_path / "saved"
    folder.mkdir()
    (folder / "graph.pb").write_bytes(b"graph")
    done = envguard("snapshot", "saved/", "-t", sys.executable)
    assert done.returncode == 0, done.stderr
    assert "needs not known" in done.stdout
    recorded = json.loads((tmp_path / "saved.envguard.json").read_text())
    assert recorded["artifact"]["format"] is None
    assert recorded["environment"]["packages"]
    code, document = envguard.json("check", "saved", "-t", sys.executable)
    assert (code, document["reports"][0]["verdict"]) == (3, "unknown")
    (folder / "graph.pb").write_bytes(b"other")
    assert envguard("check", "saved", "-t", sys.executable).returncode == 1


def test_missing_snapshot_that_a_trial_may_excuse_stays_unknown_without_one(envguard, model):
    words = ("check", model, "-t", sys.executable, "--missing-snapshot", "warn")
    code, document = envguard.json(*words)
    assert code == 3
    assert [u["reason"] for u in document["reports"][0]["unchecked"]] == [
        "model.pkl has no snapshot, so only a trial could decide, and this release tries none"
    ]
