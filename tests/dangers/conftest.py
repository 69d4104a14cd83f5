"""Artifacts made by hand, read the way the command line reads them."""

from __future__ import annotations

import struct

import pytest

from envguard.verbs.inspection import exit_code, inspect_artifact


class Seen:
    """What an inspection says of one file."""

    def __init__(self, inspection):
        self.inspection = inspection
        self.code = exit_code([inspection], fail_on="error")
        self.anomalies = {anomaly.kind for anomaly in inspection.facts.anomalies}

    def names(self, level):
        return {f"{d.module}.{d.name}" for d in self.inspection.dangers if d.level == level}

    @property
    def dangerous(self):
        return self.names("dangerous")

    @property
    def unknown(self):
        return self.names("unknown")


@pytest.fixture
def inspected(tmp_path, monkeypatch):
    """The inspection of these bytes, as a file of that name; settings of no project count."""
    monkeypatch.chdir(tmp_path)

    def inspected(raw, name="model.pkl"):
        path = tmp_path / name
        path.write_bytes(raw)
        return Seen(inspect_artifact(str(path)))

    return inspected


def text(word):
    raw = word.encode("utf-8", "surrogatepass")
    return b"X" + struct.pack("<I", len(raw)) + raw


def looked_up(module, name):
    """The opcodes that look a name up (protocol 4)."""
    return text(module) + text(name) + b"\x93"


def call(module, name, *arguments):
    """The opcodes of one call with text arguments."""
    return looked_up(module, name) + b"(" + b"".join(map(text, arguments)) + b"tR"


def pickled(*parts):
    """A pickle of protocol 4 without frames."""
    return b"\x80\x04" + b"".join(parts) + b"."


class Assembler:
    text = staticmethod(text)
    looked_up = staticmethod(looked_up)
    call = staticmethod(call)
    pickled = staticmethod(pickled)
    evil = pickled(call("posix", "system", "true"))


@pytest.fixture(scope="session")
def make():
    return Assembler
