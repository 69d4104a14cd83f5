"""Artifacts against targets: one report for each pair, whatever happens."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from envguard import store
from envguard.artifacts.formats import read_artifact
from envguard.errors import CannotTellError, EnvguardError, UsageError
from envguard.facts.artifact import ArtifactFacts
from envguard.facts.report import (
    Behaviour,
    Level,
    Load,
    Report,
    ReportArtifact,
    ReportTarget,
    StaticBehaviour,
    StaticLoad,
    Unchecked,
)
from envguard.facts.snapshot import Snapshot
from envguard.facts.target import Questions, ResolveMode, TargetFacts
from envguard.judgement.case import Case
from envguard.judgement.class_questions import callable_questions, class_questions
from envguard.judgement.contracts import layout_questions
from envguard.judgement.embedded_needs import embedded_needs
from envguard.judgement.installing import for_target
from envguard.judgement.verdict import judge
from envguard.verbs.vouching import vouched_names

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from envguard.facts.artifact import Need
    from envguard.facts.target import ClassQuestion, Target

SIDECAR_SUFFIX = ".envguard.json"


class CheckOrder(Struct, frozen=True, kw_only=True):
    """How a check is to be done."""

    folder: str
    """The current folder, where local code is looked for last."""
    code: tuple[str, ...] = ()
    resolve: ResolveMode = "auto"
    timeout: float = 120.0
    """Seconds for each target's answer."""
    fail_on: Level = "error"
    missing_snapshot: Literal["unknown", "warn"] = "unknown"


class Checked(Struct, frozen=True, kw_only=True):
    """The reports of all pairs, and what else went wrong."""

    reports: tuple[Report, ...]
    errors: tuple[EnvguardError, ...]
    """Artifacts or snapshots that are not there; the rest is reported all the same."""


class _Subject(Struct, frozen=True, kw_only=True):
    """One artifact with its snapshot, as far as they could be read."""

    path: str
    artifact: ArtifactFacts | None = None
    recorded: Snapshot | None = None
    trouble: Unchecked | None = None

    @property
    def facts(self) -> ArtifactFacts | None:
        """What is read now, else what was recorded."""
        if self.artifact is not None:
            return self.artifact
        return self.recorded.artifact if self.recorded else None

    @property
    def class_questions(self) -> tuple[ClassQuestion, ...]:
        """What is asked about the classes of its objects."""
        return class_questions(self.facts, self.recorded) if self.facts else ()

    @property
    def needs(self) -> tuple[Need, ...]:
        return self.facts.needs if self.facts else ()


def check(
    artifacts: Sequence[str],
    targets: Sequence[Target],
    order: CheckOrder,
    *,
    snapshot: str | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Checked:
    """A report for each artifact and target, in the order given; each target is asked once.

    Raises:
        UsageError: one snapshot was named for several artifacts, or the project's settings in
            pyproject.toml are wrong.
    """
    if snapshot is not None and len(artifacts) > 1:
        raise UsageError(
            "--snapshot goes with one artifact.",
            why=f"{len(artifacts)} were given.",
            fix="Leave it out: each artifact's own sidecar is used.",
        )
    vouched = vouched_names(order.folder)
    subjects, errors = _subjects(artifacts, snapshot, tell)
    answers = [_ask(target, subjects, order, tell) for target in targets] if subjects else []
    reports = tuple(
        _report(subject, target, answer, order, vouched)
        for subject in subjects
        for target, answer in zip(targets, answers, strict=True)
    )
    return Checked(reports=reports, errors=errors)


def _subjects(
    artifacts: Sequence[str], snapshot: str | None, tell: Callable[[str], None]
) -> tuple[list[_Subject], tuple[EnvguardError, ...]]:
    subjects, errors = [], []
    for path in artifacts:
        tell(f"reading {path}")
        try:
            subjects.append(_subject(path, snapshot))
        except UsageError as error:
            errors.append(error)
    return subjects, tuple(errors)


def _subject(path: str, snapshot: str | None) -> _Subject:
    """One artifact and its snapshot; what is there and unreadable becomes its trouble.

    Raises:
        MissingFileError: the artifact, or the snapshot that was named, is not there.
    """
    if path.endswith(SIDECAR_SUFFIX) and snapshot is None:
        try:
            return _Subject(path=path, recorded=store.read_snapshot(Path(path)))
        except CannotTellError as error:
            return _Subject(path=path, trouble=Unchecked(rule="EG902", reason=str(error)))
    sidecar = Path(snapshot) if snapshot is not None else store.sidecar_path(Path(path))
    recorded, trouble = None, None
    try:
        if snapshot is not None or os.path.exists(sidecar):  # noqa: PTH110  (never raises)
            recorded = store.read_snapshot(sidecar)
    except CannotTellError as error:
        trouble = Unchecked(rule="EG902", reason=str(error))
    try:
        facts = read_artifact(Path(path))
    except CannotTellError as error:
        # Without the recorded side: what is there is not what was recorded, and is not read.
        return _Subject(path=path, trouble=Unchecked(rule="EG901", reason=str(error)))
    return _Subject(path=path, artifact=facts, recorded=recorded, trouble=trouble)


def _ask(
    target: Target,
    subjects: Sequence[_Subject],
    order: CheckOrder,
    tell: Callable[[str], None],
) -> TargetFacts | CannotTellError:
    """The target's answer to the needs of all subjects at once, or why there is none."""
    needs = tuple(sorted({need for subject in subjects for need in subject.needs}))
    inner = {need for subject in subjects for need in embedded_needs(subject.facts)}
    tell(f"asking {target.label}")
    try:
        return target.facts(
            Questions(
                needs=tuple(sorted({*needs, *inner})),
                layouts=layout_questions(needs),
                classes=tuple({q for subject in subjects for q in subject.class_questions}),
                callables=tuple(
                    sorted({q for s in subjects if s.facts for q in callable_questions(s.facts)})
                ),
                resolve=order.resolve,
                code=order.code,
                current_folder=order.folder,
                timeout=order.timeout,
            )
        )
    except CannotTellError as error:
        return error


def _report(
    subject: _Subject,
    target: Target,
    answer: TargetFacts | CannotTellError,
    order: CheckOrder,
    vouched: frozenset[str],
) -> Report:
    if isinstance(answer, CannotTellError):
        return _undecided(subject, target, Unchecked(rule="EG904", reason=str(answer)))
    if subject.trouble is not None and subject.facts is None:
        return _undecided(subject, target, subject.trouble)
    case = Case(
        artifact=subject.artifact,
        artifact_name=Path(subject.path).name,
        recorded=subject.recorded,
        target=answer,
        target_kind=target.kind,
        label=target.label,
        no_snapshot=_why_no_snapshot(subject, order),
        known_names=vouched,
    )
    return for_target(judge(case, fail_on=order.fail_on, path=subject.path), answer)


def _why_no_snapshot(subject: _Subject, order: CheckOrder) -> str | None:
    if subject.trouble is not None:
        return subject.trouble.reason
    if order.missing_snapshot == "warn":
        return (
            f"{Path(subject.path).name} has no snapshot, so only a trial could decide, and this "
            "release tries none"
        )
    return None


def _undecided(subject: _Subject, target: Target, unchecked: Unchecked) -> Report:
    """The report of a pair of which one side could not be read at all."""
    return Report(
        artifact=ReportArtifact(
            path=subject.path, digests=subject.facts.digests if subject.facts else {}
        ),
        target=ReportTarget(label=target.label, kind=target.kind),
        verdict="unknown",
        load=Load(static=StaticLoad(outcome="undecided", reasons=(unchecked.reason,))),
        behaviour=Behaviour(
            static=StaticBehaviour(outcome="undecided", reasons=(unchecked.reason,))
        ),
        findings=(),
        unchecked=(unchecked,),
    )
