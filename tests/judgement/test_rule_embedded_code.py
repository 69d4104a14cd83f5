"""EG108 and EG610: functions inside the artifact find, in the target, what they use."""

from __future__ import annotations

import pytest

from envguard.facts.artifact import ConstructorCall, Need
from envguard.judgement.embedded_needs import embedded_needs

SETTER = ConstructorCall(
    module="builtins",
    name="getattr",
    arguments=("global:dill._dill", "str:_setattr", "global:builtins.setattr"),
)


def on_python(build, version, artifact, *answers, dill=None):
    packages = build.packages()
    if dill is not None:
        packages = (*packages, build.distribution("dill", dill))
    environment = build.environment(packages, interpreter=build.interpreter(version))
    target = build.target(artifact, environment=environment)
    resolutions = (*target.resolutions, *answers)
    return build.case(artifact, build.replace(target, resolutions=resolutions))


def test_a_filled_cell_fails_the_load_on_3_6_alone(build):
    artifact = build.artifact(constructors=(SETTER,))
    case = on_python(build, "3.6.15", artifact)
    assert build.finding(case, "EG108").subject == "closure"
    assert build.judge(case).load.static.outcome == "fails"
    assert build.silent(on_python(build, "3.7.16", artifact), "EG108")
    assert build.silent(on_python(build, "3.6.15", build.artifact()), "EG108")


def test_what_functions_use_is_asked_in_both_ways_that_it_can_be_there(build):
    code = build.code(imports=("torch", "__main__"), attributes=(("scipy", "stats.norm"),))
    artifact = build.artifact(code=(code,))
    assert embedded_needs(artifact) == (
        Need(module="scipy", name="stats.norm"),
        Need(module="scipy.stats", name="norm"),
        Need(module="torch", name="", kind="module"),
    )
    assert embedded_needs(None) == ()


def test_an_attribute_that_the_target_lacks_breaks_the_call(build):
    artifact = build.artifact(code=(build.code(attributes=(("numpy", "float_"),)),))
    case = on_python(
        build,
        "3.11.7",
        artifact,
        build.answer("numpy", "float_", "name-missing"),
        build.answer("numpy.float_", "", "module-missing"),
    )
    found = build.finding(case, "EG610")
    assert (found.subject, found.expected) == ("scale()", "numpy.float_")
    report = build.judge(case)
    assert (report.load.static.outcome, report.behaviour.static.outcome) == ("loads", "error")


def test_a_module_that_a_function_imports_and_the_target_lacks_breaks_the_call(build):
    artifact = build.artifact(code=(build.code(imports=("torch",)),))
    case = on_python(build, "3.11.7", artifact, build.answer("torch", "", "module-missing"))
    assert build.finding(case, "EG610").expected == "torch"


@pytest.mark.parametrize("state", ["resolved", "unproven"])
def test_what_is_there_or_cannot_be_told_is_silent(build, state):
    attributes = (("scipy", "stats.norm"),)
    artifact = build.artifact(code=(build.code(imports=("torch",), attributes=attributes),))
    case = on_python(
        build,
        "3.11.7",
        artifact,
        build.answer("torch", "", state),
        build.answer("scipy", "stats.norm", "name-missing"),
        build.answer("scipy.stats", "norm", state),
    )
    assert build.silent(case, "EG610")


def test_a_target_that_was_not_asked_is_silent(build):
    artifact = build.artifact(code=(build.code(imports=("torch",)),))
    assert build.silent(build.case(artifact), "EG610")


def test_an_older_dill_makes_functions_that_cannot_import(build):
    code = build.code(imports=("json",), carries_globals=True)
    artifact = build.artifact(code=(code,), serializer="dill")
    found = build.finding(on_python(build, "3.8.18", artifact, dill="0.3.3"), "EG610")
    assert "__import__" in found.found
    assert build.silent(on_python(build, "3.8.18", artifact, dill="0.3.4"), "EG610")
    assert build.silent(on_python(build, "3.10.13", artifact, dill="0.3.3"), "EG610")
    assert build.silent(on_python(build, "3.8.18", artifact, dill=build.unknown), "EG610")
    assert build.silent(on_python(build, "3.8.18", artifact), "EG610")


def test_names_that_nothing_binds_break_the_call(build):
    artifact = build.artifact(code=(build.code(missing=("np",)),))
    assert build.finding(build.case(artifact), "EG602").expected.startswith("np bound")
