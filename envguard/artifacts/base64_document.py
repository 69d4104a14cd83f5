"""The room of texts with pickles in base64: JSON, JSON Lines, or nothing but base64."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from envguard.artifacts.contents import Contents
from envguard.artifacts.journal import Journal
from envguard.artifacts.member_pickles import Piece
from envguard.artifacts.packed_file import packed_facts
from envguard.artifacts.pickle_facts import FactsGatherer

if TYPE_CHECKING:
    from pathlib import Path

    from envguard.artifacts.stored_file import StoredFile
    from envguard.facts.artifact import ArtifactFacts

_TEXT = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:[{\[\"]|[A-Za-z0-9+/_-]{8})").match


def recognises(head: bytes, path: Path) -> bool:
    """Whether the file starts as JSON does, or as base64 does."""
    del path
    return _TEXT(head) is not None


def read(stored: StoredFile) -> ArtifactFacts | None:
    """The facts of all pickles in texts of the document; None where there is none."""
    from envguard.artifacts.base64_texts import look_at_texts  # noqa: PLC0415  (documents only)

    listener = FactsGatherer()
    contents = Contents(Journal(), listener, stored.size)
    piece = Piece(buffer=stored.buffer, start=0, stop=stored.size)
    found = look_at_texts(contents, piece)
    return packed_facts(stored, contents, listener, found) if found is not None else None
