"""EG316, EG319 and EG605: the insides of libraries, as other releases wrote them."""

from __future__ import annotations

import pytest

from envguard.facts.artifact import CallShape, ConstructorCall, ObjectState
from envguard.judgement.libraries import (
    numpy_contracts,
    pandas_contracts,
    scipy_contracts,
    statsmodels_contracts,
    stdlib_contracts,
)
from envguard.judgement.libraries.pandas_reading import MAPPED
from envguard.judgement.versions import parsed

MODULES = (
    numpy_contracts,
    pandas_contracts,
    scipy_contracts,
    statsmodels_contracts,
    stdlib_contracts,
)
CONTRACTS = [
    *numpy_contracts.CONSTRUCTORS,
    *(contract for module in MODULES for contract in (*module.LOADS, *module.USES)),
]


def call(dotted, *positional, new=(), keywords=()):
    module, _, name = dotted.rpartition(".")
    return CallShape(module=module, name=name, positional=positional, new=new, keywords=keywords)


def constructor(dotted, *arguments):
    module, _, name = dotted.rpartition(".")
    return ConstructorCall(module=module, name=name, arguments=arguments)


def state(dotted, *keys, shape="dict", values=(), sometimes=()):
    module, _, name = dotted.rpartition(".")
    return ObjectState(
        module=module,
        name=name,
        count=1,
        shapes=(shape,),
        keys=keys,
        sometimes=sometimes,
        values=values,
    )


def reading(build, library, version, *needs, python="3.11.7", **facts):
    """An artifact whose bytes show these facts, in a place with that release of the library."""
    artifact = build.artifact(*(build.need(*need.rsplit(".", 1)) for need in needs), **facts)
    packages = build.packages()
    if version is not None:
        packages = (
            *(d for d in packages if d.name != library),
            build.distribution(library, version),
        )
    environment = build.environment(packages, interpreter=build.interpreter(python))
    return build.case(artifact, build.target(artifact, environment=environment), recorded=None)


def outcome(build, case):
    report = build.judge(case)
    return report.load.static.outcome, report.behaviour.static.outcome


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda c: c.says[:50])
def test_a_contract_names_releases_in_order_and_at_least_one_mark(contract):
    first, end = map(parsed, contract.reads)
    assert first < end
    assert contract.marks
    assert contract.says


@pytest.mark.parametrize("releases", MAPPED.values())
def test_a_name_is_mapped_in_releases_in_order(releases):
    first, end = map(parsed, releases)
    assert first < end


STRINGS = {"calls": (call("pandas.StringDtype", 2),)}
BACKED = {"states": (state("pandas.arrays.PeriodArray", shape="tuple:2"),)}
KD_TREE = {"states": (state("scipy.spatial.kdtree.KDTree", "data", "tree"),)}
NEW_KD_TREE = {"states": (state("scipy.spatial._kdtree.KDTree", shape="tuple:10"),)}
CHECKSUM = {
    "constructors": (
        constructor(
            "pandas._libs.arrays.__pyx_unpickle_NDArrayBacked",
            "global:pandas.core.arrays.datetimes.DatetimeArray",
            "int:82904607",
            "none",
        ),
    )
}
LINE = {"calls": (call("scipy.stats.LinregressResult", new=(5,), keywords=("intercept_stderr",)),)}
ROOT = {"calls": (call("scipy.optimize._zeros_py.RootResults", new=(0,)),)}
UNION = {"constructors": (constructor("_functools.reduce", "global:_operator.or_", "tuple:2"),)}


@pytest.mark.parametrize(
    ("library", "facts", "fails", "loads"),
    [
        ("pandas", STRINGS, ["1.0.5", "1.5.3", "2.2.3"], ["2.3.0", "3.1.1"]),
        ("pandas", BACKED, ["1.5.3", "2.3.3"], ["3.0.0", "3.1.1"]),
        ("pandas", CHECKSUM, ["1.3.5"], ["1.4.0", "2.3.3"]),
        ("scipy", KD_TREE, ["1.6.1", "1.17.1"], ["1.5.4", "1.2.3"]),
        ("scipy", NEW_KD_TREE, ["1.5.4"], ["1.6.1"]),
        ("scipy", LINE, ["1.5.4"], ["1.6.1"]),
        ("scipy", ROOT, ["1.10.1"], ["1.11.4"]),
        ("numpy", {"calls": (call("numpy.finfo", new=(0,)),)}, ["1.16.6", "2.5.0"], []),
    ],
)
def test_a_state_or_call_of_other_releases_fails_the_load(build, library, facts, fails, loads):
    for version in fails:
        assert outcome(build, reading(build, library, version, **facts))[0] == "fails"
    for version in loads:
        assert outcome(build, reading(build, library, version, **facts))[0] == "loads"


def test_the_interpreter_is_a_library_as_well(build):
    case = reading(build, "rich", "13.0", python="3.9.18", **UNION)
    found = build.finding(case, "EG319")
    assert (found.subject, found.expected) == ("Python", "python 3.10 or newer")
    assert outcome(build, reading(build, "rich", "13.0", python="3.10.1", **UNION))[0] == "loads"


def test_a_finding_names_the_releases_the_evidence_and_the_exception(build):
    found = build.finding(reading(build, "scipy", "1.6.1", **KD_TREE), "EG319")
    assert (found.expected, found.found) == ("scipy before 1.6", "scipy 1.6.1")
    assert "scipy.KDTree has a state of shape dict" in found.evidence
    assert "need more than 7 values to unpack" in found.evidence


def test_without_the_library_its_insides_are_no_question(build):
    assert build.silent(reading(build, "pandas", None, **STRINGS), "EG316")


def test_a_library_of_unknown_release_cannot_be_told(build):
    case = reading(build, "pandas", build.unknown, **STRINGS)
    assert build.doubts(case, "EG316")
    assert outcome(build, case)[0] == "undecided"


def test_classes_of_the_same_name_in_other_packages_do_not_count(build):
    facts = {"states": (state("mine.trees.KDTree", "data"),)}
    assert build.silent(reading(build, "scipy", "1.6.1", **facts), "EG319")


NUMERIC = "pandas.core.indexes.numeric.Int64Index"


def moved(build, root, version="2.2.3", serializer="pickle", *needs):
    """An artifact that needs a class of pandas that pandas 2 has elsewhere."""
    case = reading(build, "pandas", version, NUMERIC, *needs, root=root, serializer=serializer)
    gone = build.answer(
        "pandas.core.indexes.numeric", "Int64Index", "module-missing", distribution="pandas"
    )
    resolutions = tuple(gone if r.name == "Int64Index" else r for r in case.target.resolutions)
    return build.replace(case, target=build.replace(case.target, resolutions=resolutions))


@pytest.mark.parametrize("root", ["pandas.core.frame.DataFrame", "pandas.Series"])
def test_a_frame_is_read_by_pandas_which_finds_names_that_moved(build, root):
    case = moved(build, root)
    assert outcome(build, case)[0] == "loads"
    reasons = build.judge(case).load.static.reasons
    assert "a frame or series is taken to be read by pandas.read_pickle" in reasons
    note = build.finding(case, "EG316")
    assert (note.level, note.expected) == ("note", NUMERIC)
    assert note.fix == "Load it with pandas.read_pickle"


def test_a_compressed_frame_is_read_by_pandas_as_well(build):
    assert outcome(build, moved(build, "pandas.core.frame.DataFrame", serializer="joblib"))[0] == (
        "loads"
    )


@pytest.mark.parametrize(
    ("root", "version", "serializer", "needs"),
    [
        ("pandas.core.indexes.base._new_Index", "2.2.3", "pickle", ()),
        (None, "2.2.3", "pickle", ()),
        ("pandas.core.frame.DataFrame", "1.5.3", "pickle", ()),
        ("pandas.core.frame.DataFrame", "2.2.3", "cloudpickle", ()),
        (
            "pandas.core.frame.DataFrame",
            "2.2.3",
            "joblib",
            ("joblib.numpy_pickle.NumpyArrayWrapper",),
        ),
    ],
)
def test_everything_else_is_read_by_pickle_which_does_not(build, root, version, serializer, needs):
    case = moved(build, root, version, serializer, *needs)
    assert outcome(build, case)[0] == "fails"
    assert not [f for f in build.findings(case, "EG316") if f.level == "note"]


BLOCK = constructor("functools.partial", "global:pandas.core.internals.blocks.new_block")


def test_pandas_reads_blocks_of_1_3_that_pickle_does_not(build):
    facts = {"constructors": (BLOCK,)}
    plain = reading(build, "pandas", "2.2.3", **facts)
    assert outcome(build, plain)[0] == "fails"
    by_pandas = reading(build, "pandas", "2.2.3", root="pandas.core.frame.DataFrame", **facts)
    assert outcome(build, by_pandas)[0] == "loads"


INTERVALS = (
    call("pandas._libs.interval.__pyx_unpickle_IntervalMixin", 3),
    call("pandas.core.frame.DataFrame", new=(0,)),
)


def test_a_need_that_is_absent_can_be_the_mark(build):
    facts = {"calls": INTERVALS, "states": (state("pandas.core.frame.DataFrame", "_mgr"),)}
    assert outcome(build, reading(build, "pandas", "1.5.3", **facts))[0] == "fails"
    newer = reading(build, "pandas", "1.5.3", "pandas.core.dtypes.dtypes.IntervalDtype", **facts)
    assert outcome(build, newer)[0] == "loads"


CUBIC = {"states": (state("scipy.interpolate._cubic.CubicSpline", "c", "x", shape="tuple:2"),)}
FRAME = {"states": (state("pandas.core.frame.DataFrame", "_mgr", "_typ"),)}
MODEL = {
    "states": (
        state("statsmodels.genmod.GLM", "_has_offset", "offset", values=(("offset", ("none",)),)),
    )
}


@pytest.mark.parametrize(
    ("library", "facts", "breaks", "works"),
    [
        ("scipy", CUBIC, ["1.17.1"], ["1.16.3"]),
        ("pandas", FRAME, ["1.0.5"], ["1.1.0", "3.1.1"]),
        ("statsmodels", MODEL, ["0.14.6"], ["0.15.0"]),
        (
            "scipy",
            {"states": (state("scipy.stats.gaussian_kde", sometimes=("cho_cov",)),)},
            ["1.10.1"],
            [],
        ),
    ],
)
def test_an_attribute_that_the_release_reads_and_the_state_lacks_breaks_the_use(
    build, library, facts, breaks, works
):
    for version in breaks:
        assert outcome(build, reading(build, library, version, **facts)) == ("loads", "error")
    for version in works:
        assert outcome(build, reading(build, library, version, **facts)) == ("loads", "undecided")


def test_where_only_some_uses_fail_it_is_a_warning(build):
    facts = {"states": (state("numpy.polynomial.chebyshev.Chebyshev", "coef"),)}
    case = reading(build, "numpy", "1.26.4", **facts)
    assert build.finding(case, "EG605").level == "warning"
    assert outcome(build, case) == ("loads", "undecided")


def test_periods_of_an_index_are_none_of_the_frame(build):
    facts = {
        "constructors": (BLOCK,),
        "states": (
            state("pandas.core.arrays.period.PeriodArray", shape="tuple:3"),
            state("pandas.core.frame.DataFrame", "_mgr"),
        ),
        "root": "pandas.core.frame.DataFrame",
    }
    assert outcome(build, reading(build, "pandas", "1.5.3", **facts))[0] == "fails"
    index = "pandas.core.indexes.period.PeriodIndex"
    assert outcome(build, reading(build, "pandas", "1.5.3", index, **facts))[0] == "loads"


def test_a_use_with_an_unknown_release_cannot_be_told(build):
    assert build.doubts(reading(build, "scipy", build.unknown, **CUBIC), "EG605")
