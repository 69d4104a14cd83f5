"""What differs between two places or snapshots."""

from __future__ import annotations

import pytest

from envguard.facts.source import NoRepository
from envguard.judgement.changes import changes_between


def told(before, after, **parts):
    return [(c.subject, c.tier, c.before, c.after) for c in changes_between(before, after, **parts)]


def snapshot(build, packages=None, artifact=..., **parts):
    artifact = build.artifact() if artifact is ... else artifact
    return build.snapshot(artifact, build.environment(packages), **parts)


def test_a_place_does_not_differ_from_itself(build):
    whole = snapshot(build, source=build.source(build.module()))
    assert changes_between(whole, whole) == ()
    assert changes_between(whole.environment, whole) == ()


def test_distributions_are_graded_by_what_the_artifact_uses(build):
    before = snapshot(build)
    after = snapshot(
        build,
        (*build.packages(numpy="1.26.3", scipy="1.12.0", rich=None), build.distribution("flask")),
    )
    assert told(before, after) == [
        ("numpy", "T1", "1.26.4", "1.26.3"),
        ("scipy", "T2", "1.11.4", "1.12.0"),
        ("flask", "T4", "absent", "1.0"),
        ("rich", "T4", "13.7.1", "absent"),
    ]


def test_without_an_artifact_every_distribution_is_of_the_rest(build):
    after = build.environment(build.packages(numpy="1.26.3"))
    assert told(build.environment(), after) == [("numpy", "T4", "1.26.4", "1.26.3")]


def test_tiers_may_be_given(build):
    after = build.environment(build.packages(numpy="1.26.3"))
    assert told(build.environment(), after, tiers={"numpy": "T2"})[0][1] == "T2"


def test_an_unreadable_version_says_why(build):
    after = build.environment(build.packages(numpy=build.unknown))
    assert told(build.environment(), after)[0][3] == "unknown (it could not be read)"


def test_another_source_of_the_same_version_is_a_change(build):
    packages = build.bend(build.packages(), "numpy", origin=build.origin("local", url="file:///n"))
    assert told(snapshot(build), snapshot(build, packages)) == [
        ("numpy (source)", "T1", "the index", "local file:///n")
    ]


def test_another_source_with_the_same_files_is_none(build):
    before = build.bend(build.packages(), "numpy", record_sha256="r")
    after = build.bend(before, "numpy", origin=build.origin("local", url="file:///n"))
    assert told(snapshot(build, before), snapshot(build, after)) == []


@pytest.mark.parametrize(
    ("interpreter", "platform", "change"),
    [
        ({"version": "3.12.1", "build": "3.11.7 (main)"}, {}, ("Python", "T1", "3.11.7", "3.12.1")),
        ({"free_threaded": True}, {}, ("free-threaded build", "T1", "no", "yes")),
        ({"build": "other"}, {}, ("Python build", "T4", "3.11.7 (main)", "other")),
        ({}, {"machine": "arm64"}, ("architecture", "T2", "x86_64", "arm64")),
        ({}, {"libc": "musl 1.2"}, ("libc", "T4", "glibc 2.36", "musl 1.2")),
    ],
)
def test_interpreter_and_platform(build, interpreter, platform, change):
    after = build.environment(
        interpreter=build.interpreter(**interpreter), platform=build.platform(**platform)
    )
    assert told(build.environment(), after) == [change]


def test_the_artifact_by_its_bytes_and_needs(build):
    before = snapshot(build)
    after = snapshot(
        build,
        artifact=build.artifact(
            needs=(*build.needs()[:1], build.need("numpy")),
            digests={"sha256": "ff" * 32},
            protocol=5,
        ),
    )
    assert told(before, after) == [
        ("artifact", "T0", "sha256:ab12", "sha256:ffffffffffff"),
        ("need numpy", "T0", "absent", "needed"),
        ("need numpy.core.multiarray._reconstruct", "T0", "needed", "absent"),
        ("pickle protocol", "T0", "4", "5"),
    ]


def test_digests_of_other_algorithms_are_not_compared(build):
    after = snapshot(build, artifact=build.artifact(digests={"blake2b": "1"}))
    assert told(snapshot(build), after) == []


def test_an_artifact_against_none(build):
    assert told(snapshot(build), snapshot(build, artifact=None)) == [
        ("artifact", "T0", "model.pkl", "absent")
    ]
    assert told(snapshot(build, artifact=None), snapshot(build, artifact=None)) == []


@pytest.mark.parametrize(
    ("parts", "tier", "after"),
    [
        ({"sha256": "a2", "syntax_sha256": "b2"}, "T1", "sha256:a2"),
        ({"sha256": "a2"}, "T4", "sha256:a2 (same syntax)"),
    ],
)
def test_local_code_by_its_bytes_and_its_syntax(build, parts, tier, after):
    before = snapshot(build, source=build.source(build.module()))
    changed = snapshot(build, source=build.source(build.module(**parts)))
    assert told(before, changed) == [("local module pipeline_steps", tier, "sha256:aa", after)]


def test_unknown_syntax_is_not_called_the_same(build):
    module = build.module(syntax_sha256=build.unknown)
    before = snapshot(build, source=build.source(module))
    after = snapshot(build, source=build.source(build.replace(module, sha256="a2")))
    assert told(before, after)[0][1] == "T1"


def test_local_code_that_came_and_went(build):
    before = snapshot(build, source=build.source(build.module()))
    after = snapshot(build, source=build.source(build.module("steps")))
    assert told(before, after) == [
        ("local module pipeline_steps", "T1", "/train/src/pipeline_steps.py", "absent"),
        ("local module steps", "T1", "absent", "/train/src/steps.py"),
    ]


def test_the_commit(build):
    before = snapshot(build, source=build.source())
    after = snapshot(build, source=build.source(git=NoRepository(folder="/train")))
    assert told(before, after) == [("git commit", "T4", "0123456789abcdef", "absent")]
    assert told(before, snapshot(build))[0] == ("git commit", "T4", "0123456789abcdef", "absent")
