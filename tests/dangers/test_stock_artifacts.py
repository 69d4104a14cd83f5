"""What stock libraries really write, in real environments: nothing of it is called dangerous."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from envguard.artifacts.formats import read_artifact
from envguard.judgement.dangers import dangers_of

ROOT = Path(__file__).resolve().parents[2]
MATRIX = ROOT / "benchmarks" / "matrix"
KEPT = ROOT / ".demo" / "matrix"
"""Where the matrix keeps its environments and artifacts as well."""
sys.path.append(str(MATRIX))  # last: the names of its files are common ones

import environments  # noqa: E402  (found by the line above)

pytestmark = pytest.mark.formats
OWN = {"__main__", "pipeline_steps"}
"""Modules of the training scripts: users' own names are unknown by design."""
BY_VALUE = {"dill", "cloudpickle"}


def written(name, folder):
    """The artifacts that an environment writes, kept between runs where a folder is named."""
    python = environments.make(name, folder / "envs")
    if python is None:
        reason = f"{name} needs a Python {environments.minor_of(name)}, and none was found"
        if os.environ.get("ENVGUARD_REQUIRE_ALL"):
            pytest.fail(reason)
        pytest.skip(reason)
    place = folder / "artifacts" / name
    if not (place / "answers.json").exists():
        place.mkdir(parents=True, exist_ok=True)
        subprocess.run([python, MATRIX / "write.py", place], check=True, cwd=place)
    return [path for path in sorted(place.iterdir()) if not path.name.endswith(".json")]


@pytest.mark.parametrize("name", environments.SMALL)
def test_no_stock_artifact_is_called_dangerous_nor_a_stock_name_unknown(name):
    artifacts = written(name, KEPT)
    assert len(artifacts) > 50
    flagged = {}
    for path in artifacts:
        facts = read_artifact(path)
        told = {
            (danger.level, danger.module, danger.name)
            for danger in dangers_of(facts)
            if danger.level == "dangerous"
            or (facts.serializer not in BY_VALUE and danger.module not in OWN)
        }
        if told:
            flagged[path.name] = told
    assert flagged == {}
