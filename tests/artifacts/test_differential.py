"""The walk beside the C unpickler, over streams of opcodes of every sort.

The unpickler gets stand-ins for all names, so nothing of a stream runs. Three sorts of error are
left to it alone, for they depend on what the stand-ins do or on text that is not decoded here: a
call, a state or an item that the object at hand refuses, text that is not in its encoding, and a
number that Python's own constructor refuses.
"""

from __future__ import annotations

import itertools
import re
import sys
from _compat_pickle import IMPORT_MAPPING, NAME_MAPPING
from importlib.util import module_from_spec, spec_from_file_location
from io import BytesIO
from pathlib import Path
from pickle import Unpickler, UnpicklingError, dumps

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from envguard.artifacts.journal import Journal
from envguard.artifacts.pickle_file import walk_pickles

_SPEC = spec_from_file_location("opcode_streams", Path(__file__).with_name("opcode_streams.py"))
opcode_streams = module_from_spec(_SPEC)
sys.modules["opcode_streams"] = opcode_streams  # its dataclasses look their module up
_SPEC.loader.exec_module(opcode_streams)

RELAXED = settings(deadline=None, max_examples=400, suppress_health_check=list(HealthCheck))
EXPECTED = {"extension-code", "persistent-id", "out-of-band-buffer", "build-on-name"}
"""What is told of a stream that loads all the same."""
ONLY_IN_A_LOAD = (TypeError, AttributeError, UnicodeDecodeError, ValueError, OverflowError)
LARGEST_INDEX = 1 << 20


class Inert:
    """Stands for any class and any object: takes all, does nothing."""

    def __new__(cls, *_args, **_keywords):
        return object.__new__(cls)

    def __init__(self, *_args, **_keywords):
        """Whatever it is called with."""

    def __call__(self, *_args, **_keywords):
        return self

    def __setstate__(self, state):
        """Keeps nothing."""

    def __setitem__(self, key, value):
        """Keeps nothing."""

    def append(self, item):
        """Keeps nothing."""

    extend = add = append


class Recording(Unpickler):
    def __init__(self, content):
        self.stream = BytesIO(content)
        super().__init__(self.stream, buffers=itertools.repeat(b"abc"))
        self.asked = set()

    def find_class(self, module, name):
        self.asked.add((module, name))
        return Inert

    def persistent_load(self, _told):
        return Inert()


def loaded(content):
    """What the C unpickler asked for, its error, and where it stopped."""
    loading, error = Recording(content), None
    try:
        loading.load()
    except Exception as caught:  # noqa: BLE001  (whatever it is, it is the answer)
        error = caught
    return loading.asked, error, loading.stream.tell()


def mapped(pair):
    if pair in NAME_MAPPING:
        return NAME_MAPPING[pair]
    return IMPORT_MAPPING.get(pair[0], pair[0]), pair[1]


def missing(asked, journal):
    """What was asked for and is not told; which protocol was declared last is not followed."""
    told = set(journal.names) | {opcode_streams.EXTENSION[1]}
    return {pair for pair in asked if pair not in told and mapped(pair) not in told}


def kinds(journal):
    return {anomaly.kind for anomaly in journal.anomalies}


def fills_memory(content):
    """Whether the C unpickler would make a table of gigabytes for a memo index."""
    wide = re.finditer(rb"(?=r(.{4}))", content, re.DOTALL)
    indexes = [int.from_bytes(found[1], "little") for found in wide]
    lines = re.findall(rb"p\s*\+?([\d_]{7,})", content)
    return bool(lines) or any(index > LARGEST_INDEX for index in indexes)


@pytest.fixture(autouse=True, scope="module")
def _extension():
    opcode_streams.register_extension()
    yield
    opcode_streams.forget_extension()


@RELAXED
@given(opcode_streams.streams())
@example(b"(iposix\nsystem\n.")
@example(b"\x80\x02\x8c\x02os(\x8c\x06posix1\x8c\x06system\x80\x04\x93.")
def test_a_stream_that_loads_is_complete_and_all_its_names_are_told(content):
    asked, error, stopped = loaded(content)
    assume(not isinstance(error, UnicodeDecodeError))  # the ASCII names of INST
    assert error is None
    assert stopped == len(content)
    journal = walk_pickles(content, Journal()).journal
    assert missing(asked, journal) == set()
    assert set(journal.names) <= asked | {mapped(pair) for pair in asked}
    assert kinds(journal) <= EXPECTED


@RELAXED
@given(opcode_streams.damaged_streams())
@example(b"(im\xc3\xb6del\nx\n.")
@example(b"\x95\x05\x00\x00\x00\x00\x00\x00\x00NNNNNN.")
@example(b"\x80\x04\x8c\x02os\x8c\x06system1\x93.")
@example(b"\x80\x04N2\x93.")
@example(b"Ndg1\n.")
@example(b"\x82\xf1.")
@example(b"F1\x005\n.")
@example(b"(Nd.")
@example(b"}(Nu.")
def test_a_damaged_stream_is_never_called_complete_where_a_load_breaks(content):
    assume(content)
    assume(not fills_memory(content))
    asked, error, stopped = loaded(content)
    journal = walk_pickles(content, Journal()).journal
    told = kinds(journal)
    if b"\x95" in content and told:
        return  # where a frame cuts an opcode, loaders disagree on what follows
    assert missing(asked, journal) == set()
    if error is None and stopped == len(content):
        # C reads a number up to the first NUL, which nobody writes: it is told all the same.
        assert told <= EXPECTED | ({"bad-line"} if b"\0" in content else set())
    elif error is None or not isinstance(error, ONLY_IN_A_LOAD):
        assert told


class Named:
    """Pickles as a call of a name that exists nowhere."""

    def __init__(self, module, name, arguments, state):
        self.module, self.name, self.arguments, self.state = module, name, arguments, state


NAMES = st.text("abcdefghij_\u00e4", min_size=1, max_size=8)
DOTTED = st.lists(NAMES, min_size=1, max_size=3).map(".".join)
GRAPHS = st.recursive(
    st.integers() | st.text(max_size=20) | st.binary(max_size=20) | st.none(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(lambda items: [*items, items])
        | st.dictionaries(st.text(max_size=5), inner, max_size=4)
        | st.tuples(inner, inner)
        | st.builds(Named, DOTTED, NAMES, st.lists(inner, max_size=3).map(tuple), inner)
    ),
    max_leaves=25,
)


@RELAXED
@given(GRAPHS, st.integers(0, 5))
def test_the_names_of_a_graph_of_calls_are_those_that_a_load_asks_for(graph, protocol):
    content = pickled(graph, protocol)
    asked, error, stopped = loaded(content)
    assume(not isinstance(error, UnicodeDecodeError))
    assert error is None
    assert stopped == len(content)
    journal = walk_pickles(content, Journal()).journal
    assert journal.anomalies == ()
    assert set(journal.names) == (asked if protocol > 2 else {mapped(pair) for pair in asked})


def pickled(graph, protocol):
    """The pickle of a graph whose callables need not exist."""
    from pickle import _Pickler

    stream = BytesIO()

    class Naming(_Pickler):
        def reducer_override(self, value):
            if not isinstance(value, Named):
                return NotImplemented
            return Callee(value.module, value.name), value.arguments, value.state

        def save(self, value, *rest):
            if type(value) is Callee:
                self.write(name_of(value, protocol))
            else:
                super().save(value, *rest)

    Naming(stream, protocol).dump(graph)
    return stream.getvalue()


class Callee:
    """A name that is to be called."""

    def __init__(self, module, name):
        self.module, self.name = module, name

    def __call__(self):
        """Nothing calls it; the pickler only asks whether it could be."""


def name_of(callee, protocol):
    if protocol < 4:
        return f"c{callee.module}\n{callee.name}\n".encode()
    parts = (part.encode() for part in (callee.module, callee.name))
    return b"".join(b"\x8c" + bytes([len(part)]) + part for part in parts) + b"\x93"


def test_what_the_unpickler_refuses_is_told_in_each_way_that_a_stream_breaks():
    whole = dumps([1, "a", {"b": len}], 4)
    broken = {
        "truncated": whole[:-1],
        "stack-underflow": b"\x80\x04\x85.",
        "unknown-memo": b"\x80\x04h\x07.",
        "bad-opcode": b"\x80\x04\xff.",
        "bad-protocol": b"\x80\x09N.",
        "bad-length": b"\x80\x04T\xff\xff\xff\xff.",
        "computed-name": b"\x80\x04NN\x93.",
    }
    for kind, content in broken.items():
        _, error, _ = loaded(content)
        assert isinstance(error, (UnpicklingError, EOFError, ValueError)), kind
        assert kind in kinds(walk_pickles(content, Journal()).journal), kind
