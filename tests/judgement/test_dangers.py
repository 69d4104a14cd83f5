"""Dangerous and unknown names, and the rules EG801 to EG803, which tell them in a check."""

from __future__ import annotations

import pytest

STOCK = [
    ("numpy.core.multiarray", "_reconstruct"),
    ("numpy._core.multiarray", "_reconstruct"),
    ("numpy", "dtype"),
    ("numpy.random._pickle", "__bit_generator_ctor"),
    ("sklearn.tree._tree", "Tree"),
    ("sklearn.pipeline", "Pipeline"),
    ("joblib.numpy_pickle", "NumpyArrayWrapper"),
    ("collections", "OrderedDict"),
    ("copyreg", "_reconstructor"),
    ("_codecs", "encode"),
    ("builtins", "slice"),
    ("pathlib", "PosixPath"),
    ("_loss", "CyHalfBinomialLoss"),
]
DANGEROUS = [
    ("posix", "system"),
    ("os", "popen"),
    ("nt", "system"),
    ("subprocess", "Popen"),
    ("builtins", "eval"),
    ("__builtin__", "exec"),
    ("builtins", "__import__"),
    ("builtins", "getattr"),
    ("importlib", "import_module"),
    ("pkgutil", "resolve_name"),
    ("operator", "attrgetter"),
    ("_operator", "methodcaller"),
    ("runpy", "run_path"),
    ("pty", "spawn"),
    ("socket", "create_connection"),
    ("urllib.request", "urlopen"),
    ("shutil", "rmtree"),
    ("pathlib", "Path.unlink"),
    ("webbrowser", "open"),
    ("ctypes", "CDLL"),
    ("pickle", "loads"),
    ("_pickle", "loads"),
    ("joblib", "load"),
    ("pip._internal", "main"),
    ("logging.config", "listen"),
    ("numpy", "os.system"),
    ("numpy", "__builtins__"),
    ("sklearn.base", "clone.__globals__"),
    ("os", ""),
]


def dangers(build, *pairs, **parts):
    from envguard.judgement.dangers import dangers_of

    return dangers_of(build.artifact(needs=tuple(build.need(*pair) for pair in pairs), **parts))


@pytest.mark.parametrize("pair", STOCK)
def test_a_stock_name_is_neither_dangerous_nor_unknown(build, pair):
    assert dangers(build, pair) == ()


@pytest.mark.parametrize("pair", DANGEROUS)
def test_a_name_that_can_do_harm_is_dangerous_and_an_error(build, pair):
    (danger,) = dangers(build, pair)
    assert (danger.level, danger.module, danger.name) == ("dangerous", *pair)
    artifact = build.artifact(build.need(*pair))
    found = build.finding(build.case(artifact), "EG801")
    assert found.subject == ".".join(part for part in pair if part)
    assert danger.why in found.evidence


@pytest.mark.parametrize(
    "pair", [("acme.models", "Net"), ("numpy", "unheard_of"), ("acme", "Net.Layer")]
)
def test_a_name_that_nobody_vouches_for_is_unknown_and_no_finding(build, pair):
    (danger,) = dangers(build, pair)
    assert danger.level == "unknown"
    assert build.silent(build.case(build.artifact(build.need(*pair))), "EG801")


@pytest.mark.parametrize("serializer", ["dill", "cloudpickle"])
@pytest.mark.parametrize(
    "pair",
    [
        ("builtins", "getattr"),
        ("types", "CodeType"),
        ("dill._dill", "_import_module"),
        ("cloudpickle.cloudpickle", "_make_function"),
    ],
)
def test_what_rebuilds_code_is_unknown_in_artifacts_that_hold_code(build, serializer, pair):
    assert {d.level for d in dangers(build, pair, serializer=serializer)} == {"unknown"}


@pytest.mark.parametrize("serializer", ["dill", "cloudpickle"])
@pytest.mark.parametrize("pair", [("posix", "system"), ("builtins", "eval"), ("dill", "loads")])
def test_what_does_harm_is_dangerous_in_artifacts_that_hold_code_too(build, serializer, pair):
    assert [d.level for d in dangers(build, pair, serializer=serializer)] == ["dangerous"]


def test_code_inside_the_artifact_is_unknown(build):
    (danger,) = dangers(build, code=(build.code("scale"),))
    assert (danger.name, danger.level) == ("scale", "unknown")


@pytest.mark.parametrize("code", ["EG801", "EG802", "EG803"])
def test_without_an_artifact_nothing_is_dangerous(build, code):
    case = build.replace(build.case(recorded=None), artifact=None)
    assert build.silent(case, code)


def test_unknown_names_are_one_warning_that_changes_no_verdict(build):
    artifact = build.artifact(build.need("acme.steps", "Clip"), build.need("acme.models", "Net"))
    case = build.case(artifact)
    found = build.finding(case, "EG802")
    assert (found.level, found.subject, found.found) == (
        "warning",
        "acme.models.Net, acme.steps.Clip",
        "2 unknown names",
    )
    assert 'known-names = ["acme.models:Net", "acme.steps:Clip"]' in found.fix
    assert build.judge(case).verdict == "holds"


def test_known_and_vouched_names_give_no_warning(build):
    artifact = build.artifact(build.need("acme.steps", "Clip"))
    for vouched in ({"acme.steps:Clip"}, {"acme.steps:*"}):
        case = build.replace(build.case(artifact), known_names=frozenset(vouched))
        assert build.silent(case, "EG802")
    assert build.silent(build.case(), "EG802")


def test_names_unknown_for_different_reasons_are_told_apart(build):
    mapped = build.need("numpy", "memmap")
    case = build.case(build.artifact(build.need("acme.steps", "Clip"), mapped))
    assert {f.subject for f in build.findings(case, "EG802")} == {"acme.steps.Clip", "numpy.memmap"}


def test_embedded_code_is_a_warning_of_its_own(build):
    rebuilds = build.need("dill._dill", "_create_function")
    artifact = build.artifact(rebuilds, code=(build.code("scale"),), serializer="dill")
    case = build.case(artifact)
    found = build.findings(case, "EG803")
    assert {(f.level, f.subject) for f in found} == {
        ("warning", "scale"),
        ("warning", "dill._dill._create_function"),
    }
    assert build.silent(case, "EG802")
    assert build.silent(build.case(), "EG803")


def test_a_module_that_embedded_code_uses_is_unknown_and_dangerous_elsewhere(build):
    need = build.replace(build.need("os"), kind="module")
    from envguard.judgement.dangers import dangers_of

    levels = {
        serializer: [
            danger.level
            for danger in dangers_of(build.artifact(needs=(need,), serializer=serializer))
        ]
        for serializer in ("pickle", "dill", "cloudpickle")
    }
    assert levels == {"pickle": ["dangerous"], "dill": ["unknown"], "cloudpickle": ["unknown"]}
