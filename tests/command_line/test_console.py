"""The edge: what reaches standard error, which exit code is given, what a pipe may hold."""

from __future__ import annotations

import io
import os
import sys
import time

import pytest
import typer

from envguard import console, progress
from envguard.errors import CannotTellError, EnvguardError, UsageError


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("wrong"), 2),
        (CannotTellError("cut"), 3),
        (EnvguardError("ours"), 4),
        (KeyboardInterrupt(), 130),
        (ZeroDivisionError("oops"), 4),
    ],
)
def test_whatever_goes_wrong_has_words_and_a_code(error, code, capsys):
    with pytest.raises(typer.Exit) as left, console.guarded():
        raise error
    assert left.value.exit_code == code
    told = capsys.readouterr().err
    assert told.startswith(("error:", "envguard: interrupted"))
    assert "Traceback" not in told


def test_debug_shows_the_traceback(monkeypatch):
    monkeypatch.setenv("ENVGUARD_DEBUG", "1")
    with pytest.raises(ZeroDivisionError), console.guarded():
        raise ZeroDivisionError("oops")


@pytest.mark.parametrize(
    ("codes", "worst"),
    [((), 0), ((0, 3), 3), ((0, 3, 1), 1), ((1, 2, 3), 2), ((0, 1, 2, 3, 4), 4)],
)
def test_the_worst_code_counts(codes, worst):
    with pytest.raises(typer.Exit) as left:
        console.leave(codes)
    assert left.value.exit_code == worst


def test_text_that_the_output_cannot_hold_is_escaped(monkeypatch):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    console.show("naïve → \udcff\n")
    assert raw.getvalue() == b"na\\xefve \\u2192 \\udcff\n"


def test_screen_follows_the_surroundings(monkeypatch):
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    plain = console.screen()
    assert (plain.width, plain.colour, plain.ascii) == (80, False, True)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert console.screen().colour
    monkeypatch.setenv("NO_COLOR", "1")
    assert not console.screen().colour


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
def test_reader_that_goes_away_is_no_traceback(envguard, tmp_path):
    done = envguard("rule", "--all")
    assert done.returncode == 0
    import subprocess

    shell = f"'{sys.executable}' -m envguard rule --all | true"
    piped = subprocess.run(
        ["sh", "-c", shell], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert "Traceback" not in piped.stderr


def test_quick_work_is_silent_and_slow_work_is_named_once(monkeypatch, capsys):
    monkeypatch.setattr(progress, "PATIENCE", 0.05)
    with progress.Progress() as tell:
        tell("a quick step")
        tell("a slow step")
        time.sleep(0.3)
    assert capsys.readouterr().err == "envguard: a slow step ...\n"


def test_line_on_a_terminal_is_wiped(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(progress, "PATIENCE", 0.05)
    with progress.Progress() as tell:
        tell("slow \x1b[31m")
        time.sleep(0.3)
    line, wiped = terminal.getvalue().split("\r", 1)
    assert line == "envguard: slow \\x1b[31m ..."
    assert wiped.strip() == ""
