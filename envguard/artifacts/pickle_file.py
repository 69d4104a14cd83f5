"""The room of plain pickles and joblib dumps: what a file of them is and needs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from envguard.artifacts.abstract_values import OPAQUE, Value
from envguard.artifacts.joblib_dump import ArraySkipper
from envguard.artifacts.journal import Journal, MalformedError
from envguard.artifacts.machine import Machine
from envguard.artifacts.opcodes import HIGHEST_PROTOCOL, PROTO
from envguard.artifacts.pickle_facts import FactsGatherer, producer_of, root_of, serializer_of
from envguard.artifacts.pickle_stream import walk
from envguard.artifacts.pointers import shown
from envguard.artifacts.stored_file import StoredFile, releaser
from envguard.facts.artifact import ArtifactFacts

if TYPE_CHECKING:
    from envguard.artifacts.constants import Buffer

_MOST_PICKLES = 64
_STARTERS = frozenset(b"()0FGIJKLMNPSTUVXceghijl]}") | frozenset(range(PROTO, 0x99))
_LIKELY_NAME = re.compile(r"[^\W\d][\w.]*").fullmatch


class Walk(Struct, kw_only=True):
    """How the walk over all pickles of a buffer went."""

    journal: Journal
    facts: FactsGatherer
    arrays: ArraySkipper
    result: Value = OPAQUE
    ended: bool = False
    """The first pickle came to its STOP."""
    memoized: bool = False
    """It put something into its memo, as every pickler does with a container or a text."""


def recognises(head: bytes, path: Path) -> bool:
    """Whether the bytes can start a pickle; only the walk tells whether they do."""
    del path
    return bool(head) and head[0] in _STARTERS


def read(stored: StoredFile) -> ArtifactFacts | None:
    """The facts of a pickle; None if the bytes turn out to be something else."""
    walk = walk_pickles(stored.buffer, Journal())
    return facts_of(stored, walk) if is_pickle(stored.buffer, walk) else None


def walk_pickles(buffer: Buffer, journal: Journal) -> Walk:
    """Walks the pickle at the start of a buffer, and those that come after it."""
    facts = FactsGatherer()
    walked = Walk(journal=journal, facts=facts, arrays=ArraySkipper(facts))
    machine = Machine(buffer, len(buffer), journal, walked.arrays, release=releaser(buffer))
    try:
        following = walk(machine, 0)
    except MalformedError as error:
        journal.note_error(error)
    else:
        walked.ended, walked.result = True, machine.result
        _walk_rest(buffer, following, journal)
    walked.memoized = bool(len(machine.memo))
    return walked


def _walk_rest(buffer: Buffer, at: int, journal: Journal) -> None:
    """Notes what follows the first pickle; names in it count if it is a pickle as well."""
    for _ in range(_MOST_PICKLES):
        if at >= len(buffer):
            return
        own = Journal(journal.effort)
        machine = Machine(buffer, len(buffer), own, ArraySkipper(FactsGatherer()))
        try:
            following = walk(machine, at)
        except MalformedError as error:
            if not machine.declared:
                break
            own.note_error(error)
            following = len(buffer)
        journal.note("second-pickle", at, "another pickle after the end of the first")
        journal.take_over(own)
        at = following
    journal.note("trailing-data", at, f"{len(buffer) - at} bytes after the end of the pickle")


def is_pickle(buffer: Buffer, walk: Walk) -> bool:
    """Whether what was walked is a pickle rather than text or data that look like one.

    A declared protocol says so; protocols 0 and 1 declare none, so there it takes a whole walk,
    a name that can be one, or a memo entry and an early end.
    """
    if buffer[0] == PROTO and buffer[1:2] and buffer[1] <= HIGHEST_PROTOCOL:
        return True
    if walk.ended:
        return True
    if any(_LIKELY_NAME(module) and _LIKELY_NAME(name) for module, name in walk.journal.names):
        return True
    cut_short = any(one.kind in {"truncated", "limit"} for one in walk.journal.anomalies)
    return cut_short and walk.memoized


def facts_of(stored: StoredFile, walk: Walk, compression: str | None = None) -> ArtifactFacts:
    """The facts of a walked artifact."""
    facts, journal = walk.facts, walk.journal
    is_joblib = compression is not None or walk.arrays.arrays > 0
    serializer = serializer_of(journal, default="joblib" if is_joblib else "pickle")
    return ArtifactFacts(
        name=shown(Path(stored.path.name)),
        size=stored.size,
        digests={"sha256": stored.sha256},
        format="joblib" if is_joblib else serializer,
        serializer=serializer,
        compression=compression,
        protocol=journal.protocol,
        producer=producer_of(facts, walk.result),
        needs=facts.all_needs(journal),
        versions=tuple(sorted(facts.versions)),
        layouts=tuple(sorted(facts.layouts)),
        constructors=facts.calls.constructors,
        code=facts.code.outermost,
        arrays=facts.arrays,
        calls=facts.calls.shapes,
        states=facts.states.states,
        boosters=tuple(sorted(facts.boosters.found, key=repr)),
        root=root_of(walk.result),
        persistent_ids=tuple(sorted(journal.persistent_ids)),
        anomalies=journal.anomalies,
        complete=not journal.anomalies,
    )
