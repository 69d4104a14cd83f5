"""Which distributions matter to an artifact, and how much."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.judgement.distribution_names import by_name, canonical, name_of
from envguard.judgement.requirements import marker_environment, requirements_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from envguard.facts.artifact import Need
    from envguard.facts.environment import EnvironmentFacts
    from envguard.facts.report import Tier
    from envguard.facts.source import LocalModule
    from envguard.facts.target import Resolution, TargetFacts

IMPORT_ALIASES = {"_loss": "scikit-learn"}
"""Top-level names that a library puts into ``sys.modules`` while it is imported.

Source: scikit-learn 1.5 to 1.8 do so (seen in sys.modules after ``import sklearn.ensemble``).
"""


def tiers_of(
    needs: Sequence[Need], recorded: EnvironmentFacts | None, target: TargetFacts
) -> Mapping[str, Tier]:
    """The tier of every distribution of both places, by normalised name.

    T1 owns what the artifact names, T2 is what T1 requires in either place, T4 is the rest. (T3,
    what was imported while loading, nobody recorded.)
    """
    places = [target.environment] if recorded is None else [recorded, target.environment]
    owners = owners_of(needs, places, target.resolutions)
    tiers: dict[str, Tier] = {}
    for place in places:
        tiers.update(dict.fromkeys(by_name(place.packages), "T4"))
    for place in places:
        tiers.update(dict.fromkeys(closure_of(owners, place), "T2"))
    tiers.update(dict.fromkeys(owners, "T1"))
    return dict(sorted(tiers.items()))


def owners_of(
    needs: Iterable[Need],
    places: Iterable[EnvironmentFacts],
    resolutions: Iterable[Resolution] = (),
) -> frozenset[str]:
    """The distributions that own what the artifact names.

    One source is enough: the snapshot, the target, or the import names that a place lists.
    """
    answers = {(r.module, r.name): r for r in resolutions}
    imports = _import_names(places)
    owners: set[str] = set()
    for need in needs:
        answer = answers.get((need.module, need.name))
        top = need.module.partition(".")[0]
        if need.distribution is not None:
            owners.add(canonical(need.distribution))
        if answer is not None and answer.distribution is not None:
            owners.add(canonical(answer.distribution))
        elif answer is None or answer.owner not in {"stdlib", "local"}:
            owners.update(imports.get(top, ()))
        if top in IMPORT_ALIASES:
            owners.add(IMPORT_ALIASES[top])
    return frozenset(owners)


def closure_of(roots: Iterable[str], place: EnvironmentFacts) -> frozenset[str]:
    """What distributions require there, and what that requires in turn, installed or not.

    Extras that a requirement asks for are followed.
    """
    installed = by_name(place.packages)
    environment = marker_environment(place)
    seen: dict[str, frozenset[str]] = {}
    todo = [(canonical(root), frozenset[str]()) for root in roots]
    while todo:
        name, extras = todo.pop()
        before = seen.get(name)
        if before is not None and extras <= before:
            continue
        seen[name] = extras | (before or frozenset())
        if name in installed:
            todo += [
                (canonical(line.name), frozenset(map(canonical, line.extras)))
                for line in requirements_of(installed[name], environment, seen[name])
            ]
    return frozenset(seen)


def _import_names(places: Iterable[EnvironmentFacts]) -> dict[str, set[str]]:
    """The distributions that list each top-level import name."""
    owners: dict[str, set[str]] = {}
    for place in places:
        for distribution in place.packages:
            name = name_of(distribution)
            if name is not None and not distribution.shadowed:
                for imported in distribution.imports:
                    owners.setdefault(imported, set()).add(name)
    return owners


def reached_modules(
    offered: Iterable[LocalModule], names: Iterable[str]
) -> tuple[LocalModule, ...]:
    """The local modules that these names reach, directly or by an import; sorted."""
    by_name = {one.module: one for one in offered}
    reached: set[str] = set()
    left = [part for name in names for part in _parts(name)]
    while left:
        name = left.pop()
        if name in by_name and name not in reached:
            reached.add(name)
            left += [part for imported in by_name[name].imports for part in _parts(imported)]
    return tuple(by_name[name] for name in sorted(reached))


def _parts(module: str) -> list[str]:
    """A dotted name and every package above it: each is imported on the way."""
    pieces = module.split(".")
    return [".".join(pieces[: end + 1]) for end in range(len(pieces))]
