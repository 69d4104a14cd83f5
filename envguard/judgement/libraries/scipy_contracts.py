"""What scipy refuses, or misreads, of other releases of scipy.

Source: sparse matrices, interpolators, distributions, trees, rotations and results written and
read in every pair of scipy 1.2, 1.3 ... 1.17.
"""

from __future__ import annotations

from envguard.judgement.libraries.contract import END, FIRST, Contract
from envguard.judgement.libraries.marks import Mark

DISTRIBUTIONS = ("*_gen", "rv_histogram", "rv_discrete", "rv_continuous")
PIECEWISE = (
    "PPoly",
    "BPoly",
    "CubicSpline",
    "CubicHermiteSpline",
    "PchipInterpolator",
    "Akima1DInterpolator",
)

_KS_FIELD = "statistic_location"


def _contract(mark: Mark, reads: tuple[str, str], says: str) -> Contract:
    return Contract(distribution="scipy", reads=reads, marks=(mark,), says=says)


def _reads(names: tuple[str, ...], attribute: str, first: str, end: str = END) -> Contract:
    """These releases read an attribute that the state of others has not."""
    return Contract(
        distribution="scipy",
        reads=(first, end),
        marks=(Mark(package="scipy", names=names, lacks=attribute),),
        says=f"AttributeError: no attribute '{attribute}'",
    )


LOADS = (
    # Source: scipy 1.6, scipy/spatial/_kdtree.py: KDTree became a cKDTree, whose state is a tuple.
    _contract(
        Mark(package="scipy", names=("KDTree",), shapes=("dict",)),
        ("1.6", END),
        "ValueError: need more than 7 values to unpack",
    ),
    _contract(
        Mark(package="scipy", names=("KDTree",), shapes=("tuple:10",)),
        (FIRST, "1.6"),
        "UnpicklingError: state is not a dictionary",
    ),
    # Source: scipy 1.3, scipy/spatial/ckdtree.pyx: the nodes are an array, bytes before.
    _contract(
        Mark(package="scipy", names=("cKDTree",), value=("[0]", ("object:numpy.ndarray",))),
        (FIRST, "1.3"),
        "TypeError: expected bytes, numpy.ndarray found",
    ),
    # Source: scipy 1.6, scipy/stats/_distn_infrastructure.py: rv_generic.__setstate__ took a
    # pair of constructor arguments and random state before, a dict since.
    _contract(
        Mark(package="scipy", names=DISTRIBUTIONS, shapes=("dict",), has="_ctor_param"),
        (FIRST, "1.6"),
        "ValueError: too many values to unpack (expected 2)",
    ),
    _contract(
        Mark(package="scipy", names=("rv_histogram",), shapes=("tuple:2",)),
        ("1.6", END),
        "TypeError: __init__() missing 1 required positional argument: 'histogram'",
    ),
    # Source: scipy 1.6, scipy/spatial/transform/rotation.pyx: an extension class since, with a
    # state of two; scipy 1.17, _rotation.py: takes any state, and fails when used.
    _contract(
        Mark(package="scipy", names=("Rotation",), shapes=("dict",), has="_quat"),
        ("1.6", "1.17"),
        "AttributeError: 'str' object has no attribute 'copy'",
    ),
    _contract(
        Mark(package="scipy", names=("Rotation",), shapes=("tuple:2",)),
        (FIRST, "1.6"),
        "UnpicklingError: state is not a dictionary",
    ),
    # Source: scipy 1.17, scipy/interpolate/_rbfinterp.py: __getstate__ gives two tuples.
    _contract(
        Mark(package="scipy", names=("RBFInterpolator",), shapes=("tuple:2",)),
        (FIRST, "1.17"),
        "UnpicklingError: state is not a dictionary",
    ),
    _contract(
        Mark(package="scipy", names=("RBFInterpolator",), shapes=("dict",)),
        ("1.17", END),
        "ValueError: too many values to unpack (expected 2)",
    ),
    # Source: scipy 1.6, scipy/stats/_stats_mstats_common.py: a tuple with an extra field.
    _contract(
        Mark(package="scipy", names=("LinregressResult",), keyword="intercept_stderr"),
        (FIRST, "1.6"),
        "TypeError: __new__() got an unexpected keyword argument 'intercept_stderr'",
    ),
    # Source: scipy 1.10, scipy/stats/_stats_py.py: the same of KstestResult.
    _contract(
        Mark(package="scipy", names=("KstestResult", "Ks_2sampResult"), keyword=_KS_FIELD),
        (FIRST, "1.10"),
        f"TypeError: <lambda>() got an unexpected keyword argument '{_KS_FIELD}'",
    ),
    # Source: scipy 1.11, scipy/optimize/_zeros_py.py: RootResults became a dict.
    _contract(
        Mark(package="scipy", names=("RootResults",), made=(0, 0), stateless=True),
        (FIRST, "1.11"),
        "TypeError: 'RootResults' object does not support item assignment",
    ),
)

USES = (
    Contract(
        distribution="scipy",
        reads=("1.17", END),
        marks=(Mark(package="scipy", names=("Rotation",), shapes=("dict",), has="_quat"),),
        says="ValueError: Buffer has wrong number of dimensions",
    ),
    Contract(
        distribution="scipy",
        reads=("1.6", END),
        marks=(Mark(package="scipy", names=("LinregressResult",), made=(0, 5), stateless=True),),
        says="KeyError: 'intercept_stderr'",
    ),
    Contract(
        distribution="scipy",
        reads=("1.10", END),
        marks=(Mark(package="scipy", names=("KstestResult",), made=(0, 2), stateless=True),),
        says=f"KeyError: '{_KS_FIELD}'",
    ),
    # Source: the classes' __init__ in scipy/stats, scipy/sparse, scipy/interpolate and
    # scipy/integrate of the releases named here.
    _reads(("gaussian_kde",), "cho_cov", "1.10"),
    _reads(("gaussian_kde",), "inv_cov", FIRST, "1.10"),
    _reads(("gaussian_kde",), "_norm_factor", FIRST, "1.5"),
    _reads(("multivariate_normal_frozen",), "cov_object", "1.10"),
    _reads(("multivariate_normal_frozen",), "allow_singular", "1.9", "1.10"),
    _reads(("dok_matrix", "dok_array"), "_dict", "1.12"),
    _reads(("coo_array",), "coords", "1.13"),
    _reads(("coo_array", "coo_matrix"), "row", FIRST, "1.13"),
    _reads(("OdeSolution",), "side", "1.12"),
    _reads(("Rbf",), "_target_dim", "1.4"),
    _reads(("RegularGridInterpolator",), "_spline", "1.15"),
    _reads(("RegularGridInterpolator",), "_grid", "1.17"),
    _reads(("RegularGridInterpolator",), "grid", FIRST, "1.17"),
    _reads(("BSpline",), "_t", "1.17"),
    _reads(("BSpline",), "t", FIRST, "1.17"),
    _reads(PIECEWISE, "_asarray", "1.17"),
    _reads(PIECEWISE, "c", FIRST, "1.17"),
)
