"""Whatever is handed in: a clear message, the right exit code, nothing lost."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import time

import pytest


def _clear(done):
    assert "Traceback" not in done.stderr, done.stderr
    assert done.stderr.startswith("error:"), (done.stdout, done.stderr)
    return done.stderr


def test_missing_file_is_2_in_every_verb(envguard, tmp_path):
    for verb in ("snapshot", "inspect", "check"):
        done = envguard(verb, "nothing.pkl", *([] if verb == "inspect" else ["-t", sys.executable]))
        assert done.returncode == 2, (verb, done)
        assert "nothing.pkl" in _clear(done)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (pickle.dumps({"a": list(range(1000))})[:-40], "beyond the data"),
        (b"<html><body>404 Not Found</body></html>", "format"),
        (b"\x80\x04\x95\x05\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff\xff", "opcode"),
    ],
    ids=["empty", "truncated", "no-pickle", "bad-opcode"],
)
def test_unreadable_bytes_are_3_and_no_snapshot_is_written(envguard, tmp_path, content, words):
    path = tmp_path / "model.pkl"
    path.write_bytes(content)
    taken = envguard("snapshot", path, "-t", sys.executable)
    assert taken.returncode == 3, taken
    assert words in _clear(taken)
    assert not path.with_name("model.pkl.envguard.json").exists()
    assert envguard("inspect", path).returncode == 3
    assert envguard("check", path, "-t", sys.executable).returncode == 3


@pytest.mark.skipif(os.name != "posix", reason="FIFOs are of POSIX")
def test_fifo_is_3_and_never_waited_for(envguard, tmp_path):
    os.mkfifo(tmp_path / "pipe.pkl")
    for verb in ("snapshot", "inspect", "check"):
        done = envguard(verb, "pipe.pkl", *([] if verb == "inspect" else ["-t", sys.executable]))
        assert done.returncode == 3, (verb, done)


def test_unreadable_file_is_3(envguard, model):
    model.chmod(0)
    if os.access(model, os.R_OK):  # root reads everything: run as nobody
        model.parent.chmod(0o755)
        script = (
            "import os, sys;"
            "from envguard.artifacts.formats import read_artifact;"
            "from envguard.errors import UnreadableArtifactError;"
            "from pathlib import Path; os.setgid(65534); os.setuid(65534)\n"
            "try: read_artifact(Path(sys.argv[1]))\n"
            "except UnreadableArtifactError as e: print(e); sys.exit(e.exit_code)"
        )
        for parent in list(model.parents)[:-2]:
            parent.chmod(0o755)
        done = subprocess.run(
            [sys.executable, "-c", script, model], capture_output=True, text=True, check=False
        )
    else:
        done = envguard("inspect", model)
    assert done.returncode == 3, done


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda text: text[: len(text) // 2], "model.pkl.envguard.json"),
        (lambda _: "", "empty"),
        (lambda _: "[1, 2", "model.pkl.envguard.json"),
        (lambda text: text.replace("snapshot/1", "snapshot/9"), "later"),
        (lambda text: "\ufeff" + text, "model.pkl.envguard.json"),
    ],
    ids=["truncated", "empty", "no-document", "newer", "bom"],
)
def test_unreadable_snapshot_is_3(envguard, model, sidecar, spoil, words):
    sidecar.write_text(spoil(sidecar.read_text()))
    done = envguard("check", model, "-t", sys.executable)
    assert done.returncode == 3, done
    assert words in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_newer_snapshot_is_never_overwritten(envguard, model, sidecar):
    newer = sidecar.read_text().replace("snapshot/1", "snapshot/9")
    sidecar.write_text(newer)
    done = envguard("snapshot", model, "-t", sys.executable)
    assert done.returncode == 3
    _clear(done)
    assert sidecar.read_text() == newer


def test_output_never_overwrites_what_is_no_snapshot(envguard, model):
    before = model.read_bytes()
    done = envguard("snapshot", model, "-o", model, "-t", sys.executable)
    assert done.returncode == 2
    _clear(done)
    assert model.read_bytes() == before


def test_targets_that_are_no_python_are_2(envguard, model, tmp_path):
    (tmp_path / "text.txt").write_text("hello")
    (tmp_path / "folder").mkdir()
    for target in ("no/such/python", "text.txt", "folder", "/bin/ls", "image:python:3.11"):
        done = envguard("check", model, "-t", target)
        assert done.returncode == 2, (target, done)
        _clear(done)


@pytest.mark.skipif(os.name != "posix", reason="shell scripts")
@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("sleep 600", 3),
        ("kill -SEGV $$", 3),
        ("yes", 3),
        ("exit 0", 2),
        ("echo hello; exit 3", 2),
    ],
)
def test_target_that_hangs_crashes_or_floods(envguard, model, sidecar, tmp_path, body, code):
    fake = tmp_path / "python"
    fake.write_text(f"#!/bin/sh\n{body}\n")
    fake.chmod(0o755)
    began = time.monotonic()
    done = envguard("check", model, "-t", fake, "--timeout", "2")
    assert time.monotonic() - began < 30
    assert done.returncode in {code, 3}, done
    assert "Traceback" not in done.stderr


def test_artifact_names_that_are_not_utf8(envguard, tmp_path):
    raw = os.fsencode(tmp_path) + b"/m\xff\n.pkl"
    with open(raw, "wb") as file:
        file.write(pickle.dumps([1.5]))
    done = envguard("snapshot", os.fsdecode(raw), "-t", sys.executable)
    assert done.returncode == 0, done
    with open(raw + b".envguard.json", "rb") as file:
        json.load(file)
    code, _ = envguard.json("check", os.fsdecode(raw), "-t", sys.executable)
    assert code == 0
    text = envguard("check", os.fsdecode(raw), "-t", sys.executable)
    assert text.returncode == 0


def test_one_missing_artifact_does_not_lose_the_others(envguard, model, sidecar):
    code, document = envguard.json("check", "gone.pkl", model, "-t", sys.executable)
    assert code == 2
    assert [r["verdict"] for r in document["reports"]] == ["holds"]


def test_lfs_and_dvc_pointers_name_the_command_that_fetches(envguard, tmp_path):
    (tmp_path / "lfs.pkl").write_text(
        "version https://git-lfs.github.com/spec/v1\n"
        "oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\n"
        "size 12345\n"
    )
    (tmp_path / "dvc.pkl.dvc").write_text("outs:\n- md5: abc\n  path: dvc.pkl\n")
    for name, command in (("lfs.pkl", "git lfs pull"), ("dvc.pkl", "dvc pull")):
        done = envguard("snapshot", name, "-t", sys.executable)
        assert done.returncode == 3, done
        assert command in _clear(done)


def test_wrong_words_are_2(envguard, model):
    for words in (
        ("snapshot",),
        ("snapshot", "--environment-only", model),
        ("check", model, "--fail-on", "fatal"),
        ("check", model, model, "--snapshot", "x.json"),
        ("check", model, "--trial", "always"),
        ("rule",),
        ("rule", "EG999"),
        ("frobnicate",),
    ):
        done = envguard(*words)
        assert done.returncode == 2, (words, done)
        assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_interrupt_is_130(envguard, model, tmp_path):
    fake = tmp_path / "python"
    fake.write_text("#!/bin/sh\nsleep 60\n")
    fake.chmod(0o755)
    process = subprocess.Popen(
        [sys.executable, "-m", "envguard", "check", model, "-t", fake],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    time.sleep(2)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 130, errors


def test_pointer_beside_its_snapshot_names_the_command_that_fetches(envguard, model, sidecar):
    model.write_text(
        "version https://git-lfs.github.com/spec/v1\n"
        "oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\n"
        "size 12345\n"
    )
    code, document = envguard.json("check", model, "-t", sys.executable)
    report = document["reports"][0]
    assert (code, report["verdict"]) == (3, "unknown")
    assert report["load"]["static"]["outcome"] == "undecided"
    assert [u["rule"] for u in report["unchecked"]] == ["EG901"]
    assert "git lfs pull" in report["unchecked"][0]["reason"]
    model.unlink()
    model.with_name("model.pkl.dvc").write_text("outs:\n- md5: abc\n  path: model.pkl\n")
    done = envguard("check", model, "-t", sys.executable)
    assert done.returncode == 3
    assert "dvc pull" in done.stdout


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_folder_that_may_not_be_looked_into_is_no_fault_of_ours(envguard, monkeypatch):
    from pathlib import Path

    from envguard.verbs import check, snapshot

    def refuse(self, **_):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "exists", refuse)
    checked = check.check(["closed/model.pkl"], [], check.CheckOrder(folder="."))
    assert [error.exit_code for error in checked.errors] == [2]
    assert snapshot._standing(Path("closed/model.pkl.envguard.json")) == (None, ())
