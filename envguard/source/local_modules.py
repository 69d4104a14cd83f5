"""Which local modules the repository holds, and whether they stand as committed."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from envguard.facts.source import GitState, LocalModule, NoRepository
from envguard.facts.unknown import Unknown
from envguard.source.git_program import NoAnswerError, find_git, path_text, text_of
from envguard.source.git_state import read_git_state

if TYPE_CHECKING:
    from collections.abc import Iterable

NOT_TRACKED = Unknown("not tracked")

_PATHS_PER_CALL = 100
"""Windows takes some 32,000 characters in one command line."""


class Standing(Struct, frozen=True, kw_only=True):
    """How one file stands to the repository."""

    tracked: bool | Unknown
    dirty: bool | Unknown


def annotate(
    modules: tuple[LocalModule, ...],
    git: GitState | NoRepository | Unknown,
    *,
    timeout: float = 2.0,
) -> tuple[LocalModule, ...]:
    """The modules, each with whether the repository tracks it and whether it differs there.

    A file counts as tracked where the recorded state says which bytes it had: in the repository
    itself or in one of its submodules. A file that is a link counts as what it leads to. All
    questions to git together take at most ``timeout`` seconds; what is not answered by then is
    Unknown.
    """
    paths = {module.path for module in modules}
    standings = _standings(paths, git, time.monotonic() + timeout)
    return tuple(
        replace(
            module,
            tracked=standings[module.path].tracked,
            dirty=standings[module.path].dirty,
        )
        for module in modules
    )


def standing(place: str, git: GitState, tracked: frozenset[str] | Unknown) -> Standing:
    """How the file at that place, relative to the root, stands by facts that are all given."""
    if isinstance(tracked, Unknown):
        return Standing(tracked=tracked, dirty=tracked)
    if place not in tracked:
        return Standing(tracked=False, dirty=NOT_TRACKED)
    dirty = git.dirty if isinstance(git.dirty, Unknown) else place in git.dirty
    return Standing(tracked=True, dirty=dirty)


def tracked_paths(
    git: GitState, places: Iterable[str], *, timeout: float = 2.0
) -> frozenset[str] | Unknown:
    """Those of the places, relative to the root, that the repository's index holds."""
    program = find_git(timeout)
    if program is None:
        return Unknown("no git program")
    asked = sorted(places)
    found: set[str] = set()
    try:
        for start in range(0, len(asked), _PATHS_PER_CALL):
            some = asked[start : start + _PATHS_PER_CALL]
            output = program.ask(Path(git.root), "ls-files", "-z", "--", *some)
            found.update(map(text_of, output.split(b"\0")[:-1]))
    except NoAnswerError as error:
        return Unknown(error.reason)
    return frozenset(found)


def _standings(
    paths: set[str], git: GitState | NoRepository | Unknown, deadline: float
) -> dict[str, Standing]:
    """The standing of each path to whatever was found around it."""
    match git:
        case NoRepository():
            nowhere = Standing(tracked=False, dirty=Unknown("no repository"))
            return dict.fromkeys(paths, nowhere)
        case Unknown():
            return dict.fromkeys(paths, Standing(tracked=git, dirty=git))
        case _:
            return _standings_in(paths, git, deadline)


def _standings_in(paths: set[str], git: GitState, deadline: float) -> dict[str, Standing]:
    """The standing of each path in the repository or the submodule that holds it."""
    standings: dict[str, Standing] = {}
    places: dict[str, str] = {}
    in_submodules: dict[str, set[str]] = {}
    for path in paths:
        found = _place(path, git)
        if isinstance(found, Unknown):
            standings[path] = Standing(tracked=found, dirty=found)
        elif submodule := found[0]:
            in_submodules.setdefault(submodule, set()).add(path)
        else:
            places[path] = found[1]
    if places:
        tracked = tracked_paths(git, places.values(), timeout=_left(deadline))
        standings.update((path, standing(place, git, tracked)) for path, place in places.items())
    for submodule, inside in in_submodules.items():
        state = read_git_state(Path(git.root) / submodule, timeout=_left(deadline))
        standings.update(_standings(inside, state, deadline))
    return standings


def _left(deadline: float) -> float:
    return max(deadline - time.monotonic(), 0.0)


def _place(path: str, git: GitState) -> tuple[str, str] | Unknown:
    """The submodule that holds the file ("" for none) and the path relative to the root."""
    root = Path(os.path.realpath(git.root))
    real = Path(os.path.realpath(path))
    if not real.exists():
        return Unknown("the file is not there")
    if not real.is_relative_to(root):
        return Unknown(f"it lies outside the repository {git.root}")
    place = real.relative_to(root)
    if text_of(os.fsencode(place)) != str(place):
        return Unknown("its name is not UTF-8")
    return _owner(place, root, git)


def _owner(place: Path, root: Path, git: GitState) -> tuple[str, str] | Unknown:
    """The same, by the innermost repository around a place that lies below the root."""
    submodules = {found.path: found for found in git.submodules}
    for folder in place.parents[:-1]:
        name = folder.as_posix()
        if name in submodules and submodules[name].commit is None:
            return Unknown(f"it lies in submodule {name}, whose commit is not known")
        if name in submodules:
            return name, place.as_posix()
        if os.path.lexists(root / folder / ".git"):
            return Unknown(f"it lies in a repository of its own, {path_text(root / folder)}")
    return "", place.as_posix()
