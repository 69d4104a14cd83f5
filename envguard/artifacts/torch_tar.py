"""A checkpoint of torch before 0.1.10: a tar of storages, tensors and the object's pickle.

Source: https://github.com/pytorch/pytorch/blob/main/torch/serialization.py (legacy_load within
_legacy_load): the members ``storages`` and ``tensors`` are pickles with raw data between them.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from envguard.artifacts.abstract_values import Global, Value
from envguard.artifacts.constants import integer_at
from envguard.artifacts.member_pickles import MemberJournal, walk_one
from envguard.artifacts.torch_storages import ITEM_SIZES

if TYPE_CHECKING:
    from collections.abc import Callable

    from envguard.artifacts.contents import Contents
    from envguard.artifacts.machine import Machine
    from envguard.artifacts.member_pickles import Piece


_MOST_PARTS = 200_000
_INT8 = struct.Struct("<q").unpack_from
_INT4 = struct.Struct("<i").unpack_from
_MOST_DIMENSIONS = 64


def look_at_checkpoint(contents: Contents, members: dict[str, Piece]) -> None:
    """The facts of all pickles in the three members."""
    _look_at_row(contents, members["storages"], _after_storage)
    _look_at_row(contents, members["tensors"], _after_tensor)
    piece = members["pickle"]
    journal = MemberJournal(contents.journal, piece)
    walked = walk_one(piece, piece.start, journal, contents.listener, _expect)
    contents.result, contents.arrays = walked.result, contents.arrays + walked.arrays
    contents.pickles += 1
    if walked.ended and walked.following != piece.stop:
        journal.note("trailing-data", walked.following, "bytes after the end of the pickle")
    journal.hand_over()


def _expect(machine: Machine, identity: Value) -> bool:
    """Objects are referred to by number, classes with the source of their module."""
    del machine
    return not isinstance(identity, Global)


def _look_at_row(
    contents: Contents, piece: Piece, after: Callable[[Piece, Value, int], int | None]
) -> None:
    """The pickles of a member, ``after`` telling where the raw data behind each one end."""
    journal = MemberJournal(contents.journal, piece)
    walked = walk_one(piece, piece.start, journal, contents.listener)
    number = integer_at(piece.buffer, walked.result) if type(walked.result) is int else None
    for _ in range(min(number or 0, _MOST_PARTS)):
        if not walked.ended:
            break
        walked = walk_one(piece, walked.following, journal, contents.listener)
        if walked.ended:
            end = after(piece, walked.result, walked.following)
            if end is None or end > piece.stop:
                text = "the data of a tensor are not all there"
                journal.note("shape-beyond-data", walked.following, text)
                break
            walked.following = end
    else:
        if walked.ended and walked.following < piece.stop:
            # What tells which storage is a part of which other.
            walked = walk_one(piece, walked.following, journal, contents.listener)
        if walked.ended and walked.following < piece.stop:
            text = f"{piece.stop - walked.following} bytes after the last pickle"
            journal.note("trailing-data", walked.following, text)
    journal.hand_over()


def _after_storage(piece: Piece, part: Value, at: int) -> int | None:
    kind = part[-1] if isinstance(part, tuple) and part else None
    size = ITEM_SIZES.get(kind.name) if isinstance(kind, Global) else None
    if size is None or at + 8 > piece.stop:
        return None
    count = int(_INT8(piece.buffer, at)[0])
    return at + 8 + count * size if count >= 0 else None


def _after_tensor(piece: Piece, part: Value, at: int) -> int | None:
    del part
    if at + 4 > piece.stop:
        return None
    dimensions = int(_INT4(piece.buffer, at)[0])
    return at + 16 + 16 * dimensions if 0 <= dimensions <= _MOST_DIMENSIONS else None
