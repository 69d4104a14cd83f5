"""Arrays in .npy form: plain data are stepped over, arrays of objects are a pickle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from envguard.artifacts.contents import Found
from envguard.artifacts.journal import MalformedError
from envguard.artifacts.numpy_header import LONGEST_HEADER, MAGIC, Header, read_header

if TYPE_CHECKING:
    from envguard.artifacts.contents import Contents
    from envguard.artifacts.member_pickles import Piece

FORMAT = "numpy"
_MOST_ARRAYS = 1000


def look_at_arrays(contents: Contents, piece: Piece) -> Found:
    """The array at the start of a piece, and those that follow it."""
    at = piece.start
    for number in range(_MOST_ARRAYS):
        rest = replace(piece, start=at)
        try:
            header = read_header(rest.head(LONGEST_HEADER + 16), rest.size)
        except MalformedError as error:
            contents.note(error.kind, at - piece.start + error.offset, error.text, piece)
            break
        if number:
            text = "another array after the end of the first"
            contents.note("second-array", at - piece.start, text, piece)
        if header.has_objects:
            # numpy hands all that follows to pickle.load.
            _look_at_objects(contents, replace(rest, start=at + header.start))
            break
        end = _end(contents, rest, header)
        if end is None or end == piece.stop:
            break
        at = end
        if piece.buffer[at : at + len(MAGIC)] != MAGIC:
            text = f"{piece.stop - at} bytes after the end of the array"
            contents.note("trailing-data", at - piece.start, text, piece)
            break
    return Found(format=FORMAT)


def _look_at_objects(contents: Contents, pickled: Piece) -> None:
    if contents.look_at_pickle(pickled) is None:
        text = "an array of objects without the pickle that holds them"
        contents.note("truncated", pickled.start, text, pickled)


def _end(contents: Contents, rest: Piece, header: Header) -> int | None:
    """Where the array's data end; None where that cannot be told, which is noted."""
    if header.item_size is None:
        text = "an array whose item size the header does not tell"
        contents.note("array-extent", rest.start, text, rest)
        return None
    size = header.count * header.item_size
    there = rest.size - header.start
    if size > there:
        text = f"an array of {size} bytes, of which {there} are there"
        contents.note("shape-beyond-data", rest.start + header.start, text, rest)
        return None
    return rest.start + header.start + size


def look_at_head(contents: Contents, head: Piece, size: int) -> Found | None:
    """The array that only the first bytes of are there, of a member of that size; None if none.

    Where it has objects, or its header is longer than that, this is told as not read.
    """
    if not head.head(len(MAGIC)).startswith(MAGIC):
        return None
    try:
        header = read_header(head.head(head.size), size)
    except MalformedError as error:
        contents.note(error.kind, error.offset, error.text, head)
        return Found(format=FORMAT)
    if header.has_objects:
        contents.note("limit", header.start, "a pickle too large to be unfolded", head)
    elif header.item_size is None:
        contents.note("array-extent", 0, "an array whose item size the header does not tell", head)
    elif header.start + header.count * header.item_size != size:
        text = f"{header.count} items of {header.item_size} bytes, in a member of {size}"
        contents.note("shape-beyond-data", header.start, text, head)
    return Found(format=FORMAT)
