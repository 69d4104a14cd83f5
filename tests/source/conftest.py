"""Real repositories, made by the real git, apart from the user's own settings."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

SETTINGS = """\
[user]
    name = Ada
    email = ada@example.org
[init]
    defaultBranch = main
[protocol "file"]
    allow = always
[core]
    autocrlf = false
"""


class RealRepository:
    """A repository in a folder of its own."""

    def __init__(self, root):
        self.root = root

    def git(self, *arguments, **changes):
        done = subprocess.run(
            ["git", "-C", self.root, *arguments],
            check=True,
            capture_output=True,
            env={**os.environ, **changes},
        )
        return done.stdout.decode("utf-8", "replace").strip()

    def write(self, name, text="x = 1\n"):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def commit(self, *names):
        for name in names:
            self.write(name)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", "A change")
        return self.git("rev-parse", "HEAD")


@pytest.fixture(autouse=True)
def own_settings(tmp_path_factory, monkeypatch):
    """Only these settings of git, whoever runs the tests and from wherever."""
    if shutil.which("git") is None:
        reason = "no git program on this machine"
        if os.environ.get("ENVGUARD_REQUIRE_ALL"):
            pytest.fail(reason)
        pytest.skip(reason)
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    settings = tmp_path_factory.mktemp("settings") / "gitconfig"
    settings.write_text(SETTINGS)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    return settings


@pytest.fixture
def make_repository(tmp_path):
    """A maker of empty repositories, by name."""

    def make(name="work", *options):
        root = tmp_path / name
        root.mkdir(parents=True)
        made = RealRepository(root.resolve())
        made.git("init", "--quiet", *options)
        return made

    return make


@pytest.fixture
def repository(make_repository):
    return make_repository()


@pytest.fixture
def fake_git(tmp_path, monkeypatch):
    """A maker of git programs that are scripts, first on PATH; ``$REAL`` is the real one."""
    if os.name == "nt":
        pytest.skip("scripts without a suffix are no programs on Windows")
    real = shutil.which("git")

    def install(script):
        folder = tmp_path / "programs"
        folder.mkdir()
        program = folder / "git"
        program.write_text(f"#!/bin/sh\nREAL={real}\n{script}\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        return folder

    return install
