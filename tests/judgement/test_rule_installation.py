"""EG206, EG207, EG208: what is installed fits together."""

from __future__ import annotations

import pytest


def against(build, packages, **parts):
    return build.case(target=build.target(packages=packages), **parts)


def test_an_installed_release_that_its_owner_does_not_take_is_a_warning(build):
    found = build.finding(against(build, build.packages(scipy="1.5.0")), "EG206")
    assert (found.subject, found.level) == ("scikit-learn", "warning")
    assert (found.expected, found.found) == ("scipy>=1.6", "1.5.0")


def test_a_requirement_that_nobody_recorded_and_nobody_installed_is_a_warning(build):
    packages = build.bend(build.packages(), "scipy", requires=("pooch>=1",))
    found = build.finding(against(build, packages), "EG206")
    assert (found.subject, found.found) == ("scipy", "not installed")


def test_a_recorded_requirement_that_is_missing_is_told_once(build):
    case = against(build, build.packages(joblib=None))
    assert build.silent(case, "EG206")
    assert build.findings(case, "EG201")


def test_requirements_of_what_is_not_used_do_not_count(build):
    packages = build.bend(build.packages(), "rich", requires=("pygments",))
    assert build.silent(against(build, packages), "EG206")


@pytest.mark.parametrize("version", ["2004d", None])
def test_a_required_release_that_cannot_be_read_cannot_be_told(build, version):
    packages = build.packages(scipy=version or build.unknown)
    assert build.doubts(against(build, packages), "EG206")


def test_an_unreadable_release_is_enough_where_any_will_do(build):
    packages = build.bend(build.packages(joblib="2004d"), "scikit-learn", requires=("joblib",))
    assert build.silent(against(build, packages), "EG206")


def test_a_prerelease_meets_a_requirement(build):
    assert build.silent(against(build, build.packages(scipy="1.12.0rc1")), "EG206")


def test_a_second_copy_of_an_owner_is_a_warning(build):
    copy = build.distribution("numpy", "1.20.0", shadowed=True, path="/old/numpy.dist-info")
    found = build.finding(against(build, (copy, *build.packages())), "EG207")
    assert found.found == "1.26.4 hides 1.20.0"
    assert found.level == "warning"


def test_a_second_copy_that_cannot_be_read_is_told_too(build):
    copy = build.distribution("numpy", build.unknown, shadowed=True, path="/old/x.dist-info")
    found = build.finding(against(build, (*build.packages(), copy)), "EG207")
    assert found.found == "1.26.4 hides an unreadable copy"


def test_a_second_copy_of_what_is_not_used_is_left(build):
    copy = build.distribution("rich", "1.0", shadowed=True)
    assert build.silent(against(build, (*build.packages(), copy)), "EG207")


def test_other_differences_are_one_note_with_their_counts(build):
    more = build.distribution("pandas")
    recorded = build.environment((*build.packages(), build.distribution("flask")))
    case = against(
        build,
        (*build.packages(rich="14.0"), more),
        recorded=build.snapshot(build.artifact(), recorded),
    )
    found = build.finding(case, "EG208")
    assert (found.level, found.found) == ("note", "3 differences")
    assert found.evidence == "1 absent, 1 in another version, 1 more"


def test_an_unreadable_release_of_the_rest_is_a_difference(build):
    case = against(build, build.packages(rich=build.unknown))
    assert build.finding(case, "EG208").found == "1 difference"


def test_a_twin_has_no_other_differences(build):
    assert build.silent(build.case(), "EG208")


def test_without_a_snapshot_the_rest_is_not_counted(build):
    assert build.silent(build.case(recorded=None), "EG208")
