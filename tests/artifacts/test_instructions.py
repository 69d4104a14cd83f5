from __future__ import annotations

import json
import subprocess

import pytest

from envguard.artifacts.instructions import globals_read, numbers_of, variables_read

RELEASES = ("3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13")
NAMED = """
import json, opcode
names = "LOAD_GLOBAL LOAD_NAME LOAD_CONST LOAD_ATTR LOAD_METHOD BINARY_SUBSCR EXTENDED_ARG"
found = [opcode.opmap.get(name, -1) for name in names.split()]
print(json.dumps([number if number < 256 else -1 for number in found]))
"""
COMPILED = """
import json
def f(x):
    a = os.environ["SUBSCRIBED"], os.environ.get("GOT", "1"), os.getenv("ASKED"), getenv("BARE")
    environ["MAPPED"]
    os.environ["WRITTEN"] = "1"
    "TESTED" in os.environ
    os.path.join("JOINED", x)
    x["INDEXED"]
    other.get("OTHER")
    return a, missing
%s
c = f.__code__
texts = [one if isinstance(one, str) else None for one in c.co_consts]
print(json.dumps([c.co_code.hex(), list(c.co_names), texts]))
"""
MANY = "def g():\n    return " + ", ".join(f"n{number}" for number in range(300))


def answer(python, script):
    done = subprocess.run([python, "-c", script], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.interpreters
@pytest.mark.parametrize("release", RELEASES)
def test_the_numbers_are_those_of_each_release(real_python, release):
    found = answer(real_python(release), NAMED)
    expected = numbers_of(release)[:7]
    told = [mine for mine, real in zip(expected, found, strict=True) if real != -1]
    assert told == [real for real in found if real != -1]


@pytest.mark.interpreters
@pytest.mark.parametrize("release", RELEASES)
def test_the_variables_that_a_function_reads_are_told(real_python, release):
    code, names, constants = answer(real_python(release), COMPILED % "")
    found = variables_read(bytes.fromhex(code), release, names, constants)
    assert found == {"SUBSCRIBED", "GOT", "ASKED", "BARE", "MAPPED"}


@pytest.mark.interpreters
@pytest.mark.parametrize("release", RELEASES)
def test_the_globals_that_a_function_reads_are_told(real_python, release):
    code, names, _ = answer(real_python(release), COMPILED % "")
    found = globals_read(bytes.fromhex(code), release, names)
    assert found == {"os", "getenv", "environ", "other", "missing"}


@pytest.mark.interpreters
@pytest.mark.parametrize("release", RELEASES)
def test_a_name_beyond_the_first_256_is_told(real_python, release):
    code, names, _ = answer(real_python(release), COMPILED % (MANY + "\nf = g"))
    assert "n299" in globals_read(bytes.fromhex(code), release, names)


@pytest.mark.parametrize("release", RELEASES)
def test_bytecode_that_is_none_tells_nothing_and_does_not_fail(release):
    every = bytes(range(256)) * 8
    assert variables_read(every, release, [], []) == set()
    assert globals_read(every + b"\x90\xff" * 1000, release, []) == set()
