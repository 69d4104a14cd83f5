from __future__ import annotations

import os
import shutil
import time

import pytest

from envguard.facts.source import GitState, LocalModule, NoRepository
from envguard.facts.unknown import Unknown
from envguard.source import local_modules
from envguard.source.git_state import read_git_state
from envguard.source.local_modules import annotate, standing, tracked_paths

NOT_TRACKED = (False, Unknown("not tracked"))


def module(path):
    return LocalModule(module="m", path=str(path), sha256="0", syntax_sha256="0")


def standings(git, *paths, **options):
    return [
        (found.tracked, found.dirty)
        for found in annotate(tuple(map(module, paths)), git, **options)
    ]


def test_committed_changed_new_and_ignored_modules_are_told_apart(repository):
    repository.write(".gitignore", "secret.py\n")
    repository.commit("package/same.py", "package/changed.py")
    repository.write("package/changed.py", "x = 2\n")
    for name in ("new.py", "secret.py"):
        repository.write(name)
    state = read_git_state(repository.root)
    names = ("package/same.py", "package/changed.py", "new.py", "secret.py")
    assert standings(state, *(repository.root / name for name in names)) == [
        (True, False),
        (True, True),
        NOT_TRACKED,
        NOT_TRACKED,
    ]


def test_ignored_module_that_was_committed_by_force_is_tracked(repository):
    repository.write(".gitignore", "build/\n")
    repository.write("build/m.py")
    repository.git("add", "--force", "build/m.py")
    repository.commit()
    state = read_git_state(repository.root)
    assert standings(state, repository.root / "build/m.py") == [(True, False)]


def test_staged_module_before_the_first_commit_is_tracked_and_dirty(repository):
    path = repository.write("m.py")
    repository.git("add", "m.py")
    assert standings(read_git_state(repository.root), path) == [(True, True)]


def test_everything_else_of_a_module_stays(repository):
    repository.commit("m.py")
    before = LocalModule(
        module="m",
        path=str(repository.root / "m.py"),
        sha256="1",
        syntax_sha256="2",
        imports=("a",),
    )
    (after,) = annotate((before,), read_git_state(repository.root))
    assert (after.module, after.sha256, after.imports) == ("m", "1", ("a",))


def test_names_that_look_like_patterns_are_names(repository):
    repository.commit("m[ab].py")
    for name in ("ma.py", "[m].py"):
        repository.write(name)
    state = read_git_state(repository.root)
    paths = [repository.root / name for name in ("m[ab].py", "ma.py", "[m].py")]
    assert standings(state, *paths) == [(True, False), NOT_TRACKED, NOT_TRACKED]


def test_link_counts_as_what_it_leads_to(repository, tmp_path):
    repository.commit("m.py")
    outside = tmp_path / "outside.py"
    outside.write_text("x = 1\n")
    (repository.root / "inside_link.py").symlink_to("m.py")
    (repository.root / "outside_link.py").symlink_to(outside)
    repository.git("add", "--all")
    repository.commit()
    (tmp_path / "root_link").symlink_to(repository.root)
    state = read_git_state(repository.root)
    inside, around, out = standings(
        state,
        repository.root / "inside_link.py",
        tmp_path / "root_link" / "m.py",
        repository.root / "outside_link.py",
    )
    assert inside == around == (True, False)
    assert "outside the repository" in out[0].reason


def test_module_outside_the_repository_is_unknown(repository, tmp_path):
    repository.commit("m.py")
    path = tmp_path / "elsewhere.py"
    path.write_text("")
    reason = Unknown(f"it lies outside the repository {repository.root}")
    assert standings(read_git_state(repository.root), path) == [(reason, reason)]


def test_missing_file_and_module_inside_a_zip_are_unknown(repository):
    repository.commit("m.py")
    reason = Unknown("the file is not there")
    paths = (repository.root / "gone.py", repository.root / "m.py" / "inside.py")
    assert standings(read_git_state(repository.root), *paths) == [(reason, reason)] * 2


@pytest.mark.skipif(os.name == "nt", reason="names are Unicode on Windows")
def test_real_name_that_is_not_utf8_is_unknown(repository):
    repository.commit("m.py")
    strange = repository.root / os.fsdecode(b"\xe9.py")
    try:
        strange.write_text("")
    except OSError:
        pytest.skip("this file system takes UTF-8 alone")
    (repository.root / "link.py").symlink_to(strange)
    reason = Unknown("its name is not UTF-8")
    found = standings(read_git_state(repository.root), repository.root / "link.py")
    assert found == [(reason, reason)]


@pytest.fixture
def with_submodule(repository, make_repository):
    inner = make_repository("inner")
    inner.commit("layers.py", "changed.py")
    repository.git("submodule", "--quiet", "add", str(inner.root), "libs/inner")
    repository.commit("m.py")
    repository.write("libs/inner/changed.py", "x = 2\n")
    repository.write("libs/inner/new.py")
    return repository


def test_modules_in_a_submodule_are_judged_by_the_submodule(with_submodule):
    root = with_submodule.root
    names = ("libs/inner/layers.py", "libs/inner/changed.py", "libs/inner/new.py", "m.py")
    assert standings(read_git_state(root), *(root / name for name in names)) == [
        (True, False),
        (True, True),
        NOT_TRACKED,
        (True, False),
    ]


def test_module_in_a_submodule_that_is_not_checked_out_is_unknown(with_submodule):
    root = with_submodule.root
    with_submodule.git("submodule", "--quiet", "deinit", "--force", "--all")
    with_submodule.write("libs/inner/layers.py")
    reason = Unknown("it lies in submodule libs/inner, whose commit is not known")
    assert standings(read_git_state(root), root / "libs/inner/layers.py") == [(reason, reason)]


def test_submodule_that_was_taken_out_since_gives_no_certainty(with_submodule):
    root = with_submodule.root
    state = read_git_state(root)
    (root / "libs/inner/.git").write_text("gitdir: gone\n")
    ((tracked, dirty),) = standings(state, root / "libs/inner/layers.py")
    assert isinstance(tracked, Unknown)
    assert tracked == dirty


@pytest.mark.parametrize("ignored", [True, False])
def test_module_in_a_repository_of_its_own_is_unknown(repository, make_repository, ignored):
    repository.commit("m.py")
    own = make_repository("work/vendored")
    own.commit("layers.py")
    if ignored:
        repository.write(".gitignore", "vendored\n")
    state = read_git_state(repository.root)
    reason = Unknown(f"it lies in a repository of its own, {own.root}")
    assert standings(state, own.root / "layers.py") == [(reason, reason)]


def test_no_repository_tracks_nothing(tmp_path):
    path = tmp_path / "m.py"
    path.write_text("")
    git = NoRepository(folder=str(tmp_path))
    assert standings(git, path) == [(False, Unknown("no repository"))]


def test_unknown_repository_makes_both_unknown_for_its_reason(tmp_path):
    reason = Unknown("git did not answer within 2 s")
    assert standings(reason, tmp_path / "m.py") == [(reason, reason)]


def test_no_modules_ask_no_git(repository, monkeypatch):
    state = read_git_state(repository.root)
    monkeypatch.setattr(local_modules, "find_git", None)
    assert annotate((), state) == ()


def test_without_program_both_are_unknown(repository, monkeypatch, tmp_path):
    repository.commit("m.py")
    monkeypatch.setenv("PATH", str(tmp_path / "no-programs"))
    reason = Unknown("no git program")
    found = standings(read_git_state(repository.root), repository.root / "m.py")
    assert found == [(reason, reason)]


def test_root_that_is_gone_since_is_unknown(repository):
    repository.commit("m.py")
    state = read_git_state(repository.root)
    shutil.rmtree(repository.root / ".git")
    assert isinstance(tracked_paths(state, ["m.py"]), Unknown)


def test_hanging_program_takes_no_longer_than_the_time_for_all(with_submodule, fake_git):
    root = with_submodule.root
    state = read_git_state(root)
    fake_git("exec sleep 60")
    start = time.monotonic()
    found = standings(state, root / "m.py", root / "libs/inner/layers.py", timeout=0.4)
    assert time.monotonic() - start < 2
    assert all(isinstance(answer, Unknown) for pair in found for answer in pair)


def test_many_modules_are_asked_in_several_calls(repository):
    names = [f"m{number}.py" for number in range(250)]
    repository.commit(*names)
    state = read_git_state(repository.root)
    assert tracked_paths(state, [*names, "gone.py"]) == frozenset(names)


def test_unknown_changes_leave_tracking_known():
    late = Unknown("git did not answer within 2 s")
    git = GitState(root="/train", commit="0", branch=None, dirty=late, untracked=late)
    found = standing("m.py", git, frozenset({"m.py"}))
    assert (found.tracked, found.dirty) == (True, late)
