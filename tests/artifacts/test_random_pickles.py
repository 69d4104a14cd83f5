from __future__ import annotations

import collections
import datetime as dt
import decimal
import fractions
import io
import pickle
import uuid
from _compat_pickle import IMPORT_MAPPING, NAME_MAPPING

import joblib
import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from envguard.artifacts.journal import Journal
from envguard.artifacts.pickle_file import walk_pickles

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.complex_numbers()
    | st.text(max_size=300)
    | st.binary(max_size=300)
    | st.binary(max_size=20).map(bytearray)
    | st.datetimes()
    | st.decimals()
    | st.fractions()
    | st.uuids()
    | st.sampled_from([len, dict, decimal.Decimal, collections.OrderedDict, range(3), ...])
)
KEYS = st.none() | st.integers() | st.text(max_size=20) | st.binary(max_size=20)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=6)
        | st.lists(inner, max_size=5).map(tuple)
        | st.dictionaries(KEYS, inner, max_size=5)
        | st.frozensets(KEYS, max_size=4)
        | st.sets(KEYS, max_size=4)
        | st.lists(inner, max_size=3).map(collections.deque)
        | st.lists(inner, max_size=3).map(lambda items: [items, items])
    ),
    max_leaves=30,
)
RELAXED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Recording(pickle.Unpickler):
    def __init__(self, content):
        super().__init__(io.BytesIO(content))
        self.asked = set()

    def find_class(self, module, name):
        self.asked.add((module, name))
        return super().find_class(module, name)


def modern(pair, protocol):
    if protocol >= 3:
        return pair
    if pair in NAME_MAPPING:
        return NAME_MAPPING[pair]
    return IMPORT_MAPPING.get(pair[0], pair[0]), pair[1]


@RELAXED
@given(VALUES, st.integers(0, 5))
def test_a_pickle_of_anything_is_complete_and_names_just_what_a_load_asks_for(value, protocol):
    content = pickle.dumps(value, protocol)
    loading = Recording(content)
    loading.load()
    journal = walk_pickles(content, Journal()).journal
    assert journal.anomalies == ()
    assert set(journal.names) == {modern(pair, protocol) for pair in loading.asked}


@RELAXED
@given(VALUES, st.integers(0, 5), st.data())
def test_a_pickle_cut_anywhere_is_never_complete(value, protocol, data):
    content = pickle.dumps(value, protocol)
    cut = data.draw(st.integers(1, len(content) - 1))
    assert walk_pickles(content[:cut], Journal()).journal.anomalies


@RELAXED
@given(VALUES, st.integers(0, 5), st.data())
def test_a_damaged_pickle_that_loads_has_all_its_names_told(value, protocol, data):
    content = bytearray(pickle.dumps(value, protocol))
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    walked = walk_pickles(bytes(content), Journal())
    if not walked.journal.anomalies:
        assert walked.ended
        asked = names_until_the_end_or_an_error(bytes(content))
        found = set(walked.journal.names)
        assert {pair for pair in asked if pair not in found} <= {
            pair for pair in asked if modern(pair, 0) in found
        }


def names_until_the_end_or_an_error(content):
    """Names that the C unpickler asks for, with nothing of them resolved or called."""

    class Inert:
        def __new__(cls, *_args, **_kwargs):
            return object.__new__(cls)

        def __setstate__(self, state):
            pass

        def __setitem__(self, key, value):
            pass

        def append(self, item):
            pass

        add = extend = append

        def __hash__(self):
            return 1

    asked = set()

    class Stubbing(pickle.Unpickler):
        def find_class(self, module, name):
            asked.add((module, name))
            return Inert

    try:
        Stubbing(io.BytesIO(content)).load()
    except Exception:  # noqa: BLE001  (any failure of a damaged pickle; what was asked before counts)
        return asked
    return asked


@RELAXED
@given(st.binary(max_size=400))
def test_no_bytes_at_all_make_it_raise(content):
    if content:
        walk_pickles(content, Journal())


@RELAXED
@given(
    st.lists(
        st.sampled_from(["f8", "i4", "S3", "U2", "O", "M8[ns]", "?", "c16"]).map(
            lambda kind: np.zeros(3, kind)
        )
        | st.uuids()
        | st.just(fractions.Fraction(1, 2)),
        max_size=6,
    ),
    st.data(),
)
def test_a_joblib_dump_is_complete_and_cut_anywhere_never(values, data):
    file = io.BytesIO()
    joblib.dump([*values, dt.date(2020, 1, 1), uuid.UUID(int=0)], file)
    content = file.getvalue()
    whole = walk_pickles(content, Journal())
    assert whole.journal.anomalies == ()
    assert ("datetime", "date") in whole.journal.names
    cut = data.draw(st.integers(1, len(content) - 1))
    assert walk_pickles(content[:cut], Journal()).journal.anomalies
