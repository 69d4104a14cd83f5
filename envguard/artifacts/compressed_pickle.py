"""The room of compressed files, which is how joblib writes with ``compress``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from envguard.artifacts.compression import compression_of, unfolded
from envguard.artifacts.contents import Contents, Found, is_container
from envguard.artifacts.journal import Journal
from envguard.artifacts.member_pickles import Piece
from envguard.artifacts.packed_file import packed_facts
from envguard.artifacts.pickle_facts import FactsGatherer
from envguard.artifacts.pickle_file import facts_of, is_pickle, walk_pickles
from envguard.artifacts.pointers import HEAD_BYTES, shown
from envguard.facts.artifact import ArtifactFacts

if TYPE_CHECKING:
    from envguard.artifacts.constants import Buffer
    from envguard.artifacts.stored_file import StoredFile

_UNKNOWN_TO_JOBLIB = frozenset({"zstd"})


def recognises(head: bytes, path: Path) -> bool:
    """Whether the file starts as a compressed one does."""
    del path
    return compression_of(head) is not None


def read(stored: StoredFile) -> ArtifactFacts | None:
    """The facts of what is inside; without a format where that is nothing known."""
    journal = Journal()
    compression = compression_of(stored.buffer[:16]) or ""
    with unfolded(stored.buffer, compression, journal) as buffer:
        if len(buffer):
            facts = _read_inside(stored, buffer, compression, journal)
            if facts is not None:
                return facts
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


def _read_inside(
    stored: StoredFile, buffer: Buffer, compression: str, journal: Journal
) -> ArtifactFacts | None:
    own = Journal()
    own.take_over(journal)
    if is_container(buffer[:HEAD_BYTES]):
        listener = FactsGatherer()
        contents = Contents(own, listener, max(stored.size, len(buffer)))
        found = contents.look_into(Piece(buffer=buffer, start=0, stop=len(buffer), depth=1))
        if found is None:
            return None
        packed = Found(format=found.format, packing=(compression, *found.packing))
        return packed_facts(stored, contents, listener, packed)
    walk = walk_pickles(buffer, own)
    if not is_pickle(buffer, walk):
        return None
    facts = facts_of(stored, walk, compression)
    if compression in _UNKNOWN_TO_JOBLIB:
        return replace(facts, format=facts.serializer)
    return facts
