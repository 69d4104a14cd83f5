from __future__ import annotations

import hashlib
import json
import os
import pickle
import socket
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest

from envguard.artifacts import stored_file
from envguard.artifacts.formats import read_artifact
from envguard.errors import MissingFileError, PointerError, UnreadableArtifactError

LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0a" * 32 + b"\nsize 12345\n"


def test_size_and_digest_are_those_of_the_stored_bytes(read):
    content = pickle.dumps(list(range(1000)))
    facts = read(content, "a model.pkl")
    assert facts.name == "a model.pkl"
    assert facts.size == len(content)
    assert facts.digests == {"sha256": hashlib.sha256(content).hexdigest()}


def test_a_large_file_gives_the_same_facts_as_a_small_one(tmp_path, monkeypatch):
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps({"a": np.arange(500_000), "b": [pickle.Pickler] * 9}))
    small = read_artifact(path)
    monkeypatch.setattr(stored_file, "_LARGEST_IN_MEMORY", 1000)
    assert read_artifact(path) == small
    assert small.complete


@pytest.mark.parametrize(
    "content",
    [
        b"# Readme\n\nSome text.\n",
        b"Some text, which starts with an opcode.\n",
        b"Name,Age\nAnn,3\n",
        b"I have a dream\n",
        b"F1 scores\n1.0\n",
        b"Version 1\nVersion 2\n",
        b"Package notes\nPackage more\n",
        b"category,name value\nx y,z\n",
        b'{"a": 1}\n',
        b"[1, 2]",
        b"(see below)\n",
        b"]\n",
        b"<html></html>",
        b"\x7fELF\x02\x01\x01",
        b"PK\x03\x04rest",
        b"\x89HDF\r\n\x1a\n",
        b"\x00" * 64,
        b"\xff" * 64,
        b"\x80",
        b"\x80\xff\x00\x01",
        b"SELECT * FROM t;\n",
        b"lorem ipsum\n",
        b"tree\nversion=v4\n",
        b"import os\n",
        b"class A:\n    pass\n",
        b"global x\ny z\n",
    ],
)
def test_what_is_no_pickle_has_no_format(read, kinds, content):
    facts = read(content)
    assert (facts.format, facts.serializer, facts.protocol) == (None, None, None)
    assert kinds(facts) == ["unknown-format"]
    assert not facts.complete


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("value", [None, 1, "a", [], {}, (1, 2), {"a": [1.5, b"b"]}])
def test_any_pickle_of_any_protocol_has_the_format(read, value, protocol):
    facts = read(pickle.dumps(value, protocol))
    expected = 0 if pickle.dumps(value, protocol) == b"N." else protocol
    assert (facts.format, facts.complete, facts.protocol) == ("pickle", True, expected)


@pytest.mark.parametrize("protocol", [0, 1])
def test_an_old_pickle_cut_short_is_still_a_pickle(read, kinds, protocol):
    facts = read(pickle.dumps({"a": [1, 2], "b": "text"}, protocol)[:-3])
    assert facts.format == "pickle"
    assert kinds(facts) == ["truncated"]


def test_an_old_pickle_that_breaks_after_a_name_is_still_a_pickle(read):
    assert read(b"cos\nsystem\n(S'true'\ntR!!!").format == "pickle"


def test_an_empty_file_is_told_as_empty(read, kinds):
    facts = read(b"")
    assert (facts.format, facts.size, kinds(facts)) == (None, 0, ["empty"])


def test_a_missing_file_is_the_callers_mistake(tmp_path):
    (tmp_path / "file").write_bytes(b"x")
    (tmp_path / "dangling").symlink_to("nowhere")
    for name in ("none.pkl", "file/below.pkl", "dangling", "nul\0byte"):
        with pytest.raises(MissingFileError) as caught:
            read_artifact(tmp_path / name)
        assert caught.value.exit_code == 2


def test_a_folder_pipe_device_and_socket_are_never_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        here = Path.cwd()
        os.chdir(tmp_path)  # the path of a socket is limited to about 100 bytes
        listening.bind("socket")
        os.chdir(here)
        for path, kind in (
            (tmp_path, "folder"),
            (tmp_path / "pipe", "named pipe"),
            (tmp_path / "socket", "socket"),
            (Path(os.devnull), "device"),
        ):
            with pytest.raises(UnreadableArtifactError, match=kind) as caught:
                read_artifact(path)
            assert caught.value.exit_code == 3


def test_a_link_that_leads_in_a_circle_cannot_be_read(tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(UnreadableArtifactError):
        read_artifact(tmp_path / "a")


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no such permissions here")
def test_a_file_without_permission_cannot_be_read(tmp_path):
    path = tmp_path / "model.pkl"
    path.write_bytes(b"N.")
    path.chmod(0)
    was = os.geteuid()
    if was == 0:
        os.seteuid(65534)
    try:
        with pytest.raises(UnreadableArtifactError, match="ermission"):
            read_artifact(path)
    finally:
        if was == 0:
            os.seteuid(0)


def test_a_pipe_put_in_place_of_the_file_does_not_hang(tmp_path, monkeypatch):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    regular = os.stat(__file__)
    monkeypatch.setattr(stored_file.os, "stat", lambda _: regular)
    with pytest.raises(UnreadableArtifactError, match="named pipe"):
        read_artifact(path)


@pytest.mark.parametrize("limit", [1 << 20, 10])
def test_a_file_that_changes_meanwhile_is_told(tmp_path, monkeypatch, limit):
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps("x" * 1000))
    monkeypatch.setattr(stored_file, "_LARGEST_IN_MEMORY", limit)
    with (
        pytest.raises(UnreadableArtifactError, match="changed"),
        stored_file.open_stored(path),
        path.open("ab") as file,
    ):
        file.write(b"more")


def test_an_error_while_reading_is_told(tmp_path, monkeypatch):
    path = tmp_path / "model.pkl"
    path.write_bytes(b"N.")

    def broken(descriptor):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(stored_file.os, "dup", broken)
    with pytest.raises(UnreadableArtifactError, match="Input/output error"):
        read_artifact(path)


@pytest.mark.parametrize(
    "head", [LFS, LFS.replace(b"\n", b"\r\n"), LFS.replace(b"git-lfs.github", b"hawser.github")]
)
def test_a_git_lfs_pointer_names_the_command_that_fetches(tmp_path, head):
    path = tmp_path / "my model.pkl"
    path.write_bytes(head)
    with pytest.raises(PointerError) as caught:
        read_artifact(path)
    assert "git lfs pull --include 'my model.pkl'" in caught.value.fix
    assert caught.value.exit_code == 3


def test_text_about_git_lfs_is_no_pointer(read):
    assert read(b"version https://git-lfs.github.com/spec/v1\nis the first line\n").format is None
    assert read(LFS + b"x" * 2000).format is None


def test_a_dvc_file_beside_names_the_command_that_fetches(tmp_path):
    (tmp_path / "model.pkl.dvc").write_text("outs:\n- md5: 0a\n  path: model.pkl\n")
    for name in ("model.pkl", "model.pkl.dvc"):
        with pytest.raises(PointerError) as caught:
            read_artifact(tmp_path / name)
        assert "dvc pull model.pkl.dvc" in caught.value.fix


def test_an_artifact_with_its_dvc_file_beside_is_read(tmp_path):
    (tmp_path / "model.pkl.dvc").write_text("outs:\n- md5: 0a\n")
    (tmp_path / "model.pkl").write_bytes(b"N.")
    assert read_artifact(tmp_path / "model.pkl").complete


@pytest.mark.skipif(sys.platform != "linux", reason="other systems want file names in UTF-8")
def test_a_file_name_that_is_not_utf_8_is_told_as_text(tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/m\xffdel.pkl"))
    path.write_bytes(b"N.")
    facts = read_artifact(path)
    assert facts.name == "m\\xffdel.pkl"
    assert json.loads(msgspec.json.encode(facts))["name"] == facts.name
    path.unlink()
    with pytest.raises(MissingFileError, match="xffdel"):
        read_artifact(path)


def test_names_that_are_no_valid_text_can_still_be_written_down(read):
    facts = read(b"\x80\x04\x8c\x03\xed\xa0\x80\x8c\x01n\x93.")
    assert json.loads(msgspec.json.encode(facts))["needs"][0]["module"] == "\\ud800"


def test_reading_a_small_artifact_imports_no_heavy_module(tmp_path):
    import subprocess

    (tmp_path / "m.pkl").write_bytes(pickle.dumps([1]))
    script = (
        "import sys; from pathlib import Path\n"
        "from envguard.artifacts.formats import read_artifact\n"
        "read_artifact(Path(sys.argv[1]))\n"
        "print(sorted({'bz2', 'lzma', 'tempfile', 'pickle', 'lz4', 'numpy', 'joblib', 'dill',"
        " 'shlex'} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [
            sys.executable,
            "-S",
            "-c",
            f"import sys; sys.path[:0] = {sys.path!r}\n" + script,
            tmp_path / "m.pkl",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
