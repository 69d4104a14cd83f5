"""Whether two installations came from the same source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.facts.unknown import Unknown

if TYPE_CHECKING:
    from envguard.facts.environment import Distribution, Origin


def same_origin(before: Distribution, after: Distribution) -> bool | Unknown:
    """Whether both came from the same source: the index, the same commit, the same file.

    Equal RECORD digests mean equal files, wherever they came from.
    """
    if before.record_sha256 is not None and before.record_sha256 == after.record_sha256:
        return True
    one, other = before.origin, after.origin
    for origin in (one, other):
        if origin.kind == "unknown":
            return Unknown("its direct_url.json cannot be read")
    if one.kind != other.kind:
        return False
    if one.kind == "vcs":
        return _same_commit(one, other)
    if one.kind == "archive":
        return _same_archive(one, other)
    return (one.url, one.subdirectory) == (other.url, other.subdirectory)


def _same_commit(one: Origin, other: Origin) -> bool | Unknown:
    if one.commit is None or other.commit is None:
        return Unknown("its direct_url.json names no commit")
    return (one.commit, one.subdirectory) == (other.commit, other.subdirectory)


def _same_archive(one: Origin, other: Origin) -> bool | Unknown:
    shared = sorted(set(one.digests) & set(other.digests))
    if shared:
        return all(one.digests[name] == other.digests[name] for name in shared)
    if one.url is None or one.url != other.url:
        return False
    return Unknown("its direct_url.json names no digest")


def origin_text(origin: Origin) -> str:
    """A source in a few words: ``git+https://... at 1a2b3c4d5e6f``."""
    if origin.kind in {"index", "unknown"}:
        return "the index" if origin.kind == "index" else "an unknown source"
    place = origin.url or "an unnamed place"
    if origin.kind == "vcs":
        commit = origin.commit[:12] if origin.commit else "no commit"
        return f"{origin.vcs or 'vcs'}+{place} at {commit}"
    digests = "".join(f" ({k}:{v[:12]})" for k, v in sorted(origin.digests.items())[:1])
    return f"{origin.kind} {place}{digests}"
