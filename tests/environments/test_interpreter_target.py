# ruff: noqa: E501  (tables of cases, fixtures asked alike)
from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from envguard.environments import bounded_process, interpreter
from envguard.environments.interpreter import InterpreterTarget
from envguard.errors import ProbeError, TargetError
from envguard.facts.artifact import Need
from envguard.facts.target import Questions
from envguard.facts.unknown import Unknown


@pytest.fixture(scope="module")
def venv(tmp_path_factory):
    folder = tmp_path_factory.mktemp("venv")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    return folder


@pytest.fixture
def site(venv):
    (folder,) = venv.glob("lib/python3*/site-packages")
    yield folder
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()


@pytest.fixture
def ask(venv):
    def answer(*pairs, python=None, **questions):
        needs = tuple(Need(module=module, name=name) for module, name in pairs)
        target = InterpreterTarget(python or venv / "bin/python", "there")
        return target.facts(Questions(needs=needs, **questions))

    return answer


@pytest.fixture
def script(tmp_path):
    """A program that stands where a Python should."""

    def make(text, name="python3"):
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
        return path

    return make


def processes_of(mark):
    """The command lines of living processes that hold a text."""
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(path.read_bytes())
        except OSError:
            continue
    return [line for line in lines if mark in line]


def states(facts):
    return [(found.module, found.state) for found in facts.resolutions]


def test_answer_has_one_resolution_for_each_need_in_the_order_asked(ask, site, dist):
    dist(site, "lib_a", files={"lib_a.py": "x = 1\n", "fast.so": ""})
    facts = ask(
        ("lib_a", "x"), ("json", "loads"), ("nope", "y"), ("json", "loads"), ("__main__", "f")
    )
    assert states(facts) == [
        ("lib_a", "resolved"), ("json", "resolved"), ("nope", "module-missing"), ("__main__", "main"),
    ]  # fmt: skip
    assert facts.trouble == ()
    assert [found.name for found in facts.environment.packages] == ["lib_a"]
    assert facts.environment.interpreter.prefix_kind == "venv"
    target = InterpreterTarget(Path("python"), "there")
    assert (target.label, target.kind) == ("there", "interpreter")


@pytest.mark.interpreters
def test_every_python_gives_facts(ask, python):
    facts = ask(("collections", "OrderedDict"), python=python)
    assert states(facts) == [("collections", "resolved")]


@pytest.mark.interpreters
def test_python_that_is_too_old_is_an_error_of_the_target(ask, real_python):
    with pytest.raises(TargetError, match=r"is too old\. .*Python 2\.7.* 3\.6 or newer"):
        ask(python=real_python("2.7"))


def test_local_code_is_answered_with_its_modules(ask, tmp_path, write):
    write(tmp_path, {"mine/__init__.py": "", "mine/f.py": "def f(): ...\n"})
    facts = ask(("mine.f", "f"), code=(str(tmp_path),))
    assert [(found.found_in, found.owner) for found in facts.resolutions] == [("code", "local")]
    assert [module.module for module in facts.modules] == ["mine", "mine.f"]


@pytest.mark.parametrize(
    ("source", "state", "text"),
    [
        ("import ctypes; ctypes.string_at(0)", "import-fails", "importing bad ended the interpreter with SIGSEGV"),
        ("import os; os._exit(3)", "import-fails", "importing bad ended the interpreter with exit status 3"),
        ("import os; os._exit(0)", "import-fails", "importing bad ended the interpreter with exit status 0"),
        ("import os; os.abort()", "import-fails", "importing bad ended the interpreter with SIGABRT"),
        ("import os; os.kill(os.getpid(), 9)", "unproven", "ended the interpreter with SIGKILL"),
        ("import os; os.kill(os.getpid(), 40)", "import-fails", "ended the interpreter with signal 40"),
        ("import time; time.sleep(60)", "unproven", "did not finish within 2 s"),
    ],
)  # fmt: skip
def test_import_that_ends_the_interpreter_loses_only_what_comes_after(
    ask, site, dist, source, state, text
):
    dist(site, "bad", files={"bad.py": source, "_bad.so": ""})
    dist(site, "later", files={"later.py": "x = 1\n", "later_fast.so": ""})
    facts = ask(
        ("bad", "x"), ("bad", "y"), ("later", "x"), ("json", "loads"), ("nope", "z"),
        layouts=(("later", "DT"),), timeout=2,
    )  # fmt: skip
    bad, also, later, loads, nope = facts.resolutions
    assert (bad.state, also.state) == (state, state)
    assert text in bad.detail
    assert (bad.owner, bad.distribution) == ("distribution", "bad")
    assert (later.state, later.by) == ("unproven", None)
    assert later.detail.startswith("not reached: importing bad ")
    assert (loads.state, nope.state) == ("resolved", "module-missing")
    assert isinstance(facts.layouts[0].fields, Unknown)
    assert "importing bad" in facts.trouble[0]
    assert len(facts.environment.packages) == 2


def test_hanging_import_leaves_no_process_behind(ask, site, dist):
    mark = f"marked-{os.getpid()}-{time.monotonic_ns()}"
    source = f"import subprocess\nsubprocess.run(['/bin/sh', '-c', 'sleep 61; : {mark}'])\n"
    dist(site, "hang", files={"hang.py": source, "_hang.so": ""})
    facts = ask(("hang", "x"), timeout=1.5)
    assert facts.resolutions[0].detail == "did not finish within 1.5 s"
    assert processes_of(mark.encode()) == []


def test_process_that_an_import_leaves_behind_is_ended_with_the_probe(ask, site, dist):
    mark = f"marked-{os.getpid()}-{time.monotonic_ns()}"
    source = (
        f"import subprocess\nsubprocess.Popen(['/bin/sh', '-c', 'sleep 61; : {mark}'])\nx = 1\n"
    )
    dist(site, "stay", files={"stay.py": source, "_stay.so": ""})
    start = time.monotonic()
    assert states(ask(("stay", "x"))) == [("stay", "resolved")]
    assert time.monotonic() - start < 20
    assert processes_of(mark.encode()) == []


def test_noise_before_between_and_after_leaves_the_answer_whole(ask, site, dist, write):
    write(site, {"sitecustomize.py": "import os\nos.write(1, b'early\\nno end')\n"})
    noise = (
        "import os, atexit\nos.write(1, b'C')\nprint('P')\natexit.register(print, 'late')\nx = 1\n"
    )
    dist(site, "loud", files={"loud.py": noise, "_loud.so": ""})
    facts = ask(("loud", "x"))
    assert (states(facts), facts.trouble) == ([("loud", "resolved")], ())


def test_early_end_with_a_child_that_holds_the_pipe_is_noticed(ask, site, dist):
    source = "import os\nif os.fork() == 0:\n import time; time.sleep(60)\nos._exit(5)\n"
    dist(site, "fork", files={"fork.py": source, "_fork.so": ""})
    start = time.monotonic()
    facts = ask(("fork", "x"))
    assert facts.resolutions[0].state == "import-fails"
    assert time.monotonic() - start < 20


@pytest.mark.parametrize(
    ("text", "name", "error", "told"),
    [
        ("echo garbage", "python3", TargetError, "is no Python that runs here. Run with the probe"),
        ("echo garbage; exit 3", "python3", TargetError, "ended with status 3"),
        ("echo garbage", "tool", TargetError, "it names no Python"),
        ("sleep 60", "python3", ProbeError, "did not finish within 1 s"),
        ("sleep 60", "tool", TargetError, "it names no Python"),
        ("yes", "python3", ProbeError, "answered more than 1 MiB"),
        ("kill -SEGV $$", "python3", ProbeError, "ended the interpreter with SIGSEGV"),
        ("echo 'Fatal Python error: \033[31mno encodings' >&2; exit 1", "python3", ProbeError, "?[31mno encodings"),
        ("exit 79", "python3", TargetError, "too old. The probe refused it."),
        ("cat > /dev/null; echo 'Python 3.11.0'", "tool", TargetError, "ended with status 0"),
    ],
)  # fmt: skip
def test_program_that_is_no_python_is_told_apart(ask, script, monkeypatch, text, name, error, told):
    monkeypatch.setattr(bounded_process, "OUTPUT_LIMIT", 1 << 20)
    monkeypatch.setattr(interpreter, "OUTPUT_LIMIT", 1 << 20)
    with pytest.raises(error) as raised:
        ask(python=script(text, name), timeout=1)
    assert told in str(raised.value)
    assert "\033" not in str(raised.value)


@pytest.mark.parametrize("name", ["python3", "tool"])
def test_file_that_cannot_be_run_is_an_error_of_the_target(ask, tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"\x7fELF")
    path.chmod(0o755)
    with pytest.raises(TargetError, match="It cannot be run: Exec format error"):
        ask(python=path)


MALFORMED = """
import json, sys
mark = json.load(sys.stdin)["mark"]
print(mark + %r)
"""


@pytest.mark.parametrize(
    "line",
    [
        '{"step": "interpreter", "facts": {"version": 3}}',
        '{"step": "something else"}',
        '{"step": ',
        '{"step": "modules", "modules": [{"module": "\\ud800"}]}',
        "[" * 100_000,
    ],
)
def test_malformed_answer_is_never_trusted(ask, script, tmp_path, line):
    (tmp_path / "fake.py").write_text(MALFORMED % line)
    python = script(f'exec {sys.executable} "{tmp_path}/fake.py"')
    with pytest.raises(ProbeError, match="answer is malformed"):
        ask(python=python)


def test_answer_that_is_cut_before_its_facts_are_whole_is_an_error(ask, script, tmp_path):
    python = script(f'exec {sys.executable} "{tmp_path}/fake.py"')
    for line, told in {
        '{"step": "layouts", "layouts": []}': r"exit status 0\. Its last words: last",
        '{"step": "done"}': "ended its answer too early",
    }.items():
        (tmp_path / "fake.py").write_text(MALFORMED % line + "sys.stderr.write('last')")
        with pytest.raises(ProbeError, match=told):
            ask(python=python)


def test_answer_cut_between_needs_is_kept_and_said_to_be_partial(ask, script, venv):
    real = venv / "bin/python"
    python = script(f'{real} "$@" | sed "/\\"resolved\\"/q"')
    facts = ask(("json", "loads"), ("nope", "x"), python=python)
    assert states(facts) == [("json", "resolved"), ("nope", "unproven")]
    assert facts.resolutions[1].detail.startswith("not reached: the probe ended")
    assert len(facts.trouble) == 1


def test_folder_that_cannot_be_listed_is_in_the_trouble(ask, site, write, tmp_path, monkeypatch):
    refusing = f"""
import os
real = os.scandir
def scandir(path):
    if path == {str(tmp_path)!r}:
        raise PermissionError(13, "Permission denied", path)
    return real(path)
os.scandir = scandir
"""
    write(site, {"sitecustomize.py": refusing})
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (sentence,) = ask().trouble
    assert sentence.startswith(f"Cannot list {tmp_path}: PermissionError")


def test_probe_inside_a_zip_file_is_unpacked_for_the_run(ask, monkeypatch, tmp_path):
    monkeypatch.setattr(interpreter, "__file__", str(tmp_path / "interpreter.py"))
    assert states(ask(("json", "loads"))) == [("json", "resolved")]


def test_child_is_ended_when_this_process_is_interrupted(script, monkeypatch):
    def interrupt(self, timeout):
        raise KeyboardInterrupt

    monkeypatch.setattr(bounded_process._Watch, "wait", interrupt)
    mark = f"61.{os.getpid()}"
    with pytest.raises(KeyboardInterrupt):
        bounded_process.run_bounded(
            [str(script("exec sleep $1")), mark], b"", timeout=9, last_words=b"\n"
        )
    assert processes_of(mark.encode()) == []


def test_request_larger_than_a_pipe_reaches_a_child_that_answers_late(ask):
    pairs = [(f"nope{number}", "x" * 40) for number in range(5000)]
    assert {state for _, state in states(ask(*pairs))} == {"module-missing"}


def test_errors_of_a_loud_child_are_kept_from_their_end():
    command = [sys.executable, "-c", "import sys; sys.stderr.write('x' * 200000 + 'END')"]
    finished = bounded_process.run_bounded(command, b"", timeout=30, last_words=b"\n")
    assert len(finished.errors) == bounded_process.ERROR_TAIL
    assert finished.errors.endswith(b"END")
    assert finished.status == 0


def test_signals_that_somebody_sends_are_no_fault_of_the_import():
    assert signal.SIGKILL.name in interpreter.LIMIT_SIGNALS
    assert signal.SIGSEGV.name not in interpreter.LIMIT_SIGNALS


def test_system_without_process_groups_still_ends_the_child(monkeypatch):
    monkeypatch.delattr(os, "killpg")
    monkeypatch.delattr(os, "waitid")
    command = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"]
    finished = bounded_process.run_bounded(command, b"", timeout=30, last_words=b"up\n")
    assert (finished.output, finished.status) == (b"up\n", None)


def test_stream_that_was_never_opened_is_a_mistake_of_ours():
    with pytest.raises(AssertionError, match="without a pipe"):
        bounded_process._opened(None)
