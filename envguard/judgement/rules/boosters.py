"""EG3 and EG6, continued: models of gradient-boosting libraries in another of their releases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.facts.unknown import Unknown
from envguard.judgement import booster_history as history
from envguard.judgement.fixes import install_release
from envguard.judgement.rules.rule import Rule, listing
from envguard.judgement.versions import parsed, within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from envguard.facts.artifact import ObjectState, StoredBooster
    from envguard.judgement.case import Case
    from envguard.judgement.rules.rule import Judged

MODEL_REFUSED = Rule(
    code="EG330",
    name="booster-refused",
    level="error",
    why="Loading raises: the library does not read the form in which the model is stored.",
)
BASE_SCORE_LOST = Rule(
    code="EG611",
    name="base-score-lost",
    level="error",
    why="It loads and answers otherwise, without an error: the bias of the model is not read.",
)
WRAPPER_STATE = Rule(
    code="EG612",
    name="wrapper-state-differs",
    level="error",
    why="It loads, and predict raises: the wrapper reads what its state does not have.",
)


def booster_refused(case: Case) -> Iterator[Judged]:
    """The target's xgboost reads the form in which models in the artifact are stored.

    What it checks:
        The form, the release and the objective of each xgboost model inside the pickle, by its
        first bytes, against what the target's xgboost reads.
    Why it breaks:
        1.0 stopped reading the bare form of 0.90 from pickles (``Check failed: header ==
        serialisation_header_``); UBJSON, written since 1.6, is no JSON to releases before.
    Example:
        An XGBClassifier pickled with xgboost 0.90, loaded with 2.1.
    Fix:
        Install the release that wrote it; save_model and load_model carry a model further.
    When it cannot tell:
        The release of xgboost in the target is not known.
    """
    boosters = _of(case, history.XGBOOST)
    release = case.target_version(history.XGBOOST)
    if not boosters or release is None:
        return  # where it is not installed, module-missing tells
    if isinstance(release, Unknown) or parsed(release) is None:
        yield MODEL_REFUSED.unchecked(f"the xgboost of {case.label} is not known")
        return
    for booster in boosters:
        unread = _unread(booster, release)
        if unread:
            yield MODEL_REFUSED.finding(
                subject="xgboost model",
                expected=f"xgboost {booster.version or 'that wrote it'}",
                found=f"xgboost {release}, which does not read {unread}",
                evidence=f"{case.artifact_name}: handle of a Booster",
                fix=install_release(history.XGBOOST, booster.version),
            )


def _unread(booster: StoredBooster, release: str) -> str | None:
    """What of a stored model a release of xgboost does not read."""
    if not within(release, *history.FORM_READ[booster.form]):
        return f"the {booster.form} form"
    if booster.lists_updaters and within(release, "0", history.UPDATER_LIST_SINCE):
        return f"the updaters of {booster.version}"
    objective = booster.objective or ""
    if within(release, "0", history.OBJECTIVE_SINCE.get(objective, "0")):
        return objective
    rewritten = history.RANKING_REWRITTEN
    if objective.startswith(history.RANKING) and within(release, "0", rewritten):
        is_new = booster.version is not None and not within(booster.version, "0", rewritten)
        return f"{objective} of {booster.version}" if is_new else None
    return None


def base_score_lost(case: Case) -> Iterator[Judged]:
    """The target's xgboost reads the bias of models in the artifact.

    What it checks:
        The text of base_score inside each xgboost model, and the target's xgboost.
    Why it breaks:
        Releases since 3.1 write it in brackets; older ones read no number there and take 0.5.
        Every prediction is off, without an error or a warning.
    Example:
        An XGBRegressor of 3.2 used with 3.0.
    Fix:
        Install xgboost 3.1 or newer in the target, or train with base_score=0.5.
    When it cannot tell:
        The release of xgboost in the target is not known.
    """
    release = case.target_version(history.XGBOOST)
    vectors = [one for one in _of(case, history.XGBOOST) if _is_lost(one.base_score)]
    if not vectors or release is None:
        return
    if isinstance(release, Unknown) or parsed(release) is None:
        yield BASE_SCORE_LOST.unchecked(f"the xgboost of {case.label} is not known")
    elif within(release, "0", history.BASE_SCORE_VECTOR_SINCE):
        texts = sorted({one.base_score for one in vectors if one.base_score is not None})
        yield BASE_SCORE_LOST.finding(
            subject="xgboost model",
            expected=f"xgboost {history.BASE_SCORE_VECTOR_SINCE} or newer",
            found=f"xgboost {release}",
            evidence=f"{case.artifact_name}: base_score {listing(texts)}",
            fix=f'python -m pip install "xgboost>={history.BASE_SCORE_VECTOR_SINCE}"',
        )


def _is_lost(base_score: str | None) -> bool:
    """Whether a text is a vector of other numbers than the default."""
    if base_score is None or not base_score.startswith("["):
        return False
    try:
        numbers = [float(part) for part in base_score.strip("[]").split(",")]
    except ValueError:
        return True
    return any(one != history.DEFAULT_BASE_SCORE for one in numbers)


def wrapper_state_differs(case: Case) -> Iterator[Judged]:
    """Wrappers of xgboost and lightgbm find in their state what the target's release reads.

    What it checks:
        The attributes of each XGBModel, LGBMModel and lightgbm Booster in the artifact, against
        what predict (or fit, where it is not fitted) of the target's release reads.
    Why it breaks:
        A parameter or attribute came with a later release, or left with one: ``'XGBModel'
        object has no attribute 'callbacks'``, ``Estimator not fitted``.
    Example:
        An XGBRegressor pickled with xgboost 1.5, used with 1.7.
    Fix:
        Install the release that wrote it, or carry the bare model over with save_model.
    When it cannot tell:
        The release in the target is not known, or the state could not be read.
    """
    for state in case.facts.states if case.facts else ():
        library = state.module.partition(".")[0]
        if library not in {history.XGBOOST, history.LIGHTGBM}:
            continue
        release = case.target_version(library)
        if release is None:
            continue
        if isinstance(release, Unknown) or parsed(release) is None:
            yield WRAPPER_STATE.unchecked(f"the {library} of {case.label} is not known")
            return
        if _is_spare(case, state):
            continue
        said = _xgboost(case, state, release) or _lightgbm(case, state, release)
        if said:
            wrote = case.written_with(library)
            yield WRAPPER_STATE.finding(
                subject=f"{state.module}.{state.name}",
                expected=f"{library} {' or '.join(wrote)}" if wrote else f"another {library}",
                found=f"{library} {release}",
                evidence=said,
                fix=install_release(library, wrote[-1] if wrote else None),
            )


def _get_params_raises(case: Case) -> bool:
    """Whether scikit-learn of the target raises for a parameter that is no attribute."""
    release = case.target_version("scikit-learn")
    return not isinstance(release, str) or not within(release, "0", history.GET_PARAMS_RAISES_SINCE)


def _is_spare(case: Case, state: ObjectState) -> bool:
    """Whether it holds no model and stands in another object, which copies it before it fits."""
    is_fitted = not _lacks(state, "_Booster") and dict(state.values).get("_Booster") != ("none",)
    root = case.facts.root if case.facts else None
    is_wrapper = state.module in {history.XGBOOST_WRAPPERS, history.LIGHTGBM_WRAPPERS}
    return is_wrapper and not is_fitted and root != f"{state.module}.{state.name}"


def _xgboost(case: Case, state: ObjectState, release: str) -> str | None:
    if state.module != history.XGBOOST_WRAPPERS or "n_estimators" not in state.keys:
        return None
    if not _get_params_raises(case):
        return None
    table = history.PARAMETERS
    if state.name in history.CLASSIFIERS:
        table += history.CLASSIFIER_PARAMETERS
    lacks = [name for name, *when in table if within(release, *when) and _lacks(state, name)]
    values = dict(state.values)
    is_fitted = not _lacks(state, "_Booster") and values.get("_Booster") != ("none",)
    if is_fitted and not within(release, *history.PREDICT_READS_PARAMETERS):
        is_linear = "str:gblinear" in values.get("booster", ())
        wanted = history.MATRIX_PARAMETERS if is_linear else ()
        lacks = [name for name in lacks if name in wanted]
    if not lacks:
        return None
    call = "predict" if is_fitted else "fit"
    return f"{call} raises AttributeError: no attribute {listing(sorted(lacks))}"


def _lightgbm(case: Case, state: ObjectState, release: str) -> str | None:
    if (state.module, state.name) == ("lightgbm.basic", "Booster"):
        renamed = "_handle" in state.keys and _lacks(state, "handle")
        reads_old = within(release, "0", history.HANDLE_RENAMED_SINCE)
        return (
            "predict raises AttributeError: no attribute handle" if renamed and reads_old else None
        )
    values = dict(state.values)
    is_fitted = not _lacks(state, "_Booster") and values.get("_Booster") != ("none",)
    if state.module != history.LIGHTGBM_WRAPPERS:
        return None
    if not is_fitted:
        table = history.LIGHTGBM_ATTRIBUTES if _get_params_raises(case) else ()
        lacks = [name for name, *when in table if within(release, *when) and _lacks(state, name)]
        return f"fit raises AttributeError: no attribute {listing(lacks)}" if lacks else None
    if not within(release, "0", history.FITTED_READ_SINCE) and _lacks(state, "fitted_"):
        return "predict raises NotFittedError: no attribute fitted_"
    compared = not within(release, "0", history.CLASSES_COMPARED_SINCE)
    if compared and values.get("_n_classes") == ("none",):
        return "predict raises TypeError: '>' not supported for _n_classes None"
    return None


def _lacks(state: ObjectState, name: str) -> bool:
    """Whether none of the states has an attribute."""
    return bool(state.keys) and name not in state.keys and name not in state.sometimes


def _of(case: Case, library: str) -> list[StoredBooster]:
    return [one for one in case.facts.boosters if one.library == library] if case.facts else []
