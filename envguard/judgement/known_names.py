"""Names of stock libraries that are known to only build values, by exact module and name.

The lists lie in ``known/``, one file for each library, every line a module and some of its names;
``benchmarks/known_names.py`` makes and extends them. A list is read when the first name of its
library is asked for. What is missing here is called unknown, never dangerous.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).with_name("known")
LIBRARIES = frozenset(
    {
        "catboost",
        "dateutil",
        "joblib",
        "lightgbm",
        "numpy",
        "pandas",
        "patsy",
        "pyarrow",
        "pytz",
        "scipy",
        "sklearn",
        "statsmodels",
        "torch",
        "xgboost",
    }
)
"""Top-level modules that have a list of their own."""
_NAMED_OTHERWISE = {
    "_catboost": "catboost",
    "_loss": "sklearn",
    "ckdtree": "scipy",
    "mtrand": "numpy",
    "qhull": "scipy",
}
"""Extension modules that call themselves by the last part of their name.

Source: the compiled modules of the releases that the lists name; Cython gives such a module its
bare name where it is compiled outside of its package.
"""
_STANDARD = "stdlib"


def is_known(module: str, name: str) -> bool:
    """Whether a pickle that names this pair only builds a value by it."""
    return name in _names(module)


def list_of(module: str) -> str | None:
    """The library whose list speaks for a module; None where only the standard library can."""
    top = module.partition(".")[0]
    return top if top in LIBRARIES else _NAMED_OTHERWISE.get(top)


@cache
def _names(module: str) -> frozenset[str]:
    return frozenset(_lines(list_of(module) or _STANDARD).get(module, "").split())


@cache
def _lines(library: str) -> dict[str, str]:
    """The text of each module's names, not yet taken apart: few of them are ever asked for."""
    found: dict[str, str] = {}
    for line in (_FOLDER / f"{library}.txt").read_text(encoding="ascii").splitlines():
        if line.startswith("#"):
            continue
        module, _, names = line.partition(" ")
        before = found.get(module)
        found[module] = names if before is None else f"{before} {names}"
    return found
