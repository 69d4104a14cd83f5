"""Arrays, frames, and objects of scipy, statsmodels and the standard library."""

import collections
import datetime
import decimal
import functools
import operator
import pathlib
import random
import re
import uuid

import numpy as np
from kind import Kind

R = np.random.RandomState(1)
A = R.normal(size=(12, 3))


def _frame():
    import pandas

    return pandas.DataFrame(
        {
            "a": A[:, 0],
            "b": np.arange(12),
            "c": list("xyzxyzxyzxyz"),
            "d": np.arange(12) % 2 == 0,
            "e": pandas.date_range("2020-01-01", periods=12),
        }
    )


def _pandas(name, make, uses=None, saved="pandas"):
    def made():
        import pandas

        return make(pandas)

    return Kind(name, made, uses, saved)


def _values(value):
    return [str(getattr(value, "dtype", "")) and "", list(map(str, value))]


def _numbers(frame):
    return [frame[["a", "b"]].to_numpy(), list(map(str, frame["c"])), list(map(str, frame["e"]))]


def _scipy(name, make, uses=None, saved="pickle"):
    return Kind(name, make, uses, saved)


def _sparse(form):
    def make():
        from scipy import sparse

        return getattr(sparse, form)(np.where(A > 0, A, 0))

    return make


def _interpolator():
    from scipy.interpolate import interp1d

    return interp1d(np.arange(12.0), A[:, 0])


def _spline():
    from scipy.interpolate import CubicSpline

    return CubicSpline(np.arange(12.0), A[:, 0])


def _univariate():
    from scipy.interpolate import UnivariateSpline

    return UnivariateSpline(np.arange(12.0), A[:, 0])


def _frozen():
    from scipy import stats

    return stats.norm(loc=1.0, scale=2.0)


def _kernel_density():
    from scipy import stats

    return stats.gaussian_kde(A[:, 0])


def _tree():
    from scipy.spatial import cKDTree

    return cKDTree(A)


def _rotation():
    from scipy.spatial.transform import Rotation

    return Rotation.from_euler("z", 0.3)


def _optimum():
    from scipy import optimize

    return optimize.minimize(lambda x: float((x[0] - 1) ** 2), [0.0])


def _ols():
    import statsmodels.api as sm

    return sm.OLS(A[:, 0], sm.add_constant(A[:, 1:])).fit()


def _formula():
    import statsmodels.formula.api as smf

    return smf.ols("a ~ b", _frame()).fit()


def _logit():
    import statsmodels.api as sm

    return sm.Logit((A[:, 0] + A[::-1, 1] > 0).astype(int), A[:, 1:2]).fit(disp=0)


def _glm():
    import statsmodels.api as sm

    return sm.GLM(np.arange(12), A, family=sm.families.Poisson()).fit()


def _arima():
    from statsmodels.tsa.arima.model import ARIMA

    return ARIMA(np.cumsum(A[:, 0]), order=(1, 0, 0)).fit()


def _smoothing():
    from statsmodels.tsa.holtwinters import SimpleExpSmoothing

    return SimpleExpSmoothing(np.abs(A[:, 0]) + 1).fit()


def _mixed_array():
    found = np.empty(3, dtype=object)
    found[:] = ["a", 1.5, datetime.date(2020, 1, 1)]
    return found


Point = collections.namedtuple("Point", "x y")

ZOO = {
    "ordered": collections.OrderedDict([("a", 1), ("b", 2)]),
    "counter": collections.Counter("hello"),
    "deque": collections.deque([1, 2, 3], maxlen=5),
    "default": collections.defaultdict(list, {"a": [1]}),
    "date": datetime.datetime(2020, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc),
    "delta": datetime.timedelta(seconds=5),
    "decimal": decimal.Decimal("1.10"),
    "uuid": uuid.UUID(int=5),
    "set": {1, 2},
    "frozen": frozenset([1]),
    "bytes": b"abc",
    "complex": 1 + 2j,
    "range": range(3),
    "slice": slice(1, 2),
}

KINDS = [
    Kind("array", lambda: A),
    Kind("array_joblib", lambda: {"a": A, "b": A[:, :2].T}, saved="joblib"),
    Kind("array_joblib_gzip", lambda: [A, A.astype("f4")], saved="joblib-gzip"),
    Kind("array_joblib_mixed", lambda: [A, _mixed_array(), "x", A > 0], saved="joblib"),
    Kind("array_protocol_2", lambda: A, saved="pickle-2"),
    Kind("array_fortran", lambda: np.asfortranarray(A)),
    Kind("array_structured", lambda: np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")])),
    Kind("array_object", _mixed_array),
    Kind(
        "array_dates",
        lambda: np.array(["2020-01-01", "NaT"], dtype="M8[D]"),
        lambda a: a.astype(str),
    ),
    Kind("array_masked", lambda: np.ma.masked_greater(A, 0), lambda a: a.filled(0)),
    Kind("scalar", lambda: np.float32(1.5), float),
    Kind("dtype", lambda: np.dtype("f8"), str),
    Kind("matrix", lambda: np.asmatrix(A), lambda a: np.asarray(a)),
    Kind("record_array", lambda: np.rec.array([(1, 2.0)], names="a,b"), lambda a: list(a.a)),
    Kind("random_state", lambda: np.random.RandomState(3), lambda r: r.normal(size=3)),
    Kind("generator", lambda: np.random.default_rng(3), lambda r: r.normal(size=3)),
    Kind(
        "generator_philox", lambda: np.random.Generator(np.random.Philox(3)), lambda r: r.random(3)
    ),
    Kind("bit_generator", lambda: np.random.MT19937(3), lambda r: r.random_raw(2)),
    Kind("seed_sequence", lambda: np.random.SeedSequence(3), lambda s: s.generate_state(2)),
    Kind("poly1d", lambda: np.poly1d([1, 2, 3]), lambda p: p(2.0)),
    Kind("chebyshev", lambda: np.polynomial.Chebyshev([1, 2, 3]), lambda p: p(2.0)),
    Kind("ufunc", lambda: np.log1p, lambda f: f(1.0)),
    Kind("numpy_function", lambda: np.nanmean, lambda f: f([1.0, 2.0])),
    Kind("float64_type", lambda: np.float64, lambda t: float(t(1))),
    Kind("csr", _sparse("csr_matrix")),
    Kind("csc", _sparse("csc_matrix")),
    Kind("coo_joblib", _sparse("coo_matrix"), saved="joblib"),
    Kind("lil", _sparse("lil_matrix")),
    Kind("dok", _sparse("dok_matrix")),
    Kind("csr_array", _sparse("csr_array")),
    Kind("interpolator", _interpolator, lambda f: f([1.5, 2.5])),
    Kind("cubic_spline", _spline, lambda f: f([1.5, 2.5])),
    Kind("univariate_spline", _univariate, lambda f: f([1.5, 2.5])),
    Kind("frozen_normal", _frozen, lambda d: d.cdf([0.0, 1.0])),
    Kind("gaussian_kde", _kernel_density, lambda d: d([0.0, 1.0])),
    Kind("kd_tree", _tree, lambda t: t.query([0.0, 0.0, 0.0])),
    Kind("rotation", _rotation, lambda r: r.apply([1.0, 0.0, 0.0])),
    Kind("optimum", _optimum, lambda o: round(float(o.x[0]), 3)),
    Kind("ols", _ols, lambda m: m.predict()),
    Kind("ols_formula", _formula, lambda m: m.params.to_numpy()),
    Kind("logit", _logit, lambda m: m.predict()),
    Kind("glm", _glm, lambda m: m.predict()),
    Kind("arima", _arima, lambda m: m.forecast(2)),
    Kind("smoothing", _smoothing, lambda m: m.forecast(2)),
    _pandas("pandas_frame", lambda pd: _frame(), _numbers),
    _pandas("pandas_frame_plain", lambda pd: _frame(), _numbers, "pickle"),
    _pandas("pandas_frame_joblib", lambda pd: _frame(), _numbers, "joblib"),
    _pandas("pandas_frame_gzip", lambda pd: _frame(), _numbers, "pandas-gzip"),
    _pandas(
        "pandas_floats", lambda pd: pd.DataFrame(A, columns=list("abc")), lambda f: f.to_numpy()
    ),
    _pandas("pandas_series", lambda pd: pd.Series([1, 2, 3], name="x"), _values),
    _pandas(
        "pandas_texts", lambda pd: pd.Series(["a", "b", None]), lambda s: s.fillna("-").tolist()
    ),
    _pandas("pandas_index_plain", lambda pd: pd.Index([1.5, 2.5]), _values, "pickle"),
    _pandas("pandas_int_index_plain", lambda pd: pd.Index([1, 5, 9]), _values, "pickle"),
    _pandas("pandas_range_plain", lambda pd: pd.RangeIndex(3), _values, "pickle"),
    _pandas("pandas_dates_plain", lambda pd: pd.date_range("2020", periods=3), _values, "pickle"),
    _pandas(
        "pandas_zone", lambda pd: pd.Series(pd.date_range("2020", periods=3, tz="UTC")), _values
    ),
    _pandas(
        "pandas_multi",
        lambda pd: pd.Series([1, 2], index=pd.MultiIndex.from_tuples([(1, "a"), (2, "b")])),
        lambda s: [s.tolist(), list(map(str, s.index))],
    ),
    _pandas("pandas_categories", lambda pd: pd.Series(list("aab"), dtype="category"), _values),
    _pandas(
        "pandas_periods",
        lambda pd: pd.Series(pd.period_range("2020-01", periods=3, freq="M")),
        _values,
    ),
    _pandas("pandas_intervals", lambda pd: pd.Series(pd.interval_range(0, 3)), _values),
    _pandas(
        "pandas_nullable",
        lambda pd: pd.Series([1, None, 3], dtype="Int64"),
        lambda s: s.fillna(0).tolist(),
    ),
    _pandas("pandas_strings", lambda pd: pd.Series(["a", "b"], dtype="string"), _values),
    _pandas(
        "pandas_sparse",
        lambda pd: pd.Series(pd.arrays.SparseArray([0, 0, 1])),
        lambda s: list(np.asarray(s)),
    ),
    _pandas(
        "timestamp", lambda pd: pd.Timestamp("2020-01-01 10:00"), lambda t: t.isoformat(), "pickle"
    ),
    _pandas("timedelta", lambda pd: pd.Timedelta(days=2), lambda t: t.total_seconds(), "pickle"),
    _pandas(
        "month_end",
        lambda pd: pd.offsets.MonthEnd(2),
        lambda o: str(datetime.datetime(2020, 1, 5) + o),
        "pickle",
    ),
    _pandas(
        "categorical_type",
        lambda pd: pd.CategoricalDtype(["a", "b"]),
        lambda d: list(d.categories),
        "pickle",
    ),
    Kind("dict_of_things", lambda: ZOO, lambda z: sorted(z)),
    Kind("path", lambda: pathlib.Path("a") / "b", str),
    Kind("pure_path", lambda: pathlib.PurePosixPath("a/b"), str),
    Kind("pattern", lambda: re.compile("a+"), lambda p: p.pattern),
    Kind("partial", lambda: functools.partial(int, base=2), lambda f: f("101")),
    Kind("item_getter", lambda: operator.itemgetter(1), lambda f: f([1, 2])),
    Kind("random", lambda: random.Random(4), lambda r: r.random()),
    Kind("exception", lambda: ValueError("x", 1), lambda e: list(map(str, e.args))),
]
