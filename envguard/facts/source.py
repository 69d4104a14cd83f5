"""Whose code: the repository around a training run and the local modules it used."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from envguard.facts.unknown import Unknown


class Remote(Struct, frozen=True, kw_only=True, order=True):
    """A remote of a repository, its URL without credentials."""

    name: str
    url: str


class Submodule(Struct, frozen=True, kw_only=True, order=True):
    """A submodule: where it lies and the commit that it is at."""

    path: str
    commit: str | None
    """None where it is not checked out, or cannot be read."""
    dirty: bool | Unknown = False


class GitState(Struct, frozen=True, kw_only=True, tag_field="state", tag="repository"):
    """A git repository at one moment."""

    root: str
    commit: str | Unknown
    """Unknown before the first commit."""
    branch: str | None
    """None when HEAD is detached."""
    dirty: tuple[str, ...] | Unknown
    """Tracked files that differ from HEAD, relative to the root."""
    untracked: tuple[str, ...] | Unknown
    remotes: tuple[Remote, ...] = ()
    submodules: tuple[Submodule, ...] = ()
    shallow: bool = False
    worktree: bool = False


class NoRepository(Struct, frozen=True, kw_only=True, tag_field="state", tag="none"):
    """No repository holds the folder that was asked about."""

    folder: str


FoundIn = Literal["import-path", "code", "current-folder"]


class LocalModule(Struct, frozen=True, kw_only=True):
    """A module that no distribution owns, as its file stands.

    ``syntax_sha256`` is a digest of the syntax tree: comments and formatting do not count.
    """

    module: str
    path: str
    sha256: str
    syntax_sha256: str | Unknown
    imports: tuple[str, ...] = ()
    """Absolute names of the modules that it imports at any level of nesting."""
    found_in: FoundIn = "import-path"
    tracked: bool | Unknown = Unknown("not asked")
    dirty: bool | Unknown = Unknown("not asked")


class CodeFacts(Struct, frozen=True, kw_only=True):
    """The code around an artifact."""

    git: GitState | NoRepository | Unknown
    modules: tuple[LocalModule, ...] = ()
