"""EG104, EG105 and EG107: the interpreter can read the protocol and the bytecode."""

from __future__ import annotations

import pytest

DILL = "dill._dill._create_code"


def on_python(build, version, artifact, *, dill=None, **parts):
    packages = build.packages()
    if dill is not None:
        packages = (*packages, build.distribution("dill", dill))
    environment = build.environment(packages, interpreter=build.interpreter(version))
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


def test_bytecode_of_another_python_loads_and_breaks_when_it_is_called(build):
    artifact = build.artifact(code=(build.code(arguments=18),), serializer="cloudpickle")
    report = build.judge(on_python(build, "3.12.1", artifact))
    assert "EG105" in {f.rule for f in report.findings if f.level == "error"}
    assert report.load.static.outcome == "loads"
    assert report.behaviour.static.outcome == "error"
    assert report.verdict == "broken"


def test_bytecode_that_means_the_same_there_is_silent(build):
    code = build.code(arguments=18, runs=(("3.11", ("3.12",)),))
    case = on_python(build, "3.12.1", build.artifact(code=(code,)))
    assert build.silent(case, "EG105")
    assert not build.silent(on_python(build, "3.13.0", build.artifact(code=(code,))), "EG105")


def test_foreign_code_of_training_alone_is_a_warning(build):
    code = build.code("Scaler.fit", arguments=18)
    report = build.judge(on_python(build, "3.12.1", build.artifact(code=(code,))))
    assert {f.level for f in report.findings if f.rule == "EG105"} == {"warning"}
    assert report.behaviour.static.outcome != "error"


def test_bytecode_of_the_recorded_python_is_silent_on_it(build):
    assert build.silent(build.case(build.artifact(code=(build.code(pythons=()),))), "EG105")


def test_a_recorded_python_that_cannot_have_written_the_code_is_not_believed(build):
    artifact = build.artifact(code=(build.code(pythons=("3.8", "3.9"), arguments=16),))
    case = on_python(build, "3.10.13", artifact)
    assert build.finding(case, "EG105").expected == "Python 3.8 or 3.9"


@pytest.mark.parametrize("pythons", [(), ("3.11", "3.12")])
def test_without_a_snapshot_an_ambiguous_writer_cannot_be_told(build, pythons):
    artifact = build.artifact(code=(build.code(pythons=pythons, arguments=18),))
    case = build.case(artifact, recorded=None)
    assert build.doubts(case, "EG105")
    assert build.judge(case).load.static.outcome == "loads"


def test_one_function_tells_the_python_of_all(build):
    code = (
        build.code("plain", pythons=("3.8", "3.9", "3.10"), arguments=16),
        build.code("looping", pythons=("3.10",), arguments=16),
    )
    case = on_python(build, "3.10.13", build.artifact(code=code), recorded=None)
    assert build.silent(case, "EG105")


def test_without_a_snapshot_an_unambiguous_writer_is_enough(build):
    assert build.silent(build.case(build.artifact(code=(build.code(),)), recorded=None), "EG105")


def test_feature_releases_are_told_in_the_order_of_their_numbers(build):
    artifact = build.artifact(code=(build.code(pythons=("3.9", "3.10"), arguments=16),))
    case = on_python(build, "3.8.18", artifact)
    assert build.finding(case, "EG105").expected == "Python 3.9 or 3.10"


@pytest.mark.parametrize(
    ("arguments", "version"),
    [
        (15, "3.8.18"),
        (15, "3.11.7"),
        (16, "3.7.16"),
        (16, "3.11.7"),
        (18, "3.7.16"),
        (18, "3.10.13"),
    ],
)
def test_a_plain_code_constructor_refuses_any_other_number_of_arguments(build, arguments, version):
    code = build.code(arguments=arguments, constructor="types.CodeType")
    case = on_python(build, version, build.artifact(code=(code,)), recorded=None)
    assert f"of {arguments} arguments" in build.finding(case, "EG107").expected
    assert build.judge(case).load.static.outcome == "fails"
    assert build.silent(case, "EG105")


@pytest.mark.parametrize(
    ("arguments", "version"), [(15, "3.7.16"), (16, "3.8.18"), (16, "3.10.13"), (18, "3.13.0")]
)
def test_a_plain_code_constructor_takes_its_own_number(build, arguments, version):
    code = build.code(arguments=arguments, constructor="types.CodeType")
    assert build.silent(on_python(build, version, build.artifact(code=(code,))), "EG107")


@pytest.mark.parametrize(
    ("arguments", "version", "dill"),
    [
        (18, "3.10.13", "0.3.5.1"),  # 20 arguments reach the constructor
        (17, "3.9.18", "0.3.4"),  # the old line table stands in front
        (16, "3.11.7", "0.3.5.1"),
        (18, "3.11.7", "0.3.5.1"),
        (16, "3.7.16", "0.3.1.1"),
        (14, "3.9.18", "0.3.8"),
    ],
)
def test_an_older_dill_fits_not_all_arguments(build, arguments, version, dill):
    code = build.code(arguments=arguments, constructor=DILL)
    case = on_python(build, version, build.artifact(code=(code,)), dill=dill)
    assert build.finding(case, "EG107").found.startswith("one of ")


@pytest.mark.parametrize(
    ("arguments", "version", "dill"),
    [
        (15, "3.9.18", "0.3.2"),
        (16, "3.7.16", "0.3.4"),
        (20, "3.9.18", "0.3.5.1"),
        (15, "3.12.1", "0.3.6"),
        (19, "3.7.16", "0.3.7"),
        (17, "3.13.0", "0.4.1"),
    ],
)
def test_dill_fits_the_arguments_of_other_pythons(build, arguments, version, dill):
    code = build.code(arguments=arguments, constructor=DILL)
    assert build.silent(on_python(build, version, build.artifact(code=(code,)), dill=dill), "EG107")


def test_an_unknown_dill_leaves_foreign_code_undecided(build):
    code = build.code(arguments=16, constructor=DILL)
    case = on_python(build, "3.11.7", build.artifact(code=(code,)), dill=build.unknown)
    assert build.doubts(case, "EG107")
    assert build.judge(case).load.static.outcome == "undecided"
    native = build.artifact(code=(build.code(arguments=18, constructor=DILL),))
    assert build.silent(on_python(build, "3.11.7", native, dill=build.unknown), "EG107")


def test_without_a_number_of_arguments_the_writers_python_stands_for_it(build):
    artifact = build.artifact(code=(build.code(pythons=("3.11",)),))
    assert build.finding(on_python(build, "3.10.13", artifact), "EG107").found.startswith(
        "one of 16"
    )
