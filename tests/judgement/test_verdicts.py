"""What follows from all rules: the report, its verdict, the exit code, the predictions."""

from __future__ import annotations

import pytest

from envguard.judgement.verdict import exit_code

LOGISTIC = ("sklearn.linear_model._logistic", "LogisticRegression")


def test_a_twin_holds_and_says_why_it_loads(build):
    report = build.judge(build.case())
    assert (report.verdict, report.findings, report.unchecked) == ("holds", (), ())
    assert report.load.static.reasons == ("all 2 names resolve",)
    assert report.behaviour.static.outcome == "undecided"
    assert (report.artifact.path, report.artifact.digests) == (
        "models/model.pkl",
        {"sha256": "ab12"},
    )
    assert (report.target.label, report.target.kind) == ("/venv", "interpreter")


@pytest.mark.parametrize(
    ("needs", "reason"), [(0, "it needs no names"), (1, "its one name resolves")]
)
def test_few_names_read_well(build, needs, reason):
    artifact = build.artifact(needs=build.needs()[:needs])
    assert build.judge(build.case(artifact)).load.static.reasons == (reason,)


def test_twin_with_local_code_holds(build):
    assert build.judge(build.local_case()).verdict == "holds"


def drifted(build, **versions):
    return build.case(target=build.target(packages=build.packages(**versions)))


@pytest.mark.parametrize(
    ("versions", "fail_on", "verdict"),
    [
        ({"scikit_learn": "1.9"}, "error", "broken"),
        ({"scipy": "1.14"}, "error", "holds"),
        ({"scipy": "1.14"}, "warning", "broken"),
        ({"scipy": "1.11.3"}, "warning", "holds"),
        ({"scipy": "1.11.3"}, "note", "broken"),
    ],
)
def test_findings_at_fail_on_or_above_break(build, versions, fail_on, verdict):
    assert build.judge(drifted(build, **versions), fail_on).verdict == verdict


def test_an_unjudged_rule_counts_where_its_findings_would(build):
    vouched = frozenset({"pipeline_steps:*"})
    case = build.local_case(recorded=(build.module(tracked=build.unknown),), known_names=vouched)
    assert build.judge(case).verdict == "holds"
    assert build.judge(case, "warning").verdict == "unknown"


def test_what_is_broken_stays_broken_whatever_else_is_unknown(build):
    artifact = build.artifact(complete=False)
    target = build.target(packages=build.packages(scikit_learn="1.9"))
    assert build.judge(build.case(artifact, target)).verdict == "broken"


def test_what_fails_to_load_fails_whatever_else_is_undecided(build):
    artifact = build.artifact(complete=False)
    answer = build.answer(*LOGISTIC, state="name-missing")
    report = build.judge(build.case(artifact, build.target(artifact, answer)))
    assert report.load.static.outcome == "fails"
    assert report.load.static.reasons[0].startswith("EG302 ")
    assert report.behaviour.static.reasons == ("it does not load",)


def test_findings_stand_in_the_order_of_level_rule_and_subject(build):
    findings = build.judge(drifted(build, scikit_learn="1.9", scipy="1.14", rich="14")).findings
    assert [(f.rule, f.subject) for f in findings] == [
        ("EG203", "scikit-learn"),
        ("EG203", "scipy"),
        ("EG208", "other distributions"),
    ]


def reports(build, *verdicts):
    report = build.judge(build.case())
    return [build.replace(report, verdict=verdict) for verdict in verdicts]


@pytest.mark.parametrize(
    ("verdicts", "code", "code_with_exit_zero"),
    [
        (["holds"], 0, 0),
        (["broken"], 1, 0),
        (["unknown"], 3, 3),
        (["holds", "unknown", "broken"], 1, 3),
        (["broken", "holds"], 1, 0),
        ([], 3, 3),
    ],
)
def test_the_worst_verdict_is_the_exit_code(build, verdicts, code, code_with_exit_zero):
    assert exit_code(reports(build, *verdicts)) == code
    assert exit_code(reports(build, *verdicts), exit_zero=True) == code_with_exit_zero


def same(build, **parts):
    return build.judge(build.snapshot_case(**parts)).load.static.outcome


@pytest.mark.parametrize(
    "bent",
    [
        {"interpreter": {"version": "3.12.1"}},
        {"interpreter": {"implementation": "pypy"}},
        {"interpreter": {"free_threaded": True}},
        {"platform": {"machine": "arm64"}},
        {"platform": {"system": "Darwin"}},
        {"packages": {"scipy": "1.11.3"}},
        {"packages": {"joblib": None}},
        {"packages": {"numpy": "unknown"}},
    ],
)
def test_a_snapshot_of_another_kind_of_place_leaves_the_load_undecided(build, bent):
    packages = {
        k: build.unknown if v == "unknown" else v for k, v in bent.get("packages", {}).items()
    }
    environment = build.environment(
        build.packages(**packages),
        build.interpreter(**bent.get("interpreter", {})),
        build.platform(**bent.get("platform", {})),
    )
    assert same(build, environment=environment) == "undecided"


@pytest.mark.parametrize("parts", [{"error": "cut"}, {"origin": "editable"}])
def test_a_snapshot_with_a_doubtful_owner_leaves_the_load_undecided(build, parts):
    if "origin" in parts:
        parts = {"origin": build.origin("editable", url="file:///x")}
    environment = build.environment(build.bend(build.packages(), "numpy", **parts))
    assert same(build, environment=environment) == "undecided"


def test_a_snapshot_decides_nothing_without_one_to_compare(build):
    assert same(build, recorded=None) == "undecided"


def test_local_code_leaves_the_load_of_a_snapshot_undecided(build):
    artifact = build.artifact(build.local_need())
    recorded = build.snapshot(artifact)
    assert same(build, artifact=artifact, recorded=recorded) == "undecided"


def test_local_code_that_hides_a_library_leaves_the_load_of_a_snapshot_undecided(build):
    recorded = build.snapshot(build.artifact(), source=build.source(build.module("sklearn.own")))
    assert same(build, recorded=recorded) == "undecided"


@pytest.mark.parametrize("need", [("collections", "OrderedDict"), ("rich", "print")])
def test_names_of_the_standard_library_and_of_installed_ones_are_not_local(build, need):
    artifact = build.artifact(build.need(*need))
    assert same(build, artifact=artifact) == "loads"


def test_a_requirement_that_neither_place_ever_had_is_no_obstacle(build):
    packages = build.bend(build.packages(), "scipy", requires=("pooch",))
    environment = build.environment(packages)
    recorded = build.snapshot(build.artifact(), environment)
    assert same(build, environment=environment, recorded=recorded) == "loads"
