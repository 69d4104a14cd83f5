"""The installed wheel, in a venv of its own, and the sample environments it is asked about."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT))  # last, so that an installed envguard stays the one that is imported

from sample_envs import checking, environments  # noqa: E402  (found by the line above)

if TYPE_CHECKING:
    from sample_envs.environments import Reality


class Journey:
    """Models trained, snapshots taken, and each environment asked once."""

    def __init__(self, envguard: tuple[str, ...], folder: Path) -> None:
        self.envguard = envguard
        self.folder = folder
        self.places = {one.name: one for one in environments.sample_environments()}
        python = self.python(environments.TRAINING)
        self.models = environments.train(python, folder)
        checking.snapshot(envguard, self.models, python)
        self.reports = cache(self._reports)
        self.realities = cache(self._realities)

    def python(self, name: str) -> Path:
        """The interpreter of that environment; without its Python the test is skipped."""
        environment = self.places[name]
        python = environments.make(environment)
        if python is None:
            reason = f"{name} needs a Python {environment.python}, and none was found"
            if os.environ.get("ENVGUARD_REQUIRE_ALL"):
                pytest.fail(reason)
            pytest.skip(reason)
        return python

    def model(self, name: str) -> Path:
        """The file of a model."""
        return self.folder / name

    def run(self, *words: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
        """One command of the installed envguard, at 80 columns."""
        return subprocess.run(
            [*self.envguard, *words],
            capture_output=True,
            text=True,
            check=False,
            cwd=folder or self.folder,
            env=environments.quiet_environ(COLUMNS="80"),
        )

    def _reports(self, name: str) -> dict[str, dict]:
        return checking.check(self.envguard, self.places[name], self.python(name), self.models)

    def _realities(self, name: str) -> dict[str, Reality]:
        load = partial(environments.load_for_real, self.places[name], self.python(name))
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return {
                model.name: reality
                for model, reality in zip(self.models, pool.map(load, self.models), strict=True)
            }


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test for each environment, or each model in each, as its arguments ask."""
    names = [one.name for one in environments.sample_environments()]
    if "environment" in metafunc.fixturenames:
        metafunc.parametrize("environment", names)
    if "model" in metafunc.fixturenames:
        metafunc.parametrize("model", environments.MODELS)


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built as for a release."""
    folder = tmp_path_factory.mktemp("wheel")
    uv = environments.find_uv()
    argv = (
        [uv, "build", "--quiet", "--wheel", "--out-dir", str(folder), str(ROOT)]
        if uv
        else [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", folder, ROOT]
    )
    subprocess.run(argv, check=True, env=environments.quiet_environ())
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """The words that start envguard as a user has it: from the wheel, in a fresh venv."""
    venv = tmp_path_factory.mktemp("installed") / "venv"
    python = environments.new_venv(venv, Path(sys.executable))
    environments.install(python, str(wheel))
    return (str(python.with_name("envguard")),)


@pytest.fixture(scope="session")
def journey(installed: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory) -> Journey:
    """Everything that the journeys share."""
    return Journey(installed, tmp_path_factory.mktemp("models"))
