from __future__ import annotations

import msgspec
import pytest

from envguard.facts.source import CodeFacts, NoRepository
from envguard.facts.unknown import Unknown
from envguard.reports.forms import Screen, render_written

FULL = """\
wrote     models/model.pkl.envguard.json (sha256:9f86d081884c)
artifact  joblib, protocol 4, zlib compressed, made by scikit-learn 1.5.2, 6
          names needed
made with CPython 3.11.7 on Linux x86_64, 83 distributions; git 1a2b3c4d5e on
          main, dirty (2 files), 1 untracked; 1 local module
note      This folder cannot rename atomically: written plainly and read back.

2 things will not travel
stays     EG302  __main__.clean: It is defined in the script that ran, so
                 another program does not have it.
          fix    Move it into a module and import it from there.
stays     EG703  features: Its file is not tracked by git.
          fix    git add features.py

replaced  2 changes since the snapshot that stood here, 1 in what the artifact
          does not use
  scikit-learn  1.5.2 → 1.9.1
"""

PLAIN = """\
wrote     models/model.pkl.envguard.json (sha256:9f86d081884c)
artifact  joblib, protocol 4, zlib compressed, made by scikit-learn 1.5.2, 6
          names needed
made with CPython 3.11.7 on Linux x86_64, 83 distributions; git 1a2b3c4d5e on
          main, dirty (2 files), 1 untracked; 1 local module
"""

NARROW = """\
wrote     models/model.pkl.envguard.json
          (sha256:9f86d081884c)
artifact  joblib, protocol 4, zlib compressed,
          made by scikit-learn 1.5.2, 6 names
          needed
made with CPython 3.11.7 on Linux x86_64, 83
          distributions; git 1a2b3c4d5e on main,
          dirty (2 files), 1 untracked; 1 local
          module
note      This folder cannot rename atomically:
          written plainly and read back.

2 things will not travel
stays     EG302  __main__.clean: It is defined in
                 the script that ran, so another
                 program does not have it.
          fix    Move it into a module and import
                 it from there.
stays     EG703  features: Its file is not tracked
                 by git.
          fix    git add features.py

replaced  2 changes since the snapshot that stood
          here, 1 in what the artifact does not
          use
  scikit-learn  1.5.2 → 1.9.1
"""

WIDE = Screen(width=200)


@pytest.fixture
def full(results):
    return results.written(
        hindrances=(
            results.hindrance(),
            results.hindrance(
                rule="EG703",
                subject="features",
                text="Its file is not tracked by git.",
                fix="git add features.py",
            ),
        ),
        replaced=results.changes(
            ("T1", "scikit-learn", "1.5.2", "1.9.1"), ("T4", "zebra", "", "2")
        ),
        notes=("This folder cannot rename atomically: written plainly and read back.",),
    )


def with_code(written, source):
    snapshot = msgspec.structs.replace(written.snapshot, source=source)
    return msgspec.structs.replace(written, snapshot=snapshot)


def test_snapshot_tells_where_what_and_what_stays_behind(full):
    assert render_written("rich", [full]) == FULL


def test_snapshot_that_travels_whole_takes_five_lines(results):
    assert render_written("rich", [results.written()], Screen(ascii=True)) == PLAIN
    assert PLAIN.count("\n") == 5


def test_narrow_screen_wraps_all_but_commands(full):
    assert render_written("rich", [full], Screen(width=50)) == NARROW


def test_snapshots_are_parted_by_an_empty_line(results):
    text = render_written("rich", [results.written()] * 2, Screen(ascii=True))
    assert text == f"{PLAIN}\n{PLAIN}"


def test_place_alone_has_no_artifact_and_no_code(results):
    written = with_code(results.written(), None)
    snapshot = msgspec.structs.replace(written.snapshot, artifact=None)
    text = render_written("rich", [msgspec.structs.replace(written, snapshot=snapshot)])
    assert text.splitlines()[1:] == ["made with CPython 3.11.7 on Linux x86_64, 83 distributions"]


def test_hindrance_without_a_fix_has_no_fix_line(results):
    written = results.written(hindrances=(results.hindrance(fix=""),))
    text = render_written("rich", [written])
    assert "1 thing will not travel\n" in text
    assert "fix" not in text


def test_maker_is_left_out_where_nobody_knows(results):
    written = results.written()
    snapshot = msgspec.structs.replace(written.snapshot, artifact=results.facts(producer=None))
    text = render_written("rich", [msgspec.structs.replace(written, snapshot=snapshot)])
    assert "artifact  joblib, protocol 4, zlib compressed, 6 names needed\n" in text


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"dirty": (), "untracked": ()}, "git 1a2b3c4d5e on main, clean;"),
        ({"branch": None}, "git 1a2b3c4d5e detached, dirty (2 files), 1 untracked;"),
        (
            {"commit": Unknown("no commit yet"), "dirty": ()},
            "git commit unknown (no commit yet) on main, clean, 1 untracked;",
        ),
        ({"dirty": Unknown("git took over 2 s")}, "on main, changes unknown (git took over 2 s);"),
        (
            {"dirty": (), "untracked": Unknown("git took over 2 s")},
            "clean, untracked files unknown (git took over 2 s);",
        ),
    ],
)
def test_state_of_the_repository_is_told(results, changed, words):
    code = results.code(results.git(**changed))
    text = render_written("rich", [with_code(results.written(), code)], WIDE)
    assert words in text


@pytest.mark.parametrize(
    ("git", "words"),
    [
        (NoRepository(folder="/srv"), "83 distributions; no git repository\n"),
        (Unknown("no git here"), "83 distributions; git unknown: no git here\n"),
    ],
)
def test_lack_of_a_repository_is_told(results, git, words):
    text = render_written("rich", [with_code(results.written(), CodeFacts(git=git))], WIDE)
    assert words in text
