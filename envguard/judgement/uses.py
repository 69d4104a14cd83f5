"""Classes that load in another release of their library and then fail when they are used.

Most of it the target's own source tells (rule EG603); this is for where that cannot be read.

Source: 55 estimators of scikit-learn 1.2.2, 1.3.2, 1.4.2, 1.5.2, 1.6.1, 1.7.2, 1.8.0 and 1.9.1,
written and used in every pair of these releases on Python 3.11 with numpy 1.26.4, and the sources
of scikit-learn 0.20 to 1.9 where an entry names them; nothing is claimed beyond.
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
    value: tuple[str, str] | None = None
    """An attribute of the state, and the constant that makes it fail, in the words of
    ObjectState."""

    @property
    def shows_in_source(self) -> bool:
        """Whether the source of the target's class tells it, where that could be read."""
        if self.value is not None or self.says.endswith(BEHIND_CONDITIONS):
            return False
        return f"'{self.name}' object has no attribute" in self.says


BEHIND_CONDITIONS = ("'monotonic_cst'",)
"""Attributes that are read only where others of the class allow it, which its source alone does
not tell."""
FIRST = "0.20"
_NMF = "sklearn.decomposition._nmf.NMF"
_SHAPE = "ValueError: Array with wrong shape passed to NMF (input H)"
_HGB = "sklearn.ensemble._hist_gradient_boosting.gradient_boosting"


def _lacks(name: str, attribute: str) -> str:
    return f"AttributeError: '{name}' object has no attribute '{attribute}'"


def _use(  # noqa: PLR0913, PLR0917  (a row of the table)
    where: str,
    wrote: tuple[str, str],
    reads: tuple[str, str],
    call: str,
    says: str,
    value: tuple[str, str] | None = None,
) -> UseContract:
    module, _, name = where.rpartition(".")
    text = says if " " in says else _lacks(name, says)
    return UseContract(
        module=module, name=name, wrote=wrote, reads=reads, call=call, says=text, value=value
    )


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
        "sklearn.tree._classes.ExtraTreeRegressor",
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
        ("0.21", "1.3.1"),
        ("1.3.1", "1.4"),
        "predict",
        "ValueError: Buffer dtype mismatch in 'node_struct.feature_idx'",
    ),
    _use(
        "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
        ("1.3.1", END),
        ("0.21", "1.3.1"),
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
        ("use_idf", "bool:True"),
    ),
    # Source: scikit-learn 1.4, ColumnTransformer.fit puts a FunctionTransformer in the place of
    # "passthrough", and transform no longer takes the text.
    _use(
        "sklearn.compose._column_transformer.ColumnTransformer",
        (FIRST, "1.4"),
        ("1.4", END),
        "transform",
        "AttributeError: 'str' object has no attribute 'transform'",
        ("remainder", "str:passthrough"),
    ),
    # Source: scikit-learn 1.2, NMF without alpha and regularization; 1.0 and 1.1 have "deprecated"
    # for them, which older releases take for a value.
    _use(
        _NMF,
        ("1.0", "1.2"),
        (FIRST, "1.0"),
        "transform",
        "ValueError: Invalid regularization parameter",
        ("regularization", "str:deprecated"),
    ),
    # Source: scikit-learn 1.3, _PLS.fit stores coef_ with one row for each target; until 1.0
    # predict multiplies by it as one column for each.
    *(
        _use(
            f"sklearn.cross_decomposition._pls.{name}",
            ("1.3", END),
            (FIRST, "1.1"),
            "predict",
            "ValueError: shapes not aligned",
        )
        for name in ("PLSRegression", "PLSCanonical", "CCA")
    ),
    # Source: scikit-learn 1.4, TargetEncoder learns several classes; 1.3 knows but two.
    _use(
        "sklearn.preprocessing._target_encoder.TargetEncoder",
        ("1.4", END),
        ("1.3", "1.4"),
        "transform",
        "ValueError: shape mismatch",
        ("target_type_", "str:multiclass"),
    ),
    # Source: scikit-learn 1.4 and 1.5, NMF's n_components is "warn" by default, since 1.6 "auto";
    # other releases take the text for a number.
    _use(_NMF, ("1.4", "1.6"), ("1.6", END), "transform", _SHAPE, ("n_components", "str:warn")),
    _use(_NMF, ("1.4", "1.6"), (FIRST, "1.4"), "transform", _SHAPE, ("n_components", "str:warn")),
    _use(_NMF, ("1.4", END), (FIRST, "1.4"), "transform", _SHAPE, ("n_components", "str:auto")),
)
