"""What a place offers: its interpreter, its platform, its installed distributions."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from envguard.facts.unknown import Unknown

PrefixKind = Literal["system", "venv", "conda"]
OriginKind = Literal["index", "vcs", "archive", "local", "editable", "unknown"]


class Interpreter(Struct, frozen=True, kw_only=True):
    """One Python interpreter, as it describes itself."""

    implementation: str
    """As in ``sys.implementation.name``: ``cpython``, ``pypy``."""
    version: str
    """All of the release: ``3.11.7``, ``3.14.0rc2``."""
    build: str
    """``sys.version`` without line ends: compiler and build date."""
    cache_tag: str | Unknown
    soabi: str | Unknown
    """ABI tag of extension modules: ``cpython-311-x86_64-linux-gnu``."""
    platform_tag: str
    """``sysconfig.get_platform()``: ``linux-x86_64``, ``macosx-11.0-arm64``."""
    free_threaded: bool
    debug: bool
    byte_order: Literal["little", "big"]
    pointer_bits: int
    prefix_kind: PrefixKind
    executable: str
    highest_protocol: int
    """The newest pickle protocol that it reads."""

    @property
    def minor(self) -> str:
        """The feature release: ``3.11``."""
        return ".".join(self.version.split(".")[:2])


class Platform(Struct, frozen=True, kw_only=True):
    """The operating system and processor architecture under an interpreter."""

    system: str
    """``Linux``, ``Darwin``, ``Windows``."""
    release: str
    """The kernel's release."""
    machine: str
    """``x86_64``, ``arm64``."""
    os_release: str | Unknown
    """Distribution id and version, ``debian 12``; the macOS or Windows version there."""
    libc: str | Unknown
    """``glibc 2.36``, ``musl 1.2.4``."""


class Origin(Struct, frozen=True, kw_only=True):
    """Where a distribution was installed from, by its direct_url.json.

    Source: https://packaging.python.org/en/latest/specifications/direct-url/
    """

    kind: OriginKind
    url: str | None = None
    """Without credentials; None for ``index``."""
    vcs: str | None = None
    commit: str | None = None
    digests: dict[str, str] = {}
    subdirectory: str | None = None


class Distribution(Struct, frozen=True, kw_only=True):
    """One installed distribution, or what is left of one.

    A record exists for each dist-info, egg-info and egg-link on the path, however broken: then
    ``error`` says what was wrong and the rest is what could still be read.
    """

    name: str | Unknown
    version: str | Unknown
    """As written in its metadata, not normalised."""
    path: str
    """Of its metadata folder or file."""
    origin: Origin
    installer: str | None = None
    requested: bool | None = None
    """REQUESTED marker present; None where the installer keeps no such record."""
    record_sha256: str | None = None
    """Digest of RECORD as it stands; None without one."""
    requires: tuple[str, ...] = ()
    """Requires-Dist lines, raw."""
    requires_python: str | None = None
    imports: tuple[str, ...] = ()
    """Top-level import names that its RECORD (or top_level.txt) lists."""
    shadowed: bool = False
    """An earlier entry of the path has a distribution of the same normalised name."""
    error: str | None = None


class EnvironmentFacts(Struct, frozen=True, kw_only=True):
    """Everything that was read of one place."""

    interpreter: Interpreter
    platform: Platform
    packages: tuple[Distribution, ...]
