"""What ``git status --porcelain=v2 -z`` and ``git config -z`` print, taken apart.

Source: https://git-scm.com/docs/git-status#_porcelain_format_version_2
"""

from __future__ import annotations

from msgspec import Struct

from envguard.facts.source import Remote
from envguard.facts.unknown import Unknown
from envguard.source.git_program import NoAnswerError, text_of
from envguard.source.remote_url import without_credentials

LONGEST_LIST = 10_000
"""A list of more files than this tells nobody anything and bloats the document."""

_FIELDS_BEFORE_PATH = {b"1": 8, b"u": 10, b"?": 1}


class Settings(Struct, frozen=True, kw_only=True):
    """What of a repository's configuration matters here."""

    remotes: tuple[Remote, ...]
    own_filters: tuple[str, ...]
    """Content filters that the repository itself brings a command for."""


def parse_status(output: bytes) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The tracked files that differ from HEAD, and the untracked ones, both sorted.

    Raises:
        NoAnswerError: the output has another form.
    """
    dirty: list[str] = []
    untracked: list[str] = []
    for record in output.split(b"\0")[:-1]:
        kind = record[:1]
        before = _FIELDS_BEFORE_PATH.get(kind)
        fields = record.split(b" ", before) if before else []
        if not before or len(fields) != before + 1:
            raise NoAnswerError(f"git status answered in an unknown form: {text_of(record)[:80]}")
        (untracked if kind == b"?" else dirty).append(text_of(fields[-1]))
    return tuple(sorted(dirty)), tuple(sorted(untracked))


def listed(names: tuple[str, ...]) -> tuple[str, ...] | Unknown:
    """The names, or their number where they are too many to list."""
    if len(names) <= LONGEST_LIST:
        return names
    return Unknown(f"{len(names)} files, and lists end at {LONGEST_LIST}")


def parse_settings(output: bytes) -> Settings:
    """Remotes and filters of ``git config -z --show-scope --get-regexp``."""
    remotes, filters = set(), set()
    pieces = output.split(b"\0")[:-1]
    for scope, entry in zip(pieces[::2], pieces[1::2], strict=True):
        key, _, value = text_of(entry).partition("\n")
        section, _, rest = key.partition(".")
        name, _, _ = rest.rpartition(".")
        if section == "remote":
            remotes.add(Remote(name=without_credentials(name), url=without_credentials(value)))
        elif scope in {b"local", b"worktree"}:
            filters.add(name)
    return Settings(remotes=tuple(sorted(remotes)), own_filters=tuple(sorted(filters)))
