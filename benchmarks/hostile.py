"""How long the hostile samples of the tests take to be read, and how much memory: a table.

``python benchmarks/hostile.py [NAME...]``. Processor seconds of reading alone, and the peak of the
whole process; nothing here can fail for slowness.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1] / "tests" / "artifacts"
READ = """
import sys, time
from pathlib import Path
from envguard.artifacts.formats import read_artifact
started = time.process_time()
facts = read_artifact(Path(sys.argv[1]))
spent = time.process_time() - started
peak = dict(l.split(":", 1) for l in Path("/proc/self/status").read_text().splitlines())["VmHWM"]
kinds = sorted({one.kind for one in facts.anomalies})
print(f"{spent:.2f} {int(peak.split()[0]) / 1024:.0f}", facts.complete, *kinds)
"""


def samples() -> dict[str, object]:
    """Each sample by its name: a function that makes its bytes."""
    found = {}
    for name in ("test_hostile_bounds", "test_hostile_containers"):
        spec = importlib.util.spec_from_file_location(name, TESTS / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for table in vars(module).values():
            if isinstance(table, dict):
                for sample, row in table.items():
                    if isinstance(row, tuple) and row and callable(row[0]):
                        found[sample] = row[0]
    return found


def main(chosen: list[str]) -> None:
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hostile.pkl"
        for name, make in samples().items():
            if chosen and name not in chosen:
                continue
            path.write_bytes(make())
            command = [sys.executable, "-c", READ, str(path)]
            told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            seconds, megabytes, *answer = told.split()
            rows.append((float(seconds), float(megabytes), name, path.stat().st_size, answer))
            path.unlink()
    print(f"{'sample':<44}{'MB':>6}{'s':>7}{'peak MB':>9}  answer")
    for seconds, megabytes, name, size, answer in sorted(rows, reverse=True):
        print(f"{name:<44}{size / 1e6:>6.1f}{seconds:>7.2f}{megabytes:>9.0f}  {' '.join(answer)}")


if __name__ == "__main__":
    main(sys.argv[1:])
