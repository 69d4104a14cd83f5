"""What envguard says of each artifact and environment: sidecars, and reports of ``check``."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from run import Matrix

ENVGUARD = (sys.executable, "-m", "envguard")
AT_ONCE = 1500


def listed(matrix: Matrix, writer: str) -> dict[str, str]:
    """Kind and file name of what an environment wrote."""
    found = json.loads((matrix.artifacts(writer) / "answers.json").read_text())
    return {kind: entry["file"] for kind, entry in found.items() if "file" in entry}


def snapshot(matrix: Matrix) -> None:
    """A sidecar beside each artifact that has none."""
    for writer in matrix.writers:
        folder = matrix.artifacts(writer)
        files = list(listed(matrix, writer).values())
        without = [n for n in files if not (folder / f"{n}.envguard.json").exists()]
        if without:
            print(f"snapshots of {writer}: {len(without)}", flush=True)
            python = str(matrix.python(writer))
            command = (*ENVGUARD, "snapshot", *sorted(without), "--target", python)
            subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL)


def predict(matrix: Matrix) -> None:
    """The report of each pair, with the sidecar and without; each environment is asked at once."""
    for bare in (False, True):
        for reader in matrix.readers:
            writers = [
                writer
                for writer in matrix.writers
                if not where(matrix, writer, reader, bare=bare).exists()
            ]
            if writers:
                alone = ", without snapshots" if bare else ""
                print(f"predicting {reader}: {len(writers)} writers{alone}", flush=True)
                _predict(matrix, writers, reader, bare=bare)


def where(matrix: Matrix, writer: str, reader: str, *, bare: bool) -> Path:
    """The file of a pair's predictions."""
    return matrix.work / "predictions" / f"{writer}--{reader}{'.bare' if bare else ''}.jsonl"


def _predict(matrix: Matrix, writers: list[str], reader: str, *, bare: bool) -> None:
    folder = matrix.work / ("bare" if bare else "artifacts")
    whose = {}
    for writer in writers:
        for kind, name in listed(matrix, writer).items():
            whose[f"{writer}/{name}"] = (writer, kind)
            if bare:
                _link(matrix.artifacts(writer) / name, folder / writer / name)
    ordered = sorted(whose)
    lines: dict[str, list[str]] = {writer: [] for writer in writers}
    for start in range(0, len(ordered), AT_ONCE):
        some = ordered[start : start + AT_ONCE]
        target = ("--target", str(matrix.python(reader)), "--trial", "never", "--format", "json")
        command = (*ENVGUARD, "check", *some, *target)
        finished = subprocess.run(command, cwd=folder, capture_output=True, check=False)
        if finished.returncode not in {0, 1, 3}:
            raise SystemExit(f"{reader}: exit {finished.returncode}\n{finished.stderr.decode()}")
        for report in json.loads(finished.stdout)["reports"]:
            writer, kind = whose[report["artifact"]["path"]]
            lines[writer].append(json.dumps(_kept(kind, report)))
    for writer in writers:
        path = where(matrix, writer, reader, bare=bare)
        path.write_text("\n".join(lines[writer]) + "\n")


def _link(artifact: Path, link: Path) -> None:
    link.parent.mkdir(parents=True, exist_ok=True)
    if not link.exists():
        link.symlink_to(artifact)


def _kept(kind: str, report: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": kind,
        "verdict": report["verdict"],
        "load": report["load"]["static"],
        "use": report["behaviour"]["static"],
        "rules": sorted({finding["rule"] for finding in report["findings"]}),
        "unchecked": sorted({one["rule"] for one in report["unchecked"]}),
    }
