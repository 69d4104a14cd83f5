"""What holds for any facts: unknowns never help, order never counts, nothing raises."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from envguard.facts.unknown import Unknown
from envguard.judgement.changes import changes_between

PARTS = ["sha", "syntax", "layout", "incomplete", "scikit_learn", "scipy", "numpy", "state"]
RANK = {"broken": 0, "unknown": 0, "holds": 1}
STATES = ["module-missing", "name-missing", "import-fails", "unproven"]
VERSIONS = st.sampled_from(["1.2.2", "1.5.3", "1.9.1", "2004d", "1.5.2+cpu", None])
LOST = Unknown("it was lost")


@st.composite
def cases(draw, build):
    """A forest with local code in a twin, of which at most two parts are bent, so that most
    verdicts hang on one fact; the same needs everywhere."""
    bent = draw(st.sets(st.sampled_from(PARTS), max_size=2))
    steps = build.module(
        sha256="a2" if {"sha", "syntax"} & bent else "aa",
        syntax_sha256="b2" if "syntax" in bent else "bb",
    )
    artifact = build.artifact(
        build.tree_need(),
        build.local_need(),
        build.need("sklearn.impute._base", "SimpleImputer", "scikit-learn"),
        layouts=build.layouts(*(("more",) if "layout" in bent else ())),
        complete="incomplete" not in bent,
    )
    packages = {n: draw(VERSIONS) for n in sorted(bent & {"scikit_learn", "scipy", "numpy"})}
    state = draw(st.sampled_from(STATES)) if "state" in bent else "resolved"
    answer = build.answer("sklearn.tree._tree", "Tree", state=state)
    target = build.target(
        artifact,
        answer,
        packages=build.packages(**packages),
        layouts=build.layout(),
        modules=(steps,),
    )
    recorded = build.snapshot(artifact, source=build.source(build.module()))
    kind = draw(st.sampled_from(["interpreter", "interpreter", "snapshot"]))
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
    lost += [("recorded", fact) for fact in unknowns(case.recorded)]
    for side, fact in data.draw(st.lists(st.sampled_from(lost), min_size=12, max_size=12)):
        assert RANK[build.judge(fresh(case, **{side: fact}), fail_on).verdict] <= before


def test_the_facts_that_can_be_lost_are_many(build):
    case = build.local_case()
    # two of each of the five distributions, two of the interpreter, two of the platform, three
    # of the local module; three more of the repository
    assert len(list(unknowns(case.target))) == 10 + 2 + 2 + 3
    assert len(list(unknowns(case.recorded))) == 10 + 2 + 2 + 3 + 4


@given(data=st.data())
def test_cases_that_hold_are_among_those_drawn(build, data):
    case = data.draw(cases(build).filter(lambda c: build.judge(c).verdict == "holds"))
    assert build.judge(case).load.static.outcome == "loads"


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
    assert changes_between(case.recorded, case.recorded) == ()


@given(data=st.data())
def test_changes_one_way_are_the_changes_of_the_other_way_turned(build, data):
    one = data.draw(cases(build)).target.environment
    other = data.draw(cases(build)).target.environment
    there = [(c.subject, c.before, c.after) for c in changes_between(one, other)]
    back = [(c.subject, c.after, c.before) for c in changes_between(other, one)]
    assert there == back
