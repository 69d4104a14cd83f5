"""Load one model for real, then use it: what happens is printed, one JSON line for each step.

    python load_model.py MODEL EXAMPLE

Runs in the sample environments, so it imports nothing but the standard library and what the
model's own format needs. A crash in a later step leaves the lines of the earlier ones.
"""

from __future__ import annotations

import json
import pickle
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

# Only what PYTHONPATH and the environment offer counts, not what lies beside this script.
sys.path[:] = [entry for entry in sys.path if Path(entry) != Path(__file__).parent]


def load(path: str) -> Any:
    """The model, read as its suffix says."""
    if path.endswith(".joblib"):
        import joblib  # noqa: PLC0415  (not every environment has it)

        return joblib.load(path)
    if path.endswith(".dill"):
        import dill  # noqa: PLC0415  (not every environment has it)

        return dill.loads(Path(path).read_bytes())  # noqa: S301  (our own models)
    # cloudpickle's files are read by pickle as well
    return pickle.loads(Path(path).read_bytes())  # noqa: S301  (our own models)


def use(model: Any, example: str) -> int:
    """How many predictions the model makes for the example."""
    import numpy as np  # noqa: PLC0415  (not every environment has it)

    return len(model.predict(np.load(example, allow_pickle=False)))


def attempt(step: str, action: Callable[..., Any], *arguments: Any) -> Any:
    """What the action returns; its outcome is printed."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result, failure = action(*arguments), None
        except Exception as error:  # noqa: BLE001  (whatever it is, it is the answer)
            result, failure = None, f"{type(error).__name__}: {error}"
    names = sorted({warning.category.__name__ for warning in caught})
    print(json.dumps({"step": step, "failure": failure, "warnings": names}), flush=True)  # noqa: T201  (its answer)
    return result


if __name__ == "__main__":
    loaded = attempt("load", load, sys.argv[1])
    if loaded is not None:
        attempt("use", use, loaded, sys.argv[2])
