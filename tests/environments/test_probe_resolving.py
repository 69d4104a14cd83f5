# ruff: noqa: E501  (tables of cases, fixtures asked alike)
from __future__ import annotations

import json
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def resolve(ask_probe, lib):
    """Resolutions by (module, name), asked of a child whose path is the stdlib's and ``lib``."""
    stdlib = [entry for entry in sys.path if entry and "site-packages" not in entry]
    stdlib = [entry for entry in stdlib if entry.startswith(sys.base_prefix)]

    def ask(*needs: tuple[str, str], path: tuple[Path, ...] = (), **request):
        places = [*stdlib, *(str(place) for place in (lib, *path))]
        steps = ask_probe(needs=needs, path=places, **request)
        assert steps[-1] == {"step": "done"}
        ask.steps = steps
        found = [step["resolution"] for step in steps if step["step"] == "resolved"]
        ask.imported = [step["module"] for step in steps if step["step"] == "resolving"]
        return {(one["module"], one["name"]): one for one in found}

    return ask


@pytest.fixture
def one(resolve):
    """The one resolution of one need."""

    def ask(module, name="", **request):
        (found,) = resolve((module, name), **request).values()
        return found

    ask.about = resolve
    return ask


def states(found):
    return {".".join(filter(None, key)): value["state"] for key, value in found.items()}


# -- the standard library ----------------------------------------------------------------------


def test_names_of_the_standard_library_resolve_hop_by_hop(resolve):
    found = resolve(
        ("builtins", "list"), ("collections", "OrderedDict"), ("os.path", "join"), ("_codecs", "encode"),
        ("collections", "OrderedDict.nope"), ("json", "nope"), ("decimal", "Decimal.from_float"), ("json", ""),
    )  # fmt: skip
    assert states(found) == {
        "builtins.list": "resolved", "collections.OrderedDict": "resolved", "os.path.join": "resolved",
        "_codecs.encode": "resolved", "collections.OrderedDict.nope": "name-missing",
        "json.nope": "name-missing", "decimal.Decimal.from_float": "resolved", "json": "resolved",
    }  # fmt: skip
    assert {one["owner"] for one in found.values()} == {"stdlib"}


def test_module_with_effects_is_judged_by_its_file(one):
    assert one("this", "s")["state"] == "resolved"
    assert one("this", "s")["by"] == "files"
    assert one("antigravity", "nope")["state"] == "name-missing"
    assert one.about.imported == []


def test_name_in_main_is_main_and_odd_names_are_missing(resolve):
    found = resolve(("__main__", "f"), ("", "f"), ("a..b", "f"), ("nope", "f"), ("json.nope.x", ""))
    assert states(found) == {
        "__main__.f": "main", "f": "module-missing", "a..b.f": "module-missing",
        "nope.f": "module-missing", "json.nope.x": "module-missing",
    }  # fmt: skip
    assert found["nope", "f"]["missing"] == "nope"
    assert found["json.nope.x", ""]["missing"] == "json.nope"


# -- installed code ----------------------------------------------------------------------------


def test_small_pure_package_is_proved_by_its_files(one, lib, dist):
    files = {
        "pure/__init__.py": "from ._impl import Thing\n",
        "pure/_impl.py": "import collections\n\nclass Thing(collections.OrderedDict):\n    x = 1\n",
    }
    dist(lib, "Pure-Dist", files=files)
    found = one("pure", "Thing")
    assert (found["state"], found["by"], found["owner"]) == ("resolved", "files", "distribution")
    assert found["distribution"] == "Pure-Dist"
    assert found["path"] == str(lib / "pure/__init__.py")
    assert one.about.imported == []


def test_installed_name_that_files_do_not_show_is_decided_by_import(one, lib, dist):
    source = "globals()['made'] = 1\nfor n in 'ab': globals()['name_' + n] = n\n"
    dist(lib, "dyn", files={"dyn.py": source})
    assert (one("dyn", "name_b")["state"], one.about.imported) == ("resolved", ["dyn"])
    assert one("dyn", "name_c")["state"] == "name-missing"
    assert one("dyn", "made")["by"] == "import"


def test_absent_name_of_installed_code_is_decided_by_import(one, lib, dist):
    dist(lib, "pure", files={"pure.py": "here = 1\n"})
    found = one("pure", "gone")
    assert (found["state"], found["by"], one.about.imported) == ("name-missing", "import", ["pure"])


def test_distribution_with_extension_modules_is_imported(one, lib, dist):
    dist(lib, "ext", files={"ext/__init__.py": "x = 1\n", "ext/_fast.so": "no library"})
    assert (one("ext", "x")["by"], one.about.imported) == ("import", ["ext"])
    found = one("ext._fast", "x")
    assert found["state"] == "import-fails"
    assert found["detail"].startswith("ImportError: ")


def test_large_package_is_imported_rather_than_read(one, lib, dist):
    dist(lib, "large", files={"large.py": "x = 1\n" + "# filler\n" * 60000})
    assert (one("large", "x")["by"], one.about.imported) == ("import", ["large"])


@pytest.mark.parametrize(
    ("source", "detail", "missing"),
    [
        ("import gone_dependency", "ModuleNotFoundError: No module named 'gone_dependency'", "gone_dependency"),
        ("raise ImportError(\"No module named 'by_hand'\")", "ImportError: No module", "by_hand"),
        ("raise SystemExit(3)", "SystemExit: 3", None),
        ("raise ValueError('one\\ntwo\\x1b')", "ValueError: one", None),
        ("raise KeyboardInterrupt", "KeyboardInterrupt", None),
        ("class E(Exception):\n def __str__(self): 1/0\nraise E", "E: (its text cannot be had)", None),
        ("x = (", "SyntaxError: ", None),
    ],
)  # fmt: skip
def test_installed_code_that_fails_to_import_says_how(one, lib, dist, source, detail, missing):
    dist(lib, "failing", files={"failing.py": source})
    found = one("failing", "x")
    assert found["state"] == "import-fails"
    assert found["detail"].startswith(detail)
    assert found["missing"] == missing


def test_missing_submodule_of_installed_code_is_named_by_its_whole_name(resolve, lib, dist):
    dist(lib, "pkg", files={"pkg/__init__.py": "", "pkg/sub/__init__.py": "", "pkg/mod.py": ""})
    found = resolve(("pkg.gone", "X"), ("pkg.sub.gone.deep", "X"), ("pkg.mod.gone", "X"))
    assert {one["missing"] for one in found.values()} == {
        "pkg.gone",
        "pkg.sub.gone",
        "pkg.mod.gone",
    }
    assert {one["state"] for one in found.values()} == {"module-missing"}


def test_modules_that_a_package_makes_as_it_runs_are_found(resolve, lib, dist):
    source = (
        "import sys, types\nsys.modules[__name__ + '.moves'] = m = types.ModuleType('m')\nm.x = 1\n"
    )
    dist(lib, "maker", files={"maker/__init__.py": source})
    extended = "__path__.append(__file__.replace('__init__.py', 'hidden'))\n"
    dist(lib, "wide", files={"wide/__init__.py": extended, "wide/hidden/inner.py": "y = 1\n"})
    found = resolve(("maker.moves", "x"), ("wide.inner", "y"))
    assert states(found) == {"maker.moves.x": "resolved", "wide.inner.y": "resolved"}
    assert found["maker.moves", "x"]["distribution"] == "maker"


def test_shared_namespace_is_owned_by_the_distribution_that_lists_the_file(resolve, lib, dist):
    dist(lib, "ns-one", files={"ns/one.py": "a = 1\n"})
    dist(lib, "ns-two", files={"ns/two.py": "b = 1\n"})
    found = resolve(("ns.two", "b"), ("ns.one", "a"), ("ns", ""), ("ns", "one"), ("ns", "none"))
    assert found["ns.two", "b"]["distribution"] == "ns-two"
    assert found["ns.one", "a"]["distribution"] == "ns-one"
    assert found["ns", ""]["state"] == "resolved"
    assert found["ns", "none"]["state"] == "name-missing"


def test_editable_source_belongs_to_its_distribution(one, lib, dist, write, tmp_path):
    write(tmp_path, {"proj/src/edpkg/__init__.py": "x = 1\n", "proj/stray.py": "y = 1\n"})
    info = {"url": f"file://{tmp_path}/proj", "dir_info": {"editable": True}}
    dist(lib, "ed", **{"direct_url.json": json.dumps(info), "top_level.txt": "edpkg\n"})
    sources = tmp_path / "proj/src"
    found = one("edpkg", "x", path=(sources,))
    assert (found["owner"], found["distribution"]) == ("distribution", "ed")
    assert one("stray", "y", code=[str(tmp_path / "proj")])["owner"] == "local"


def test_zipped_code_is_found_and_owned(one, tmp_path):
    egg = tmp_path / "zegg-1.0-py3.egg"
    with zipfile.ZipFile(egg, "w") as archive:
        archive.writestr("EGG-INFO/PKG-INFO", "Name: zegg\nVersion: 1.0\n\n")
        archive.writestr("EGG-INFO/top_level.txt", "zmod\n")
        archive.writestr("zmod/__init__.py", "")
        archive.writestr("zmod/inner.py", "x = 1\n")
    found = one("zmod.inner", "x", path=(egg,))
    assert (found["state"], found["distribution"]) == ("resolved", "zegg")
    assert one("zmod.gone", "x", path=(egg,))["state"] == "module-missing"


def test_files_mode_imports_nothing_but_the_standard_library(resolve, lib, dist):
    dist(lib, "pure", files={"pure.py": "x = 1\n", "loud.py": "print('loud')\nraise SystemExit\n"})
    dist(
        lib,
        "ext",
        files={"ext.so": "", "pkg/__init__.py": "", "pkg2/__init__.py": "__path__ = []\n"},
    )
    found = resolve(
        ("pure", "x"), ("pure", "y"), ("loud", ""), ("ext", "x"), ("pkg.gone", ""), ("pkg2.gone", ""),
        ("wsgiref.util", "FileWrapper"), resolve="files",
    )  # fmt: skip
    assert states(found) == {
        "pure.x": "resolved", "pure.y": "name-missing", "loud": "unproven", "ext.x": "unproven",
        "pkg.gone": "module-missing", "pkg2.gone": "unproven", "wsgiref.util.FileWrapper": "resolved",
    }  # fmt: skip
    assert resolve.imported == ["wsgiref.util"]
    assert {one["by"] for one in found.values()} == {"files", None}


def test_import_mode_imports_local_code_as_well(one, lib, write):
    write(lib, {"loc.py": "import sys\nx = 1\nsys.stdout.write('NOISE')\n"})
    found = one("loc", "x", resolve="import")
    assert (found["state"], found["by"], one.about.imported) == ("resolved", "import", ["loc"])


# -- local code --------------------------------------------------------------------------------


def local(one, write, folder, source, name="want", **more):
    write(folder, {"loc.py": source, **more})
    found = one("loc", name)
    assert "loc" not in one.about.imported
    return found


PROVED = {
    "def": "def want(): ...",
    "async def": "async def want(): ...",
    "class": "class want: ...",
    "assignment": "want = 1",
    "unpacking": "(a, [b, *want]) = 1, [2, 3]",
    "annotated": "want: int = 1",
    "import": "import json as want",
    "import from": "from json import loads as want",
    "submodule by from": "from json import decoder as want",
    "import of parent": "import os.path\nfrom os import path as want",
    "this version": "import sys\nif sys.version_info >= (3, 6):\n want = 1\nelse:\n other = 1",
    "by minor": "import sys\nif sys.version_info[0] == 2: other = 1\nelse: want = 1",
    "by slice": "import sys\nif sys.version_info[:2] < (3, 0): other = 1\nelse: want = 1",
    "both branches": "if f(): want = 1\nelse: want = 2",
    "branch that raises": "if f(): raise SystemExit\nelse: want = 2",
    "branch that goes on": "if f(): want = 2\nelse: raise SystemExit",
    "not type checking": "from typing import TYPE_CHECKING\nif not TYPE_CHECKING: want = 1",
    "guarded fallback": "try:\n import gone_lib as want\nexcept ImportError:\n want = None",
    "guarded success": "try:\n import json as want\nexcept ImportError:\n pass",
    "try else": "try:\n import json\nexcept ImportError:\n raise\nelse:\n want = 1",
    "try finally": "try:\n a = 1\nfinally:\n want = 1",
    "with": "with f() as want: pass",
    "inside with": "with f():\n want = 1",
    "dunder": ("import json", "__name__"),
    "nested class": ("class A:\n class B:\n  def c(self): ...", "A.B.c"),
    "through module": ("import json", "json.JSONDecoder.decode"),
    "through from": ("from json import JSONDecoder as J", "J.decode"),
    "main guard is not run": "want = 1\nif __name__ == '__main__':\n import gone_lib\n raise SystemExit",
    "type checking is not run": "import typing\nif typing.TYPE_CHECKING:\n import gone_lib\nwant = 1",
    "suppressed": "import contextlib\nwith contextlib.suppress(ImportError):\n import gone_lib\nwant = 1",
    "inside function": "def want():\n import gone_lib",
    "star of stdlib": ("from json import *", "loads"),
    "conditional operators": "import sys, os\nif os.name == 'nt' and f() or not (sys.platform == 'none'): want = 1",
    "other handler": "try:\n want = 1\nexcept KeyError:\n other = 1",
    "coding": "# -*- coding: latin-1 -*-\nwant = 1",
}


@pytest.mark.parametrize("case", PROVED)
def test_local_name_is_proved_without_import(one, lib, write, case):
    source, name = PROVED[case] if isinstance(PROVED[case], tuple) else (PROVED[case], "want")
    found = local(one, write, lib, source, name)
    assert (found["state"], found["detail"]) == ("resolved", "")
    assert (found["by"], found["owner"], found["found_in"]) == ("files", "local", "import-path")


UNPROVEN = {
    "only under the condition": "if f(): want = 1",
    "only under the condition at": "match f():\n case 1: want = 1",
    "loop": "for x in y: want = 1",
    "bound by the loop": "for want in y: pass",
    "only in the loop": "while f(): want = 1",
    "deleted": "want = 1\ndel want",
    "__getattr__": "def __getattr__(name): ...",
    "globals": "globals()['want'] = 1",
    "exec": "exec('want = 1')",
    "sys.modules": "import sys\nwant = 1\nsys.modules[__name__] = object()",
    "raises": "want = 1\nraise ValueError",
    "raises as": "import sys\nwant = 1\nsys.exit()",
    "* under a condition": "if f():\n from json import *",
    "only where an import succeeds": "try:\n import gone_lib as want\nexcept ImportError: pass",
    "only where an import fails": "try:\n import json\nexcept ImportError: want = 1",
    "only if the try": "try:\n a = 1\nexcept KeyError: want = 1",
}


@pytest.mark.parametrize("reason", UNPROVEN)
def test_local_name_that_reading_cannot_prove_is_unproven_with_the_reason(one, lib, write, reason):
    found = local(one, write, lib, UNPROVEN[reason])
    assert found["state"] == "unproven"
    assert reason in found["detail"]
    assert found["by"] is None


@pytest.mark.parametrize(
    ("source", "name", "state"),
    [
        ("class A: ...", "A.b", "name-missing"),
        ("class A(B): ...", "A.b", "unproven"),
        ("A = f()", "A.b", "unproven"),
        ("x = 1", "__name__.x", "unproven"),
        ("def f(): ...", "f.<locals>.g", "unproven"),
        ("x = 1", "want", "name-missing"),
        ("want: int", "want", "name-missing"),
        ("want: int", "__annotations__", "unproven"),
        ("import json", "json.nope", "name-missing"),
    ],
)
def test_dotted_and_absent_local_names(one, lib, write, source, name, state):
    assert local(one, write, lib, source, name)["state"] == state


FAILING = {
    "import gone_lib": ("gone_lib", "No module named 'gone_lib' (imported by loc, line 1)"),
    "import json.gone": ("json.gone", "No module named 'json.gone'"),
    "from gone_lib import x": ("gone_lib", "No module named 'gone_lib'"),
    "from json import nope": (None, "cannot import name 'nope' from 'json'"),
    "class A:\n import gone_lib": ("gone_lib", "line 2"),
    "try:\n import gone_lib\nexcept ImportError as e:\n raise RuntimeError": ("gone_lib", "line 2"),
    "try:\n import gone_lib\nexcept KeyError: pass": ("gone_lib", "line 2"),
    "try:\n import gone_lib\nexcept ImportError:\n import gone_too": ("gone_too", "line 4"),
    "try:\n import gone_lib\nfinally: pass": ("gone_lib", "line 2"),
    "from . import x": (None, "beyond the top package"),
    "from .x import y": (None, "beyond the top package"),
    "x = (": (None, "SyntaxError"),
    "return 1": (None, "SyntaxError: 'return' outside function (loc.py, line 1)"),
    "from __future__ import from_the_future": (None, "SyntaxError: future feature"),
    "x = '\0'": (None, "SyntaxError"),
}


@pytest.mark.parametrize("source", FAILING)
def test_local_module_whose_import_would_fail_says_what_is_missing(one, lib, write, source):
    missing, detail = FAILING[source]
    found = local(one, write, lib, source + "\nwant = 1\n")
    assert found["state"] == "import-fails"
    assert found["missing"] == missing
    assert detail in found["detail"]


def test_missing_library_is_seen_through_other_local_modules(one, lib, write):
    write(
        lib,
        {
            "deep/__init__.py": "",
            "deep/a.py": "from . import b\n",
            "deep/b.py": "import gone_lib\n",
        },
    )
    found = local(one, write, lib, "from deep.a import b as want\n")
    assert (found["state"], found["missing"]) == ("import-fails", "gone_lib")
    assert "imported by deep.b, line 1" in found["detail"]


def test_installed_import_of_local_code_is_really_imported(one, lib, dist, write):
    dist(
        lib, "inst", files={"inst.py": "import sys\nif sys: present = 1\nraise KeyError('burst')\n"}
    )
    found = local(one, write, lib, "from inst import present\nwant = 1\n")
    assert one.about.imported == ["inst"]
    assert (found["state"], found["detail"]) == (
        "import-fails",
        "KeyError: 'burst' (imported by loc, line 1)",
    )


def test_star_imports_of_local_modules_follow_their_rules(resolve, lib, write):
    write(
        lib,
        {
            "loc.py": "from open_ import *\nfrom listed import *\nfrom made import *\n",
            "closed.py": "from open_ import *\nfrom listed import *\n",
            "open_.py": "free = 1\n_private = 2\n",
            "listed.py": "__all__ = ['said']\n__all__ += ['more']\nsaid = more = unsaid = 1\n",
            "made.py": "__all__ = list('ab')\na = b = 1\n",
        },
    )
    needs = [("closed", name) for name in ("free", "_private", "said", "more", "unsaid")]
    assert states(resolve(*needs, ("loc", "free"), ("loc", "b"))) == {
        "closed.free": "resolved", "closed._private": "name-missing", "closed.said": "resolved",
        "closed.more": "resolved", "closed.unsaid": "name-missing", "loc.free": "resolved",
        "loc.b": "unproven",
    }  # fmt: skip


def test_circles_are_followed_where_the_order_allows(resolve, lib, write):
    write(
        lib,
        {
            "one.py": "early = 1\nimport two\nlate = 1\n",
            "two.py": "from one import early\nx = 1\n",
            "bad.py": "import worse\nlate = 1\n",
            "worse.py": "from bad import late\n",
            "pkg/__init__.py": "from .a import A\n",
            "pkg/a.py": "from pkg import b\nA = 1\n",
            "pkg/b.py": "import pkg.a\n",
            "self_.py": "from self_ import x\n",
        },
    )
    found = resolve(("one", "late"), ("bad", "late"), ("pkg", "A"), ("self_", "x"), ("pkg.b", ""))
    assert states(found) == {
        "one.late": "resolved", "bad.late": "unproven", "pkg.A": "resolved", "self_.x": "unproven",
        "pkg.b": "resolved",
    }  # fmt: skip


def test_submodule_is_an_attribute_only_if_its_package_imports_it(resolve, lib, write):
    write(
        lib,
        {
            "pkg/__init__.py": "from .sub import x\n",
            "pkg/sub.py": "x = y = 1\n",
            "pkg/alone.py": "",
        },
    )
    found = resolve(("pkg", "sub"), ("pkg", "sub.y"), ("pkg", "alone"), ("pkg", "gone"))
    assert [one["state"] for one in found.values()] == [
        "resolved",
        "resolved",
        "unproven",
        "name-missing",
    ]


def test_local_code_is_searched_behind_the_import_path_in_order(resolve, lib, write, tmp_path):
    code, current = tmp_path / "code", tmp_path / "cwd"
    write(lib, {"everywhere.py": "x = 1\n"})
    write(code, {"everywhere.py": "", "in_code.py": "x = 1\n", "json.py": "raise SystemExit\n"})
    write(current, {"everywhere.py": "", "in_code.py": "", "in_cwd.py": "import in_code\nx = 1\n"})
    needs = [(name, "x") for name in ("everywhere", "in_code", "in_cwd")]
    found = resolve(*needs, ("json", "loads"), code=[str(code)], current_folder=str(current))
    assert [one["found_in"] for one in found.values()] == [
        "import-path",
        "code",
        "current-folder",
        None,
    ]
    assert {one["state"] for one in found.values()} == {"resolved"}
    again = resolve(*needs, code=[str(code)], current_folder=str(current), resolve="import")
    assert {one["state"] for one in again.values()} == {"resolved"}


def test_local_code_that_is_no_source_is_unproven(resolve, lib, write):
    write(lib, {"binary.so": "", "made/__init__.py": "__path__ = []\n", "compiled.pyc": ""})
    found = resolve(("binary", "x"), ("made.gone", "x"), ("compiled", "x"))
    assert {one["state"] for one in found.values()} == {"unproven"}
    assert "no source file" in found["binary", "x"]["detail"]
    assert "arranges its own submodules" in found["made.gone", "x"]["detail"]


def test_deep_chain_of_imports_is_unproven_rather_than_a_crash(one, lib, write):
    write(lib, {f"m{number}.py": f"import m{number + 1}\n" for number in range(400)})
    assert "too deeply" in one("m0")["detail"]


def test_local_modules_are_told_with_all_they_reach(resolve, lib, write, tmp_path):
    write(
        lib,
        {
            "pkg/__init__.py": "import json\n",
            "pkg/a.py": "from . import b\nfrom .c import x\ndef f():\n import late\n",
            "pkg/b.py": "from .. import nothing\n",
            "pkg/c.py": "x = 1\n",
            "late.py": "import gone_lib\nx = (\n",
            "unused.py": "",
        },
    )
    resolve(("pkg.a", "f"))
    (step,) = (step for step in resolve.steps if step["step"] == "modules")
    modules = {module["module"]: module for module in step["modules"]}
    assert sorted(modules) == ["late", "pkg", "pkg.a", "pkg.b", "pkg.c"]
    assert modules["pkg.a"]["imports"] == ["late", "pkg", "pkg.b", "pkg.c"]
    assert modules["pkg.b"]["imports"] == []
    assert modules["pkg.a"]["path"] == str(lib / "pkg/a.py")
    assert modules["late"]["syntax_sha256"]["state"] == "unknown"
    assert len(modules["pkg.c"]["syntax_sha256"]) == 64


def test_layouts_are_read_from_imported_modules_only(ask_probe, lib, dist):
    source = "class D: names = ('a', 'b')\nclass E: names = None\nDT, EMPTY, NO = D(), E(), 3\nif DT: x = 1\n"
    dist(lib, "lay", files={"lay.py": source})
    steps = ask_probe(
        needs=[("lay", "x")], path=[*sys.path, str(lib)],
        layouts=[("lay", "DT"), ("lay", "EMPTY"), ("lay", "NO"), ("never", "DT")],
    )  # fmt: skip
    (step,) = (step for step in steps if step["step"] == "layouts")
    assert step["layouts"][0]["fields"] == ["a", "b"]
    assert [one["fields"]["state"] for one in step["layouts"][1:]] == ["unknown"] * 3
    assert "was not imported" in step["layouts"][3]["fields"]["reason"]
