from __future__ import annotations

import errno
import os
import random
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from envguard import store, whole_file
from envguard.errors import WriteError
from envguard.whole_file import write_whole

posix = pytest.mark.skipif(os.name == "nt", reason="modes, pipes and signals of POSIX systems")
as_root = hasattr(os, "geteuid") and os.geteuid() == 0


def only(folder, *names):
    """Nothing but these files is in the folder: no temporary one was left."""
    return sorted(path.name for path in folder.iterdir()) == sorted(names)


def failing(code):
    def fail(*_, **__):
        raise OSError(code, os.strerror(code))

    return fail


def test_new_file_and_replaced_file_are_whole(tmp_path):
    path = tmp_path / "a.json"
    for data in (b"one", b"two, longer", b""):
        assert write_whole(path, data) == ()
        assert path.read_bytes() == data
    assert only(tmp_path, "a.json")


def test_longest_file_name_can_be_written(tmp_path):
    path = tmp_path / ("a" * 255)
    write_whole(path, b"one")
    assert path.read_bytes() == b"one"


@posix
def test_new_file_has_the_mode_of_the_umask(tmp_path):
    before = os.umask(0o027)
    try:
        write_whole(tmp_path / "a.json", b"one")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.json").stat().st_mode) == 0o640


@posix
def test_replaced_file_keeps_its_mode(tmp_path):
    path = tmp_path / "a.json"
    path.write_bytes(b"old")
    for mode in (0o600, 0o664):
        path.chmod(mode)
        write_whole(path, b"new")
        assert stat.S_IMODE(path.stat().st_mode) == mode


@posix
def test_link_is_written_through(tmp_path):
    (tmp_path / "real").mkdir()
    path = tmp_path / "link.json"
    path.symlink_to("real/a.json")
    for data in (b"new", b"newer"):
        write_whole(path, data)
        assert path.is_symlink()
        assert (tmp_path / "real/a.json").read_bytes() == data
    assert only(tmp_path / "real", "a.json")


@posix
@pytest.mark.parametrize("system", ["posix", "one that always waits for pipes"])
def test_device_is_written_to_and_not_replaced(monkeypatch, system):
    if system != "posix":
        monkeypatch.delattr(os, "O_NONBLOCK")
    assert write_whole(Path(os.devnull), b"one") == ()
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)


@posix
def test_pipe_takes_the_data_and_one_without_reader_is_an_error(tmp_path):
    path = tmp_path / "fifo"
    os.mkfifo(path)
    with pytest.raises(WriteError):
        write_whole(path, b"one")
    read = []
    reader = threading.Thread(target=lambda: read.append(path.read_bytes()))
    reader.start()
    data = b"x" * 300_000  # more than a pipe holds
    for _ in range(200):
        try:
            write_whole(path, data)
            break
        except WriteError:
            time.sleep(0.02)
    reader.join(10)
    assert read == [data]


@posix
def test_standard_output_can_be_named(tmp_path):
    if not os.path.exists("/dev/stdout"):
        pytest.skip("no /dev/stdout here")
    code = "from pathlib import Path; from envguard.whole_file import write_whole; "
    done = subprocess.run(
        [sys.executable, "-c", f"{code} write_whole(Path('/dev/stdout'), b'one')"],
        capture_output=True,
        check=True,
    )
    assert done.stdout == b"one"


@pytest.mark.parametrize("name", ["gone/a.json", "file/a.json", ".", "loop"])
def test_place_that_cannot_be_written_names_the_way_out(tmp_path, name):
    (tmp_path / "file").write_bytes(b"old")
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(WriteError) as caught:
        write_whole(tmp_path / name, b"one")
    assert caught.value.fix == "Name a place that can be written: --output FILE."
    assert caught.value.exit_code == 4
    assert only(tmp_path, "file", "loop")


@posix
def test_read_only_folder_keeps_what_stood_there(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    path.write_bytes(b"old")
    if as_root:  # who may write everywhere
        monkeypatch.setattr(os, "open", failing(errno.EACCES))
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(WriteError, match=r"Permission denied.*--output FILE"):
            write_whole(path, b"new")
    finally:
        tmp_path.chmod(0o755)
    assert path.read_bytes() == b"old"


# Full disks


@pytest.fixture
def small_disk(tmp_path):
    """A real file system of 64 KiB."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)]
    try:
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        mounted = False
    if not mounted:
        pytest.skip("file systems cannot be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_full_disk_keeps_the_old_file_and_leaves_nothing(small_disk):
    path = small_disk / "a.json"
    write_whole(path, b"old")
    with pytest.raises(WriteError, match=r"No space left.*Free some space.*--output FILE"):
        write_whole(path, b"x" * 200_000)
    assert path.read_bytes() == b"old"
    assert only(small_disk, "a.json")
    write_whole(path, b"x" * 30_000)


@posix
def test_limit_on_file_size_keeps_the_old_file_and_leaves_nothing(tmp_path):
    path = tmp_path / "a.json"
    path.write_bytes(b"old")
    code = """
import resource, signal, sys
from pathlib import Path
from envguard.errors import WriteError
from envguard.whole_file import write_whole
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    write_whole(Path(sys.argv[1]), b"x" * 100_000)
except WriteError as error:
    sys.exit(0 if "Free some space" in error.fix else 1)
sys.exit(2)
"""
    subprocess.run([sys.executable, "-c", code, str(path)], check=True)
    assert path.read_bytes() == b"old"
    assert only(tmp_path, "a.json")


# Interruptions and others


@posix
def test_killed_writer_leaves_one_whole_document(tmp_path, snapshot_of):
    path = tmp_path / "model.pkl.envguard.json"
    code = """
import sys
from pathlib import Path
from envguard.whole_file import write_whole
documents = [Path(name).read_bytes() for name in sys.argv[2:]]
print("ready", flush=True)
while True:
    for document in documents:
        write_whole(Path(sys.argv[1]), document)
"""
    sources = []
    for number in (40, 400):
        sources.append(tmp_path / f"source-{number}")
        sources[-1].write_bytes(store.encode(snapshot_of(number)))
    whole = {source.read_bytes() for source in sources}
    path.write_bytes(sources[0].read_bytes())
    moments = random.Random(20)
    for _ in range(20):
        writer = subprocess.Popen(
            [sys.executable, "-c", code, str(path), *map(str, sources)], stdout=subprocess.PIPE
        )
        with writer:
            writer.stdout.readline()
            time.sleep(moments.uniform(0.0, 0.05))
            writer.send_signal(signal.SIGKILL)
        assert path.read_bytes() in whole
        assert store.read_snapshot(path)


def test_interrupted_writer_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    path.write_bytes(b"old")

    def interrupt(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert only(tmp_path, "a.json")


def test_many_writers_at_once_leave_one_whole_file(tmp_path):
    path = tmp_path / "a.json"
    documents = [bytes([65 + number]) * 50_000 for number in range(6)]
    write_whole(path, documents[0])
    seen = set()

    def write(data):
        for _ in range(10):
            write_whole(path, data)

    writers = [threading.Thread(target=write, args=(data,)) for data in documents]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        seen.add(path.read_bytes())
    for writer in writers:
        writer.join()
    assert seen | {path.read_bytes()} <= set(documents)
    assert only(tmp_path, "a.json")


# Places that cannot rename or sync


@pytest.mark.parametrize(
    "code", [errno.EINVAL, errno.ENOTSUP, errno.EPERM, errno.EXDEV, errno.ENOSYS, errno.EBUSY]
)
@pytest.mark.parametrize("before", [b"old, and longer than the new one", None])
def test_place_that_cannot_rename_is_written_in_place_with_a_note(
    tmp_path, monkeypatch, code, before
):
    path = tmp_path / "a.json"
    if before is not None:
        path.write_bytes(before)
    monkeypatch.setattr(os, "replace", failing(code))
    monkeypatch.setattr(type(path), "replace", failing(code))
    (note,) = write_whole(path, b"new")
    assert "cannot rename" in note
    assert path.read_bytes() == b"new"
    assert only(tmp_path, "a.json")


@posix
def test_single_file_that_is_mounted_is_written_in_place(tmp_path):
    (tmp_path / "outside").write_bytes(b"old")
    path = tmp_path / "a.json"
    path.write_bytes(b"")
    command = ["mount", "--bind", str(tmp_path / "outside"), str(path)]
    try:
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        mounted = False
    if not mounted:
        pytest.skip("files cannot be mounted here")
    try:
        (note,) = write_whole(path, b"new")
        assert "cannot rename" in note
        assert (tmp_path / "outside").read_bytes() == b"new"
        assert only(tmp_path, "a.json", "outside")
    finally:
        subprocess.run(["umount", str(path)], check=True)


def test_place_that_cannot_create_beside_is_written_in_place(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    real = os.open

    def only_existing(name, flags, *mode, **options):
        if flags & os.O_EXCL:
            raise OSError(errno.ENOTSUP, "not supported")
        return real(name, flags, *mode, **options)

    monkeypatch.setattr(os, "open", only_existing)
    (note,) = write_whole(path, b"new")
    assert "cannot rename" in note
    assert path.read_bytes() == b"new"


@posix
def test_place_that_cannot_sync_is_still_replaced_at_once_with_a_note(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    path.write_bytes(b"old")
    inode = path.stat().st_ino
    monkeypatch.setattr(os, "fsync", failing(errno.EINVAL))
    (note,) = write_whole(path, b"new")
    assert "cannot sync" in note
    assert path.read_bytes() == b"new"
    assert path.stat().st_ino != inode


@posix
@pytest.mark.parametrize("where", ["open", "sync"])
def test_folder_that_cannot_be_synced_is_a_note_and_no_failure(tmp_path, monkeypatch, where):
    path = tmp_path / "a.json"
    real_open, real_sync = os.open, os.fsync

    def open_files_only(name, flags, *mode, **options):
        if where == "open" and str(name) == str(tmp_path):
            raise PermissionError(errno.EACCES, "not yours to read")
        return real_open(name, flags, *mode, **options)

    def sync_files_only(handle):
        if where == "sync" and stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(errno.EIO, "bad disk")
        return real_sync(handle)

    monkeypatch.setattr(os, "open", open_files_only)
    monkeypatch.setattr(os, "fsync", sync_files_only)
    (note,) = write_whole(path, b"new")
    assert "cannot sync" in note
    assert path.read_bytes() == b"new"


def test_folders_count_as_synced_where_the_system_opens_none(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fsync", failing(errno.EINVAL))
    assert whole_file._sync_folder(tmp_path, system="nt") is True


@pytest.mark.parametrize("target", ["replace", "fsync"])
def test_failing_disk_keeps_the_old_file(tmp_path, monkeypatch, target):
    path = tmp_path / "a.json"
    path.write_bytes(b"old")
    owner = os if target == "fsync" else type(path)
    monkeypatch.setattr(owner, target, failing(errno.EIO))
    with pytest.raises(WriteError):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert only(tmp_path, "a.json")


@pytest.mark.parametrize("before", [b"old", None])
def test_failed_writing_in_place_puts_the_old_file_back(tmp_path, monkeypatch, before):
    path = tmp_path / "a.json"
    if before is not None:
        path.write_bytes(before)
    monkeypatch.setattr(type(path), "replace", failing(errno.EXDEV))
    monkeypatch.setattr(whole_file, "_read_back", failing(errno.EIO))
    with pytest.raises(WriteError, match="Nothing that stood there was changed"):
        write_whole(path, b"new")
    assert (path.read_bytes() if path.exists() else None) == before


def test_place_that_gives_back_other_bytes_is_an_error(tmp_path):
    (tmp_path / "a.json").write_bytes(b"nex")
    with pytest.raises(OSError, match="reads back differently"):
        whole_file._read_back(tmp_path / "a.json", b"new")


def test_file_that_cannot_be_put_back_is_told_as_damaged(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    path.write_bytes(b"old")
    monkeypatch.setattr(type(path), "replace", failing(errno.EXDEV))
    monkeypatch.setattr(whole_file, "_write_in_place", failing(errno.EIO))
    with pytest.raises(WriteError, match="the file is damaged"):
        write_whole(path, b"new")
