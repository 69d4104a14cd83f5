# ruff: noqa: E501  (tables of cases, fixtures asked alike)
from __future__ import annotations

import json
import os
import string
import zipfile
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from envguard.environments.probe import inside
from envguard.facts.environment import Distribution

if TYPE_CHECKING:
    from pathlib import Path


def records(*folders: Path) -> list[Distribution]:
    found = inside.Installed([str(folder) for folder in folders])
    assert found.trouble == []
    json.dumps(found.records).encode("ascii")
    return msgspec.convert(found.records, list[Distribution])


def only(*folders: Path) -> Distribution:
    (record,) = records(*folders)
    return record


def test_record_of_a_sound_distribution_is_whole(lib, dist):
    info = dist(
        lib,
        "My.Package",
        "2.0.1",
        {"mypackage/__init__.py": "", "single.py": "", "_fast.cpython-311-x86_64-linux-gnu.so": ""},
        METADATA="Metadata-Version: 2.1\nName: My.Package\nVersion: 2.0.1\nRequires-Python: >=3.8\n"
        "Requires-Dist: numpy>=1.2\nRequires-Dist: tqdm ; extra == 'x'\n\nName: in the text\n",
        REQUESTED="",
    )
    record = only(lib)
    assert record.name == "My.Package"
    assert record.version == "2.0.1"
    assert record.path == str(info)
    assert record.origin.kind == "index"
    assert record.origin.url is None
    assert record.installer == "pip"
    assert record.requested is True
    assert record.record_sha256 is not None
    assert record.requires == ("numpy>=1.2", "tqdm ; extra == 'x'")
    assert record.requires_python == ">=3.8"
    assert record.imports == ("_fast", "mypackage", "single")
    assert not record.shadowed
    assert record.error is None


def test_absent_requested_marker_counts_only_for_installers_that_write_it(lib, dist):
    dist(lib, "by-pip")
    dist(lib, "by-other", INSTALLER="someone else\x1b[31m\n")
    other, pip = records(lib)
    assert pip.requested is False
    assert other.requested is None
    assert other.installer == "someone else?[31m"


def test_imports_leave_out_scripts_metadata_and_data_folders(lib, dist):
    dist(
        lib,
        "many",
        RECORD="../../bin/many,,\n__pycache__/a.pyc,,\nmany/b.py,,\nmany-1.0.dist-info/RECORD,,\nmany/a.py,,"
        '\r\nmany.libs/x.so,,\n"odd/with,comma.py",,\n"odd2.py",,\n\n,,\nlast.pyd',
    )
    assert only(lib).imports == ("many", "odd", "odd2")


LINES = st.lists(
    st.tuples(
        st.sampled_from(["a", "a.libs", "aa", "b", "../../bin", "a-1.0.dist-info"]),
        st.integers(1, 120),
        st.sampled_from(["/x.py", "/deep/er/m.py"]),
    ),
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(LINES, st.booleans())
def test_imports_of_a_sorted_listing_are_those_of_every_line(runs, ends):
    rows = [f"{top}{name}{at}" for top, count, name in runs for at in range(count)]
    text = "\n".join(f"{row},sha256=0123456789abcdef,1" for row in sorted(rows))
    listing = (text + "\n" if ends else text).encode()
    expected = {top for top, _, _ in runs if top.isidentifier()}
    assert inside.listed_imports(listing, True) == expected
    assert inside.listed_imports(listing) == expected


def test_listing_that_is_not_sorted_after_all_is_read_line_by_line():
    rows = [f"{'ab'[at % 2]}/m{at}.py,," for at in range(2000)]
    rows[:0] = [f"a/early{at}.py,," for at in range(200)]
    listing = "\n".join([*rows, "a/last.py,,"]).encode()
    assert inside.listed_imports(listing, True) == {"a", "b"}


@pytest.mark.parametrize(
    ("info", "origin"),
    [
        (
            {"url": "https://user:secret@host/r.git", "vcs_info": {"vcs": "git", "commit_id": "abc"}},
            {"kind": "vcs", "url": "https://host/r.git", "vcs": "git", "commit": "abc"},
        ),
        (
            {"url": "https://h/x.whl?token=secret", "archive_info": {"hash": "sha256=aa"}},
            {"kind": "archive", "url": "https://h/x.whl", "digests": {"sha256": "aa"}},
        ),
        (
            {"url": "https://h/x.whl#secret", "archive_info": {"hashes": {"sha512": "bb"}}},
            {"kind": "archive", "url": "https://h/x.whl", "digests": {"sha512": "bb"}},
        ),
        (
            {"url": "file:///src", "dir_info": {}, "subdirectory": "python"},
            {"kind": "local", "url": "file:///src", "subdirectory": "python"},
        ),
    ],
)  # fmt: skip
def test_origin_comes_from_direct_url_without_credentials(lib, dist, info, origin):
    dist(lib, "x", **{"direct_url.json": json.dumps(info)})
    record = only(lib)
    assert msgspec.to_builtins(record.origin).items() >= origin.items()
    assert "secret" not in msgspec.json.encode(record).decode()
    assert record.error is None


@pytest.mark.parametrize(
    ("url", "cut"),
    [
        ("https://user:secret@host/p", "https://host/p"),
        ("https://secret@host:8443/p?sig=secret#secret", "https://host:8443/p"),
        ("https://user:se@cret@host/p", "https://host/p"),
        ("https://user:sec/ret@host/p", "https://host/p"),
        ("https://user:sec/ret@host:80/p?secret", "https://host:80/p"),
        ("git+ssh://git@host/r.git", "git+ssh://git@host/r.git"),
        ("ssh://git:secret@host/r.git", "ssh://host/r.git"),
        ("https://[::1]:80/a@b", "https://[::1]:80/a@b"),
        ("https://host/scope@1.0", "https://host/scope@1.0"),
        ("file:///home/x", "file:///home/x"),
        ("git@host:org/r.git", "git@host:org/r.git"),
        ("user:secret@host:org/r.git", "host:org/r.git"),
        ("", ""),
    ],
)
def test_credentials_are_cut_from_every_form_of_url(url, cut):
    assert inside.without_credentials(url) == cut


def test_credentials_are_cut_from_requirements(lib, dist):
    dist(
        lib,
        "x",
        METADATA="Name: x\nVersion: 1\nRequires-Dist: a @ https://u:secret@h/a.whl?k=secret ; extra == 'b'\n"
        "Requires-Dist: folded\n   >=1\n\n",
    )
    assert only(lib).requires == ("a @ https://h/a.whl ; extra == 'b'", "folded >=1")


# -- one broken record each, nothing lost ------------------------------------------------------


def utf8(lib, dist, write):
    dist(lib, "bad", METADATA=b"Name: bad\nVersion: 1.0\nAuthor: \xff\xfe\n\n")


def direct_url_cut(lib, dist, write):
    dist(lib, "bad", **{"direct_url.json": '{"url": "https://u:p'})


def direct_url_of_another_shape(lib, dist, write):
    dist(lib, "bad", **{"direct_url.json": '{"url": 3, "dir_info": []}'})


def direct_url_without_kind(lib, dist, write):
    dist(lib, "bad", **{"direct_url.json": '{"url": "https://u:p@h"}'})


def metadata_missing(lib, dist, write):
    (dist(lib, "bad") / "METADATA").unlink()


def metadata_empty(lib, dist, write):
    dist(lib, "bad", METADATA=" \n")


def no_name(lib, dist, write):
    dist(lib, "bad", METADATA="Version: 1.0\n\n")


def no_version(lib, dist, write):
    dist(lib, "bad", METADATA="Name: bad\nVersion:\n\n")


def dangling_link(lib, dist, write):
    (lib / "bad-1.0.dist-info").symlink_to(lib / "gone")


def plain_file(lib, dist, write):
    write(lib, {"bad-1.0.dist-info": "?"})


def newer_metadata(lib, dist, write):
    dist(lib, "bad", METADATA="Metadata-Version: 4.0\nName: bad\nVersion: 1.0\n\n")


def editable_gone(lib, dist, write):
    info = {"url": "file:///nowhere/to%20be", "dir_info": {"editable": True}}
    dist(lib, "bad", **{"direct_url.json": json.dumps(info)})


def link_to_nowhere(lib, dist, write):
    write(lib, {"bad.egg-link": "/nowhere\n."})


def link_without_metadata(lib, dist, write):
    write(lib, {"bad.egg-link": f"{lib}\n."})


def link_empty(lib, dist, write):
    write(lib, {"bad.egg-link": ""})


def metadata_is_a_folder(lib, dist, write):
    (lib / "bad-1.0.dist-info" / "METADATA").mkdir(parents=True)


def record_is_a_folder(lib, dist, write):
    info = dist(lib, "bad")
    (info / "RECORD").unlink()
    (info / "RECORD").mkdir()


def metadata_is_a_pipe(lib, dist, write):
    info = dist(lib, "bad")
    (info / "METADATA").unlink()
    os.mkfifo(info / "METADATA")


def damaged_egg(lib, dist, write):
    write(lib, {"bad-1.0-py3.egg": b"PK\x03\x04 not really"})


BROKEN = {
    utf8: "METADATA is not UTF-8 at byte",
    direct_url_cut: "direct_url.json is malformed",
    direct_url_of_another_shape: "direct_url.json is malformed: TypeError: of another shape",
    direct_url_without_kind: "direct_url.json is malformed",
    metadata_missing: "METADATA is missing",
    metadata_empty: "METADATA is empty",
    no_name: "METADATA has no Name",
    no_version: "METADATA has no Version",
    dangling_link: "a link to something that is gone",
    plain_file: "a file, not a folder",
    newer_metadata: "Metadata-Version 4.0 is newer than 2.x",
    editable_gone: "its editable source folder /nowhere/to be is gone",
    link_to_nowhere: "the linked folder /nowhere is gone",
    link_without_metadata: "holds no bad.egg-info",
    link_empty: "the egg-link cannot be read",
    metadata_is_a_folder: "METADATA cannot be read: IsADirectoryError",
    record_is_a_folder: "RECORD cannot be read: IsADirectoryError",
    metadata_is_a_pipe: "METADATA is empty",
    damaged_egg: "not on the import path",
}


@pytest.mark.parametrize("breaks", BROKEN, ids=lambda breaks: breaks.__name__)
def test_broken_distribution_is_one_named_record_and_loses_no_other(lib, dist, write, breaks):
    dist(lib, "aaa")
    breaks(lib, dist, write)
    dist(lib, "zzz", "3")
    found = records(lib)
    assert [record.name for record in found] == ["aaa", "bad", "zzz"]
    assert BROKEN[breaks] in (found[1].error or "")
    assert (found[0].error, found[2].error) == (None, None)
    assert found[2].version == "3"


def test_all_broken_distributions_at_once_keep_one_record_each(tmp_path, dist, write):
    for number, breaks in enumerate(BROKEN):
        folder = tmp_path / f"lib{number}"
        folder.mkdir()
        breaks(folder, dist, write)
    assert len(records(*sorted(tmp_path.glob("lib*")))) == len(BROKEN)


@pytest.mark.parametrize("mark", ["~", "-"])
def test_leftover_of_an_uninstall_neither_shadows_nor_stands_for_the_live_copy(lib, dist, mark):
    dist(lib, "good", files={"good/__init__.py": ""})
    info = dist(lib, "good", files={"good/__init__.py": ""})
    info.rename(lib / f"{mark}ood-1.0.dist-info")
    dist(lib, "good", "2.0", files={"good/__init__.py": ""})
    leftover, live = sorted(records(lib), key=lambda record: record.name == "good")
    assert leftover.name == f"{mark}ood"
    assert leftover.version == "1.0"
    assert "interrupted" in (leftover.error or "")
    assert leftover.imports == ()
    assert (live.name, live.version, live.shadowed, live.error) == ("good", "2.0", False, None)


def test_version_outside_pep_440_is_kept_raw(lib, dist):
    dist(lib, "pytz", "2004d")
    assert (only(lib).version, only(lib).error) == ("2004d", None)


def test_later_copy_on_the_path_is_shadowed(tmp_path, dist):
    for folder, name in (("one", "Foo_Bar"), ("two", "foo-bar")):
        (tmp_path / folder).mkdir()
        dist(tmp_path / folder, name)
    first, second = records(tmp_path / "one", tmp_path / "two")
    assert (first.shadowed, second.shadowed) == (False, True)


def test_folder_that_stands_twice_on_the_path_is_read_once(lib, dist, tmp_path):
    dist(lib, "one")
    (tmp_path / "lib64").symlink_to(lib)
    assert not only(lib, tmp_path / "lib64", lib).shadowed


def test_name_that_nothing_tells_is_unknown_with_a_reason(lib, write):
    write(lib, {".dist-info/METADATA": ""})
    record = only(lib)
    assert "names it" in record.name.reason
    assert record.version.reason


def test_file_name_that_is_not_utf8_survives(lib, dist):
    dist(lib, "x").rename(lib / os.fsdecode(b"\xff-1.0.dist-info"))
    record = only(lib)
    assert record.path.endswith("\\xff-1.0.dist-info")
    assert record.name == "x"


def test_missing_record_is_no_error_and_the_module_is_guessed(lib, dist, write):
    for name in ("packaged", "Single", "absent"):
        (dist(lib, name) / "RECORD").unlink()
    write(lib, {"packaged/__init__.py": "", "single.py": ""})
    found = {record.name: record for record in records(lib)}
    assert found["packaged"].imports == ("packaged",)
    assert found["Single"].imports == ("single",)
    assert found["absent"].imports == ()
    assert {record.error for record in found.values()} == {None}
    assert found["packaged"].record_sha256 is None


def test_egg_info_folder_and_file_are_records(lib, write):
    write(
        lib,
        {
            "a-1.0-py3.11.egg-info/PKG-INFO": "Name: a\nVersion: 1.0\n\n",
            "a-1.0-py3.11.egg-info/top_level.txt": "amod\n_a\n",
            "a-1.0-py3.11.egg-info/requires.txt": "six\n\n[x]\ny @ https://u:secret@h/y\n[:os_name == 'nt']\nw\n[z:a<b]\nq\n",
            "b-2.0-py3.11.egg-info": "Name: b\nVersion: 2.0\n\n",
            "b.py": "",
            "c.egg-info/PKG-INFO": "Version: 1\n\n",
            "c.egg-info/installed-files.txt": "../cmod/__init__.py\nPKG-INFO\n../one.py\n",
        },
    )
    a, b, c = records(lib)
    assert (a.name, a.version, a.imports) == ("a", "1.0", ("_a", "amod"))
    assert a.requires == (
        "six",
        'y @ https://h/y; extra == "x"',
        "w; os_name == 'nt'",
        'q; (a<b) and extra == "z"',
    )
    assert (a.error, a.origin.kind) == (None, "unknown")
    assert (b.name, b.version, b.error, b.imports) == ("b", "2.0", None, ("b",))
    assert (c.name, c.error, c.imports) == ("c", "PKG-INFO has no Name", ("cmod", "one"))


def test_egg_link_is_one_editable_record_also_when_its_source_is_on_the_path(tmp_path, lib, write):
    source = tmp_path / "source"
    write(source, {"tool.egg-info/PKG-INFO": "Name: tool\nVersion: 0.1\n\n"})
    write(lib, {"tool.egg-link": f"{source}\n."})
    record = only(lib, source)
    assert (record.name, record.version, record.error) == ("tool", "0.1", None)
    assert (record.origin.kind, record.origin.url) == ("editable", f"file://{source}")


def test_zipped_egg_and_zipped_dist_info_on_the_path_are_records(tmp_path):
    egg = tmp_path / "zipped-1.0-py3.egg"
    with zipfile.ZipFile(egg, "w") as archive:
        archive.writestr("EGG-INFO/PKG-INFO", "Name: zipped\nVersion: 1.0\n\n")
        archive.writestr("EGG-INFO/top_level.txt", "zmod\n")
    wheel = tmp_path / "w.zip"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("w-2.0.dist-info/METADATA", "Name: w\nVersion: 2.0\n\n")
        archive.writestr("w-2.0.dist-info/RECORD", "w/__init__.py,,\n")
        archive.writestr("v.egg-info/PKG-INFO", "Name: v\nVersion: 3\n\n")
        archive.writestr("empty.dist-info/WHEEL", "")
    zipped, broken, v, w = records(egg, wheel)
    assert (zipped.name, zipped.version, zipped.imports, zipped.error) == (
        "zipped",
        "1.0",
        ("zmod",),
        None,
    )
    assert (w.name, w.imports, w.error, v.name) == ("w", ("w",), None, "v")
    assert broken.name == "empty"
    assert "METADATA cannot be read" in (broken.error or "")


def test_unpacked_egg_counts_on_the_path_and_is_pointed_out_beside_it(lib, write):
    write(lib, {"un-1.0-py3.egg/EGG-INFO/PKG-INFO": "Name: un\nVersion: 1.0\n\n"})
    assert "not on the import path" in (only(lib).error or "")
    assert only(lib, lib / "un-1.0-py3.egg").error is None


def test_editable_takes_its_imports_from_top_level_too(tmp_path, lib, dist):
    info = {"url": f"file://localhost{tmp_path}", "dir_info": {"editable": True}}
    dist(
        lib,
        "ed",
        files={"__editable___ed_finder.py": "", "__editable__.ed-1.0.pth": "import x"},
        **{"direct_url.json": json.dumps(info), "top_level.txt": "ed\nnot a name\n"},
    )
    assert only(lib).imports == ("__editable___ed_finder", "ed")
    assert only(lib).origin.kind == "editable"
    assert only(lib).error is None


def test_folder_that_cannot_be_listed_is_told(tmp_path, monkeypatch):
    def refuse(folder):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(inside.os, "scandir", refuse)
    found = inside.Installed([str(tmp_path)])
    assert found.trouble == [
        f"Cannot list {tmp_path}: PermissionError: [Errno 13] Permission denied."
    ]


def test_missing_folder_and_stray_file_on_the_path_are_nothing(tmp_path, write):
    write(tmp_path, {"notes.txt": "no zip"})
    assert records(tmp_path / "gone", tmp_path / "notes.txt") == []


def test_record_that_breaks_the_reader_is_kept_with_the_reason(lib, dist, monkeypatch):
    dist(lib, "x")

    def burst(self, header, record):
        raise ZeroDivisionError("surprise")

    monkeypatch.setattr(inside.Metadata, "read_header", burst)
    record = only(lib)
    assert (record.name, record.error) == ("x", "cannot be read: ZeroDivisionError: surprise")


def test_file_beyond_the_limit_is_refused(lib, dist, monkeypatch):
    dist(lib, "big", RECORD="x/y.py,,\n" * 20000)
    monkeypatch.setattr(inside, "FILE_LIMIT", 100_000)
    assert "RECORD cannot be read: OSError: larger than" in (only(lib).error or "")


NAMES = st.text(string.ascii_lowercase, min_size=1, max_size=6)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    broken=st.dictionaries(NAMES, st.binary(max_size=60), max_size=4),
    sound=st.sets(NAMES, min_size=1, max_size=4),
    victim=st.sampled_from(["METADATA", "RECORD", "direct_url.json", "INSTALLER", "top_level.txt"]),
)  # fmt: skip
def test_whatever_bytes_a_record_has_it_drops_no_other(
    tmp_path_factory, dist, broken, sound, victim
):
    lib = tmp_path_factory.mktemp("lib")
    for name in sound:
        dist(lib, f"sound_{name}")
    for name, data in broken.items():
        dist(lib, f"broken_{name}", **{victim: data})
    found = records(lib)
    assert len(found) == len(sound) + len(broken)
    assert {f"sound_{name}" for name in sound} <= {record.name for record in found}
