"""Any artifact in, its facts out: one table of rooms, one for each family of formats."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

from envguard.artifacts import base64_document, compressed_pickle, packed_file, pickle_file
from envguard.artifacts.folder import read_folder
from envguard.artifacts.pointers import HEAD_BYTES, refuse_pointer, refuse_unfetched, shown
from envguard.artifacts.stored_file import StoredFile, open_stored
from envguard.facts.artifact import Anomaly, ArtifactFacts


class Room(Protocol):
    """One family of formats; a module is the implementation."""

    def recognises(self, head: bytes, path: Path) -> bool:
        """Whether the first bytes can be of this family."""

    def read(self, stored: StoredFile) -> ArtifactFacts | None:
        """The facts; None if the rest of the bytes is not of this family after all."""


ROOMS: tuple[Room, ...] = (compressed_pickle, packed_file, pickle_file, base64_document)
"""Asked in this order. A new format: a module here, a sample in the tests."""


def read_artifact(path: Path) -> ArtifactFacts:
    """What an artifact is and needs, read from its bytes with nothing of it executed.

    Of a folder this release knows the digest alone.

    Raises:
        MissingFileError: it is not there.
        PointerError: a Git LFS or DVC pointer stands in its place.
        UnreadableArtifactError: it is no file, may not be read, or changes meanwhile.
    """
    refuse_unfetched(path)
    if os.path.isdir(path):  # noqa: PTH112  (never raises)
        return read_folder(path)
    with open_stored(path) as stored:
        head = stored.buffer[:HEAD_BYTES]
        refuse_pointer(path, head, stored.size)
        for room in ROOMS:
            if room.recognises(head, path):
                facts = room.read(stored)
                if facts is not None:
                    return facts
        return _unrecognised(stored)


def _unrecognised(stored: StoredFile) -> ArtifactFacts:
    anomaly = Anomaly(kind="unknown-format", offset=0, text="no format that is known")
    if not stored.size:
        anomaly = Anomaly(kind="empty", offset=0, text="the file is empty")
    return ArtifactFacts(
        name=shown(Path(stored.path.name)),
        size=stored.size,
        digests={"sha256": stored.sha256},
        format=None,
        anomalies=(anomaly,),
    )
