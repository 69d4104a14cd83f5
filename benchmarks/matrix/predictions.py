"""What envguard says of each artifact and environment: sidecars, and reports of ``check``."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from run import Matrix

ENVGUARD = (sys.executable, "-m", "envguard")
AT_ONCE = 400


def listed(matrix: Matrix, writer: str) -> dict[str, str]:
    """Kind and file name of what an environment wrote."""
    found = json.loads((matrix.artifacts(writer) / "answers.json").read_text())
    return {kind: entry["file"] for kind, entry in found.items() if "file" in entry}


def snapshot(matrix: Matrix) -> None:
    """A sidecar beside each artifact that has none."""
    for writer in matrix.writers:
        folder = matrix.artifacts(writer)
        files = [name for name in listed(matrix, writer).values()]
        without = [n for n in files if not (folder / f"{n}.envguard.json").exists()]
        if without:
            print(f"snapshots of {writer}: {len(without)}", flush=True)
            python = str(matrix.python(writer))
            command = (*ENVGUARD, "snapshot", *sorted(without), "--target", python)
            subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL)


def predict(matrix: Matrix) -> None:
    """The report of each pair, with the sidecar and without."""
    for writer, reader in matrix.pairs():
        for bare in (False, True):
            path = where(matrix, writer, reader, bare=bare)
            if not path.exists():
                print(f"predicting {path.stem}", flush=True)
                _predict(matrix, writer, reader, path, bare=bare)


def where(matrix: Matrix, writer: str, reader: str, *, bare: bool) -> Path:
    """The file of a pair's predictions."""
    return matrix.work / "predictions" / f"{writer}--{reader}{'.bare' if bare else ''}.jsonl"


def _predict(matrix: Matrix, writer: str, reader: str, path: Path, *, bare: bool) -> None:
    files = listed(matrix, writer)
    kinds = {name: kind for kind, name in files.items()}
    folder = matrix.artifacts(writer)
    if bare:
        folder = matrix.work / "bare" / writer
        folder.mkdir(parents=True, exist_ok=True)
        for name in files.values():
            if not (folder / name).exists():
                (folder / name).symlink_to(matrix.artifacts(writer) / name)
    ordered = sorted(files.values())
    lines = []
    for start in range(0, len(ordered), AT_ONCE):
        some = ordered[start : start + AT_ONCE]
        python = str(matrix.python(reader))
        command = (*ENVGUARD, "check", *some, "--target", python, "--format", "json", "--trial", "never")
        finished = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, check=False)
        if finished.returncode not in (0, 1, 3):
            raise SystemExit(f"{writer} in {reader}: exit {finished.returncode}")
        for report in json.loads(finished.stdout)["reports"]:
            lines.append(json.dumps(_kept(kinds[report["artifact"]["path"]], report)))
    path.write_text("\n".join(lines) + "\n")


def _kept(kind: str, report: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": kind,
        "verdict": report["verdict"],
        "load": report["load"]["static"],
        "use": report["behaviour"]["static"],
        "rules": sorted({finding["rule"] for finding in report["findings"]}),
        "unchecked": sorted({one["rule"] for one in report["unchecked"]}),
    }
