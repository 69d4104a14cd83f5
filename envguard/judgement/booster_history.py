"""What the wrappers of xgboost and lightgbm read of their state, by release.

Source: xgboost/sklearn.py and lightgbm/sklearn.py, basic.py of the releases named below, and the
models of each of xgboost 0.90 to 3.2 and lightgbm 2.2 to 4.7 used in the others.
"""

from __future__ import annotations

XGBOOST, LIGHTGBM = "xgboost", "lightgbm"
XGBOOST_WRAPPERS, LIGHTGBM_WRAPPERS = "xgboost.sklearn", "lightgbm.sklearn"
END = "1000"

FORM_READ = {
    "raw": ("0", "1.0"),
    "binary": ("1.0", "3.1"),
    "json": ("1.3", "3.1"),
    "ubjson": ("1.6", END),
}
"""The releases of xgboost that read a form from a pickle: first, and end."""
UPDATER_LIST_SINCE = "1.7"
"""Releases before it do not read updaters in a list (``Invalid cast, from Array to Object``)."""
OBJECTIVE_SINCE = {
    "reg:squaredlogerror": "1.0",
    "survival:aft": "1.1",
    "reg:pseudohubererror": "1.2",
    "reg:absoluteerror": "1.7",
    "reg:quantileerror": "2.0",
}
"""Source: the names in libxgboost.so of each release; others came before 1.0."""
RANKING, RANKING_REWRITTEN = "rank:", "2.0"
"""Releases before it do not read the parameters of ranking that it and newer ones write
(``Invalid cast, from Null to Object``)."""
BASE_SCORE_VECTOR_SINCE = "3.1"
"""Releases before it cannot read ``base_score`` in brackets, and take 0.5 without a word."""
DEFAULT_BASE_SCORE = 0.5

PARAMETERS: tuple[tuple[str, str, str], ...] = (
    # (parameter, first release, end): those of XGBModel.__init__ that came after 0.90.
    ("kwargs", "0", "1.5"),  # no parameter, but get_params reads it like one
    ("gpu_id", "1.0", "2.0"),
    ("interaction_constraints", "1.0", END),
    ("monotone_constraints", "1.0", END),
    ("num_parallel_tree", "1.0", END),
    ("tree_method", "1.0", END),
    ("validate_parameters", "1.0", END),
    ("enable_categorical", "1.5", END),
    ("predictor", "1.5", "2.0"),
    ("callbacks", "1.6", END),
    ("early_stopping_rounds", "1.6", END),
    ("eval_metric", "1.6", END),
    ("grow_policy", "1.6", END),
    ("max_bin", "1.6", END),
    ("max_cat_to_onehot", "1.6", END),
    ("max_leaves", "1.6", END),
    ("sampling_method", "1.6", END),
    ("feature_types", "1.7", END),
    ("max_cat_threshold", "1.7", END),
    ("device", "2.0", END),
    ("multi_strategy", "2.0", END),
    ("feature_weights", "3.0", END),
)
CLASSIFIER_PARAMETERS = (("use_label_encoder", "1.3", "2.0"),)
CLASSIFIERS = frozenset({"XGBClassifier", "XGBRFClassifier"})
PREDICT_READS_PARAMETERS = ("1.4", "2.0")
"""Releases whose predict asks for all parameters (_can_use_inplace_predict, get_params)."""
MATRIX_PARAMETERS = ("enable_categorical", "feature_types")
"""What predict of a linear booster reads in 2.0 and newer, to make a DMatrix."""
GET_PARAMS_RAISES_SINCE = "0.24"
"""scikit-learn before it takes None for a parameter that is no attribute: sklearn/base.py."""

LIGHTGBM_ATTRIBUTES = (("silent", "0", "4.0"), ("_class_weight", "2.3", END))
"""What fit of lightgbm reads, and other releases do not set."""
FITTED_READ_SINCE = "3.3"
"""lightgbm since when predict asks for ``fitted_``, which 3.0 and newer set."""
CLASSES_COMPARED_SINCE = "4.0"
"""lightgbm since when predict compares ``_n_classes``, None before in all but classifiers."""
HANDLE_RENAMED_SINCE = "4.0"
"""lightgbm since when the model stands under ``_handle``; older releases look for ``handle``."""
