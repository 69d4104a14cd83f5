"""The settings of a project, as both verbs of the command line meet them."""

from __future__ import annotations

import pytest


@pytest.fixture
def project(tmp_path):
    """A model that names a class of the team's own."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "model.pkl").write_bytes(b"cacme.steps\nClip\n)R.")
    return tmp_path


def test_a_name_that_the_project_vouches_for_is_told_no_more(envguard, project):
    code, before = envguard.json("inspect", "model.pkl", "--fail-on", "warning")
    assert (code, len(before["artifacts"][0]["dangers"])) == (1, 1)
    settings = '[tool.envguard]\nknown-names = ["acme.steps:Clip"]\n'
    (project / "pyproject.toml").write_text(settings)
    code, after = envguard.json("inspect", "model.pkl", "--fail-on", "warning")
    assert (code, after["artifacts"][0]["dangers"]) == (0, [])


@pytest.mark.parametrize("verb", ["inspect", "check"])
def test_settings_that_vouch_for_a_danger_are_wrong_usage(envguard, project, verb):
    settings = '[tool.envguard]\nknown-names = ["posix:system"]\n'
    (project / "pyproject.toml").write_text(settings)
    done = envguard(verb, "model.pkl")
    assert done.returncode == 2
    assert "cannot vouch for posix:system" in done.stderr.replace("\n", " ")
