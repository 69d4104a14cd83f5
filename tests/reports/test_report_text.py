from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from envguard.facts.report import StaticBehaviour, StaticLoad
from envguard.reports.forms import Screen, render_reports
from envguard.reports.report_text import title
from envguard.reports.visible import cells

BROKEN_80 = """\
model.pkl → envs/prod (CPython 3.11.7)
BROKEN    2 errors, 1 warning, 1 note, 1 excused, 2 not checked
load      predicted to fail
          - features is not there
          - sklearn.tree._tree.Tree takes other arguments
use       predicted to differ: another default of max_features

error     EG203  scikit-learn: expected 1.5.2, found 1.9.1
          seen   model.pkl: _sklearn_version
          why    Estimators pickled by one release may fail, or answer
                 otherwise, in another.
          fix    python -m pip install "scikit-learn==1.5.2"
error     EG301  features.clean_text: expected a module named features, found
                 none on its path
          seen   model.pkl: opcode STACK_GLOBAL
          why    The artifact looks this name up while it loads.
          fix    Put features.py on PYTHONPATH, or install it:
                 pip install ./features
warning   EG204  scipy: expected 1.14.1, found 1.16.0
          seen   required by scikit-learn
          fix    python -m pip install "scipy==1.14.1" "numpy==2.1.3" "threadpoolctl==3.5.0"
note      EG213  threadpoolctl: 3.5.0 → 3.6.0
excused   EG203  joblib: expected 1.5.2, found 1.9.1 (by equal golden outputs)
unchecked EG401  The target is a lock: it has no machine. (also EG402)

envguard rule EG203 explains a finding
"""

BROKEN_50 = """\
model.pkl → envs/prod (CPython 3.11.7)
BROKEN    2 errors, 1 warning, 1 note, 1 excused,
          2 not checked
load      predicted to fail
          - features is not there
          - sklearn.tree._tree.Tree takes other
            arguments
use       predicted to differ: another default of
          max_features

error     EG203  scikit-learn: expected 1.5.2,
                 found 1.9.1
          seen   model.pkl: _sklearn_version
          why    Estimators pickled by one release
                 may fail, or answer otherwise, in
                 another.
          fix    python -m pip install "scikit-learn==1.5.2"
error     EG301  features.clean_text: expected a
                 module named features, found none
                 on its path
          seen   model.pkl: opcode STACK_GLOBAL
          why    The artifact looks this name up
                 while it loads.
          fix    Put features.py on PYTHONPATH, or
                 install it:
                 pip install ./features
warning   EG204  scipy: expected 1.14.1, found
                 1.16.0
          seen   required by scikit-learn
          fix    python -m pip install "scipy==1.14.1" "numpy==2.1.3" "threadpoolctl==3.5.0"
note      EG213  threadpoolctl: 3.5.0 → 3.6.0
excused   EG203  joblib: expected 1.5.2, found
                 1.9.1 (by equal golden outputs)
unchecked EG401  The target is a lock: it has no
                 machine. (also EG402)

envguard rule EG203 explains a finding
"""

BROKEN_120 = """\
model.pkl → envs/prod (CPython 3.11.7)
BROKEN    2 errors, 1 warning, 1 note, 1 excused, 2 not checked
load      predicted to fail
          - features is not there
          - sklearn.tree._tree.Tree takes other arguments
use       predicted to differ: another default of max_features

error     EG203  scikit-learn: expected 1.5.2, found 1.9.1
          seen   model.pkl: _sklearn_version
          why    Estimators pickled by one release may fail, or answer otherwise, in another.
          fix    python -m pip install "scikit-learn==1.5.2"
error     EG301  features.clean_text: expected a module named features, found none on its path
          seen   model.pkl: opcode STACK_GLOBAL
          why    The artifact looks this name up while it loads.
          fix    Put features.py on PYTHONPATH, or install it:
                 pip install ./features
warning   EG204  scipy: expected 1.14.1, found 1.16.0
          seen   required by scikit-learn
          fix    python -m pip install "scipy==1.14.1" "numpy==2.1.3" "threadpoolctl==3.5.0"
note      EG213  threadpoolctl: 3.5.0 → 3.6.0
excused   EG203  joblib: expected 1.5.2, found 1.9.1 (by equal golden outputs)
unchecked EG401  The target is a lock: it has no machine. (also EG402)

envguard rule EG203 explains a finding
"""

HOLDS = """\
model.pkl → envs/twin (CPython 3.11.7)
HOLDS     no findings
load      predicted to work: all 31 names lie in files identical to those
          recorded
"""

UNKNOWN = """\
models/forest.joblib → envs/prod (CPython 3.11.7)
UNKNOWN   1 not checked
load      undecided: 1 name is unproven

what would decide it
unchecked EG301  numpy.core could not be resolved: importing took over 120 s.
"""

SEVERAL = """\
model.pkl -> envs/twin (CPython 3.11.7)
HOLDS     no findings
load      predicted to work: all 31 names lie in files identical to those
          recorded

models/forest.joblib -> envs/prod (CPython 3.11.7)
UNKNOWN   1 not checked
load      undecided: 1 name is unproven

what would decide it
unchecked EG301  numpy.core could not be resolved: importing took over 120 s.

2 reports: 1 unknown, 1 holds
HOLDS    model.pkl             envs/twin (CPython 3.11.7)
UNKNOWN  models/forest.joblib  envs/prod (CPython 3.11.7)  1 not checked
"""

HOSTILE = """\
os\\n\\x1b[2J\\u202eHOLDS → os\\n\\x1b[2J\\u202eHOLDS
BROKEN    1 error, 2 not checked
load      undecided

error     EG203  os\\n\\x1b[2J\\u202eHOLDS: expected x\\r, found \\x9b1m
          seen   os\\n\\x1b[2J\\u202eHOLDS
          why    Estimators pickled by one release may fail, or answer
                 otherwise, in another.
          fix    pip install os\\n\\x1b[2J\\u202eHOLDS
unchecked EG9\\n01 os\\n\\x1b[2J\\u202eHOLDS (also EG902)

envguard rule EG203 explains a finding
"""

WIDE = """\
数据/模型.pkl → envs/prod (CPython 3.11.7)
BROKEN    1 error
load      undecided

error     EG203  模型.特征: expected 1.5.2, found 1.9.1
          seen   模型.pkl
          why    模型文件损坏模型文件损坏模型文件损坏模型文
                 件损坏模型文件损坏模型文件损坏模型文件损坏
                 模型文件损坏模型文件损坏模型文件损坏模型文
                 件损坏模型文件损坏
          fix    python -m pip install "scikit-learn==1.5.2"

envguard rule EG203 explains a finding
"""

LONG_FIX = 'python -m pip install "scipy==1.14.1" "numpy==2.1.3" "threadpoolctl==3.5.0"'


@pytest.fixture
def broken(results):
    finding = results.finding
    return results.report(
        finding(
            level="note", rule="EG213", subject="threadpoolctl", expected="3.5.0", found="3.6.0"
        ),
        finding(
            level="warning",
            rule="EG204",
            subject="scipy",
            expected="1.14.1",
            found="1.16.0",
            evidence="required by scikit-learn",
            why="",
            fix=LONG_FIX,
        ),
        finding(),
        finding(
            rule="EG301",
            subject="features.clean_text",
            expected="a module named features",
            found="none on its path",
            why="The artifact looks this name up while it loads.",
            evidence="model.pkl: opcode STACK_GLOBAL",
            fix="Put features.py on PYTHONPATH, or install it: pip install ./features",
        ),
        finding(level="warning", subject="joblib", excused_by="equal golden outputs"),
        load=StaticLoad(
            outcome="fails",
            reasons=("features is not there", "sklearn.tree._tree.Tree takes other arguments"),
        ),
        use=StaticBehaviour(outcome="differs", reasons=("another default of max_features",)),
        unchecked=(
            ("EG401", "The target is a lock: it has no machine."),
            ("EG402", "The target is a lock: it has no machine."),
        ),
    )


@pytest.fixture
def holds(results):
    return results.report(
        verdict="holds",
        label="envs/twin (CPython 3.11.7)",
        load=StaticLoad(
            outcome="loads", reasons=("all 31 names lie in files identical to those recorded",)
        ),
    )


@pytest.fixture
def unknown(results):
    return results.report(
        verdict="unknown",
        path="models/forest.joblib",
        load=StaticLoad(outcome="undecided", reasons=("1 name is unproven",)),
        unchecked=(("EG301", "numpy.core could not be resolved: importing took over 120 s."),),
    )


@pytest.mark.parametrize(("width", "text"), [(80, BROKEN_80), (50, BROKEN_50), (120, BROKEN_120)])
def test_broken_report_tells_worst_first(broken, width, text):
    assert render_reports("rich", [broken], Screen(width=width)) == text


def test_holding_report_takes_four_lines_at_most(holds):
    assert render_reports("rich", [holds]) == HOLDS
    assert HOLDS.count("\n") <= 4


def test_unknown_report_says_what_would_decide_it(unknown):
    assert render_reports("rich", [unknown]) == UNKNOWN


def test_unknown_report_with_nothing_listed_asks_for_a_snapshot(results):
    text = render_reports("rich", [results.report(verdict="unknown")])
    assert text.splitlines()[1:] == [
        "UNKNOWN   no findings",
        "load      undecided",
        "decides   a snapshot from where it was made",
    ]


def test_several_reports_end_with_a_line_for_each(holds, unknown):
    assert render_reports("rich", [holds, unknown], Screen(ascii=True)) == SEVERAL


def test_summary_leaves_out_what_all_reports_share(results):
    many_targets = [results.report(verdict="holds", label=label) for label in ("one", "two")]
    assert render_reports("rich", many_targets).splitlines()[-3:] == [
        "2 reports: 2 holds",
        "HOLDS  one",
        "HOLDS  two",
    ]
    many_artifacts = [results.report(verdict="holds", path=path) for path in ("a.pkl", "b.pkl")]
    assert render_reports("rich", many_artifacts).splitlines()[-2:] == [
        "HOLDS  a.pkl",
        "HOLDS  b.pkl",
    ]


def test_same_pair_twice_is_still_named(results):
    text = render_reports("rich", [results.report(verdict="holds")] * 2)
    assert text.splitlines()[-2:] == ["HOLDS  model.pkl"] * 2


def test_summary_takes_no_markup_and_no_emoji_from_names(results):
    reports = [results.report(verdict="holds", path=path) for path in ("[bold]a[/]", ":smile:")]
    assert render_reports("rich", reports).splitlines()[-2:] == [
        "HOLDS  [bold]a[/]",
        "HOLDS  :smile:",
    ]


def test_summary_ignores_the_variables_of_the_process(results, monkeypatch):
    reports = [results.report(verdict="holds", path="x" * 60 + str(n)) for n in range(2)]
    plain = render_reports("rich", reports)
    monkeypatch.setenv("COLUMNS", "30")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert render_reports("rich", reports) == plain


def test_no_reports_are_no_text():
    assert render_reports("rich", []) == ""


def test_reports_without_findings_give_no_hint(holds):
    assert "envguard rule" not in render_reports("rich", [holds])


def test_what_findings_share_is_said_once(results):
    names = [results.finding(rule="EG301", subject=f"lost.name{n}", fix="Add it.") for n in (1, 2)]
    text = render_reports("rich", [results.report(*names)])
    assert (text.count("why"), text.count("Add it."), text.count("lost.name")) == (1, 1, 2)


def test_all_errors_are_told_and_notes_only_up_to_a_bound(results):
    errors = [results.finding(subject=f"error{n}") for n in range(150)]
    notes = [results.finding(level="note", subject=f"note{n}") for n in range(120)]
    warnings = [results.finding(level="warning", subject=f"warning{n}") for n in range(30)]
    text = render_reports("rich", [results.report(*notes, *warnings, *errors)])
    assert text.count("error     EG203") == 150
    assert text.count("warning   EG203") == 30
    assert text.count("note      EG213") + text.count("note      EG203") == 20
    assert "BROKEN    150 errors, 30 warnings, 120 notes\n" in text
    assert "note      and 100 more: --format json has them all\n" in text


def test_warnings_beyond_the_bound_take_one_line(results):
    warnings = [results.finding(level="warning", subject=f"w{n}") for n in range(22)]
    text = render_reports("rich", [results.report(*warnings)])
    assert "warning   EG203  w20: 1.5.2 → 1.9.1\nwarning   EG203  w21: 1.5.2 → 1.9.1\n" in text


def test_many_reasons_end_in_a_count(results):
    load = StaticLoad(outcome="fails", reasons=tuple(f"reason {n}" for n in range(9)))
    text = render_reports("rich", [results.report(load=load)])
    assert "          - reason 4 (and 4 more)\n" in text
    assert "reason 5" not in text
    short = render_reports("rich", [results.report(load=load, verdict="holds")])
    assert "load      predicted to fail: reason 0 (and 8 more)\n" in short


def test_digests_are_cut_after_twelve_digits(results):
    digest = "sha256:" + "0123456789abcdef" * 4
    finding = results.finding(subject="model.pkl", expected=digest, found="another")
    text = render_reports("rich", [results.report(finding)])
    assert "model.pkl: expected sha256:0123456789ab…, found another\n" in text


def test_finding_with_a_subject_alone_is_just_that(results):
    bare = results.finding(expected="", found="", why="", evidence="", fix="")
    note = results.finding(level="note", expected="", found="changed")
    lines = render_reports("rich", [results.report(bare, note)]).splitlines()
    assert "error     EG203  scikit-learn" in lines
    assert "note      EG203  scikit-learn: changed" in lines


def test_hostile_names_stay_on_their_line_and_are_spelled_out(results):
    attack = "os\n\x1b[2J\u202eHOLDS"
    finding = results.finding(
        subject=attack, expected="x\r", found="\x9b1m", evidence=attack, fix=f"pip install {attack}"
    )
    report = results.report(
        finding, path=attack, label=attack, unchecked=(("EG9\n01", attack), ("EG902", attack))
    )
    assert render_reports("rich", [report]) == HOSTILE


def test_wide_characters_keep_the_width(results):
    finding = results.finding(subject="模型.特征", why="模型文件损坏" * 12, evidence="模型.pkl")
    report = results.report(finding, path="数据/模型.pkl")
    text = render_reports("rich", [report], Screen(width=60))
    assert text == WIDE
    assert max(map(cells, text.splitlines())) <= 60


def test_long_paths_get_a_line_each():
    lines = title(Screen(width=40), "models/" + "a" * 30, "envs/" + "b" * 30)
    assert lines == ["models/" + "a" * 30, "  → envs/" + "b" * 30]


def test_long_path_cannot_forge_a_verdict():
    forged = "x" * 38 + " HOLDS     no findings"
    assert title(Screen(width=40), forged, "prod") == [
        "x" * 38,
        "  HOLDS     no findings",
        "  → prod",
    ]


def test_endless_subject_leaves_both_its_ends(results):
    report = results.report(results.finding(subject="first." + "x" * 100_000 + ".last"))
    text = render_reports("rich", [report])
    assert "first.xxx" in text
    assert "xxx.last" in text
    assert len(text) < 1000


def test_ascii_screen_gets_nothing_else(broken, unknown):
    assert render_reports("rich", [broken, unknown], Screen(ascii=True)).isascii()


def test_colour_adds_codes_and_nothing_else(broken, holds, unknown):
    reports = [broken, holds, unknown]
    painted = render_reports("rich", reports, Screen(colour=True))
    assert "\x1b[1;31mBROKEN\x1b[0m    2 errors" in painted
    assert "\x1b[1;32mHOLDS\x1b[0m" in painted
    assert "\x1b[1;33mUNKNOWN\x1b[0m" in painted
    plain = re.sub(r" +$", "", re.sub(r"\x1b\[[\d;]*m", "", painted), flags=re.MULTILINE)
    assert plain == render_reports("rich", reports)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(texts=st.lists(st.text(max_size=80), min_size=8, max_size=8), width=st.integers(50, 120))
def test_no_text_breaks_out_of_its_lines(results, texts, width):
    subject, expected, found, why, evidence, path, label, reason = texts
    finding = results.finding(
        subject=subject, expected=expected, found=found, why=why, evidence=evidence, fix="Mend it."
    )
    load = StaticLoad(outcome="fails", reasons=(reason, reason))
    report = results.report(
        finding, path=path, label=label, load=load, unchecked=(("EG1", reason),)
    )
    lines = render_reports("rich", [report], Screen(width=width)).split("\n")
    assert all(line.isprintable() for line in lines)
    assert max(map(cells, lines)) <= width
