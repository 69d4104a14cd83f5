"""The demo: what envguard says of real models in real environments, and what then happens.

    python sample_envs/demo.py

Environments and models are kept in ``.demo/``, so that a second run takes seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from sample_envs import checking, environments

if TYPE_CHECKING:
    from sample_envs.environments import Reality, SampleEnvironment

ENVGUARD = (sys.executable, "-m", "envguard")
WIDTH = 80
TOLD_IN_FULL = (
    ("local_step.pkl", "no-local-module"),
    ("forest.pkl", "older"),
    ("main_step.pkl", "trained"),
    ("main_step.cloudpickle", "python-3.10"),
)


@dataclass(frozen=True)
class Pair:
    """One model in one environment: what was said, what happened."""

    model: str
    environment: SampleEnvironment
    report: dict[str, Any]
    reality: Reality
    named_beforehand: str | None
    """Why this pair may stay undecided, if that was said beforehand."""

    @property
    def agrees(self) -> bool:
        """Whether what was said is what happened."""
        return checking.agrees(self.report, self.reality)

    @property
    def excused(self) -> bool:
        """Whether it was undecided, as was said beforehand."""
        undecided = self.report["load"]["static"]["outcome"] == "undecided"
        return undecided and self.named_beforehand is not None


class Screen:
    """80 columns of text, with marks that the terminal can show."""

    def __init__(self) -> None:
        self.console = Console(width=WIDTH, highlight=False, soft_wrap=True)
        utf = (self.console.encoding or "").lower().startswith("utf")
        self.yes, self.no = ("✓", "✗") if utf else ("ok", "NO")

    def say(self, text: str = "", style: str = "") -> None:
        """One line."""
        self.console.print(text, style=style, markup=False)

    def heading(self, text: str) -> None:
        """A line that opens a part."""
        self.say()
        self.say(text, "bold")

    def pair(self, pair: Pair) -> None:
        """One line of the table."""
        verdict = pair.report["verdict"]
        predicted = pair.report["load"]["static"]["outcome"]
        mark = self.yes if pair.agrees else "named" if pair.excused else self.no
        text = f"  {pair.model:<23}{verdict:<9}{predicted:<11}{_happened(pair.reality):<28}{mark}"
        self.say(text, "" if pair.agrees else "yellow" if pair.excused else "bold red")


def _happened(reality: Reality) -> str:
    """What really happened, in a few words."""
    if not reality.loads:
        return f"fails: {_kind(reality.load_failure)}"
    if not reality.works:
        return f"loads; use: {_kind(reality.use_failure)}"
    return "loads, works" + (", warns" if reality.warnings else "")


def _kind(failure: str | None) -> str:
    """The exception's name alone, or how the process ended."""
    text = failure or ""
    return text.split(":")[0] if ":" in text else text.replace("ended with exit code", "crash")


def _packages(environment: SampleEnvironment) -> str:
    """Its Python and the releases that matter here."""
    pins = dict(
        line.split("==") for line in environment.requirements.read_text("utf-8").splitlines()
    )
    shown = [f"{name} {pins[name]}" for name in ("scikit-learn", "numpy") if name in pins]
    return ", ".join([f"Python {environment.python}", *shown])


def _make(screen: Screen) -> dict[SampleEnvironment, Path]:
    """The environments that this machine can have, each with its interpreter."""
    screen.heading("Environments")
    made = {}
    for environment in environments.sample_environments():
        python = environments.make(environment)
        if python is None:
            screen.say(f"  {environment.name:<17}not run: no Python {environment.python} here")
        else:
            made[environment] = python
            screen.say(f"  {environment.name:<17}{_packages(environment)}")
    return made


def _judge(screen: Screen, made: dict[SampleEnvironment, Path], models: list[Path]) -> list[Pair]:
    """Every pair, told as soon as its environment is done."""
    screen.heading("What envguard said, and what happened when the file was really loaded")
    screen.say(f"  {'':<23}{'verdict':<9}{'predicted':<11}really", "dim")
    undecided = environments.undecided_pairs()
    pairs = []
    for environment, python in made.items():
        began = time.perf_counter()
        reports = checking.check(ENVGUARD, environment, python, models)
        seconds = time.perf_counter() - began
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            real = pool.map(partial(environments.load_for_real, environment, python), models)
            realities = dict(zip(models, real, strict=True))
        title = f"{environment.name}: {_packages(environment)}"
        screen.say(f"{title:<62}  checked in {seconds:.1f} s", "cyan")
        for model, reality in realities.items():
            named = undecided.get((model.name, environment.name))
            pair = Pair(model.name, environment, reports[model.name], reality, named)
            screen.pair(pair)
            pairs.append(pair)
    return pairs


def _tell_in_full(screen: Screen, made: dict[SampleEnvironment, Path], folder: Path) -> None:
    """Some reports as a person sees them: what breaks, why, and the way out."""
    places = {environment.name: environment for environment in made}
    for model, name in TOLD_IN_FULL:
        if name not in places:
            continue
        target = Path(os.path.relpath(made[places[name]].parent.parent, folder))
        words = checking.check_command(places[name], target, [Path(model)], "rich")
        screen.heading(f"$ envguard check {model} --target {target}")
        screen.say(f"# {places[name].note}\n", "dim")
        sys.stdout.flush()
        variables = environments.quiet_environ(COLUMNS=str(WIDTH))
        subprocess.run([*ENVGUARD, *words], check=False, cwd=folder, env=variables)


def _conclude(screen: Screen, pairs: list[Pair]) -> int:
    """How many agree, and the exit code."""
    wrong = [pair for pair in pairs if not pair.agrees and not pair.excused]
    stale = [pair for pair in pairs if pair.agrees and pair.named_beforehand]
    agreeing = sum(pair.agrees for pair in pairs)
    screen.heading(f"{agreeing} of {len(pairs)} pairs: envguard said what really happened.")
    for pair in pairs:
        where = f"{pair.model} in {pair.environment.name}"
        if pair.excused:
            screen.say(f"  undecided, as named beforehand: {where}: {pair.named_beforehand}")
        elif pair in wrong:
            failure = pair.reality.load_failure or pair.reality.use_failure or "no failure"
            screen.say(f"  wrong: {where}: {failure.splitlines()[0]}", "bold red")
        elif pair in stale:
            screen.say(f"  decided after all, take it off the list: {where}", "bold red")
    return 1 if wrong or stale else 0


def _record(pairs: list[Pair]) -> None:
    """Write ``expected.json`` of each environment that was asked: to be read before it is kept."""
    for environment in dict.fromkeys(pair.environment for pair in pairs):
        told = {
            pair.model: checking.summary(pair.report)
            for pair in pairs
            if pair.environment == environment
        }
        text = json.dumps(told, indent=2) + "\n"
        (environment.folder / "expected.json").write_text(text, encoding="utf-8")


def main() -> int:
    """Run the demo; 0 if everything that was said is true."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--brief", action="store_true", help="leave out the full reports")
    parser.add_argument(
        "--record", action="store_true", help="if all is true, write it down as expected.json"
    )
    asked = parser.parse_args()
    screen = Screen()
    screen.say("envguard: will this model load, and behave the same, over there?", "bold")
    made = _make(screen)
    training = next((one for one in made if one.name == environments.TRAINING), None)
    if training is None:
        screen.say("The models are trained on Python 3.11, and this machine has none.", "red")
        return 1
    folder = environments.CACHE / "models"
    models = list(environments.train(made[training], folder))
    checking.snapshot(ENVGUARD, models, made[training])
    screen.say(
        f"\n{len(models)} models trained in {training.name}, each with a snapshot beside it."
    )
    pairs = _judge(screen, made, models)
    if not asked.brief:
        _tell_in_full(screen, made, folder)
    code = _conclude(screen, pairs)
    if asked.record and code == 0:
        _record(pairs)
    return code


if __name__ == "__main__":
    sys.exit(main())
