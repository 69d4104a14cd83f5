"""Train a few small models on one table of customers and save each the way people do.

    python train.py FOLDER

Only the last step differs: what is saved, and with what.
"""

import pickle
import sys
from pathlib import Path

import cloudpickle
import dill
import joblib
import numpy as np
from churn import steps
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

SEED = 20240917
CUSTOMERS = 300


def customers():
    """A table of tenure (months), spend (cents) and support calls, and who left."""
    random = np.random.default_rng(SEED)
    tenure = random.integers(1, 120, CUSTOMERS)
    spend = random.gamma(3.0, 1500.0, CUSTOMERS)
    calls = random.poisson(1.5, CUSTOMERS)
    risk = 0.9 * calls - 0.03 * tenure + random.normal(0.0, 0.7, CUSTOMERS)
    return np.column_stack([tenure, spend, calls]), (risk > 0.0).astype(int)


def calls_per_year(table):
    """The table with calls for each year; lives in this script, so in ``__main__``."""
    return np.column_stack([table[:, 0], table[:, 1], 12.0 * table[:, 2] / table[:, 0]])


def with_step(function):
    """An untrained pipeline that begins with this function."""
    return make_pipeline(FunctionTransformer(function), StandardScaler(), LogisticRegression())


def main(folder):
    """Train and save; ``example.npy`` holds five customers to predict for."""
    folder.mkdir(parents=True, exist_ok=True)
    table, left = customers()
    np.save(folder / "example.npy", table[:5])

    forest = make_pipeline(
        StandardScaler(), RandomForestClassifier(n_estimators=20, max_depth=5, random_state=SEED)
    ).fit(table, left)
    (folder / "forest.pkl").write_bytes(pickle.dumps(forest))

    logistic = make_pipeline(StandardScaler(), LogisticRegression()).fit(table, left)
    joblib.dump(logistic, folder / "logistic.joblib")

    local_step = with_step(steps.log_spend).fit(table, left)
    (folder / "local_step.pkl").write_bytes(pickle.dumps(local_step))

    main_step = with_step(calls_per_year).fit(table, left)
    (folder / "main_step.pkl").write_bytes(pickle.dumps(main_step))
    # dill and cloudpickle save the code of a function of __main__ instead of its name. What that
    # code uses in turn (here: np) comes along with cloudpickle, and with dill only on request.
    (folder / "main_step.dill").write_bytes(dill.dumps(main_step))
    (folder / "main_step_recurse.dill").write_bytes(dill.dumps(main_step, recurse=True))
    (folder / "main_step.cloudpickle").write_bytes(cloudpickle.dumps(main_step))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
