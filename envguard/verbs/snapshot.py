"""Record what an artifact needs and where it was made, beside it."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from envguard import store
from envguard.artifacts.formats import read_artifact
from envguard.errors import SnapshotError, UnreadableArtifactError, UsageError
from envguard.facts.report import Written
from envguard.facts.snapshot import Snapshot, Tool
from envguard.facts.source import CodeFacts, GitState, NoRepository
from envguard.facts.target import Questions, ResolveMode
from envguard.facts.unknown import Unknown
from envguard.judgement.changes import changes_between
from envguard.judgement.hindrances import hindrances_of
from envguard.source.git_state import read_git_state
from envguard.source.local_modules import annotate

if TYPE_CHECKING:
    from collections.abc import Callable

    from envguard.facts.artifact import ArtifactFacts
    from envguard.facts.target import Target, TargetFacts

PICKLE_SUFFIXES = frozenset({".pkl", ".pickle", ".p", ".joblib", ".dill"})


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
    path = output or store.sidecar_path(artifact)
    previous, notes = _standing(path)
    tell(f"reading {artifact}")
    facts = read_artifact(artifact)
    _refuse_damage(artifact, facts)
    tell(f"asking {target.label}")
    folders = (*order.code, order.folder, str(artifact.resolve().parent))
    repository = _Meanwhile(folders)  # git answers while the target does
    answer = target.facts(
        Questions(
            needs=facts.needs,
            resolve=order.resolve,
            code=order.code,
            current_folder=order.folder,
            timeout=order.timeout,
        )
    )
    git = repository.result()
    code = CodeFacts(git=git, modules=annotate(answer.modules, git))
    snapshot = Snapshot(
        artifact=_with_owners(facts, answer),
        environment=answer.environment,
        source=code,
        tool=Tool(name="envguard", version=order.tool_version),
        created=order.created,
        supersedes=store.snapshot_digest(previous) if previous else None,
    )
    if facts.format is None:
        notes += (f"{facts.anomalies[0].text}: its needs are not known, only its digest is",)
    return _write(path, snapshot, previous, (*notes, *answer.trouble))


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


def _refuse_damage(artifact: Path, facts: ArtifactFacts) -> None:
    """Raise where the bytes are damaged, or are not what the suffix says."""
    claimed = artifact.suffix.lower() in PICKLE_SUFFIXES
    if facts.complete or (facts.format is None and not claimed and facts.size):
        return
    damage = [a for a in facts.anomalies if a.kind in DAMAGE]
    if facts.format is None or damage:
        text = (damage or facts.anomalies)[0].text if facts.anomalies else "unknown format"
        raise UnreadableArtifactError(
            f"Cannot read {artifact}: {text}",
            why="A snapshot of a damaged artifact would vouch for it.",
            fix="Write or copy the artifact again.",
        )


DAMAGE = frozenset(
    {
        "bad-compressed-data",
        "bad-length",
        "bad-line",
        "bad-opcode",
        "bad-protocol",
        "empty",
        "shape-beyond-data",
        "stack-underflow",
        "truncated",
        "unknown-memo",
    }
)
"""Kinds of anomaly with which no loader gets to the end."""


class _Meanwhile(threading.Thread):
    """The state of the repository, asked for beside other work."""

    def __init__(self, folders: tuple[str, ...]) -> None:
        super().__init__(daemon=True)
        self._folders = folders
        self._answer: GitState | NoRepository | Unknown = Unknown("git was not asked")
        self.start()

    def run(self) -> None:
        """Ask."""
        try:
            self._answer = _repository(self._folders)
        except OSError as error:
            self._answer = Unknown(f"git could not be asked: {error}")

    def result(self) -> GitState | NoRepository | Unknown:
        """The answer, waited for."""
        self.join()
        return self._answer


def _repository(folders: tuple[str, ...]) -> GitState | NoRepository | Unknown:
    """The state of the first repository that holds one of ``folders``."""
    answers = []
    for folder in dict.fromkeys(folders):
        answer = read_git_state(Path(folder))
        if not isinstance(answer, NoRepository):
            return answer
        answers.append(answer)
    return answers[0]


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
