"""EG101, EG102, EG103, EG106: the interpreter is of the recorded kind."""

from __future__ import annotations

import pytest


def moved(build, **parts):
    environment = build.environment(interpreter=build.interpreter(**parts))
    return build.case(target=build.target(environment=environment))


@pytest.mark.parametrize(
    ("parts", "code", "level"),
    [
        ({"implementation": "pypy"}, "EG101", "error"),
        ({"version": "3.12.1"}, "EG102", "warning"),
        ({"version": "4.11.7"}, "EG102", "warning"),
        ({"version": "3.11.9"}, "EG103", "note"),
        ({"free_threaded": True}, "EG106", "warning"),
        ({"debug": True}, "EG106", "warning"),
    ],
)
def test_another_interpreter_is_told_at_the_level_of_its_rule(build, parts, code, level):
    assert build.finding(moved(build, **parts), code).level == level


@pytest.mark.parametrize("code", ["EG101", "EG102", "EG103", "EG106"])
def test_the_same_interpreter_is_silent(build, code):
    assert build.silent(build.case(), code)


@pytest.mark.parametrize("code", ["EG101", "EG102", "EG103", "EG106"])
def test_without_a_snapshot_no_interpreter_is_wrong(build, code):
    environment = build.environment(interpreter=build.interpreter("3.12.1", debug=True))
    case = build.case(target=build.target(environment=environment), recorded=None)
    assert build.silent(case, code)


def test_another_feature_release_is_not_told_as_a_patch_too(build):
    assert build.silent(moved(build, version="3.12.1"), "EG103")


def test_a_lost_build_flag_reads_the_other_way_round(build):
    environment = build.environment(interpreter=build.interpreter(free_threaded=True))
    case = build.case(recorded=build.snapshot(build.artifact(), environment))
    found = build.finding(case, "EG106")
    assert (found.expected, found.found) == ("free-threaded build", "no free-threaded build")
