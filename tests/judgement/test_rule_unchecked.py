"""EG901 to EG904: what could not be read or compared."""

from __future__ import annotations

from envguard.facts.artifact import Anomaly


def test_anomalies_leave_the_load_undecided_and_are_listed(build):
    artifact = build.artifact(anomalies=(Anomaly(kind="trailing", offset=9, text="more bytes"),))
    case = build.case(artifact)
    assert build.doubts(case, "EG901") == ["model.pkl: more bytes (at byte 9)"]
    report = build.judge(case)
    assert (report.verdict, report.load.static.outcome) == ("unknown", "undecided")


def test_an_artifact_not_read_to_its_end_cannot_be_told(build):
    assert "pickle" in build.doubts(build.case(build.artifact(complete=False)), "EG901")[0]
    artifact = build.artifact(complete=False, format=None)
    assert "not known" in build.doubts(build.case(artifact), "EG901")[0]


def test_no_artifact_at_all_leaves_everything_unknown(build):
    case = build.replace(build.case(recorded=build.snapshot(None)), artifact=None)
    assert build.doubts(case, "EG901")
    assert build.judge(case).verdict == "unknown"
    assert build.judge(case).artifact.digests == {}


def test_a_recorded_artifact_stands_in_for_one_that_is_not_given(build):
    assert build.silent(build.replace(build.case(), artifact=None), "EG901")


def test_without_a_snapshot_the_verdict_is_unknown_at_best(build):
    case = build.case(recorded=None)
    assert "envguard snapshot" in build.doubts(case, "EG902")[0]
    assert build.judge(case).verdict == "unknown"
    assert build.judge(case).load.static.outcome == "loads"


def test_a_snapshot_that_cannot_be_used_says_why(build):
    case = build.case(recorded=None, no_snapshot="it is newer than this envguard")
    assert build.doubts(case, "EG902") == ["it is newer than this envguard"]


def test_a_snapshot_that_is_there_is_silent(build):
    assert build.silent(build.case(), "EG902")


def damaged(build, which, **parts):
    packages = tuple(build.replace(d, **parts) if d.name == which else d for d in build.packages())
    return build.case(target=build.target(packages=packages))


def test_damaged_metadata_of_what_is_used_are_a_warning(build):
    found = build.finding(damaged(build, "numpy", error="METADATA is not UTF-8"), "EG903")
    assert (found.subject, found.level) == ("numpy", "warning")
    assert found.found == "METADATA is not UTF-8"


def test_an_unknown_version_counts_as_damage_with_its_reason(build):
    found = build.finding(damaged(build, "numpy", version=build.unknown), "EG903")
    assert found.found == "it could not be read"


def test_a_distribution_without_a_name_is_known_by_its_folder_and_is_not_missing(build):
    case = damaged(build, "numpy", name=build.unknown, error="no Name")
    assert build.finding(case, "EG903").subject == "numpy"
    assert build.silent(case, "EG201")


def test_other_damaged_metadata_are_one_note(build):
    packages = (
        *build.bend(build.packages(), "rich", error="cut"),
        build.distribution(build.unknown, build.unknown, path="/site/nothing-to-see"),
    )
    found = build.finding(build.case(target=build.target(packages=packages)), "EG903")
    assert (found.level, found.found) == ("note", "2 damaged metadata folders")


def test_readable_metadata_are_silent(build):
    assert build.silent(build.case(), "EG903")


def test_what_the_target_did_not_answer_leaves_the_verdict_unknown(build):
    case = build.case(target=build.target(trouble=("importing sklearn took 120 s",)))
    assert build.doubts(case, "EG904") == ["importing sklearn took 120 s"]
    report = build.judge(case)
    assert (report.verdict, report.load.static.outcome) == ("unknown", "undecided")


def test_a_whole_answer_is_silent(build):
    assert build.silent(build.case(), "EG904")
