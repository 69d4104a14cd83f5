"""What of a training run will not travel with its artifact."""

from __future__ import annotations

import pytest

from envguard.facts.source import NoRepository
from envguard.facts.unknown import Unknown
from envguard.judgement.hindrances import hindrances_of


def told(snapshot):
    return [(h.rule, h.subject) for h in hindrances_of(snapshot)]


def test_a_clean_run_has_none(build):
    artifact = build.artifact(build.local_need(), build.need("collections", "OrderedDict"))
    assert told(build.snapshot(artifact, source=build.source(build.module()))) == []
    assert told(build.snapshot(None)) == []


def test_names_of_main_are_listed_with_the_way_out(build):
    one = build.snapshot(build.artifact(build.need("__main__", "scale")))
    (hindrance,) = hindrances_of(one)
    assert (hindrance.rule, hindrance.subject) == ("EG303", "__main__.scale")
    assert "module" in hindrance.fix
    two = build.artifact(build.need("__main__", "a"), build.need("__main__", "b"))
    assert told(build.snapshot(two)) == [("EG303", "__main__")]


def test_embedded_code_is_tied_to_this_python(build):
    (hindrance,) = hindrances_of(build.snapshot(build.artifact(code=(build.code(),))))
    assert hindrance.rule == "EG105"
    assert "Python 3.11 only" in hindrance.text


def test_functions_that_leave_names_to_main_are_told(build):
    artifact = build.artifact(code=(build.code(unbound=("np",)),))
    assert ("EG602", "scale()") in told(build.snapshot(artifact))


@pytest.mark.parametrize(
    ("parts", "rule"),
    [({"tracked": False}, "EG701"), ({"dirty": True}, "EG702")],
)
def test_local_code_that_no_commit_holds(build, parts, rule):
    source = build.source(build.module(**parts))
    snapshot = build.snapshot(build.artifact(build.local_need()), source=source)
    assert told(snapshot) == [(rule, "pipeline_steps")]


def test_local_code_that_git_said_nothing_of_is_not_accused(build):
    module = build.module(tracked=Unknown("no git"), dirty=Unknown("no git"))
    snapshot = build.snapshot(build.artifact(), source=build.source(module))
    assert told(snapshot) == []


def test_local_code_without_a_repository(build):
    nowhere = NoRepository(folder="/train")
    with_code = build.source(build.module(tracked=False), git=nowhere)
    assert told(build.snapshot(build.artifact(), source=with_code)) == [("EG704", "local code")]
    assert told(build.snapshot(build.artifact(), source=build.source(git=nowhere))) == []


def test_a_dirty_tree_lists_its_files(build):
    source = build.source(git=build.git(dirty=("b.py", "a.py")))
    (hindrance,) = hindrances_of(build.snapshot(build.artifact(), source=source))
    assert (hindrance.rule, hindrance.subject) == ("EG702", "working tree")
    assert "a.py, b.py" in hindrance.text
    unread = build.source(git=build.git(dirty=build.unknown))
    assert told(build.snapshot(build.artifact(), source=unread)) == []


@pytest.mark.parametrize(
    ("name", "rules"), [("numpy", ["EG703"]), ("scipy", ["EG703"]), ("rich", [])]
)
def test_editable_installs_that_the_artifact_uses(build, name, rules):
    packages = build.bend(
        build.packages(), name, origin=build.origin("editable", url="file:///train/x")
    )
    snapshot = build.snapshot(build.artifact(), build.environment(packages))
    assert [rule for rule, _ in told(snapshot)] == rules


def test_a_module_that_did_not_resolve_even_here(build):
    artifact = build.artifact(build.need("acme.models", "Net"), build.need("_loss", "x"))
    assert told(build.snapshot(artifact)) == [("EG301", "acme.models")]
