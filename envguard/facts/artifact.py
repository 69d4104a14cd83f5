"""What an artifact is and what it needs, read from its bytes."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

NeedKind = Literal["call", "reference", "module"]
Serializer = Literal["pickle", "joblib", "dill", "cloudpickle"]


class Need(Struct, frozen=True, kw_only=True, order=True):
    """One name that loading the artifact looks up."""

    module: str
    name: str
    """Empty where the module itself is what is needed."""
    kind: NeedKind = "reference"
    distribution: str | None = None
    """The distribution that owns the module where the snapshot was taken; None if unasked,
    local, or of the standard library."""


class Producer(Struct, frozen=True, kw_only=True):
    """The library, and its release, that wrote the artifact, as the bytes say it."""

    library: str
    version: str | None = None


class EmbeddedVersion(Struct, frozen=True, kw_only=True, order=True):
    """A library release that stands in the artifact's state, such as ``_sklearn_version``."""

    library: str
    version: str
    where: str


class DtypeLayout(Struct, frozen=True, kw_only=True, order=True):
    """The field names of one structured numpy dtype in the artifact, in order."""

    fields: tuple[str, ...]


class ConstructorCall(Struct, frozen=True, kw_only=True, order=True):
    """A call made while loading whose arguments are constants or names.

    Each argument is ``str:PCG64``, ``int:3``, ``global:numpy.random._pcg64.PCG64`` or ``other``.
    """

    module: str
    name: str
    arguments: tuple[str, ...]


class EmbeddedCode(Struct, frozen=True, kw_only=True, order=True):
    """A code object inside the artifact: bytecode that only some interpreters can run."""

    function: str
    pythons: tuple[str, ...]
    """The feature releases that can have written it, by its number of arguments; empty if
    that does not tell."""
    names: tuple[str, ...]
    """Global and attribute names that it uses (co_names)."""
    unbound: tuple[str, ...] = ()
    """Global names that it reads from the ``__main__`` of the process that loads it: neither
    the artifact nor builtins bind them."""


class Anomaly(Struct, frozen=True, kw_only=True, order=True):
    """Something that a clean artifact of its format does not have."""

    kind: str
    offset: int
    """In bytes from the start of the (decompressed) stream."""
    text: str


class ArtifactFacts(Struct, frozen=True, kw_only=True):
    """One artifact, read without executing anything of it."""

    name: str
    size: int
    """In bytes, as stored."""
    digests: dict[str, str]
    format: str | None
    """A format name of the inspection document, or None where no room recognises it."""
    serializer: Serializer | None = None
    compression: str | None = None
    protocol: int | None = None
    """The highest pickle protocol that its opcodes use."""
    producer: Producer | None = None
    needs: tuple[Need, ...] = ()
    versions: tuple[EmbeddedVersion, ...] = ()
    layouts: tuple[DtypeLayout, ...] = ()
    constructors: tuple[ConstructorCall, ...] = ()
    code: tuple[EmbeddedCode, ...] = ()
    anomalies: tuple[Anomaly, ...] = ()
    complete: bool = False
    """Every byte was accounted for; False never means clean."""
