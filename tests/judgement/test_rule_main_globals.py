from __future__ import annotations


def test_function_that_reads_names_of_main_breaks_in_use(build):
    artifact = build.artifact(code=(build.code(unbound=("np", "pd")),))
    report = build.judge(build.case(artifact))
    found = build.finding(build.case(artifact), "EG602")
    assert (found.level, found.subject) == ("error", "scale()")
    assert "np, pd" in found.expected
    assert report.load.static.outcome == "loads"
    assert report.behaviour.static.outcome == "error"
    assert report.verdict == "broken"


def test_function_that_binds_its_names_is_silent(build):
    assert build.silent(build.case(build.artifact(code=(build.code(),))), "EG602")


def test_artifact_without_code_is_silent(build):
    assert build.silent(build.case(), "EG602")


def test_snapshot_says_so_at_once(build):
    from envguard.judgement.hindrances import hindrances_of

    artifact = build.artifact(code=(build.code(unbound=("np",)),))
    hindrances = {h.rule: h for h in hindrances_of(build.snapshot(artifact))}
    assert hindrances["EG602"].subject == "scale()"
    assert "np of __main__" in hindrances["EG602"].text
