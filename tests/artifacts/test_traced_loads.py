"""Truth by loading for real: no name that a load looks up may be missing."""

from __future__ import annotations

import bz2
import collections
import datetime as dt
import decimal
import enum
import functools
import gzip
import io
import operator
import pathlib
import pickle
import sys
import uuid
from _compat_pickle import IMPORT_MAPPING, NAME_MAPPING

import cloudpickle
import dill
import joblib
import numpy as np
import pytest

from envguard.artifacts.formats import read_artifact


def offset_by(number):
    async def outer(value):
        import math

        def inner():
            return math.sqrt(value) + number + np.add(value, 1)

        return inner

    return outer


class Loaded:
    """Unpickles a pickle from bytes while it is unpickled."""

    def __reduce__(self):
        return pickle.loads, (pickle.dumps(decimal.Decimal(1)),)


OBJECTS = {
    "plain": [1, {"a": (2.5, None)}, {3}, b"x" * 300, "y" * 300, 2**100, 1j],
    "ordered": collections.OrderedDict(a=1),
    "default": collections.defaultdict(list, a=[1]),
    "deque": collections.deque([1], 3),
    "moment": dt.datetime.now(dt.timezone.utc),
    "uuid": uuid.UUID(int=1),
    "path": pathlib.PurePosixPath("/a"),
    "partial": functools.partial(operator.add, 1),
    "getter": operator.attrgetter("a"),
    "enum": enum.Enum,
    "array": np.arange(12.0).reshape(3, 4),
    "fortran": np.asfortranarray(np.ones((3, 4))),
    "swapped": np.ones(2, ">f4"),
    "nothing": np.zeros((0, 3)),
    "single": np.array(5.0),
    "objects": np.array([1, "a", None, decimal.Decimal(1)], dtype=object),
    "texts": np.array(["a", "bbb"]),
    "raw": np.array([b"a", b"bbb"]),
    "times": np.array(["2020"], "M8[D]"),
    "records": np.zeros(4, [("a", "f8"), ("b", "S3"), ("c", "f4", (2,))]),
    "records-of-objects": np.zeros(2, [("a", "f8"), ("b", "O")]),
    "wide-texts": np.array(["a", "bb"], dtype=np.dtypes.StringDType()),
    "masked": np.ma.masked_array([1, 2], [0, 1]),
    "scalar": np.float32(3),
    "generator": np.random.default_rng(3),
    "old-generator": np.random.RandomState(1),
    "ufunc": np.add,
    "many": [np.zeros(3), {"k": np.arange(3)}, (np.ones(2),), np.array([None]), np.zeros(3)],
}
CODE = {"closure": offset_by(3), "lambda": lambda x: np.log(x) + 1, "module": np.linalg}


def modern(pair):
    if pair in NAME_MAPPING:
        return NAME_MAPPING[pair]
    return IMPORT_MAPPING.get(pair[0], pair[0]), pair[1]


def assert_nothing_missing(paths, traced_load, names):
    for path, truth in traced_load(paths).items():
        facts = read_artifact(path)
        found = names(facts)
        missing = {pair for pair in truth if pair not in found and modern(pair) not in found}
        assert not missing, path.name
        assert facts.complete, (path.name, facts.anomalies)


@pytest.mark.parametrize("protocol", range(6))
def test_no_name_of_a_pickle_is_missing(tmp_path, traced_load, names, protocol):
    paths = []
    for name, value in OBJECTS.items():
        path = tmp_path / f"{name}.pkl"
        try:
            path.write_bytes(pickle.dumps(value, protocol))
        except (pickle.PicklingError, TypeError):
            assert protocol < 2  # some classes refuse the oldest protocols
            continue
        paths.append(path)
    assert len(paths) > 20
    assert_nothing_missing(paths, traced_load, names)


@pytest.mark.parametrize("protocol", range(2, 6))
def test_no_name_of_a_raw_joblib_dump_is_missing(tmp_path, traced_load, names, protocol):
    paths = [tmp_path / f"{name}.joblib" for name in OBJECTS]
    for path, value in zip(paths, OBJECTS.values(), strict=True):
        joblib.dump(value, path, protocol=protocol)
    assert_nothing_missing(paths, traced_load, names)


@pytest.mark.parametrize("compression", ["zlib", "gzip", "bz2", "xz", "lzma", "lz4"])
def test_no_name_of_a_compressed_joblib_dump_is_missing(tmp_path, traced_load, names, compression):
    paths = [tmp_path / f"{name}.joblib" for name in OBJECTS]
    for path, value in zip(paths, OBJECTS.values(), strict=True):
        joblib.dump(value, path, compress=(compression, 3))
    assert_nothing_missing(paths, traced_load, names)
    assert {read_artifact(path).compression for path in paths} == {compression}
    assert {read_artifact(path).format for path in paths} == {"joblib"}


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize(("library", "suffix"), [(dill, "dill"), (cloudpickle, "pkl")])
def test_no_name_of_a_dill_or_cloudpickle_file_is_missing(
    tmp_path, traced_load, names, library, suffix, protocol
):
    everything = OBJECTS | CODE
    paths = [tmp_path / f"{name}.{suffix}" for name in everything]
    for path, value in zip(paths, everything.values(), strict=True):
        path.write_bytes(library.dumps(value, protocol=protocol))
    assert_nothing_missing(paths, traced_load, names)


@pytest.mark.parametrize("protocol", range(6))
def test_no_name_of_a_pickle_in_a_pickle_is_missing(tmp_path, names, protocol):
    path = tmp_path / "nested.pkl"
    path.write_bytes(pickle.dumps(Loaded(), protocol))
    facts = read_artifact(path)
    assert ("decimal", "Decimal") in names(facts)
    assert facts.complete, facts.anomalies


def test_reading_runs_nothing_of_what_it_reads(tmp_path):
    marker = tmp_path / "ran"

    class Hostile:
        def __reduce__(self):
            return pathlib.Path.touch, (marker,)

    class Importing:
        def __reduce__(self):
            return __import__, ("this_module_would_be_noticed",)

    before = set(sys.modules)
    for content in (pickle.dumps(Hostile()), pickle.dumps(Importing()), dill.dumps(Hostile())):
        for packed in (content, gzip.compress(content), bz2.compress(content)):
            path = tmp_path / "hostile.pkl"
            path.write_bytes(packed)
            assert read_artifact(path).needs
    joblib.dump([Hostile(), np.zeros(3)], tmp_path / "hostile.joblib")
    assert read_artifact(tmp_path / "hostile.joblib").needs
    assert not marker.exists()
    assert not [name for name in set(sys.modules) - before if "noticed" in name]
    pickle.load(io.BytesIO(pickle.dumps(Hostile())))
    assert marker.exists()  # the sample would have run


@pytest.mark.interpreters
@pytest.mark.parametrize("release", ["2.7", "3.6", "3.8", "3.13"])
def test_pickles_of_other_pythons_are_read_whole(tmp_path, real_python, names, release):
    import subprocess

    script = (
        "import pickle, collections, datetime, sys\n"
        "class A(object): pass\n"
        "class B: pass\n"
        "v = [A(), B(), collections.OrderedDict(a=1), datetime.date(2020,1,1), set([1]), u'x',"
        " b'y', 1, 2**70, range(3), 1.5, None, True, len]\n"
        "for p in range(pickle.HIGHEST_PROTOCOL + 1):\n"
        "    for m in ([pickle] + ([__import__('cPickle')] if sys.version_info[0] == 2 else [])):\n"
        "        open(sys.argv[1] + '/%s%d.pkl' % (m.__name__, p), 'wb').write(m.dumps(v, p))\n"
    )
    subprocess.run([real_python(release), "-c", script, tmp_path], check=True)
    paths = sorted(tmp_path.glob("*.pkl"))
    assert len(paths) >= 5
    for path in paths:
        facts = read_artifact(path)
        assert facts.complete, (path.name, facts.anomalies)
        wanted = {
            ("__main__", "A"),
            ("__main__", "B"),
            ("collections", "OrderedDict"),
            ("datetime", "date"),
            ("builtins", "len"),
        }
        assert wanted <= names(facts), path.name
