"""EG330, EG611 and EG612: models of gradient-boosting libraries in another release."""

from __future__ import annotations

import pytest

from envguard.facts.artifact import ObjectState, StoredBooster

FITTED = (("_Booster", ("object:xgboost.core.Booster",)),)


def with_release(build, name, release, artifact, scikit_learn="1.5.2"):
    packages = build.packages(scikit_learn=scikit_learn)
    packages = (*packages, build.distribution(name, release))
    environment = build.environment(packages)
    return build.case(artifact, build.target(artifact, environment=environment))


def stored(form="ubjson", version="2.1.4", **parts):
    return StoredBooster(library="xgboost", form=form, version=version, **parts)


def wrapper(name, *keys, values=FITTED, module="xgboost.sklearn", sometimes=()):
    keys = ("_Booster", "n_estimators", *keys)
    return ObjectState(
        module=module,
        name=name,
        count=1,
        shapes=("dict",),
        keys=keys,
        sometimes=sometimes,
        values=values,
    )


@pytest.mark.parametrize(
    ("booster", "release"),
    [
        (stored("raw", "0.90"), "1.0.2"),
        (stored("binary", "1.2.1"), "3.1.0"),
        (stored("json", "1.5.2"), "1.2.1"),
        (stored("json", "1.5.2"), "3.2.0"),
        (stored("ubjson", "1.6.2"), "1.5.2"),
        (stored(objective="reg:quantileerror"), "1.7.6"),
        (stored(objective="rank:ndcg"), "1.7.6"),
        (stored(lists_updaters=True), "1.6.2"),
    ],
)
def test_a_model_that_a_release_does_not_read_fails_the_load(build, booster, release):
    case = with_release(build, "xgboost", release, build.artifact(boosters=(booster,)))
    assert release in build.finding(case, "EG330").found
    assert build.judge(case).load.static.outcome == "fails"


@pytest.mark.parametrize(
    ("booster", "release"),
    [
        (stored("raw", "0.90"), "0.90"),
        (stored("binary", "1.2.1"), "3.0.5"),
        (stored("json", "1.5.2"), "1.3.3"),
        (stored("ubjson", "1.6.2"), "3.2.0"),
        (stored(version="1.7.6", objective="rank:ndcg"), "1.6.2"),
        (stored(objective="rank:ndcg", lists_updaters=True), "2.0.3"),
        (stored(objective="reg:squarederror", lists_updaters=True), "1.7.6"),
    ],
)
def test_a_model_that_a_release_reads_is_silent(build, booster, release):
    case = with_release(build, "xgboost", release, build.artifact(boosters=(booster,)))
    assert build.silent(case, "EG330")


def test_an_unknown_xgboost_leaves_the_load_undecided(build):
    vector = stored(base_score="[2.75E-1]")
    artifact = build.artifact(boosters=(vector,), states=(wrapper("XGBRegressor"),))
    case = with_release(build, "xgboost", build.unknown, artifact)
    assert build.doubts(case, "EG330")
    assert build.doubts(case, "EG611")
    assert build.doubts(case, "EG612")
    assert build.judge(case).load.static.outcome == "undecided"


def test_without_xgboost_other_rules_speak(build):
    artifact = build.artifact(
        boosters=(stored("raw", base_score="[1E0]"),), states=(wrapper("XGBRegressor"),)
    )
    assert all(build.silent(build.case(artifact), code) for code in ("EG330", "EG611", "EG612"))


@pytest.mark.parametrize("base_score", ["[2.75E-1]", "[5E-1,1E0,5E-1]", "[1e]"])
def test_a_bias_in_brackets_is_lost_before_3_1(build, base_score):
    artifact = build.artifact(boosters=(stored(version="3.2.0", base_score=base_score),))
    case = with_release(build, "xgboost", "3.0.5", artifact)
    assert base_score in build.finding(case, "EG611").evidence
    assert build.judge(case).behaviour.static.outcome == "differs"
    assert build.silent(with_release(build, "xgboost", "3.1.0", artifact), "EG611")


@pytest.mark.parametrize("base_score", ["5E-1", "2.75E-1", "[5E-1]", "[5E-1,5E-1]", None])
def test_a_bias_that_older_releases_read_or_take_anyway_is_silent(build, base_score):
    artifact = build.artifact(boosters=(stored(base_score=base_score),))
    assert build.silent(with_release(build, "xgboost", "2.1.4", artifact), "EG611")


def test_a_parameter_that_predict_asks_for_breaks_it(build):
    since_1_5 = ("enable_categorical", "predictor")
    since_1_0 = ("gpu_id", "interaction_constraints", "monotone_constraints")
    since_1_0 += ("num_parallel_tree", "tree_method", "validate_parameters")
    artifact = build.artifact(states=(wrapper("XGBRegressor", *since_1_0, *since_1_5),))
    case = with_release(build, "xgboost", "1.7.6", artifact)
    assert "callbacks" in build.finding(case, "EG612").evidence
    assert build.judge(case).behaviour.static.outcome == "error"
    assert build.silent(with_release(build, "xgboost", "1.5.2", artifact), "EG612")
    assert build.silent(with_release(build, "xgboost", "2.0.3", artifact), "EG612")
    old = with_release(build, "xgboost", "1.7.6", artifact, scikit_learn="0.23.2")
    assert build.silent(old, "EG612")


def test_a_linear_model_needs_more_in_newer_releases(build):
    values = (*FITTED, ("booster", ("str:gblinear",)))
    artifact = build.artifact(states=(wrapper("XGBRegressor", values=values),))
    case = with_release(build, "xgboost", "2.0.3", artifact)
    assert "feature_types" in build.finding(case, "EG612").evidence


def test_a_model_that_is_not_fitted_counts_where_it_is_all_there_is(build):
    state = wrapper("XGBClassifier", values=(("_Booster", ("none",)),))
    alone = build.artifact(states=(state,), root="xgboost.sklearn.XGBClassifier")
    case = with_release(build, "xgboost", "2.0.3", alone)
    assert "fit raises" in build.finding(case, "EG612").evidence
    inside = build.artifact(states=(state,), root="sklearn.model_selection._search.GridSearchCV")
    assert build.silent(with_release(build, "xgboost", "2.0.3", inside), "EG612")


LIGHT = (("_Booster", ("object:lightgbm.basic.Booster",)), ("_n_classes", ("none",)))


@pytest.mark.parametrize(
    ("keys", "values", "release", "says"),
    [
        ((), LIGHT[:1], "3.3.5", "fitted_"),
        (("fitted_",), LIGHT, "4.0.0", "_n_classes"),
    ],
)
def test_a_lightgbm_wrapper_lacks_what_newer_releases_read(build, keys, values, release, says):
    state = wrapper("LGBMRegressor", *keys, values=values, module="lightgbm.sklearn")
    case = with_release(build, "lightgbm", release, build.artifact(states=(state,)))
    assert says in build.finding(case, "EG612").evidence


@pytest.mark.parametrize(
    ("keys", "values", "release"),
    [((), LIGHT[:1], "3.2.1"), (("fitted_",), LIGHT, "3.3.5"), (("fitted_",), LIGHT[:1], "4.7.0")],
)
def test_a_lightgbm_wrapper_with_all_that_is_read_is_silent(build, keys, values, release):
    state = wrapper("LGBMRegressor", *keys, values=values, module="lightgbm.sklearn")
    case = with_release(build, "lightgbm", release, build.artifact(states=(state,)))
    assert build.silent(case, "EG612")


def test_a_lightgbm_that_is_not_fitted_lacks_a_parameter(build):
    values = (("_Booster", ("none",)),)
    state = wrapper("LGBMClassifier", "_class_weight", values=values, module="lightgbm.sklearn")
    artifact = build.artifact(states=(state,), root="lightgbm.sklearn.LGBMClassifier")
    case = with_release(build, "lightgbm", "3.3.5", artifact)
    assert "silent" in build.finding(case, "EG612").evidence
    assert build.silent(with_release(build, "lightgbm", "4.7.0", artifact), "EG612")


def test_the_renamed_handle_of_a_lightgbm_booster_is_not_found_by_older_releases(build):
    state = ObjectState(
        module="lightgbm.basic", name="Booster", count=1, shapes=("dict",), keys=("_handle",)
    )
    artifact = build.artifact(states=(state,))
    case = with_release(build, "lightgbm", "3.3.5", artifact)
    assert "handle" in build.finding(case, "EG612").evidence
    assert build.silent(with_release(build, "lightgbm", "4.0.0", artifact), "EG612")


def test_states_of_other_libraries_and_modules_are_silent(build):
    other = wrapper("DaskXGBRegressor", module="xgboost.dask")
    plain = ObjectState(module="m", name="C", count=1, shapes=("dict",), keys=("_Booster",))
    artifact = build.artifact(states=(other, plain))
    assert build.silent(with_release(build, "xgboost", "1.7.6", artifact), "EG612")
