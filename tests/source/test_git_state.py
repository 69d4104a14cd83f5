from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time

import msgspec
import pytest

from envguard.facts.source import GitState, NoRepository, Remote, Submodule
from envguard.facts.unknown import Unknown
from envguard.source import git_program, git_status
from envguard.source.git_state import read_git_state

posix = pytest.mark.skipif(os.name == "nt", reason="file names and scripts of POSIX systems")


def test_clean_repository_gives_commit_and_branch(repository):
    commit = repository.commit("train.py")
    assert read_git_state(repository.root) == GitState(
        root=str(repository.root), commit=commit, branch="main", dirty=(), untracked=()
    )


def test_folder_inside_the_repository_gives_the_same(repository):
    repository.commit("package/train.py")
    assert read_git_state(repository.root / "package") == read_git_state(repository.root)


def test_link_to_the_repository_gives_the_real_root(repository, tmp_path):
    repository.commit("train.py")
    (tmp_path / "link").symlink_to(repository.root)
    assert read_git_state(tmp_path / "link").root == str(repository.root)


def test_branch_with_slashes_keeps_its_whole_name(repository):
    repository.commit("train.py")
    repository.git("switch", "--quiet", "--create", "team/heads/new")
    assert read_git_state(repository.root).branch == "team/heads/new"


def test_detached_head_has_a_commit_and_no_branch(repository):
    commit = repository.commit("train.py")
    repository.git("checkout", "--quiet", "--detach")
    state = read_git_state(repository.root)
    assert (state.commit, state.branch) == (commit, None)


def test_repository_without_commits_knows_its_branch(repository):
    repository.write("staged.py")
    repository.write("new.py")
    repository.git("add", "staged.py")
    state = read_git_state(repository.root)
    assert (state.commit, state.branch) == (Unknown("no commits yet"), "main")
    assert (state.dirty, state.untracked) == (("staged.py",), ("new.py",))


def test_changed_staged_deleted_and_renamed_files_are_dirty(repository):
    repository.commit("changed.py", "staged.py", "deleted.py", "old.py", "same.py")
    repository.write("changed.py", "x = 2\n")
    repository.write("staged.py", "x = 3\n")
    repository.git("add", "staged.py")
    (repository.root / "deleted.py").unlink()
    repository.git("mv", "old.py", "new name.py")
    state = read_git_state(repository.root)
    assert state.dirty == ("changed.py", "deleted.py", "new name.py", "old.py", "staged.py")
    assert state.untracked == ()


def test_unmerged_file_is_dirty(repository):
    repository.commit("train.py")
    repository.git("switch", "--quiet", "--create", "other")
    repository.write("train.py", "x = 2\n")
    repository.commit()
    repository.git("switch", "--quiet", "main")
    repository.write("train.py", "x = 3\n")
    repository.commit()
    with pytest.raises(subprocess.CalledProcessError):
        repository.git("merge", "other")
    assert read_git_state(repository.root).dirty == ("train.py",)


def test_untracked_files_are_listed_one_by_one_and_ignored_ones_are_not(repository):
    repository.write(".gitignore", "*.log\n")
    repository.commit()
    for name in ("new/a.py", "new/b.py", "noise.log"):
        repository.write(name)
    assert read_git_state(repository.root).untracked == ("new/a.py", "new/b.py")


def test_users_settings_on_untracked_files_do_not_hide_them(repository):
    repository.commit()
    repository.git("config", "status.showUntrackedFiles", "no")
    repository.write("new.py")
    assert read_git_state(repository.root).untracked == ("new.py",)


@posix
@pytest.mark.skipif(sys.platform == "darwin", reason="names there are always UTF-8")
def test_file_name_that_is_not_utf8_becomes_text_that_json_holds(repository):
    repository.commit()
    (repository.root / os.fsdecode(b"caf\xe9.py")).write_text("")
    state = read_git_state(repository.root)
    assert state.untracked == ("caf\\xe9.py",)
    assert msgspec.json.decode(msgspec.json.encode(state), type=GitState) == state


@posix
def test_file_names_with_line_ends_and_spaces_stay_one_name(repository):
    repository.commit("a b.py")
    repository.write("a b.py", "x = 2\n")
    (repository.root / "c\nd.py").write_text("")
    state = read_git_state(repository.root)
    assert (state.dirty, state.untracked) == (("a b.py",), ("c\nd.py",))


@posix
def test_repository_whose_path_has_a_line_end_is_unknown(make_repository):
    repository = make_repository("a\nb")
    state = read_git_state(repository.root)
    assert state == Unknown("the path of the repository holds a line end")


def test_remotes_are_told_without_credentials(repository):
    repository.commit()
    for name, url in {
        "origin": "https://user:SECRET@example.org/m.git",
        "token": "https://SECRET@example.org/m.git",
        "query": "https://example.org/m.git?access_token=SECRET",
        "ssh.dotted": "git@example.org:team/m.git",
    }.items():
        repository.git("remote", "add", name, url)
    repository.git("config", "--add", "remote.origin.url", "ssh://git:SECRET@example.org/n.git")
    assert read_git_state(repository.root).remotes == (
        Remote(name="origin", url="https://example.org/m.git"),
        Remote(name="origin", url="ssh://git@example.org/n.git"),
        Remote(name="query", url="https://example.org/m.git"),
        Remote(name="ssh.dotted", url="git@example.org:team/m.git"),
        Remote(name="token", url="https://example.org/m.git"),
    )


def test_shallow_clone_is_marked(repository, tmp_path):
    repository.commit("a.py")
    commit = repository.commit("b.py")
    url = repository.root.as_uri()
    repository.git("clone", "--quiet", "--depth", "1", url, str(tmp_path / "shallow"))
    state = read_git_state(tmp_path / "shallow")
    assert (state.shallow, state.commit, state.worktree) == (True, commit, False)


def test_worktree_is_marked_and_has_its_own_branch(repository, tmp_path):
    commit = repository.commit("a.py")
    repository.git("worktree", "add", "--quiet", "-b", "side", str(tmp_path / "side"))
    state = read_git_state(tmp_path / "side")
    assert (state.worktree, state.branch, state.commit) == (True, "side", commit)
    assert read_git_state(repository.root).worktree is False


@pytest.mark.parametrize("place", ["bare.git", "bare.git/refs"])
def test_bare_repository_has_a_commit_and_no_files(repository, tmp_path, place):
    commit = repository.commit("a.py")
    repository.git("clone", "--quiet", "--bare", str(repository.root), str(tmp_path / "bare.git"))
    state = read_git_state(tmp_path / place)
    assert (state.root, state.commit, state.branch) == (
        str((tmp_path / "bare.git").resolve()),
        commit,
        "main",
    )
    assert state.dirty == state.untracked == Unknown("there is no work tree here")


def test_folder_without_repository_says_so(tmp_path):
    assert read_git_state(tmp_path) == NoRepository(folder=str(tmp_path))


def test_missing_folder_is_unknown(tmp_path):
    state = read_git_state(tmp_path / "gone")
    assert isinstance(state, Unknown)
    assert "gone" in state.reason


def test_damaged_repository_is_not_called_none(repository):
    repository.commit("a.py")
    (repository.root / ".git" / "HEAD").unlink()
    state = read_git_state(repository.root)
    assert state == Unknown(f"{repository.root / '.git'} is there, but git finds no repository")


def test_worktree_whose_repository_is_gone_is_unknown(repository, tmp_path):
    repository.commit("a.py")
    repository.git("worktree", "add", "--quiet", str(tmp_path / "side"))
    shutil.rmtree(repository.root)
    state = read_git_state(tmp_path / "side")
    assert isinstance(state, Unknown)
    assert "not a git repository" in state.reason


def test_damaged_index_leaves_commit_and_branch_known(repository):
    commit = repository.commit("a.py")
    (repository.root / ".git" / "index").write_bytes(b"DIRC damaged")
    state = read_git_state(repository.root)
    assert (state.commit, state.branch) == (commit, "main")
    assert isinstance(state.dirty, Unknown)
    assert isinstance(state.untracked, Unknown)


def test_variables_of_a_surrounding_git_hook_do_not_mislead(
    repository, make_repository, monkeypatch
):
    commit = repository.commit("a.py")
    other = make_repository("other")
    other.commit("b.py")
    monkeypatch.setenv("GIT_DIR", str(other.root / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.root))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.root / ".git" / "index"))
    state = read_git_state(repository.root)
    assert (state.root, state.commit, state.dirty) == (str(repository.root), commit, ())


def test_more_files_than_a_list_takes_are_counted(repository, monkeypatch):
    repository.commit()
    monkeypatch.setattr(git_status, "LONGEST_LIST", 3)
    for number in range(4):
        repository.write(f"{number}.py")
    state = read_git_state(repository.root)
    assert state.untracked == Unknown("4 files, and lists end at 3")
    assert state.dirty == ()


def test_many_untracked_files_are_all_listed(repository):
    repository.commit()
    for number in range(3000):
        (repository.root / f"{number:04}.txt").write_text("")
    assert len(read_git_state(repository.root, timeout=20).untracked) == 3000


# Submodules


@pytest.fixture
def with_submodule(repository, make_repository):
    inner = make_repository("inner")
    innermost = make_repository("innermost")
    innermost.commit("deep.py")
    inner.git("submodule", "--quiet", "add", str(innermost.root), "deep")
    commit = inner.commit("layers.py")
    repository.git("submodule", "--quiet", "add", str(inner.root), "libs/inner")
    repository.git("submodule", "--quiet", "update", "--init", "--recursive")
    repository.commit("train.py")
    return repository, commit, innermost.git("rev-parse", "HEAD")


def test_submodules_are_listed_with_their_commits_at_any_depth(with_submodule):
    repository, inner, innermost = with_submodule
    state = read_git_state(repository.root)
    assert state.submodules == (
        Submodule(path="libs/inner", commit=inner),
        Submodule(path="libs/inner/deep", commit=innermost),
    )
    assert state.dirty == ()


@pytest.mark.parametrize("name", ["layers.py", "untracked.py", "deep/deep.py"])
def test_submodule_with_changes_is_dirty(with_submodule, name):
    repository, _, _ = with_submodule
    repository.write(f"libs/inner/{name}", "x = 2\n")
    state = read_git_state(repository.root)
    assert state.submodules[0].dirty is True
    assert state.submodules[1].dirty is (name == "deep/deep.py")
    assert state.dirty == ()


def test_submodule_at_another_commit_makes_the_repository_dirty(with_submodule):
    repository, inner, _ = with_submodule
    repository.git("-C", "libs/inner", "commit", "--quiet", "--allow-empty", "-m", "More")
    state = read_git_state(repository.root)
    assert state.dirty == ("libs/inner",)
    assert state.submodules[0].commit != inner


def test_submodule_that_is_not_checked_out_has_no_commit(with_submodule):
    repository, _, _ = with_submodule
    repository.git("submodule", "--quiet", "deinit", "--all")
    assert read_git_state(repository.root).submodules == (
        Submodule(path="libs/inner", commit=None),
    )


def test_damaged_submodule_is_unknown_and_spoils_nothing_else(with_submodule):
    repository, _, _ = with_submodule
    (repository.root / "libs/inner/.git").write_text("gitdir: gone\n")
    state = read_git_state(repository.root)
    (found,) = state.submodules
    assert found.commit is None
    assert isinstance(found.dirty, Unknown)


def test_submodule_of_unknown_files_is_neither_clean_nor_dirty(with_submodule):
    repository, commit, _ = with_submodule
    (repository.root / ".git/modules/libs/inner/index").write_bytes(b"DIRC damaged")
    state = read_git_state(repository.root)
    assert state.submodules[0].commit == commit
    assert isinstance(state.submodules[0].dirty, Unknown)


@pytest.mark.parametrize(
    "text",
    [
        "not a configuration [",
        '[submodule "a"]\n  path = ../elsewhere\n',
        '[submodule "a"]\n  path = /etc\n',
        '[submodule "a"]\n  path = train.py\n',
        '[submodule "a"]\n  url = x\n',
    ],
)
def test_gitmodules_that_name_no_submodule_give_none(repository, text):
    commit = repository.commit("train.py")
    repository.write(".gitmodules", text)
    state = read_git_state(repository.root)
    assert (state.commit, state.submodules) == (commit, ())


# Nothing of the repository runs, nothing changes


@pytest.fixture
def trap(tmp_path):
    """A program that leaves a trace, and the trace."""
    if os.name == "nt":
        pytest.skip("scripts are no programs on Windows")
    trace = tmp_path / "trace"
    program = tmp_path / "trap"
    program.write_text(f"#!/bin/sh\necho ran >> {trace}\nexec cat\n")
    program.chmod(0o755)
    return program, trace


def age(path):
    """Another time on the file, so that git compares its content."""
    os.utime(path, (1_000_000_000, 1_000_000_000))


def test_own_filters_monitors_and_hooks_do_not_run(repository, trap):
    program, trace = trap
    repository.write(".gitattributes", "*.py filter=trap\n")
    repository.commit("train.py")
    for hook in ("post-index-change", "query-watchman"):
        shutil.copy(program, repository.root / ".git" / "hooks" / hook)
    repository.git("config", "filter.trap.clean", str(program))
    repository.git("config", "core.fsmonitor", str(program))
    age(repository.root / "train.py")
    assert read_git_state(repository.root).commit
    assert not trace.exists()
    repository.git("status")
    assert trace.exists(), "the trap works"


def test_process_filters_and_required_filters_do_not_run(repository, trap):
    program, trace = trap
    repository.write(".gitattributes", "*.py filter=trap.with.dots\n")
    repository.commit("train.py")
    repository.git("config", "filter.trap.with.dots.process", str(program))
    repository.git("config", "filter.trap.with.dots.required", "true")
    age(repository.root / "train.py")
    assert read_git_state(repository.root).dirty == ()
    assert not trace.exists()


def test_filter_that_cannot_be_kept_off_makes_the_files_unknown(repository, trap):
    program, trace = trap
    repository.write(".gitattributes", "*.py filter=a=b\n")
    commit = repository.commit("train.py")
    repository.git("config", "--file", ".git/config", "filter.a=b.clean", str(program))
    age(repository.root / "train.py")
    state = read_git_state(repository.root)
    assert state.commit == commit
    assert state.dirty == state.untracked
    assert "filter" in state.dirty.reason
    assert not trace.exists()


def test_filters_of_a_submodule_do_not_run(with_submodule, trap):
    repository, _, _ = with_submodule
    program, trace = trap
    inner = repository.root / "libs/inner"
    repository.git("-C", "libs/inner", "config", "filter.trap.clean", str(program))
    repository.git("-C", "libs/inner", "config", "core.fsmonitor", str(program))
    (repository.root / ".git/modules/libs/inner/info/attributes").write_text("* filter=trap\n")
    age(inner / "layers.py")
    assert read_git_state(repository.root).submodules[0].dirty is False
    assert not trace.exists()
    repository.git("status")
    assert trace.exists(), "the trap works"


def test_filters_of_the_users_own_settings_do_run(repository, own_settings):
    if os.name == "nt":
        pytest.skip("needs tr")
    with own_settings.open("a") as file:
        file.write('[filter "upper"]\n  clean = tr a-z A-Z\n')
    repository.write(".gitattributes", "*.py filter=upper\n")
    repository.commit("train.py")
    age(repository.root / "train.py")
    assert read_git_state(repository.root).dirty == ()


def test_missing_objects_of_a_partial_clone_are_not_fetched(repository, tmp_path, trap):
    program, trace = trap
    repository.commit("a/train.py")
    repository.git("config", "uploadpack.allowFilter", "true")
    url = repository.root.as_uri()
    clone = str(tmp_path / "partial")
    repository.git("clone", "--quiet", "--filter=tree:0", "--no-checkout", url, clone)
    repository.git("-C", clone, "config", "remote.origin.url", f"ext::{program}")
    repository.git("-C", clone, "config", "protocol.ext.allow", "always")
    state = read_git_state(tmp_path / "partial")
    assert isinstance(state, GitState)
    assert not trace.exists()


def test_reading_writes_nothing_into_the_repository(repository):
    repository.commit("train.py")
    age(repository.root / "train.py")
    before = contents(repository.root)
    read_git_state(repository.root)
    assert contents(repository.root) == before


def contents(root):
    return {
        path: (path.read_bytes(), path.stat().st_mtime_ns)
        for path in root.rglob("*")
        if path.is_file()
    }


def test_lock_of_another_git_is_no_obstacle(repository):
    commit = repository.commit("train.py")
    repository.write(".git/index.lock", "")
    state = read_git_state(repository.root)
    assert (state.commit, state.dirty) == (commit, ())


# The program itself


def test_program_that_hangs_is_ended_in_time_with_all_it_started(repository, fake_git, tmp_path):
    fake_git(f"(sleep 3; echo late > {tmp_path}/late) & sleep 60")
    start = time.monotonic()
    state = read_git_state(repository.root, timeout=0.3)
    assert time.monotonic() - start < 2.5
    assert state == Unknown("git did not answer within 0.3 s")
    time.sleep(max(0.0, 3.5 - (time.monotonic() - start)))
    assert not (tmp_path / "late").exists()


def test_status_that_hangs_leaves_the_rest_known(repository, fake_git):
    commit = repository.commit("train.py")
    repository.write(".gitmodules", '[submodule "a"]\n  path = a\n')
    fake_git('case "$*" in *porcelain*) sleep 60;; *) exec "$REAL" "$@";; esac')
    state = read_git_state(repository.root, timeout=1.0)
    late = Unknown("git did not answer within 1 s")
    assert (state.commit, state.dirty, state.untracked) == (commit, late, late)
    assert state.submodules == ()


def test_default_time_is_two_seconds(repository, fake_git):
    fake_git("exec sleep 60")
    assert read_git_state(repository.root) == Unknown("git did not answer within 2 s")


def test_program_that_ends_while_something_holds_its_output_is_not_waited_for(repository, fake_git):
    fake_git("sleep 60 &\nexit 0")
    start = time.monotonic()
    assert isinstance(read_git_state(repository.root, timeout=0.3), Unknown)
    assert time.monotonic() - start < 5


def test_program_that_crashes_is_told_by_its_signal(repository, fake_git):
    fake_git("kill -SEGV $$")
    assert read_git_state(repository.root) == Unknown("git was ended by signal 11")


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo 'error: unknown option' >&2; exit 129", "2.26 or later is needed"),
        ("echo 'fatal: bad thing' >&2; exit 128", "git failed: bad thing"),
        ("exit 3", "git failed: it ended with code 3"),
    ],
)
def test_program_that_fails_is_told_by_its_words(repository, fake_git, script, reason):
    fake_git(script)
    assert reason in read_git_state(repository.root).reason


@pytest.mark.parametrize("answer", ["9 unknown", "1 short", ""])
def test_status_of_an_unknown_form_makes_the_files_unknown(repository, fake_git, answer):
    commit = repository.commit("train.py")
    fake_git(f'case "$*" in *porcelain*) printf \'{answer}\\0\';; *) exec "$REAL" "$@";; esac')
    state = read_git_state(repository.root)
    assert state.commit == commit
    assert "unknown form" in state.dirty.reason


@pytest.mark.parametrize("path", ["/srv/model", "/srv/o model"])
@pytest.mark.parametrize(
    "words",
    [
        "fatal: detected dubious ownership in repository at '{}'",
        "fatal: unsafe repository ('{}' is owned by someone else)",
    ],
)
def test_dubious_ownership_is_told_with_the_way_out(tmp_path, fake_git, words, path):
    fake_git(f'echo "{words.format(path)}" >&2; exit 128')
    state = read_git_state(tmp_path)
    assert "dubious ownership" in state.reason
    quoted = f"'{path}'" if " " in path else path
    assert state.reason.endswith(f"git config --global --add safe.directory {quoted}")


def test_repository_of_another_user_is_refused_by_the_real_git(repository, fake_git):
    repository.commit("train.py")
    fake_git('GIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec "$REAL" "$@"')
    state = read_git_state(repository.root)
    assert isinstance(state, Unknown)
    assert state.reason.endswith(f"safe.directory {repository.root}")


def test_program_that_cannot_start_is_as_good_as_none(repository, fake_git):
    commit = repository.commit("train.py")
    folder = fake_git("")
    (folder / "git").write_bytes(b"\x7fELF no program")
    state = read_git_state(repository.root)
    assert state.commit == commit
    assert "could not be started" in state.dirty.reason


def test_program_in_a_relative_entry_of_path_is_not_run(repository, trap, monkeypatch):
    program, trace = trap
    shutil.copy(program, repository.root / "git")
    monkeypatch.chdir(repository.root)
    monkeypatch.setenv("PATH", f".{os.pathsep}{os.pathsep}{os.environ['PATH']}")
    assert isinstance(read_git_state(repository.root), GitState)
    assert not trace.exists()


def test_relative_program_is_none(monkeypatch):
    # Windows finds programs in the current folder whatever PATH says.
    monkeypatch.setattr(shutil, "which", lambda *_, **__: ".\\git.exe")
    assert git_program.find_git(1.0) is None


def test_interrupted_reading_leaves_no_program_behind(repository, fake_git, tmp_path, monkeypatch):
    fake_git(f"sleep 1; echo late > {tmp_path}/late")

    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(subprocess.Popen, "communicate", interrupt)
    with pytest.raises(KeyboardInterrupt):
        read_git_state(repository.root)
    time.sleep(1.5)
    assert not (tmp_path / "late").exists()
