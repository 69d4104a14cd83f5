"""What holds for any facts: unknowns never help, order never counts, nothing raises."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from envguard.facts.unknown import Unknown
from envguard.judgement.changes import changes_between

RANK = {"broken": 0, "unknown": 0, "holds": 1}
STATES = ["resolved", "module-missing", "name-missing", "import-fails", "unproven"]
VERSIONS = st.sampled_from(["1.2.2", "1.5.2", "1.5.3", "1.9.1", "2004d", "1.5.2+cpu"])
LOST = Unknown("it was lost")


@st.composite
def cases(draw, build):
    """A forest with local code, its facts drawn; the same needs everywhere."""
    steps = build.module(sha256=draw(st.sampled_from(["aa", "a2"])),
                         syntax_sha256=draw(st.sampled_from(["bb", "b2"])))  # fmt: skip
    artifact = build.artifact(
        build.tree_need(),
        build.local_need(),
        build.need("sklearn.impute._base", "SimpleImputer", "scikit-learn"),
        layouts=build.layouts(*draw(st.sampled_from([(), ("more",)]))),
        complete=draw(st.booleans()),
    )
    bent = {
        "scikit_learn": draw(st.none() | VERSIONS),
        "scipy": draw(st.none() | st.just("1.11.4") | VERSIONS),
        "numpy": draw(st.sampled_from(["1.26.4", "2.4.6"])),
    }
    state = draw(st.sampled_from(STATES))
    answer = build.answer("sklearn.tree._tree", "Tree", state=state)
    target = build.target(
        artifact, answer, packages=build.packages(**bent), layouts=build.layout(), modules=(steps,)
    )
    here = build.source(build.module())
    recorded = draw(st.sampled_from([None, build.snapshot(artifact, source=here)]))
    kind = draw(st.sampled_from(["interpreter", "snapshot"]))
    if kind == "snapshot":
        target = msgspec.structs.replace(target, resolutions=(), modules=(), layouts=())
    return build.case(artifact, target, recorded=recorded, target_kind=kind)


def unknowns(fact):
    """The same facts, each time with another of those lost that may be unknown."""
    if isinstance(fact, tuple):
        for place, item in enumerate(fact):
            for lost in unknowns(item):
                yield (*fact[:place], lost, *fact[place + 1 :])
    if not isinstance(fact, msgspec.Struct):
        return
    for field in msgspec.structs.fields(fact):
        value = getattr(fact, field.name)
        if "Unknown" in str(field.type) and not isinstance(value, Unknown):
            yield msgspec.structs.replace(fact, **{field.name: LOST})
        for lost in unknowns(value):
            yield msgspec.structs.replace(fact, **{field.name: lost})


def fresh(case, **parts):
    """The case with other parts and nothing remembered."""
    return msgspec.structs.replace(case, **parts)


@given(data=st.data())
@pytest.mark.parametrize("fail_on", ["error", "warning"])
def test_losing_a_fact_never_makes_a_verdict_hold(build, fail_on, data):
    case = data.draw(cases(build))
    before = RANK[build.judge(case, fail_on).verdict]
    lost = [("target", fact) for fact in unknowns(case.target)]
    if case.recorded is not None:
        lost += [("recorded", fact) for fact in unknowns(case.recorded)]
    side, fact = data.draw(st.sampled_from(lost))
    assert RANK[build.judge(fresh(case, **{side: fact}), fail_on).verdict] <= before


def test_the_facts_that_can_be_lost_are_many(build):
    case = build.local_case()
    names = {str(type(fact)) for fact in unknowns(case.target)}
    assert names
    assert len(list(unknowns(case.target))) > 20
    assert len(list(unknowns(case.recorded))) > 20


@given(data=st.data())
def test_an_artifact_that_was_not_read_whole_never_holds(build, data):
    case = data.draw(cases(build))
    cut = fresh(case, artifact=msgspec.structs.replace(case.artifact, complete=False))
    assert build.judge(cut).verdict != "holds"


def shuffled(data, facts, *fields):
    return msgspec.structs.replace(
        facts, **{f: tuple(data.draw(st.permutations(getattr(facts, f)))) for f in fields}
    )


@given(data=st.data())
def test_the_order_of_facts_does_not_count(build, data):
    case = data.draw(cases(build))
    target = shuffled(data, case.target, "resolutions", "modules", "layouts")
    environment = shuffled(data, target.environment, "packages")
    other = fresh(
        case,
        artifact=shuffled(data, case.artifact, "needs", "layouts"),
        target=msgspec.structs.replace(target, environment=environment),
    )
    assert build.judge(other) == build.judge(case)


@given(data=st.data())
def test_no_snapshot_never_holds(build, data):
    case = data.draw(cases(build))
    assert build.judge(fresh(case, recorded=None)).verdict != "holds"


@given(data=st.data())
def test_what_is_the_same_has_no_changes(build, data):
    case = data.draw(cases(build))
    assert changes_between(case.target.environment, case.target.environment) == ()
    if case.recorded is not None:
        assert changes_between(case.recorded, case.recorded) == ()


@given(data=st.data())
def test_changes_one_way_are_the_changes_of_the_other_way_turned(build, data):
    one = data.draw(cases(build)).target.environment
    other = data.draw(cases(build)).target.environment
    there = [(c.subject, c.before, c.after) for c in changes_between(one, other)]
    back = [(c.subject, c.after, c.before) for c in changes_between(other, one)]
    assert there == back
