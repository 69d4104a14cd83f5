"""EG104 and EG105: the interpreter can read the protocol and the bytecode."""

from __future__ import annotations

import pytest


def on_python(build, version, artifact, **parts):
    environment = build.environment(interpreter=build.interpreter(version))
    return build.case(artifact, build.target(artifact, environment=environment), **parts)


def test_a_protocol_above_the_interpreters_fails_the_load(build):
    environment = build.environment(interpreter=build.interpreter("3.7.16", highest_protocol=4))
    artifact = build.artifact(protocol=5)
    case = build.case(artifact, build.target(environment=environment))
    assert build.finding(case, "EG104").expected == "protocol 5"
    assert build.judge(case).load.static.outcome == "fails"


def test_the_highest_protocol_itself_is_read(build):
    assert build.silent(build.case(build.artifact(protocol=5)), "EG104")


def test_a_pickle_without_a_known_protocol_cannot_be_told(build):
    case = build.case(build.artifact(protocol=None))
    assert build.doubts(case, "EG104")
    assert build.judge(case).load.static.outcome == "undecided"


def test_a_format_without_a_protocol_has_none_to_judge(build):
    assert build.silent(build.case(build.artifact(protocol=None, format="safetensors")), "EG104")


def test_bytecode_of_another_python_leaves_the_load_undecided_and_the_use_in_error(build):
    artifact = build.artifact(code=(build.code(),), serializer="dill")
    report = build.judge(on_python(build, "3.12.1", artifact))
    assert "EG105" in {f.rule for f in report.findings if f.level == "error"}
    assert report.load.static.outcome == "undecided"
    assert report.behaviour.static.outcome == "error"
    assert report.verdict == "broken"


def test_bytecode_of_the_recorded_python_is_silent_on_it(build):
    assert build.silent(build.case(build.artifact(code=(build.code(pythons=()),))), "EG105")


def test_a_recorded_python_that_cannot_have_written_the_code_is_not_believed(build):
    artifact = build.artifact(code=(build.code(pythons=("3.8", "3.9")),))
    assert build.finding(build.case(artifact), "EG105").expected == "Python 3.8 or 3.9"


@pytest.mark.parametrize("pythons", [(), ("3.11", "3.12")])
def test_without_a_snapshot_an_ambiguous_writer_cannot_be_told(build, pythons):
    artifact = build.artifact(code=(build.code(pythons=pythons),))
    case = build.case(artifact, recorded=None)
    assert build.doubts(case, "EG105")
    assert build.judge(case).load.static.outcome == "undecided"


def test_without_a_snapshot_an_unambiguous_writer_is_enough(build):
    assert build.silent(build.case(build.artifact(code=(build.code(),)), recorded=None), "EG105")


def test_feature_releases_are_told_in_the_order_of_their_numbers(build):
    artifact = build.artifact(code=(build.code(pythons=("3.10", "3.9")),))
    assert build.finding(build.case(artifact), "EG105").expected == "Python 3.9 or 3.10"
