"""The room of compressed pickles, which is how joblib writes with ``compress``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from envguard.artifacts.compression import compression_of, unfolded
from envguard.artifacts.journal import Journal
from envguard.artifacts.pickle_file import facts_of, is_pickle, walk_pickles
from envguard.artifacts.pointers import shown
from envguard.facts.artifact import ArtifactFacts

if TYPE_CHECKING:
    from envguard.artifacts.stored_file import StoredFile


def recognises(head: bytes, path: Path) -> bool:
    """Whether the file starts as a compressed one does."""
    del path
    return compression_of(head) is not None


def read(stored: StoredFile) -> ArtifactFacts | None:
    """The facts of the pickle inside; without a format where something else is inside."""
    journal = Journal()
    compression = compression_of(stored.buffer[:16]) or ""
    with unfolded(stored.buffer, compression, journal) as buffer:
        if len(buffer):
            walk = walk_pickles(buffer, journal)
            if is_pickle(buffer, walk):
                return facts_of(stored, walk, compression)
            journal = Journal()
            text = f"{compression} data, and no pickle inside"
        else:
            text = f"{compression} data of which nothing could be unfolded"
    journal.note("unknown-format", 0, text)
    return ArtifactFacts(
        name=shown(Path(stored.path.name)),
        size=stored.size,
        digests={"sha256": stored.sha256},
        format=None,
        compression=compression,
        anomalies=journal.anomalies,
    )
