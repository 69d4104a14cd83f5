r"""Texts in base64 within a document: found, decoded in parts, and looked into.

The document is not parsed: a text in base64 has no character that JSON would write otherwise,
but for ``\/``, line ends and ``\u002b``, and stands between quotes, at whatever level.

Source: RFC 4648 (both alphabets), RFC 8259 (escapes), RFC 2397 (data URIs).
"""

from __future__ import annotations

import binascii
import re
from typing import TYPE_CHECKING

from msgspec import Struct

from envguard.artifacts.contents import Found, is_container, may_hold
from envguard.artifacts.member_pickles import Piece, is_declared
from envguard.artifacts.spool import Spool
from envguard.artifacts.stored_file import releaser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from envguard.artifacts.contents import Contents

SHORTEST = 8
_MOST_TEXTS = 20_000
_MOST_VAIN = 4000
"""Many a word in base64 starts as an old pickle does: so many are tried in vain."""
_PIECE = 1 << 19
_START = re.compile(
    rb'"(?:data:[^",\\]{0,200}(?:\\.[^",\\]{0,40}){0,4},)?(?=[A-Za-z0-9+/_=\\-]{8})'
).search
_RUN = re.compile(rb"[A-Za-z0-9+/_=\\-]{1,524288}").match
_ESCAPE = re.compile(rb"\\+(?:u00([0-9a-fA-F]{2})|([^\\]))").sub
_CUT_ESCAPE = re.compile(rb"\\+(?:u[0-9a-fA-F]{0,3})?\Z").search
_WHITE = {b"n": b"", b"r": b"", b"t": b"", b"/": b"/"}
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_URL_UNSAFE = bytes.maketrans(b"+/", b"-_")
_HEAD_TEXT = 1024
_FIRSTS = b"PxBZ(7R\x1f\xfd\x5d\x04\x93"
"""First bytes of the containers and compressions that are known."""
_SYMBOLS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"
_FOREIGN = bytes(byte for byte in range(256) if byte not in _SYMBOLS)
_ESCAPED = frozenset(
    {b"\\/", b"\\u"} | {bytes([symbol]) + b"\\" for symbol in _SYMBOLS} | {b"\\\\"}
)


class Text(Struct, frozen=True, kw_only=True):
    """Where a text stands."""

    start: int
    stop: int


def look_at_texts(contents: Contents, piece: Piece) -> Found | None:
    """What the texts in base64 of a document hold; None where none of them holds anything."""
    found: Found | None = None
    vain, tried, skipped = 0, 0, -1
    for text in texts_of(piece):
        head = _decoded(piece.buffer[text.start : min(text.start + _HEAD_TEXT, text.stop)])
        if not may_hold(head):
            continue
        is_weak = not is_declared(head) and not is_container(head)
        if tried >= _MOST_TEXTS:
            skipped = text.start
            break
        if vain >= _MOST_VAIN and is_weak:
            skipped = text.start
            continue
        tried += 1
        if _look_at(contents, piece, text) is not None:
            found = Found(format="base64-pickle")
        else:
            vain += 1
    if found is not None and skipped >= 0:
        words = "texts that could be pickles are too many to look into them all"
        contents.note("limit", skipped, words, piece)
    return found


def texts_of(piece: Piece) -> Iterator[Text]:
    """The texts that can be base64, in a document or as the whole of it."""
    buffer, at = piece.buffer, piece.start
    release = releaser(buffer)
    starts = _starts()
    whole = _whole(piece)
    if whole is not None:
        yield whole
        return
    while (opened := _START(buffer, at, piece.stop)) is not None:
        start = stop = opened.end()
        if buffer[start : start + 2] not in starts:
            at = start
            continue
        while (run := _RUN(buffer, stop, piece.stop)) is not None:
            stop = run.end()
            if release is not None:
                release(stop)
        if buffer[stop : stop + 1] == b'"':
            yield Text(start=start, stop=stop)
        at = stop


def _starts() -> frozenset[bytes]:
    """The two characters that a text can start with if what it says is worth being looked into.

    An archive of tar starts with any name, and is not looked for here.
    """
    firsts = {byte for byte in range(256) if may_hold(bytes([byte]))} | set(_FIRSTS)
    symbols = [binascii.b2a_base64(bytes([a, b]))[:2] for a in firsts for b in range(256)]
    return frozenset(symbols) | {s.translate(_URL_UNSAFE) for s in symbols} | _ESCAPED


def _whole(piece: Piece) -> Text | None:
    """The document itself, where it is nothing but base64 and line ends."""
    head = piece.head(_HEAD_TEXT).strip()
    if not head or head.translate(None, _FOREIGN) != head.translate(None, b"\r\n="):
        return None
    return Text(start=piece.start, stop=piece.stop)


def _look_at(contents: Contents, piece: Piece, text: Text) -> Found | None:
    spool = Spool()
    try:
        for part in _parts(piece, text):
            spool.write(part)
        content = spool.content()
        inner = Piece(
            buffer=content,
            start=0,
            stop=len(content),
            where=f"the text in base64 at byte {text.start - piece.start}",
            depth=piece.depth + 1,
        )
        return contents.look_into(inner)
    finally:
        spool.close()


def _parts(piece: Piece, text: Text) -> Iterator[bytes]:
    """The decoded bytes, part by part."""
    rest = b""
    for at in range(text.start, text.stop, _PIECE):
        part = rest + piece.buffer[at : min(at + _PIECE, text.stop)]
        cut = _CUT_ESCAPE(part)
        rest = b""
        if cut is not None and at + _PIECE < text.stop:
            part, rest = part[: cut.start()], part[cut.start() :]
        symbols = _symbols(part)
        whole = len(symbols) & ~3
        if at + _PIECE < text.stop:
            rest = symbols[whole:] + rest
            symbols = symbols[:whole]
        yield _bytes(symbols)


def _decoded(text: bytes) -> bytes:
    return _bytes(_symbols(text))


def _symbols(text: bytes) -> bytes:
    """The 64 symbols of a text alone: escapes undone, padding, line ends and the rest left out."""
    if b"\\" in text:
        text = _ESCAPE(_unescaped, text)
    return text.translate(_URL_SAFE, _FOREIGN)


def _unescaped(escape: re.Match[bytes]) -> bytes:
    if escape[1] is not None:
        return bytes([int(escape[1], 16)])
    return _WHITE.get(escape[2], b"")


def _bytes(symbols: bytes) -> bytes:
    """What these symbols say; a lone last one says nothing."""
    if len(symbols) % 4 == 1:
        symbols = symbols[:-1]
    return binascii.a2b_base64(symbols + b"=" * (-len(symbols) % 4))
