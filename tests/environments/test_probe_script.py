# ruff: noqa: E501  (tables of cases, fixtures asked alike)
from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from envguard.environments.probe import inside

PROBE = Path(inside.__file__)
TREE = ast.parse(PROBE.read_bytes())


def steps_named(steps, name):
    return [step for step in steps if step["step"] == name]


def test_probe_imports_the_standard_library_only():
    names = {
        name.partition(".")[0]
        for node in ast.walk(TREE)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or "."]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert names
    assert names <= set(sys.stdlib_module_names)


def test_version_gate_stands_before_every_import_but_sys():
    first, second, third = TREE.body[:3]
    assert isinstance(first, ast.Expr)
    assert ast.unparse(second) == "import sys"
    assert isinstance(third, ast.If)
    assert ast.unparse(third.test) == "sys.version_info < (3, 6)"
    assert "sys.exit(79)" in ast.unparse(third)


def test_probe_keeps_to_the_grammar_of_python_3_5():
    finished = subprocess.run(
        [Path(sys.executable).with_name("vermin"), "-t=3.5-", "--no-tips", str(PROBE)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert finished.returncode == 0, finished.stdout + finished.stderr


@pytest.mark.interpreters
def test_python_2_7_refuses_with_one_line(real_python):
    finished = subprocess.run(
        [real_python("2.7"), str(PROBE)], input=b"{}", capture_output=True, check=False
    )
    assert finished.returncode == 79
    assert finished.stdout == b""
    assert re.fullmatch(
        rb"envguard probe: Python 2\.7\.\d+ is too old, 3\.6 or newer is needed\n", finished.stderr
    )


@pytest.mark.interpreters
def test_every_python_answers_whole(python, ask_probe):
    steps = ask_probe(python, needs=[("collections", "OrderedDict"), ("nope", "x")])
    assert [step["step"] for step in steps] == [
        "interpreter", "platform", "distributions", "modules", "resolved", "resolved", "layouts", "done",
    ]  # fmt: skip
    facts = steps[0]["facts"]
    assert facts["soabi"].startswith("cpython-3")
    minor = int(facts["version"].split(".")[1])
    assert facts["highest_protocol"] == (4 if minor < 8 else 5)
    assert steps[2]["trouble"] == []
    assert [step["resolution"]["state"] for step in steps_named(steps, "resolved")] == [
        "resolved",
        "module-missing",
    ]
    assert "pip" in {record["name"] for record in steps[2]["packages"]}


@pytest.mark.interpreters
def test_venv_without_pip_answers_and_nothing_is_written_into_it(
    python, ask_probe, tmp_path, write
):
    venv = tmp_path / "venv"
    subprocess.run([python, "-m", "venv", "--without-pip", venv], check=True)
    (site,) = venv.glob("lib/python3*/site-packages")
    write(
        site,
        {
            "sitecustomize.py": "import os, sys\nos.write(1, b'NOISE without end')\nprint('more')\nimport helper\n",
            "helper.py": "",
            "loud.py": "import os\nos.write(1, b'C level')\nprint('and Python level')\nx = 1\n",
            "loud-1.0.dist-info/METADATA": "Name: loud\nVersion: 1.0\n\n",
            "loud-1.0.dist-info/RECORD": "loud.py,,\nfast.so,,\n",
        },
    )
    before = sorted(venv.rglob("*"))
    steps = ask_probe(venv / "bin/python", needs=[("loud", "x")])
    assert steps[-1] == {"step": "done"}
    assert steps[0]["facts"]["prefix_kind"] == "venv"
    assert [record["name"] for record in steps[2]["packages"]] == ["loud"]
    (resolved,) = steps_named(steps, "resolved")
    assert (resolved["resolution"]["state"], resolved["resolution"]["by"]) == ("resolved", "import")
    assert sorted(venv.rglob("*")) == before


def test_stray_modules_in_the_folder_and_on_pythonpath_do_not_spoil_the_answer(
    ask_probe, tmp_path, write
):
    names = ("json", "hashlib", "pickle", "struct", "zipfile", "sysconfig", "ast")
    write(tmp_path, {f"{name}.py": "raise SystemExit('stray')\n" for name in names})
    (tmp_path / "x.egg").write_bytes(b"PK\x05\x06" + bytes(18))
    steps = ask_probe(env={"PYTHONPATH": f"{tmp_path}{os.pathsep}{tmp_path / 'x.egg'}"})
    assert steps[-1] == {"step": "done"}


def test_answer_of_a_child_has_the_keys_of_an_answer_in_this_process(ask_probe):
    here: list[dict] = []
    inside.answer({"needs": [("json", "loads")], "layouts": [("json", "x")]}, here.append)
    there = ask_probe(needs=[("json", "loads")], layouts=[("json", "x")])

    def keys(value):
        if isinstance(value, dict):
            return {key: keys(inner) for key, inner in value.items() if key != "origin"}
        return [keys(value[0])] if isinstance(value, list) and value else None

    assert keys(json.loads(json.dumps(here))) == keys(there)


def test_importing_the_probe_does_no_work():
    code = (
        "import sys; path = list(sys.path); sys.path.insert(0, sys.argv[1]); flag = sys.dont_write_bytecode\n"
        "import inside\n"
        "assert sys.path[1:] == path and sys.dont_write_bytecode is flag and 'zipfile' not in sys.modules"
    )
    subprocess.run(
        [sys.executable, "-c", code, PROBE.parent], check=True, stdout=subprocess.DEVNULL
    )


def test_names_that_are_not_utf8_reach_the_answer(ask_probe, tmp_path):
    folder = tmp_path / os.fsdecode(b"\xff")
    (folder / "x-1.dist-info").mkdir(parents=True)
    steps = ask_probe(path=[*sys.path, str(folder)])
    assert steps[2]["packages"][-1]["path"].endswith("\\xff/x-1.dist-info")


# -- the digest of the syntax ------------------------------------------------------------------

TRICKY = '''
"""Docstring."""
# comment
import a.b as c, d
from . import e
from ..f import (g, h as i,)
x = u"text" 'more' "é\\ud800\\n\\x00"; y = b'by' b"tes\\xff"; z = -1, +1.5, 1e999, 2j, 0xff, 10**30
huge = 123456789012345678901234567890123456789012345678901234567890
none = None, True, False, ..., Ellipsis, __debug__
s = x[1], x[1:2], x[::2], x[1, 2], x[1:2, 3], x[..., None], x[a, b:c, d], x[()], x[(1, 2)], x[1:2,]
f1 = f"", f"plain", f"{x}", f"a{x!r:>{w}.2f}b" "tail", f"{x:%Y-%m}" f"{y!s}", f"{{}}{x}{{", f"{x:}"
f2 = f"{'a' if b else 'c'}", f"""{
    x}""", rf"\\d{x}", f"{x['k']}" f'', f"{(lambda q: q)(1)}", f"{x:{'>'}{10}}"
def fun(a, b: int = 1, *args, c, d=2, **kw) -> "str":
    """Inner docstring.

       indented
    """
    global G
    yield (yield from k); return
async def co():
    async with a as b, c: pass
    async for i in j: await k
    return [i async for i in j if i], {a: b, **c}, {*d}, (e for e in f), {g: h for g in i}
class K(B, metaclass=M, **kw):
    a: int
    b: int = 3
    (c): int = 4
    @dec
    @dec(1)
    def m(self): nonlocal_ = lambda *a, k=1, **q: (a, k)
for i, in j: continue
else: pass
while a < b <= c != d is not e not in f: break
try: raise E from F
except (A, B) as e: pass
except: pass
else: x += 1
finally: del a, b[0], c.d
with a as (b, c): assert x, "message"
print(*a, *b, k=v, **w, **q); not a; a if b else c; a or b and c; a @ b; a // b; ~a
'''


@pytest.fixture(scope="module")
def sources(tmp_path_factory, real_python):
    """Files that every Python from 3.6 on parses: a tricky one, and the oldest standard library."""
    tricky = tmp_path_factory.mktemp("sources") / "tricky.py"
    tricky.write_text(TRICKY, "utf-8")
    library = real_python("3.6").resolve().parent.parent / "lib/python3.6"
    names = (
        "argparse ast asyncio/tasks collections/__init__ configparser csv dataclass datetime dis enum "
        "functools inspect logging/__init__ pickle re statistics string subprocess typing "
        "unittest/mock uuid zipfile test/test_fstring test/test_grammar test/test_unpack_ex"
    )
    files = [library / f"{name}.py" for name in names.split()]
    return [tricky, PROBE, *(path for path in files if path.is_file())]


DIGESTS = """
import json, sys, warnings
warnings.simplefilter("ignore")
sys.path.insert(0, sys.argv[1])
import inside
found = {}
for path in sys.argv[2:]:
    try:
        found[path] = inside.syntax_digest(inside.parsed(inside.read(path), path))
    except SyntaxError as problem:
        found[path] = "SyntaxError"
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def digests(sources, every_python):
    found = {}
    for release, python in every_python.items():
        finished = subprocess.run(
            [python, "-B", "-c", DIGESTS, PROBE.parent, *sources],
            check=True, capture_output=True,
        )  # fmt: skip
        found[release] = json.loads(finished.stdout)
    return found


@pytest.mark.interpreters
def test_syntax_digest_is_the_same_for_every_python(digests, sources):
    differing = {
        Path(path).name: [found[str(path)][:8] for found in digests.values()]
        for path in sources
        if len({found[str(path)] for found in digests.values()}) > 1
    }
    # Python 3.12 reads some nonsense in f-strings that its elders refuse, and vice versa.
    differing.pop("test_fstring.py", None)
    assert differing == {}
    assert len({found[str(sources[0])] for found in digests.values()} - {"SyntaxError"}) == 1


def digest(text: str) -> str:
    return inside.syntax_digest(inside.parsed(text.encode(), "x.py"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = 1  # comment", "x=1"),
        ("def f(a, b): return a", "\n\n# note\ndef f(\n    a,\n    b,\n):\n    return (a)\n"),
        ("x = 'a' 'b'", 'x = "ab"'),
        ("x = 255", "x = 0xff"),
        ("x = u'a'", "x = 'a'"),
    ],
)
def test_layout_and_comments_do_not_count(one, other):
    assert digest(one) == digest(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = 1", "x = 2"),
        ("x = 1", "x = 1.0"),
        ("x = 1", "x = True"),
        ("x = 'a'", "x = b'a'"),
        ('"""a"""', '"""b"""'),
        ("f(a=1)", "f(b=1)"),
        ("x = a[1:]", "x = a[:1]"),
        ("from . import a", "from .. import a"),
        ("x = f'{a}'", "x = f'{a!r}'"),
        ("x = f'{a:1}'", "x = f'{a:2}'"),
        ("x = {'a': 1, **b}", "x = {**b, 'a': 1}"),
        ("if a:\n b\nc", "if a:\n b\n c"),
        ("x = None", "x = ..."),
    ],
)
def test_meaning_counts(one, other):
    assert digest(one) != digest(other)


def test_nested_too_deeply_is_a_syntax_error_not_a_crash():
    with pytest.raises(SyntaxError):
        inside.parsed(b"(" * 5000 + b")" * 5000, "x.py")
