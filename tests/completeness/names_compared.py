"""What real loads look up, beside what envguard reads: for the tests, and as a table.

    python tests/completeness/names_compared.py [ENVIRONMENT...]

Where ``ENVGUARD_ENVIRONMENTS`` names a folder with environments of benchmarks/matrix in it, those
are used; else they are made under ``.demo``.
"""

# ruff: noqa: T201  (as a script it prints)

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from _compat_pickle import IMPORT_MAPPING, NAME_MAPPING
from dataclasses import dataclass, field
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, Any

from envguard.artifacts.formats import read_artifact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from envguard.facts.artifact import ArtifactFacts

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
MATRIX = ROOT / "benchmarks" / "matrix"
CHOSEN = ("py3.8-sklearn0.24", "py3.13-sklearn1.9")
"""An old environment and a new one."""
SECONDS = 900
LZ4 = ".lz4"

Names = frozenset[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One real artifact: what a load of it looked up, and what was read from its bytes."""

    name: str
    path: Path | None = None
    left_out: str = ""
    """Why the environment has no such artifact."""
    truth: Names = frozenset()
    facts: ArtifactFacts | None = field(default=None, repr=False)

    def read(self) -> Names:
        """The names that envguard read."""
        needs = self.facts.needs if self.facts else ()
        return frozenset((need.module, need.name) for need in needs)

    def missing(self) -> Names:
        """What the load looked up and envguard did not read."""
        read = self.read()
        return frozenset(p for p in self.truth if p not in read and modern(p) not in read)

    def invented(self) -> Names:
        """What envguard read, the load did not look up, and nothing of ``LOOK_UPS`` explains."""
        wanted = self.truth | {modern(pair) for pair in self.truth}
        return frozenset(pair for pair in self.read() - wanted if not self._explained(pair))

    def _explained(self, pair: tuple[str, str]) -> bool:
        needs = self.facts.needs if self.facts else ()
        by_call = any(pair == (need.module, need.name) for need in needs if need.kind == "module")
        called = [told for callee, told in LOOK_UPS.items() if callee in self.truth]
        return by_call or any(told(pair, self.truth) for told in called)


def _attribute(pair: tuple[str, str], truth: Names) -> bool:
    """An attribute of a name that was looked up, or of a module that was imported by a call."""
    holder, _, _ = pair[1].rpartition(".")
    return not holder or (pair[0], holder) in {modern(one) for one in truth}


def _type_by_name(pair: tuple[str, str], _: Names) -> bool:
    return pair[0] in {"types", "builtins"}


def _ufunc(_: tuple[str, str], __: Names) -> bool:
    return True


LOOK_UPS: dict[tuple[str, str], Callable[[tuple[str, str], Names], bool]] = {
    ("builtins", "getattr"): _attribute,
    ("__builtin__", "getattr"): _attribute,
    ("dill._dill", "_get_attr"): _attribute,
    ("cloudpickle.cloudpickle", "_builtin_type"): _type_by_name,
    ("numpy.core", "_ufunc_reconstruct"): _ufunc,
}
"""The reasons why more is read than find_class is asked for: functions that look up by themselves
what their constant arguments name, and what that can be."""


def modern(pair: tuple[str, str]) -> tuple[str, str]:
    """A name of Python 2 as the unpickler maps it for protocols below 3."""
    if pair in NAME_MAPPING:
        return NAME_MAPPING[pair]
    return IMPORT_MAPPING.get(pair[0], pair[0]), pair[1]


def environment(name: str) -> Path | None:
    """The interpreter of an environment of the matrix; None where its Python is missing."""
    given = os.environ.get("ENVGUARD_ENVIRONMENTS")
    if given:
        return Path(given) / name / "bin" / "python"
    spec = spec_from_file_location("matrix_environments", MATRIX / "environments.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    made: Path | None = module.make(name, ROOT / ".demo" / "matrix" / "envs")
    return made


def compared(python: Path, folder: Path) -> dict[str, Compared]:
    """Every artifact of one environment, written, loaded for real and read."""
    script = HERE / "samples" / "make_and_trace.py"
    own, libraries = folder / "samples", folder / "libraries"
    own.mkdir()
    libraries.mkdir()
    _run(python, script, "make", own)
    _run(python, MATRIX / "write.py", libraries)
    traced = dict(_traced(_run(python, script, "trace", own), own))
    _pack_by_lz4(traced, own)
    traced |= _traced(_run(python, script, "trace", libraries, "answers.json"), libraries)
    return traced


def _run(python: Path, *words: object) -> str:
    kept = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "PYTHONHOME"}}
    done = subprocess.run(
        [str(python), "-W", "ignore", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
        env=kept | {"OMP_NUM_THREADS": "1"},
    )
    if done.returncode:
        raise RuntimeError(f"{words} ended with {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout


def _traced(printed: str, folder: Path) -> Iterator[tuple[str, Compared]]:
    told: dict[str, Any] = json.loads(printed.rpartition("TOLD")[2])
    for name, one in told.items():
        if "left_out" in one:
            yield name, Compared(name=name, left_out=one["left_out"])
            continue
        path = folder / one["file"]
        truth = frozenset((module, attribute) for module, attribute in one["names"])
        yield name, Compared(name=name, path=path, truth=truth, facts=read_artifact(path))


def _pack_by_lz4(traced: dict[str, Compared], folder: Path) -> None:
    """The raw joblib dump as joblib writes it with lz4, which few environments have."""
    import lz4.frame

    raw = traced["joblib_of_no_array"]
    assert raw.path is not None
    packed = folder / f"joblib_lz4.joblib{LZ4}"
    packed.write_bytes(lz4.frame.compress(raw.path.read_bytes()))
    facts = read_artifact(packed)
    traced["joblib_lz4"] = Compared(name="joblib_lz4", path=packed, truth=raw.truth, facts=facts)


def print_table(name: str, rows: dict[str, Compared]) -> None:
    """A line for each artifact: how many names, and whether they are all there."""
    print(f"\n{name}")
    print(f"  {'artifact':<40}{'names':>7}{'read':>7}  complete")
    full = 0
    for one in sorted(rows.values(), key=lambda one: one.name):
        if one.facts is None:
            continue
        missing, invented = one.missing(), one.invented()
        full += not missing
        told = "yes" if not missing else f"NO: {_few(missing)} missing"
        told += "" if one.facts.complete else ", partial"
        told += f", {_few(invented)} invented" if invented else ""
        print(f"  {one.name:<40}{len(one.truth):>7}{len(one.read()):>7}  {told}")
    made = sum(one.facts is not None for one in rows.values())
    print(f"  {full} of {made} artifacts complete ({full / made:.1%})")


def _few(names: Names) -> str:
    told = ", ".join(".".join(pair) for pair in sorted(names)[:2])
    return f"{len(names)} ({told})"


def main() -> None:
    """Print the table of each environment."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("environments", nargs="*", default=CHOSEN)
    for name in parser.parse_args().environments:
        python = environment(name)
        if python is None:
            print(f"{name}: its Python is missing here")
            continue
        with tempfile.TemporaryDirectory() as folder:
            print_table(name, compared(python, Path(folder)))


if __name__ == "__main__":
    sys.exit(main())
