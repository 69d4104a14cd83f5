from __future__ import annotations

from envguard.reports.forms import Screen, render_rule, render_rules
from envguard.reports.visible import cells

PAGE = """\
EG203 release-differs (error, EG2 distributions)
A distribution that provides needed names has another release.

What it checks
  The release of each distribution that owns a name in the artifact, against the
  one that was recorded.

  It looks at:

  - the `METADATA` of the target, wherever on its import path that stands
  - the version in the state

Example
  A check says:

      $ envguard check model.pkl --target prod

Fix
  Install the recorded release:

      python -m pip install x==1
"""

LIST = """\
EG1 interpreter
EG101  error    pickle-protocol-too-new  A distribution that provides needed
                                         names has another release.

EG2 distributions
EG203  error    release-differs          A `needed` name has gone
                                         [bold]from[/bold] its module :smile:.
EG204  warning  dependency-differs       A distribution that provides needed
                                         names has another release.
"""


def test_page_wraps_words_and_leaves_commands(results):
    assert render_rule("rich", results.page()) == PAGE


def test_page_never_wraps_a_line_of_code(results):
    command = "    $ envguard check " + "model.pkl " * 20
    page = results.page(sections=(("Example", f"First:\n\n{command}\n{command}\nThen read on."),))
    lines = render_rule("rich", page, Screen(width=50)).splitlines()
    assert lines[-3:] == [f"  {command}", f"  {command}", "  Then read on."]


def test_page_from_a_plugin_cannot_steer_the_terminal(results):
    page = results.page(
        name="x\x1b[2J", summary="s\x1b[2J", family="f\x1b", sections=(("h\x1b", "    t\x1b"),)
    )
    assert "\x1b" not in render_rule("rich", page)
    assert "\x1b" not in render_rules("rich", [page])


def test_list_aligns_all_families(results):
    pages = [
        results.page(code="EG101", family="EG1 interpreter", name="pickle-protocol-too-new"),
        results.page(summary="A ``needed`` name has gone [bold]from[/bold] its module :smile:."),
        results.page(code="EG204", level="warning", name="dependency-differs"),
    ]
    text = render_rules("rich", pages)
    assert text == LIST
    assert max(map(cells, text.splitlines())) <= 80


def test_no_rules_are_no_text():
    assert render_rules("rich", []) == ""
