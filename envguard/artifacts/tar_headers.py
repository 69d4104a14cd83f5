"""The members of a tar archive, header by header, each held against its checksum.

Source: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html (ustar, pax) and
https://www.gnu.org/software/tar/manual/html_node/Standard.html (GNU's long names and sizes).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

    from envguard.artifacts.journal import Journal
    from envguard.artifacts.member_pickles import Piece

BLOCK = 512
_MOST_HEADERS = 50_000
_LONGEST_NAME = 1 << 16
_MOST_DIGITS = 20
_LONG_NAME, _LONG_LINK, _PAX, _PAX_GLOBAL = b"L", b"K", b"x", b"g"
_EXTRA = frozenset({_LONG_NAME, _LONG_LINK, _PAX, _PAX_GLOBAL})
_FILES = frozenset({b"0", b"\0", b"7"})
_SPARSE = b"S"


class TarMember(Struct, frozen=True, kw_only=True):
    """One file of the archive."""

    name: str
    start: int
    stop: int


def is_header(block: bytes) -> bool:
    """Whether a block is the header of a member: its checksum fits."""
    if len(block) < BLOCK or not any(block[:100]):
        return False
    stated = _number(block[148:156])
    return stated is not None and stated == sum(block[:148]) + 8 * 32 + sum(block[156:BLOCK])


def read_members(archive: Piece, journal: Journal) -> Iterator[TarMember]:
    """The files of the archive; what is odd is noted, and ends it where it must."""
    buffer, at, said = archive.buffer, archive.start, dict[str, str]()
    for _ in range(_MOST_HEADERS):
        block = buffer[at : min(at + BLOCK, archive.stop)]
        if not is_header(block):
            _note_end(archive, at, block, journal)
            return
        size, kind = _number(block[124:136]), block[156:157]
        size = _number_of_text(said.get("size")) if "size" in said else size
        start = at + BLOCK
        if size is None or start + size > archive.stop:
            text = f"{_name(block)}: its bytes are said to go on beyond the end of the archive"
            journal.note("truncated", at, text)
            size = archive.stop - start
        following = start + -(-size // BLOCK) * BLOCK
        if kind in _EXTRA:
            _take_extra(kind, buffer[start : start + min(size, _LONGEST_NAME)], said)
        else:
            name = said.get("path") or _name(block)
            if kind in _FILES:
                yield TarMember(name=name, start=start, stop=start + size)
            elif kind == _SPARSE or "GNU.sparse.major" in said:
                journal.note("archive-member", at, f"{name}: a sparse file, which is not read")
            said = {key: value for key, value in said.items() if key.startswith("global ")}
        at = following
    journal.note("limit", at, f"an archive of more than {_MOST_HEADERS} headers: not read further")


def _note_end(archive: Piece, at: int, block: bytes, journal: Journal) -> None:
    if at >= archive.stop:
        journal.note("truncated", archive.stop, "the archive ends without its end mark")
        return
    if any(block):
        journal.note("archive-member", at, "a header of the archive whose checksum does not fit")
        return
    # Two blocks of zeros end it, and padding to a record.
    step = 1 << 20
    for offset in range(at, archive.stop, step):
        if any(archive.buffer[offset : min(offset + step, archive.stop)].rstrip(b"\0")):
            text = f"{archive.stop - at} bytes after the end of the archive"
            journal.note("trailing-data", at, text)
            return


def _take_extra(kind: bytes, content: bytes, said: dict[str, str]) -> None:
    if kind == _LONG_NAME:
        said["path"] = content.rstrip(b"\0").decode("utf-8", "backslashreplace")
    elif kind == _PAX:
        at = 0
        while at < len(content):
            length, _, _ = content[at : at + 12].partition(b" ")
            if not length.isdigit() or int(length) < len(length) + 3:
                return
            key, _, value = content[at + len(length) + 1 : at + int(length) - 1].partition(b"=")
            said[key.decode("utf-8", "replace")] = value.decode("utf-8", "backslashreplace")
            at += int(length)


def _name(block: bytes) -> str:
    name = block[:100].partition(b"\0")[0]
    prefix = block[345:500].partition(b"\0")[0] if block[257:263] == b"ustar\0" else b""
    return (prefix + b"/" + name if prefix else name).decode("utf-8", "backslashreplace")


def _number(field: bytes) -> int | None:
    """A number in octal digits, or in GNU's binary form."""
    if field[:1] == b"\x80":
        return int.from_bytes(field[1:], "big")
    digits = field.strip(b" \0")
    try:
        return int(digits, 8) if digits else 0
    except ValueError:
        return None


def _number_of_text(text: str | None) -> int | None:
    is_number = text is not None and text.isascii() and text.isdigit() and len(text) < _MOST_DIGITS
    return int(text) if text is not None and is_number else None
