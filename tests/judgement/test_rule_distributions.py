"""EG201, EG203, EG204, EG205: what owns the needed names, its release and its source."""

from __future__ import annotations

import pytest

from envguard.facts.artifact import EmbeddedVersion


def against(build, packages, **parts):
    return build.case(target=build.target(packages=packages), **parts)


def embedded(build, *versions):
    return build.artifact(
        versions=tuple(
            EmbeddedVersion(library="sklearn", version=v, where="_sklearn_version")
            for v in versions
        )
    )


def test_a_missing_owner_is_an_error_with_the_recorded_release_as_its_fix(build):
    found = build.finding(against(build, build.packages(scikit_learn=None)), "EG201")
    assert (found.subject, found.level, found.expected) == ("scikit-learn", "error", "1.5.2")
    assert found.fix == 'python -m pip install "scikit-learn==1.5.2"'


def test_a_missing_requirement_of_an_owner_is_a_warning(build):
    found = build.finding(against(build, build.packages(joblib=None)), "EG201")
    assert (found.subject, found.level) == ("joblib", "warning")


def test_a_requirement_that_the_targets_release_no_longer_has_is_not_missed(build):
    packages = build.bend(build.packages(joblib=None), "scikit-learn", requires=("numpy",))
    assert build.silent(against(build, packages), "EG201")


def test_a_requirement_is_missed_where_its_owner_cannot_be_read(build):
    packages = build.bend(build.packages(joblib=None), "scikit-learn", requires=(), error="cut")
    assert build.finding(against(build, packages), "EG201").subject == "joblib"


def test_what_the_artifact_does_not_use_may_be_absent(build):
    assert build.silent(against(build, build.packages(rich=None)), "EG201")


def test_without_a_snapshot_no_distribution_is_missed(build):
    packages = build.packages(joblib=None)
    assert build.silent(against(build, packages, recorded=None), "EG201")


def test_a_missing_owner_of_unknown_release_is_missed_all_the_same(build):
    environment = build.environment(build.packages(scikit_learn=build.unknown))
    case = against(
        build,
        build.packages(scikit_learn=None),
        recorded=build.snapshot(build.artifact(), environment),
    )
    found = build.finding(case, "EG201")
    assert (found.expected, found.fix) == ("a release", 'python -m pip install "scikit-learn"')


@pytest.mark.parametrize(
    ("name", "version", "level"),
    [
        ("scikit_learn", "1.9.1", "error"),
        ("scikit_learn", "2.5.2", "error"),
        ("scipy", "1.14.0", "warning"),
    ],
)
def test_another_feature_release_is_told_by_tier(build, name, version, level):
    found = build.finding(against(build, build.packages(**{name: version})), "EG203")
    assert (found.found, found.level) == (version, level)


def test_feature_releases_of_what_is_not_used_are_not_told(build):
    assert build.silent(against(build, build.packages(rich="14.0")), "EG203")


def test_a_version_that_follows_no_standard_is_compared_as_text(build):
    found = build.finding(against(build, build.packages(scikit_learn="2004d")), "EG203")
    assert "compared" in found.evidence


def test_an_unknown_release_of_an_owner_cannot_be_told(build):
    case = against(build, build.packages(scikit_learn=build.unknown))
    assert build.doubts(case, "EG203") == ["scikit-learn: it could not be read"]
    assert build.judge(case).verdict == "unknown"


def test_an_unknown_release_of_a_requirement_is_told_as_unreadable_only(build):
    case = against(build, build.packages(scipy=build.unknown))
    assert build.silent(case, "EG203")
    assert build.finding(case, "EG903").subject == "scipy"


def test_an_unknown_recorded_release_cannot_be_told(build):
    environment = build.environment(build.packages(scikit_learn=build.unknown))
    case = build.case(recorded=build.snapshot(build.artifact(), environment))
    assert build.doubts(case, "EG203")


def test_an_unknown_recorded_release_of_a_requirement_is_left(build):
    environment = build.environment(build.packages(scipy=build.unknown))
    case = build.case(recorded=build.snapshot(build.artifact(), environment))
    assert build.silent(case, "EG203")


def test_an_owner_that_was_not_recorded_cannot_be_told(build):
    environment = build.environment(build.packages(scikit_learn=None))
    case = build.case(recorded=build.snapshot(build.artifact(), environment))
    assert build.doubts(case, "EG203") == ["scikit-learn: its release was not recorded"]


def test_the_release_in_the_bytes_serves_without_a_snapshot(build):
    case = build.case(embedded(build, "1.2.2"), recorded=None)
    found = build.finding(case, "EG203")
    assert (found.expected, found.found) == ("1.2.2", "1.5.2")
    assert found.evidence == "model.pkl: _sklearn_version"


def test_an_unknown_release_matters_without_a_snapshot_only_where_the_bytes_name_one(build):
    packages = build.packages(scikit_learn=build.unknown)
    assert build.silent(against(build, packages, recorded=None), "EG203")
    named = build.case(embedded(build, "1.2.2"), build.target(packages=packages), recorded=None)
    assert build.doubts(named, "EG203")


def test_the_release_in_the_bytes_wins_over_the_snapshot(build):
    artifact = embedded(build, "1.2.2")
    found = build.finding(build.case(artifact, recorded=build.snapshot(artifact)), "EG203")
    assert "the snapshot says 1.5.2" in found.evidence


def test_the_release_in_the_bytes_serves_where_the_snapshot_has_none(build):
    artifact = embedded(build, "1.2.2")
    environment = build.environment(build.packages(scikit_learn=build.unknown))
    found = build.finding(
        build.case(artifact, recorded=build.snapshot(artifact, environment)), "EG203"
    )
    assert "the snapshot says nothing" in found.evidence


def test_a_snapshot_that_agrees_with_the_bytes_is_not_mentioned(build):
    artifact = embedded(build, "1.5.2")
    case = build.case(artifact, build.target(packages=build.packages(scikit_learn="1.9")))
    assert build.finding(case, "EG203").evidence == "model.pkl: _sklearn_version"


def test_parts_written_by_two_releases_are_each_compared(build):
    found = build.findings(build.case(embedded(build, "1.2.2", "1.5.2"), recorded=None), "EG203")
    assert [f.expected for f in found] == ["1.2.2"]


@pytest.mark.parametrize(
    ("recorded", "found"),
    [("1.5.2", "1.5.1"), ("1.5.2+cu128", "1.5.2+cpu"), ("1.5.2", "1.5.2+cpu")],
)
def test_patch_releases_and_labels_are_a_note_with_both_shown(build, recorded, found):
    environment = build.environment(build.packages(scikit_learn=recorded))
    case = against(
        build,
        build.packages(scikit_learn=found),
        recorded=build.snapshot(build.artifact(), environment),
    )
    told = build.finding(case, "EG204")
    assert (told.level, told.expected, told.found) == ("note", recorded, found)
    assert build.silent(case, "EG203")


@pytest.mark.parametrize("version", ["1.5.2", "1.9.1", None])
def test_patch_differs_is_silent_where_there_is_none_or_more(build, version):
    assert build.silent(against(build, build.packages(scikit_learn=version)), "EG204")


def test_patch_differs_leaves_unknown_releases_to_version_differs(build):
    assert build.silent(against(build, build.packages(scikit_learn=build.unknown)), "EG204")


def from_source(build, origin, name="scikit-learn", recorded=None):
    packages = build.bend(build.packages(), name, origin=origin)
    before = build.bend(build.packages(), name, origin=recorded or build.origin())
    environment = build.environment(before)
    return against(build, packages, recorded=build.snapshot(build.artifact(), environment))


def test_another_source_of_an_owner_is_an_error(build):
    case = from_source(build, build.origin("editable", url="file:///train/sk"))
    found = build.finding(case, "EG205")
    assert (found.level, found.expected, found.found) == (
        "error",
        "the index",
        "editable file:///train/sk",
    )


def test_another_source_of_a_requirement_is_a_warning(build):
    case = from_source(build, build.origin("local", url="file:///x"), name="scipy")
    assert build.finding(case, "EG205").level == "warning"


def test_an_unknown_source_cannot_be_told_of_an_owner_and_is_left_of_a_requirement(build):
    assert build.doubts(from_source(build, build.origin("unknown")), "EG205")
    assert build.silent(from_source(build, build.origin("unknown"), name="scipy"), "EG205")


def test_the_fix_names_the_recorded_source(build):
    git = build.origin("vcs", url="https://host/sk", vcs="git", commit="abc123")
    found = build.finding(from_source(build, build.origin(), recorded=git), "EG205")
    assert found.fix.endswith("https://host/sk at abc123")


def test_the_same_source_is_silent(build):
    assert build.silent(build.case(), "EG205")
