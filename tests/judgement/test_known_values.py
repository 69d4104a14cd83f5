"""Values of the standard library and numpy that models commonly hold are never dangerous."""

from __future__ import annotations

import collections
import datetime as dt
import decimal
import fractions
import functools
import logging
import operator
import pathlib
import pickle
import random
import re
import types
import uuid

import numpy as np
import pytest

from envguard.artifacts.formats import read_artifact
from envguard.judgement.dangers import dangers_of

VALUES = {
    "path": pathlib.Path("x"),
    "time": dt.datetime(2026, 1, 1, tzinfo=dt.timezone.utc),
    "decimal": decimal.Decimal(1),
    "fraction": fractions.Fraction(1, 3),
    "partial": functools.partial(int, base=2),
    "pattern": re.compile("x"),
    "counter": collections.Counter("a"),
    "default": collections.defaultdict(list),
    "uuid": uuid.UUID(int=3),
    "getter": operator.itemgetter(1),
    "logger": logging.getLogger("x"),
    "random": random.Random(1),
    "namespace": types.SimpleNamespace(a=1),
    "error": ValueError("x"),
    "builtin": len,
    "generator": np.random.default_rng(1),
    "state": np.random.RandomState(1),
    "objects": np.array([1, "a"], dtype=object),
    "record": np.zeros(2, dtype=[("a", "i4")]),
    "masked": np.ma.array([1], mask=[1]),
}


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("name", VALUES)
def test_common_values_are_vouched_for(tmp_path, name, protocol):
    path = tmp_path / "value.pkl"
    path.write_bytes(pickle.dumps(VALUES[name], protocol=protocol))
    facts = read_artifact(path)
    assert facts.complete
    assert dangers_of(facts) == ()
