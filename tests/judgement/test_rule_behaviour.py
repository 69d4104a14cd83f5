"""EG601 and EG602: what loads can be used."""

from __future__ import annotations

import pytest

from envguard.facts.artifact import EmbeddedVersion
from envguard.judgement.uses import USES
from envguard.judgement.versions import parsed

IMPUTER = ("sklearn.impute._base", "SimpleImputer")


def imputed(build, there, wrote="1.5.2", **parts):
    artifact = build.artifact(
        build.need(*IMPUTER, "scikit-learn"),
        versions=(EmbeddedVersion(library="sklearn", version=wrote, where="_sklearn_version"),)
        if wrote
        else (),
    )
    target = build.target(artifact, packages=build.packages(scikit_learn=there))
    return build.case(artifact, target, **parts)


def test_a_class_known_to_fail_in_use_loads_and_breaks_the_verdict(build):
    report = build.judge(imputed(build, "1.9.1"))
    (found,) = [f for f in report.findings if f.rule == "EG601"]
    assert found.subject == ".".join(IMPUTER)
    assert "'_fill_dtype'" in found.evidence
    assert report.load.static.outcome == "loads"
    assert report.behaviour.static.outcome == "error"
    assert report.verdict == "broken"


@pytest.mark.parametrize("there", ["1.5.2", "1.7.2", None, "1.10.0"])
def test_releases_without_a_known_failure_are_silent(build, there):
    assert build.silent(imputed(build, there), "EG601")


def test_the_same_class_written_by_a_later_release_is_silent(build):
    assert build.silent(imputed(build, "1.9.1", wrote="1.8.0"), "EG601")


def test_a_reader_of_unknown_release_cannot_be_told(build):
    assert build.doubts(imputed(build, build.unknown), "EG601")


def test_a_writer_of_unknown_release_cannot_be_told(build):
    assert build.doubts(imputed(build, "1.9.1", wrote=None, recorded=None), "EG601")


def test_each_entry_of_the_table_names_releases_that_were_tried_and_a_failure():
    for use in USES:
        assert use.says.partition(":")[0].endswith("Error")
        for first, end in (use.wrote, use.reads):
            assert parsed("0.20") <= parsed(first) < parsed(end) <= parsed("1.10")
        assert parsed(use.wrote[1]) <= parsed(use.reads[0]) or (
            parsed(use.reads[1]) <= parsed(use.wrote[0])
        )


def test_names_that_a_function_leaves_to_main_break_its_use(build):
    artifact = build.artifact(code=(build.code(unbound=("np",)),))
    report = build.judge(build.case(artifact))
    (found,) = [f for f in report.findings if f.rule == "EG602"]
    assert (found.subject, found.expected) == ("scale()", "np bound in the artifact")
    assert report.behaviour.static.outcome == "error"


def test_a_function_that_brings_its_globals_is_silent(build):
    assert build.silent(build.case(build.artifact(code=(build.code(),))), "EG602")


def test_without_an_artifact_there_is_no_code_to_judge(build):
    case = build.replace(build.case(recorded=None), artifact=None)
    assert build.silent(case, "EG602")
