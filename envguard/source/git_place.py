"""Where a repository lies and what its HEAD is, by the git program."""

from __future__ import annotations

import os
from pathlib import Path

from msgspec import Struct

from envguard.facts.unknown import Unknown
from envguard.source.git_program import GitProgram, NoAnswerError, text_of

NO_COMMITS = Unknown("no commits yet")

_PLACE = ("--is-shallow-repository", "--git-dir", "--git-common-dir")
_HEAD = ("--revs-only", "HEAD", "--symbolic-full-name", "HEAD")
_PLACE_LINES = 4
"""Lines for ``_PLACE`` and the root; ``_HEAD`` adds two where there is a commit."""


class Head(Struct, frozen=True, kw_only=True):
    """What is checked out."""

    commit: str | Unknown
    branch: str | None
    """None when HEAD is detached."""


class Place(Struct, frozen=True, kw_only=True):
    """One repository on disk."""

    root: Path
    """Top of the work tree; the repository's own folder where it has none."""
    head: Head
    shallow: bool
    worktree: bool
    has_files: bool
    """False for a bare repository, and inside a .git folder."""


def read_place(program: GitProgram, folder: Path) -> Place:
    """Where the repository of that folder lies, and its HEAD.

    Raises:
        NoAnswerError: there is none, or git does not say.
    """
    try:
        output = program.ask(folder, "rev-parse", *_PLACE, "--show-toplevel", *_HEAD)
    except NoAnswerError as error:
        if "must be run in a work tree" not in error.message:
            raise
        return _read_bare_place(program, folder)
    shallow, own, common, root, *head = _lines(output)
    if len(head) not in {0, 2}:
        raise NoAnswerError("the path of the repository holds a line end")
    return Place(
        root=_path(root),
        head=_head(program, folder, head),
        shallow=shallow == b"true",
        worktree=(folder / _path(own)).resolve() != (folder / _path(common)).resolve(),
        has_files=True,
    )


def _read_bare_place(program: GitProgram, folder: Path) -> Place:
    """The same, where there is no work tree."""
    shallow, own, *head = _lines(
        program.ask(folder, "rev-parse", "--is-shallow-repository", "--absolute-git-dir", *_HEAD)
    )
    return Place(
        root=_path(own),
        head=_head(program, folder, head),
        shallow=shallow == b"true",
        worktree=False,
        has_files=False,
    )


def _head(program: GitProgram, folder: Path, lines: list[bytes]) -> Head:
    """HEAD by its two lines, commit and full name; without them no commit is there yet."""
    if not lines:
        name = program.ask(folder, "symbolic-ref", "-q", "HEAD", accept=(0, 1)).rstrip(b"\n")
        return Head(commit=NO_COMMITS, branch=branch_of(text_of(name)))
    commit, name = lines
    return Head(commit=text_of(commit), branch=branch_of(text_of(name)))


def branch_of(reference: str) -> str | None:
    """The branch of what HEAD refers to, None if it refers to a commit."""
    return None if reference in {"", "HEAD"} else reference.removeprefix("refs/heads/")


def _lines(output: bytes) -> list[bytes]:
    return output.rstrip(b"\n").split(b"\n")


def _path(raw: bytes) -> Path:
    return Path(os.fsdecode(raw))
