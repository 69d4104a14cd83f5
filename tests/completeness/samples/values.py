"""What the artifacts hold. Runs on Python 3.8 and newer."""

import collections
import datetime as dt
import decimal
import enum
import fractions
import functools
import operator
import pathlib
import pickle
import random
import re
import types
import uuid


class Colour(enum.Enum):
    RED = 1


class Own:
    """A class of the program that trains."""

    def __init__(self, value):
        self.value = value


class Slotted:
    __slots__ = ("value",)

    def __init__(self, value):
        self.value = value


class Reading:
    """Unpickles bytes while it is unpickled itself."""

    def __init__(self, value, reader=pickle.loads):
        self.value, self.reader = value, reader

    def __reduce__(self):
        return self.reader, (pickle.dumps(self.value, 4),)


def zoo():
    """One of each that the standard library pickles."""
    value = [
        collections.OrderedDict(a=1),
        collections.defaultdict(list, a=[1]),
        collections.deque([1], 3),
        collections.Counter("aab"),
        dt.datetime(2020, 1, 2, 3, tzinfo=dt.timezone.utc),
        dt.timedelta(1),
        decimal.Decimal("1.5"),
        fractions.Fraction(1, 3),
        uuid.UUID(int=5),
        pathlib.PurePosixPath("/a/b"),
        re.compile("a+"),
        functools.partial(operator.add, 1),
        operator.itemgetter(1),
        random.Random(3),
        range(3),
        slice(1, 2),
        1j,
        2**100,
        b"x" * 300,
        bytearray(b"y"),
        frozenset({1}),
        Colour.RED,
        Own([1, 2]),
        len,
        int.from_bytes,
        Ellipsis,
        NotImplemented,
        type(None),
        types.SimpleNamespace(a=1),
        ValueError("no"),
    ]
    value.append(value[0])
    return value


def arrays():
    """Arrays of all kinds, among other things and far apart."""
    import numpy as np

    records = np.zeros(3, [("a", "<f8"), ("b", "S3"), ("c", "<f4", (2,)), ("d", ">i2")])
    return {
        "plain": np.arange(12.0).reshape(3, 4),
        "between": [decimal.Decimal(1), np.ones((2, 2), order="F"), uuid.UUID(int=1)],
        "swapped": np.ones(2, ">f4"),
        "nothing": np.zeros((0, 3)),
        "single": np.array(5.0),
        "objects": np.array([1, "a", None, fractions.Fraction(1, 2)], dtype=object),
        "texts": np.array(["a", "bbb"]),
        "raw": np.array([b"a", b"bbb"]),
        "times": np.array(["2020"], "M8[D]"),
        "records": records,
        "records of objects": np.zeros(2, [("a", "f8"), ("b", "O")]),
        "masked": np.ma.masked_array([1, 2], [0, 1]),
        "scalar": np.float32(3),
        "generator": np.random.default_rng(3),
        "old generator": np.random.RandomState(1),
        "matrix": np.matrix([[1, 2]]),
        "ufunc": np.add,
        "dtype": np.dtype("f4"),
        "last": collections.OrderedDict(z=np.zeros(3)),
    }


def model():
    """A pipeline of scikit-learn."""
    import numpy as np
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import StandardScaler

    rows = np.random.RandomState(0).normal(size=(30, 3))
    wanted = rows[:, 0] > 0
    steps = [("scale", StandardScaler()), ("fit", LogisticRegression())]
    forest = RandomForestClassifier(3, random_state=0).fit(rows, wanted)
    texts = TfidfVectorizer().fit(["a bb ccc", "bb dd"])
    return [Pipeline(steps).fit(rows, wanted), forest, texts]


def everything():
    return [zoo(), arrays(), model()]
