"""Which Pythons run bytecode as its writer does: real functions, written by one real interpreter
and called by another after dill's way of fitting the arguments of its code object."""

from __future__ import annotations

import functools
import json
import subprocess

import pytest

from envguard.artifacts.bytecode_runs import loose_ends, protected_by, runs
from envguard.artifacts.opcode_names import MEANING_CHANGED, NAMES, SAME_AS

RELEASES = tuple(NAMES)
OPCODES = """
import opcode, json
print(json.dumps({str(v): k for k, v in opcode.opmap.items()
                  if v < 237 and not k.startswith("INSTRUMENTED")}))
"""
# Each function is called with 5; what one answers is what its bytecode means.
SOURCE = """
def add(x): return x + 2
def same(x): return x
def branch(x):
    if x > 3: return "more"
    return "less"
def loop(x):
    total = 0
    for i in range(x): total += i
    return total
def member(x): return x in (1, 5)
def caught(x):
    try: return x / 0
    except ZeroDivisionError: return -1
def guarded(x):
    if not isinstance(x, int): raise TypeError("no number: %s" % x)
    return x
def method(x): return str(x).upper()
def pairs(x): return {i: i * 2 for i in range(x)}
def built(x): return [x, (x, {"a": x})], f"{x!r}"
"""
WRITE = (
    SOURCE
    + r"""
import json, types
names = [n for n, f in list(globals().items()) if isinstance(f, types.FunctionType)]
def told(v):
    if isinstance(v, types.CodeType): return {"code": parts(v)}
    if isinstance(v, tuple): return {"tuple": [told(one) for one in v]}
    return v
def parts(c):
    return {"argcount": c.co_argcount, "nlocals": c.co_nlocals, "stacksize": c.co_stacksize,
            "flags": c.co_flags, "code": c.co_code.hex(), "consts": [told(v) for v in c.co_consts],
            "names": c.co_names, "varnames": c.co_varnames, "name": c.co_name,
            "freevars": c.co_freevars, "cellvars": c.co_cellvars,
            "table": getattr(c, "co_exceptiontable", b"").hex()}
print(json.dumps({n: [parts(globals()[n].__code__), repr(globals()[n](5))] for n in names}))
"""
)
CALL = r"""
import json, os, signal, sys, types
def value(v):
    if isinstance(v, dict): return code(v["code"]) if "code" in v else tuple(map(value, v["tuple"]))
    return v
def code(p):
    start = [p["argcount"]] + ([0] if sys.version_info >= (3, 8) else [])
    start += [0, p["nlocals"], p["stacksize"], p["flags"], bytes.fromhex(p["code"])]
    start += [tuple(map(value, p["consts"])), tuple(p["names"]), tuple(p["varnames"])]
    start += ["f", p["name"]]
    if sys.version_info >= (3, 11):
        start += [p["name"], 1, b"", bytes.fromhex(p["table"])]
    else:
        start += [1, b""]
    return types.CodeType(*(start + [tuple(p["freevars"]), tuple(p["cellvars"])]))
found = {}
for name, (parts, expected) in json.load(sys.stdin).items():
    reading, writing = os.pipe()
    if not os.fork():
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1), os.dup2(null, 2), signal.alarm(10)
        function = types.FunctionType(code(parts), {"__builtins__": __builtins__})
        try: same = repr(function(5)) == expected
        except BaseException: same = False
        os.write(writing, b"same" if same else b"not"), os._exit(0)
    os.close(writing)
    found[name] = os.read(reading, 9) == b"same"
    os.wait()
print(json.dumps(found))
"""


def answer(python, script, given=""):
    done = subprocess.run(
        [python, "-c", script], input=given, capture_output=True, text=True, check=True
    )
    return done.stdout


@functools.cache
def by_interpreter(python):
    return answer(python, WRITE)


@pytest.fixture
def written(real_python):
    return lambda release: by_interpreter(real_python(release))


def all_run(parts, writer, reader):
    found = runs(bytes.fromhex(parts["code"]), bytes.fromhex(parts["table"]), (writer,))
    inner = [one["code"] for one in parts["consts"] if isinstance(one, dict) and "code" in one]
    return reader in found[writer] and all(all_run(one, writer, reader) for one in inner)


@pytest.mark.interpreters
@pytest.mark.parametrize("release", RELEASES)
def test_the_names_of_opcodes_are_those_of_each_release(real_python, release):
    told = json.loads(answer(real_python(release), OPCODES))
    assert {int(number): name for number, name in told.items()} == NAMES[release]


@pytest.mark.interpreters
@pytest.mark.parametrize(
    ("writer", "reader"),
    [
        (one, other)
        for at, one in enumerate(RELEASES)
        for other in (RELEASES[at - 1 : at] + RELEASES[at + 1 : at + 2])
    ],
)
def test_what_is_said_to_run_the_same_does(real_python, written, writer, reader):
    told = written(writer)
    found = json.loads(answer(real_python(reader), CALL, told))
    for name, (parts, _) in json.loads(told).items():
        if all_run(parts, writer, reader):
            assert found[name], name


@pytest.mark.interpreters
@pytest.mark.parametrize(
    ("writer", "reader", "breaks"),
    [
        ("3.7", "3.8", {"loop", "caught", "pairs"}),
        ("3.8", "3.9", {"member", "caught"}),
        ("3.9", "3.10", {"loop", "pairs"}),
        ("3.10", "3.11", {"add", "loop", "method", "pairs", "caught"}),
        ("3.11", "3.12", {"loop", "method", "pairs", "caught"}),
        ("3.12", "3.13", {"add", "same", "branch", "loop", "method"}),
    ],
)
def test_what_is_said_to_break_does(real_python, written, writer, reader, breaks):
    told = written(writer)
    found = json.loads(answer(real_python(reader), CALL, told))
    parts = {name: one for name, (one, _) in json.loads(told).items()}
    assert not any(all_run(parts[name], writer, reader) for name in breaks)
    assert not any(found[name] for name in breaks)


def test_what_can_only_end_in_an_exception_does_not_count():
    # LOAD_FAST, POP_JUMP_IF_FALSE 8, LOAD_CONST, RETURN_VALUE, 8: YIELD_FROM, RAISE_VARARGS
    code = bytes([124, 0, 114, 8, 100, 0, 83, 0, 72, 0, 130, 1])
    assert "3.7" in runs(code, b"", ("3.6",))["3.6"]
    gone = bytes([124, 0, 114, 8, 100, 0, 83, 0, 127, 0, 130, 1])  # STORE_ANNOTATION of 3.6
    assert "3.7" in runs(gone, b"", ("3.6",))["3.6"]
    assert "3.7" not in runs(gone, b"", ("3.6",), walk=False)["3.6"]


def test_comparisons_that_ended_with_3_8_do_not_run_on_3_9():
    less, within = bytes([107, 0, 83, 0]), bytes([107, 6, 83, 0])
    assert "3.9" in runs(less, b"", ("3.8",))["3.8"]
    assert "3.9" not in runs(within, b"", ("3.8",))["3.8"]
    assert "3.7" in runs(within, b"", ("3.8",))["3.8"]


def test_a_release_that_is_not_known_has_nothing_told():
    assert runs(b"d\x00S\x00", b"", ("2.7", "3.14")) == {}


@pytest.mark.parametrize("code", [b"", b"d", b"\x90\x01", b"\x90\xff\x90\xff\x90\xff", b"q\xff"])
def test_odd_bytecode_is_told_without_failing(code):
    assert set(runs(code, b"\xff" * 9, ("3.6", "3.11"))) == {"3.6", "3.11"}


def test_jumps_tell_3_10_from_3_9():
    # LOAD_FAST, POP_JUMP_IF_FALSE 4 (instructions), LOAD_CONST, RETURN_VALUE, LOAD_CONST, ...
    code = bytes([124, 0, 114, 4, 100, 0, 83, 0, 100, 1, 83, 0])
    assert loose_ends(code, "3.10") < loose_ends(code, "3.9")
    nine = bytes([124, 0, 114, 8, 100, 0, 83, 0, 100, 1, 83, 0])
    assert loose_ends(nine, "3.9") < loose_ends(nine, "3.10")


def test_an_exception_table_is_read_entry_by_entry():
    assert protected_by(bytes([0x80 | 1, 2, 5, 0, 0x80 | 0x41, 0x00, 3, 9, 1])) == [
        (2, 6, 10),
        (128, 134, 18),
    ]
    assert protected_by(bytes([0x81, 2, 0x80, 1, 1, 0])) == [(0, 2, 2)]


def test_every_change_of_meaning_is_of_an_opcode_that_exists():
    every = {name for names in NAMES.values() for name in names.values()}
    assert set(MEANING_CHANGED) | set(SAME_AS) | set(SAME_AS.values()) <= every
