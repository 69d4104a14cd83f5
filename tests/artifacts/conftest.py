from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from envguard.artifacts.formats import read_artifact

# Loads files for real and tells each name that find_class was asked for.
TRACED_LOAD = """
import json, pickle, sys, warnings
warnings.simplefilter("ignore")
asked = set()
sys.addaudithook(lambda event, args: event == "pickle.find_class" and asked.add(args[:2]))
told = {}
for path in sys.argv[1:]:
    asked.clear()
    if path.endswith(".joblib"):
        import joblib
        joblib.load(path)
    elif path.endswith(".dill"):
        import dill
        dill.load(open(path, "rb"))
    else:
        pickle.load(open(path, "rb"))
    told[path] = sorted(asked)
print(json.dumps(told))
"""


# Peak memory in bytes. On Linux ru_maxrss is inherited from the process that started this one.
PEAK = """
def peak():
    import pathlib, resource, sys
    status = pathlib.Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) * 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
"""


@pytest.fixture
def measured():
    """Standard output of a script that may call peak()."""

    def run(script: str, *arguments: object) -> list[str]:
        done = subprocess.run(
            [sys.executable, "-c", PEAK + script, *map(str, arguments)],
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        return done.stdout.splitlines()

    return run


@pytest.fixture
def read(tmp_path):
    """Facts of bytes, as an artifact of that name."""

    def facts_of(content: bytes, name: str = "model.pkl"):
        path = tmp_path / name
        path.write_bytes(content)
        return read_artifact(path)

    return facts_of


@pytest.fixture
def traced_load():
    """For each file, the (module, name) pairs that a real load in a child process looks up."""

    def load(paths: list[Path]) -> dict[Path, set[tuple[str, str]]]:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", TRACED_LOAD, *map(str, paths)],
            capture_output=True,
            text=True,
            check=True,
        )
        told = json.loads(done.stdout)
        return {Path(path): {tuple(pair) for pair in pairs} for path, pairs in told.items()}

    return load


def names_of(facts) -> set[tuple[str, str]]:
    return {(need.module, need.name) for need in facts.needs}


def kinds_of(facts) -> list[str]:
    return [anomaly.kind for anomaly in facts.anomalies]


@pytest.fixture
def names():
    return names_of


@pytest.fixture
def kinds():
    return kinds_of


@pytest.fixture
def real_python():
    """A real interpreter of a feature release; skips, or fails where all are required."""

    def find(release: str) -> Path:
        root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
        for python in sorted(root.glob(f"versions/{release}.*/bin/python")):
            return python
        found = shutil.which(f"python{release}")
        if found:
            return Path(found)
        reason = f"no CPython {release} on this machine"
        if os.environ.get("ENVGUARD_REQUIRE_ALL"):
            pytest.fail(reason)
        pytest.skip(reason)

    return find
