"""What ``pandas.read_pickle`` gets over and ``pickle.load`` does not.

A pickle whose outermost object is a DataFrame or a Series is taken to be read by
``pandas.read_pickle``: that is the other half of ``to_pickle``, which only they have. Where
loading fails by a missing name or by a TypeError, it loads a second time and maps names that
moved.

Source: pandas/compat/pickle_compat.py and pandas/io/pickle.py of pandas 0.25.3 to 3.1.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.facts.unknown import Unknown
from envguard.judgement.versions import within

if TYPE_CHECKING:
    from envguard.judgement.case import Case

JOBLIB_ARRAY = "NumpyArrayWrapper"
"""What each dump of joblib needs for its arrays; other compressed pickles are ``to_pickle``'s."""
FRAMES = frozenset({"DataFrame", "Series"})
_OLD = ("0.25", "3.0")
MAPPED: dict[tuple[str, str], tuple[str, str]] = {
    ("pandas.core.indexes.numeric", "Int64Index"): ("2.0", "99999"),
    ("pandas.core.indexes.numeric", "UInt64Index"): ("2.0", "99999"),
    ("pandas.core.indexes.numeric", "Float64Index"): ("2.0", "99999"),
    ("pandas.core.internals.blocks", "new_block"): ("2.1", "99999"),
    ("pandas.core.arrays.sparse.dtype", "SparseDtype"): ("2.1", "99999"),
    ("pandas._libs.tslibs.nattype", "__nat_unpickle"): ("3.0", "99999"),
    ("pandas.core.base", "FrozenNDArray"): _OLD,
    ("pandas.core.indexes.frozen", "FrozenNDArray"): ("1.0", "3.0"),
    ("pandas.core.base", "FrozenList"): _OLD,
    ("pandas.core.sparse.array", "SparseArray"): _OLD,
    ("pandas.core.series", "TimeSeries"): _OLD,
    ("pandas._sparse", "BlockIndex"): _OLD,
    ("pandas.tslib", "Timestamp"): _OLD,
    ("pandas._period", "Period"): _OLD,
    ("pandas._libs.period", "Period"): _OLD,
    ("pandas.tslib", "__nat_unpickle"): _OLD,
    ("pandas._libs.tslib", "__nat_unpickle"): _OLD,
    ("pandas.sparse.array", "SparseArray"): _OLD,
    ("pandas.indexes.base", "_new_Index"): _OLD,
    ("pandas.indexes.base", "Index"): _OLD,
    ("pandas.indexes.numeric", "Int64Index"): _OLD,
    ("pandas.indexes.numeric", "Float64Index"): _OLD,
    ("pandas.indexes.range", "RangeIndex"): _OLD,
    ("pandas.indexes.multi", "MultiIndex"): _OLD,
    ("pandas.tseries.index", "_new_DatetimeIndex"): _OLD,
    ("pandas.tseries.index", "DatetimeIndex"): _OLD,
    ("pandas.tseries.period", "PeriodIndex"): _OLD,
    ("pandas.core.categorical", "Categorical"): _OLD,
    ("pandas.tseries.tdi", "TimedeltaIndex"): _OLD,
    ("pandas.core.sparse.series", "SparseSeries"): ("1.0", "2.0"),
    ("pandas.core.sparse.frame", "SparseDataFrame"): ("1.0", "2.0"),
}
"""Names that moved, and the releases that map them: first, and end."""


def read_by_pandas(case: Case) -> bool:
    """Whether the artifact is one that people read with ``pandas.read_pickle``."""
    facts = case.facts
    if facts is None or facts.root is None or facts.serializer not in {"pickle", "joblib"}:
        return False
    if any(need.name == JOBLIB_ARRAY for need in case.needs):
        return False
    package, _, rest = facts.root.partition(".")
    return package == "pandas" and rest.rpartition(".")[2] in FRAMES


def mapped(case: Case, module: str, name: str) -> bool:
    """Whether ``pandas.read_pickle`` of the target finds a name elsewhere."""
    releases = MAPPED.get((module, name))
    if releases is None:
        return False
    version = case.target_version("pandas")
    return version is not None and not isinstance(version, Unknown) and within(version, *releases)
