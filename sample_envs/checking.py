"""envguard's own word on the sample models: snapshots taken, checks asked for."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

from sample_envs.environments import PROJECT, quiet_environ

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sample_envs.environments import Reality, SampleEnvironment

ANSWERS = (0, 1, 3)
"""Exit codes that come with reports: holds, broken, cannot tell."""


def snapshot(envguard: Sequence[str], models: Sequence[Path], python: Path) -> None:
    """Write the sidecars of the models, as made in that interpreter with the project's code.

    Raises:
        RuntimeError: envguard wrote none; its words are in the text.
    """
    argv = [*envguard, "snapshot", *map(str, models), "--target", str(python)]
    _run([*argv, "--code", str(PROJECT)], cwd=models[0].parent, answers=(0,))


def check_command(
    environment: SampleEnvironment, python: Path, models: Sequence[Path], form: str
) -> list[str]:
    """The words of a check of these models in that environment, after ``envguard``."""
    words = ["check", *map(str, models), "--target", str(python), "--trial", "never"]
    code = ["--code", str(PROJECT)] if environment.local_code else []
    return [*words, *code, "--format", form]


def check(
    envguard: Sequence[str], environment: SampleEnvironment, python: Path, models: Sequence[Path]
) -> dict[str, dict[str, Any]]:
    """The report of each model in the environment, by the model's file name.

    Raises:
        RuntimeError: envguard gave no reports; its words are in the text.
    """
    argv = [*envguard, *check_command(environment, python, models, "json")]
    reports = json.loads(_run(argv, cwd=models[0].parent, answers=ANSWERS))["reports"]
    return {model.name: report for model, report in zip(models, reports, strict=True)}


def summary(report: dict[str, Any]) -> dict[str, Any]:
    """What ``expected.json`` keeps of a report: verdict, predicted load, rules at error level."""
    errors = {found["rule"] for found in report["findings"] if found["level"] == "error"}
    return {
        "verdict": report["verdict"],
        "load": report["load"]["static"]["outcome"],
        "errors": sorted(errors),
    }


def agrees(report: dict[str, Any], reality: Reality) -> bool:
    """Whether the predicted load is what happened, and nothing that fails in use "holds"."""
    predicted = report["load"]["static"]["outcome"]
    happened = "loads" if reality.loads else "fails"
    return bool(predicted == happened and (report["verdict"] != "holds" or reality.works))


def _run(argv: Sequence[str], *, cwd: Path, answers: Sequence[int]) -> str:
    done = subprocess.run(
        argv, capture_output=True, text=True, check=False, cwd=cwd, env=quiet_environ()
    )
    if done.returncode not in answers:
        said = (done.stderr or done.stdout).strip()
        raise RuntimeError(f"{' '.join(argv[:4])} ... gave exit code {done.returncode}:\n{said}")
    return done.stdout
