"""What a snapshot refuses to vouch for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.errors import UnreadableArtifactError

if TYPE_CHECKING:
    from pathlib import Path

    from envguard.facts.artifact import ArtifactFacts

PICKLE_SUFFIXES = frozenset({".pkl", ".pickle", ".p", ".joblib", ".dill"})
DAMAGE = frozenset(
    {
        "bad-compressed-data",
        "bad-crc",
        "bad-header",
        "bad-length",
        "bad-line",
        "bad-opcode",
        "bad-protocol",
        "empty",
        "member-size",
        "missing-storage",
        "shape-beyond-data",
        "stack-underflow",
        "truncated",
        "unknown-memo",
    }
)
"""Kinds of anomaly with which no loader gets to the end."""


def refuse_damage(artifact: Path, facts: ArtifactFacts) -> None:
    """Raise where the bytes are damaged, or are not what the suffix says.

    Raises:
        UnreadableArtifactError: they are.
    """
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
