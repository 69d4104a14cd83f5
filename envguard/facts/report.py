"""What a check found, ready to be told."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from envguard.facts.target import TargetKind

REPORT_SCHEMA = "envguard/report/1"
INSPECTION_SCHEMA = "envguard/inspection/1"
DIFF_SCHEMA = "envguard/diff/1"

Level = Literal["error", "warning", "note"]
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
