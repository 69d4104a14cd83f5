"""The table [tool.envguard]: found upwards to the repository's root, and wrong ones refused."""

from __future__ import annotations

import pytest

from envguard.configuration import Configuration, read_configuration
from envguard.errors import UsageError
from envguard.verbs.vouching import vouched_names

GOOD = '[tool.envguard]\nknown-names = ["acme.models:Net.Layer", "acme.steps:*"]\n'
NAMES = ("acme.models:Net.Layer", "acme.steps:*")


@pytest.fixture
def project(tmp_path):
    """A repository, and a folder some way down in it."""
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    inside = tmp_path / "repository" / "models" / "new"
    inside.mkdir(parents=True)
    return inside


def write(folder, text):
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")


def test_without_a_file_there_are_no_settings(project):
    assert read_configuration(project) == Configuration()


def test_the_settings_are_found_upwards(project):
    write(project.parents[1], GOOD)
    found = read_configuration(project)
    assert found.known_names == NAMES
    assert found.path == str(project.parents[1] / "pyproject.toml")


def test_the_nearest_file_with_the_table_counts(project):
    write(project.parents[1], GOOD)
    write(project.parent, '[tool.envguard]\nknown-names = ["near:Net"]\n')
    write(project, "[tool.other]\nenvguard = 1\n")
    assert read_configuration(project).known_names == ("near:Net",)


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_the_search_ends_at_the_root_of_the_repository(project, kind):
    if kind == "file":  # a work tree or a submodule
        (project.parents[1] / ".git").rmdir()
        (project.parents[1] / ".git").write_text("gitdir: elsewhere")
    write(project.parents[2], GOOD)
    assert read_configuration(project) == Configuration()


def test_an_empty_table_says_nothing(project):
    write(project, "[tool.envguard]\n")
    assert read_configuration(project).known_names == ()


def test_other_peoples_files_are_not_even_parsed(project):
    write(project, "this is no toml")
    assert read_configuration(project) == Configuration()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[tool.envguard\n", "is no TOML"),
        ("[tool]\nenvguard = 3\n", "is no table"),
        ("[tool.envguard]\nknown-name = []\n", "'known-name'"),
        ("[tool.envguard.trust]\n", "'trust'"),
        ('[tool.envguard]\nknown-names = "acme:Net"\n', "is no list"),
        ("[tool.envguard]\nknown-names = [1]\n", "holds 1"),
        ('[tool.envguard]\nknown-names = ["acme.Net"]\n', "'acme.Net'"),
        ('[tool.envguard]\nknown-names = ["*:*"]\n', "'*:*'"),
        ('[tool.envguard]\nknown-names = ["acme:"]\n', "'acme:'"),
        ('[tool.envguard]\nknown-names = ["acme.*:Net"]\n', "'acme.*:Net'"),
        ('[tool.envguard]\nknown-names = ["acme:Net\\n"]\n', "names nothing"),
    ],
)
def test_what_envguard_does_not_understand_is_refused(project, text, told):
    write(project, text)
    with pytest.raises(UsageError) as caught:
        read_configuration(project)
    assert told in str(caught.value)
    assert str(project / "pyproject.toml") in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_file_that_is_no_text_is_refused(project):
    (project / "pyproject.toml").write_bytes(b"[tool.envguard]\n# \xff\n")
    with pytest.raises(UsageError):
        read_configuration(project)


def test_a_folder_of_that_name_is_passed_by(project):
    (project / "pyproject.toml").mkdir()
    write(project.parent, GOOD)
    assert read_configuration(project).known_names == NAMES


def test_a_file_that_may_not_be_read_is_refused(project, monkeypatch):
    from pathlib import Path

    write(project, GOOD)

    def refused(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refused)
    with pytest.raises(UsageError, match="Permission denied"):
        read_configuration(project)


def test_a_project_vouches_for_names_of_its_own(project):
    write(project, GOOD)
    assert vouched_names(str(project)) == set(NAMES)


@pytest.mark.parametrize(
    "entry",
    ["posix:system", "os:*", "builtins:getattr", "os.path:join", "acme:os.system", "joblib:load",
     "numpy.testing:*", "acme:f.__globals__", "pandas.core.frame:DataFrame.to_pickle"],
)  # fmt: skip
def test_nobody_vouches_for_what_does_harm(project, entry):
    write(project, f'[tool.envguard]\nknown-names = ["acme:Net", "{entry}"]\n')
    with pytest.raises(UsageError) as caught:
        vouched_names(str(project))
    assert f"cannot vouch for {entry}" in str(caught.value)
