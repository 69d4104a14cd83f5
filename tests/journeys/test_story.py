"""The main job as two people see it: one snapshots after training, one checks before serving."""

from __future__ import annotations

import json
import shutil

import pytest

from sample_envs import environments

pytestmark = pytest.mark.environments


@pytest.fixture
def copied(journey, tmp_path):
    """A model in a folder of its own, as it is on the way to production."""

    def copy(name):
        for suffix in ("", ".envguard.json"):
            shutil.copy(f"{journey.model(name)}{suffix}", tmp_path)
        return tmp_path / name

    return copy


def check(journey, environment, *words, **more):
    target = str(journey.python(environment))
    return journey.run("check", *words, "--target", target, "--trial", "never", **more)


def test_check_of_an_unchanged_place_gives_exit_code_0(journey, copied):
    done = check(journey, "trained", str(copied("logistic.joblib")))
    assert done.returncode == 0, done.stdout + done.stderr


def test_check_of_a_place_without_the_library_gives_exit_code_1(journey, copied):
    done = check(journey, "no-sklearn", str(copied("logistic.joblib")))
    assert done.returncode == 1
    assert "scikit-learn" in done.stdout


def test_exit_zero_hides_broken(journey, copied):
    done = check(journey, "no-sklearn", str(copied("logistic.joblib")), "--exit-zero")
    assert done.returncode == 0


def test_report_fits_80_columns_but_for_paths_and_commands(journey, copied):
    folder = copied("logistic.joblib").parent
    done = check(journey, "older", "logistic.joblib", folder=folder)
    long = [line for line in done.stdout.splitlines() if len(line) > 80 and "  fix " not in line]
    assert [line for line in long if str(journey.python("older")) not in line] == []


def test_snapshot_of_a_main_function_says_that_it_will_not_travel(journey, copied):
    model = copied("main_step.pkl")
    words = ("snapshot", str(model), "--target", str(journey.python("trained")))
    done = journey.run(*words)
    assert done.returncode == 0
    assert "__main__" in done.stdout
    assert "calls_per_year" in done.stdout
    assert journey.run(*words, "--strict").returncode == 1


def test_local_code_on_pythonpath_is_found_without_being_named(journey, copied, monkeypatch):
    model = str(copied("local_step.pkl"))
    assert check(journey, "trained", model).returncode == 1
    variables = environments.quiet_environ(PYTHONPATH=str(environments.PROJECT))
    monkeypatch.setattr(environments, "quiet_environ", lambda **more: {**variables, **more})
    assert check(journey, "trained", model).returncode == 0


def test_local_code_of_the_current_folder_alone_is_a_warning_that_names_it(journey, copied):
    model = str(copied("local_step.pkl"))
    project = environments.PROJECT
    done = check(journey, "trained", model, "--format", "json", folder=project)
    report = json.loads(done.stdout)["reports"][0]
    assert report["load"]["static"]["outcome"] == "loads"
    warned = [one for one in report["findings"] if one["rule"].startswith("EG3")]
    assert [one["level"] for one in warned] == ["warning"]
    assert str(project) in json.dumps(warned)


def test_check_changes_nothing_in_the_target(journey, copied):
    python = journey.python("newer")

    def state():
        files = (file for file in python.parent.parent.rglob("*") if file.is_file())
        return {file: (file.stat().st_size, file.stat().st_mtime_ns) for file in files}

    before = state()
    check(journey, "newer", str(copied("forest.pkl")))
    assert state() == before


def test_artifact_that_changed_since_its_snapshot_is_broken(journey, copied):
    model = copied("logistic.joblib")
    model.write_bytes(journey.model("forest.pkl").read_bytes())
    done = check(journey, "trained", str(model), "--format", "json")
    assert done.returncode == 1
    assert "EG001" in {one["rule"] for one in json.loads(done.stdout)["reports"][0]["findings"]}


def test_terminal_and_json_tell_the_same_rules(journey, copied):
    model = str(copied("forest.pkl"))
    text = check(journey, "older", model).stdout
    report = json.loads(check(journey, "older", model, "--format", "json").stdout)["reports"][0]
    assert {one["rule"] for one in report["findings"]} <= set(text.split())
