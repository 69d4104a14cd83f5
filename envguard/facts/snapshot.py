"""The document beside an artifact: what was true when it was made."""

from __future__ import annotations

from msgspec import Struct

from envguard.facts.artifact import ArtifactFacts
from envguard.facts.environment import EnvironmentFacts
from envguard.facts.source import CodeFacts

SNAPSHOT_SCHEMA = "envguard/snapshot/1"


class Tool(Struct, frozen=True, kw_only=True):
    """The program that wrote a document."""

    name: str
    version: str


class Snapshot(Struct, frozen=True, kw_only=True):
    """One artifact (or none: a place alone), its environment and its code."""

    schema: str = SNAPSHOT_SCHEMA
    artifact: ArtifactFacts | None
    environment: EnvironmentFacts
    source: CodeFacts | None
    behaviour: None = None
    """Golden outputs; none are recorded by this release."""
    tool: Tool
    created: str
    """UTC, ISO 8601 with seconds: ``2026-11-21T03:41:49Z``."""
    supersedes: str | None = None
    """``sha256:...`` of the snapshot that this one replaced."""
