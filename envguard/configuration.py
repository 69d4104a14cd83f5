"""What a project says to envguard: the table ``[tool.envguard]`` of its pyproject.toml."""

from __future__ import annotations

import os
import re
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from envguard.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

FILE = "pyproject.toml"
KEYS = ("known-names",)
_IDENTIFIERS = r"[^\W\d]\w*(\.[^\W\d]\w*)*"
_ENTRY = re.compile(rf"{_IDENTIFIERS}:({_IDENTIFIERS}|\*)")


class Configuration(Struct, frozen=True, kw_only=True):
    """The settings of one project; those of none are all empty."""

    path: str | None = None
    """The file that they stand in."""
    known_names: tuple[str, ...] = ()
    """Names that the project vouches for: ``module:name``, or ``module:*`` for all of a module."""


def read_configuration(folder: Path) -> Configuration:
    """The settings that count in a folder: the nearest file upwards that has the table.

    The search ends with the repository that the folder is in.

    Raises:
        UsageError: the file cannot be read, is no TOML, or says what envguard does not know.
    """
    start = folder.absolute()
    for place in (start, *start.parents):
        table = _table(place / FILE)
        if table is not None:
            return _configuration(place / FILE, table)
        if os.path.lexists(place / ".git"):  # never raises
            break
    return Configuration()


def _table(path: Path) -> Any:
    """What stands under ``[tool.envguard]``; None where there is no such file or table."""
    try:
        text = path.read_bytes()
    except OSError as error:
        if not os.path.isfile(path):  # noqa: PTH113  (never raises)
            return None  # it is not there, is a folder, or lies where nobody may look
        raise UsageError(f"Cannot read {path}.", why=f"{error.strerror}.") from error
    if b"envguard" not in text:
        return None
    # Under the one name on Python 3.11 and later; before, a package of the same functions.
    toml = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    try:
        document = toml.loads(text.decode())
    except ValueError as error:
        raise UsageError(f"{path} is no TOML.", why=f"{error}.", fix="Mend the file.") from error
    tool = document.get("tool")
    return tool.get("envguard") if isinstance(tool, dict) else None


def _configuration(path: Path, table: Any) -> Configuration:
    if not isinstance(table, dict):
        raise UsageError(
            f"tool.envguard in {path} is no table.", fix=f"Write [tool.envguard] {_example()}."
        )
    for key in sorted(table.keys() - set(KEYS)):
        raise UsageError(
            f"[tool.envguard] of {path} has the key {key!r}, which envguard does not know.",
            fix=f"Known is: {', '.join(KEYS)}.",
        )
    names = table.get("known-names", [])
    if not isinstance(names, list):
        raise UsageError(f"known-names in {path} is no list.", fix=f"Write {_example()}.")
    for name in names:
        if not isinstance(name, str) or not _ENTRY.fullmatch(name):
            raise UsageError(
                f"known-names in {path} holds {name!r}, which names nothing.",
                why="An entry is a module, a colon and one name of it, or * for all of them.",
                fix=f"Write {_example()}.",
            )
    return Configuration(path=str(path), known_names=tuple(sorted(set(names))))


def _example() -> str:
    return 'known-names = ["mypackage.models:Scaler", "mypackage.steps:*"]'
