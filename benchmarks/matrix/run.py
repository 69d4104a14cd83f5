"""The matrix: what envguard predicts of real artifacts in real environments, beside the truth.

``python run.py [--small] [--work FOLDER] STEP...`` with the steps, in this order (all by default):

make     the environments (``FOLDER/envs``) and each kind's artifact by each of them
         (``FOLDER/artifacts/ENVIRONMENT/``), with the answers that it gives where it was made
truth    each artifact loaded and used in each environment, in a process of its own
         (``FOLDER/truth/WRITER--READER.jsonl``)
snapshot a sidecar beside each artifact
predict  ``envguard check`` of each artifact against each environment
         (``FOLDER/predictions/WRITER--READER.jsonl``, and ``...bare.jsonl`` without sidecars)
score    recall, precision and undecided, by class of failure, beside two baselines

What is done is not done again: remove a file to have it made anew. ``--readers``, ``--writers``
and ``--kinds`` (comma-separated; kinds by the start of their name) choose; ``--misses`` lists each
wrong or undecided pair. ``--require`` makes the exit code 1 where the goals are missed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import environments  # noqa: E402  (found by the line above)
import predictions  # noqa: E402
import scores  # noqa: E402

STEPS = ("make", "truth", "snapshot", "predict", "score")
ALONE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}


class Matrix:
    """The chosen environments, and where everything is kept."""

    def __init__(self, chosen: argparse.Namespace) -> None:
        self.work = chosen.work.resolve()
        self.envs = (chosen.envs or self.work / "envs").resolve()
        offered = environments.SMALL if chosen.small else environments.names()
        self.writers = [name for name in offered if _wanted(name, chosen.writers)]
        self.readers = [name for name in offered if _wanted(name, chosen.readers)]
        self.kinds = chosen.kinds
        for part in ("artifacts", "truth", "predictions"):
            (self.work / part).mkdir(parents=True, exist_ok=True)

    def python(self, name: str) -> Path:
        """The interpreter of an environment."""
        return environments.venv_python(self.envs / name)

    def artifacts(self, name: str) -> Path:
        """The folder of what an environment wrote."""
        return self.work / "artifacts" / name

    def pairs(self) -> list[tuple[str, str]]:
        """Each writer with each reader."""
        return [(writer, reader) for writer in self.writers for reader in self.readers]


def _wanted(name: str, chosen: str | None) -> bool:
    return chosen is None or any(part in name for part in chosen.split(","))


def make(matrix: Matrix) -> None:
    """Environments and artifacts."""
    missing = [
        f"{name} (no Python {environments.minor_of(name)})"
        for name in sorted({*matrix.writers, *matrix.readers})
        if environments.make(name, matrix.envs) is None
    ]
    if missing:
        sys.exit(f"environments that cannot be made here: {', '.join(missing)}")
    for name in matrix.writers:
        folder = matrix.artifacts(name)
        if not (folder / "answers.json").exists():
            folder.mkdir(parents=True, exist_ok=True)
            print(f"writing in {name}", flush=True)
            _in_environment(matrix, name, "write.py", str(folder))


def truth(matrix: Matrix) -> None:
    """What really happens."""
    for reader in matrix.readers:
        for writer in matrix.writers:
            path = matrix.work / "truth" / f"{writer}--{reader}.jsonl"
            if not path.exists():
                print(f"loading {writer} in {reader}", flush=True)
                listing = matrix.artifacts(writer) / "answers.json"
                _in_environment(matrix, reader, "load.py", str(listing), output=path)


def _in_environment(
    matrix: Matrix, name: str, script: str, *more: str, output: Path | None = None
) -> None:
    command = [str(matrix.python(name)), str(HERE / script), *more]
    environment = {**os.environ, **ALONE}
    environment.pop("PYTHONPATH", None)
    if output is None:
        subprocess.run(command, check=True, env=environment, cwd=matrix.work)
        return
    partial = output.with_suffix(".part")
    with partial.open("wb") as stream:
        subprocess.run(command, check=True, env=environment, cwd=matrix.work, stdout=stream)
    partial.rename(output)


def main() -> int:
    """Runs the steps that are named."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("steps", nargs="*", metavar="STEP", help=", ".join(STEPS))
    parser.add_argument("--work", type=Path, default=HERE.parents[1] / ".demo" / "matrix")
    parser.add_argument("--envs", type=Path)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--readers")
    parser.add_argument("--writers")
    parser.add_argument("--kinds")
    parser.add_argument(
        "--bare", action="store_true", help="score the predictions without sidecars"
    )
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--require", action="store_true")
    chosen = parser.parse_args()
    matrix = Matrix(chosen)
    steps = chosen.steps or STEPS
    if "make" in steps:
        make(matrix)
    if "truth" in steps:
        truth(matrix)
    if "snapshot" in steps:
        predictions.snapshot(matrix)
    if "predict" in steps:
        predictions.predict(matrix)
    if "score" not in steps:
        return 0
    reached = scores.show(matrix, bare=chosen.bare, misses=chosen.misses)
    return int(chosen.require and not reached)


if __name__ == "__main__":
    sys.exit(main())
