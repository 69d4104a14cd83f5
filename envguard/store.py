"""Snapshots on disk: one canonical text, written whole or not at all, readable for ever."""

from __future__ import annotations

import os
import re
import stat
from typing import TYPE_CHECKING, Any

import msgspec

from envguard.errors import MissingFileError, NewerSnapshotError, SnapshotError
from envguard.facts.snapshot import SNAPSHOT_SCHEMA, Snapshot
from envguard.whole_file import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SIDECAR_SUFFIX = ".envguard.json"
LARGEST_DOCUMENT = 256 * 1024 * 1024
_SCHEMA = re.compile(r"envguard/snapshot/([1-9][0-9]*)")
_AGAIN = "Take the snapshot again, or copy it again from where it was written."


class _Header(msgspec.Struct):
    """What every schema has, whatever else it says."""

    schema: str


def sidecar_path(artifact: Path) -> Path:
    """Where the snapshot of an artifact stands: beside it, under its name and a suffix."""
    named = artifact if artifact.name not in {"", ".."} else artifact.resolve()
    return named.parent / (named.name + SIDECAR_SUFFIX)


def schema_text(name: str) -> str:
    """The JSON Schema of a document kind, such as ``snapshot-1``, as shipped.

    Raises:
        MissingFileError: there is no schema of that name.
    """
    from importlib import resources  # noqa: PLC0415  (unused by the verbs)

    folder = resources.files("envguard") / "schemas"
    known = sorted(entry.name.removesuffix(".json") for entry in folder.iterdir())
    if name not in known:
        raise MissingFileError(f"No schema is named {name}.", fix=f"There are: {', '.join(known)}.")
    return (folder / f"{name}.json").read_text(encoding="utf-8")


def encode(snapshot: Snapshot) -> bytes:
    r"""The document: keys sorted, UTF-8, one line per value, a final line end.

    A lone surrogate, which an artifact's names may hold and UTF-8 may not, stands as ``\udcff``.
    """
    return msgspec.json.format(_canonical(snapshot), indent=1) + b"\n"


def snapshot_digest(snapshot: Snapshot) -> str:
    """``sha256:...`` of what was recorded, over the compact canonical form.

    Left out are ``created`` and ``supersedes``: they say when and after what it was recorded, so
    that the same facts taken twice have one digest.
    """
    import hashlib  # noqa: PLC0415  (start-up: reading a snapshot needs none)

    facts = msgspec.structs.asdict(snapshot)
    del facts["created"], facts["supersedes"]
    return f"sha256:{hashlib.sha256(_canonical(facts)).hexdigest()}"


def _canonical(document: Any) -> bytes:
    try:
        return msgspec.json.encode(document, order="sorted")
    except UnicodeEncodeError:
        plain = _without_surrogates(msgspec.to_builtins(document))
        return msgspec.json.encode(plain, order="sorted")


def _without_surrogates(value: Any) -> Any:
    """The same plain value, of text that UTF-8 can hold."""
    match value:
        case str():
            return value.encode("utf-8", "backslashreplace").decode()
        case dict():
            return {_without_surrogates(key): _without_surrogates(value[key]) for key in value}
        case list() | tuple():
            return [_without_surrogates(item) for item in value]
        case _:
            return value


def write_snapshot(path: Path, snapshot: Snapshot) -> tuple[str, ...]:
    """Notes on how the snapshot was written to ``path``; usually there are none.

    Raises:
        WriteError: it could not be written; what stood there before still stands.
    """
    return write_whole(path, encode(snapshot))


def read_snapshot(path: Path) -> Snapshot:
    """The snapshot that stands at ``path``; fields that this release does not know are passed over.

    Raises:
        MissingFileError: nothing is there.
        NewerSnapshotError: a later envguard wrote it.
        SnapshotError: it cannot be read, or is no whole snapshot.
    """
    raw = _read_bytes(path)
    if not raw.strip():
        raise _unreadable(path, "it is empty")
    if raw.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise _unreadable(
            path, "it begins with a byte order mark (byte 0)", "Save it as plain UTF-8."
        )
    try:
        raw.decode("utf-8")
        schema = msgspec.json.decode(raw, type=_Header).schema
        snapshot = _reader(path, schema)(raw)
        if encode(snapshot) != raw:
            # Ours has no key twice; a document that was edited, or is of a later release, may.
            _refuse_duplicates(raw)
    except UnicodeDecodeError as error:
        raise _unreadable(path, f"it is not UTF-8 (byte {error.start})") from error
    except RecursionError as error:
        raise _unreadable(path, "it is nested too deeply") from error
    except (msgspec.MsgspecError, ValueError, OverflowError) as error:
        raise _unreadable(path, str(error)) from error
    return snapshot


def _reader(path: Path, schema: str) -> Callable[[bytes], Snapshot]:
    """The reader of a schema."""
    number = _SCHEMA.fullmatch(schema)
    if number is None:
        raise _unreadable(path, f"its schema is {schema[:80]!r}, not {SNAPSHOT_SCHEMA!r}")
    if number[1] in _READERS:
        return _READERS[number[1]]
    raise NewerSnapshotError(
        f"Cannot read {path}: a later envguard wrote it.",
        why=f"Its schema is {schema[:80]}; this release reads {SNAPSHOT_SCHEMA}.",
        fix="Upgrade: pip install --upgrade envguard-ml",
    )


def _read_schema_1(raw: bytes) -> Snapshot:
    return msgspec.json.decode(raw, type=Snapshot)


_READERS: dict[str, Callable[[bytes], Snapshot]] = {"1": _read_schema_1}
"""By schema number. A reader is never taken out: old snapshots stay readable."""


def _refuse_duplicates(raw: bytes) -> None:
    """Nothing, where no object names a key twice; which of the two counts would be a guess."""
    import json  # noqa: PLC0415  (start-up: documents as we write them need none)

    def distinct(pairs: list[tuple[str, Any]]) -> None:
        keys = [key for key, _ in pairs]
        if len(set(keys)) < len(keys):
            twice = next(key for key in keys if keys.count(key) > 1)
            raise ValueError(f"the key {twice!r} stands twice in one object")

    # Numbers stay text: Python's own limit on digits is no fault of the document.
    json.loads(raw, object_pairs_hook=distinct, parse_int=str, parse_float=str)


def _read_bytes(path: Path) -> bytes:
    """All bytes of a regular file."""
    # A FIFO without a writer would hold us for ever.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise _unreadable(path, "it is no regular file", "Name the snapshot's file.")
        with os.fdopen(os.open(path, flags), "rb") as file:
            raw = file.read(LARGEST_DOCUMENT + 1)
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise MissingFileError(
            f"No snapshot is at {path}.", fix="Take one: envguard snapshot ARTIFACT"
        ) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise _unreadable(path, reason, "Check its permissions and the disk.") from error
    if len(raw) > LARGEST_DOCUMENT:
        raise _unreadable(path, f"it is larger than {LARGEST_DOCUMENT >> 20} MiB")
    return raw


def _unreadable(path: Path, why: str, fix: str = _AGAIN) -> SnapshotError:
    return SnapshotError(f"Cannot read the snapshot {path}: {why}.", fix=fix)
