"""Functions and classes that are pickled by value, by dill and cloudpickle."""

import collections
import decimal
import enum
import fractions
import io
import operator
import re
import sys
import types
import uuid

from registry import case, load_dill, write
from values import Own, Slotted, arrays, everything, model, zoo


def _functions():
    """Functions and classes that only their bytes describe."""
    import math

    import numpy as np

    limit = decimal.Decimal(3)

    def outer(value):
        def inner(more):
            return math.sqrt(value) + np.add(more, 1) + float(limit) + helper(more)

        return inner

    class Base:
        kind = fractions.Fraction(1, 2)

        @property
        def twice(self):
            return self.value * 2

        @classmethod
        def made(cls):
            return cls()

        @staticmethod
        def plain():
            return uuid.uuid4()

    class Derived(Base):
        """Says more."""

        def __init__(self):
            super().__init__()
            self.value = outer(4)

    return [outer, outer(2), lambda x: np.log(x) + 1, Base.twice, Derived]


def _functions_alone():
    return [_functions()[1], _functions()[2], helper]


def helper(value):
    return operator.neg(value)


def _dill(name, make, **options):
    def save(path):
        import dill

        with open(path, "wb") as stream:
            dill.dump(make(), stream, **options)

    save.__name__ = "dill_" + name
    case(".dill", load_dill)(save)


_dill("functions", _functions)
_dill("functions_recurse", _functions, recurse=True)
_dill("closures", _functions_alone)
_dill("closures_recurse", _functions_alone, recurse=True)
_dill("everything", lambda: [arrays(), model(), zoo()[:20]])
_dill("whole_zoo", zoo)
_dill("modules", lambda: [math_module(), sys.modules["json"], types.ModuleType("made_up")])
_dill("protocol_2", lambda: [helper, Own, zoo()[:20]], protocol=2)
_dill("types", lambda: [type(helper), property(helper), staticmethod(helper), Slotted])
_dill("streams", lambda: [io.StringIO("a"), io.BytesIO(b"b"), re.compile("a"), Own(helper)])


def math_module():
    import math

    return math


def _cloudpickle(name, make, protocol=None):
    def save(path):
        import cloudpickle

        write(path, cloudpickle.dumps(make(), protocol=protocol))

    save.__name__ = "cloudpickle_" + name
    case(".cpkl")(save)


def _dataclass():
    import dataclasses

    @dataclasses.dataclass
    class Point:
        x: int = 1
        y: decimal.Decimal = decimal.Decimal(2)

    Pair = collections.namedtuple("Pair", "one two")  # noqa: PYI024  (both kinds are pickled)
    Kind = enum.Enum("Kind", "A B")  # noqa: N806  (it is a class)
    return [Point, Point(3), Pair, Pair(1, 2), Kind, Kind.A]


def _abstract():
    import abc
    import typing

    class Abstract(abc.ABC):
        @abc.abstractmethod
        def value(self):
            """Has to be given."""

    class Given(Abstract):
        def value(self):
            return typing.cast("int", 1)

    return [Abstract, Given(), list[int], typing.TypeVar("T")]


def _asynchronous():
    async def outer(value):
        return await value

    def generate(n):
        yield from range(n)

    return [outer, generate]


_cloudpickle("functions", _functions)
_cloudpickle("everything", everything)
_cloudpickle("closures", _functions_alone)
_cloudpickle("closures_protocol_2", _functions_alone, protocol=2)
_cloudpickle("classes", _dataclass)
_cloudpickle("abstract", _abstract)
_cloudpickle("asynchronous", _asynchronous)
_cloudpickle("modules", lambda: [math_module(), sys.modules["os.path"], types.ModuleType("made")])
