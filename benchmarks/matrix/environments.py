"""The real environments of the matrix: one for each file of pins in ``environments/``.

``python environments.py FOLDER [NAME...]`` makes them there, with uv where it is found, else pip.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
from sample_envs.environments import (  # noqa: E402  (found by the line above)
    find_python,
    install,
    new_venv,
    venv_python,
)

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
    wanted = [line for line in pins.splitlines() if line and not line.startswith("#")]
    alone = [line for line in wanted if line.startswith(LARGE_BY_ACCIDENT)]
    new_venv(place, python)
    # pkg_resources, which old releases import, left setuptools with release 81.
    install(inside, "setuptools<81", *(line for line in wanted if line not in alone))
    install(inside, "--no-deps", *alone)
    stamp.write_text(pins)
    return inside


if __name__ == "__main__":
    for chosen in sys.argv[2:] or names():
        print(chosen, make(chosen, Path(sys.argv[1])) or "no such Python here", flush=True)
