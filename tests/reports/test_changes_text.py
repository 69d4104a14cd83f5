from __future__ import annotations

from envguard.reports.changes_text import against_replaced
from envguard.reports.forms import Screen, render_diff

BY_TIER = """\
a.json → b.json
4 differences

T0 what the artifact names (1)
  pickle protocol  4 → 5

T1 what provides those names (2)
  numpy         2.1.3 → nothing
  scikit-learn  1.5.2 → 1.9.1

T4 everything else (1)
  模型  nothing → 1.0
"""


def test_differences_come_by_tier_closest_first(diff_of):
    diff = diff_of(
        ("T4", "模型", "", "1.0"),
        ("T1", "numpy", "2.1.3", ""),
        ("T1", "scikit-learn", "1.5.2", "1.9.1"),
        ("T0", "pickle protocol", "4", "5"),
    )
    assert render_diff("rich", diff) == BY_TIER


def test_equal_places_say_so(diff_of):
    assert render_diff("rich", diff_of()) == "a.json → b.json\nno differences\n"


def test_all_that_the_artifact_uses_is_told_and_the_rest_counted(diff_of):
    near = [("T1", f"near-{n}", "1", "2") for n in range(100)]
    far = [("T4", f"far-{n}", "1", "2") for n in range(300)]
    text = render_diff("rich", diff_of(*near, *far), Screen(ascii=True))
    assert text.count(" -> 2\n") == 100 + 20
    assert text.endswith("\n  and 280 more: --format json has them all\n")


def test_hostile_subjects_and_values_are_spelled_out_and_cut(diff_of):
    text = render_diff(
        "rich", diff_of(("T1", "x\n" * 200, "a\x1b[0m", "b" * 500)), Screen(width=50)
    )
    assert text.splitlines()[4].startswith(r"  x\nx\nx\nx\n")
    assert r"a\x1b[0m" in text
    assert all(len(line) <= 50 for line in text.splitlines())


def test_long_values_hang_beside_their_subject(diff_of):
    text = render_diff("rich", diff_of(("T1", "numpy", "a" * 30, "b" * 20)), Screen(width=40))
    assert text.splitlines()[4:] == [
        "  numpy  " + "a" * 30,
        "         → " + "b" * 20,
    ]


def test_replaced_snapshot_counts_far_drift(results):
    changes = results.changes(("T1", "scikit-learn", "1.5.2", "1.9.1"), ("T4", "zebra", "", "2"))
    assert against_replaced(changes, Screen()) == [
        "replaced  2 changes since the snapshot that stood here, 1 in what the artifact",
        "          does not use",
        "  scikit-learn  1.5.2 → 1.9.1",
    ]


def test_replaced_snapshot_without_changes_is_said():
    assert against_replaced((), Screen()) == ["replaced  a snapshot that recorded the same"]


def test_replaced_snapshot_with_many_changes_tells_some(results):
    changes = results.changes(*(("T2", f"package-{n}", "1", "2") for n in range(25)))
    lines = against_replaced(changes, Screen())
    assert lines[0] == "replaced  25 changes since the snapshot that stood here"
    assert len(lines) == 22
    assert lines[-1] == "  and 5 more"
