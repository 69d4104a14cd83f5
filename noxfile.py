"""Everything that is run on this project: ``nox -l`` lists it, ``nox -s NAME`` runs it.

One Python is enough (3.11 for the demo); what needs others says which it did not find. Variables:
``ENVGUARD_REQUIRE_ALL=1`` makes a missing interpreter a failure, ``PYENV_ROOT`` (default
``~/.pyenv``) is where further interpreters are looked for besides the PATH.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import nox

ROOT = Path(__file__).parent
sys.path.insert(0, str(ROOT))
from sample_envs import environments  # noqa: E402  (found by the line above)

os.environ["UV_PYTHON_DOWNLOADS"] = "never"

nox.needs_version = ">=2024.10.9"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.sessions = ["lint", "tests"]
nox.options.reuse_venv = "yes"

PROJECT = nox.project.load_toml(ROOT / "pyproject.toml")
REQUIRE_ALL = bool(os.environ.get("ENVGUARD_REQUIRE_ALL"))
PYTHONS = ("3.10", "3.12", "3.13")
SAMPLE_CODE = ("environments", "checking", "demo")


def _group(name: str) -> tuple[str, ...]:
    return nox.project.dependency_groups(PROJECT, name)


def _install(session: nox.Session, *more: str) -> None:
    """Install the project as it stands, with bytecode.

    pip does both by itself; uv would keep an earlier build of the same version.
    """
    by_uv = ("--reinstall-package", "envguard-ml", "--compile-bytecode")
    session.install(*(by_uv if session.venv_backend == "uv" else ()), ".", *more)


def _missing(session: nox.Session, what: str) -> None:
    """Say that something is not run here, or fail where all is required."""
    if REQUIRE_ALL:
        session.error(f"{what}, and ENVGUARD_REQUIRE_ALL is set")
    session.warn(f"not run: {what}")


@nox.session
def lint(session: nox.Session) -> None:
    """Style, types, floors and the language of the travelling probe."""
    session.install("-e", ".", *_group("lint"), "tomli")
    samples = [f"sample_envs/{name}.py" for name in (*SAMPLE_CODE, "load_model")]
    session.run("ruff", "check", ".")
    # What is trained and pinned there is data; the code around it is held like the rest.
    session.run("ruff", "check", *samples, "--extend-per-file-ignores", "sample_envs/*:INP001")
    session.run("ruff", "format", "--check", ".", *samples)
    session.run("mypy")
    typed = [f"sample_envs/{name}.py" for name in SAMPLE_CODE]
    session.run("mypy", "--explicit-package-bases", *typed)
    session.run("lint-imports")
    probe = "envguard/environments/probe/inside.py"
    session.run("vermin", "--target=3.5-", "--violations", "--no-tips", probe)


@nox.session
def tests(session: nox.Session) -> None:
    """The test suite with the journeys, on this Python; skips are listed at the end.

    What needs large frameworks is run by ``completeness``.
    """
    _install(session, *_group("test"))
    session.run("python", "-m", "pytest", "-m", "not formats", *session.posargs)


@nox.session
def coverage(session: nox.Session) -> None:
    """The suite without the journeys, with its branch coverage."""
    session.install("-e", ".", *_group("test"))
    chosen = ("-m", "not environments and not formats", *session.posargs)
    session.run("coverage", "run", "-m", "pytest", *chosen)
    session.run("coverage", "combine")
    session.run("coverage", "report")


@nox.session(venv_backend="none")
def pythons(session: nox.Session) -> None:
    """The suite without the journeys, on the other Pythons that this machine has."""
    for minor in PYTHONS:
        python = environments.find_python(minor)
        if python is None:
            _missing(session, f"no Python {minor} was found")
            continue
        venv = Path(session.cache_dir) / f"python-{minor}"
        inside = environments.venv_python(venv)
        if not inside.exists():
            shutil.rmtree(venv, ignore_errors=True)
            session.run(str(python), "-m", "venv", str(venv))
        install = (str(inside), "-m", "pip", "install", "--quiet", "--upgrade")
        session.run(*install, ".", *_group("test"))
        chosen = ("-m", "not environments and not formats", *session.posargs)
        session.run(str(inside), "-m", "pytest", *chosen)


@nox.session
def demo(session: nox.Session) -> None:
    """What envguard says of real models in real environments, and what then happens."""
    _install(session)
    session.run("python", "sample_envs/demo.py", *session.posargs)


@nox.session
def matrix(session: nox.Session) -> None:
    """Predictions beside the truth: kinds of artifacts x real environments; ``--small`` for some.

    Fails where recall, precision or what is undecided misses its goal.
    """
    _install(session, "uv")
    session.run("python", "benchmarks/matrix/run.py", "--require", *session.posargs)


@nox.session
def completeness(session: nox.Session) -> None:
    """What is read from real files of many libraries, against what their real loads look up."""
    _install(session, *_group("test"))
    session.run("python", "-m", "pytest", "-m", "formats", *session.posargs)


@nox.session(python="3.11")
def fuzz(session: nox.Session) -> None:
    """Damaged artifacts for so many seconds: no crash, no hang, nothing executed."""
    _install(session, "atheris", "joblib", "numpy")
    session.run("python", "tests/fuzz/fuzz_artifacts.py", *(session.posargs or ("600",)))


@nox.session
def bench(session: nox.Session) -> None:
    """Times, as ratios against others in the same run; nothing here can fail for slowness."""
    _install(session)
    session.run("python", "benchmarks/bench.py", *session.posargs)
    session.run("python", "benchmarks/inspection.py")


@nox.session
def wheel(session: nox.Session) -> None:
    """The wheel: built, looked through, installed alone and started."""
    session.install("build", "twine", "check-wheel-contents")
    built = Path(session.create_tmp()).resolve() / "dist"
    shutil.rmtree(built, ignore_errors=True)
    session.run("python", "-m", "build", "--outdir", str(built))
    wheels = sorted(map(str, built.glob("*.whl")))
    session.run("twine", "check", "--strict", *map(str, sorted(built.iterdir())))
    session.run("check-wheel-contents", *wheels)
    fresh = built.parent / "fresh"
    shutil.rmtree(fresh, ignore_errors=True)
    session.run("python", "-m", "venv", str(fresh))
    inside = str(environments.venv_python(fresh))
    session.run(inside, "-m", "pip", "install", "--quiet", *wheels, external=True)
    # Elsewhere, so that the checkout beside it cannot answer for the installed one.
    with session.chdir(fresh):
        session.run(inside, "-m", "envguard", "--version", external=True)
        session.run(str(Path(inside).with_name("envguard")), "--help", external=True, silent=True)
