"""The state of the git repository around a folder."""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from msgspec.structs import replace

from envguard.facts.source import GitState, NoRepository, Submodule
from envguard.facts.unknown import Unknown
from envguard.source.git_place import read_place
from envguard.source.git_program import (
    GitProgram,
    NoAnswerError,
    NoProgramError,
    find_git,
    path_text,
    text_of,
)
from envguard.source.git_status import Settings, listed, parse_settings, parse_status

if TYPE_CHECKING:
    from collections.abc import Iterator

NO_FILES = Unknown("there is no work tree here")

_SETTINGS = (
    *("config", "-z", "--show-scope", "--get-regexp"),
    r"^(remote\..*\.url|filter\..*\.(clean|process))$",
)
_STATUS = (
    *("status", "--porcelain=v2", "-z", "--untracked-files=all", "--no-renames"),
    # Submodules are asked one by one, so that their own filters can be switched off as well.
    "--ignore-submodules=dirty",
)
_GITLINK_MODE = b"160000"
_OWNER = re.compile(r"(?:dubious ownership|unsafe repository)[^']*'([^']*)'")


def read_git_state(folder: Path, *, timeout: float = 2.0) -> GitState | NoRepository | Unknown:
    """The repository that holds the folder, at this moment; nothing in it runs or changes.

    Without a git program, commit, branch, remotes and submodules are read from the repository's
    files, and the rest is Unknown. Where git says where the repository stands but is too slow for
    the state of its files, only that state is Unknown. A content filter of the repository's own
    configuration is not run: a file under it may then count as dirty after a mere ``touch``.
    """
    program = find_git(timeout)
    if program is None:
        return _read_without_git(folder, "no git program")
    try:
        return _read(program, folder)
    except NoProgramError as error:
        return _read_without_git(folder, error.reason)
    except NoAnswerError as error:
        return _explain(error, folder)


def _read_without_git(folder: Path, reason: str) -> GitState | NoRepository | Unknown:
    """What the files of the repository say, and the reason for the rest."""
    from envguard.source.git_folder import read_git_folder  # noqa: PLC0415  (rarely needed)

    return read_git_folder(folder, reason)


def _explain(error: NoAnswerError, folder: Path) -> NoRepository | Unknown:
    """What an error of git says about the folder."""
    if owner := _OWNER.search(error.message):
        import shlex  # noqa: PLC0415  (rarely needed)

        return Unknown(
            f"git refuses {owner[1]}, as another user owns it (dubious ownership). If you trust "
            f"it: git config --global --add safe.directory {shlex.quote(owner[1])}"
        )
    if "not a git repository (or any" not in error.message:
        return Unknown(error.reason)
    for place in (folder.absolute(), *folder.absolute().parents):
        if os.path.lexists(place / ".git"):
            return Unknown(f"{path_text(place / '.git')} is there, but git finds no repository")
    return NoRepository(folder=path_text(folder))


def _read(program: GitProgram, folder: Path) -> GitState:
    """The state, by the git program.

    Raises:
        NoAnswerError: not even the repository's place or settings could be had.
    """
    place = read_place(program, folder)
    settings = parse_settings(program.ask(folder, *_SETTINGS, accept=(0, 1)))
    state = GitState(
        root=path_text(place.root),
        commit=place.head.commit,
        branch=place.head.branch,
        dirty=NO_FILES,
        untracked=NO_FILES,
        remotes=settings.remotes,
        shallow=place.shallow,
        worktree=place.worktree,
    )
    if not place.has_files:
        return state
    dirty, untracked = _read_files(program, place.root, settings)
    submodules = sorted(_read_submodules(program, place.root), key=lambda found: found.path)
    return replace(state, dirty=dirty, untracked=untracked, submodules=tuple(submodules))


def _read_files(
    program: GitProgram, root: Path, settings: Settings
) -> tuple[tuple[str, ...] | Unknown, tuple[str, ...] | Unknown]:
    """The dirty and the untracked files, or why they could not be had."""
    switched_off = []
    for name in settings.own_filters:
        if "=" in name:
            reason = Unknown(f"the repository brings a filter that cannot be kept off: {name}")
            return reason, reason
        for setting in ("clean=", "process=", "required=false"):
            switched_off += ["-c", f"filter.{name}.{setting}"]
    try:
        dirty, untracked = parse_status(program.ask(root, *switched_off, *_STATUS))
    except NoAnswerError as error:
        return Unknown(error.reason), Unknown(error.reason)
    return listed(dirty), listed(untracked)


def _read_submodules(program: GitProgram, root: Path) -> Iterator[Submodule]:
    """Each submodule that the index holds and .gitmodules names, those inside them included."""
    if not (root / ".gitmodules").is_file():
        return
    try:
        found = _submodule_paths(program, root)
    except NoAnswerError:
        # A .gitmodules that git itself cannot read names no submodule.
        return
    for raw in found:
        name, folder = text_of(raw), root / os.fsdecode(raw)
        if not os.path.lexists(folder / ".git"):
            yield Submodule(path=name, commit=None)
            continue
        try:
            state = _read(program, folder)
        except NoAnswerError as error:
            yield Submodule(path=name, commit=None, dirty=Unknown(error.reason))
            continue
        commit = state.commit if isinstance(state.commit, str) else None
        yield Submodule(path=name, commit=commit, dirty=_is_dirty(state))
        for inner in state.submodules:
            yield replace(inner, path=str(PurePosixPath(name, inner.path)))


def _submodule_paths(program: GitProgram, root: Path) -> list[bytes]:
    """The paths in .gitmodules at which the index really has another repository's commit.

    Raises:
        NoAnswerError: git cannot read one of the two.
    """
    wanted = ("config", "-z", "--file", ".gitmodules", "--get-regexp", r"^submodule\..*\.path$")
    entries = program.ask(root, *wanted, accept=(0, 1)).split(b"\0")[:-1]
    named = [os.fsdecode(entry.partition(b"\n")[2]) for entry in entries]
    inside = [name for name in named if name and not {"..", "/"} & {*PurePosixPath(name).parts}]
    if not inside:
        return []
    links = program.ask(root, "ls-files", "--stage", "-z", "--", *inside).split(b"\0")[:-1]
    return [
        path
        for details, _, path in (link.partition(b"\t") for link in links)
        if details.startswith(_GITLINK_MODE)
    ]


def _is_dirty(state: GitState) -> bool | Unknown:
    """Whether anything in a submodule differs from its own commit."""
    for part in (state.dirty, state.untracked):
        if isinstance(part, Unknown):
            return part
    parts = (inner.dirty for inner in state.submodules)
    return bool(state.dirty or state.untracked) or any(part is True for part in parts)
