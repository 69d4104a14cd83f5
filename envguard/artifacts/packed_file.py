"""The room of archives and arrays: zip, tar, .npy, .npz, and torch's checkpoints of every kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from envguard.artifacts.contents import Contents, Found, is_container
from envguard.artifacts.joblib_dump import ArraySkipper
from envguard.artifacts.journal import Journal
from envguard.artifacts.member_pickles import Piece
from envguard.artifacts.pickle_facts import FactsGatherer
from envguard.artifacts.pickle_file import Walk, facts_of
from envguard.facts.artifact import ArtifactFacts, Need, Producer

if TYPE_CHECKING:
    from pathlib import Path

    from envguard.artifacts.stored_file import StoredFile

_PRODUCERS = {
    "torch": "torch",
    "torchscript": "torch",
    "torch-export": "torch",
    "numpy": "numpy",
    "keras": "keras",
    "skops": "skops",
}
_SUFFIXES = {"gzip": "gz"}


def recognises(head: bytes, path: Path) -> bool:
    """Whether the first bytes are those of an archive or an array."""
    del path
    return is_container(head)


def read(stored: StoredFile) -> ArtifactFacts | None:
    """The facts of all pickles inside; None where nothing inside is known."""
    listener = FactsGatherer()
    contents = Contents(Journal(), listener, stored.size)
    found = contents.look_into(Piece(buffer=stored.buffer, start=0, stop=stored.size))
    if found is None:
        if not contents.journal.anomalies:
            return None
        contents.journal.note("unknown-format", 0, "nothing inside that can be read")
        return replace(packed_facts(stored, contents, listener, Found()), format=None)
    return packed_facts(stored, contents, listener, found)


def packed_facts(
    stored: StoredFile, contents: Contents, listener: FactsGatherer, found: Found
) -> ArtifactFacts:
    """The facts of an artifact that was looked into."""
    walk = Walk(journal=contents.journal, facts=listener, arrays=ArraySkipper(listener))
    walk.result, walk.ended, walk.arrays.arrays = contents.result, True, contents.arrays
    facts = facts_of(stored, walk)
    producer = _PRODUCERS.get(found.format or "")
    return replace(
        facts,
        needs=_with_loader(facts.needs, producer),
        format=found.format or (facts.format if contents.pickles else None),
        serializer=facts.serializer if contents.pickles else None,
        compression=_label(found.packing),
        producer=Producer(library=producer) if producer else facts.producer,
    )


def _with_loader(needs: tuple[Need, ...], library: str | None) -> tuple[Need, ...]:
    """What is needed, and the library that alone loads the format, if nothing names it yet."""
    if library is None or any(need.module.partition(".")[0] == library for need in needs):
        return needs
    return tuple(sorted((*needs, Need(module=library, name="", kind="module"))))


def _label(packing: tuple[str, ...]) -> str | None:
    """What an artifact is packed in, as a suffix says it: ``tar.gz``."""
    if not packing:
        return None
    if len(packing) == 1:
        return packing[0]
    return ".".join(_SUFFIXES.get(name, name) for name in reversed(packing))
