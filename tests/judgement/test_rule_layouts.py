"""EG310 and EG311: states and constructor calls that the target's library takes."""

from __future__ import annotations

import pytest

from envguard.facts.artifact import CallShape, ConstructorCall
from envguard.judgement.contracts import layout_questions

CTOR = "numpy.random._pickle"


def forest(build, *more_fields, offered=None, layouts=..., **parts):
    facts = {} if layouts is ... else {"layouts": layouts}
    artifact = build.artifact(
        build.tree_need(), **({"layouts": build.layouts(*more_fields)} | facts)
    )
    target = build.target(artifact, layouts=build.layout() if offered is None else offered)
    return build.case(artifact, target, **parts)


def test_a_tree_asks_for_the_layout_of_its_nodes(build):
    assert layout_questions([build.tree_need()]) == (("sklearn.tree._tree", "NODE_DTYPE"),)
    assert layout_questions(build.needs()) == ()


def test_a_field_too_many_fails_the_load(build):
    case = forest(build, "missing_go_to_left")
    found = build.finding(case, "EG310")
    assert (found.expected, found.found) == ("5 fields, with missing_go_to_left", "4 fields")
    assert build.judge(case).load.static.outcome == "fails"


def test_a_field_too_few_fails_the_load(build):
    case = forest(build, offered=build.layout(*build.node, "missing_go_to_left"))
    assert build.finding(case, "EG310").found == "5 fields, with missing_go_to_left"


def test_the_same_fields_load(build):
    assert build.judge(forest(build)).load.static.outcome == "loads"


@pytest.mark.parametrize("layouts", [(), "unasked"])
def test_a_layout_that_nobody_shows_cannot_be_told(build, layouts):
    case = forest(build, layouts=()) if layouts == () else forest(build, offered=())
    assert build.doubts(case, "EG310")
    assert build.judge(case).load.static.outcome == "undecided"


def test_a_layout_that_the_target_cannot_show_cannot_be_told(build):
    (layout,) = build.layout()
    case = forest(build, offered=(build.replace(layout, fields=build.unknown),))
    assert build.doubts(case, "EG310") == ["sklearn.tree._tree.NODE_DTYPE: it could not be read"]


def test_without_the_library_its_layout_is_no_question(build):
    artifact = build.artifact(build.tree_need(), layouts=build.layouts())
    target = build.target(artifact, packages=build.packages(scikit_learn=None))
    assert build.silent(build.case(artifact, target), "EG310")


def test_the_same_snapshot_has_the_same_layout(build):
    artifact = build.artifact(build.tree_need(), layouts=build.layouts())
    assert build.silent(build.snapshot_case(artifact), "EG310")
    moved = build.environment(build.packages(scikit_learn="1.5.1"))
    assert build.doubts(build.snapshot_case(artifact, moved), "EG310")


def test_layouts_of_other_arrays_do_not_count(build):
    other = build.replace(build.layouts()[0], fields=("x", "y"))
    assert build.silent(forest(build, layouts=(*build.layouts(), other)), "EG310")


def seeded(build, argument="global:numpy.random._pcg64.PCG64", numpy="1.26.4", *, calls=True):
    need = build.need(CTOR, "__bit_generator_ctor", "numpy")
    call = ConstructorCall(module=CTOR, name="__bit_generator_ctor", arguments=(argument,))
    artifact = build.artifact(need, constructors=(call,) if calls else ())
    return build.case(artifact, build.target(artifact, packages=build.packages(numpy=numpy)))


def test_a_class_passed_to_numpy_1_fails_the_load(build):
    case = seeded(build)
    found = build.finding(case, "EG311")
    assert (found.expected, found.found) == ("numpy 2.0 or newer", "numpy 1.26.4")
    assert "numpy.random._pcg64.PCG64" in found.evidence
    assert build.judge(case).load.static.outcome == "fails"


@pytest.mark.parametrize("numpy", ["2.0.0", "2.4.6", None])
def test_numpy_2_takes_classes_and_a_missing_one_is_told_elsewhere(build, numpy):
    assert build.silent(seeded(build, numpy=numpy), "EG311")


def test_a_name_passed_to_numpy_1_loads(build):
    assert build.silent(seeded(build, "str:PCG64"), "EG311")


@pytest.mark.parametrize("numpy", ["nightly", "unknown"])
def test_a_numpy_of_unknown_release_cannot_be_told(build, numpy):
    case = seeded(build, numpy=build.unknown if numpy == "unknown" else numpy)
    assert build.doubts(case, "EG311")


@pytest.mark.parametrize(("numpy", "outcome"), [("1.23.5", "fails"), ("1.24.0", "loads")])
def test_a_constructor_passed_along_is_taken_since_numpy_1_24(build, numpy, outcome):
    case = seeded(build, "str:MT19937", numpy)
    shape = CallShape(module=CTOR, name="__generator_ctor", positional=(2,))
    bent = build.replace(case, artifact=build.replace(case.artifact, calls=(shape,)))
    assert build.judge(bent).load.static.outcome == outcome


@pytest.mark.parametrize(("numpy", "outcome"), [("1.20.3", "fails"), ("1.21.6", "loads")])
def test_a_bit_generator_that_is_younger_than_numpy_fails_the_load(build, numpy, outcome):
    assert build.judge(seeded(build, "str:PCG64DXSM", numpy)).load.static.outcome == outcome


def test_a_call_that_was_not_read_cannot_be_told(build):
    assert build.doubts(seeded(build, calls=False), "EG311")


def test_other_names_of_the_module_do_not_count(build):
    artifact = build.artifact(build.need(CTOR, "BitGenerators", "numpy"))
    assert build.silent(build.case(artifact), "EG311")
