"""The real environments of the matrix: one for each file of pins in ``environments/``.

``python environments.py FOLDER [NAME...]`` makes them there, with uv where it is found, else pip.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
from sample_envs.environments import find_python, venv_python  # noqa: E402  (found by the line above)

PINS = Path(__file__).parent / "environments"
SMALL = (
    "py3.8-sklearn0.24",
    "py3.10-sklearn1.2",
    "py3.11-sklearn1.3",
    "py3.12-sklearn1.6",
    "py3.13-sklearn1.9",
)
"""What the small matrix takes: each great change of numpy, pandas and joblib lies between two."""
LARGE_BY_ACCIDENT = ("xgboost",)
"""Its wheels ask for hundreds of megabytes for GPUs, which nothing here needs."""


def names() -> tuple[str, ...]:
    """The names of all environments."""
    return tuple(sorted(path.stem for path in PINS.glob("*.txt")))


def minor_of(name: str) -> str:
    """The feature release of Python that an environment wants: ``3.11``."""
    first = (PINS / f"{name}.txt").read_text().splitlines()[0]
    return first.rpartition(" ")[2]


def make(name: str, folder: Path) -> Path | None:
    """The interpreter of an environment, made if it is not there; None without its Python."""
    place = folder / name
    inside = venv_python(place)
    pins = (PINS / f"{name}.txt").read_text()
    stamp = place / "pins.txt"
    if inside.exists() and stamp.exists() and stamp.read_text() == pins:
        return inside
    python = find_python(minor_of(name))
    if python is None:
        return None
    shutil.rmtree(place, ignore_errors=True)
    uv = shutil.which("uv")
    wanted = [line for line in pins.splitlines() if line and not line.startswith("#")]
    alone = [line for line in wanted if line.startswith(LARGE_BY_ACCIDENT)]
    # pkg_resources, which old releases import, left setuptools with release 81.
    rest = [line for line in wanted if line not in alone] + ["setuptools<81"]
    if uv:
        _run(uv, "venv", "--quiet", "--python", str(python), str(place))
        install = [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", str(inside)]
    else:
        _run(str(python), "-m", "venv", str(place))
        install = [str(inside), "-m", "pip", "install", "--quiet"]
    _run(*install, *rest)
    _run(*install, "--no-deps", *alone)
    stamp.write_text(pins)
    return inside


def _run(*command: str) -> None:
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    subprocess.run(command, check=True, env=environment)


if __name__ == "__main__":
    for chosen in sys.argv[2:] or names():
        print(chosen, make(chosen, Path(sys.argv[1])) or "no such Python here", flush=True)
