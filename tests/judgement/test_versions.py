"""How far two releases are apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envguard.judgement.versions import distance, within


@pytest.mark.parametrize(
    ("before", "after", "far"),
    [
        ("1.5.2", "1.5.2", "same"),
        ("1.5", "1.5.0", "same"),
        ("1.5.2", "1.5.1", "patch"),
        ("1.5.0rc1", "1.5.0", "patch"),
        ("2.4.0+cu128", "2.4.0+cpu", "label"),
        ("2.4.0+cu128", "2.4.0", "label"),
        ("2.4.0+cu128", "2.4.1+cu128", "patch"),
        ("1.5.2", "1.6.0", "minor"),
        ("0.3.1", "0.4.0", "minor"),
        ("0.3.1", "0.3.2", "patch"),
        ("1!1.5", "1.5", "minor"),
        ("2004d", "2004e", "text"),
        ("2004d", "2004d", "same"),
        ("2004d", "1.0", "text"),
    ],
)
def test_distance(before, after, far):
    assert distance(before, after) == far
    assert distance(after, before) == far


@given(st.text(max_size=8), st.text(max_size=8))
def test_any_texts_have_a_distance_that_is_the_same_both_ways(one, other):
    assert distance(one, other) == distance(other, one)
    assert distance(one, one) == "same"


@pytest.mark.parametrize(
    ("version", "inside"),
    [("1.2", True), ("1.8.0rc1", False), ("1.7.2+cpu", True), ("1.1", False), ("2004d", False)],
)
def test_within(version, inside):
    assert within(version, "1.2", "1.8") is inside
