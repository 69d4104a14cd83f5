"""What a tar archive holds: any files, or a checkpoint of torch before 0.1.10."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from envguard.artifacts.contents import Found
from envguard.artifacts.tar_headers import read_members

if TYPE_CHECKING:
    from envguard.artifacts.contents import Contents
    from envguard.artifacts.member_pickles import Piece

_TORCH = frozenset({"storages", "tensors", "pickle"})
"""Source: https://github.com/pytorch/pytorch/blob/main/torch/serialization.py (legacy_load)."""


def look_at_tar(contents: Contents, piece: Piece) -> Found | None:
    """The members, each looked into; None where none of them holds anything."""
    names: set[str] = set()
    members: list[Piece] = []
    checkpoint: dict[str, Piece] = {}
    for member in read_members(piece, contents.journal):
        if contents.is_spent(piece):
            break
        contents.members -= 1
        if member.name in names:
            text = f"two members named {member.name}: loaders differ in which one they take"
            contents.note("duplicate-member", member.start - piece.start, text, piece)
        names.add(member.name)
        where = f"{piece.where}/{member.name}" if piece.where else member.name
        inner = replace(
            piece, start=member.start, stop=member.stop, where=where, depth=piece.depth + 1
        )
        if member.name.removeprefix("./") in _TORCH:
            checkpoint[member.name.removeprefix("./")] = inner
        else:
            members.append(inner)
    found: Found | None = None
    if set(checkpoint) == _TORCH:
        from envguard.artifacts.torch_tar import look_at_checkpoint  # noqa: PLC0415  (seldom met)

        look_at_checkpoint(contents, checkpoint)
        found = Found(format="torch")
    else:
        members += checkpoint.values()
    for inner in members:
        one = contents.look_into(inner)
        if found is None and one is not None:
            found = Found(format=one.format, packing=("tar", *one.packing))
    return found
