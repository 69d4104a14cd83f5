"""One artifact against one place: all that the rules look at."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from envguard.facts.artifact import ArtifactFacts, Need
from envguard.facts.snapshot import Snapshot
from envguard.facts.target import Resolution, TargetFacts, TargetKind
from envguard.facts.unknown import Unknown
from envguard.judgement.dangers import dangers_of
from envguard.judgement.distribution_names import by_name, canonical, library_name
from envguard.judgement.relevance import closure_of, owners_of, reached_modules, tiers_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from envguard.facts.environment import Distribution
    from envguard.facts.report import Danger, Tier
    from envguard.facts.source import LocalModule


class Case(Struct, frozen=True, kw_only=True, dict=True):
    """The facts of an artifact, of where it was made, and of where it is to go."""

    artifact: ArtifactFacts | None
    """Read now; None where only a sidecar was given."""
    artifact_name: str
    recorded: Snapshot | None
    target: TargetFacts
    target_kind: TargetKind
    label: str
    no_snapshot: str | None = None
    """Why the snapshot that is there could not be used; None where there is none."""
    known_names: frozenset[str] = frozenset()
    """Names that the project vouches for: ``module:name``, or ``module:*``."""

    @property
    def facts(self) -> ArtifactFacts | None:
        """The artifact as read now, else as recorded."""
        if self.artifact is not None:
            return self.artifact
        return self.recorded.artifact if self.recorded else None

    @cached_property
    def needs(self) -> tuple[Need, ...]:
        """What loading looks up, with the owners that the snapshot recorded; sorted."""
        if self.facts is None:
            return ()
        recorded = self.recorded.artifact.needs if self.recorded and self.recorded.artifact else ()
        owners = {(n.module, n.name): n.distribution for n in recorded}
        return tuple(
            sorted(
                (
                    msgspec.structs.replace(
                        need,
                        distribution=need.distribution or owners.get((need.module, need.name)),
                    )
                    for need in set(self.facts.needs)
                ),
                key=lambda n: (n.module, n.name, n.kind, n.distribution or ""),
            )
        )

    @cached_property
    def dangers(self) -> tuple[Danger, ...]:
        """What the artifact names that is dangerous, or that nobody vouches for."""
        return dangers_of(self.facts, self.known_names) if self.facts is not None else ()

    @cached_property
    def answers(self) -> Mapping[tuple[str, str], Resolution]:
        """What the target said of each of this artifact's names; others may have been asked."""
        wanted = {(need.module, need.name) for need in self.needs}
        return {
            (r.module, r.name): r for r in self.target.resolutions if (r.module, r.name) in wanted
        }

    @cached_property
    def tiers(self) -> Mapping[str, Tier]:
        """The tier of each distribution of either place, by normalised name."""
        environment = self.recorded.environment if self.recorded else None
        return tiers_of(self.needs, environment, self.target)

    @cached_property
    def recorded_packages(self) -> Mapping[str, Distribution]:
        """What was installed where the artifact was made, by normalised name."""
        return by_name(self.recorded.environment.packages) if self.recorded else {}

    @cached_property
    def target_packages(self) -> Mapping[str, Distribution]:
        """What is installed in the target, by normalised name."""
        return by_name(self.target.environment.packages)

    @cached_property
    def wanted_in_target(self) -> frozenset[str]:
        """T1 with what it requires by the target's own metadata."""
        owners = owners_of(self.needs, [self.target.environment], self.target.resolutions)
        first = {name for name, tier in self.tiers.items() if tier == "T1"}
        return closure_of(owners | first, self.target.environment)

    def relevant(self, *tiers: Tier) -> tuple[str, ...]:
        """The distributions of these tiers, sorted."""
        return tuple(name for name, tier in self.tiers.items() if tier in tiers)

    def target_version(self, distribution: str) -> str | Unknown | None:
        """The release in the target; None where it is not installed."""
        found = self.target_packages.get(canonical(distribution))
        return found.version if found else None

    @cached_property
    def embedded(self) -> Mapping[str, tuple[str, ...]]:
        """The releases that the artifact's own state names, by normalised distribution."""
        found: dict[str, set[str]] = {}
        for version in self.facts.versions if self.facts else ():
            found.setdefault(library_name(version.library), set()).add(version.version)
        return {name: tuple(sorted(versions)) for name, versions in sorted(found.items())}

    def written_with(self, distribution: str) -> tuple[str, ...]:
        """The releases that wrote the artifact: by its bytes, else by the snapshot."""
        name = canonical(distribution)
        if name in self.embedded:
            return self.embedded[name]
        found = self.recorded_packages.get(name)
        if found is None or isinstance(found.version, Unknown):
            return ()
        return (found.version,)

    @cached_property
    def recorded_modules(self) -> Mapping[str, LocalModule]:
        """The local modules that the snapshot recorded."""
        source = self.recorded.source if self.recorded else None
        return {m.module: m for m in sorted(source.modules, key=_module)} if source else {}

    @cached_property
    def target_modules(self) -> Mapping[str, LocalModule]:
        """The target's local modules that this artifact reaches, directly or by an import."""
        names = [*(need.module for need in self.needs), *self.recorded_modules]
        return {one.module: one for one in reached_modules(self.target.modules, names)}


def _module(module: LocalModule) -> str:
    return module.module
