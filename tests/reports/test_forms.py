from __future__ import annotations

import subprocess
import sys

import pytest

from envguard.errors import UsageError
from envguard.reports.forms import FORMS, Screen, render_error, render_reports

FIRST_RENDER = """
import sys
from envguard.facts.report import *
from envguard.reports.forms import render_reports
report = Report(
    artifact=ReportArtifact(path="model.pkl", digests={}),
    target=ReportTarget(label="prod", kind="interpreter"),
    verdict="holds",
    load=Load(static=StaticLoad(outcome="loads", reasons=())),
    behaviour=Behaviour(static=StaticBehaviour(outcome="same", reasons=())),
    findings=(),
    unchecked=(),
)
assert render_reports(sys.argv[1], [report] * int(sys.argv[2]))
print(*sorted({"rich", "json", "pygments", "markdown_it"} & set(sys.modules)))
"""


@pytest.mark.parametrize(
    ("form", "reports", "imported"),
    [("rich", "1", ""), ("rich", "2", "rich"), ("json", "2", "json")],
)
def test_form_imports_only_what_it_draws_with(form, reports, imported):
    argv = [sys.executable, "-c", FIRST_RENDER, form, reports]
    done = subprocess.run(argv, capture_output=True, text=True, check=True, timeout=60)
    loaded = set(done.stdout.split())
    assert loaded - {"json"} == set(imported.split()) - {"json"}
    assert form != "json" or "json" in loaded


def test_every_form_of_the_table_tells_errors():
    error = UsageError("No such file.")
    assert {name: bool(render_error(error, form=name)) for name in FORMS} == {
        "rich": True,
        "json": True,
    }


def test_unknown_form_is_refused_with_the_known_ones():
    with pytest.raises(UsageError, match="Choose one of: rich, json"):
        render_reports("xml", [])


def test_error_takes_three_lines():
    error = UsageError("No such file.", why="It was moved.", fix="Name another.")
    assert render_error(error) == (
        "error: No such file.\n  why: It was moved.\n  fix: Name another.\n"
    )


def test_error_without_why_and_fix_takes_one():
    assert render_error(UsageError("No such file.")) == "error: No such file.\n"


def test_error_spells_out_what_others_wrote():
    error = UsageError("No \x1b[2J\nfile", why="\u202e", fix="x\ny")
    assert render_error(error) == ("error: No \\x1b[2J\\nfile\n  why: \\u202e\n  fix: x\\ny\n")


def test_error_has_colour_where_the_screen_has():
    text = render_error(UsageError("Gone."), Screen(colour=True))
    assert text == "\x1b[1;31merror:\x1b[0m Gone.\n"
