from __future__ import annotations

import json
import pickle
import subprocess
import sys

import cloudpickle
import dill
import pytest

from envguard.artifacts.bytecode_tables import CACHES
from envguard.artifacts.code_writers import runs_on
from envguard.artifacts.formats import read_artifact

RELEASES = ("3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13")
HERE = f"{sys.version_info[0]}.{sys.version_info[1]}"

# What a real interpreter's code objects look like in a pickle, written as dill and cloudpickle do.
WRITE = r"""
import json, pickle, sys, types

def many(a, b=2, *c, **d):
    import os.path
    total = 0
    for i, x in enumerate(sorted(c, key=lambda y: -y)):
        try:
            total += x.value if x > a else b[i]["k"]
        except (ValueError, KeyError) as e:
            raise RuntimeError("bad %s" % e)
        finally:
            total -= 1
    with open(os.path.join("a", "b")) as f:
        data = {k: v for k, v in (line.split("=") for line in f) if k not in d}
    def inner(z):
        nonlocal total
        total = total + z + many.__defaults__[0]
        yield total
        yield from [1, 2]
    class Local(object):
        attribute = 3
        def method(self):
            return super().method() + self.attribute
    assert isinstance(a, int), f"{a!r} is no {int:>5}"
    return [inner, Local, data, (not a) and b or c, a[1:2], a @ b, a is None, -a]

def plain(x):
    return x + 1

FIELDS = sys.argv[2].split(",")

class Code:
    def __init__(self, code):
        self.code = code
    def __reduce__(self):
        arguments = tuple(getattr(self.code, "co_" + field) for field in FIELDS)
        wrapped = tuple(
            tuple(Code(c) if isinstance(c, types.CodeType) else c for c in value)
            if isinstance(value, tuple) else value
            for value in arguments
        )
        return FACTORY, wrapped

class types_CodeType(object): pass
FACTORY = types_CodeType
FACTORY.__module__, FACTORY.__qualname__, FACTORY.__name__ = "types", "CodeType", "CodeType"
class P(pickle._Pickler):
    def save_global(self, obj, name=None):
        if obj is FACTORY:
            self.write(b"ctypes\nCodeType\n")
            return
        pickle._Pickler.save_global(self, obj, name)
    dispatch = dict(pickle._Pickler.dispatch)
    dispatch[type] = save_global
for name, function in (("many", many), ("plain", plain)):
    with open(sys.argv[1] + "/" + name, "wb") as f:
        P(f, 3).dump(Code(function.__code__))
"""
OLD = (
    "argcount,kwonlyargcount,nlocals,stacksize,flags,code,consts,names,varnames,"
    "filename,name,firstlineno,lnotab,freevars,cellvars"
)
MIDDLE = OLD.replace("argcount,kwonly", "argcount,posonlyargcount,kwonly")
TEN = MIDDLE.replace("lnotab", "linetable")
NEW = TEN.replace("name,firstlineno", "name,qualname,firstlineno").replace(
    "linetable,", "linetable,exceptiontable,"
)
FIELDS = {
    "3.6": OLD,
    "3.7": OLD,
    "3.8": MIDDLE,
    "3.9": MIDDLE,
    "3.10": TEN,
    "3.11": NEW,
    "3.12": NEW,
    "3.13": NEW,
}


@pytest.mark.interpreters
@pytest.mark.parametrize("release", RELEASES)
def test_the_table_of_a_release_is_that_of_its_interpreter(real_python, release):
    script = (
        "import opcode, json\n"
        "known = getattr(opcode, '_inline_cache_entries', {})\n"
        "told = {}\n"
        "for number, name in enumerate(opcode.opname):\n"
        "    if name.startswith(('<', 'INSTRUMENTED')) or name == 'CACHE': continue\n"
        "    if number > 255: continue\n"
        "    if isinstance(known, dict): told[number] = known.get(name, 0)\n"
        "    else: told[number] = known[number] if number < len(known) else 0\n"
        "print(json.dumps(told))\n"
    )
    done = subprocess.run(
        [real_python(release), "-c", script], capture_output=True, text=True, check=True
    )
    told = {int(number): entries for number, entries in json.loads(done.stdout).items()}
    table = CACHES[release]
    assert {i: int(c, 16) for i, c in enumerate(table) if c != "."} == told


@pytest.mark.interpreters
@pytest.mark.parametrize("release", RELEASES)
def test_bytecode_with_many_instructions_is_known_as_its_own_pythons(
    tmp_path, read, real_python, release
):
    subprocess.run([real_python(release), "-c", WRITE, tmp_path, FIELDS[release]], check=True)
    facts = read((tmp_path / "many").read_bytes())
    assert facts.complete, facts.anomalies
    (code,) = facts.code
    assert code.function == "many"
    assert release in code.pythons
    expected = {"3.8": {"3.8"}, "3.9": {"3.9"}, "3.6": {"3.6", "3.7"}, "3.7": {"3.7"}}
    assert set(code.pythons) <= expected.get(release, {release})
    assert {"path", "enumerate", "RuntimeError", "split", "super", "many"} <= set(code.names)


@pytest.mark.interpreters
@pytest.mark.parametrize("release", RELEASES)
def test_bytecode_of_few_instructions_names_at_least_its_own_python(
    tmp_path, read, real_python, release
):
    subprocess.run([real_python(release), "-c", WRITE, tmp_path, FIELDS[release]], check=True)
    (code,) = read((tmp_path / "plain").read_bytes()).code
    assert release in code.pythons


def dumped(library, value, protocol):
    # Without recurse, dill takes all globals of this module along.
    more = {"recurse": True} if library is dill else {}
    return library.dumps(value, protocol=protocol, **more)


def outer(value):
    def inner(more):
        return len(more) + value

    return [inner(x) for x in sorted(value)]


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("library", [dill, cloudpickle])
def test_a_function_is_told_once_with_the_names_of_those_inside(read, library, protocol):
    outer.__module__ = "__main__"  # else the libraries only refer to it by name
    content = dumped(library, outer, protocol)
    (code,) = read(content).code
    assert code.function == "outer"
    assert HERE in code.pythons
    assert {"len", "sorted"} <= set(code.names)


@pytest.mark.parametrize("library", [dill, cloudpickle])
def test_the_methods_of_a_class_are_told_each(read, library):
    def make():
        class Model:
            def fit(self):
                return open

            def predict(self):
                return print

        return Model

    told = {one.function.split(".")[-1]: one.names for one in read(dumped(library, make(), 4)).code}
    assert {"fit": ("open",), "predict": ("print",)}.items() <= told.items()


def test_dill_of_3_10_is_known_by_the_line_numbers_in_front(read):
    arguments = (b"", 0, 0, 0, 0, 1, 64, b"d\x00S\x00", (None,), (), (), "f", "g", 1, b"", (), ())

    class Code:
        def __reduce__(self):
            return dill._dill._create_code, arguments

    (code,) = read(pickle.dumps(Code())).code
    assert (code.function, code.pythons) == ("g", ("3.10",))


@pytest.mark.parametrize("count", [0, 3, 14, 15, 16, 17, 18, 20])
def test_any_number_of_arguments_is_told_without_failing(read, count):
    (code,) = read(b"ctypes\nCodeType\n(" + b"K\x01" * count + b"tR.").code
    expected = {
        14: ("2.7",),
        15: ("3.6", "3.7"),
        16: ("3.8", "3.9", "3.10"),
        18: ("3.11", "3.12", "3.13"),
    }
    assert code.pythons == expected.get(count, ())


@pytest.mark.parametrize(
    ("lines", "pythons"),
    [(b"C\x02\x04\x01", ("3.10",)), (b"C\x02\x00\x01", None), (b"N", None)],
)
def test_a_line_table_that_covers_all_the_code_is_of_3_10(read, lines, pythons):
    code = b"C\x04|\x00S\x00"
    fields = b"K\x01K\x00K\x00K\x01K\x01K\x43" + code + b"N\x85))X\x01\0\0\0aX\x01\0\0\0fK\x01"
    stream = b"\x80\x03ctypes\nCodeType\n(" + fields + lines + b"))tR."
    assert read(stream).code[0].pythons == (pythons or ("3.8", "3.9", "3.10"))


def test_a_call_of_another_builtin_type_is_no_code(read):
    stream = b"ccloudpickle.cloudpickle\n_builtin_type\n(U\x0bMappingTypetR)R0"
    stream += b"cm\nfactory\n)R)R0ccloudpickle.cloudpickle\n_builtin_type\n)R)R."
    assert read(stream).code == ()


@pytest.mark.parametrize(
    ("code", "runs"),
    [(b"", True), (b"d\x00S\x00", True), (b"d", False), (b"\xff\x00", False), (b"\x00\x00", False)],
)
def test_bytecode_must_consist_of_whole_known_instructions(code, runs):
    assert runs_on(code, CACHES["3.8"]) is runs


def test_dill_function_of_main_tells_which_globals_it_leaves_behind(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import sys, dill, json as js\n"
        "LIMIT = 3\n"
        "def scale(x):\n"
        "    def inner(y): return js.dumps(y, len(x))\n"
        "    return [inner(n) for n in x if n < LIMIT] and print(__name__)\n"
        "def plain(x): return x.real + abs(x)\n"
        "dill.dump(scale, open(sys.argv[1], 'wb'))\n"
        "dill.dump(plain, open(sys.argv[2], 'wb'))\n"
        "dill.settings['recurse'] = True\n"
        "dill.dump(scale, open(sys.argv[3], 'wb'))\n"
    )
    paths = [tmp_path / name for name in ("left.dill", "none.dill", "taken.dill")]
    subprocess.run([sys.executable, script, *paths], check=True)
    left, none, taken = (read_artifact(path).code for path in paths)
    assert [(code.function, code.unbound) for code in left] == [("scale", ("LIMIT", "js"))]
    assert [code.unbound for code in none] == [()]
    assert {code.unbound for code in taken} == {()}
