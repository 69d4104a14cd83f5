"""EG305, EG306, EG307: local code that the artifact reaches."""

from __future__ import annotations

import pytest

from envguard.facts.source import NoRepository

STEPS = ("pipeline_steps", "clip")


def changed(build, **parts):
    return build.local_case(there=(build.module(sha256="a2", **parts),))


def test_another_syntax_is_an_error_and_brings_back_the_recorded_commit(build):
    found = build.finding(changed(build, syntax_sha256="b2"), "EG305")
    assert (found.subject, found.level) == ("pipeline_steps", "error")
    assert "of commit 0123456789ab" in found.fix
    assert "pipeline_steps is not the recorded code" in (
        build.judge(changed(build, syntax_sha256="b2")).behaviour.static.reasons
    )


@pytest.mark.parametrize(
    ("parts", "git"),
    [
        ({"dirty": True}, None),
        ({"tracked": False}, None),
        ({}, NoRepository(folder="/train")),
    ],
)
def test_code_that_no_commit_holds_is_not_sought_in_one(build, parts, git):
    case = build.local_case(
        recorded=(build.module(**parts),),
        there=(build.module(sha256="a2", syntax_sha256="b2"),),
        git=git,
    )
    assert "commit" not in build.finding(case, "EG305").fix


def test_other_comments_are_the_same_code(build):
    assert build.silent(changed(build), "EG305")


def test_the_same_bytes_are_the_same_code_whatever_their_syntax(build):
    case = build.local_case(there=(build.module(syntax_sha256=build.unknown),))
    assert build.silent(case, "EG305")


def test_other_bytes_of_unknown_syntax_cannot_be_told(build):
    case = changed(build, syntax_sha256=build.unknown)
    assert build.doubts(case, "EG305") == ["pipeline_steps: it could not be read"]
    assert build.judge(case).verdict == "unknown"


def test_local_code_that_a_distribution_now_owns_is_an_error(build):
    answer = build.answer(*STEPS, distribution="steps")
    found = build.finding(build.local_case(answer, there=()), "EG305")
    assert (found.expected, found.found) == (
        "local code, /train/src/pipeline_steps.py",
        "owned by steps",
    )


def test_a_distribution_that_local_code_now_hides_is_an_error(build):
    answer = build.answer("sklearn", "", owner="local")
    artifact = build.artifact(build.need("sklearn", "", "scikit-learn"))
    target = build.target(artifact, answer, modules=(build.module("sklearn"),))
    found = build.finding(build.case(artifact, target), "EG305")
    assert (found.subject, found.expected) == ("sklearn", "a module of scikit-learn")


def test_a_hidden_distribution_is_known_by_its_import_name(build):
    artifact = build.artifact(build.need("rich", "print"))
    target = build.target(artifact, modules=(build.module("rich"),))
    assert build.finding(build.case(artifact, target), "EG305").expected == "a module of rich"


def test_local_code_that_was_not_recorded_cannot_be_told(build):
    artifact = build.artifact(build.local_need())
    case = build.case(artifact, build.target(artifact, modules=(build.module(),)))
    assert "holds no digest" in build.doubts(case, "EG305")[0]


def test_local_code_of_an_empty_place_cannot_be_told(build):
    artifact = build.artifact(build.local_need())
    target = build.target(artifact, modules=(build.module(),))
    recorded = build.snapshot(artifact, build.environment(()))
    assert build.doubts(build.case(artifact, target, recorded=recorded), "EG305")


def test_local_code_that_the_target_does_not_show_cannot_be_told(build):
    assert build.doubts(build.local_case(there=()), "EG305")


def test_local_code_that_is_missing_is_told_as_missing_only(build):
    answer = build.answer(*STEPS, state="module-missing", owner="unknown")
    case = build.local_case(answer, there=())
    assert build.silent(case, "EG305")
    assert build.findings(case, "EG301")


def test_code_that_local_code_imports_is_compared_too(build):
    steps = build.module(imports=("limits",))
    case = build.local_case(
        recorded=(steps, build.module("limits")),
        there=(steps, build.module("limits", sha256="x", syntax_sha256="y")),
    )
    assert build.finding(case, "EG305").subject == "limits"


def test_local_code_of_another_artifact_is_none_of_this_ones(build):
    there = (build.module(), build.module("other_model", found_in="current-folder"))
    case = build.local_case(there=there)
    assert build.silent(case, "EG305")
    assert build.silent(case, "EG306")


def test_without_a_snapshot_there_is_no_code_to_compare(build):
    artifact = build.artifact(build.local_need())
    target = build.target(artifact, modules=(build.module(),))
    assert build.silent(build.case(artifact, target, recorded=None), "EG305")


@pytest.mark.parametrize(
    ("name", "path", "folder"),
    [
        ("pipeline_steps", "/home/me/my proj/pipeline_steps.py", "'/home/me/my proj'"),
        ("pipeline_steps", "/w/pipeline_steps/__init__.py", "/w"),
        ("pipeline_steps", "pipeline_steps.py", "."),
    ],
)
def test_local_code_found_only_in_the_current_folder_is_a_warning_with_its_folder(
    build, name, path, folder
):
    module = build.module(name, path=path, found_in="current-folder")
    found = build.finding(build.local_case(recorded=(module,)), "EG306")
    assert found.level == "warning"
    assert found.fix == f"envguard check model.pkl --code {folder}"


def test_modules_of_one_current_folder_are_one_warning(build):
    modules = (
        build.module(found_in="current-folder", imports=("pkg.limits",)),
        build.module("pkg.limits", found_in="current-folder"),
    )
    found = build.finding(build.local_case(recorded=modules), "EG306")
    assert (found.subject, found.evidence) == ("2 local modules", "pipeline_steps, pkg.limits")


@pytest.mark.parametrize("found_in", ["code", "import-path"])
def test_local_code_found_elsewhere_is_silent(build, found_in):
    case = build.local_case(recorded=(build.module(found_in=found_in),))
    assert build.silent(case, "EG306")


@pytest.mark.parametrize("state", ["module-missing", "import-fails"])
def test_an_import_that_local_code_lacks_is_an_error_of_its_own(build, state):
    answer = build.answer(*STEPS, state=state, owner="local", missing="holidays")
    case = build.local_case(answer)
    found = build.finding(case, "EG307")
    assert (found.subject, found.evidence) == ("holidays", "imported by pipeline_steps")
    assert build.judge(case).load.static.outcome == "fails"
    assert build.silent(case, "EG301")
    assert build.silent(case, "EG304")


def test_a_distribution_that_local_code_lacks_is_named(build):
    answer = build.answer(*STEPS, state="import-fails", owner="local", missing="yaml")
    found = build.finding(build.local_case(answer), "EG307")
    assert (found.expected, found.fix) == ("a module of PyYAML", 'python -m pip install "PyYAML"')


def test_local_code_that_imports_all_is_silent(build):
    assert build.silent(build.local_case(), "EG307")


def test_a_missing_part_of_the_local_package_itself_is_told_as_missing(build):
    answer = build.answer(*STEPS, state="module-missing", owner="local", missing="pipeline_steps.x")
    case = build.local_case(answer)
    assert build.silent(case, "EG307")
    assert build.finding(case, "EG301").subject == "pipeline_steps.x"
