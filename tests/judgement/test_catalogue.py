"""The table of rules and their pages."""

from __future__ import annotations

import re

import pytest

from envguard.errors import UsageError
from envguard.judgement.rules.catalogue import FAMILIES, HEADINGS, TABLE, page, pages


@pytest.mark.parametrize("told", pages(), ids=lambda p: p.code)
def test_every_page_has_every_heading_with_text_of_its_own(told):
    assert tuple(heading for heading, _ in told.sections) == HEADINGS
    for heading, text in told.sections:
        assert len(text) > 10, heading
        assert not any(f"{other}:" in text for other in HEADINGS)
    assert told.summary.endswith(".")


def test_codes_and_names_are_unique_and_in_order():
    codes = [p.code for p in pages()]
    assert len(set(codes)) == len(codes) == len({p.name for p in pages()})
    assert all(re.fullmatch(r"EG\d{3}", code) for code in codes)
    assert [code[:3] for code in codes] == sorted(code[:3] for code in codes)
    assert {code[:3] for code in codes} == set(FAMILIES)


def test_names_are_kebab_and_whys_are_sentences():
    for entry in TABLE:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)+", entry.rule.name)
        assert entry.rule.why.endswith(".")


@pytest.mark.parametrize("asked", ["EG203", "eg203", " version-differs "])
def test_a_page_is_found_by_code_or_name(asked):
    found = page(asked)
    assert (found.code, found.family, found.level) == ("EG203", "EG2 distributions", "error")


@pytest.mark.parametrize(
    ("asked", "near"), [("EG209", "EG20"), ("version-differ", "EG203"), ("EG2O3", "EG203")]
)
def test_an_unknown_rule_is_answered_with_the_nearest(asked, near):
    with pytest.raises(UsageError) as caught:
        page(asked)
    assert near in caught.value.fix


def test_an_empty_code_is_answered_with_the_list():
    with pytest.raises(UsageError) as caught:
        page("")
    assert caught.value.fix == "envguard rule --all lists them."
