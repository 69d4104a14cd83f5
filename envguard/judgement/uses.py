"""Classes that load in another release of their library and then fail when they are used.

Source: 55 estimators of scikit-learn 1.2.2, 1.3.2, 1.4.2, 1.5.2, 1.6.1, 1.7.2, 1.8.0 and 1.9.1,
written and used in every pair of these releases on Python 3.11 with numpy 1.26.4; nothing is
claimed beyond them, nor where it depends on parameters (a ColumnTransformer that passes columns
through, written before 1.4).
"""

from __future__ import annotations

from msgspec import Struct

END = "1.10"
"""The end of the releases of scikit-learn that were tried."""


class UseContract(Struct, frozen=True, kw_only=True):
    """A class that loads in another release of its library and fails when it is used."""

    module: str
    name: str
    wrote: tuple[str, str]
    """The releases that wrote it: first, and end."""
    reads: tuple[str, str]
    """The releases that then fail: first, and end."""
    call: str
    says: str
    """The exception."""
    distribution: str = "scikit-learn"


_HGB = "sklearn.ensemble._hist_gradient_boosting.gradient_boosting"


def _lacks(name: str, attribute: str) -> str:
    return f"AttributeError: '{name}' object has no attribute '{attribute}'"


def _use(
    where: str, wrote: tuple[str, str], reads: tuple[str, str], call: str, says: str
) -> UseContract:
    module, _, name = where.rpartition(".")
    text = says if " " in says else _lacks(name, says)
    return UseContract(module=module, name=name, wrote=wrote, reads=reads, call=call, says=text)


# Source: the experiment named above; the attribute is set by ``fit`` of newer (or older) releases.
USES = (
    _use(
        "sklearn.impute._base.SimpleImputer",
        ("1.2", "1.8"),
        ("1.8", END),
        "transform",
        "_fill_dtype",
    ),
    _use(
        "sklearn.linear_model._logistic.LogisticRegression",
        ("1.8", END),
        ("1.2", "1.8"),
        "predict_proba",
        "multi_class",
    ),
    _use(
        "sklearn.linear_model._logistic.LogisticRegressionCV",
        ("1.8", END),
        ("1.2", "1.8"),
        "predict_proba",
        "multi_class",
    ),
    _use(
        "sklearn.tree._classes.DecisionTreeClassifier",
        ("1.3", "1.4"),
        ("1.4", "1.9"),
        "predict",
        "monotonic_cst",
    ),
    _use(
        "sklearn.tree._classes.DecisionTreeRegressor",
        ("1.3", "1.4"),
        ("1.4", "1.9"),
        "predict",
        "monotonic_cst",
    ),
    _use(
        "sklearn.tree._classes.ExtraTreeClassifier",
        ("1.3", "1.4"),
        ("1.6", "1.9"),
        "predict",
        "monotonic_cst",
    ),
    _use(
        "sklearn.ensemble._weight_boosting.AdaBoostClassifier",
        ("1.8", END),
        ("1.3", "1.6"),
        "predict",
        "algorithm",
    ),
    _use(
        "sklearn.ensemble._gb.GradientBoostingClassifier",
        ("1.4", END),
        ("1.3", "1.4"),
        "predict",
        "AttributeError: 'HalfBinomialLoss' object has no attribute 'get_init_raw_predictions'",
    ),
    _use(
        f"{_HGB}.HistGradientBoostingClassifier",
        ("1.2", "1.4"),
        ("1.4", "1.6"),
        "predict",
        "_preprocessor",
    ),
    _use(
        f"{_HGB}.HistGradientBoostingRegressor",
        ("1.2", "1.4"),
        ("1.4", "1.6"),
        "predict",
        "_preprocessor",
    ),
    _use(
        "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
        ("1.2", "1.3"),
        ("1.3", "1.4"),
        "predict",
        "ValueError: Buffer dtype mismatch in 'node_struct.feature_idx'",
    ),
    _use(
        "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
        ("1.3", END),
        ("1.2", "1.3"),
        "predict",
        "ValueError: Buffer dtype mismatch in 'node_struct.feature_idx'",
    ),
    _use(
        "sklearn.compose._column_transformer.ColumnTransformer",
        ("1.4", END),
        ("1.2", "1.4"),
        "transform",
        "_name_to_fitted_passthrough",
    ),
    _use(
        "sklearn.preprocessing._encoders.OrdinalEncoder",
        ("1.2", "1.3"),
        ("1.3", END),
        "transform",
        "_infrequent_enabled",
    ),
    _use(
        "sklearn.preprocessing._polynomial.SplineTransformer",
        ("1.2", "1.3"),
        ("1.3", "1.8"),
        "transform",
        "sparse_output",
    ),
    _use(
        "sklearn.preprocessing._polynomial.SplineTransformer",
        ("1.2", "1.8"),
        ("1.8", END),
        "transform",
        "handle_missing",
    ),
    _use(
        "sklearn.feature_extraction.text.TfidfTransformer",
        ("1.5", END),
        ("1.2", "1.5"),
        "transform",
        "NotFittedError: idf vector is not fitted",
    ),
)
