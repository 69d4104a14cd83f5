"""EG001: the artifact is the one that the snapshot speaks of."""

from __future__ import annotations


def test_other_bytes_than_recorded_are_an_error_with_both_digests(build):
    recorded = build.snapshot(build.artifact(digests={"sha256": "cd34"}))
    found = build.finding(build.case(recorded=recorded), "EG001")
    assert (found.level, found.expected, found.found) == ("error", "sha256:cd34", "sha256:ab12")
    assert "another artifact" not in found.evidence


def test_a_snapshot_of_another_artifact_is_named_as_such(build):
    recorded = build.snapshot(build.artifact(name="old.pkl", digests={"sha256": "cd34"}))
    found = build.finding(build.case(recorded=recorded), "EG001")
    assert "another artifact, old.pkl" in found.evidence
    assert "--snapshot" in found.fix


def test_the_recorded_bytes_under_another_name_are_the_artifact(build):
    recorded = build.snapshot(build.artifact(name="old.pkl"))
    assert build.silent(build.case(recorded=recorded), "EG001")


def test_without_a_snapshot_there_is_nothing_to_compare(build):
    assert build.silent(build.case(recorded=None), "EG001")


def test_a_sidecar_alone_leaves_integrity_unchecked_and_the_verdict_unknown(build):
    case = build.replace(build.case(), artifact=None)
    assert "only the snapshot" in build.doubts(case, "EG001")[0]
    assert build.judge(case).verdict == "unknown"


def test_a_snapshot_of_a_place_cannot_vouch_for_bytes(build):
    case = build.case(recorded=build.snapshot(None))
    assert "without an artifact" in build.doubts(case, "EG001")[0]


def test_digests_of_different_algorithms_cannot_be_compared(build):
    recorded = build.snapshot(build.artifact(digests={"blake2b": "cd34"}))
    assert "same algorithm" in build.doubts(build.case(recorded=recorded), "EG001")[0]
