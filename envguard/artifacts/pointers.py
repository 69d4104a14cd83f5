"""Git LFS and DVC pointers that stand where an artifact should be."""

from __future__ import annotations

import os
import re
from pathlib import Path

from envguard.errors import PointerError

HEAD_BYTES = 1024
"""A Git LFS pointer is smaller than this.

Source: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
"""

_LFS_OID = re.compile(rb"^oid [a-z0-9]+:[0-9a-f]+\r?$", re.MULTILINE).search
_LFS_SIZE = re.compile(rb"^size \d+\r?$", re.MULTILINE).search
_LFS_HEADS = (
    b"version https://git-lfs.github.com/spec/",
    b"version https://hawser.github.com/spec/",
)
_DVC_HASH = re.compile(rb"^\s*(?:- )?(?:md5|etag|checksum): ", re.MULTILINE).search


def refuse_unfetched(path: Path) -> None:
    """Returns unless DVC's file for an artifact is there and the artifact itself is not.

    Raises:
        PointerError: so it is, with the command that fetches the artifact.
    """
    dvc = path.with_name(path.name + ".dvc") if path.name else path
    if not os.path.lexists(path) and os.path.isfile(dvc):  # noqa: PTH113  (never raises)
        raise _dvc_error(path.name, dvc.name)


def refuse_pointer(path: Path, head: bytes, size: int) -> None:
    """Returns if the bytes are not those of a pointer.

    Raises:
        PointerError: they are, with the command that fetches the artifact.
    """
    if size <= HEAD_BYTES and head.startswith(_LFS_HEADS) and _LFS_OID(head) and _LFS_SIZE(head):
        name = shown(Path(path.name))
        raise PointerError(
            f"{name} is a Git LFS pointer, not the artifact.",
            why="Its content was not fetched.",
            fix=f"Run: git lfs pull --include {quoted(name)}",
        )
    # Source: https://dvc.org/doc/user-guide/project-structure/dvc-files
    if path.suffix == ".dvc" and b"outs:" in head and _DVC_HASH(head):
        raise _dvc_error(path.stem, path.name)


def shown(path: Path) -> str:
    """A path as text that every document and terminal can hold."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def quoted(name: str) -> str:
    """A name as one word of a shell command."""
    import shlex  # noqa: PLC0415  (one use)

    return shlex.quote(name)


def _dvc_error(name: str, dvc_name: str) -> PointerError:
    return PointerError(
        f"{shown(Path(name))} is tracked by DVC and not here.",
        why="Only its .dvc file is.",
        fix=f"Run: dvc pull {quoted(shown(Path(dvc_name)))}",
    )
