"""Gradient boosting beside scikit-learn: the wrappers and the raw boosters."""

import numpy as np
from kind import Kind

R = np.random.RandomState(2)
X = R.normal(size=(60, 4))
Y2 = (X[:, 0] > 0).astype(int)
Y3 = np.digitize(X[:, 0], [-0.5, 0.5])
YR = X[:, 0] * 2 + 3.0


def _xgboost(name, target, **parameters):
    def make():
        import xgboost

        model = getattr(xgboost, name)(n_estimators=4, max_depth=3, n_jobs=1, **parameters)
        return model.fit(X, target)

    return make


def _xgboost_raw():
    import xgboost

    return xgboost.train({"max_depth": 3, "nthread": 1}, xgboost.DMatrix(X, YR), 4)


def _use_xgboost_raw(model):
    import xgboost

    return model.predict(xgboost.DMatrix(X[:10]))


def _lightgbm(name, target):
    def make():
        import lightgbm

        model = getattr(lightgbm, name)(n_estimators=4, min_child_samples=3, n_jobs=1, verbose=-1)
        return model.fit(X, target)

    return make


def _lightgbm_raw():
    import lightgbm

    settings = {"objective": "regression", "verbose": -1, "num_threads": 1, "min_data_in_leaf": 3}
    return lightgbm.train(settings, lightgbm.Dataset(X, YR), 4)


CLASSIFIER = {
    "predict": lambda model: model.predict(X[:10]),
    "predict_proba": lambda model: model.predict_proba(X[:10]),
}

KINDS = [
    Kind("xgb_classifier", _xgboost("XGBClassifier", Y2), CLASSIFIER),
    Kind("xgb_classifier_3", _xgboost("XGBClassifier", Y3), CLASSIFIER),
    Kind("xgb_regressor", _xgboost("XGBRegressor", YR), lambda m: m.predict(X[:10])),
    Kind(
        "xgb_regressor_joblib", _xgboost("XGBRegressor", YR), lambda m: m.predict(X[:10]), "joblib"
    ),
    Kind("xgb_booster", _xgboost_raw, _use_xgboost_raw),
    Kind("lgbm_classifier", _lightgbm("LGBMClassifier", Y2), CLASSIFIER),
    Kind("lgbm_classifier_3", _lightgbm("LGBMClassifier", Y3), CLASSIFIER),
    Kind("lgbm_regressor", _lightgbm("LGBMRegressor", YR), lambda m: m.predict(X[:10])),
    Kind(
        "lgbm_regressor_joblib",
        _lightgbm("LGBMRegressor", YR),
        lambda m: m.predict(X[:10]),
        "joblib",
    ),
    Kind("lgbm_booster", _lightgbm_raw, lambda m: m.predict(X[:10])),
]
