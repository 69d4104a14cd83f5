from __future__ import annotations

import pickle

import numpy as np
import pytest

from envguard.facts.artifact import CallShape


@pytest.fixture
def calls(read):
    def of(content):
        return {one.name: one for one in read(content).calls}

    return of


def test_the_numbers_of_arguments_are_told_over_all_calls(calls):
    assert calls(b"cm\nn\n(K\x01K\x02tR0cm\nn\n(tR0cm\nn\n)R.")["n"] == CallShape(
        module="m", name="n", positional=(0, 2), told=False
    )


@pytest.mark.parametrize(
    ("stream", "positional", "new"),
    [
        (b"cm\nA\n(K\x01t\x81.", (), (1,)),
        (b"(cm\nA\no.", (), (0,)),
        (b"(cm\nA\nK\x01o.", (1,), ()),
        (b"(im\nA\n.", (), (0,)),
        (b"(K\x01im\nA\n.", (1,), ()),
        (b"ccopy_reg\n__newobj__\n(cm\nA\nK\x01tR.", (), (1,)),
        (b"cm\nA\n)R0cm\nA\n)\x81.", (0,), (0,)),
    ],
)
def test_an_object_made_by_new_alone_is_told_apart(calls, stream, positional, new):
    found = calls(stream)["A"]
    assert (found.positional, found.new) == (positional, new)


def test_keywords_of_new_are_told(calls):
    found = calls(b"\x80\x04cm\nA\n(K\x01K\x02t}(X\x01\0\0\0bK\x03X\x01\0\0\0aK\x04u\x92.")["A"]
    assert (found.new, found.keywords) == ((2,), ("a", "b"))
    function = b"ccopy_reg\n__newobj_ex__\n(cm\nA\n(K\x01t}U\x01aK\x03stR."
    assert calls(function)["A"].keywords == ("a",)


def test_arguments_that_the_bytes_do_not_state_have_no_number(calls):
    assert calls(b"cm\nn\n]R.")["n"].positional == ()


@pytest.mark.parametrize("protocol", range(6))
def test_the_calls_of_an_array_are_those_that_numpy_wrote(calls, protocol):
    found = calls(pickle.dumps(np.zeros(3), protocol))
    assert found["dtype"].positional == (3,)
    maker = found.get("_reconstruct") or found["_frombuffer"]
    assert maker.positional in {(3,), (4,)}


def test_persistent_ids_are_told(read):
    facts = read(b"Pkey one\n0(U\x07storageK\x01tQ0K\x05Q0U\x03keyQ0]Q.")
    assert facts.persistent_ids == ("int:5", "other", "str:key", "str:key one", "tuple:storage")
