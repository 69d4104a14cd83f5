from __future__ import annotations

import os
import py_compile
import shutil
import sys
import venv
from pathlib import Path

import pytest

from envguard.environments import probe_file as room
from envguard.environments.interpreter import InterpreterTarget
from envguard.environments.probe_file import probe_file
from envguard.facts.artifact import Need
from envguard.facts.target import Questions


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A copy of the probe with its bytecode, as pip installs it."""
    folder = tmp_path / "probe"
    folder.mkdir()
    shutil.copy2(Path(room.__file__).with_name("probe") / "inside.py", folder / "inside.py")
    py_compile.compile(os.fspath(folder / "inside.py"), doraise=True)
    monkeypatch.setattr(room, "__file__", os.fspath(tmp_path / "probe_file.py"))
    return folder


@pytest.fixture(scope="module")
def same_release(tmp_path_factory):
    folder = tmp_path_factory.mktemp("same") / "venv"
    venv.create(folder, with_pip=False, symlinks=os.name == "posix")
    return folder / ("bin/python" if os.name == "posix" else "Scripts/python.exe")


def _chosen(python):
    with probe_file(python) as chosen:
        return chosen.suffix


def test_venv_of_the_same_release_runs_the_bytecode(installed, same_release):
    assert _chosen(same_release) == ".pyc"


def test_bytecode_answers_as_the_source_does(installed, same_release):
    target = InterpreterTarget(same_release, "same")
    questions = Questions(needs=(Need(module="json", name="loads"),))
    by_bytecode = target.facts(questions)
    shutil.rmtree(installed / "__pycache__")
    assert _chosen(same_release) == ".py"
    assert target.facts(questions) == by_bytecode


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: os.utime(folder / "inside.py", (1, 1)),
        lambda folder: next((folder / "__pycache__").iterdir()).write_bytes(b"short"),
        lambda folder: next((folder / "__pycache__").iterdir()).unlink(),
    ],
    ids=["older", "cut", "gone"],
)
def test_bytecode_that_may_not_fit_is_left_alone(installed, same_release, spoil):
    spoil(installed)
    assert _chosen(same_release) == ".py"


@pytest.mark.parametrize(
    "text",
    [
        "version = 3.6.1\n",
        "home = /usr/bin\n",
        "implementation = PyPy\nversion_info = {0}.final.0\n",
        "version = {0}1\n",
    ],
)
def test_other_releases_run_the_source(installed, tmp_path, text):
    release = ".".join(map(str, sys.version_info[:3]))
    (tmp_path / "other" / "bin").mkdir(parents=True)
    (tmp_path / "other" / "pyvenv.cfg").write_text(text.format(release))
    assert _chosen(tmp_path / "other" / "bin" / "python") == ".py"
    assert _chosen(tmp_path / "bare" / "bin" / "python") == ".py"


def test_virtualenv_words_its_release_otherwise(installed, tmp_path):
    release = ".".join(map(str, sys.version_info[:3]))
    (tmp_path / "other" / "bin").mkdir(parents=True)
    text = f"implementation = CPython\nversion_info = {release}.final.0\nversion = {release}\n"
    (tmp_path / "other" / "pyvenv.cfg").write_text(text)
    assert _chosen(tmp_path / "other" / "bin" / "python") == ".pyc"


def test_probe_inside_a_zip_file_is_unpacked(monkeypatch, tmp_path, same_release):
    monkeypatch.setattr(room, "__file__", os.fspath(tmp_path / "nowhere" / "probe_file.py"))
    with probe_file(same_release) as chosen:
        assert chosen.name == "inside.py"
        assert chosen.is_file()
