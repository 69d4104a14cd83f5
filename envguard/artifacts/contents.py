"""What a stretch of bytes is, whatever it is packed in: looked into until all is unpacked.

One of these goes through a whole artifact, so that its limits hold for all that is nested in it
together: how deep, how many members, how many bytes are unfolded.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec import Struct

from envguard.artifacts.abstract_values import OPAQUE, Value
from envguard.artifacts.compression import (
    HIGHEST_RATIO,
    RATIO_FREE,
    Folded,
    compression_of,
    unfolded_stretch,
)
from envguard.artifacts.member_pickles import (
    MemberJournal,
    Piece,
    is_declared,
    may_be_pickle,
    walk_member,
)
from envguard.artifacts.numpy_header import MAGIC as NUMPY
from envguard.artifacts.tar_headers import BLOCK, is_header
from envguard.artifacts.zip_directory import LOCAL, MOST_MEMBERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from envguard.artifacts.constants import Buffer
    from envguard.artifacts.journal import Journal
    from envguard.artifacts.machine import Listener

_DEEPEST = 8
_CHECKED_DATA = 64 << 20
_EMPTY_ZIP = b"PK\x05\x06"
_BY_CHANCE = frozenset({"zlib", "lzma"})
"""Compressions with so short a mark that other data may start with it."""
_DAMAGE = frozenset({"bad-compressed-data", "truncated", "trailing-data"})
TORCH_LEGACY = bytes.fromhex("80028a0a6cfc9c46f9206aa850192e")
"""The first pickle of a checkpoint of torch before 1.6: a number alone.

Source: https://github.com/pytorch/pytorch/blob/main/torch/serialization.py (MAGIC_NUMBER).
"""
UNREAD = (
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a rar archive"),
)
"""Containers that this release does not read."""


class Found(Struct, frozen=True, kw_only=True):
    """What was found in a stretch of bytes."""

    format: str | None = None
    """A format name of the inspection document; None for a pickle, which its names tell."""
    packing: tuple[str, ...] = ()
    """Archives and compressions around it, outermost first."""


class Contents:
    """The looking into of one artifact."""

    def __init__(
        self, journal: Journal, listener: Listener, size: int, *, free: int | None = None
    ) -> None:
        self.journal = journal
        self.listener = listener
        self.most = max(RATIO_FREE if free is None else free, HIGHEST_RATIO * size)
        """So many bytes may still be unfolded."""
        self.checkable = _CHECKED_DATA
        """So many bytes of mere data are still held against their checksums."""
        self.members = MOST_MEMBERS
        """So many members may still be looked at."""
        self.result: Value = OPAQUE
        """The outermost object of the first pickle."""
        self.pickles = self.arrays = 0
        """How many pickles were met, and how many joblib arrays in them."""

    def look_into(self, piece: Piece) -> Found | None:
        """What stands there; None where it is nothing that any loader would unpickle."""
        if not piece.size:
            return None
        if piece.depth > _DEEPEST:
            text = f"containers inside containers, more than {_DEEPEST} deep: {piece.where}"
            self.journal.note("limit", 0, text)
            return Found()
        head = piece.head()
        if is_declared(head) and not head.startswith(TORCH_LEGACY):
            return self.look_at_pickle(piece)
        return self._look_at_container(piece, head)

    def _look_at_container(self, piece: Piece, head: bytes) -> Found | None:
        look = _room_of(head)
        if look is not None:
            return look(self, piece)
        kind = compression_of(head)
        if kind is not None:
            return self._look_at_compressed(piece, kind)
        unread = next((text for magic, text in UNREAD if head.startswith(magic)), None)
        if unread is not None:
            self.note("unread-container", 0, f"{unread}, which this release does not read", piece)
            return Found()
        return self.look_at_pickle(piece) if may_be_pickle(head) else None

    def look_at_pickle(self, piece: Piece) -> Found | None:
        """A pickle, or None."""
        walked = walk_member(piece, self.journal, self.listener)
        if walked is None:
            return None
        if not self.pickles:
            self.result = walked.result
        self.pickles += 1
        self.arrays += walked.arrays
        return Found()

    def _look_at_compressed(self, piece: Piece, kind: str) -> Found | None:
        folded = Folded(buffer=piece.buffer, start=piece.start, stop=piece.stop, compression=kind)
        if self.is_spent(piece):
            return Found(packing=(kind,))
        with self.unfolding(folded, piece) as (content, damage):
            inner = Piece(
                buffer=content, start=0, stop=len(content), where=piece.where, depth=piece.depth + 1
            )
            found = self.look_into(inner)
            told = {anomaly.kind for anomaly in damage.anomalies}
            if found is None and kind in _BY_CHANCE and told <= _DAMAGE:
                return None
            damage.hand_over()
        if found is None:
            return Found(packing=(kind,)) if told else None
        return Found(format=found.format, packing=(kind, *found.packing))

    def is_spent(self, piece: Piece) -> bool:
        """Whether no more may be unfolded, or no further member looked at; which is noted."""
        if self.most > 0 and self.members > 0:
            return False
        text = "the artifact unfolds to too much: not read further"
        if self.members <= 0:
            text = f"more than {MOST_MEMBERS} members: those after it were not read"
        self.note("limit", 0, text, piece)
        return True

    @contextmanager
    def unfolding(self, folded: Folded, piece: Piece) -> Iterator[tuple[Buffer, MemberJournal]]:
        """What a compressed stretch unfolds to, and what is wrong with it, not yet handed over."""
        damage = MemberJournal(self.journal, Piece(buffer=b"", start=0, stop=0, where=piece.where))
        with unfolded_stretch(folded, damage, most=self.most) as content:
            self.most = max(self.most - len(content), 0)
            yield content, damage

    def note(self, kind: str, offset: int, text: str, piece: Piece) -> None:
        """Keeps an anomaly of a piece, at an offset within it."""
        where = f" (offset within {piece.where})" if piece.where else ""
        self.journal.note(kind, offset, text + where)


def _room_of(head: bytes) -> Callable[[Contents, Piece], Found | None] | None:
    # What looks into a container looks into its members by this very module.
    from envguard.artifacts import numpy_contents, tar_contents, torch_legacy  # noqa: PLC0415  (see above)
    from envguard.artifacts.zip_contents import look_at_zip  # noqa: PLC0415  (the same)

    if head.startswith((LOCAL, _EMPTY_ZIP)):
        return look_at_zip
    if head.startswith(TORCH_LEGACY):
        return torch_legacy.look_at_legacy
    if head.startswith(NUMPY):
        return numpy_contents.look_at_arrays
    return tar_contents.look_at_tar if is_header(head[:BLOCK]) else None


def is_container(head: bytes) -> bool:
    """Whether something that starts so is packed in a known way, be it one that is not read."""
    return (
        head.startswith((LOCAL, _EMPTY_ZIP, NUMPY, TORCH_LEGACY, *(magic for magic, _ in UNREAD)))
        or compression_of(head) is not None
        or is_header(head[:BLOCK])
    )


def may_hold(head: bytes) -> bool:
    """Whether something that starts so is worth being looked into."""
    return may_be_pickle(head) or is_container(head)
