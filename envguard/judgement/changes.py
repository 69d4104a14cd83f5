"""What differs between two places or snapshots, graded by what an artifact uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.facts.environment import Distribution, EnvironmentFacts
from envguard.facts.report import Change, Tier
from envguard.facts.snapshot import Snapshot
from envguard.facts.target import TargetFacts
from envguard.facts.unknown import Unknown
from envguard.judgement.distribution_names import by_name
from envguard.judgement.origins import origin_text, same_origin
from envguard.judgement.relevance import tiers_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from envguard.facts.artifact import ArtifactFacts, Need
    from envguard.facts.source import CodeFacts

Place = Snapshot | EnvironmentFacts
ABSENT = "absent"
SHOWN = 12
"""Characters of a digest that are told."""


def changes_between(
    before: Place, after: Place, *, tiers: Mapping[str, Tier] | None = None
) -> tuple[Change, ...]:
    """The changes from one place to the other, what the artifact uses first.

    The tiers are those of the artifacts of the two, where none are given; without an artifact
    all distributions are T4.
    """
    graded = _tiers(before, after) if tiers is None else tiers
    one, other = _environment(before), _environment(after)
    changes = [
        *_interpreter(one, other),
        *_platform(one, other),
        *_distributions(one, other, graded),
    ]
    if isinstance(before, Snapshot) and isinstance(after, Snapshot):
        changes += _artifact(before.artifact, after.artifact)
        changes += _code(before.source, after.source)
    return tuple(sorted(changes, key=lambda c: (c.tier, c.subject, c.before, c.after)))


def _environment(place: Place) -> EnvironmentFacts:
    return place.environment if isinstance(place, Snapshot) else place


def _needs(place: Place) -> tuple[Need, ...]:
    if isinstance(place, Snapshot) and place.artifact is not None:
        return place.artifact.needs
    return ()


def _tiers(before: Place, after: Place) -> Mapping[str, Tier]:
    needs = (*_needs(before), *_needs(after))
    return tiers_of(needs, _environment(before), TargetFacts(environment=_environment(after)))


def _differing(pairs: Mapping[str, tuple[object, object]], tier: Tier) -> Iterator[Change]:
    for subject, (one, other) in pairs.items():
        if one != other:
            yield Change(subject=subject, tier=tier, before=_text(one), after=_text(other))


def _text(value: object) -> str:
    if isinstance(value, Unknown):
        return f"unknown ({value.reason})"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ABSENT if value is None else str(value)


def _interpreter(before: EnvironmentFacts, after: EnvironmentFacts) -> Iterator[Change]:
    one, other = before.interpreter, after.interpreter
    pairs: dict[str, tuple[object, object]] = {
        "Python": (one.version, other.version),
        "Python implementation": (one.implementation, other.implementation),
        "free-threaded build": (one.free_threaded, other.free_threaded),
        "debug build": (one.debug, other.debug),
    }
    yield from _differing(pairs, "T1")
    yield from _differing({"Python build": (one.build, other.build)}, "T4")


def _platform(before: EnvironmentFacts, after: EnvironmentFacts) -> Iterator[Change]:
    one, other = before.platform, after.platform
    pairs: dict[str, tuple[object, object]] = {
        "operating system": (one.system, other.system),
        "architecture": (one.machine, other.machine),
        "byte order": (before.interpreter.byte_order, after.interpreter.byte_order),
    }
    yield from _differing(pairs, "T2")
    rest: dict[str, tuple[object, object]] = {
        "OS release": (one.os_release, other.os_release),
        "libc": (one.libc, other.libc),
        "kernel": (one.release, other.release),
    }
    yield from _differing(rest, "T4")


def _distributions(
    before: EnvironmentFacts, after: EnvironmentFacts, tiers: Mapping[str, Tier]
) -> Iterator[Change]:
    one, other = by_name(before.packages), by_name(after.packages)
    for name in sorted({*one, *other}):
        tier = tiers.get(name, "T4")
        here, there = one.get(name), other.get(name)
        if here is None or there is None:
            yield Change(subject=name, tier=tier, before=_release(here), after=_release(there))
            continue
        if here.version != there.version:
            yield Change(subject=name, tier=tier, before=_release(here), after=_release(there))
        if here.origin != there.origin and same_origin(here, there) is not True:
            yield Change(
                subject=f"{name} (source)",
                tier=tier,
                before=origin_text(here.origin),
                after=origin_text(there.origin),
            )


def _release(distribution: Distribution | None) -> str:
    return _text(None if distribution is None else distribution.version)


def _artifact(before: ArtifactFacts | None, after: ArtifactFacts | None) -> Iterator[Change]:
    if before is None or after is None:
        names = {"artifact": (before and before.name, after and after.name)}
        yield from _differing(names, "T0")
        return
    shared = sorted(set(before.digests) & set(after.digests))
    pairs: dict[str, tuple[object, object]] = {
        "artifact name": (before.name, after.name),
        "artifact format": (before.format, after.format),
        "pickle protocol": (before.protocol, after.protocol),
    }
    for name in shared[:1]:
        digests = (_digest(name, before.digests[name]), _digest(name, after.digests[name]))
        pairs["artifact"] = digests if before.digests[name] != after.digests[name] else ("", "")
    yield from _differing(pairs, "T0")
    one = {_name(need) for need in before.needs}
    other = {_name(need) for need in after.needs}
    for name in sorted(one ^ other):
        sides = ("needed", ABSENT) if name in one else (ABSENT, "needed")
        yield Change(subject=f"need {name}", tier="T0", before=sides[0], after=sides[1])


def _digest(algorithm: str, digest: str) -> str:
    return f"{algorithm}:{digest[:SHOWN]}"


def _name(need: Need) -> str:
    return f"{need.module}.{need.name}" if need.name else need.module


def _code(before: CodeFacts | None, after: CodeFacts | None) -> Iterator[Change]:
    commits = (_commit(before), _commit(after))
    yield from _differing({"git commit": commits}, "T4")
    one = {m.module: m for m in before.modules} if before else {}
    other = {m.module: m for m in after.modules} if after else {}
    for name in sorted({*one, *other}):
        here, there = one.get(name), other.get(name)
        subject = f"local module {name}"
        if here is None or there is None:
            sides = (ABSENT if here is None else here.path, ABSENT if there is None else there.path)
            yield Change(subject=subject, tier="T1", before=sides[0], after=sides[1])
        elif here.sha256 != there.sha256:
            syntax = isinstance(here.syntax_sha256, str) and (
                here.syntax_sha256 == there.syntax_sha256
            )
            yield Change(
                subject=subject,
                tier="T4" if syntax else "T1",
                before=_digest("sha256", here.sha256),
                after=_digest("sha256", there.sha256) + (" (same syntax)" if syntax else ""),
            )


def _commit(code: CodeFacts | None) -> object:
    return getattr(code.git, "commit", None) if code is not None else None
