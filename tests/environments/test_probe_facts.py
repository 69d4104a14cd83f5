from __future__ import annotations

import platform
import sys
import sysconfig

import msgspec
import pytest

from envguard.environments.probe import inside
from envguard.facts.environment import Interpreter, Platform


def test_interpreter_facts_are_those_of_the_standard_library():
    facts = msgspec.convert(inside.interpreter_facts(), Interpreter)
    assert facts.version == platform.python_version()
    assert facts.soabi == sysconfig.get_config_var("SOABI")
    assert facts.platform_tag == sysconfig.get_platform()
    assert facts.cache_tag == sys.implementation.cache_tag
    assert "\n" not in facts.build
    assert facts.executable == sys.executable
    assert facts.free_threaded is bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
    assert facts.pointer_bits in (32, 64)


def test_what_an_interpreter_does_not_say_is_unknown(monkeypatch):
    monkeypatch.setattr(inside.importlib.machinery, "EXTENSION_SUFFIXES", [])
    monkeypatch.setattr(sys.implementation, "cache_tag", None)
    facts = inside.interpreter_facts()
    assert facts["soabi"]["state"] == facts["cache_tag"]["state"] == "unknown"


@pytest.mark.parametrize(
    ("conda", "base", "kind"), [(True, "x", "conda"), (False, "x", "venv"), (False, None, "system")]
)
def test_kind_of_prefix(monkeypatch, tmp_path, conda, base, kind):
    if conda:
        (tmp_path / "conda-meta").mkdir()
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr(sys, "base_prefix", base or str(tmp_path))
    assert inside._prefix_kind() == kind


def test_platform_facts_are_those_of_the_standard_library():
    facts = msgspec.convert(inside.platform_facts(), Platform)
    assert (facts.system, facts.machine) == (platform.system(), platform.machine())
    assert facts.release == platform.release()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('PRETTY_NAME="x"\nID=debian\nVERSION_ID="12"\n', "debian 12"),
        ("ID=arch\n", "arch"),
        ("VERSION_ID=3\n", inside.unknown("no os-release file tells")),
    ],
)
def test_release_of_the_system(tmp_path, text, told):
    path = tmp_path / "os-release"
    path.write_text(text)
    assert inside._os_release("Linux", [str(tmp_path / "gone"), str(path)]) == told


def test_musl_release_is_what_its_loader_says(tmp_path):
    loader = tmp_path / "ld-musl-x86_64.so.1"
    loader.write_text("#!/bin/sh\necho 'musl libc (x86_64)\nVersion 1.2.4' >&2\nexit 1\n")
    loader.chmod(0o755)
    python = tmp_path / "python"
    python.write_bytes(b"\x7fELF\x00\x00" + bytes(loader) + b"\x00more")
    assert inside._musl(str(python)) == "musl 1.2.4"
    loader.write_text("#!/bin/sh\n")
    assert inside._musl(str(python))["state"] == "unknown"


def test_libc_that_nothing_tells_is_unknown(tmp_path):
    (tmp_path / "python").write_bytes(b"\x7fELF")
    assert inside._musl(str(tmp_path / "python")) == inside.unknown("neither glibc nor musl")
    assert inside._musl(str(tmp_path / "gone"))["state"] == "unknown"
    assert inside._libc("Darwin") == inside.unknown("not told on Darwin")
    assert inside._libc("")["reason"] == "not told on this system"
