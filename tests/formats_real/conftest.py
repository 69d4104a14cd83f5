"""A real torch in an environment of its own: made once, kept beside the sample environments."""

from __future__ import annotations

import os
import subprocess

import pytest

from sample_envs import environments

PYTHON = "3.11"
RELEASE = "2.13.0"
BESIDE = (
    "typing-extensions",
    "filelock",
    "sympy",
    "networkx",
    "jinja2",
    "fsspec",
    "numpy",
    "joblib",
)


def give_up(reason: str) -> None:
    if os.environ.get("ENVGUARD_REQUIRE_ALL"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def torch_python():
    """The Python of an environment with torch; without what torch needs for a GPU."""
    python = environments.find_python(PYTHON)
    if python is None:
        give_up(f"no CPython {PYTHON} on this machine")
    folder = environments.CACHE / f"torch-{RELEASE}"
    inside = environments.venv_python(folder)
    done = folder / "done"
    if not done.is_file():
        subprocess.run([str(python), "-m", "venv", "--clear", str(folder)], check=True)
        wanted = ["--no-deps", "--no-compile", f"torch=={RELEASE}"]  # without a GPU's libraries
        install = [str(inside), "-m", "pip", "install", "--quiet", *wanted]
        if subprocess.run(install, check=False).returncode:
            give_up(f"torch {RELEASE} cannot be installed here")
        environments.install(inside, *BESIDE)
        done.touch()
    if subprocess.run([str(inside), "-W", "ignore", "-c", "import torch"], check=False).returncode:
        give_up(f"torch {RELEASE} cannot be imported here without a GPU's libraries")
    return inside
