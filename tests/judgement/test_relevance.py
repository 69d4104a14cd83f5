"""Which distributions matter to an artifact, and how much."""

from __future__ import annotations

import pytest

from envguard.facts.target import TargetFacts
from envguard.judgement.relevance import closure_of, tiers_of
from envguard.judgement.requirements import marker_environment, requirements_of


def place(build, *packages, **parts):
    return build.environment(packages, **parts)


def required(build, *lines, extras=(), **parts):
    distribution = build.distribution("x", requires=lines)
    environment = marker_environment(build.environment((), **parts))
    return [r.name for r in requirements_of(distribution, environment, frozenset(extras))]


def test_owners_are_t1_what_they_require_t2_and_the_rest_t4(build):
    assert build.case().tiers == {
        "joblib": "T2",
        "numpy": "T1",
        "rich": "T4",
        "scikit-learn": "T1",
        "scipy": "T2",
    }


def test_an_owner_is_known_by_the_snapshot_by_the_target_or_by_its_import_name(build):
    facts = place(build, build.distribution("PyYAML", imports=("yaml",)))
    need = build.need("yaml.nodes", "Node")
    named = build.need("yaml.nodes", "Node", "PyYAML")
    answer = build.answer("yaml.nodes", "Node", distribution="PyYAML")
    empty = place(build)
    assert tiers_of((need,), None, TargetFacts(environment=facts)) == {"pyyaml": "T1"}
    assert tiers_of((named,), None, TargetFacts(environment=empty)) == {"pyyaml": "T1"}
    target = TargetFacts(environment=empty, resolutions=(answer,))
    assert tiers_of((need,), facts, target)["pyyaml"] == "T1"


@pytest.mark.parametrize("owner", ["stdlib", "local"])
def test_a_name_that_the_target_found_elsewhere_has_no_owner(build, owner):
    facts = place(build, build.distribution("odd", imports=("json",)))
    answer = build.answer("json", "loads", owner=owner)
    target = TargetFacts(environment=facts, resolutions=(answer,))
    assert tiers_of((build.need("json", "loads"),), None, target) == {"odd": "T4"}


def test_shadowed_and_nameless_copies_own_nothing(build):
    facts = place(
        build,
        build.distribution("odd", imports=("acme",), shadowed=True),
        build.distribution(build.unknown, path="?", imports=("acme",)),
    )
    tiers = tiers_of((build.need("acme", "x"),), None, TargetFacts(environment=facts))
    assert tiers == {"odd": "T4"}


def test_requirements_are_followed_through_extras_and_circles(build):
    facts = place(
        build,
        build.distribution("a", requires=("b[fast]", "c")),
        build.distribution("b", requires=('d; extra == "fast"', 'e; extra == "slow"', "a")),
        build.distribution("c", requires=("b[slow]",)),
        build.distribution("d"),
    )
    assert closure_of(["A"], facts) == {"a", "b", "c", "d", "e"}


def test_extras_that_nobody_asks_for_are_not_followed(build):
    assert required(build, 'dev; extra == "dev"', 'x; (python_version>"3") and extra=="d"') == []
    assert required(build, 'dev; extra == "My_Extra"', extras=["my-extra"]) == ["dev"]


def test_markers_see_the_place_and_not_the_running_interpreter(build):
    lines = (
        'win; sys_platform == "win32"',
        'nt; os_name == "nt"',
        'old; python_version < "3.9"',
        'arm; platform_machine == "arm64"',
        'pypy; platform_python_implementation == "PyPy"',
    )
    assert required(build, *lines) == []
    elsewhere = {
        "interpreter": build.interpreter("3.8.18", implementation="pypy"),
        "platform": build.platform(system="Windows", machine="arm64"),
    }
    assert required(build, *lines, **elsewhere) == ["win", "nt", "old", "arm", "pypy"]


def test_every_marker_variable_is_given(build):
    from packaging.markers import default_environment

    assert set(marker_environment(build.environment())) == set(default_environment())


@pytest.mark.parametrize(
    "line", ["", "???", "numpy (>=", "a @", "x; python_version", "numpy>=1,;", "\x00"]
)
def test_a_broken_requirement_line_is_left_out(build, line):
    assert required(build, line, "scipy") == ["scipy"]


@pytest.mark.parametrize("marker", ['"a" ~= "b"', 'python_version ~= "x"', 'os_name > "a"'])
def test_a_marker_that_makes_no_sense_never_raises(build, marker):
    assert "scipy" in required(build, f"x; {marker}", "scipy")


def test_a_marker_that_cannot_be_evaluated_counts_as_holding(build):
    assert required(build, 'x; python_version ~= "x"') == ["x"]
