from __future__ import annotations

import pytest

from envguard.reports.fixes import fix_lines, is_command, joint_install
from envguard.reports.layout import Screen

LONG = "python -m pip install " + " ".join(f'"package-{n}==1.0.{n}"' for n in range(9))


@pytest.mark.parametrize(
    "text",
    [
        "python -m pip install x",
        "/srv/prod/bin/python3.11 -m pip install x",
        r"C:\venv\Scripts\python.exe -m pip install x",
        r'"C:\Program Files\Python\python.exe" -m pip install x',
        "'/opt/my env/bin/python' -m pip install x",
        "git lfs pull",
        "PYTHONPATH=src python train.py",
        "envguard snapshot model.pkl",
    ],
)
def test_commands_are_told_from_sentences(text):
    assert is_command(text)


@pytest.mark.parametrize(
    "text", ["Move it into a module.", "Pythons differ here.", "", '""', "install it there"]
)
def test_sentences_are_no_commands(text):
    assert not is_command(text)


def test_long_command_stays_on_one_line():
    assert fix_lines(Screen(), LONG) == [f"          fix    {LONG}"]


def test_long_sentence_wraps():
    assert fix_lines(Screen(width=50), "Move the function into a module that both import.") == [
        "          fix    Move the function into a module",
        "                 that both import.",
    ]


def test_command_after_a_sentence_gets_its_own_line():
    assert fix_lines(Screen(), f"Install what was recorded: {LONG}") == [
        "          fix    Install what was recorded:",
        f"                 {LONG}",
    ]


def test_colon_before_words_starts_no_command():
    assert fix_lines(Screen(), "Choose one: this or that: both") == [
        "          fix    Choose one: this or that: both"
    ]


@pytest.mark.parametrize(
    ("fixes", "joint"),
    [
        ((), None),
        (('python -m pip install "a==1"',), None),
        (('python -m pip install "a==1"', 'python -m pip install "a==1"'), None),
        (
            ('p -m pip install "b==2"', "Move it", 'p -m pip install "a==1"'),
            'p -m pip install "b==2" "a==1"',
        ),
        (
            ('uv pip install --python /x/python "b"', 'uv pip install --python /x/python "a"'),
            'uv pip install --python /x/python "b" "a"',
        ),
        (('p -m pip install "a==1"', 'q -m pip install "b==1"'), None),
        (("p -m pip install --force-reinstall --no-deps a", 'p -m pip install "b"'), None),
    ],
)
def test_installs_of_one_installer_are_joined(fixes, joint):
    assert joint_install(fixes) == joint
