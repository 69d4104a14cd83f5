"""What the files of a repository say where there is no git program, read by GitPython."""

from __future__ import annotations

import configparser
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from envguard.facts.source import GitState, NoRepository, Remote, Submodule
from envguard.facts.unknown import Unknown
from envguard.source.git_place import NO_COMMITS, Head, branch_of
from envguard.source.git_program import path_text
from envguard.source.remote_url import without_credentials

if TYPE_CHECKING:
    from collections.abc import Iterator

    from git import Repo

_GITLINK_MODE = 0o160000
_DAMAGE = (OSError, ValueError, AssertionError, LookupError, configparser.Error)
"""What GitPython raises for files of a repository that are not as they should be."""


def read_git_folder(folder: Path, reason: str) -> GitState | NoRepository | Unknown:
    """Commit, branch, remotes and submodules of the repository around the folder.

    The state of files needs the git program; it is Unknown for the reason given.
    """
    with _plain_environment():
        try:
            # 50 to 200 ms; GitPython itself asks for the git program while it is imported.
            import git  # noqa: PLC0415
        except ImportError as error:
            return Unknown(f"{reason}, and GitPython cannot be imported: {error}")
        try:
            repository = git.Repo(
                folder.absolute(), search_parent_directories=True, expand_vars=False
            )
            return _state(repository, Unknown(reason))
        except git.InvalidGitRepositoryError:
            return NoRepository(folder=path_text(folder))
        except (git.GitError, *_DAMAGE) as error:
            return Unknown(f"{reason}, and GitPython failed: {str(error) or type(error).__name__}")


@contextmanager
def _plain_environment() -> Iterator[None]:
    """No GIT_ variable in the process, for as long as GitPython reads.

    GitPython takes GIT_WORK_TREE and others, which may be of another repository, from the
    process's environment alone; and GIT_PYTHON_REFRESH keeps its import from failing or
    printing for the want of a git program.

    Source: https://gitpython.readthedocs.io/en/stable/reference.html#git.refresh
    """
    taken = {name: value for name, value in os.environ.items() if name.startswith("GIT_")}
    for name in taken:
        del os.environ[name]
    os.environ["GIT_PYTHON_REFRESH"] = "quiet"
    try:
        yield
    finally:
        del os.environ["GIT_PYTHON_REFRESH"]
        os.environ.update(taken)


def _state(repository: Repo, unknown: Unknown) -> GitState:
    """The state of an open repository."""
    head = _head(repository)
    root = Path(repository.working_tree_dir or repository.git_dir)
    common, own = Path(repository.common_dir), Path(repository.git_dir)
    return GitState(
        root=path_text(root.resolve()),
        commit=head.commit,
        branch=head.branch,
        dirty=unknown,
        untracked=unknown,
        remotes=_remotes(repository),
        submodules=_submodules(repository, root, unknown),
        shallow=(common / "shallow").is_file(),
        worktree=own.resolve() != common.resolve(),
    )


def _head(repository: Repo) -> Head:
    """Commit and branch, from HEAD and the references, without any object.

    Source: https://git-scm.com/docs/reftable (its HEAD file names no branch)
    """
    from git.refs.symbolic import SymbolicReference  # noqa: PLC0415  (as GitPython itself)

    if (Path(repository.common_dir) / "reftable").is_dir():
        return Head(commit=Unknown("the reftable format needs a git program"), branch=None)
    name = "HEAD" if repository.head.is_detached else str(repository.head.reference.path)
    try:
        commit = SymbolicReference.dereference_recursive(repository, "HEAD")
    except ValueError:
        return Head(commit=NO_COMMITS, branch=branch_of(name))
    return Head(commit=commit, branch=branch_of(name))


def _remotes(repository: Repo) -> tuple[Remote, ...]:
    """All URLs of all remotes of the repository's own configuration."""
    settings = repository.config_reader("repository")
    return tuple(
        sorted(
            Remote(name=without_credentials(remote.name), url=without_credentials(str(url)))
            for remote in repository.remotes
            for url in settings.get_values(f'remote "{remote.name}"', "url", "")
            if url
        )
    )


def _submodules(repository: Repo, root: Path, unknown: Unknown) -> tuple[Submodule, ...]:
    """The submodules in the index and, where they are checked out, their commits."""
    if not (root / ".gitmodules").is_file():
        return ()
    links = {
        str(path)
        for (path, _), entry in repository.index.entries.items()
        if entry.mode == _GITLINK_MODE
    }
    return tuple(
        Submodule(path=link, commit=_submodule_commit(root / link), dirty=unknown)
        for link in sorted(links)
    )


def _submodule_commit(folder: Path) -> str | None:
    """The commit that a submodule is at; None where it is not checked out."""
    if not os.path.lexists(folder / ".git"):
        return None
    import git  # noqa: PLC0415  (imported by then)

    commit = _head(git.Repo(folder, expand_vars=False)).commit
    return commit if isinstance(commit, str) else None
