"""Where a conda environment of a given name lies, without asking conda."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from envguard.errors import TargetError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def conda_prefix(name: str, environ: Mapping[str, str]) -> Path:
    """The folder of a named environment; of ``base``, that of conda itself.

    Source: https://docs.conda.io/projects/conda/en/latest/user-guide/tasks/manage-environments.html

    Raises:
        TargetError: no environment of that name is known.
    """
    if name and os.sep not in name:
        for prefix in _candidates(name, environ):
            if (prefix / "conda-meta").is_dir():
                return prefix
    raise TargetError(
        f"No conda environment is named {name!r}.",
        why="Searched: $CONDA_PREFIX/envs, its neighbours, and ~/.conda/environments.txt.",
        fix="Name its folder instead: --target /path/to/prefix",
    )


def _candidates(name: str, environ: Mapping[str, str]) -> Iterator[Path]:
    known = list(_listed(environ))
    if active := environ.get("CONDA_PREFIX"):
        prefix = Path(active)
        roots = [prefix, prefix.parent.parent]
        if name == "base":
            known[:0] = roots
        else:
            yield prefix / "envs" / name
            yield prefix.parent / name
    for prefix in known:
        # conda itself stands in condabin of its own prefix and of no other.
        if (prefix / "condabin").is_dir() if name == "base" else prefix.name == name:
            yield prefix


def _listed(environ: Mapping[str, str]) -> Iterator[Path]:
    """The prefixes that conda noted down as it made them."""
    home = environ.get("HOME") or environ.get("USERPROFILE")
    if not home:
        return
    try:
        text = (Path(home) / ".conda" / "environments.txt").read_text("utf-8", "surrogateescape")
    except OSError:
        return
    for line in text.splitlines():
        if line.strip():
            yield Path(line.strip())
