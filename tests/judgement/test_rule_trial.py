from __future__ import annotations


def test_undecided_load_says_that_it_was_not_tried(build):
    artifact = build.artifact(complete=False)
    report = build.judge(build.case(artifact))
    assert report.load.static.outcome == "undecided"
    assert report.load.trial is None
    assert [u.reason for u in report.unchecked if u.rule == "EG501"] == [
        "the load is undecided, and this release tries none"
    ]
    assert report.verdict == "unknown"


def test_decided_load_needs_no_trial(build):
    assert build.silent(build.case(), "EG501")
    failing = build.case(build.artifact(build.need("__main__", "scale")))
    assert build.silent(failing, "EG501")
