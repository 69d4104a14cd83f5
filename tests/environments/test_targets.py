from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from envguard.environments.interpreter import InterpreterTarget
from envguard.environments.running_process import environment_of_process
from envguard.environments.stored import SnapshotTarget
from envguard.environments.targets import find_target
from envguard.errors import SnapshotError, TargetError, UsageError


def find(text=None, environ=None, executable="/usr/bin/python3", read=None):
    def refuse(path):
        raise AssertionError(f"{path} was read as a snapshot")

    return find_target(
        text, environ=environ or {}, executable=executable, read_environment=read or refuse
    )


@pytest.fixture
def prefix(tmp_path):
    """Makes the folder of an environment, its interpreter a plain executable file."""

    def make(name="venv", python="bin/python", **marks):
        folder = tmp_path / name
        path = folder / python
        path.parent.mkdir(parents=True)
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
        for mark in marks.get("folders", ()):
            (folder / mark).mkdir()
        return folder

    return make


@pytest.mark.parametrize(
    "python", ["bin/python", "bin/python3", "Scripts/python.exe", "python.exe"]
)
def test_folder_of_an_environment_means_its_python(prefix, python):
    folder = prefix(python=python)
    target = find(str(folder))
    assert isinstance(target, InterpreterTarget)
    assert (target.python, target.label) == (folder / python, str(folder))


def test_python_is_taken_as_it_stands_without_following_its_link(tmp_path):
    (tmp_path / "python").symlink_to(sys.executable)
    target = find(str(tmp_path / "python"))
    assert isinstance(target, InterpreterTarget)
    assert target.python == tmp_path / "python"


def test_relative_path_becomes_absolute_and_keeps_its_label(prefix, monkeypatch, tmp_path):
    prefix()
    monkeypatch.chdir(tmp_path)
    for text in ("venv", "./venv", "venv/bin/python"):
        target = find(text)
        assert isinstance(target, InterpreterTarget)
        assert target.python == tmp_path / "venv/bin/python"
        assert target.label == str(Path(text))


def test_bare_name_is_a_program_on_path(prefix, monkeypatch, tmp_path):
    programs = prefix("programs", "python3.x")
    (tmp_path / "python3.x").mkdir()
    monkeypatch.chdir(tmp_path)
    target = find("python3.x", {"PATH": str(programs)})
    assert isinstance(target, InterpreterTarget)
    assert (target.python, target.label) == (programs / "python3.x", str(programs / "python3.x"))


@pytest.mark.parametrize("variable", ["VIRTUAL_ENV", "CONDA_PREFIX"])
def test_without_a_name_the_active_environment_is_meant(prefix, variable):
    folder = prefix()
    target = find(None, {variable: str(folder)})
    assert isinstance(target, InterpreterTarget)
    assert (target.python, target.label) == (folder / "bin/python", str(folder))


def test_active_environment_that_is_gone_is_an_error_not_another_target(tmp_path):
    with pytest.raises(TargetError, match=r"named by \$VIRTUAL_ENV"):
        find(None, {"VIRTUAL_ENV": str(tmp_path / "gone")})


def test_without_an_active_environment_this_interpreter_is_meant():
    target = find(None, executable=sys.executable)
    assert isinstance(target, InterpreterTarget)
    assert target.python == Path(sys.executable)


@pytest.mark.parametrize(
    ("mark", "tool"), [("uv-receipt.toml", "uv tool"), ("pipx_metadata.json", "pipx")]
)
def test_environment_of_a_tool_is_never_a_default(prefix, mark, tool):
    folder = prefix()
    (folder / mark).write_text("")
    with pytest.raises(TargetError, match=f"{tool} .*Name it: --target PYTHON"):
        find(None, executable=str(folder / "bin/python"))
    assert isinstance(find(str(folder)), InterpreterTarget)


def test_without_an_interpreter_the_target_has_to_be_named():
    with pytest.raises(TargetError, match="--target PYTHON"):
        find(None, executable="")


@pytest.mark.parametrize("name", ["model.pkl.envguard.json", "stored.json", "bom.txt"])
def test_snapshot_is_known_by_its_name_or_its_schema(tmp_path, name):
    path = tmp_path / name
    schema = '{"environment": 1, "schema": "envguard/snapshot/1"}'
    path.write_text("{" if name.endswith("guard.json") else "\ufeff\n" + schema, "utf-8")
    environment = environment_of_process()
    target = find(str(path), read=lambda _: environment)
    assert isinstance(target, SnapshotTarget)
    assert (target.environment, target.label) == (environment, str(path))


def test_damaged_snapshot_says_so_itself(tmp_path):
    path = tmp_path / "x.envguard.json"
    path.write_text("")

    def damaged(_):
        raise SnapshotError("cut short")

    with pytest.raises(SnapshotError, match="cut short"):
        find(str(path), read=damaged)


@pytest.mark.parametrize("text", ["image:x", "container:1", "archive:x.tar", "lock:uv.lock"])
def test_targets_of_later_releases_are_told_apart_from_missing_ones(text):
    with pytest.raises(UsageError, match="this release does not have") as raised:
        find(text)
    assert not isinstance(raised.value, TargetError)


@pytest.mark.parametrize("name", ["requirements.txt", "pylock.dev.toml", "conda-lock.yml"])
def test_lock_file_under_its_usual_name_is_told_apart(tmp_path, name):
    (tmp_path / name).write_text("numpy==1\n")
    with pytest.raises(UsageError, match="does not have lock files"):
        find(str(tmp_path / name))


def test_wrong_targets_are_each_named(tmp_path, prefix):
    (tmp_path / "empty").mkdir()
    (tmp_path / "model.pkl").write_bytes(b"\x80\x04.")
    (tmp_path / "other.json").write_text('{"schema": "other/1"}')
    (tmp_path / "dangling").symlink_to(tmp_path / "gone")
    os.mkfifo(tmp_path / "pipe")
    lost = prefix("lost")
    (lost / "bin/python").unlink()
    (lost / "bin/python").symlink_to("/nowhere/python3")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for name, told in {
        "gone": "gone is not there.",
        "empty": "no Python is in it",
        "model.pkl": "a file that cannot be executed",
        "other.json": "a file that cannot be executed",
        "dangling": "a link to something that is gone",
        "loop": "loop ",
        "pipe": "neither a file nor a folder",
        "lost": "has lost its interpreter",
    }.items():
        with pytest.raises(TargetError, match=told):
            find(str(tmp_path / name))
    with pytest.raises(TargetError, match="nor a program on PATH"):
        find("no-such-program", {"PATH": str(tmp_path)})
    with pytest.raises(TargetError, match="is no folder"):
        find(None, {"CONDA_PREFIX": str(tmp_path / "model.pkl")})


def test_path_that_cannot_be_looked_at_is_told(tmp_path, monkeypatch):
    path = tmp_path / "python"
    path.write_text("")

    def refuse(self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "exists", refuse)
    with pytest.raises(TargetError, match="cannot be read: Permission denied"):
        find(str(path))


def test_label_of_a_name_that_is_not_utf8_can_be_written(prefix):
    folder = prefix("venv-\udcff")
    target = find(str(folder))
    assert target.label.endswith("venv-\\xff")
    assert target.label.encode("utf-8")


# -- conda -------------------------------------------------------------------------------------


@pytest.fixture
def conda(prefix, tmp_path):
    base = prefix("conda", folders=("conda-meta", "condabin"))
    one = prefix("conda/envs/one", folders=("conda-meta",))
    two = prefix("conda/envs/two", folders=("conda-meta",))
    far = prefix("elsewhere/far", folders=("conda-meta",))
    listing = tmp_path / "home/.conda/environments.txt"
    listing.parent.mkdir(parents=True)
    listing.write_text(f"{base}\n\n{tmp_path}/gone/one\n{far}\n")
    return {"base": base, "one": one, "two": two, "far": far}


@pytest.mark.parametrize("active", ["base", "one", "far", None])
@pytest.mark.parametrize("name", ["base", "one", "two", "far"])
def test_conda_environment_is_found_by_name(conda, tmp_path, active, name):
    environ = {"HOME": str(tmp_path / "home")}
    if active:
        environ["CONDA_PREFIX"] = str(conda[active])
    known = name in ("base", "far") or active in ("base", "one")
    if not known:
        with pytest.raises(TargetError, match="No conda environment is named"):
            find(f"conda:{name}", environ)
        return
    target = find(f"conda:{name}", environ)
    assert isinstance(target, InterpreterTarget)
    assert target.python == conda[name] / "bin/python"
    assert target.label == f"conda:{name} ({conda[name]})"


@pytest.mark.parametrize("environ", [{}, {"HOME": "/nowhere"}, {"USERPROFILE": "/nowhere"}])
@pytest.mark.parametrize("name", ["base", "one", "", "../x"])
def test_unknown_conda_environment_is_an_error_of_the_target(environ, name):
    with pytest.raises(TargetError, match="Name its folder instead"):
        find(f"conda:{name}", environ)
