"""What a check predicts from files alone is what happens when the model is really loaded."""

from __future__ import annotations

import pytest

from sample_envs import environments

pytestmark = pytest.mark.environments

UNDECIDED = environments.undecided_pairs()


def test_predicted_load_is_what_really_happens(journey, environment, model):
    predicted = journey.reports(environment)[model]["load"]["static"]
    reality = journey.realities(environment)[model]
    if (model, environment) in UNDECIDED:
        assert predicted["outcome"] == "undecided", "decided after all: take it off the list"
    else:
        happened = "loads" if reality.loads else "fails"
        assert predicted["outcome"] == happened, (predicted["reasons"], reality.load_failure)


def test_model_that_fails_to_load_or_predict_never_holds(journey, environment, model):
    reality = journey.realities(environment)[model]
    if not (reality.loads and reality.works):
        assert journey.reports(environment)[model]["verdict"] != "holds"


def test_pair_named_as_undecided_exists():
    names = {one.name for one in environments.sample_environments()}
    assert {model for model, _ in UNDECIDED} <= set(environments.MODELS)
    assert {environment for _, environment in UNDECIDED} <= names


def test_predicted_failure_names_what_is_missing(journey):
    reasons = {
        pair: " ".join(journey.reports(pair[1])[pair[0]]["load"]["static"]["reasons"])
        for pair in (
            ("local_step.pkl", "no-local-module"),
            ("main_step.pkl", "trained"),
            ("logistic.joblib", "no-sklearn"),
        )
    }
    assert "churn" in reasons["local_step.pkl", "no-local-module"]
    assert "calls_per_year" in reasons["main_step.pkl", "trained"]
    assert "sklearn" in reasons["logistic.joblib", "no-sklearn"]
