"""EG313, EG314, EG603 and EG604: the target's classes take the states, and use them alike."""

from __future__ import annotations

import pytest

from envguard.facts.artifact import CallShape, EmbeddedVersion, ObjectState
from envguard.facts.target import ClassUse, Signature
from envguard.judgement.answers import MEANINGS
from envguard.judgement.class_questions import callable_questions, class_questions, group_of
from envguard.judgement.versions import parsed

IMPUTER = ("sklearn.impute._base", "SimpleImputer")
LOGISTIC = ("sklearn.linear_model._logistic", "LogisticRegression")
SAYS = "AttributeError: 'SimpleImputer' object has no attribute '_fill_dtype'"


def state(path=IMPUTER, keys=("statistics_", "strategy"), **parts):
    parts.setdefault("shapes", ("dict",))
    return ObjectState(module=path[0], name=path[1], count=1, keys=keys, **parts)


def artifact(build, *states, wrote="1.5.2", **parts):
    version = EmbeddedVersion(library="sklearn", version=wrote or "?", where="_sklearn_version")
    needs = [build.need(s.module, s.name, "scikit-learn") for s in states]
    versions = (version,) if wrote else ()
    return build.artifact(needs=tuple(needs), states=states, versions=versions, **parts)


def case(build, facts, there="1.9.1", use=None, recorded=..., **parts):
    """A check against a target that says this of the first state."""
    first = facts.states[0] if facts.states else None
    told = (
        ClassUse(module=first.module, name=first.name, group=group_of(facts), **use),
    ) if use is not None and first else ()  # fmt: skip
    target = build.target(facts, packages=build.packages(scikit_learn=there), classes=told, **parts)
    return build.case(facts, target, recorded=recorded)


def test_a_method_that_surely_fails_breaks_the_use_and_not_the_load(build):
    facts = artifact(build, state())
    report = build.judge(case(build, facts, use={"fails": (("transform", SAYS),)}))
    (found,) = [f for f in report.findings if f.rule == "EG603"]
    assert found.subject == ".".join(IMPUTER)
    assert found.evidence == f"transform raises {SAYS}"
    assert (found.expected, found.found) == ("scikit-learn 1.5.2", "scikit-learn 1.9.1")
    assert found.fix == 'python -m pip install "scikit-learn==1.5.2"'
    assert report.load.static.outcome == "loads"
    assert report.behaviour.static.outcome == "error"


def test_the_table_of_uses_is_silent_where_the_source_was_read(build):
    told = case(build, artifact(build, state()), use={"fails": (("transform", SAYS),)})
    assert not build.findings(told, "EG601")
    assert build.findings(case(build, artifact(build, state())), "EG601")


def test_a_class_that_can_be_used_is_silent(build):
    assert build.silent(case(build, artifact(build, state()), use={}), "EG603")
    assert build.silent(case(build, artifact(build, state())), "EG603")


def test_the_answer_for_another_artifact_is_not_taken(build):
    one, other = artifact(build, state()), artifact(build, state(keys=("other_",)))
    told = case(build, one, use={"fails": (("transform", SAYS),)}).target
    assert build.silent(build.case(other, told), "EG603")


def test_a_class_that_could_not_be_read_cannot_be_told(build):
    use = {"unknown": build.unknown}
    (reason,) = build.doubts(case(build, artifact(build, state()), use=use), "EG603")
    assert reason == f"{'.'.join(IMPUTER)}: it could not be read"


def test_a_refused_state_fails_to_load(build):
    use = {"refuses": "KeyError: 'weights'"}
    report = build.judge(case(build, artifact(build, state()), use=use))
    (found,) = [f for f in report.findings if f.rule == "EG314"]
    assert found.evidence == "its __setstate__ raises KeyError: 'weights'"
    assert report.load.static.outcome == "fails"


def test_a_state_that_is_taken_is_silent(build):
    assert build.silent(case(build, artifact(build, state()), use={}), "EG314")


@pytest.mark.parametrize(
    ("least", "most", "fires"),
    [(1, 2, True), (4, None, True), (3, 3, False), (0, None, False), (1, 5, False)],
)
def test_a_call_with_another_number_of_arguments_fails_to_load(build, least, most, fires):
    call = CallShape(module="numpy.random._pickle", name="__randomstate_ctor", positional=(3,))
    facts = artifact(build, state(), calls=(call,))
    told = Signature(module=call.module, name=call.name, least=least, most=most)
    report = build.judge(case(build, facts, signatures=(told,)))
    assert bool([f for f in report.findings if f.rule == "EG313"]) == fires
    assert (report.load.static.outcome == "fails") == fires


def test_a_callable_without_a_signature_is_not_judged(build):
    call = CallShape(module="numpy", name="dtype", positional=(3,))
    facts = artifact(build, state(), calls=(call,))
    told = Signature(module="numpy", name="dtype", least=build.unknown)
    assert build.silent(case(build, facts, signatures=(told,)), "EG313")


def logistic(way, *sizes, features="int:4"):
    values = (("multi_class", (f"str:{way}",)), ("n_features_in_", (features,)))
    keys = ("coef_", "multi_class", "n_features_in_")
    array = ObjectState(
        module="numpy", name="ndarray", count=1, shapes=("tuple:5",),
        values=(("[4]", tuple(f"bytes:{size}" for size in sizes)),),
    )  # fmt: skip
    return (state(LOGISTIC, keys, values=values), array)


@pytest.mark.parametrize(
    ("way", "sizes", "wrote", "there", "fires"),
    [
        ("deprecated", (32, 16), "1.5.2", "1.3.2", True),
        ("deprecated", (96, 24), "1.5.2", "1.3.2", False),
        ("deprecated", (), "1.5.2", "1.3.2", True),
        ("deprecated", (32, 16), "1.5.2", "1.7.2", False),
        ("ovr", (96, 24), "1.3.2", "1.8.0", True),
        ("ovr", (32, 16), "1.3.2", "1.8.0", False),
        ("ovr", (96, 24), "1.3.2", "1.7.2", False),
        ("auto", (96, 24), "1.3.2", "1.8.0", False),
    ],
)
def test_a_parameter_that_means_something_else_gives_other_answers(
    build, way, sizes, wrote, there, fires
):
    facts = artifact(build, *logistic(way, *sizes), wrote=wrote)
    report = build.judge(case(build, facts, there))
    assert bool([f for f in report.findings if f.rule == "EG604"]) == fires
    assert report.behaviour.static.outcome == ("differs" if fires else "undecided")
    assert report.load.static.outcome == "loads"


@pytest.mark.parametrize(("wrote", "there"), [("1.4.2", "1.5.2"), ("1.5.2", "1.4.2")])
def test_scaled_coefficients_are_taken_for_others_in_both_directions(build, wrote, there):
    path = ("sklearn.cross_decomposition._pls", "PLSRegression")
    facts = artifact(build, state(path, ("coef_",)), wrote=wrote)
    assert build.finding(case(build, facts, there), "EG604").found == f"scikit-learn {there}"
    assert build.silent(case(build, facts, wrote), "EG604")


def test_counts_in_leaves_are_known_by_a_missing_parameter(build):
    path = ("sklearn.tree._classes", "DecisionTreeClassifier")
    old, new = state(path, ("tree_",)), state(path, ("monotonic_cst", "tree_"))
    assert build.findings(case(build, artifact(build, old, wrote=None), recorded=None), "EG604")
    assert build.silent(case(build, artifact(build, new)), "EG604")
    selector = state(("sklearn.feature_selection._from_model", "SelectFromModel"))
    assert build.silent(case(build, artifact(build, old, selector)), "EG604")


def test_a_reader_of_unknown_release_is_not_judged(build):
    facts = artifact(build, *logistic("deprecated"))
    assert build.silent(case(build, facts, build.unknown), "EG604")


def test_each_entry_names_releases_and_what_happens():
    for entry in MEANINGS:
        assert parsed(entry.reads[0]) < parsed(entry.reads[1])
        assert entry.says


def test_questions_name_the_release_that_wrote_by_bytes_or_snapshot(build):
    (question,) = class_questions(artifact(build, state()), None)
    assert question.wrote == ("1.5.2",)
    bare = artifact(build, state(), wrote=None)
    (question,) = class_questions(bare, build.snapshot(bare))
    assert question.wrote == ("1.5.2",)
    (question,) = class_questions(bare, None)
    assert question.wrote == ()


def test_nothing_is_asked_of_numpy_and_the_language(build):
    facts = artifact(
        build,
        state(("numpy", "ndarray"), shapes=("tuple:5",)),
        state(("collections", "OrderedDict")),
        calls=(CallShape(module="builtins", name="set", positional=(1,)),),
    )
    assert class_questions(facts, None) == ()
    assert callable_questions(facts) == ()
