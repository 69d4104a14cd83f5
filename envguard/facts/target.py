"""What is asked of a target, and what it answers."""

from __future__ import annotations

from typing import Literal, Protocol

from msgspec import Struct

from envguard.facts.artifact import Need, ObjectState
from envguard.facts.environment import EnvironmentFacts
from envguard.facts.source import FoundIn, LocalModule
from envguard.facts.unknown import Unknown

ResolveMode = Literal["auto", "files", "import"]
TargetKind = Literal["interpreter", "process", "snapshot"]
OwnerKind = Literal["stdlib", "distribution", "local", "unknown"]
ResolutionState = Literal[
    "resolved",
    "module-missing",
    "name-missing",
    "import-fails",
    "main",
    "unproven",
]


class ClassQuestion(Struct, frozen=True, kw_only=True):
    """A class of the target that objects of the artifact will be of."""

    state: ObjectState
    """What the artifact's objects of it have."""
    group: str
    """The same for all classes of one artifact, whose objects may hold each other."""
    wrote: tuple[str, ...] = ()
    """Releases of its distribution that wrote the artifact: nothing is told where the target has
    just that one. Empty if unknown."""


class Questions(Struct, frozen=True, kw_only=True):
    """What a check asks of a place, besides its general facts."""

    needs: tuple[Need, ...] = ()
    layouts: tuple[tuple[str, str], ...] = ()
    """(module, attribute) pairs whose numpy dtype fields are wanted; asked only of modules
    that resolving imports anyway."""
    classes: tuple[ClassQuestion, ...] = ()
    """Classes of which is wanted whether they take these states, and can be used with them."""
    callables: tuple[tuple[str, str], ...] = ()
    """(module, name) of what loading calls and whose signature is wanted; asked only of modules
    that resolving imports anyway."""
    resolve: ResolveMode = "auto"
    code: tuple[str, ...] = ()
    """Folders of local code, searched after the place's own import path."""
    current_folder: str | None = None
    """Searched last; what is found only there is marked so."""
    timeout: float = 120.0
    """Seconds for the whole answer."""


class Resolution(Struct, frozen=True, kw_only=True):
    """How one needed name fares in a place."""

    module: str
    name: str
    state: ResolutionState
    by: Literal["files", "import"] | None = None
    """What proved it; None where nothing did."""
    owner: OwnerKind = "unknown"
    distribution: str | None = None
    path: str | None = None
    found_in: FoundIn | None = None
    """For local modules only."""
    detail: str = ""
    """The exception's text, the reason for ``unproven``, or empty."""
    missing: str | None = None
    """The module that was not found, which may be another than the one needed."""


class Layout(Struct, frozen=True, kw_only=True):
    """The field names of a numpy dtype that a place's library defines."""

    module: str
    name: str
    fields: tuple[str, ...] | Unknown


class Signature(Struct, frozen=True, kw_only=True):
    """How many positional arguments a callable of a place takes."""

    module: str
    name: str
    least: int | Unknown
    most: int | None = None
    """None where there is no upper bound."""


class ClassUse(Struct, frozen=True, kw_only=True):
    """What a class of a place does with a state, read from its source."""

    module: str
    name: str
    group: str
    unknown: Unknown | None = None
    """Why nothing could be read: the other fields say nothing then."""
    refuses: str | None = None
    """The exception with which its ``__setstate__`` surely ends for the state asked."""
    fails: tuple[tuple[str, str], ...] = ()
    """(method, exception): methods of use (predict, transform, ...) that surely raise for an
    object with the state asked, though fitting in this release would have set what they miss."""


class TargetFacts(Struct, frozen=True, kw_only=True):
    """A place's whole answer."""

    environment: EnvironmentFacts
    resolutions: tuple[Resolution, ...] = ()
    """One for each need that was asked; empty where the place cannot be asked (a snapshot)."""
    modules: tuple[LocalModule, ...] = ()
    """Local modules that the needs reach, those that they import in turn included."""
    layouts: tuple[Layout, ...] = ()
    signatures: tuple[Signature, ...] = ()
    classes: tuple[ClassUse, ...] = ()
    trouble: tuple[str, ...] = ()
    """What kept the answer from being whole, one sentence each."""


class Target(Protocol):
    """A place that can be asked."""

    @property
    def label(self) -> str:
        """Its name in reports: a path, or ``this process``."""

    @property
    def kind(self) -> TargetKind:
        """What sort of place it is."""

    def facts(self, questions: Questions) -> TargetFacts:
        """The place's answer.

        Raises:
            ProbeError: it answered nothing that can be used.
        """
