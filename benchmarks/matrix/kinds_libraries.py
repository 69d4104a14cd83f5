"""More of numpy, pandas, scipy, statsmodels and the standard library. Runs on Python 3.6."""

import functools
import operator
import statistics
import traceback
import warnings

import numpy as np
from kind import Kind

R = np.random.RandomState(2)
X = np.arange(12.0)
Y = R.normal(size=12)
POINTS = R.normal(size=(20, 2))
REGRESSORS = np.column_stack([np.ones(40), R.normal(size=(40, 2))])
RESPONSE = REGRESSORS.dot([1.0, 2.0, 3.0]) + R.normal(size=40)


def _of(module, name, *arguments, **keywords):
    """A maker that calls a name of a module, which is imported only then."""

    def make():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = __import__(module, fromlist=[name])
            return getattr(found, name)(*arguments, **keywords)

    return make


def _frame(make):
    def made():
        import pandas

        return make(pandas)

    return made


def _texts(value):
    return [str(item) for item in value]


def _printed(value):
    return repr(value) != ""


def _fitted(module, name, *arguments, **keywords):
    """A maker that fits a model."""
    fit = keywords.pop("fit", {})

    def make():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = getattr(__import__(module, fromlist=[name]), name)
            return model(*arguments, **keywords).fit(**fit)

    return make


def _big_endian():
    return np.arange(3, dtype=">f8")


def _union():
    return operator.or_(int, str)


def _rotations():
    from scipy.spatial.transform import Rotation

    return Rotation.from_euler("x", [0.1, 0.2])


def _state_space():
    import statsmodels.api

    return statsmodels.api.tsa.SARIMAX(RESPONSE).fit(disp=0)


INTERPOLATE, STATS, SPARSE, SPATIAL = (
    "scipy.interpolate",
    "scipy.stats",
    "scipy.sparse",
    "scipy.spatial",
)
SM = "statsmodels.api"

KINDS = [
    Kind("array_big_endian_joblib", _big_endian, saved="joblib"),
    Kind("array_lzma_joblib", lambda: {"x": X, "y": Y}, saved="joblib-lzma"),
    Kind("array_times", lambda: np.array([1, 2], dtype="m8[D]"), _texts),
    Kind("array_of_generators", lambda: np.array([R, None], dtype=object), len),
    Kind("machine_limits", lambda: np.finfo("f8"), lambda f: float(f.eps)),
    Kind("legendre", lambda: np.polynomial.Legendre([1, 2.0]), lambda p: p(2.0)),
    Kind("generator_sfc64", lambda: np.random.Generator(np.random.SFC64(3)), lambda r: r.random(3)),
    Kind(
        "generator_dxsm", lambda: np.random.Generator(np.random.PCG64DXSM(3)), lambda r: r.random()
    ),
    Kind("numpy_partial", lambda: functools.partial(np.mean, axis=0), lambda f: f([[1.0, 2.0]])),
    Kind("akima", _of(INTERPOLATE, "Akima1DInterpolator", X, Y), lambda f: f([1.5])),
    Kind("pchip", _of(INTERPOLATE, "PchipInterpolator", X, Y), lambda f: f([1.5])),
    Kind("make_spline", _of(INTERPOLATE, "make_interp_spline", X, Y), lambda f: f([1.5])),
    Kind(
        "interpolator_cubic", _of(INTERPOLATE, "interp1d", X, Y, kind="cubic"), lambda f: f([1.5])
    ),
    Kind(
        "radial",
        _of(INTERPOLATE, "RBFInterpolator", POINTS, X.repeat(2)[:20]),
        lambda f: f(POINTS[:2]),
    ),
    Kind("radial_old", _of(INTERPOLATE, "Rbf", X, Y), lambda f: f([1.5])),
    Kind(
        "grid",
        _of(INTERPOLATE, "RegularGridInterpolator", (X[:2], X[:2]), np.eye(2)),
        lambda f: f([[0.5, 0.5]]),
    ),
    Kind(
        "normal_vector",
        _of(STATS, "multivariate_normal", [0, 0], np.eye(2)),
        lambda d: d.pdf([0, 0]),
    ),
    Kind("frozen_beta", _of(STATS, "beta", 2.0, 3.0), lambda d: d.cdf([0.2])),
    Kind("frozen_poisson", _of(STATS, "poisson", 3), lambda d: d.pmf([2])),
    Kind(
        "histogram",
        _of(STATS, "rv_histogram", (np.array([1, 2]), np.array([0.0, 1.0, 2.0]))),
        lambda d: d.cdf([1.5]),
    ),
    Kind("line", _of(STATS, "linregress", X, Y), lambda r: [r.slope, r.intercept_stderr]),
    Kind("kd_tree_python", _of(SPATIAL, "KDTree", POINTS), lambda t: t.query([0.0, 0.0])),
    Kind("root", _of("scipy.optimize", "root_scalar", np.cos, bracket=[0, 3]), lambda r: r.root),
    Kind("rotations", _rotations, lambda r: r.apply([0.0, 1.0, 0.0])),
    Kind("bsr", _of(SPARSE, "bsr_matrix", np.eye(4)), lambda m: m.toarray()),
    Kind("dok_array", _of(SPARSE, "dok_array", np.eye(4)), lambda m: m.toarray()),
    Kind("coo_array", _of(SPARSE, "coo_array", np.eye(4)), lambda m: m.toarray()),
    Kind("weighted", _fitted(SM, "WLS", RESPONSE, REGRESSORS), lambda m: m.predict()),
    Kind("robust", _fitted(SM, "RLM", RESPONSE, REGRESSORS), lambda m: m.predict()),
    Kind(
        "probit",
        _fitted(SM, "Probit", (RESPONSE > 1).astype(int), REGRESSORS, fit={"disp": 0}),
        lambda m: m.predict(),
    ),
    Kind("state_space", _state_space, lambda m: m.forecast(2)),
    Kind("normal_distribution", lambda: statistics.NormalDist(1, 2), lambda d: d.cdf(0.5)),
    Kind("frames_of_stack", lambda: traceback.StackSummary.from_list([("a", 1, "f", "x")]), len),
    Kind("union_of_types", _union, str),
    Kind(
        "pandas_week_ends",
        _frame(
            lambda pd: pd.DataFrame(
                {"v": [1.0, 2.0]}, index=pd.date_range("2020-01-05", periods=2, freq="W")
            )
        ),
        lambda f: _texts(f.index),
        "pandas",
    ),
    Kind(
        "pandas_period_index",
        _frame(
            lambda pd: pd.DataFrame(
                {"v": [1.0, 2.0]}, index=pd.period_range("2020-01", periods=2, freq="M")
            )
        ),
        lambda f: _texts(f.index),
        "pandas",
    ),
    Kind(
        "pandas_interval_frame",
        _frame(lambda pd: pd.DataFrame({"v": pd.interval_range(0, 3)})),
        lambda f: _texts(f["v"]),
        "pandas",
    ),
    Kind(
        "pandas_deltas",
        _frame(lambda pd: pd.DataFrame({"v": pd.to_timedelta([1, 2], unit="D")})),
        lambda f: _texts(f["v"]),
        "pandas",
    ),
    Kind(
        "pandas_in_list",
        _frame(lambda pd: [pd.DataFrame({"a": [1.0, 2.0], "s": ["x", "y"]})]),
        lambda f: f[0]["a"].to_numpy(),
        "pickle",
    ),
    Kind(
        "pandas_dates_in_list",
        _frame(lambda pd: [pd.Series(pd.date_range("2020", periods=2))]),
        lambda f: _texts(f[0]),
        "pickle",
    ),
    Kind("pandas_grouper", _frame(lambda pd: pd.Grouper(key="a")), _printed, "pickle"),
    Kind("pandas_hours", _frame(lambda pd: pd.offsets.BusinessHour()), _printed, "pickle"),
    Kind(
        "timestamp_zone",
        _frame(lambda pd: pd.Timestamp("2020-01-01", tz="Europe/Paris")),
        str,
        "pickle",
    ),
]
