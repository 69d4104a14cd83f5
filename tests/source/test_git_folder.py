from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from envguard.facts.source import NoRepository, Remote, Submodule
from envguard.facts.unknown import Unknown
from envguard.source.git_folder import read_git_folder
from envguard.source.git_state import read_git_state

MISSING = Unknown("no git program")


def drop_git(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path / "no-programs"))


def test_without_program_commit_branch_and_remotes_are_known(repository, monkeypatch, tmp_path):
    commit = repository.commit("train.py")
    repository.git("remote", "add", "origin", "https://user:SECRET@example.org/m.git")
    repository.git("config", "--add", "remote.origin.url", "git@example.org:m.git")
    drop_git(monkeypatch, tmp_path)
    state = read_git_state(repository.root)
    assert (state.root, state.commit, state.branch) == (str(repository.root), commit, "main")
    assert state.dirty == state.untracked == MISSING
    assert state.remotes == (
        Remote(name="origin", url="git@example.org:m.git"),
        Remote(name="origin", url="https://example.org/m.git"),
    )


@pytest.mark.parametrize("state", ["loose", "packed", "detached", "unborn"])
def test_files_and_program_agree_on_what_is_checked_out(repository, state):
    if state != "unborn":
        repository.commit("train.py")
    if state == "packed":
        repository.git("pack-refs", "--all")
    if state == "detached":
        repository.git("checkout", "--quiet", "--detach")
    by_program = read_git_state(repository.root)
    by_files = read_git_folder(repository.root, "no git program")
    assert (by_files.commit, by_files.branch) == (by_program.commit, by_program.branch)


def test_files_and_program_agree_on_a_worktree(repository, tmp_path):
    repository.commit("train.py")
    repository.git("worktree", "add", "--quiet", str(tmp_path / "side"))
    (tmp_path / "side" / "package").mkdir()
    by_program = read_git_state(tmp_path / "side")
    by_files = read_git_folder(tmp_path / "side" / "package", "no git program")
    assert by_files.worktree is by_program.worktree is True
    assert (by_files.root, by_files.branch) == (by_program.root, by_program.branch)


def test_files_and_program_agree_on_a_shallow_clone_and_a_bare_one(repository, tmp_path):
    repository.commit("a.py")
    repository.commit("b.py")
    url = repository.root.as_uri()
    repository.git("clone", "--quiet", "--depth", "1", "--bare", url, str(tmp_path / "bare"))
    by_program = read_git_state(tmp_path / "bare")
    by_files = read_git_folder(tmp_path / "bare", "no git program")
    assert by_files.shallow is by_program.shallow is True
    assert (by_files.root, by_files.commit) == (by_program.root, by_program.commit)


def test_submodules_are_known_by_their_place_and_commit(repository, make_repository):
    inner = make_repository("inner")
    commit = inner.commit("layers.py")
    for name in ("here", "gone"):
        repository.git("submodule", "--quiet", "add", str(inner.root), name)
    repository.commit("train.py")
    repository.git("submodule", "--quiet", "deinit", "gone")
    assert read_git_folder(repository.root, "no git program").submodules == (
        Submodule(path="gone", commit=None, dirty=MISSING),
        Submodule(path="here", commit=commit, dirty=MISSING),
    )


def test_submodule_without_commits_has_none(repository, make_repository):
    inner = make_repository("inner")
    inner.commit("layers.py")
    repository.git("submodule", "--quiet", "add", str(inner.root), "inner")
    repository.git("-C", "inner", "checkout", "--quiet", "--orphan", "empty")
    (found,) = read_git_folder(repository.root, "no git program").submodules
    assert found.commit is None


def test_references_in_another_format_are_unknown(repository):
    repository.commit("train.py")
    (repository.root / ".git" / "reftable").mkdir()
    state = read_git_folder(repository.root, "no git program")
    assert state.commit == Unknown("the reftable format needs a git program")


def test_folder_without_repository_says_so_without_program(tmp_path, monkeypatch):
    drop_git(monkeypatch, tmp_path)
    assert read_git_state(tmp_path) == NoRepository(folder=str(tmp_path))


def test_missing_folder_is_unknown_without_program(tmp_path):
    assert isinstance(read_git_folder(tmp_path / "gone", "no git program"), Unknown)


def test_damaged_files_are_unknown_with_both_reasons(repository):
    repository.commit("train.py")
    (repository.root / ".git" / "config").write_text("[core")
    state = read_git_folder(repository.root, "no git program")
    assert state.reason.startswith("no git program, and GitPython failed: ")


def test_missing_gitpython_is_unknown_with_both_reasons(repository, monkeypatch):
    monkeypatch.setitem(sys.modules, "git", None)
    state = read_git_folder(repository.root, "no git program")
    assert state.reason.startswith("no git program, and GitPython cannot be imported: ")


def test_variables_of_a_git_hook_do_not_mislead_and_come_back(
    repository, make_repository, monkeypatch
):
    repository.commit("train.py")
    other = make_repository("other")
    monkeypatch.setenv("GIT_DIR", str(other.root / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.root))
    monkeypatch.setenv("GIT_PYTHON_REFRESH", "warn")
    before = dict(os.environ)
    assert read_git_folder(repository.root, "no git program").root == str(repository.root)
    assert dict(os.environ) == before


def test_import_without_program_neither_fails_nor_prints(repository, tmp_path):
    repository.commit("train.py")
    code = (
        "import sys; from pathlib import Path; from envguard.source.git_state import *;"
        "state = read_git_state(Path(sys.argv[1])); assert state.branch == 'main', state"
    )
    command = [sys.executable, "-W", "error", "-c", code, str(repository.root)]
    done = subprocess.run(
        command, capture_output=True, check=False, env={**os.environ, "PATH": str(tmp_path)}
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_with_a_program_gitpython_is_never_imported(repository):
    repository.commit("train.py")
    code = (
        "import sys; from pathlib import Path; from envguard.source.git_state import *;"
        "assert read_git_state(Path(sys.argv[1])).commit; assert 'git' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code, str(repository.root)], check=True)
    assert shutil.which("git")
