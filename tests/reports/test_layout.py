from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envguard.reports.layout import (
    Cell,
    Screen,
    coded,
    fit,
    hang,
    joined,
    one_line,
    paint,
    row,
    unbroken,
    wrap,
)
from envguard.reports.visible import cells, visible

PLAIN = Screen(width=40)


def test_words_wrap_at_spaces():
    assert wrap("one two three four", 9) == ["one two", "three", "four"]


def test_empty_text_is_one_empty_line():
    assert wrap("", 10) == [""]


def test_long_dotted_name_breaks_after_a_dot():
    assert wrap("sklearn.ensemble._forest.RandomForestClassifier", 25) == [
        "sklearn.ensemble._forest.",
        "RandomForestClassifier",
    ]


def test_long_word_without_a_good_break_is_cut_where_the_line_ends():
    assert wrap("a " + "x" * 25, 10) == ["a", "x" * 10, "x" * 10, "x" * 5]


def test_break_too_far_left_is_not_taken():
    assert wrap("a." + "x" * 12, 10) == ["a." + "x" * 8, "xxxx"]
    assert wrap("abc." + "x" * 9, 10) == ["abc.", "x" * 9]


def test_wide_characters_count_two_columns():
    assert wrap("模型文件损坏", 5) == ["模型", "文件", "损坏"]


@given(st.text(), st.integers(16, 60))
def test_wrapped_lines_fit_and_lose_nothing_but_spaces(text, width):
    safe = visible(text)
    lines = wrap(safe, width)
    assert all(cells(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == safe.replace(" ", "")


def test_row_hangs_its_text_beside_the_label():
    assert row(PLAIN, Cell("load"), "undecided: a reason that takes two lines") == [
        "load      undecided: a reason that takes",
        "          two lines",
    ]


def test_coded_row_has_two_columns():
    assert coded(PLAIN, Cell("error"), "EG203", "scikit-learn") == ["error     EG203  scikit-learn"]


def test_label_longer_than_its_column_keeps_a_space():
    assert row(PLAIN, Cell("x" * 10), "body") == ["xxxxxxxxxx body"]


def test_endless_label_is_shortened():
    assert row(PLAIN, Cell("x" * 1000), "body") == ["xxxxx…xxxx body"]


def test_narrow_screen_still_gets_readable_text():
    lines = hang(Screen(width=10), [(Cell("x"), 9)], "sixteen columns at least")
    assert lines == ["x        sixteen columns", "         at least"]


def test_one_line_cuts_the_middle():
    line = one_line(PLAIN, Cell("note"), "EG213", "a" * 20 + "b" * 20)
    assert line == "note      EG213  aaaaaaaaaaa…bbbbbbbbbbb"


def test_unbroken_text_ignores_the_width():
    command = "python -m pip install " + " ".join(f"p{n}==1" for n in range(40))
    assert unbroken(PLAIN, [(Cell("fix"), 5)], command) == f"fix  {command}"


def test_unbroken_text_is_still_one_line():
    assert unbroken(PLAIN, [], "pip install x\nrm y") == r"pip install x\nrm y"


def test_colour_paints_and_no_colour_does_not():
    assert paint("x", "broken", Screen(colour=True)) == "\x1b[1;31mx\x1b[0m"
    assert paint("x", "", Screen(colour=True)) == "x"
    assert paint("", "broken", Screen(colour=True)) == ""
    assert paint("x", "broken", Screen()) == "x"


def test_colour_does_not_change_the_layout():
    body = "word " * 40
    painted = row(Screen(colour=True), Cell("load", "strong"), body, style="strong")
    assert [re.sub(r"\x1b\[[\d;]*m", "", line) for line in painted] == row(
        Screen(), Cell("load"), body
    )


@pytest.mark.parametrize(
    ("ascii_only", "arrow", "ellipsis"), [(True, "->", "..."), (False, "→", "…")]
)
def test_glyphs_follow_the_encoding(ascii_only, arrow, ellipsis):
    screen = Screen(ascii=ascii_only)
    assert (screen.arrow, screen.ellipsis) == (arrow, ellipsis)
    assert fit("x" * 20, 9, screen).count(ellipsis) == 1


def test_no_lines_are_no_text():
    assert joined([]) == ""
    assert joined(["a", "b"]) == "a\nb\n"
