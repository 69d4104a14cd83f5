"""Facts of the environment that this runs in, against the floor: printed as one JSON document.

    python facts_in_process.py PROBE ROUNDS

Runs in the measured environment and takes turns in one process. The floor reads what the facts
cannot do without and understands none of it: scandir, the heads of METADATA and WHEEL,
direct_url.json, INSTALLER, and the sha256 of RECORD.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import sys
import time

HEAD = 2048


def head(path: str) -> bytes | None:
    """The first bytes of a file, or None without one."""
    try:
        file = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        return os.read(file, HEAD)
    finally:
        os.close(file)


def whole(path: str) -> bytes | None:
    """All of a file, or None without one."""
    try:
        with open(path, "rb", buffering=0) as stream:  # noqa: PTH123  (the floor: no pathlib)
            return stream.read()
    except FileNotFoundError:
        return None


def floor() -> int:
    """How many distributions there are, their raw facts read and dropped."""
    found = []
    for folder in sys.path:
        if not os.path.isdir(folder):  # noqa: PTH112  (the floor: no pathlib)
            continue
        for entry in os.scandir(folder):
            if entry.name.endswith(".dist-info"):
                record = whole(entry.path + "/RECORD")
                metadata = head(entry.path + "/METADATA") or b""
                name, version = metadata.find(b"\nName: "), metadata.find(b"\nVersion: ")
                found.append(
                    (
                        metadata[name + 7 : metadata.find(b"\n", name + 1)],
                        metadata[version + 10 : metadata.find(b"\n", version + 1)],
                        whole(entry.path + "/direct_url.json"),
                        whole(entry.path + "/INSTALLER"),
                        head(entry.path + "/WHEEL"),
                        hashlib.sha256(record or b"").hexdigest(),
                    )
                )
    return len(found)


def main() -> None:
    """Take turns and print the seconds of each."""
    spec = importlib.util.spec_from_file_location("probe", sys.argv[1])
    assert spec is not None
    assert spec.loader is not None
    probe = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(probe)

    def facts() -> int:
        probe.interpreter_facts()
        probe.platform_facts()
        return len(probe.Installed().records)

    measured: dict[str, list[list[float]]] = {"floor": [], "facts": []}
    counts = {"floor": floor(), "facts": facts()}  # also warms the page cache
    for _ in range(int(sys.argv[2])):
        for name, action in (("floor", floor), ("facts", facts)):
            wall, cpu = time.perf_counter(), time.process_time()
            action()
            spent = [time.process_time() - cpu, time.perf_counter() - wall]
            measured[name].append(spent)
    print(json.dumps({"counts": counts, "seconds": measured}))


if __name__ == "__main__":
    main()
