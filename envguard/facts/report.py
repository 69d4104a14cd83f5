"""What a check found, ready to be told."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from envguard.facts.artifact import ArtifactFacts
from envguard.facts.snapshot import Snapshot
from envguard.facts.target import TargetKind

REPORT_SCHEMA = "envguard/report/1"
INSPECTION_SCHEMA = "envguard/inspection/1"
DIFF_SCHEMA = "envguard/diff/1"

Level = Literal["error", "warning", "note"]
RANK: dict[Level, int] = {"error": 0, "warning": 1, "note": 2}
"""How much a level weighs: the smaller, the worse."""
Verdict = Literal["holds", "broken", "unknown"]
Tier = Literal["T0", "T1", "T2", "T3", "T4"]


class Finding(Struct, frozen=True, kw_only=True):
    """One thing that differs or is wrong, and the way out."""

    rule: str
    name: str
    level: Level
    subject: str
    """What it is about: a distribution, a ``module.name``, a file."""
    expected: str
    found: str
    why: str
    """Why it matters, one sentence."""
    evidence: str
    """Where it was seen: ``model.pkl: _sklearn_version``."""
    fix: str
    """A command or one imperative sentence."""
    excused_by: str | None = None


class Unchecked(Struct, frozen=True, kw_only=True):
    """A rule that could not be judged."""

    rule: str
    reason: str


class StaticLoad(Struct, frozen=True, kw_only=True):
    """What the files and names say of loading."""

    outcome: Literal["loads", "fails", "undecided"]
    reasons: tuple[str, ...]


class Load(Struct, frozen=True, kw_only=True):
    """Loading, as predicted and (later) as tried."""

    static: StaticLoad
    trial: None = None


class StaticBehaviour(Struct, frozen=True, kw_only=True):
    """What contracts predict of the artifact's use."""

    outcome: Literal["same", "differs", "error", "undecided"]
    reasons: tuple[str, ...]


class Behaviour(Struct, frozen=True, kw_only=True):
    """Use, as predicted and (later) as replayed."""

    static: StaticBehaviour
    replay: None = None


class ReportArtifact(Struct, frozen=True, kw_only=True):
    """The artifact of a report, its path as the caller gave it."""

    path: str
    digests: dict[str, str]


class ReportTarget(Struct, frozen=True, kw_only=True):
    """The target of a report."""

    label: str
    kind: TargetKind


class Report(Struct, frozen=True, kw_only=True):
    """One artifact against one target."""

    artifact: ReportArtifact
    target: ReportTarget
    verdict: Verdict
    load: Load
    behaviour: Behaviour
    findings: tuple[Finding, ...]
    unchecked: tuple[Unchecked, ...]


class Danger(Struct, frozen=True, kw_only=True):
    """A name in an artifact that can do harm, or that nobody vouches for."""

    module: str
    name: str
    level: Literal["dangerous", "unknown"]
    why: str


class Change(Struct, frozen=True, kw_only=True):
    """One difference between two places or snapshots."""

    subject: str
    tier: Tier
    before: str
    after: str


class Inspection(Struct, frozen=True, kw_only=True):
    """One artifact looked at by itself."""

    path: str
    """As given on the command line."""
    facts: ArtifactFacts
    dangers: tuple[Danger, ...]


class Hindrance(Struct, frozen=True, kw_only=True):
    """Something of a training run that will not travel with its artifact."""

    rule: str
    """The rule that a check would report it under."""
    subject: str
    text: str
    """What it is and why it stays behind, one or two sentences."""
    fix: str


class Written(Struct, frozen=True, kw_only=True):
    """A snapshot that was written."""

    path: str
    digest: str
    """``sha256:...`` over the canonical document, its time left out."""
    snapshot: Snapshot
    hindrances: tuple[Hindrance, ...]
    replaced: tuple[Change, ...] | None
    """What changed against the snapshot that stood there; None if none did."""
    notes: tuple[str, ...] = ()
    """Such as a folder that cannot rename atomically."""


class Diff(Struct, frozen=True, kw_only=True):
    """Two places compared."""

    before: str
    after: str
    changes: tuple[Change, ...]


class RulePage(Struct, frozen=True, kw_only=True):
    """The page of one rule."""

    code: str
    name: str
    family: str
    """``EG2 distributions``."""
    level: Level
    """Its level where nothing else is said."""
    summary: str
    sections: tuple[tuple[str, str], ...]
    """(heading, text), in the order: What it checks, Why it breaks, Example, Fix, When it
    cannot tell."""
