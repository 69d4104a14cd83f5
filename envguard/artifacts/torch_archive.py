"""A checkpoint of torch since 1.6: a zip of one pickle, the storages, and what tells of both.

Source: https://github.com/pytorch/pytorch/blob/main/torch/serialization.py (_save, _load) and
caffe2/serialize/inline_container.cc (a reader takes the first member's folder for the archive's
name, and compares no checksums).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.artifacts.contents import Found
from envguard.artifacts.journal import Journal
from envguard.artifacts.member_pickles import DEAF, MemberJournal, walk_one
from envguard.artifacts.torch_storages import Storages

if TYPE_CHECKING:
    from collections.abc import Iterable

    from envguard.artifacts.contents import Contents
    from envguard.artifacts.machine import Listener
    from envguard.artifacts.member_pickles import Piece
    from envguard.artifacts.zip_directory import Member
    from envguard.artifacts.zip_members import Archive

PICKLE = "data.pkl"
_CONSTANTS = "constants.pkl"
_BYTE_ORDERS = frozenset({b"little", b"big"})
_READ_BY_TORCH = frozenset({"torch", "collections", "builtins", "__builtin__"})
"""Modules whose names in a TorchScript archive stand for types of its own.

Source: https://github.com/pytorch/pytorch/blob/main/torch/csrc/jit/serialization/unpickler.cpp
(readGlobal): nothing of Python is imported."""


def folder_of(names: Iterable[str]) -> str | None:
    """The folder of a checkpoint within an archive, with its slash; None if it is no checkpoint."""
    for name in names:
        folder, slash, last = name.rpartition("/")
        if last == PICKLE and "/" not in folder:
            return folder + slash
    return None


def look_at_checkpoint(contents: Contents, archive: Archive, folder: str) -> Found:
    """The facts of the object's pickle and of all other members but the storages."""
    scripted = any(name.startswith(folder + "code/") for name in archive.by_name)
    scripted = scripted or folder + _CONSTANTS in archive.by_name
    # torch can be told to leave the checksums out.
    archive.summed = any(member.crc for member in archive.members)
    own = Journal() if scripted else contents.journal
    listener = DEAF if scripted else contents.listener
    seen = set[str]()
    for member in _pickles(archive, folder, scripted=scripted):
        storages = Storages()
        seen.add(member.name)
        if member.encrypted:
            archive.look_at(member)  # which tells it
            continue
        with archive.opened(member) as piece:
            if piece is not None:
                _walk(contents, piece, own, listener, storages)
                archive.check(member, piece)
        seen |= _check(archive, member.name.removesuffix(".pkl") + "/", storages)
    if scripted:
        _take_over(contents.journal, own)
        # Only C++ reads these, and only for messages.
        seen |= {name for name in archive.by_name if name.endswith(".debug_pkl")}
    _check_order(contents, archive, folder + "byteorder")
    for member in archive.members:
        if member.name not in seen and not contents.is_spent(archive.piece):
            archive.look_at(member)
    return Found(format="torchscript" if scripted else "torch")


def _pickles(archive: Archive, folder: str, *, scripted: bool) -> list[Member]:
    """The members whose storages stand in a folder of the same name."""
    if not scripted:
        return [archive.by_name[folder + PICKLE]]
    inside = ((member, member.name.removeprefix(folder)) for member in archive.members)
    return [member for member, name in inside if name.endswith(".pkl") and "/" not in name]


def _walk(
    contents: Contents, piece: Piece, journal: Journal, listener: Listener, storages: Storages
) -> None:
    own = MemberJournal(journal, piece)
    walked = walk_one(piece, piece.start, own, listener, storages.expect)
    if not contents.pickles:
        contents.result = walked.result
    contents.pickles += 1
    contents.arrays += walked.arrays
    if walked.ended and walked.following != piece.stop:
        text = f"{piece.stop - walked.following} bytes after the end of the pickle"
        own.note("trailing-data", walked.following, text)
    own.hand_over()


def _check(archive: Archive, folder: str, storages: Storages) -> set[str]:
    """The members that the pickle's storages are; what is missing of them is noted."""
    found = set[str]()
    for key, needed in sorted(storages.needed.items()):
        name = folder + key
        member = archive.by_name.get(name)
        if folder.endswith("traced_inputs/"):
            pass  # nothing loads these, and torch 2 writes them without their data
        elif member is None:
            archive.note("missing-storage", 0, f"{name}: a tensor's data, which are not there")
        elif member.size < needed:
            text = f"{name}: a tensor's data of {needed} bytes, of which {member.size} are there"
            archive.note("shape-beyond-data", member.header, text)
        found.add(name)
    return found


def _check_order(contents: Contents, archive: Archive, name: str) -> None:
    member = archive.by_name.get(name)
    if member is None or member.encrypted:
        return
    with archive.opened(member) as piece:
        if piece is not None and piece.head(16) not in _BYTE_ORDERS:
            contents.note("byte-order", 0, "neither little nor big", piece)


def _take_over(journal: Journal, own: Journal) -> None:
    """The names that do not stand for types of the archive's own, and all that is odd."""
    for one in own.names.values():
        top = one.module.partition(".")[0]
        if top not in _READ_BY_TORCH and not top.startswith("__torch__"):
            journal.look_up(one.module, one.name, 0).called |= one.called
    for anomaly in own.anomalies:
        journal.note(anomaly.kind, anomaly.offset, anomaly.text)
    for word in sorted(own.persistent_ids):
        journal.fetch(word)
    if own.protocol is not None:
        journal.uses(own.protocol)
