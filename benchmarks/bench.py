"""How long envguard takes, as ratios against others in the same run.

    python benchmarks/bench.py [--rounds N] [--small]

Runs are paired: each round runs both sides one after the other, and medians are printed of CPU
(user and system, children included) and of wall time. The ratio is the median of the rounds' CPU
ratios. Figures are told as met or not met and never fail a run. Needs a POSIX system.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import pickle
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent))
from sample_envs import checking, environments  # noqa: E402  (found by the line above)

if TYPE_CHECKING:
    from collections.abc import Sequence

ENVGUARD = (sys.executable, "-m", "envguard")
MILLISECOND = 1e-3
BUDGETED = 380
"""The number of distributions that the budgets of capturing are stated for."""


class Spent(NamedTuple):
    """Seconds of one run."""

    cpu: float
    wall: float


@dataclass(frozen=True)
class Paired:
    """Rounds of two or more commands that took turns."""

    spent: dict[str, list[Spent]]

    def cpu(self, name: str) -> float:
        """Median CPU seconds."""
        return statistics.median(one.cpu for one in self.spent[name])

    def wall(self, name: str) -> float:
        """Median wall seconds."""
        return statistics.median(one.wall for one in self.spent[name])

    def ratio(self, name: str, other: str) -> float:
        """The median of the rounds' CPU ratios."""
        rounds = zip(self.spent[name], self.spent[other], strict=True)
        return statistics.median(a.cpu / b.cpu for a, b in rounds)

    def excess(self, name: str, *others: str) -> float:
        """The median of how many CPU seconds the first takes beyond all the others together."""
        rounds = zip(self.spent[name], *(self.spent[other] for other in others), strict=True)
        beyond = [own.cpu - sum(one.cpu for one in rest) for own, *rest in rounds]
        return float(statistics.median(beyond))

    def told(self) -> None:
        """A line for each, slowest last."""
        for name in sorted(self.spent, key=self.cpu):
            cpu, wall = self.cpu(name) / MILLISECOND, self.wall(name) / MILLISECOND
            print(f"  {name:<46}{cpu:9.1f} ms cpu {wall:9.1f} ms wall")


def spent_by(argv: Sequence[str], folder: Path, answers: Sequence[int]) -> Spent:
    """What one command took, its children included.

    Raises:
        RuntimeError: it ended with another exit code than those expected.
    """
    variables = environments.quiet_environ()
    began = time.perf_counter()
    with subprocess.Popen(
        argv, cwd=folder, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as child:
        said = child.stderr.read() if child.stderr else b""
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - began
    if child.returncode not in answers:
        raise RuntimeError(f"{argv} gave exit code {child.returncode}: {said.decode()[-2000:]}")
    return Spent(used.ru_utime + used.ru_stime, wall)


def pair(
    commands: dict[str, Sequence[str]], rounds: int, folder: Path, answers: Sequence[int] = (0,)
) -> Paired:
    """The commands, run in turns after one round that only warms up."""
    spent: dict[str, list[Spent]] = {name: [] for name in commands}
    for turn in range(rounds + 1):
        for name, argv in commands.items():
            one = spent_by(argv, folder, answers)
            if turn:
                spent[name].append(one)
    return Paired(spent)


def budget(text: str, value: float, limit: float, unit: str, *, at_least: bool = False) -> None:
    """One budget with its figure, met or not."""
    met = value >= limit if at_least else value <= limit
    sign = ">=" if at_least else "<="
    print(f"  {'met    ' if met else 'NOT MET'} {text}: {value:.2f}{unit} ({sign} {limit:g}{unit})")


def heading(text: str) -> None:
    """A line that opens a part."""
    print(f"\n{text}", flush=True)


class Bench:
    """The parts of a run, with what they share."""

    def __init__(self, rounds: int, folder: Path) -> None:
        self.rounds = rounds
        self.folder = folder
        self.model = folder / "small.pkl"
        names = OrderedDict(trained=date(2024, 9, 17), rate=Decimal("0.25"))
        self.model.write_bytes(pickle.dumps(names))
        if shutil.which("git"):
            subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)

    def start(self) -> None:
        """The command line's start, and the import of the package."""
        heading("Start")
        python = sys.executable
        paired = pair(
            {
                "python -c pass": (python, "-c", "pass"),
                "import envguard": (python, "-c", "import envguard"),
                "minimal typer program": (python, str(HERE / "minimal_cli.py"), "one"),
                "envguard --version": (*ENVGUARD, "--version"),
                "envguard --help": (*ENVGUARD, "--help"),
            },
            self.rounds * 2,
            self.folder,
        )
        paired.told()
        over = paired.excess("envguard --version", "minimal typer program")
        budget("envguard --version over typer", over / MILLISECOND, 60, " ms")
        over = paired.excess("import envguard", "python -c pass")
        budget("import envguard over pass", over / MILLISECOND, 5, " ms")

    def capture(self, python: Path, count: int) -> None:
        """A snapshot of an environment against pip's listings, and the probe against the floor."""
        heading(f"Snapshot of an environment of {count} distributions")
        words = ("snapshot", str(self.model), "--target", str(python))
        pip = (str(python), "-m", "pip", "--disable-pip-version-check")
        paired = pair(
            {
                "envguard snapshot": (*ENVGUARD, *words),
                "pip freeze": (*pip, "freeze"),
                "pip inspect": (*pip, "inspect"),
            },
            self.rounds,
            self.folder,
        )
        paired.told()
        freeze = paired.ratio("pip freeze", "envguard snapshot")
        inspect = paired.ratio("pip inspect", "envguard snapshot")
        print(f"  pip freeze takes {freeze:.1f}x as much, pip inspect {inspect:.1f}x")
        facts = self._facts(python)
        facts.told()
        factor = facts.ratio("facts", "floor")
        print(f"  facts take {factor:.2f}x the floor")
        if count == BUDGETED:
            budget("pip inspect over snapshot", inspect, 5, "x", at_least=True)
            budget("facts over the floor", factor, 2, "x")

    def _facts(self, python: Path) -> Paired:
        """Facts and floor, in turns inside one process of the environment."""
        argv = [sys.executable, "-c", "from envguard.environments.probe import inside as i"]
        argv[-1] += "; print(i.__file__)"
        probe = subprocess.run(argv, capture_output=True, text=True, check=True).stdout.strip()
        script = str(HERE / "facts_in_process.py")
        asked = subprocess.run(
            [python, script, probe, str(self.rounds * 3)],
            capture_output=True,
            text=True,
            check=True,
            env=environments.quiet_environ(),
        )
        told = json.loads(asked.stdout)
        if told["counts"]["facts"] < told["counts"]["floor"]:
            raise RuntimeError(f"the probe found fewer distributions: {told['counts']}")
        seconds = told["seconds"].items()
        return Paired({name: [Spent(*one) for one in rounds] for name, rounds in seconds})

    def check_by_files(self, python: Path) -> None:
        """A check of a pickle whose names files decide."""
        heading("Static check of a small pickle, decided by files")
        words = ("check", str(self.model), "--target", str(python), "--trial", "never")
        paired = pair(
            {
                "target's python -c pass": (str(python), "-c", "pass"),
                "envguard --version": (*ENVGUARD, "--version"),
                "envguard check": (*ENVGUARD, *words),
            },
            self.rounds * 2,
            self.folder,
            checking.ANSWERS,
        )
        paired.told()
        over = paired.excess("envguard check", "envguard --version", "target's python -c pass")
        budget("check over start and target's start", over / MILLISECOND, 100, " ms")

    def check_by_import(self) -> None:
        """A check of a scikit-learn pipeline against the import of what it needs."""
        heading("Static check of a scikit-learn pipeline, in the environment of its training")
        places = {one.name: one for one in environments.sample_environments()}
        trained = places[environments.TRAINING]
        python = environments.make(trained)
        if python is None:
            print(f"  not run: no Python {trained.python} here")
            return
        folder = self.folder / "trained"
        forest = environments.train(python, folder)[0]
        checking.snapshot(ENVGUARD, [forest], python)
        imports = "; ".join(f"import {module}" for module in self._needed(forest))
        words = checking.check_command(trained, python, [forest], "rich")
        paired = pair(
            {
                "envguard --version": (*ENVGUARD, "--version"),
                "import of the needed modules": (str(python), "-c", imports),
                "envguard check": (*ENVGUARD, *words),
            },
            self.rounds,
            folder,
            checking.ANSWERS,
        )
        paired.told()
        beyond_start = paired.excess("envguard check", "envguard --version")
        times = beyond_start / paired.cpu("import of the needed modules")
        budget("check beyond its start over the import", times, 1.2, "x")

    def _needed(self, model: Path) -> list[str]:
        """The modules that the model names."""
        argv = [*ENVGUARD, "inspect", str(model), "--format", "json"]
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        needs = json.loads(done.stdout)["artifacts"][0]["needs"]
        return sorted({need["module"] for need in needs})


def environment_of(count: int, folder: Path) -> Path:
    """The interpreter of an environment with that many distributions, made if need be."""
    began = time.perf_counter()
    pins = HERE / f"pins-{count}.txt"
    base = environments.find_python("3.11")
    if base is None:
        sys.exit("The pins of the environments are for Python 3.11, and this machine has none.")
    python = environments.make_venv(folder / f"bench-{count}", base, pins)
    print(f"environment of {count} distributions: ready in {time.perf_counter() - began:.1f} s")
    return python


def compile_installed() -> None:
    """Writes the bytecode that installing with pip would have written, for envguard's side too."""
    import envguard  # noqa: PLC0415  (only its place is wanted)

    compileall.compile_dir(Path(envguard.__file__).parent, quiet=1)
    compileall.compile_dir(sysconfig.get_paths()["purelib"], quiet=1)


def main() -> None:
    """Print every figure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7, help="how often each pair takes turns")
    parser.add_argument("--small", action="store_true", help="leave the large environment out")
    asked = parser.parse_args()
    counts = (60,) if asked.small else (60, 380)
    compile_installed()
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, load {load}")
    made = {count: environment_of(count, environments.CACHE / "envs") for count in counts}
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(asked.rounds, Path(folder))
        bench.start()
        for count, python in made.items():
            bench.capture(python, count)
        bench.check_by_files(made[60])
        bench.check_by_import()


if __name__ == "__main__":
    main()
