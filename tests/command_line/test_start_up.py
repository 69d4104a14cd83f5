"""What is imported when: every call pays for start-up, every program for ``import envguard``."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = ("rich", "git", "pip_api", "packaging", "msgspec", "docker", "conda_lock")


def _modules_after(*code):
    script = "import sys\n" + "\n".join(code) + "\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", "import json\n" + script],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_import_of_the_package_loads_nothing_else():
    bare = _modules_after()
    assert _modules_after("import envguard") - bare <= {"envguard", "__future__"}


def test_import_of_the_command_line_loads_nothing_heavy():
    loaded = _modules_after("import envguard.cli")
    assert not {name.partition(".")[0] for name in loaded} & set(HEAVY)


@pytest.mark.parametrize("verb", ["check", "inspect", "snapshot"])
def test_functions_load_neither_typer_nor_rich_nor_git(verb):
    loaded = _modules_after(f"import envguard; envguard.{verb}")
    assert not {name.partition(".")[0] for name in loaded} & {"typer", "rich", "git", "pip_api"}


def test_version_and_help_answer(envguard):
    assert envguard("--version").stdout.startswith("envguard 0.")
    text = envguard("--help").stdout
    for verb in ("snapshot", "inspect", "check", "diff", "rule"):
        assert verb in text


def test_unknown_name_of_the_package_is_an_attribute_error():
    done = subprocess.run(
        [sys.executable, "-c", "import envguard; print(dir(envguard)); envguard.frobnicate"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "'check'" in done.stdout
    assert "AttributeError: module 'envguard' has no attribute 'frobnicate'" in done.stderr


def test_another_distribution_of_the_name_is_noticed(envguard, tmp_path):
    info = tmp_path / "site" / "envguard-9.9.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: envguard\nVersion: 9.9\n")
    done = envguard("--version", env={"PYTHONPATH": str(info.parent)})
    assert done.returncode == 0
    assert "'envguard' 9.9 is installed too" in done.stderr
