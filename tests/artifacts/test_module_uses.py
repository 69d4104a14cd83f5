from __future__ import annotations

import json
import subprocess

import cloudpickle
import dill
import pytest

from envguard.artifacts.formats import read_artifact
from envguard.artifacts.module_uses import module_uses

RELEASES = ("3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13")
COMPILED = """
import json
def f(x):
    import numpy as np
    from os.path import join, split
    import xml.etree.ElementTree as ET
    try:
        import cupy
        cupy.zeros(x)
        alone.absent(x)
    except ImportError:
        cupy = None
    from sklearn import metrics
    a = np.random.default_rng(1)
    b = pd.core.frame.DataFrame(x)
    for i in range(3):
        scipy.stats.norm.cdf(i)
    return metrics.f1(a, x.own)
c = f.__code__
def told(v): return v if isinstance(v, int) else [] if isinstance(v, tuple) else None
table = getattr(c, "co_exceptiontable", b"")
print(json.dumps([c.co_code.hex(), table.hex(), c.co_names, [told(v) for v in c.co_consts]]))
"""


@pytest.mark.interpreters
@pytest.mark.parametrize("release", RELEASES)
def test_modules_that_a_function_uses_are_told(real_python, release):
    done = subprocess.run(
        [real_python(release), "-c", COMPILED], capture_output=True, text=True, check=True
    )
    code, table, names, constants = json.loads(done.stdout)
    told = [() if one == [] else one for one in constants]
    uses = module_uses(bytes.fromhex(code), bytes.fromhex(table), release, names, told)
    assert uses.imports == {"numpy", "os.path", "sklearn", "xml.etree.ElementTree"}
    assert uses.attributes == {
        ("numpy", "random.default_rng"),
        ("os.path", "join"),
        ("os.path", "split"),
        ("sklearn", "metrics"),
    }
    assert uses.chains == {("pd", "core.frame.DataFrame"), ("scipy", "stats.norm.cdf")}


def test_a_release_that_is_not_known_has_no_uses_told():
    assert not module_uses(b"d\x00S\x00", b"", "2.7", [], []).imports


def test_names_and_constants_that_are_not_there_are_passed_over():
    code = bytes([100, 9, 100, 9, 108, 9, 109, 9, 116, 9, 106, 9, 125, 0, 124, 0, 106, 0, 83, 0])
    uses = module_uses(code, b"", "3.8", ["a"], [])
    assert not uses.imports | uses.attributes | uses.chains


def test_a_relative_import_is_of_no_module_that_is_known():
    code = bytes([100, 0, 100, 1, 108, 0, 83, 0])
    assert module_uses(code, b"", "3.8", ["m"], [0, None]).imports == {"m"}
    assert not module_uses(code, b"", "3.8", ["m"], [1, None]).imports


MAIN = {"__name__": "__main__", "__builtins__": __builtins__}
exec(
    "import math, os.path\n"
    "def outer(x):\n"
    "    import json\n"
    "    return [math.sqrt(json.loads(y)) for y in map(lambda z: os.path.join(z), x)]\n",
    MAIN,
)


@pytest.mark.parametrize("module", [cloudpickle, dill], ids=["cloudpickle", "dill"])
def test_global_names_are_the_modules_that_travel_with_a_function(tmp_path, module):
    options = {"recurse": True} if module is dill else {}
    (tmp_path / "f.pkl").write_bytes(module.dumps(MAIN["outer"], **options))
    (code,) = read_artifact(tmp_path / "f.pkl").code
    assert code.imports == ("json",)
    assert ("math", "sqrt") in code.attributes
    assert ("os", "path.join") in code.attributes
    assert code.carries_globals


def test_a_builtin_type_is_a_name_of_types(tmp_path):
    path = tmp_path / "t.pkl"
    path.write_bytes(
        b"ccloudpickle.cloudpickle\n_builtin_type\n(U\x08CellTypetR0"
        b"ccloudpickle.cloudpickle\n_builtin_type\n(U\x09ClassTypetR."
    )
    names = {(need.module, need.name) for need in read_artifact(path).needs}
    assert ("types", "CellType") in names
    assert ("types", "ClassType") not in names


def test_an_attribute_with_a_default_is_no_need(tmp_path):
    path = tmp_path / "g.pkl"
    path.write_bytes(b"cbuiltins\ngetattr\n(cos\npath\nU\x03abcNtR.")
    assert ("os", "path.abc") not in {(n.module, n.name) for n in read_artifact(path).needs}
