from __future__ import annotations

import os

import pytest

from envguard.artifacts.formats import read_artifact
from envguard.errors import UnreadableArtifactError


@pytest.fixture
def saved(tmp_path):
    folder = tmp_path / "saved"
    (folder / "variables").mkdir(parents=True)
    (folder / "saved_model.pb").write_bytes(b"graph")
    (folder / "variables" / "data").write_bytes(b"weights")
    return folder


def test_folder_has_a_digest_of_paths_and_contents(saved):
    first = read_artifact(saved)
    assert (first.name, first.size, first.format, first.complete) == ("saved", 12, None, False)
    assert read_artifact(saved) == first
    (saved / "variables" / "data").rename(saved / "variables" / "other")
    renamed = read_artifact(saved)
    assert renamed.digests != first.digests
    (saved / "variables" / "other").rename(saved / "variables" / "data")
    (saved / "saved_model.pb").write_bytes(b"grapH")
    assert read_artifact(saved).digests not in (first.digests, renamed.digests)


def test_trailing_slash_does_not_change_the_name(saved):
    assert read_artifact(saved / ".").name == "saved"


def test_empty_folder_is_an_anomaly_of_its_own(tmp_path):
    facts = read_artifact(tmp_path)
    assert [one.kind for one in facts.anomalies] == ["empty"]


def test_link_counts_as_its_text_and_is_never_followed(saved, tmp_path):
    (tmp_path / "secret").write_bytes(b"x" * 1000)
    before = read_artifact(saved)
    os.symlink(tmp_path / "secret", saved / "link")
    os.symlink(tmp_path, saved / "folder-link")
    after = read_artifact(saved)
    assert after.size == before.size
    assert after.digests != before.digests


def test_pipe_inside_is_refused(saved):
    os.mkfifo(saved / "pipe")
    with pytest.raises(UnreadableArtifactError, match="named pipe"):
        read_artifact(saved)


def test_folder_that_vanishes_is_unreadable(saved, monkeypatch):
    def vanish(folder, onerror):
        onerror(PermissionError(13, "Permission denied", os.fspath(folder)))
        return iter(())

    monkeypatch.setattr(os, "walk", vanish)
    with pytest.raises(UnreadableArtifactError, match="Permission denied"):
        read_artifact(saved)
