"""What a zip archive holds: a checkpoint, arrays, or files of any kind."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from envguard.artifacts import skops_schema, torch_archive
from envguard.artifacts.contents import Found
from envguard.artifacts.zip_directory import (
    LOCAL,
    LOCAL_SIZE,
    MOST_MEMBERS,
    Member,
    Stretch,
    read_directory,
)
from envguard.artifacts.zip_members import Archive

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from envguard.artifacts.contents import Contents
    from envguard.artifacts.member_pickles import Piece

_STREAMED = 8
_LOCAL_FIELDS = struct.Struct("<4x5H3L2H").unpack_from
_KERAS = frozenset({"config.json", "metadata.json", "model.weights.h5"})
_UNREAD = frozenset({"keras", "h2o-mojo", "torch-export"})


def look_at_zip(contents: Contents, piece: Piece) -> Found | None:
    """What its members hold; None where none of them holds anything."""
    whole = Stretch(buffer=piece.buffer, start=piece.start, stop=piece.stop)
    directory = read_directory(whole, contents.journal)
    if directory is None:
        members = tuple(_local_members(whole))
        if not members:
            return None
        contents.note("truncated", piece.size, "the archive ends before its directory", piece)
        archive = Archive(contents, piece, members)
    else:
        archive = Archive(contents, piece, directory.members)
        archive.check_layout(directory.start)
    names = archive.by_name
    folder = torch_archive.folder_of(names)
    if folder is not None:
        return torch_archive.look_at_checkpoint(contents, archive, folder)
    found: Found | None = None
    for member in archive.members:
        if contents.is_spent(piece):
            break
        one = archive.look_at(member)
        if found is None and one is not None:
            found = Found(format=one.format, packing=("zip", *one.packing))
    special = _format_of(names)
    if special == "skops":
        skops_schema.look_at_schema(contents, archive)
    if special in _UNREAD:
        contents.note("unread-format", 0, f"{special}, of which only pickles are read", piece)
    return Found(format=special) if special else found


def _format_of(names: Collection[str]) -> str | None:
    """The format that an archive of these members has, if they tell.

    Source: https://github.com/keras-team/keras/blob/master/keras/src/saving/saving_lib.py;
    https://github.com/skops-dev/skops/blob/main/skops/io/_persist.py;
    https://github.com/pytorch/pytorch/blob/main/torch/export/pt2_archive/constants.py;
    https://numpy.org/doc/stable/reference/generated/numpy.savez.html
    """
    last = {name.rpartition("/")[2] for name in names}
    if set(names) >= _KERAS:
        return "keras"
    if "schema.json" in names:
        return "skops"
    if "model.ini" in names:
        return "h2o-mojo"
    if "archive_format" in last or "serialized_exported_program.json" in last:
        return "torch-export"
    if names and all(name.endswith(".npy") for name in names):
        return "numpy"
    return None


def _local_members(archive: Stretch) -> Iterator[Member]:
    """The members of an archive that was cut short, by their own headers, as far as they go."""
    buffer, at = archive.buffer, archive.start
    for _ in range(MOST_MEMBERS):
        if at + LOCAL_SIZE > archive.stop or buffer[at : at + 4] != LOCAL:
            return
        _, flags, method, _, _, crc, stored, size, name_size, extra_size = _LOCAL_FIELDS(buffer, at)
        name = buffer[at + LOCAL_SIZE : at + LOCAL_SIZE + name_size]
        yield Member(
            name=name.decode("utf-8", "backslashreplace"),
            flags=flags,
            method=method,
            crc=crc,
            stored=stored,
            size=size,
            header=at,
        )
        if flags & _STREAMED and not stored:
            return  # its sizes follow it, and where it ends is not told
        at += LOCAL_SIZE + name_size + extra_size + stored
