from __future__ import annotations

import subprocess
import sys
import types

import pytest

from envguard.environments import running_process
from envguard.environments.running_process import ProcessTarget, environment_of_process
from envguard.environments.stored import SnapshotTarget
from envguard.facts.artifact import Need
from envguard.facts.target import Questions
from envguard.facts.unknown import Unknown


def ask(*pairs, **questions):
    needs = tuple(Need(module=module, name=name) for module, name in pairs)
    return ProcessTarget().facts(Questions(needs=needs, **questions))


@pytest.fixture
def no_child(monkeypatch):
    def refuse(*args, **more):
        raise AssertionError("a process was started")

    monkeypatch.setattr(subprocess, "Popen", refuse)


@pytest.fixture
def importable(lib, monkeypatch):
    monkeypatch.syspath_prepend(str(lib))
    return lib


def test_facts_of_this_process_start_no_other(no_child):
    environment = environment_of_process()
    assert environment.interpreter.executable == sys.executable
    assert "msgspec" in {found.name for found in environment.packages}
    target = ProcessTarget()
    assert (target.kind, target.label) == ("process", f"this process ({sys.executable})")


def test_imported_modules_are_the_truth_and_need_no_child(no_child, monkeypatch):
    module = types.ModuleType("made_here")
    module.Thing = type("Thing", (), {"names": ("a", "b")})
    monkeypatch.setitem(sys.modules, "made_here", module)
    facts = ask(("made_here", "Thing"), ("made_here", "Gone"), ("json", "loads"),
                layouts=(("made_here", "Thing"),))  # fmt: skip
    assert [found.state for found in facts.resolutions] == ["resolved", "name-missing", "resolved"]
    assert {found.by for found in facts.resolutions} == {"import"}
    assert facts.layouts[0].fields == ("a", "b")
    assert facts.trouble == ()


def test_names_of_main_are_marked_and_looked_up(no_child, monkeypatch):
    monkeypatch.setattr(sys.modules["__main__"], "notebook_function", len, raising=False)
    here, gone = ask(("__main__", "notebook_function"), ("__main__", "gone")).resolutions
    assert (here.state, here.by) == ("main", "import")
    assert (gone.state, gone.by) == ("main", None)


def test_what_is_not_imported_is_asked_of_a_child_and_stays_unimported(importable, dist, write):
    dist(importable, "later_lib", files={"later_lib.py": "x = 1\n", "later.so": ""})
    write(importable, {"later_local.py": "import later_lib\ny = 1\n"})
    facts = ask(("later_lib", "x"), ("json", "loads"), ("later_local", "y"), ("never", "z"),
                layouts=(("later_lib", "x"), ("json", "x")))  # fmt: skip
    assert [found.state for found in facts.resolutions] == [
        "resolved", "resolved", "resolved", "module-missing",
    ]  # fmt: skip
    assert [module.module for module in facts.modules] == ["later_local"]
    assert all(isinstance(layout.fields, Unknown) for layout in facts.layouts)
    assert not {"later_lib", "later_local"} & set(sys.modules)


def test_imported_local_modules_are_told(importable, write, own_modules):
    write(importable, {"here_a.py": "import here_b\n", "here_b.py": "x = 1\n"})
    __import__("here_a")
    facts = ask(("here_a", "here_b"))
    assert [module.module for module in facts.modules] == ["here_a", "here_b"]
    assert facts.resolutions[0].found_in == "import-path"


def test_child_that_cannot_answer_leaves_the_rest_unproven(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    facts = ask(("never", "x"), ("json", "loads"), layouts=(("never", "d"),))
    assert [found.state for found in facts.resolutions] == ["unproven", "resolved"]
    assert isinstance(facts.layouts[0].fields, Unknown)
    assert "could not be asked" in facts.trouble[0]


def test_process_without_an_interpreter_answers_what_it_can(monkeypatch):
    monkeypatch.setattr(sys, "executable", None)
    facts = ask(("never", "x"))
    assert facts.resolutions[0].detail == "this process names no interpreter to ask"
    assert ProcessTarget().label == "this process (embedded)"


def test_empty_entry_of_the_path_means_the_current_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["", "/x"])
    assert running_process._own_path() == [str(tmp_path), "/x"]


def test_snapshot_answers_its_environment_and_resolves_nothing():
    environment = environment_of_process()
    target = SnapshotTarget("model.pkl.envguard.json", environment)
    facts = target.facts(Questions(needs=(Need(module="json", name="loads"),)))
    assert (target.kind, target.label) == ("snapshot", "model.pkl.envguard.json")
    assert facts.environment is environment
    assert facts.resolutions == ()
