"""EG2: what owns the needed names is there, in the recorded release and from the same source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.facts.unknown import Unknown
from envguard.judgement.fixes import install, install_release
from envguard.judgement.origins import origin_text, same_origin
from envguard.judgement.rules.rule import Rule
from envguard.judgement.versions import distance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from envguard.facts.report import Level
    from envguard.judgement.case import Case
    from envguard.judgement.rules.rule import Judged
    from envguard.judgement.versions import Distance

DISTRIBUTION_MISSING = Rule(
    code="EG201",
    name="distribution-missing",
    level="error",
    why="The names that the artifact looks up, or what they rest on, come from it.",
)
VERSION_DIFFERS = Rule(
    code="EG203",
    name="version-differs",
    level="error",
    why="Between such releases classes move, states change and results may differ.",
)
PATCH_DIFFERS = Rule(
    code="EG204",
    name="patch-differs",
    level="note",
    why="Patch releases and other builds of one release rarely change what an artifact sees.",
)
ORIGIN_DIFFERS = Rule(
    code="EG205",
    name="origin-differs",
    level="error",
    why="The same version number from another source can be other code.",
)
DISTANT: frozenset[Distance] = frozenset({"minor", "text"})


def level_of(case: Case, name: str) -> Level:
    """Error for what owns the artifact's names, warning for what that requires."""
    return "error" if case.tiers.get(name) == "T1" else "warning"


def distribution_missing(case: Case) -> Iterator[Judged]:
    """What owns the needed names, and what that requires, is installed.

    What it checks:
        Each recorded distribution that owns a name of the artifact, or is required by such a
        one in the target, against the target's installed distributions.
    Why it breaks:
        Without the owner, loading ends with ModuleNotFoundError.
    Example:
        A service image without scikit-learn, and a pickled LogisticRegression.
    Fix:
        Install the recorded release.
    When it cannot tell:
        There is no snapshot; see no-snapshot. The needed names are judged all the same.
    """
    for name in case.relevant("T1", "T2"):
        recorded = case.recorded_packages.get(name)
        if recorded is None or name in case.target_packages:
            continue
        if case.tiers[name] == "T2" and not _wanted(case, name):
            continue
        version = recorded.version
        yield DISTRIBUTION_MISSING.finding(
            subject=name,
            expected="a release" if isinstance(version, Unknown) else version,
            found="not installed",
            evidence=f"{_reason(case, name)}; {len(case.target_packages)} distributions there",
            fix=install(case, name),
            level=level_of(case, name),
        )


def _wanted(case: Case, name: str) -> bool:
    """Whether the target's own owners require it; if one of them cannot be read, assume so."""
    owners = [case.target_packages.get(owner) for owner in case.relevant("T1")]
    unreadable = any(owner is not None and owner.error is not None for owner in owners)
    return unreadable or name in case.wanted_in_target


def _reason(case: Case, name: str) -> str:
    if case.tiers.get(name) == "T1":
        return f"{case.artifact_name} names it"
    return f"required by what {case.artifact_name} names"


def version_differs(case: Case) -> Iterator[Judged]:
    """What owns the needed names, and what that requires, has the recorded feature release.

    What it checks:
        Major and minor numbers; local labels such as +cu128 do not count. Versions that follow
        no standard are compared as text. Where the artifact's state names a release itself
        (``_sklearn_version``), that one counts before the snapshot.
    Why it breaks:
        Classes move and are renamed, states gain and lose attributes, defaults and results
        change, often without an error.
    Example:
        A SimpleImputer of scikit-learn 1.5 loads in 1.9 and fails in transform.
    Fix:
        Install the recorded release, or train again with the one of the target.
    When it cannot tell:
        The release of an owner is not known on one of the sides.
    """
    for name in case.relevant("T1", "T2"):
        found = case.target_packages.get(name)
        if found is None:
            continue
        if isinstance(found.version, Unknown):
            if case.tiers[name] == "T1" and _was_recorded(case, name):
                yield VERSION_DIFFERS.unchecked(f"{name}: {found.version.reason}")
            continue
        expected = _expected(case, name)
        if isinstance(expected, Unknown):
            if case.tiers[name] == "T1":
                yield VERSION_DIFFERS.unchecked(f"{name}: {expected.reason}")
            continue
        for version, evidence in expected:
            far = distance(version, found.version)
            if far in DISTANT:
                text = "; the versions follow no standard, so the texts were compared"
                yield VERSION_DIFFERS.finding(
                    subject=name,
                    expected=version,
                    found=found.version,
                    evidence=evidence + (text if far == "text" else ""),
                    fix=install_release(name, version),
                    level=level_of(case, name),
                )


def _was_recorded(case: Case, name: str) -> bool:
    return case.recorded is not None or name in case.embedded


def _expected(case: Case, name: str) -> tuple[tuple[str, str], ...] | Unknown:
    """The releases that are wanted, each with where it was seen.

    Empty where none is known because there is no snapshot.
    """
    recorded = case.recorded_packages.get(name)
    embedded = case.embedded.get(name, ())
    told = f"{case.artifact_name}: {_places(case, name)}"
    if embedded:
        if recorded is not None and embedded != (recorded.version,):
            told += f" (the snapshot says {_release(recorded.version)})"
        return tuple((version, told) for version in embedded)
    if recorded is not None:
        version = recorded.version
        if isinstance(version, Unknown):
            return version
        return ((version, f"recorded; {_reason(case, name)}"),)
    if case.recorded is None or case.tiers[name] == "T2":
        return ()
    return Unknown("its release was not recorded")


def _release(version: str | Unknown) -> str:
    return f"nothing: {version.reason}" if isinstance(version, Unknown) else version


def _places(case: Case, name: str) -> str:
    from envguard.judgement.distribution_names import library_name  # noqa: PLC0415  (one use)

    versions = case.facts.versions if case.facts else ()
    return ", ".join(sorted({v.where for v in versions if library_name(v.library) == name}))


def patch_differs(case: Case) -> Iterator[Judged]:
    """What owns the needed names, and what that requires, has the recorded patch release.

    What it checks:
        Everything of a version after major and minor, the local label included.
    Why it breaks:
        It rarely does: patch-level twins had no failures of their own in 31,120 real pairs.
    Example:
        torch 2.4.0+cu128 recorded, 2.4.0+cpu in the target.
    Fix:
        None is needed; install the recorded release to be exact.
    When it cannot tell:
        A release is not known; see version-differs.
    """
    for name in case.relevant("T1", "T2"):
        found = case.target_packages.get(name)
        expected = _expected(case, name)
        if found is None or isinstance(found.version, Unknown) or isinstance(expected, Unknown):
            continue
        for version, evidence in expected:
            if distance(version, found.version) in {"patch", "label"}:
                yield PATCH_DIFFERS.finding(
                    subject=name,
                    expected=version,
                    found=found.version,
                    evidence=evidence,
                    fix=f"{install_release(name, version)}  # only to be exact",
                )


def origin_differs(case: Case) -> Iterator[Judged]:
    """What owns the needed names, and what that requires, comes from the recorded source.

    What it checks:
        Index, repository and commit, archive digest, local folder, editable or not; the index
        against the index is the same, and so are equal RECORD digests.
    Why it breaks:
        A version number says nothing of a commit or of a folder that somebody edits.
    Example:
        Trained with an editable checkout of features 0.1, served with features 0.1 of the index.
    Fix:
        Install from the recorded source.
    When it cannot tell:
        direct_url.json of an owner cannot be read, or names neither commit nor digest.
    """
    for name in case.relevant("T1", "T2"):
        before, after = case.recorded_packages.get(name), case.target_packages.get(name)
        if before is None or after is None:
            continue
        same = same_origin(before, after)
        if isinstance(same, Unknown):
            if case.tiers[name] == "T1":
                yield ORIGIN_DIFFERS.unchecked(f"{name}: {same.reason}")
        elif not same:
            yield ORIGIN_DIFFERS.finding(
                subject=name,
                expected=origin_text(before.origin),
                found=origin_text(after.origin),
                evidence=f"{after.path}: direct_url.json",
                fix=install(case, name),
                level=level_of(case, name),
            )
