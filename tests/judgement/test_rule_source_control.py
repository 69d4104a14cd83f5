"""EG701 to EG704: local code and editable installs can be found again."""

from __future__ import annotations

import pytest

from envguard.facts.source import NoRepository
from envguard.facts.unknown import Unknown


@pytest.mark.parametrize(
    ("parts", "code"),
    [({"tracked": False}, "EG701"), ({"dirty": True}, "EG702")],
)
def test_code_that_no_commit_holds_is_a_warning(build, parts, code):
    case = build.local_case(recorded=(build.module(**parts),))
    found = build.finding(case, code)
    assert (found.subject, found.level) == ("pipeline_steps", "warning")
    assert build.judge(case).verdict == "holds"


@pytest.mark.parametrize(
    ("parts", "code"),
    [({"tracked": Unknown("no git")}, "EG701"), ({"dirty": Unknown("no git")}, "EG702")],
)
def test_code_that_git_said_nothing_of_cannot_be_told(build, parts, code):
    case = build.local_case(recorded=(build.module(**parts),))
    assert build.doubts(case, code) == ["pipeline_steps: no git"]


@pytest.mark.parametrize("code", ["EG701", "EG702", "EG703", "EG704"])
def test_committed_code_and_installed_wheels_are_silent(build, code):
    assert build.silent(build.local_case(), code)


def test_an_untracked_module_is_not_told_as_changed_too(build):
    case = build.local_case(recorded=(build.module(tracked=False, dirty=True),))
    assert build.silent(case, "EG702")


def test_code_outside_any_repository_is_one_note(build):
    recorded = (build.module(tracked=Unknown("no repository"), dirty=Unknown("no repository")),)
    case = build.local_case(recorded=recorded, git=NoRepository(folder="/train"))
    assert build.finding(case, "EG704").level == "note"
    assert build.silent(case, "EG701")
    assert build.silent(case, "EG702")


def test_a_repository_that_git_did_not_read_cannot_be_told(build):
    case = build.local_case(git=Unknown("git took longer than 2 s"))
    assert build.doubts(case, "EG704") == ["git took longer than 2 s"]


def test_without_local_code_no_repository_is_missed(build):
    artifact = build.artifact()
    source = build.source(git=NoRepository(folder="/train"))
    case = build.case(artifact, recorded=build.snapshot(artifact, source=source))
    assert build.silent(case, "EG704")


@pytest.mark.parametrize("side", ["recorded", "in the target"])
def test_an_editable_owner_is_a_warning_on_either_side(build, side):
    editable = build.origin("editable", url="file:///train/sk")
    packages = build.bend(build.packages(), "scikit-learn", origin=editable)
    if side == "recorded":
        case = build.case(recorded=build.snapshot(build.artifact(), build.environment(packages)))
    else:
        case = build.case(target=build.target(packages=packages))
    found = build.finding(case, "EG703")
    assert (found.level, found.found) == ("warning", f"editable, {side}")


def test_an_editable_install_that_is_not_used_is_silent(build):
    editable = build.origin("editable", url="file:///train/rich")
    packages = build.bend(build.packages(), "rich", origin=editable)
    assert build.silent(build.case(target=build.target(packages=packages)), "EG703")
