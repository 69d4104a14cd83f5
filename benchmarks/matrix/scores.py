"""How well the predictions agree with the truth, beside two simple predictors."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import environments
from predictions import where

if TYPE_CHECKING:
    from collections.abc import Iterable

    from run import Matrix

UNRESOLVED = {"EG301", "EG302", "EG303", "EG304", "EG306", "EG307"}
BROKEN = {"error", "differs", "crash", "hang"}
CLASSES = (
    ("module not found", r"ModuleNotFoundError|ImportError|No module named"),
    ("name not found", r"Can't get attribute|has no attribute|cannot import name"),
    ("protocol", r"unsupported pickle protocol"),
    ("bytecode", r"code\(\)|opcode|signal"),
    ("state or layout", r"dtype|state|__setstate__|positional|argument|expected|unpack"),
)
GOALS = {"load": (0.99, 0.99, 0.03), "use": (0.90, 0.95, 1.0)}


class Tally:
    """Right and wrong of one predictor."""

    def __init__(self) -> None:
        self.hits = self.false = self.missed = self.silent = self.undecided = 0

    def add(self, *, predicted: bool | None, happened: bool) -> None:
        """Counts one pair; None is undecided."""
        self.undecided += predicted is None
        self.hits += predicted is True and happened
        self.false += predicted is True and not happened
        self.missed += predicted is not True and happened
        self.silent += predicted is not True and not happened

    @property
    def total(self) -> int:
        return self.hits + self.false + self.missed + self.silent

    @property
    def recall(self) -> float:
        return self.hits / (self.hits + self.missed) if self.hits + self.missed else 1.0

    @property
    def precision(self) -> float:
        return self.hits / (self.hits + self.false) if self.hits + self.false else 1.0

    @property
    def doubt(self) -> float:
        return self.undecided / self.total if self.total else 0.0

    def line(self, name: str) -> str:
        """One line of the table."""
        return (
            f"{name:<34}{self.hits + self.missed:>7}{self.recall:>9.1%}{self.precision:>11.1%}"
            f"{self.doubt:>11.1%}"
        )


def joined(matrix: Matrix, *, bare: bool) -> list[dict[str, Any]]:
    """Each pair: writer, reader, kind, truth and prediction."""
    rows = []
    for writer, reader in matrix.pairs():
        truth = matrix.work / "truth" / f"{writer}--{reader}.jsonl"
        told = where(matrix, writer, reader, bare=bare)
        if not (truth.exists() and told.exists()):
            continue
        by_kind = {one["kind"]: one for one in map(json.loads, told.read_text().splitlines())}
        for real in map(json.loads, truth.read_text().splitlines()):
            wanted = matrix.kinds is None or real["kind"].startswith(tuple(matrix.kinds.split(",")))
            if real["kind"] in by_kind and wanted:
                rows.append(
                    {
                        "writer": writer,
                        "reader": reader,
                        "real": real,
                        "told": by_kind[real["kind"]],
                    }
                )
    return rows


def class_of(why: str) -> str:
    """The class of a failure, by its exception."""
    for name, pattern in CLASSES:
        if re.search(pattern, why):
            return name
    return "another"


def fails_by(row: dict[str, Any]) -> bool | None:
    """What envguard predicts of loading; None where it does not decide."""
    return {"fails": True, "loads": False, "undecided": None}[row["told"]["load"]["outcome"]]


def breaks_by(row: dict[str, Any]) -> bool:
    """Whether envguard predicts that it breaks, or answers otherwise, when used."""
    return row["told"]["use"]["outcome"] in {"error", "differs"}


def show(matrix: Matrix, *, bare: bool, misses: bool) -> bool:
    """Prints the tables; whether the goals are reached."""
    rows = joined(matrix, bare=bare)
    load, use = Tally(), Tally()
    freeze, resolution = Tally(), Tally()
    by_class: dict[str, Tally] = {}
    pins = {name: (environments.PINS / f"{name}.txt").read_text() for name in environments.names()}
    for row in rows:
        failed = row["real"]["load"] == "fails"
        load.add(predicted=fails_by(row), happened=failed)
        freeze.add(predicted=pins[row["writer"]] != pins[row["reader"]], happened=failed)
        unresolved = bool(UNRESOLVED & set(row["told"]["rules"]))
        resolution.add(predicted=unresolved, happened=failed)
        if failed:
            tally = by_class.setdefault(class_of(row["real"].get("why", "")), Tally())
            tally.add(predicted=fails_by(row), happened=True)
        else:
            use.add(predicted=breaks_by(row), happened=row["real"]["use"] in BROKEN)
    print(f"\n{len(rows)} pairs, {len({r['told']['kind'] for r in rows})} kinds", end="")
    print(", artifacts without their snapshots" if bare else "")
    print(f"{'':<34}{'cases':>7}{'recall':>9}{'precision':>11}{'undecided':>11}")
    print(load.line("load fails: envguard"))
    for name, tally in sorted(by_class.items()):
        print(tally.line(f"  {name}"))
    print(resolution.line("load fails: names that resolve"))
    print(freeze.line("load fails: any pin differs"))
    print(use.line("breaks when used: envguard"))
    if misses:
        _list_misses(rows)
    return all(
        tally.recall >= goal[0] and tally.precision >= goal[1] and tally.doubt <= goal[2]
        for tally, goal in ((load, GOALS["load"]), (use, GOALS["use"]))
    )


def _list_misses(rows: Iterable[dict[str, Any]]) -> None:
    """Each pair that was predicted wrongly or not at all, those alike together."""
    groups: Counter[tuple[str, ...]] = Counter()
    examples: dict[tuple[str, ...], list[str]] = {}
    for row in rows:
        fault = _fault(row)
        if fault:
            why = re.sub(r"0x[0-9a-f]+", "0x", row["real"].get("why", ""))[:100]
            rules = " ".join(r for r in row["told"]["rules"] if r[:3] in {"EG1", "EG3", "EG6"})
            key = (fault, row["told"]["kind"], why, rules)
            groups[key] += 1
            examples.setdefault(key, []).append(f"{row['writer']} -> {row['reader']}")
    for key, count in sorted(groups.items()):
        print(f"{key[0]:<16}{count:>4}  {key[1]}  [{key[3]}]  {key[2]}")
        print(f"{'':<22}{'; '.join(examples[key][:4])}")


def _fault(row: dict[str, Any]) -> str | None:
    failed, told = row["real"]["load"] == "fails", fails_by(row)
    if told is None:
        return "load undecided"
    if told != failed:
        return "load missed" if failed else "load alarm"
    if failed:
        return None
    broke, predicted = row["real"]["use"] in BROKEN, breaks_by(row)
    if broke != predicted:
        return "use missed" if broke else "use alarm"
    return None
