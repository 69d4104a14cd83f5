"""Each sample environment carries what a check must say of every model there."""

from __future__ import annotations

import pytest

from sample_envs import checking, environments

pytestmark = pytest.mark.environments


def test_reports_are_those_that_the_environment_expects(journey, environment):
    reports = journey.reports(environment)
    told = {model: checking.summary(report) for model, report in reports.items()}
    assert told == journey.places[environment].expected()


def test_each_environment_pins_every_distribution_exactly():
    for environment in environments.sample_environments():
        lines = environment.requirements.read_text("utf-8").splitlines()
        assert lines == sorted(lines), environment.name
        assert all(len(line.split("==")) == 2 for line in lines), environment.name
