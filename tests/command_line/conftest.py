"""The command as a user runs it: a process of its own, its exit code and both its outputs."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys

import pytest


class Command:
    """Runs ``python -m envguard`` in one folder."""

    def __init__(self, folder):
        self.folder = folder

    def __call__(self, *words, env=None, timeout=60, python=sys.executable, text=True):
        return subprocess.run(
            [python, "-m", "envguard", *map(os.fspath, words)],
            cwd=self.folder,
            env={**os.environ, "COLUMNS": "80", **(env or {})},
            capture_output=True,
            text=text,
            timeout=timeout,
            check=False,
        )

    def json(self, *words, **options):
        done = self(*words, "--format", "json", **options)
        return done.returncode, json.loads(done.stdout)


@pytest.fixture
def envguard(tmp_path):
    """The command, run in an empty folder."""
    return Command(tmp_path)


@pytest.fixture
def model(tmp_path):
    """A pickle whose names every Python has."""
    import collections

    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps(collections.OrderedDict(weights=[1.0, 2.0, 3.0])))
    return path


@pytest.fixture
def sidecar(envguard, model):
    """The model's snapshot, taken from the interpreter that runs the tests."""
    done = envguard("snapshot", model, "--target", sys.executable)
    assert done.returncode == 0, done.stderr
    return model.with_name("model.pkl.envguard.json")
