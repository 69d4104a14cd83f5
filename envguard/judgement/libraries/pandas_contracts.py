"""What pandas refuses, or misreads, of other releases of pandas.

Source: frames, series, indexes, arrays, dtypes and scalars written and read, by
``pandas.read_pickle``, ``pickle.load`` and ``joblib.load``, in every pair of pandas 0.25, 1.0 ...
1.5, 2.0 ... 2.3, 3.0 and 3.1.
"""

from __future__ import annotations

from envguard.judgement.libraries.contract import END, FIRST, Contract
from envguard.judgement.libraries.marks import Mark

BACKED = (
    "Categorical",
    "DatetimeArray",
    "TimedeltaArray",
    "PeriodArray",
    "NumpyExtensionArray",
    "PandasArray",
    "StringArray",
    "ArrowStringArrayNumpySemantics",
    "StringArrayNumpySemantics",
)
"""Arrays whose state is that of NDArrayBacked."""
FRAMES = ("DataFrame", "Series")
BLOCK_OF_1_3 = Mark(
    package="functools",
    names=("partial",),
    argument=(0, ("global:pandas.core.internals.blocks.new_block",)),
)
"""Only pandas 1.3 writes blocks so."""


STRINGS_OF_1_2 = Mark(package="pandas", names=("StringDtype",), made=(0, 0), stateless=True)
"""Only pandas 1.0 to 1.2 write it so."""


def _contract(*marks: Mark, reads: tuple[str, str], says: str) -> Contract:
    return Contract(distribution="pandas", reads=reads, marks=marks, says=says)


def _reads(names: tuple[str, ...], attribute: str, first: str, end: str = END) -> Contract:
    """These releases read an attribute that the state of others has not."""
    return Contract(
        distribution="pandas",
        reads=(first, end),
        marks=(Mark(package="pandas", names=names, lacks=attribute),),
        says=f"AttributeError: no attribute '{attribute}'",
    )


LOADS = (
    # Source: pandas/core/arrays/string_.py: StringDtype.__init__ takes nothing before 1.3,
    # storage since, na_value as well since 2.3, and is called with all of them from 2.3 on.
    _contract(
        Mark(package="pandas", names=("StringDtype",), called=(1, 9)),
        reads=(FIRST, "1.3"),
        says="TypeError: StringDtype() takes no arguments",
    ),
    _contract(
        Mark(package="pandas", names=("StringDtype",), called=(2, 9)),
        reads=("1.3", "2.3"),
        says="TypeError: StringDtype.__init__() takes from 1 to 2 positional arguments",
    ),
    # Source: pandas/_libs/arrays.pyx: NDArrayBacked.__setstate__ of 3.0 takes a state without a
    # dict of attributes, which earlier ones do not write and refuse.
    _contract(
        Mark(package="pandas", names=BACKED, shapes=("tuple:2",)),
        reads=(FIRST, "3.0"),
        says="NotImplementedError of the dtype and the values",
    ),
    # Source: pandas/_libs/tslibs/timestamps.pyx: _unpickle_timestamp has a fourth argument, the
    # resolution, since 1.5.
    _contract(
        Mark(package="pandas", names=("_unpickle_timestamp",), called=(4, 9)),
        reads=(FIRST, "1.5"),
        says="TypeError: _unpickle_timestamp() takes exactly 3 positional arguments",
    ),
    # Source: pandas/core/arrays/interval.py: IntervalArray keeps its dtype since 1.3; building a
    # block reads it.
    Contract(
        distribution="pandas",
        reads=("1.3", END),
        marks=(
            Mark(package="pandas", names=("__pyx_unpickle_IntervalMixin",), called=(3, 3)),
            Mark(package="pandas", names=FRAMES, shapes=("dict",)),
        ),
        absent=(("pandas", "IntervalDtype"),),
        says="AttributeError: 'IntervalArray' object has no attribute '_dtype'",
    ),
    # Source: pandas/core/dtypes/dtypes.py of 2.1: PeriodDtype is made with its freq.
    _contract(
        Mark(package="pandas", names=("PeriodDtype",), made=(0, 0)),
        reads=("2.1", END),
        says="TypeError: PeriodDtype.__new__() missing 1 required positional argument: 'freq'",
    ),
    # Source: pandas/_libs/tslibs/period.pyx: PeriodMixin is an extension class in 1.1 and 1.2.
    _contract(
        Mark(package="pandas", names=("PeriodArray",), shapes=("dict",), has="_data"),
        reads=("1.1", "1.3"),
        says="TypeError: Expected tuple, got dict",
    ),
    Contract(
        distribution="pandas",
        reads=("1.3", END),
        marks=(Mark(package="pandas", names=("__pyx_unpickle_PeriodMixin",), called=(3, 3)),),
        says="TypeError: PeriodMixin.__new__(PeriodArray) is not safe",
        rescued=True,
    ),
    # Source: pandas/core/internals/blocks.py: new_block insists on a BlockPlacement since 2.1.
    Contract(
        distribution="pandas",
        reads=("2.1", END),
        marks=(BLOCK_OF_1_3,),
        says="TypeError: Argument 'placement' has incorrect type",
        rescued=True,
    ),
    # Source: pandas 1.4: periods in a frame have two dimensions; those of an index never had.
    Contract(
        distribution="pandas",
        reads=("1.4", END),
        marks=(
            BLOCK_OF_1_3,
            Mark(package="pandas", names=("PeriodArray",), shapes=("tuple:3",)),
            Mark(package="pandas", names=("DataFrame",), shapes=("dict",)),
        ),
        absent=(("pandas", "PeriodIndex"),),
        says="ValueError: Wrong number of dimensions. values.ndim != ndim",
    ),
    # Source: pandas/core/indexes/datetimes.py, _new_DatetimeIndex: 3.1 keeps the frequency with
    # the index, before with its values.
    _contract(
        Mark(
            package="pandas",
            names=("DatetimeIndex", "TimedeltaIndex"),
            has="freq",
            value=("freq", ("object:",)),
        ),
        Mark(package="pandas", names=("DatetimeArray", "TimedeltaArray"), shapes=("tuple:2",)),
        reads=("3.0", "3.1"),
        says="AssertionError",
    ),
    # Source: pandas/_libs/tslibs/offsets.pyx: Easter has a method since 3.0.
    _contract(
        Mark(package="pandas", names=("Easter",), called=(3, 9)),
        reads=(FIRST, "3.0"),
        says="TypeError: __init__() takes at most 2 positional arguments (3 given)",
    ),
)

USES = (
    # Source: pandas/core/generic.py: NDFrame keeps its blocks as _mgr since 1.1, and reads the
    # older name.
    _reads(FRAMES, "_data", FIRST, "1.1"),
    _reads(("Grouper", "TimeGrouper"), "axis", FIRST, "3.0"),
    _reads(("Grouper", "TimeGrouper"), "dropna", "1.1"),
    _reads(("PandasDtype",), "_name", FIRST, "1.0"),
    # Source: pandas/core/arrays/string_.py: before 1.3 the dtype has no state at all; printing it
    # reads storage, and from 2.3 on every use reads _na_value.
    Contract(
        distribution="pandas",
        reads=("2.3", END),
        marks=(STRINGS_OF_1_2,),
        says="AttributeError: 'StringDtype' object has no attribute '_na_value'",
    ),
    # Source: pandas GH 61763: 2.3.0 alone does not read the state of 1.3 to 2.2.
    Contract(
        distribution="pandas",
        reads=("2.3", "2.3.1"),
        marks=(Mark(package="pandas", names=("StringDtype",), has="storage", lacks="_na_value"),),
        says="AttributeError: 'StringDtype' object has no attribute '_na_value'",
    ),
    Contract(
        distribution="pandas",
        reads=("1.3", "2.3"),
        marks=(STRINGS_OF_1_2,),
        says="AttributeError: 'StringDtype' object has no attribute 'storage', when it is printed",
        level="warning",
    ),
    Contract(
        distribution="pandas",
        reads=("1.3", END),
        marks=(Mark(package="pandas", names=("__pyx_unpickle_IntervalMixin",), called=(3, 3)),),
        absent=(("pandas", "IntervalDtype"),),
        says="AttributeError: 'IntervalArray' object has no attribute '_dtype'",
    ),
    Contract(
        distribution="pandas",
        reads=(FIRST, "1.3"),
        marks=(
            Mark(package="pandas", names=("__pyx_unpickle_IntervalMixin",), called=(3, 3)),
            Mark(package="pandas", names=("IntervalDtype",), made=(0, 9)),
        ),
        says="AttributeError: 'IntervalArray' object has no attribute '_closed'",
    ),
)
