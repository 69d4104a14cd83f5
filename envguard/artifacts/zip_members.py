"""The members of one zip archive, opened one at a time, within the limits of what they stand in."""

from __future__ import annotations

import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec.structs import replace

from envguard.artifacts.compression import Folded
from envguard.artifacts.contents import may_hold
from envguard.artifacts.decompressors import UNFOLDERS, errors_of
from envguard.artifacts.numpy_contents import look_at_head
from envguard.artifacts.numpy_header import MAGIC as NUMPY
from envguard.artifacts.stored_file import releaser
from envguard.artifacts.zip_directory import STORED, Member, Stretch, data_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from envguard.artifacts.constants import Buffer
    from envguard.artifacts.contents import Contents, Found
    from envguard.artifacts.member_pickles import Piece

_PIECE = 1 << 20
_HEAD = 1 << 16
_DESCRIPTOR = 24
_STREAMED = 8
_LZMA = 14
_METHODS = {8: "deflate", 12: "bz2", _LZMA: "lzma", 93: "zstd"}
"""Source: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT (section 4.4.5)."""
_LZMA_HEAD = 9
_LZMA_LARGEST_WINDOW = 128 << 20


class Archive:
    """The members that an archive lists."""

    def __init__(self, contents: Contents, piece: Piece, members: Iterable[Member]) -> None:
        self.contents = contents
        self.members = tuple(members)
        self.by_name = {member.name: member for member in self.members}
        self.summed = True
        """Its members have checksums."""
        self.piece = piece
        self._whole = Stretch(buffer=piece.buffer, start=piece.start, stop=piece.stop)
        self._places: dict[int, Stretch | None] = {}
        self._opened = set[int]()

    def note(self, kind: str, offset: int, text: str) -> None:
        """Keeps an anomaly of the archive, at an offset of its buffer."""
        self.contents.note(kind, max(offset - self.piece.start, 0), text, self.piece)

    def check_layout(self, end: int) -> None:
        """Notes names listed twice, and bytes that two members claim, or none; ``end`` excluded."""
        seen = set[str]()
        at = stop = self.piece.start
        before = ""
        for member in sorted(self.members, key=lambda one: one.header):
            if member.name in seen:
                text = f"two members named {member.name}: loaders differ in which one they take"
                self.note("duplicate-member", member.header, text)
            seen.add(member.name)
            place = self._place(member)
            if place is None:
                continue
            if member.header < stop:
                text = f"{member.name}: its bytes are those of {before} as well"
                self.note("overlapping-members", member.header, text)
            elif at < member.header and before:
                self._check_gap(at, member.header)
            stop = max(stop, place.stop)
            # The sizes of a streamed member follow it.
            at = max(at, place.stop + (_DESCRIPTOR if member.flags & _STREAMED else 0))
            before = member.name
        if at < end and self.members:
            self._check_gap(at, end)

    def _check_gap(self, start: int, stop: int) -> None:
        if any(self.piece.buffer[start : min(stop, start + _PIECE)]):
            text = f"{stop - start} bytes that belong to no member of the archive"
            self.note("unlisted-data", start, text)

    def look_at(self, member: Member) -> Found | None:
        """What one member holds; None where it is nothing that any loader would unpickle."""
        place = self._place(member) if self._may_open(member) else None
        if place is None:
            return None
        is_data = False
        if member.method != STORED:
            head = self._head(member, place)
            is_array = head is not None and head.startswith(NUMPY)
            is_data = head is not None and not is_array and not may_hold(head)
            if head is not None and (is_array or is_data) and member.size > self.contents.checkable:
                return look_at_head(self.contents, self._inner(member, head), member.size)
        with self.opened(member) as piece:
            found = None if piece is None or is_data else self.contents.look_into(piece)
            if piece is not None and self._is_worth_checking(member, found):
                self.check(member, piece)
        return found

    @contextmanager
    def opened(self, member: Member) -> Iterator[Piece | None]:
        """A member's bytes, unfolded; None where they cannot be had, which is noted."""
        place = self._place(member)
        folded = None if place is None or member.method == STORED else self._folded(member, place)
        if place is not None and member.method == STORED:
            inner = self._inner(member, place.buffer)
            yield replace(inner, start=place.start, stop=place.stop)
        elif folded is None:
            yield None
        else:
            with self.contents.unfolding(folded, self._inner(member, b"")) as (content, damage):
                damage.hand_over()
                yield None if damage.anomalies and not content else self._inner(member, content)

    def _may_open(self, member: Member) -> bool:
        """Whether a member can and should be opened at all; why not is noted."""
        self.contents.members -= 1
        if member.header in self._opened:
            return False  # two entries for the same bytes, which was noted
        self._opened.add(member.header)
        if member.name.endswith("/") and not member.size:
            return False
        if member.encrypted:
            self.note("encrypted-member", member.header, f"{member.name} is encrypted")
            return False
        return True

    def _place(self, member: Member) -> Stretch | None:
        key = id(member)
        if key not in self._places:
            self._places[key] = data_of(member, self._whole, self.contents.journal)
        return self._places[key]

    def _inner(self, member: Member, content: Buffer) -> Piece:
        where = f"{self.piece.where}/{member.name}" if self.piece.where else member.name
        depth = self.piece.depth + 1
        return replace(
            self.piece, buffer=content, start=0, stop=len(content), where=where, depth=depth
        )

    def _folded(self, member: Member, place: Stretch) -> Folded | None:
        start, prefix = place.start, b""
        if member.method not in _METHODS:
            text = f"{member.name}: compressed by method {member.method}, which is not read"
            self.note("unread-member", member.header, text)
            return None
        if member.method == _LZMA:
            # A zip has the header of a .lzma file without the length, after four bytes of its own.
            head = place.buffer[start : start + _LZMA_HEAD]
            if len(head) < _LZMA_HEAD or int.from_bytes(head[5:9], "little") > _LZMA_LARGEST_WINDOW:
                text = f"{member.name}: compressed with a window that is not read"
                self.note("unread-member", member.header, text)
                return None
            start, prefix = start + _LZMA_HEAD, head[4:9] + b"\xff" * 8
        return Folded(
            buffer=place.buffer,
            start=start,
            stop=place.stop,
            compression=_METHODS[member.method],
            prefix=prefix,
            lone=True,
        )

    def _head(self, member: Member, place: Stretch) -> bytes | None:
        """The first bytes of a compressed member; None where they cannot be had."""
        folded = self._folded(member, place)
        if folded is None:
            return None
        raw = folded.buffer[folded.start : min(folded.start + _HEAD, folded.stop)]
        try:
            return UNFOLDERS[folded.compression]().decompress(folded.prefix + raw, _HEAD)
        except ImportError:
            return None
        except errors_of(folded.compression):
            return None

    def _is_worth_checking(self, member: Member, found: Found | None) -> bool:
        """Whether a member is held against its checksum; of mere data only the first so many."""
        if found is not None and found.format != "numpy":
            return True
        self.contents.checkable -= member.size
        return self.contents.checkable >= 0

    def check(self, member: Member, piece: Piece) -> None:
        """Notes where a member is not as large, or not what, the archive says."""
        if piece.size != member.size:
            text = f"{piece.where}: {piece.size} bytes, {member.size} by the archive's directory"
            self.note("member-size", member.header, text)
        elif self.summed and checksum(piece) != member.crc:
            text = f"{piece.where}: its checksum does not fit its bytes"
            self.note("bad-crc", member.header, text)


def checksum(piece: Piece) -> int:
    """The CRC-32 of a piece, taken in parts so that little of it is in memory at once."""
    crc, release = 0, releaser(piece.buffer)
    for at in range(piece.start, piece.stop, _PIECE):
        crc = zlib.crc32(piece.buffer[at : min(at + _PIECE, piece.stop)], crc)
        if release is not None:
            release(at)
    return crc
