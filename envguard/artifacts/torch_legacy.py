"""A checkpoint of torch before 1.6: five pickles in a row, then the storages.

Source: https://github.com/pytorch/pytorch/blob/main/torch/serialization.py (_legacy_save,
_legacy_load): the magic number, the protocol, facts of the system, the object, the keys of the
storages; then each storage as its length in 8 bytes and its data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.artifacts.contents import Found
from envguard.artifacts.member_pickles import MemberJournal, walk_one
from envguard.artifacts.torch_storages import Storages

if TYPE_CHECKING:
    from envguard.artifacts.contents import Contents
    from envguard.artifacts.member_pickles import Piece

_BEFORE_THE_OBJECT = 3
_PARTS = 5
_LENGTH_BYTES = 8


def look_at_legacy(contents: Contents, piece: Piece) -> Found:
    """The facts of all five pickles, and whether the storages are there."""
    storages, at = Storages(), piece.start
    journal = MemberJournal(contents.journal, piece)
    for number in range(_PARTS):
        if at >= piece.stop:
            journal.note("truncated", at, "the data end before the checkpoint does")
            break
        walked = walk_one(piece, at, journal, contents.listener, storages.expect)
        contents.arrays += walked.arrays
        if number == _BEFORE_THE_OBJECT and not contents.pickles:
            contents.result, contents.pickles = walked.result, 1
        if not walked.ended:
            break
        at = walked.following
    else:
        needed = sum(storages.needed.values()) + _LENGTH_BYTES * len(storages.needed)
        there = piece.stop - at
        if there < needed:
            text = f"storages of {needed} bytes, of which {there} are there"
            journal.note("shape-beyond-data", at, text)
        elif there > needed:
            journal.note("trailing-data", at + needed, f"{there - needed} bytes after the storages")
    journal.hand_over()
    return Found(format="torch")
