"""The members of a zip archive, by its central directory, with what is odd about them told.

Nothing that the archive says of itself is trusted: an offset or size that leads beyond the data,
a local header that says otherwise, and bytes that no member accounts for are anomalies. A member
that cannot be had loses none of the others.

Source: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT (sections 4.3 and 4.5.3).
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from msgspec import Struct

from envguard.artifacts.constants import Buffer

if TYPE_CHECKING:
    from envguard.artifacts.journal import Journal

MOST_MEMBERS = 65_536
STORED = 0
_END = b"PK\x05\x06"
_END_64 = b"PK\x06\x06"
_LOCATOR_64 = b"PK\x06\x07"
_CENTRAL = b"PK\x01\x02"
LOCAL = b"PK\x03\x04"
_END_SIZE, _LOCATOR_SIZE, _CENTRAL_SIZE, LOCAL_SIZE = 22, 20, 46, 30
_LONGEST_COMMENT = 0xFFFF
_WIDE = 0xFFFF_FFFF
_UTF8 = 0x800
_STREAMED = 0x8
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_CENTRAL_FIELDS = struct.Struct("<4x6H3L5H2L").unpack_from
_LOCAL_FIELDS = struct.Struct("<4x5H3L2H").unpack_from
_END_FIELDS = struct.Struct("<4x4H2LH").unpack_from
_UINT8 = struct.Struct("<Q").unpack_from


class Stretch(Struct, frozen=True, kw_only=True):
    """A range of a buffer."""

    buffer: Buffer
    start: int
    stop: int


class Member(Struct, frozen=True, kw_only=True):
    """One member as the central directory lists it."""

    name: str
    flags: int
    method: int
    crc: int
    stored: int
    """In bytes, as they stand in the archive."""
    size: int
    """In bytes, unfolded."""
    header: int
    """Where its local header stands in the buffer."""

    @property
    def encrypted(self) -> bool:
        """Whether its bytes are."""
        return bool(self.flags & _ENCRYPTED)


class Directory(Struct, frozen=True, kw_only=True):
    """What an archive lists."""

    members: tuple[Member, ...]
    start: int
    """Where the listing itself stands in the buffer."""


def read_directory(archive: Stretch, journal: Journal) -> Directory | None:
    """The members, in the order in which they are listed; None if there is no directory."""
    end = _find_end(archive)
    if end is None:
        return None
    buffer = archive.buffer
    _, _, _, count, size, offset, comment = _END_FIELDS(buffer, end)
    after = end + _END_SIZE + comment
    if after != archive.stop:
        journal.note("trailing-data", after, "the archive does not end where it says that it does")
    directory_end = end
    wide = _wide_end(archive, end)
    if wide is not None:
        directory_end, count, size, offset = wide
    start = directory_end - size
    base = start - offset  # what stands before the archive moves all of it
    if start < archive.start or base < archive.start:
        text = "the archive's directory is said to stand outside of the archive"
        journal.note("archive-directory", end, text)
        return None
    if base != archive.start:
        text = f"{base - archive.start} bytes before the archive"
        journal.note("data-before-archive", archive.start, text)
    listing = Stretch(buffer=buffer, start=start, stop=directory_end)
    return Directory(members=tuple(_listed(listing, base, count, journal)), start=start)


def _find_end(archive: Stretch) -> int | None:
    """Where the last record of the archive stands: the last that fits the end, else the last."""
    buffer = archive.buffer
    lowest = max(archive.start, archive.stop - _END_SIZE - _LONGEST_COMMENT)
    last = None
    stop = archive.stop
    while (at := buffer.rfind(_END, lowest, stop)) >= 0:
        if at + _END_SIZE <= archive.stop:
            last = at if last is None else last
            if at + _END_SIZE + _END_FIELDS(buffer, at)[6] == archive.stop:
                return at
        stop = at + 3
    return last


def _wide_end(archive: Stretch, end: int) -> tuple[int, int, int, int] | None:
    """Where the directory ends, its count, size and offset, by the records of zip64."""
    buffer, at = archive.buffer, end - _LOCATOR_SIZE
    if at < archive.start or buffer[at : at + 4] != _LOCATOR_64:
        return None
    record = buffer.rfind(_END_64, max(archive.start, at - 4096), at)
    if record < 0 or record + 56 > at:
        return None
    count, size, offset = struct.unpack_from("<3Q", buffer, record + 32)
    return record, count, size, offset


def _listed(listing: Stretch, base: int, count: int, journal: Journal) -> list[Member]:
    buffer, at = listing.buffer, listing.start
    found: list[Member] = []
    while at + _CENTRAL_SIZE <= listing.stop and buffer[at : at + 4] == _CENTRAL:
        if len(found) >= MOST_MEMBERS:
            text = f"an archive of more than {MOST_MEMBERS} members: the others were not read"
            journal.note("limit", at, text)
            return found
        fields = _CENTRAL_FIELDS(buffer, at)
        name_size, extra_size, comment_size = fields[9:12]
        name_at = at + _CENTRAL_SIZE
        following = name_at + name_size + extra_size + comment_size
        if following > listing.stop:
            break
        extra = buffer[name_at + name_size : name_at + name_size + extra_size]
        size, stored, header = _widened(extra, fields[8], fields[7], fields[15])
        raw = buffer[name_at : name_at + name_size]
        found.append(
            Member(
                name=raw.decode("utf-8" if fields[2] & _UTF8 else "cp437", "backslashreplace"),
                flags=fields[2],
                method=fields[3],
                crc=fields[6],
                stored=stored,
                size=size,
                header=base + header,
            )
        )
        at = following
    if at != listing.stop or len(found) != count:
        text = f"the archive's directory says {count} members and lists {len(found)}"
        journal.note("archive-directory", at, text)
    return found


def _widened(extra: bytes, size: int, stored: int, header: int) -> tuple[int, int, int]:
    """Sizes and offset, from the extra field of zip64 where they are said to stand there."""
    values = [size, stored, header]
    wide = [position for position, value in enumerate(values) if value == _WIDE]
    at = 0
    while wide and at + 4 <= len(extra):
        tag, length = struct.unpack_from("<HH", extra, at)
        at += 4
        if tag == 1:
            for place, position in enumerate(wide):
                if 8 * place + 8 <= length and at + 8 * place + 8 <= len(extra):
                    values[position] = _UINT8(extra, at + 8 * place)[0]
            break
        at += length
    return values[0], values[1], values[2]


def data_of(member: Member, archive: Stretch, journal: Journal) -> Stretch | None:
    """Where a member's bytes stand; None if that cannot be told, which is noted."""
    buffer, at = archive.buffer, member.header
    if at < archive.start or at + LOCAL_SIZE > archive.stop or buffer[at : at + 4] != LOCAL:
        text = f"{member.name}: there is no member where the archive's directory says that it is"
        journal.note("archive-member", at, text)
        return None
    _, flags, method, _, _, _, stored, size, name_size, extra_size = _LOCAL_FIELDS(buffer, at)
    start = at + LOCAL_SIZE + name_size + extra_size
    stop = start + member.stored
    if stop > archive.stop:
        text = f"{member.name}: its bytes are said to go on beyond the end of the archive"
        journal.note("truncated", at, text)
        stop = archive.stop
        if start >= stop:
            return None
    raw = buffer[at + LOCAL_SIZE : at + LOCAL_SIZE + name_size]
    encoding = "utf-8" if flags & _UTF8 else "cp437"
    name = raw.decode(encoding, "backslashreplace")
    if name != member.name:
        text = f"{member.name}: its own header names it {name}"
        journal.note("member-name", at, text)
    sizes = (min(member.stored, _WIDE), min(member.size, _WIDE))
    is_said = (stored, size) == sizes or _WIDE in {stored, size}
    # A streamed member has its sizes after its data, and zeros here.
    is_streamed = bool(flags & _STREAMED) and (stored, size) == (0, 0)
    if method != member.method or not (is_said or is_streamed) or (flags ^ member.flags) & 1:
        text = f"{member.name}: its own header and the archive's directory differ"
        journal.note("member-header", at, text)
    return Stretch(buffer=buffer, start=start, stop=stop)
