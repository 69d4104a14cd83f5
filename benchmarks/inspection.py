"""What reading an artifact costs, beside other tools that read the same files.

    python benchmarks/inspection.py [--rounds N] [--only FILE,...] [--peers NAME,...]

The files are made, and each peer has its own environment, from the pins in ``peers/``. Each round
runs all tools one after the other; medians are printed of CPU (user and system) and of peak memory
of whole processes. Start-up is measured as well, on an empty pickle, and taken off where that is
said. A peer is complete on a file where it lists every name that a real load looks up. Figures
are told as met or not met and never fail a run. Needs a POSIX system.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent))
from sample_envs import environments  # noqa: E402  (found by the line above)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

PEERS = HERE / "peers"
PYTHON = "3.11"
SMALL_BYTES = 1 << 20
COPIES = 100
COPIES_BYTES = 8 << 20
LIMIT_SECONDS = 180
MEGABYTE = 1e6
MOST_MEMORY = 64
FEWEST_A_SECOND = 500
OWN = "envguard"
WIDTH = 80
EMPTY = "(start-up)"
ALL_OPCODES = """
import pickletools, sys
for path in sys.argv[1:]:
    with open(path, "rb") as file:
        for _ in pickletools.genops(file):
            pass
"""
EACH_BY_FICKLING = """
import sys
from fickling.__main__ import main
for path in sys.argv[1:]:
    main(["fickling", "--check-safety", path])
"""


@dataclass(frozen=True, kw_only=True)
class Tool:
    """Something that reads artifacts: how it is started, and how its list of names is had."""

    name: str
    words: tuple[str, ...]
    """The command; the files come after it."""
    python: Path
    takes_folder: bool = False
    """It takes one path: many files are given as their folder."""

    def command(self, files: Sequence[Path]) -> list[str]:
        """The words of one run."""
        paths = [files[0].parent] if self.takes_folder and len(files) > 1 else files
        return [*self.words, *map(str, paths)]


@dataclass(frozen=True)
class Spent:
    """CPU seconds and peak bytes of one run; ``cut`` where its time ran out."""

    cpu: float
    peak: int
    cut: bool = False


@dataclass
class Row:
    """One line of the tables: what is read, and what each tool took for it, round by round."""

    name: str
    files: tuple[Path, ...]
    spent: dict[str, list[Spent]] = field(default_factory=dict)
    incomplete: dict[str, str] = field(default_factory=dict)
    """The tools that did not list every name, with the reason."""

    def cpu(self, tool: str) -> float:
        """Median CPU seconds."""
        return statistics.median(one.cpu for one in self.spent[tool])

    def peak(self, tool: str) -> float:
        """Median peak in MB."""
        return statistics.median(one.peak for one in self.spent[tool]) / MEGABYTE

    def beyond(self, tool: str, start: Row) -> float:
        """Median CPU seconds beyond the start-up of the same round."""
        pairs = zip(self.spent[tool], start.spent[tool], strict=True)
        return statistics.median(one.cpu - empty.cpu for one, empty in pairs)


def python_of(pins: Path) -> Path:
    """The interpreter of the environment with these pins, made if need be."""
    base = environments.find_python(PYTHON)
    if base is None:
        sys.exit(f"The pins of the peers are for Python {PYTHON}, and this machine has none.")
    return environments.make_venv(environments.CACHE / "envs" / f"peer-{pins.stem}", base, pins)


def tools_of(chosen: Iterable[str] | None) -> list[Tool]:
    """envguard and its peers."""
    own = Path(sys.executable)
    found = [
        Tool(name=OWN, words=(str(own), "-m", "envguard", "inspect"), python=own),
        Tool(name="genops", words=(str(own), "-c", ALL_OPCODES), python=own),
    ]
    for name in ("hayward", "picklescan", "modelscan", "fickling"):
        if chosen is None or name in chosen:
            python = python_of(PEERS / f"{name}.txt")
            program = str(python.with_name(name))
            words = {
                "hayward": (program, "scan", "--quiet"),
                "picklescan": (program, "-g", "-p"),
                "modelscan": (program, "-p"),
                "fickling": (str(python), "-c", EACH_BY_FICKLING),
            }[name]
            folder = name in {"picklescan", "modelscan"}
            found.append(Tool(name=name, words=words, python=python, takes_folder=folder))
    return found


def made_files() -> Path:
    """The folder of the files, made if need be."""
    script, pins = HERE / "inspection_files.py", PEERS / "files.txt"
    stamp = hashlib.sha256(script.read_bytes() + pins.read_bytes()).hexdigest()
    folder = environments.CACHE / "inspection"
    if (folder / "made").is_file() and (folder / "made").read_text() == stamp:
        return folder
    python = python_of(pins)
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([python, script, folder], check=True, env=environments.quiet_environ())
    (folder / "made").write_text(stamp)
    return folder


def rows_of(folder: Path, scratch: Path, only: Sequence[str] | None) -> list[Row]:
    """Start-up, each large file, copies of each small one, and the many."""
    empty = scratch / "empty.pkl"
    empty.write_bytes(b"\x80\x04N.")
    rows = [Row(EMPTY, (empty,))]
    for path in sorted(folder.iterdir(), key=lambda path: (path.is_dir(), path.name)):
        if path.name in {"truth.json", "made"} or (only and path.name not in only):
            continue
        if path.is_dir():
            rows.append(Row(path.name, tuple(sorted(path.iterdir()))))
        elif path.stat().st_size < SMALL_BYTES:
            apart = scratch / f"of-{path.name}"
            apart.mkdir()
            count = min(COPIES, COPIES_BYTES // path.stat().st_size)
            copies = tuple(apart / f"{i:03}-{path.name}" for i in range(count))
            for copy in copies:
                shutil.copyfile(path, copy)
            rows.append(Row(path.name, copies))
        else:
            rows.append(Row(path.name, (path,)))
    return rows


def spent_by(argv: Sequence[str], scratch: Path) -> Spent:
    """What one run took; whatever its exit code, for scanners tell by it what they found."""
    measuring = (sys.executable, "-I", "-S", str(PEERS / "measured.py"), str(LIMIT_SECONDS))
    done = subprocess.run(
        [*measuring, *argv],
        cwd=scratch,
        env=environments.quiet_environ(PYTHONHASHSEED="0"),
        capture_output=True,
        text=True,
        check=True,
    )
    cpu, peak, code = done.stdout.split()
    return Spent(float(cpu), int(peak), cut=int(code) < 0)


def run(tools: Sequence[Tool], rows: Sequence[Row], rounds: int, scratch: Path) -> None:
    """All rounds, after one on the empty pickle that only warms up."""
    for tool in tools:
        spent_by(tool.command(rows[0].files), scratch)
    for turn in range(rounds):
        print(f"round {turn + 1} of {rounds}", file=sys.stderr, flush=True)
        for row in rows:
            for tool in tools:
                before = row.spent.setdefault(tool.name, [])
                if before and before[0].cut:
                    before.append(before[0])
                else:
                    before.append(spent_by(tool.command(row.files), scratch))


def find_incomplete(tools: Sequence[Tool], rows: Sequence[Row], folder: Path) -> None:
    """Asks each tool which names it sees in each file."""
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    wanted = {name: {".".join(pair) for pair in pairs} for name, pairs in truth.items()}
    paths = [folder / row.name for row in rows if row.name in wanted]
    for tool in tools:
        seen = _seen_by(tool, paths)
        for row in rows:
            if row.name in wanted:
                names, error = seen[str(folder / row.name)]
                missing = wanted[row.name] - names
                # An opcode lister has no names: reading to the end is all that is asked of it.
                if error or (missing and tool.name != "genops"):
                    few = f"{len(missing)} of {len(wanted[row.name])} names missing"
                    row.incomplete[tool.name] = error or few


def _seen_by(tool: Tool, paths: Sequence[Path]) -> Mapping[str, tuple[set[str], str]]:
    if tool.name == OWN:
        argv = [*tool.words, "--format", "json", *map(str, paths)]
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        told = {one["path"]: one for one in json.loads(done.stdout)["artifacts"]}
        return {
            path: (
                {".".join(filter(None, (n["module"], n["name"]))) for n in one["needs"]},
                "" if one["complete"] else "it says that it is partial",
            )
            for path, one in told.items()
        }
    script = str(PEERS / "names_seen.py")
    done = subprocess.run(
        [tool.python, script, tool.name, *map(str, paths)],
        capture_output=True,
        text=True,
        check=True,
        env=environments.quiet_environ(),
    )
    told = json.loads(done.stdout)
    return {path: (set(one["names"]), one["error"]) for path, one in told.items()}


def table(
    title: str, tools: Sequence[Tool], rows: Sequence[Row], cells: Mapping[tuple[str, str], str]
) -> None:
    """One table of at most 80 columns."""
    first = max(len(_label(row)) for row in rows)
    wide = (WIDTH - first) // len(tools)
    print(f"\n{title}")
    print(" " * first + "".join(f"{tool.name[: wide - 1]:>{wide}}" for tool in tools))
    for row in rows:
        line = "".join(f"{cells[row.name, tool.name]:>{wide}}" for tool in tools)
        print(f"{_label(row):<{first}}{line}")


def _label(row: Row) -> str:
    return row.name if len(row.files) == 1 else f"{row.name} x{len(row.files)}"


def _figure(row: Row, tool: Tool, text: str) -> str:
    if any(one.cut for one in row.spent[tool.name]):
        return f">{LIMIT_SECONDS}"
    return f"({text})" if tool.name in row.incomplete else text


def print_tables(tools: Sequence[Tool], rows: Sequence[Row]) -> None:
    """CPU, ratios and memory."""
    start, every = rows[0], [(row, tool) for row in rows for tool in tools]
    cpu = {(r.name, t.name): _figure(r, t, f"{r.cpu(t.name):.3f}") for r, t in every}
    table("CPU seconds of the process; in brackets where names are missed", tools, rows, cpu)
    apart = {(r.name, t.name): _figure(r, t, f"{r.beyond(t.name, start):.3f}") for r, t in every}
    table("CPU seconds, start-up apart", tools, rows[1:], apart)
    ratios = {(r.name, t.name): _figure(r, t, _ratio(r, t.name, start)) for r, t in every}
    table("The same as multiples of envguard's", tools, rows[1:], ratios)
    peaks = {(r.name, t.name): _figure(r, t, f"{r.peak(t.name):.0f}") for r, t in every}
    table("Peak memory, MB", tools, rows, peaks)


def _ratio(row: Row, tool: str, start: Row) -> str:
    own = row.beyond(OWN, start)
    return f"{row.beyond(tool, start) / own:.1f}" if own > 0 else "-"


def print_targets(tools: Sequence[Tool], rows: Sequence[Row]) -> None:
    """Whether each file's targets hold, and what keeps others from being complete."""
    start = rows[0]
    print("\nTargets")
    for row in rows[1:]:
        others = [t.name for t in tools if t.name not in {OWN, *row.incomplete}]
        own = row.beyond(OWN, start)
        best = min(others, key=lambda name: row.beyond(name, start), default=None)
        if best is None:
            _target(row, "CPU: no other is complete", met=OWN not in row.incomplete)
        else:
            text = f"CPU {own:.3f} s, next {best} {row.beyond(best, start):.3f} s"
            _target(row, text, met=own < row.beyond(best, start) and OWN not in row.incomplete)
        above = row.peak(OWN) - start.peak(OWN)
        scanners = [name for name in others if name != "genops"]
        least = min(map(row.peak, scanners), default=None)
        lowest = "" if least is None else f", next {least:.0f} MB"
        met = above <= MOST_MEMORY and (least is None or row.peak(OWN) < least)
        _target(row, f"memory {row.peak(OWN):.0f} MB, {above:.0f} above start-up{lowest}", met=met)
        if len(row.files) > COPIES:
            rate = len(row.files) / own
            _target(row, f"{rate:.0f} a second of CPU (>= {FEWEST_A_SECOND})", met=rate >= 500)
    for row in rows:
        for name, reason in row.incomplete.items():
            print(f"  {name} on {row.name}: {reason}"[:WIDTH])


def _target(row: Row, text: str, *, met: bool) -> None:
    print(f"  {'met    ' if met else 'NOT MET'} {row.name}: {text}")


def main() -> None:
    """Print every figure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="how often all take turns")
    parser.add_argument("--only", type=lambda text: text.split(","), help="these files alone")
    parser.add_argument("--peers", type=lambda text: text.split(","), help="these peers alone")
    asked = parser.parse_args()
    tools, folder = tools_of(asked.peers), made_files()
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, load {load}")
    with tempfile.TemporaryDirectory() as scratch:
        rows = rows_of(folder, Path(scratch), asked.only)
        find_incomplete(tools, rows, folder)
        run(tools, rows, asked.rounds, Path(scratch))
        print_tables(tools, rows)
        print_targets(tools, rows)


if __name__ == "__main__":
    main()
