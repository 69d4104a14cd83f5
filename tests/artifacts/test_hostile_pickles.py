"""Samples made to exhaust a reader: each ends soon, small, and with a true answer."""

from __future__ import annotations

import struct
import zlib

import pytest

MANY = 1_600_000
READ = """
import sys, time
from pathlib import Path
from envguard.artifacts.formats import read_artifact
started = time.process_time()
facts = read_artifact(Path(sys.argv[1]))
print(time.process_time() - started, peak())
print(facts.format, facts.complete, *(one.kind for one in facts.anomalies))
"""

SAMPLES = {
    "dup": (b"\x80\x04N" + b"2" * MANY + b".", "pickle False limit"),
    "nones": (b"\x80\x04" + b"N" * MANY + b".", "pickle False limit"),
    "marks": (b"\x80\x04" + b"(" * MANY, "pickle False limit"),
    "lists": (b"\x80\x04" + b"]\x94" * MANY, "pickle False limit"),
    "dicts": (b"\x80\x04" + b"}\x94" * MANY, "pickle False limit"),
    "tuples-in-tuples": (b"\x80\x04)" + b"\x85" * MANY + b".", "pickle True"),
    "memoized-tuples": (b"\x80\x04)" + b"\x85\x94" * MANY + b".", "pickle True"),
    "memo": (b"\x80\x04N" + b"\x94" * 9_000_000 + b".", "pickle False limit"),
    "doubling-tuples": (b"\x80\x04)" + b"2\x86" * 300 + b"}2\x86.", "pickle True"),
    "exbibytes": (b"\x80\x04\x8e" + struct.pack("<Q", 2**63 - 1) + b"x", "pickle False truncated"),
    "frame-of-exbibytes": (b"\x80\x04\x95" + b"\xff" * 8 + b"N.", "pickle False truncated"),
    "calls-of-calls": (b"\x80\x04cm\nn\n" + b")R" * 600_000 + b".", "pickle True"),
    "state-in-state": (b"\x80\x04cm\nn\n)R" + b"}b" * 500_000 + b".", "pickle True"),
    "far-memo": (
        b"\x80\x02N"
        + b"".join(b"r" + struct.pack("<I", i * 100_000) for i in range(40_000))
        + b".",
        "pickle True",
    ),
    "memo-gaps": (
        b"\x80\x02N" + b"".join(b"r" + struct.pack("<I", i * 60_000) for i in range(40_000)) + b".",
        "pickle False limit",
    ),
    "long-line": (b"\x80\x02I" + b"1" * 20_000_000 + b"\n.", "pickle False limit"),
    "names": (
        b"\x80\x02" + b"".join(b"ca%d\nx\n0" % i for i in range(250_000)) + b"N.",
        "pickle False limit",
    ),
    "dicts-in-dicts": (
        b"\x80\x04}\x94" + b"(N}\x94" * 60_000 + b"u" * 60_000 + b".",
        "pickle True",
    ),
    "zeros": (zlib.compress(bytes(400_000_000), 9), "None False unknown-format"),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_hostile_sample_ends_in_2_seconds_and_200_megabytes(tmp_path, measured, name):
    content, told = SAMPLES[name]
    path = tmp_path / "hostile.pkl"
    path.write_bytes(content)
    figures, answer = measured(READ, path)
    seconds, memory = figures.split()
    assert answer == told
    assert float(seconds) < 2
    assert int(memory) < 200 << 20
