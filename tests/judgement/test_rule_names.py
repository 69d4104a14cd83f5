"""EG301, EG302, EG303, EG304, EG312: every name that loading looks up is found."""

from __future__ import annotations

import pytest

LOGISTIC = ("sklearn.linear_model._logistic", "LogisticRegression")
TREE = ("sklearn.tree._tree", "Tree")


def bent(build, *answers, more=(), **parts):
    artifact = build.artifact(*more)
    return build.case(artifact, build.target(artifact, *answers), **parts)


def missing(build, pair, **parts):
    return build.answer(*pair, state="module-missing", owner="unknown", **parts)


def test_a_missing_library_is_one_finding_however_many_names_it_owns(build):
    names = (build.tree_need(), build.need("sklearn.pipeline", "Pipeline", "scikit-learn"))
    case = bent(
        build,
        missing(build, LOGISTIC, missing="sklearn"),
        missing(build, TREE, missing="sklearn"),
        missing(build, ("sklearn.pipeline", "Pipeline"), missing="sklearn"),
        more=names,
    )
    found = build.finding(case, "EG301")
    assert (found.subject, found.level) == ("sklearn", "error")
    assert found.expected == "a module of scikit-learn 1.5.2"
    assert "3 needed names" in found.evidence
    assert found.fix == 'python -m pip install "scikit-learn==1.5.2"'
    assert build.judge(case).load.static.outcome == "fails"


def test_a_missing_submodule_is_named_itself(build):
    case = bent(build, missing(build, LOGISTIC, missing="sklearn.linear_model._logistic"))
    assert build.finding(case, "EG301").subject == "sklearn.linear_model._logistic"


def test_several_missing_submodules_are_listed_under_their_library(build):
    case = bent(build, missing(build, LOGISTIC), missing(build, TREE), more=(build.tree_need(),))
    found = build.finding(case, "EG301")
    assert found.subject == "sklearn"
    assert found.found == "none of sklearn.linear_model._logistic, sklearn.tree._tree"


def test_many_names_are_counted_and_only_some_are_listed(build):
    needs = tuple(build.need("acme", f"C{number:02}") for number in range(12))
    case = bent(build, *(missing(build, ("acme", n.name)) for n in needs), more=needs)
    evidence = build.finding(case, "EG301").evidence
    assert "12 needed names" in evidence
    assert evidence.endswith("acme.C07 and 4 more")


def test_a_missing_local_module_is_brought_from_where_it_was_recorded(build):
    case = build.local_case(missing(build, ("pipeline_steps", "clip")), there=())
    found = build.finding(case, "EG301")
    assert found.expected == "local code"
    assert found.fix == (
        "Put pipeline_steps.py (recorded from /train/src) on the target's import path, "
        "or check with --code DIR"
    )


@pytest.mark.parametrize(
    ("module", "fix"),
    [
        ("cv2", 'python -m pip install "opencv-python"'),
        ("acme", "Install the distribution that provides acme, or, if it is your own code, "
         "check with --code DIR"),
    ],
)  # fmt: skip
def test_without_a_snapshot_the_fix_is_the_known_distribution_or_both_ways(build, module, fix):
    need = build.need(module, "Net")
    case = bent(build, missing(build, (module, "Net")), more=(need,), recorded=None)
    assert build.finding(case, "EG301").fix == fix


def test_a_name_that_no_shell_may_see_makes_no_command(build):
    need = build.need("evil", "x", '"; rm -rf ~')
    case = bent(build, missing(build, ("evil", "x")), more=(need,), recorded=None)
    assert "rm" not in build.finding(case, "EG301").fix


def test_a_missing_name_is_told_with_its_module(build):
    answer = build.answer(*LOGISTIC, state="name-missing", path="/site/_logistic.py")
    found = build.finding(bent(build, answer), "EG302")
    assert found.subject == "sklearn.linear_model._logistic.LogisticRegression"
    assert "/site/_logistic.py" in found.found
    assert found.fix == 'python -m pip install "scikit-learn==1.5.2"'


def test_missing_names_of_one_module_are_one_finding(build):
    other = build.need(LOGISTIC[0], "LogisticRegressionCV", "scikit-learn")
    answers = [
        build.answer(LOGISTIC[0], name, state="name-missing")
        for name in ("LogisticRegression", "LogisticRegressionCV")
    ]
    found = build.finding(bent(build, *answers, more=(other,)), "EG302")
    assert found.subject == LOGISTIC[0]
    assert found.expected == "LogisticRegression, LogisticRegressionCV"


def test_a_name_missing_from_local_code_is_brought_by_its_module(build):
    answer = build.answer("pipeline_steps", "clip", state="name-missing", owner="local")
    assert "pipeline_steps.py" in build.finding(build.local_case(answer), "EG302").fix


@pytest.mark.parametrize("state", ["resolved", "main", "unproven"])
def test_a_name_of_main_fails_the_load_whatever_the_target_says(build, state):
    need = build.need("__main__", "scale")
    case = bent(build, build.answer("__main__", "scale", state=state), more=(need,))
    found = build.finding(case, "EG303")
    assert (found.subject, found.level) == ("__main__.scale", "error")
    assert build.judge(case).load.static.outcome == "fails"


def test_several_names_of_main_are_one_finding(build):
    needs = (build.need("__main__", "a"), build.need("__main__", "b"), build.need("__main__"))
    found = build.finding(bent(build, more=needs), "EG303")
    assert (found.subject, found.expected) == ("__main__", "a, b")


def test_main_itself_has_no_name_to_list(build):
    assert (
        build.finding(bent(build, more=(build.need("__main__"),)), "EG303").expected == "__main__"
    )


def test_an_import_that_raises_is_told_with_its_exception(build):
    answer = build.answer(*LOGISTIC, state="import-fails", detail="ValueError: dtype size changed")
    found = build.finding(bent(build, answer), "EG304")
    assert found.found == "ValueError: dtype size changed"
    assert build.silent(bent(build, answer), "EG301")


def test_an_installed_module_that_lacks_another_cannot_be_imported(build):
    answer = build.answer(*LOGISTIC, state="module-missing", missing="scipy")
    case = bent(build, answer)
    found = build.finding(case, "EG304")
    assert found.found == "No module named 'scipy'"
    assert found.fix == 'python -m pip install "scipy==1.11.4"'
    assert build.silent(case, "EG301")


def test_a_local_module_that_raises_cannot_be_imported(build):
    answer = build.answer("pipeline_steps", "clip", state="import-fails", owner="local")
    found = build.finding(build.local_case(answer), "EG304")
    assert found.found == "it fails"


@pytest.mark.parametrize("code", ["EG301", "EG302", "EG303", "EG304", "EG312"])
def test_names_that_resolve_are_silent(build, code):
    assert build.silent(build.case(), code)


def test_an_unproven_name_cannot_be_told(build):
    answer = build.answer(*LOGISTIC, state="unproven", detail="imports are off")
    case = bent(build, answer)
    assert build.doubts(case, "EG312") == [
        "sklearn.linear_model._logistic.LogisticRegression: imports are off"
    ]
    assert build.judge(case).load.static.outcome == "undecided"
    assert build.judge(case).verdict == "unknown"


def test_an_unproven_name_without_a_reason_is_told_by_its_name(build):
    answer = build.answer(*LOGISTIC, state="unproven")
    assert build.doubts(bent(build, answer), "EG312") == [".".join(LOGISTIC)]


def test_a_name_that_was_not_asked_cannot_be_told(build):
    target = build.target(resolutions=build.answers(build.needs())[:1])
    assert "was not asked" in build.doubts(build.case(target=target), "EG312")[0]


def test_the_same_snapshot_loads_without_being_asked(build):
    report = build.judge(build.snapshot_case())
    assert report.verdict == "holds"
    assert report.load.static.outcome == "loads"
    assert "recorded release" in report.load.static.reasons[0]


def test_another_snapshot_cannot_be_asked(build):
    environment = build.environment(build.packages(numpy="1.26.3"))
    case = build.snapshot_case(environment=environment)
    assert "numpy 1.26.3 there, 1.26.4 recorded" in build.doubts(case, "EG312")[0]


def test_nothing_needed_asks_nothing_of_a_snapshot(build):
    case = build.snapshot_case(build.artifact(needs=()))
    assert build.silent(case, "EG312")


@pytest.mark.parametrize("module", ["builtins", "__builtin__"])
@pytest.mark.parametrize("name", ["__main__", "NoneType"])
def test_names_that_dills_unpickler_answers_are_there(build, module, name):
    need = build.need(module, name)
    answer = build.answer(module, name, state="name-missing", owner="stdlib")
    artifact = build.artifact(need, serializer="dill")
    assert build.silent(build.case(artifact, build.target(artifact, answer)), "EG302")
    plain = build.artifact(need)
    assert build.findings(build.case(plain, build.target(plain, answer)), "EG302")


def aliased(build, name="CyHalfBinomialLoss", state="module-missing", there="1.5.2"):
    artifact = build.artifact(build.need("_loss", name))
    answer = build.answer("_loss", name, state=state, owner="unknown", missing="_loss")
    target = build.target(artifact, answer, packages=build.packages(scikit_learn=there))
    return build.case(artifact, target)


@pytest.mark.parametrize("state", ["module-missing", "unproven", "resolved"])
def test_a_module_that_its_library_makes_is_there(build, state):
    assert build.judge(aliased(build, state=state)).verdict == "holds"


@pytest.mark.parametrize("there", ["1.9.1", "1.4.2", None])
def test_a_module_that_its_library_makes_is_missing_in_releases_that_do_not(build, there):
    assert build.finding(aliased(build, there=there), "EG301").subject == "_loss"


@pytest.mark.parametrize(
    ("name", "there", "outcome"),
    [
        ("CyHalfBinomialLoss", "1.8.0", "loads"),
        ("__pyx_unpickle_CyHalfBinomialLoss", "1.5.2", "loads"),
        ("__pyx_unpickle_CyHalfBinomialLoss", "1.6.1", "fails"),
        ("__pyx_unpickle_CyHalfMultinomialLoss", "1.8.0", "loads"),
        ("unheard_of", "1.5.2", "undecided"),
    ],
)
def test_a_made_module_has_the_names_of_its_release(build, name, there, outcome):
    report = build.judge(aliased(build, name, there=there))
    assert report.load.static.outcome == outcome


def test_what_a_library_of_unknown_release_makes_cannot_be_told(build):
    assert build.doubts(aliased(build, there=build.unknown), "EG312")
