"""Dangerous and unknown names, and EG801, which tells the dangerous ones."""

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


def test_without_an_artifact_nothing_is_dangerous(build):
    case = build.replace(build.case(recorded=None), artifact=None)
    assert build.silent(case, "EG801")
