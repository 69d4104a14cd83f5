"""What numpy refuses, or misreads, of other releases of numpy.

Source: arrays, scalars, dtypes, generators and functions written and read in every pair of
numpy 1.16, 1.17 ... 1.26, 2.0 ... 2.5.
"""

from __future__ import annotations

from envguard.judgement.libraries.contract import END, FIRST, Contract
from envguard.judgement.libraries.marks import Mark

POLYNOMIALS = ("Polynomial", "Chebyshev", "Legendre", "Laguerre", "Hermite", "HermiteE")

SHA_CHECKSUMS = tuple(
    f"int:{number}"
    for number in (0xE3B0C44, 0x4F1061F, 0x3EAA222, 0x82A3537, 0xD83160E, 0x9704686, 0x662FB7F)
)
"""Checksums of extension classes that Cython 3 takes from SHA-256 of their fields' names: no
fields; NDArrayBacked; SeedSequence; memoryview's enumeration; intervals; k-d tree nodes; a tree
builder. Cython before 0.29.25 knows the checksum by MD5 alone, newer ones all three.

Source: https://github.com/cython/cython/blob/master/Cython/Compiler/ParseTreeTransforms.py
(_calculate_pickle_checksums), and the accepted numbers in the extension modules of numpy,
pandas, scipy and scikit-learn.
"""


def _checksum(distribution: str, package: str, end: str) -> Contract:
    return Contract(
        distribution=distribution,
        reads=(FIRST, end),
        marks=(Mark(package=package, names=("__pyx_unpickle_*",), argument=(1, SHA_CHECKSUMS)),),
        says="PickleError: Incompatible checksums",
    )


_CONSTRUCTORS = ("__bit_generator_ctor", "__generator_ctor", "__randomstate_ctor")


def _constructor(mark: Mark, end: str, says: str) -> Contract:
    return Contract(distribution="numpy", reads=(FIRST, end), marks=(mark,), says=says)


CONSTRUCTORS = (
    # Source: numpy/random/_pickle.py: 1.26 and older take the name of a bit generator only; 2.0
    # and newer write its class, or the bit generator itself, and read both.
    _constructor(
        Mark(package="numpy", names=_CONSTRUCTORS, argument=(0, ("global:", "object:"))),
        "2.0",
        "ValueError: ... is not a known BitGenerator module",
    ),
    # Source: numpy 1.24, numpy/random/_pickle.py: the constructor is passed as well.
    _constructor(
        Mark(package="numpy", names=_CONSTRUCTORS[1:], called=(2, 9)),
        "1.24",
        "TypeError: __generator_ctor() takes from 0 to 1 positional arguments",
    ),
    # Source: numpy 1.21, numpy/random/_pickle.py, BitGenerators.
    _constructor(
        Mark(package="numpy", names=_CONSTRUCTORS, argument=(0, ("str:PCG64DXSM",))),
        "1.21",
        "ValueError: PCG64DXSM is not a known BitGenerator module",
    ),
)
"""How generators and random states are built anew."""

LOADS = (
    _checksum("numpy", "numpy", "1.22"),
    _checksum("pandas", "pandas", "1.4"),
    _checksum("scipy", "scipy", "1.8"),
    # Source: numpy/_core/getlimits.py: __new__ wants the dtype, and finfo pickles without it.
    Contract(
        distribution="numpy",
        reads=(FIRST, END),
        marks=(Mark(package="numpy", names=("finfo",), made=(0, 0)),),
        says="TypeError: finfo.__new__() missing 1 required positional argument: 'dtype'",
    ),
)

USES = (
    # Source: numpy 1.24, numpy/polynomial/_polybase.py: ABCPolyBase has a symbol.
    Contract(
        distribution="numpy",
        reads=("1.24", END),
        marks=(Mark(package="numpy", names=POLYNOMIALS, lacks="_symbol"),),
        says="AttributeError: no attribute '_symbol', when it is printed or combined with another",
        level="warning",
    ),
)
