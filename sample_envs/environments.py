"""The sample environments: found, made, trained in, and loaded in for real.

One folder for each environment holds ``requirements.txt`` (everything pinned), ``env.toml`` (its
Python and what it stands for) and ``expected.json`` (what a check of each model must say). The
demo, the tests and the benchmarks all use these functions.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

HERE = Path(__file__).resolve().parent
PROJECT = HERE / "project"
CACHE = HERE.parent / ".demo"
TRAINING = "trained"
MODELS = (
    "forest.pkl",
    "logistic.joblib",
    "local_step.pkl",
    "main_step.pkl",
    "main_step.dill",
    "main_step_recurse.dill",
    "main_step.cloudpickle",
)
LOAD_SECONDS = 120


@dataclass(frozen=True, kw_only=True)
class SampleEnvironment:
    """One place that a model may be sent to."""

    name: str
    python: str
    """Its feature release: ``3.11``."""
    local_code: bool
    """Whether the project's own modules are on its import path."""
    note: str
    tags: tuple[str, ...]
    folder: Path

    @property
    def requirements(self) -> Path:
        """The file of its pins."""
        return self.folder / "requirements.txt"

    def expected(self) -> dict[str, dict[str, Any]]:
        """What a check says of each model here, by the model's file name."""
        told: dict[str, dict[str, Any]] = _read_json(self.folder / "expected.json")
        return told


@dataclass(frozen=True, kw_only=True)
class Reality:
    """What happened when a model was loaded, and then used, in an environment."""

    loads: bool
    load_failure: str | None
    works: bool | None
    """Whether it then predicted; None where it did not load."""
    use_failure: str | None
    warnings: tuple[str, ...]
    """Names of the warning categories seen on the way."""


def _read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def sample_environments() -> tuple[SampleEnvironment, ...]:
    """All sample environments, the one of the training first."""
    found = []
    for file in sorted(HERE.glob("*/env.toml")):
        told = tomllib.loads(file.read_text(encoding="utf-8"))
        tags = tuple(told.pop("tags"))
        found.append(SampleEnvironment(**told, tags=tags, folder=file.parent))
    return tuple(sorted(found, key=_order))


def _order(environment: SampleEnvironment) -> tuple[bool, tuple[str, ...], str]:
    return environment.name != TRAINING, environment.tags, environment.name


def undecided_pairs() -> dict[tuple[str, str], str]:
    """The pairs (model, environment) that a static check cannot decide, each with the reason."""
    text = (HERE / "expected_undecided.toml").read_text(encoding="utf-8")
    pairs = tomllib.loads(text).get("pair", [])
    return {(pair["model"], pair["environment"]): pair["reason"] for pair in pairs}


@cache
def find_python(minor: str) -> Path | None:
    """An interpreter of that feature release on this machine, or None.

    The running one comes first, then those of pyenv, then the PATH, then those that uv manages
    (it never downloads one here). Each is started once: a shim that leads nowhere is none.
    """
    if f"{sys.version_info.major}.{sys.version_info.minor}" == minor:
        return Path(sys.executable)
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    candidates = sorted(pyenv.glob(f"versions/{minor}.*/bin/python"), reverse=True)
    on_path = shutil.which(f"python{minor}")
    candidates += [Path(on_path)] if on_path else []
    candidates += _of_uv(minor)
    return next((python for python in candidates if _answers(python, minor)), None)


def _of_uv(minor: str) -> list[Path]:
    uv = find_uv()
    if uv is None:
        return []
    argv = [uv, "python", "find", "--no-project", "--no-python-downloads", minor]
    asked = subprocess.run(argv, capture_output=True, text=True, check=False)
    return [Path(asked.stdout.strip())] if asked.returncode == 0 else []


def _answers(python: Path, minor: str) -> bool:
    code = "import ensurepip, sys, venv; print('%d.%d' % sys.version_info[:2])"
    try:
        asked = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return asked.stdout.strip() == minor


@cache
def find_uv() -> str | None:
    """The uv program beside this interpreter or on the PATH, or None."""
    beside = Path(sys.executable).with_name("uv.exe" if os.name == "nt" else "uv")
    return str(beside) if beside.is_file() else shutil.which("uv")


def venv_python(venv: Path) -> Path:
    """The interpreter inside a venv."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def quiet_environ(**extra: str) -> dict[str, str]:
    """This process's variables without those that lend a child somebody else's packages."""
    lent = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "CONDA_PREFIX", "__PYVENV_LAUNCHER__"}
    kept = {name: value for name, value in os.environ.items() if name not in lent}
    return {**kept, "UV_PYTHON_DOWNLOADS": "never", **extra}


def new_venv(venv: Path, python: Path) -> Path:
    """The interpreter of a new, empty venv.

    Raises:
        subprocess.CalledProcessError: it could not be made; the reason was shown.
    """
    uv = find_uv()
    by_uv = [uv or "uv", "venv", "--quiet", "--python", str(python), str(venv)]
    argv = by_uv if uv else [str(python), "-m", "venv", str(venv)]
    subprocess.run(argv, check=True, env=quiet_environ(), stdout=sys.stderr)
    return venv_python(venv)


def install(python: Path, *words: str) -> None:
    """Install into a venv, by uv where it is found, else by the venv's own pip.

    Both leave bytecode, so that times measured later do not depend on which it was.

    Raises:
        subprocess.CalledProcessError: the installer failed; its output was shown.
    """
    uv = find_uv()
    by_uv = [uv or "uv", "pip", "install", "--quiet", "--compile-bytecode", "--python", str(python)]
    argv = by_uv if uv else [str(python), "-m", "pip", "install", "--quiet"]
    subprocess.run([*argv, *words], check=True, env=quiet_environ(), stdout=sys.stderr)


def make_venv(venv: Path, python: Path, pins: Path) -> Path:
    """The interpreter of a venv with exactly these pins; one already made so is used again.

    Raises:
        subprocess.CalledProcessError: an installer failed; its output was shown.
    """
    stamp = venv / "pins.sha256"
    wanted = hashlib.sha256(pins.read_bytes() + os.path.realpath(python).encode()).hexdigest()
    inside = venv_python(venv)
    if stamp.is_file() and stamp.read_text() == wanted and inside.exists():
        return inside
    shutil.rmtree(venv, ignore_errors=True)
    new_venv(venv, python)
    install(inside, "--no-deps", "-r", str(pins))
    stamp.write_text(wanted)
    return inside


def make(environment: SampleEnvironment, folder: Path = CACHE) -> Path | None:
    """The interpreter of this sample environment, made if need be; None without its Python."""
    python = find_python(environment.python)
    if python is None:
        return None
    return make_venv(folder / "envs" / environment.name, python, environment.requirements)


def train(python: Path, folder: Path) -> tuple[Path, ...]:
    """The models, trained and saved into the folder by the interpreter of ``trained``."""
    argv = [str(python), str(PROJECT / "train.py"), str(folder)]
    subprocess.run(argv, check=True, env=quiet_environ(), stdout=sys.stderr)
    return tuple(folder / model for model in MODELS)


def load_for_real(environment: SampleEnvironment, python: Path, model: Path) -> Reality:
    """What really happens to the model in the environment: loaded in a child, then used."""
    variables = quiet_environ(**({"PYTHONPATH": str(PROJECT)} if environment.local_code else {}))
    argv = [str(python), str(HERE / "load_model.py"), str(model), str(model.parent / "example.npy")]
    child = subprocess.run(
        argv,
        capture_output=True,
        text=True,
        check=False,
        env=variables,
        cwd=model.parent,
        timeout=LOAD_SECONDS,
    )
    told = {line["step"]: line for line in map(json.loads, child.stdout.splitlines())}
    ended = f"ended with exit code {child.returncode}"
    load = told.get("load", {"failure": ended, "warnings": []})
    loads = load["failure"] is None
    use = told.get("use", {"failure": ended if loads else None, "warnings": []})
    return Reality(
        loads=loads,
        load_failure=load["failure"],
        works=use["failure"] is None if loads else None,
        use_failure=use["failure"],
        warnings=tuple(sorted({*load["warnings"], *use["warnings"]})),
    )
