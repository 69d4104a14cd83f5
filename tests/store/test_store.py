from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from envguard import store
from envguard.errors import MissingFileError, NewerSnapshotError, SnapshotError
from envguard.facts.snapshot import Snapshot
from envguard.facts.source import CodeFacts
from envguard.source.git_state import read_git_state

RELEASED = sorted((Path(__file__).parent / "released").glob("snapshot-*.json"))


@pytest.mark.parametrize(
    ("artifact", "sidecar"),
    [
        ("model.pkl", "model.pkl.envguard.json"),
        ("models/saved_model/", "models/saved_model.envguard.json"),
        ("/srv/model", "/srv/model.envguard.json"),
        ("/", "/.envguard.json"),
    ],
)
def test_sidecar_stands_beside_the_artifact(artifact, sidecar):
    assert store.sidecar_path(Path(artifact)) == Path(sidecar)


@pytest.mark.parametrize("artifact", [".", "inner/.."])
def test_sidecar_of_a_folder_without_a_name_stands_beside_that_folder(
    artifact, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "inner").mkdir()
    expected = tmp_path.resolve().with_name(f"{tmp_path.name}.envguard.json")
    assert store.sidecar_path(Path(artifact)) == expected


# The text


def test_document_is_sorted_indented_utf8_with_a_final_line_end(snapshot_of):
    raw = store.encode(snapshot_of(1, name="mödel.pkl"))
    assert (
        raw
        == (
            json.dumps(json.loads(raw), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
        ).encode()
    )
    assert "mödel.pkl".encode() in raw


def test_order_of_digests_does_not_change_the_text(snapshot):
    def with_digests(digests):
        artifact = msgspec.structs.replace(snapshot.artifact, digests=digests)
        return store.encode(msgspec.structs.replace(snapshot, artifact=artifact))

    assert with_digests({"md5": "1", "sha256": "2"}) == with_digests({"sha256": "2", "md5": "1"})


def test_digest_leaves_out_the_time_and_what_was_superseded_alone(snapshot):
    digest = store.snapshot_digest(snapshot)
    assert digest.startswith("sha256:")
    for change in ({"created": "2027-01-01T00:00:00Z"}, {"supersedes": digest}):
        assert store.snapshot_digest(msgspec.structs.replace(snapshot, **change)) == digest
    for field in ("artifact", "source"):
        changed = msgspec.structs.replace(snapshot, **{field: None})
        assert store.snapshot_digest(changed) != digest


def test_digest_can_be_had_from_the_document_with_plain_json(snapshot):
    document = json.loads(store.encode(snapshot))
    del document["created"], document["supersedes"]
    compact = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    expected = f"sha256:{hashlib.sha256(compact.encode()).hexdigest()}"
    assert store.snapshot_digest(snapshot) == expected


def test_name_that_is_no_unicode_is_written_readably(snapshot_of, tmp_path):
    odd = snapshot_of(1, name="mod\udcffel")
    path = tmp_path / "model.envguard.json"
    store.write_snapshot(path, odd)
    found = store.read_snapshot(path)
    assert found.artifact.name == "mod\\udcffel"
    assert store.snapshot_digest(found) == store.snapshot_digest(odd)


# What is written is read


def test_written_snapshot_is_read_as_it_was(any_snapshot, tmp_path):
    path = tmp_path / "model.pkl.envguard.json"
    assert store.write_snapshot(path, any_snapshot) == ()
    assert store.read_snapshot(path) == any_snapshot


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@st.composite
def _as_type(draw, kind):
    """Any value that the type allows, built from its JSON Schema's own source: the type."""
    return draw(_values(msgspec.inspect.type_info(kind)))


def _values(info):
    inspect = msgspec.inspect
    strategies = {
        inspect.StrType: lambda: TEXT,
        inspect.BoolType: st.booleans,
        inspect.IntType: lambda: st.integers(-(2**53), 2**63 - 1),
        inspect.NoneType: st.none,
        inspect.LiteralType: lambda: st.sampled_from(info.values),
        inspect.UnionType: lambda: st.one_of(*map(_values, info.types)),
        inspect.VarTupleType: lambda: st.lists(_values(info.item_type), max_size=2).map(tuple),
        inspect.TupleType: lambda: st.tuples(*map(_values, info.item_types)),
        inspect.DictType: lambda: st.dictionaries(TEXT, _values(info.value_type), max_size=2),
        inspect.StructType: lambda: st.builds(
            info.cls, **{each.name: _values(each.type) for each in info.fields}
        ),
    }
    return strategies[type(info)]()


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(snapshot=_as_type(Snapshot))
def test_any_snapshot_is_read_as_it_was_written(tmp_path_factory, snapshot):
    snapshot = msgspec.structs.replace(snapshot, schema="envguard/snapshot/1")
    path = tmp_path_factory.mktemp("any") / "model.envguard.json"
    store.write_snapshot(path, snapshot)
    assert store.read_snapshot(path) == snapshot
    assert store.encode(store.read_snapshot(path)) == path.read_bytes()


@pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.stem)
def test_released_snapshots_are_read_for_ever(path):
    found = store.read_snapshot(path)
    names = {package.name for package in found.environment.packages}
    assert {"numpy", "scikit-learn", "scipy"} <= names
    if found.artifact is not None:
        assert found.artifact.needs[0].module == "churn.steps"
        assert [module.module for module in found.source.modules][1] == "churn.steps"
        assert found.source.git.dirty == ("churn/units.py",)


def test_every_schema_that_is_read_has_a_released_snapshot():
    assert {path.name.split("-")[1].removesuffix(".json") for path in RELEASED} == set(
        store._READERS
    )


# What is refused


def refusal(tmp_path, raw, kind=SnapshotError):
    path = tmp_path / "model.pkl.envguard.json"
    path.write_bytes(raw)
    with pytest.raises(kind) as caught:
        store.read_snapshot(path)
    assert type(caught.value) is kind
    assert str(path) in caught.value.what
    assert caught.value.fix
    assert caught.value.exit_code == 3
    return str(caught.value)


DEEP = 200_000


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "it is empty"),
        (b" \n", "it is empty"),
        (b"\xef\xbb\xbf{}", "byte order mark (byte 0)"),
        ("{}".encode("utf-16"), "byte order mark (byte 0)"),
        (b'{"schema": "envguard/snapshot/1", "tool": {', "truncated"),
        (b"\x00" * 4096, "(byte 0)"),
        (b'{"schema": "\xff"}', "not UTF-8 (byte 12)"),
        (b'{"schema": "envguard/snapshot/1", "later": "\xff"}', "not UTF-8 (byte 44)"),
        (b'{"schema": NaN}', "(byte 11)"),
        (b'{"later":' + b"[" * DEEP, "nested too deeply"),
        (b'{"later":' + b"[" * DEEP + b"]" * DEEP + b"}", "nested too deeply"),
        (b"[]", "got `array`"),
        (b"{}", "schema"),
        (b'{"schema": 1}', "$.schema"),
        (b'{"schema": "envguard/snapshot/1"}', "artifact"),
        (b'{"schema": "envguard/report/1"}', "'envguard/report/1'"),
        (b'{"schema": "envguard/snapshot/01"}', "'envguard/snapshot/01'"),
        (b'{"schema": "envguard/snapshot/0"}', "'envguard/snapshot/0'"),
        (b'{"schema": "' + b"x" * 5000 + b'"}', "x" * 80 + "'"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_damaged_documents_are_refused_with_place_and_reason(tmp_path, raw, reason):
    assert reason in refusal(tmp_path, raw)


@pytest.mark.parametrize("number", ["2", "17", "9" * 5000])
def test_snapshot_of_a_later_release_asks_for_an_upgrade(tmp_path, number):
    raw = b'{"schema": "envguard/snapshot/%b", "other": 1}' % number.encode()
    said = refusal(tmp_path, raw, NewerSnapshotError)
    assert "pip install --upgrade envguard-ml" in said
    assert len(said) < 500


@pytest.mark.parametrize(
    ("place", "value", "field"),
    [
        (("environment", "interpreter", "pointer_bits"), "64", "pointer_bits"),
        (("environment", "interpreter", "pointer_bits"), 2.5, "pointer_bits"),
        (("environment", "interpreter", "byte_order"), "middle", "byte_order"),
        (("environment", "packages"), {}, "packages"),
        (("source", "git", "state"), "lost", "$.source.git"),
        (("artifact", "size"), 1.5, "$.artifact.size"),
    ],
)
def test_wrong_value_is_refused_with_its_field(tmp_path, snapshot, place, value, field):
    document = json.loads(store.encode(snapshot))
    part = document
    for key in place[:-1]:
        part = part[key]
    part[place[-1]] = value
    assert field in refusal(tmp_path, json.dumps(document).encode())


def test_number_beyond_all_bounds_is_refused_with_its_field(tmp_path, snapshot):
    raw = store.encode(snapshot).replace(b'"pointer_bits": 64', b'"pointer_bits": ' + b"9" * 5000)
    assert "pointer_bits" in refusal(tmp_path, raw)


@pytest.mark.parametrize("inside", [b"", b'"later": {"a": 1, "a": 2}, '])
def test_key_that_stands_twice_is_refused(tmp_path, snapshot, inside):
    first = inside or b'"created": "2000-01-01T00:00:00Z", '
    raw = store.encode(snapshot).replace(b"{", b"{" + first, 1)
    key = "a" if inside else "created"
    assert f"the key '{key}' stands twice" in refusal(tmp_path, raw)


def test_every_cut_of_a_document_is_refused(tmp_path, snapshot):
    raw = store.encode(snapshot)
    for end in range(0, len(raw) - 2, 97):
        refusal(tmp_path, raw[:end])


def test_fields_of_a_later_minor_release_are_passed_over(tmp_path, snapshot):
    document = json.loads(store.encode(snapshot))
    document["later"] = {"number": int("9" * 4000), "figure": 1e300}
    document["environment"]["interpreter"]["later"] = [None]
    path = tmp_path / "model.envguard.json"
    raw = json.dumps(document).encode().replace(b"1e+300", b"9" * 9000)
    path.write_bytes(raw)
    assert store.read_snapshot(path) == snapshot


def test_document_too_large_is_refused_without_reading_it_all(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "LARGEST_DOCUMENT", 1 << 20)
    path = tmp_path / "large.json"
    with path.open("wb") as file:
        file.truncate((1 << 20) + 1)
    with pytest.raises(SnapshotError, match="larger than 1 MiB"):
        store.read_snapshot(path)


def test_limit_is_256_mib():
    assert store.LARGEST_DOCUMENT == 256 * 1024 * 1024


@pytest.mark.parametrize("name", ["gone.json", "gone/gone.json", "file/gone.json", "link", "a\0b"])
def test_missing_snapshot_is_a_missing_file(tmp_path, name):
    (tmp_path / "file").write_text("")
    (tmp_path / "link").symlink_to("nowhere")
    with pytest.raises(MissingFileError, match="envguard snapshot"):
        store.read_snapshot(tmp_path / name)


@pytest.mark.skipif(os.name == "nt", reason="devices and pipes of POSIX systems")
def test_what_is_no_regular_file_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "loop").symlink_to("loop")
    for path in (tmp_path, tmp_path / "fifo", Path(os.devnull)):
        with pytest.raises(SnapshotError, match="no regular file"):
            store.read_snapshot(path)
    with pytest.raises(SnapshotError, match="symbolic links"):
        store.read_snapshot(tmp_path / "loop")


@pytest.mark.skipif(os.name == "nt", reason="modes of POSIX systems")
def test_snapshot_without_permission_is_no_missing_one(tmp_path, snapshot, monkeypatch):
    path = tmp_path / "model.envguard.json"
    store.write_snapshot(path, snapshot)
    path.chmod(0)
    if os.geteuid() == 0:  # who may read everything

        def refuse(*_):
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(SnapshotError, match=r"Permission denied.*permissions"):
        store.read_snapshot(path)


# No secrets


def test_no_credentials_of_a_real_repository_reach_the_document(tmp_path, snapshot, monkeypatch):
    if shutil.which("git") is None:
        pytest.skip("no git program on this machine")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    for number, url in enumerate(
        [
            "https://user:SECRET@example.org/m.git",
            "https://SECRET@example.org/m.git",
            "https://example.org/m.git?access_token=SECRET",
            "ssh://git:SECRET@example.org/m.git",
        ]
    ):
        subprocess.run(["git", "-C", tmp_path, "remote", "add", f"r{number}", url], check=True)
    git = read_git_state(tmp_path)
    assert len(git.remotes) == 4
    raw = store.encode(msgspec.structs.replace(snapshot, source=CodeFacts(git=git)))
    assert b"example.org" in raw
    assert b"SECRET" not in raw
