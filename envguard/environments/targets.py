"""The table of places that can be named as a target."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from envguard.environments.conda_names import conda_prefix
from envguard.environments.interpreter import InterpreterTarget
from envguard.environments.stored import SnapshotTarget
from envguard.errors import TargetError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from envguard.facts.environment import EnvironmentFacts
    from envguard.facts.target import Target

LATER = {
    "image": "container images",
    "container": "running containers",
    "archive": "image archives",
    "lock": "lock files",
}
"""Kinds of targets that have a form already and no room yet."""

LOCK_NAMES = re.compile(
    r"(requirements.*\.(txt|in)|pylock(\..+)?\.toml|uv\.lock|poetry\.lock|pdm\.lock|Pipfile\.lock"
    r"|pixi\.lock|conda-lock\.ya?ml|environment\.ya?ml|explicit\.txt)"
)

PYTHONS = ("bin/python", "bin/python3", "Scripts/python.exe", "python.exe")
"""Where the interpreter of a prefix stands: POSIX, venv and conda on Windows."""

TOOL_MARKS = {"uv-receipt.toml": "uv tool", "pipx_metadata.json": "pipx"}
"""Files that a tool installer leaves in the environments that it makes for programs."""

SNAPSHOT_LIMIT = 64 << 20
"""Bytes of a JSON file that are searched for the schema: it stands near the end, keys sorted."""

_SNAPSHOT_SCHEMA = re.compile(rb'"schema"\s*:\s*"envguard/')
_FIX = "Name a Python, the folder of a virtual or conda environment, or a snapshot."


def find_target(
    text: str | None,
    *,
    environ: Mapping[str, str],
    executable: str,
    read_environment: Callable[[Path], EnvironmentFacts],
) -> Target:
    """The place that a text names; without one, the active environment or this interpreter.

    Raises:
        TargetError: there is no such place, or it is no Python.
        UsageError: this release has no targets of that kind.
        EnvguardError: whatever ``read_environment`` says of a snapshot.
    """
    if text is None:
        return _default_target(environ, executable)
    kind, colon, name = text.partition(":")
    if colon and kind in LATER:
        raise UsageError(
            f"{_shown(text)}: this release does not have {LATER[kind]} as targets yet.", fix=_FIX
        )
    if colon and kind == "conda":
        prefix = conda_prefix(name, environ)
        return InterpreterTarget(_prefix_python(prefix), f"{_shown(text)} ({_shown(str(prefix))})")
    path = Path(text)
    program = _on_path(text, environ)
    if os.path.lexists(path) and not (program is not None and _is_no_prefix(path)):
        return _target_at(path, read_environment)
    if program is not None:
        return InterpreterTarget(program, _shown(str(program)))
    raise TargetError(f"{_shown(text)} is not there.", why=_searched(text), fix=_FIX)


def _default_target(environ: Mapping[str, str], executable: str) -> Target:
    for variable in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        prefix = environ.get(variable)
        if prefix:
            try:
                return InterpreterTarget(_prefix_python(Path(prefix)), _shown(prefix))
            except TargetError as problem:
                raise TargetError(
                    f"The active environment cannot be used: {problem.what}",
                    why=f"It is named by ${variable}.",
                    fix="Activate another, or name it: --target PYTHON",
                ) from problem
    if not executable:
        raise TargetError(
            "No target is named, and this process has no interpreter of its own.",
            fix="Name it: --target PYTHON",
        )
    python = Path(os.path.abspath(executable))  # noqa: PTH100  (resolving would leave the venv)
    for mark, tool in TOOL_MARKS.items():
        if (python.parent.parent / mark).is_file():
            raise TargetError(
                f"No target is named, and {_shown(str(python))} is envguard's own.",
                why=f"It is an environment that {tool} made for this tool alone.",
                fix="Name it: --target PYTHON",
            )
    return InterpreterTarget(python, _shown(executable))


def _target_at(path: Path, read_environment: Callable[[Path], EnvironmentFacts]) -> Target:
    """The target at a path that exists, or that is a link to nothing."""
    label = _shown(str(path))
    try:
        if not path.exists():
            raise TargetError(f"{label} is a link to something that is gone.", fix=_FIX)
        if path.is_dir():
            return InterpreterTarget(_prefix_python(path), label)
        if not path.is_file():
            raise TargetError(f"{label} is neither a file nor a folder.", fix=_FIX)
        if path.name.endswith(".envguard.json") or _holds_snapshot(path):
            return SnapshotTarget(label, read_environment(path))
    except OSError as problem:
        raise TargetError(f"{label} cannot be read: {problem.strerror}.", fix=_FIX) from problem
    if LOCK_NAMES.fullmatch(path.name):
        raise UsageError(
            f"{label}: this release does not have {LATER['lock']} as targets yet.", fix=_FIX
        )
    if not os.access(path, os.X_OK):
        raise TargetError(
            f"{label} is no Python: it is a file that cannot be executed.",
            why="It is no snapshot either.",
            fix=_FIX,
        )
    return InterpreterTarget(_absolute(path), label)


def _prefix_python(prefix: Path) -> Path:
    """The interpreter of an environment's folder."""
    label = _shown(str(prefix))
    if not prefix.is_dir():
        raise TargetError(f"{label} is no folder.", why="It is not there, or a file.", fix=_FIX)
    for name in PYTHONS:
        python = prefix / name
        if python.is_file():
            return _absolute(python)
        if python.is_symlink():
            raise TargetError(
                f"{label} has lost its interpreter.",
                why=f"{name} leads to {_shown(str(python.readlink()))}, which is gone.",
                fix="Make the environment anew.",
            )
    raise TargetError(
        f"{label} is no environment: no Python is in it.",
        why=f"Neither of {', '.join(PYTHONS)} is there.",
        fix=_FIX,
    )


def _on_path(text: str, environ: Mapping[str, str]) -> Path | None:
    """The program of a bare name, as the shell would find it."""
    if not text or os.sep in text or (os.altsep and os.altsep in text):
        return None
    program = shutil.which(text, path=environ.get("PATH", os.defpath))
    return None if program is None else _absolute(Path(program))


def _is_no_prefix(path: Path) -> bool:
    """A folder without a Python, such as a repository's ``python/``, hides no program."""
    return path.is_dir() and not any((path / name).exists() for name in PYTHONS)


def _searched(text: str) -> str:
    bare = os.sep not in text
    return "Neither a path nor a program on PATH has that name." if bare else ""


def _holds_snapshot(path: Path) -> bool:
    """Whether a file is a JSON object that names one of envguard's schemas."""
    with path.open("rb") as stream:
        head = stream.read(4096)
        if not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            return False
        return _SNAPSHOT_SCHEMA.search(head + stream.read(SNAPSHOT_LIMIT)) is not None


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100  (resolving would leave the venv)


def _shown(text: str) -> str:
    """A path as text that any encoder takes."""
    return os.fsencode(text).decode("utf-8", "backslashreplace")
