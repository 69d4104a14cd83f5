"""A pickle that is a part of something: a member of an archive, bytes in a text, one of a row."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from envguard.artifacts.abstract_values import OPAQUE, Call, Global, Value
from envguard.artifacts.constants import Buffer
from envguard.artifacts.joblib_dump import ArraySkipper
from envguard.artifacts.journal import Effort, Journal, MalformedError
from envguard.artifacts.machine import Listener, Machine
from envguard.artifacts.opcodes import FRAME, HIGHEST_PROTOCOL, PROTO
from envguard.artifacts.pickle_stream import walk
from envguard.artifacts.stored_file import releaser

if TYPE_CHECKING:
    from collections.abc import Callable

    Expects = Callable[[Machine, Value], bool]

_MOST_PICKLES = 64
_STARTERS = frozenset(b"()0FGIJKLMNPSTUVXceghijl]}") | frozenset(range(PROTO, 0x99))
_LIKELY_NAME = re.compile(r"[^\W\d][\w.]*").fullmatch


class Piece(Struct, frozen=True, kw_only=True):
    """A stretch of bytes to be looked into."""

    buffer: Buffer
    start: int
    stop: int
    where: str = ""
    """The name of the member; empty for the artifact itself."""
    depth: int = 0
    """In how many containers it stands."""

    def head(self, size: int = 1024) -> bytes:
        """Its first bytes."""
        return self.buffer[self.start : min(self.start + size, self.stop)]

    @property
    def size(self) -> int:
        """In bytes."""
        return self.stop - self.start


class MemberJournal(Journal):
    """A journal that shares the names of another, and hands it the rest once it is wanted."""

    def __init__(self, outer: Journal, piece: Piece) -> None:
        super().__init__(outer.effort)
        self.names = outer.names
        self.persistent_ids = outer.persistent_ids
        self.named = False
        """A name was looked up."""
        self._outer = outer
        self._piece = piece

    def look_up(self, module: str, name: str, offset: int) -> Global:
        """The one object that stands for this name."""
        self.named = True
        return super().look_up(module, name, offset)

    def hand_over(self) -> None:
        """Gives what was noted to the outer journal, by offsets within the member."""
        where = f" (offset within {self._piece.where})" if self._piece.where else ""
        for anomaly in self.anomalies:
            offset = max(anomaly.offset - self._piece.start, 0)
            self._outer.note(anomaly.kind, offset, anomaly.text + where)
        if self.protocol is not None:
            self._outer.uses(self.protocol)


class Walked(Struct, kw_only=True):
    """How the walk of one pickle went."""

    following: int
    """Where it ended."""
    ended: bool = False
    """It came to its STOP."""
    result: Value = OPAQUE
    arrays: int = 0
    """How many joblib arrays stood in it."""


class _Deaf:
    """A listener for a first look."""

    def called(self, machine: Machine, call: Call, offset: int) -> None:
        """Does nothing."""

    def built(self, machine: Machine, target: Value, state: Value, offset: int) -> int:
        """The stream goes on right behind the opcode."""
        del machine, target, state
        return offset + 1


DEAF: Listener = _Deaf()


def walk_one(
    piece: Piece,
    at: int,
    journal: Journal,
    listener: Listener,
    expects: Expects | None = None,
) -> Walked:
    """Walks the pickle that starts here; how it breaks is noted."""
    arrays = ArraySkipper(listener)
    release = releaser(piece.buffer)
    machine = Machine(piece.buffer, piece.stop, journal, arrays, depth=piece.depth, release=release)
    machine.expects = expects
    try:
        following = walk(machine, at)
    except MalformedError as error:
        journal.note_error(error)
        return Walked(following=piece.stop, arrays=arrays.arrays)
    return Walked(following=following, ended=True, result=machine.result, arrays=arrays.arrays)


def walk_member(
    piece: Piece, journal: Journal, listener: Listener, expects: Expects | None = None
) -> Walked | None:
    """Walks a member that is a pickle, and those that follow it; None if it is none.

    A name that a member looks up makes it one, and so does a whole walk; a member that merely
    starts with the two bytes of a declared protocol, and breaks with no name, is other data.
    """
    declared = is_declared(piece.head(2))
    if not declared and not _is_undeclared(piece, journal.effort):
        return None
    own = MemberJournal(journal, piece)
    walked = walk_one(piece, piece.start, own, listener, expects)
    framed = piece.size > 2 and piece.buffer[piece.start + 2] == FRAME  # noqa: PLR2004  (behind PROTO)
    if declared and not (walked.ended or own.named or framed):
        return None
    if walked.ended:
        _walk_rest(piece, walked.following, own, listener)
    own.hand_over()
    return walked


def is_declared(head: bytes) -> bool:
    """Whether bytes start as a pickle that declares its protocol does."""
    return len(head) > 1 and head[0] == PROTO and head[1] <= HIGHEST_PROTOCOL


def may_be_pickle(head: bytes) -> bool:
    """Whether the first byte is one that a pickle can start with."""
    return bool(head) and head[0] in _STARTERS


def _is_undeclared(piece: Piece, effort: Effort) -> bool:
    """Whether bytes without a declaration are a pickle of protocol 0 or 1, by a first look."""
    if not may_be_pickle(piece.head(1)):
        return False
    journal = Journal(effort)
    walked = walk_one(piece, piece.start, journal, DEAF)
    if walked.ended:
        return True
    return any(_LIKELY_NAME(module) and _LIKELY_NAME(name) for module, name in journal.names)


def _walk_rest(piece: Piece, at: int, journal: Journal, listener: Listener) -> None:
    """Notes what follows the first pickle; names in it count if it is a pickle as well."""
    for _ in range(_MOST_PICKLES):
        if at >= piece.stop:
            return
        rest = Piece(
            buffer=piece.buffer, start=at, stop=piece.stop, where="what follows the first pickle"
        )
        if not is_declared(rest.head(2)) and not _is_undeclared(rest, journal.effort):
            break
        journal.note("second-pickle", at, "another pickle after the end of the first")
        at = walk_one(piece, at, journal, listener).following
    if at < piece.stop:
        journal.note("trailing-data", at, f"{piece.stop - at} bytes after the end of the pickle")
