"""Record what an artifact needs and where it was made, beside it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from envguard import store
from envguard.artifacts.formats import read_artifact
from envguard.errors import EnvguardError, SnapshotError, UsageError
from envguard.facts.artifact import ArtifactFacts
from envguard.facts.report import Written
from envguard.facts.snapshot import Snapshot, Tool
from envguard.facts.source import CodeFacts, GitState, NoRepository
from envguard.facts.target import Questions, ResolveMode
from envguard.judgement.changes import changes_between
from envguard.judgement.hindrances import hindrances_of
from envguard.judgement.relevance import reached_modules
from envguard.source.local_modules import annotate
from envguard.verbs.damage import refuse_damage
from envguard.verbs.repository import Meanwhile

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from envguard.facts.target import Target, TargetFacts
    from envguard.facts.unknown import Unknown


class SnapshotOrder(Struct, frozen=True, kw_only=True):
    """How snapshots are to be taken."""

    created: str
    """The time to record, UTC, ISO 8601."""
    tool_version: str
    folder: str
    """The current folder: where local code is looked for last, and a repository first."""
    code: tuple[str, ...] = ()
    resolve: ResolveMode = "auto"
    timeout: float = 120.0
    """Seconds for the target's answer."""


def snapshot_artifact(
    artifact: Path,
    target: Target,
    order: SnapshotOrder,
    *,
    output: Path | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Written:
    """The sidecar of ``artifact``, written.

    Raises:
        UsageError: the artifact is missing, or ``output`` names something that is no snapshot.
        CannotTellError: the artifact or the target cannot be read; nothing is written.
        WriteError: the sidecar could not be written; what stood there still stands.
    """
    written = snapshot_artifacts([artifact], target, order, output=output, tell=tell)[0]
    if isinstance(written, EnvguardError):
        raise written
    return written


def snapshot_artifacts(
    artifacts: Sequence[Path],
    target: Target,
    order: SnapshotOrder,
    *,
    output: Path | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> list[Written | EnvguardError]:
    """The sidecars of ``artifacts``, written, or why one of them was not.

    The target is asked once for all of them.
    """
    read = [_read(artifact, output, tell) for artifact in artifacts]
    subjects = [one for one in read if isinstance(one, _Subject)]
    if not subjects:
        return [one for one in read if isinstance(one, EnvguardError)]
    tell(f"asking {target.label}")
    places = [_folders(subject, order) for subject in subjects]
    repositories = {place: Meanwhile(place) for place in places}  # git answers meanwhile
    try:
        answer = target.facts(
            Questions(
                needs=tuple(sorted({need for one in subjects for need in one.facts.needs})),
                resolve=order.resolve,
                code=order.code,
                current_folder=order.folder,
                timeout=order.timeout,
            )
        )
    except EnvguardError as error:
        return [error if isinstance(one, _Subject) else one for one in read]
    return [
        _told(one, answer, repositories[_folders(one, order)].result(), order)
        if isinstance(one, _Subject)
        else one
        for one in read
    ]


class _Subject(Struct, frozen=True, kw_only=True):
    """An artifact that was read, and where its sidecar goes."""

    artifact: Path
    facts: ArtifactFacts
    path: Path
    previous: Snapshot | None
    notes: tuple[str, ...]


def _read(
    artifact: Path, output: Path | None, tell: Callable[[str], None]
) -> _Subject | EnvguardError:
    path = output or store.sidecar_path(artifact)
    try:
        previous, notes = _standing(path)
        tell(f"reading {artifact}")
        facts = read_artifact(artifact)
        refuse_damage(artifact, facts)
    except EnvguardError as error:
        return error
    return _Subject(artifact=artifact, facts=facts, path=path, previous=previous, notes=notes)


def _folders(subject: _Subject, order: SnapshotOrder) -> tuple[str, ...]:
    """Where a repository is looked for, in this order."""
    return (*order.code, order.folder, str(subject.artifact.resolve().parent))


def _told(
    subject: _Subject,
    answer: TargetFacts,
    git: GitState | NoRepository | Unknown,
    order: SnapshotOrder,
) -> Written | EnvguardError:
    facts, notes = subject.facts, subject.notes
    modules = reached_modules(answer.modules, (need.module for need in facts.needs))
    snapshot = Snapshot(
        artifact=_with_owners(facts, answer),
        environment=answer.environment,
        source=CodeFacts(git=git, modules=annotate(modules, git)),
        tool=Tool(name="envguard", version=order.tool_version),
        created=order.created,
        supersedes=store.snapshot_digest(subject.previous) if subject.previous else None,
    )
    if facts.format is None:
        notes += (f"{facts.anomalies[0].text}: its needs are not known, only its digest is",)
    try:
        return _write(subject.path, snapshot, subject.previous, (*notes, *answer.trouble))
    except EnvguardError as error:
        return error


def snapshot_place(target: Target, order: SnapshotOrder, *, output: Path) -> Written:
    """A place alone, without an artifact, written to ``output``.

    Raises:
        CannotTellError: the target cannot be read.
        WriteError: the document could not be written.
    """
    previous, notes = _standing(output)
    answer = target.facts(Questions(timeout=order.timeout))
    snapshot = Snapshot(
        artifact=None,
        environment=answer.environment,
        source=None,
        tool=Tool(name="envguard", version=order.tool_version),
        created=order.created,
        supersedes=store.snapshot_digest(previous) if previous else None,
    )
    return _write(output, snapshot, previous, (*notes, *answer.trouble))


def now() -> str:
    """The present time as snapshots record it."""
    from datetime import datetime, timezone  # noqa: PLC0415  (used once)

    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _write(
    path: Path, snapshot: Snapshot, previous: Snapshot | None, notes: tuple[str, ...]
) -> Written:
    written = store.write_snapshot(path, snapshot)
    return Written(
        path=str(path),
        digest=store.snapshot_digest(snapshot),
        snapshot=snapshot,
        hindrances=hindrances_of(snapshot),
        replaced=changes_between(previous, snapshot) if previous else None,
        notes=(*notes, *written),
    )


def _standing(path: Path) -> tuple[Snapshot | None, tuple[str, ...]]:
    """The snapshot that ``path`` holds now; a damaged sidecar is noted, never anything else."""
    if not os.path.exists(path):  # noqa: PTH110  (never raises)
        return None, ()
    try:
        return store.read_snapshot(path), ()
    except SnapshotError as error:
        if error.exit_code == SnapshotError.exit_code and path.name.endswith(".envguard.json"):
            if type(error) is not SnapshotError:
                raise
            return None, (f"The file that stood there was no readable snapshot: {error.what}",)
        raise UsageError(
            f"{path} is there and is not a snapshot, so it is left alone.",
            why=error.what,
            fix="Name another file with --output.",
        ) from error


def _with_owners(facts: ArtifactFacts, answer: TargetFacts) -> ArtifactFacts:
    """The artifact's facts, each need with the distribution that owns it in the target."""
    owners = {
        (r.module, r.name): r.distribution for r in answer.resolutions if r.owner == "distribution"
    }
    needs = tuple(
        msgspec.structs.replace(need, distribution=owners.get((need.module, need.name)))
        for need in facts.needs
    )
    return msgspec.structs.replace(facts, needs=needs)
