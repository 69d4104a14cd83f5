"""No name that a real load looks up is missing, and none is made up."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.formats

LIBRARIES = {
    "sklearn", "numpy", "scipy", "pandas", "statsmodels", "xgboost", "lightgbm", "joblib", "dill",
    "cloudpickle", "torch",
}  # fmt: skip


def read_ones(artifacts):
    return [one for one in artifacts.values() if one.facts is not None]


def test_every_name_that_a_load_looks_up_is_read(artifacts):
    missing = {one.name: sorted(one.missing()) for one in read_ones(artifacts) if one.missing()}
    assert missing == {}


def test_no_name_is_read_that_nothing_looks_up(artifacts):
    invented = {one.name: sorted(one.invented()) for one in read_ones(artifacts) if one.invented()}
    assert invented == {}


def test_every_real_artifact_is_read_to_its_end(artifacts):
    partial = {one.name: one.facts.anomalies for one in read_ones(artifacts)}
    assert {name: found for name, found in partial.items() if found} == {}
    assert all(one.facts.complete for one in read_ones(artifacts))


def test_the_artifacts_are_many_and_of_many_libraries(artifacts):
    read = read_ones(artifacts)
    assert len(read) >= 200
    named = {module.partition(".")[0] for one in read for module, _ in one.truth}
    assert named >= LIBRARIES


def test_few_kinds_are_left_out(artifacts):
    left_out = {one.name: one.left_out for one in artifacts.values() if one.left_out}
    assert len(left_out) <= len(artifacts) // 5, left_out
