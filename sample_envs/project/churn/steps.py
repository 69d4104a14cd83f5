"""Steps of the pipelines, pickled by their name: ``churn.steps.log_spend``."""

import numpy as np

from churn.units import CENTS_PER_EURO, MONTHS_PER_YEAR


def log_spend(table):
    """The columns tenure (years), spend (log of euros) and calls, from months, cents and calls."""
    tenure, spend, calls = np.asarray(table, dtype=float).T
    return np.column_stack([tenure / MONTHS_PER_YEAR, np.log1p(spend / CENTS_PER_EURO), calls])
