"""A folder as an artifact: what identifies it, whatever format it may hold.

The digest of a folder is the sha256 over one line for each file, sorted by path: the sha256 of
its bytes, two spaces, its path within the folder with ``/`` between the parts, a line end. A link
counts as the text that it holds and is never followed.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from envguard.artifacts.pointers import shown
from envguard.artifacts.stored_file import open_stored
from envguard.errors import UnreadableArtifactError
from envguard.facts.artifact import Anomaly, ArtifactFacts

MOST_FILES = 1_000_000


def read_folder(path: Path) -> ArtifactFacts:
    """The size and digest of a folder; no format of folders is read by this release.

    Raises:
        UnreadableArtifactError: a file in it cannot be read, or is no regular file.
    """
    digest, size, count = hashlib.sha256(), 0, 0
    for relative in sorted(_files(path), key=os.fsencode):
        count += 1
        inside = path / relative
        if inside.is_symlink():
            content = os.fsencode(os.readlink(inside))  # noqa: PTH115  (bytes are wanted)
            line = hashlib.sha256(content).hexdigest()
        else:
            with open_stored(inside) as stored:
                line, size = stored.sha256, size + stored.size
        name = os.fsencode(relative).replace(os.fsencode(os.sep), b"/")
        digest.update(line.encode() + b"  " + name + b"\n")
    kind, text = "unknown-format", f"a folder of {count} files, of no format that is known"
    if not count:
        kind, text = "empty", "the folder is empty"
    return ArtifactFacts(
        name=shown(Path(path.resolve().name)),
        size=size,
        digests={"sha256": digest.hexdigest()},
        format=None,
        anomalies=(Anomaly(kind=kind, offset=0, text=text),),
    )


def _files(folder: Path) -> list[str]:
    """The paths of all files below a folder, relative to it; links to folders count as files."""
    found: list[str] = []
    for root, folders, files in os.walk(folder, onerror=_refuse):
        links = [name for name in folders if (Path(root) / name).is_symlink()]
        found += [os.path.relpath(Path(root) / name, folder) for name in (*files, *links)]
        if len(found) > MOST_FILES:
            raise UnreadableArtifactError(
                f"{shown(folder)} holds more than {MOST_FILES} files.",
                fix="Name the artifact's own folder.",
            )
    return found


def _refuse(error: OSError) -> None:
    raise UnreadableArtifactError(
        f"{shown(Path(error.filename))} cannot be read.",
        why=f"The system says: {error.strerror or error}.",
        fix="Check the folder and its permissions.",
    )
