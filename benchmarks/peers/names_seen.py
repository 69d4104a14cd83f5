"""Which names a peer saw in files: python names_seen.py PEER FILE... prints them as JSON.

Runs in the peer's own venv and lets the peer scan as its command line does, while the function of
it that lists names is listened to. ``error`` is what kept it from reading to the end.
"""

# ruff: noqa: PLC0415, SLF001, BLE001  (the peers' own functions are listened to, where they are;
# whatever a peer raises is its answer)

from __future__ import annotations

import contextlib
import io
import json
import logging
import pickletools
import sys
from pathlib import Path
from typing import Any


def by_picklescan(path: str) -> tuple[set[str], str]:
    from picklescan import scanner

    result = scanner.scan_file_path(path)
    found = {f"{one.module}.{one.name}" for one in result.globals}
    return found, "it reported an error" if result.scan_err else ""


def by_hayward(path: str) -> tuple[set[str], str]:
    from hayward import _pickle_engine as engine
    from hayward.scanner import ModelFileScanner

    found: set[str] = set()
    recorded = engine._record_global

    def record(names: list[str], module: str, name: str, protocol: int) -> str:
        found.add(f"{module}.{name}")
        return recorded(names, module, name, protocol)

    engine._record_global = record
    try:
        ModelFileScanner().scan_file(Path(path))
    finally:
        engine._record_global = recorded
    return found, ""


def by_modelscan(path: str) -> tuple[set[str], str]:
    from modelscan.modelscan import ModelScan
    from modelscan.tools import picklescanner

    found: set[str] = set()
    listed = picklescanner._list_globals

    def listing(*words: Any, **named: Any) -> Any:
        names = listed(*words, **named)
        found.update(f"{module}.{name}" for module, name in names)
        return names

    picklescanner._list_globals = listing
    try:
        told = ModelScan().scan(path)
    finally:
        picklescanner._list_globals = listed
    if told["errors"]:
        return found, "it reported an error"
    return found, "" if told["summary"]["scanned"]["total_scanned"] else "it skipped the file"


def by_fickling(path: str) -> tuple[set[str], str]:
    from fickling.fickle import Pickled, StackedPickle

    with Path(path).open("rb") as stream:
        stacked: Any = StackedPickle.load(stream)
    found: set[str] = set()
    for one in stacked:
        pickled: Pickled = one
        for node in pickled.properties.imports:
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found, ""


def by_genops(path: str) -> tuple[set[str], str]:
    with Path(path).open("rb") as stream:
        for _ in pickletools.genops(stream):
            pass
        return set(), "bytes follow its end" if stream.read(1) else ""


PEERS = {
    "picklescan": by_picklescan,
    "hayward": by_hayward,
    "modelscan": by_modelscan,
    "fickling": by_fickling,
    "genops": by_genops,
}


def main() -> None:
    """Print a document of file to names and error."""
    logging.disable(logging.CRITICAL)
    told = {}
    for path in sys.argv[2:]:
        with contextlib.redirect_stdout(io.StringIO()):
            try:
                names, error = PEERS[sys.argv[1]](path)
            except Exception as failure:
                names, error = set(), f"{type(failure).__name__}: {failure}"[:200]
        told[path] = {"names": sorted(names), "error": error}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
