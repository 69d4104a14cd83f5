"""How far two releases are apart."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from packaging.version import Version

Distance = Literal["same", "label", "patch", "minor", "text"]
"""``label``: only the local label differs (``+cu128``); ``text``: one of them is no PEP 440
version and the texts differ."""


@lru_cache(maxsize=4096)
def parsed(version: str) -> Version | None:
    """The release, or None for a text that is no PEP 440 version.

    Source: https://packaging.python.org/en/latest/specifications/version-specifiers/
    """
    from packaging.version import InvalidVersion, Version  # noqa: PLC0415  (18 ms)

    try:
        return Version(version)
    except InvalidVersion:
        return None


def distance(before: str, after: str) -> Distance:
    """How far apart two releases are; ``0.x`` releases count like all others."""
    if before == after:
        return "same"
    one, other = parsed(before), parsed(after)
    if one is None or other is None:
        return "text"
    if one == other:
        return "same"
    if (one.epoch, one.major, one.minor) != (other.epoch, other.major, other.minor):
        return "minor"
    return "label" if parsed(one.public) == parsed(other.public) else "patch"


def within(version: str, first: str, end: str) -> bool:
    """Whether a release lies in ``first <= version < end``; a text that is no version never.

    Its label and pre-release part do not count.
    """
    bare, lowest, limit = _bare(version), _bare(first), _bare(end)
    return bare is not None and lowest is not None and limit is not None and lowest <= bare < limit


@lru_cache(maxsize=4096)
def _bare(version: str) -> Version | None:
    """The release without label and pre-release part, or None for a text that is no version."""
    from packaging.version import Version  # noqa: PLC0415  (18 ms)

    release = parsed(version)
    return Version(release.base_version) if release is not None else None
