"""What all tests share: no network, no surroundings of the machine that runs them."""

from __future__ import annotations

import socket

import pytest
from hypothesis import settings

settings.register_profile("unhurried", deadline=None)  # a busy machine is no failure
settings.load_profile("unhurried")


@pytest.fixture(autouse=True)
def _no_network(monkeypatch):
    """A connection out of this process is a mistake of the test, or of envguard."""

    def refuse(self, address):
        raise AssertionError(f"a test tried to connect to {address!r}")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture(autouse=True)
def _plain_surroundings(monkeypatch):
    """Variables that change what envguard or git does are left out."""
    for name in (
        "VIRTUAL_ENV",
        "CONDA_PREFIX",
        "PYTHONPATH",
        "GIT_DIR",
        "GIT_WORK_TREE",
        "NO_COLOR",
        "FORCE_COLOR",
        "ENVGUARD_DEBUG",
    ):
        monkeypatch.delenv(name, raising=False)
