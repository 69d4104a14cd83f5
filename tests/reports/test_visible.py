from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envguard.reports.visible import bounded, cells, shorten, visible


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("a\x1b[31mred", r"a\x1b[31mred"),
        ("os\nerror    EG101  forged", r"os\nerror    EG101  forged"),
        ("back\r\tand\x08on", r"back\r\tand\x08on"),
        ("c1 \x9b31m", r"c1 \x9b31m"),
        ("model\u202elkp.exe", r"model\u202elkp.exe"),
        ("\u2066isolated\u2069", r"\u2066isolated\u2069"),
        ("zero\u200bwidth\ufeff", r"zero\u200bwidth\ufeff"),
        ("line\u2028separator", r"line\u2028separator"),
        ("not\udcffutf8", r"not\udcffutf8"),
        ("private\ue000", r"private\ue000"),
        ("filler\u3164 blank\u2800", r"filler\u3164 blank\u2800"),
        ("tag\U000e0041", r"tag\U000e0041"),
    ],
)
def test_what_cannot_be_seen_or_moves_text_is_spelled_out(hostile, shown):
    assert visible(hostile) == shown


@pytest.mark.parametrize(
    "text", ["model.pkl", r"C:\models\new.pkl", "模型.pkl", "café", "Nguyê\u0303\u0323n", "ไม่"]
)
def test_letters_of_any_script_and_backslashes_stay(text):
    assert visible(text) == text


def test_marks_piled_on_a_letter_are_spelled_out_beyond_three():
    assert visible("a" + "\u0301" * 5) == "a" + "\u0301" * 3 + r"\u0301\u0301"


def test_mark_without_a_letter_is_spelled_out():
    assert visible("\u0301a") == r"\u0301a"


def test_ascii_screen_gets_ascii_only():
    assert visible("模 é", ascii_only=True) == r"\u6a21 \xe9"


@given(st.text())
def test_anything_becomes_one_printable_line_and_stays_so(text):
    shown = visible(text)
    assert shown.isprintable()
    assert visible(shown) == shown
    assert visible(text, ascii_only=True).isascii()


@pytest.mark.parametrize(
    ("text", "columns"),
    [("abc", 3), ("模型", 4), ("e\u0301", 1), ("ｆｕｌｌ", 8), ("", 0)],  # noqa: RUF001  (full width on purpose)
)
def test_cells_count_terminal_columns(text, columns):
    assert cells(text) == columns


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("abcdefghij", 10, "abcdefghij"),
        ("abcdefghijk", 10, "abcd...ijk"),
        ("模型模型模型", 9, "模...型"),
        ("aaa模bbb", 7, "aa...bb"),
    ],
)
def test_shortening_leaves_both_ends(text, limit, short):
    assert shorten(text, limit, ellipsis="...") == short


def test_shortening_keeps_text_that_is_all_marks_in_its_tail():
    assert shorten("a\u0301", 1, ellipsis="") == "a\u0301"


@given(st.text(), st.integers(5, 40))
def test_shortened_text_fits(text, limit):
    assert cells(shorten(visible(text), limit, ellipsis="...")) <= limit


def test_bounded_text_keeps_both_ends_of_megabytes():
    text = bounded("a" * 1_000_000 + "b" * 1_000_000, 100)
    assert text == "a" * 400 + "b" * 400
    assert bounded("short", 100) == "short"
