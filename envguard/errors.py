"""What can go wrong, as text for people and an exit code for pipelines."""

from __future__ import annotations

TYPE_CHECKING = False  # as in the package: typing is not worth its import here
if TYPE_CHECKING:
    from collections.abc import Collection

WORST_FIRST = (4, 2, 1, 3, 0)
"""Exit codes; with several reports the worst one counts."""


def worst(codes: Collection[int], *, of_none: int = 0) -> int:
    """The exit code that counts among several; ``of_none`` where there are none."""
    return next((code for code in WORST_FIRST if code in codes), of_none)


class EnvguardError(Exception):
    """Something that ends a command: what happened, why, and the way out.

    Each child stands for one decision that a caller can make; ``exit_code`` is the one that the
    command line gives for it.
    """

    exit_code = 4

    def __init__(self, what: str, *, why: str = "", fix: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.fix = fix

    def __str__(self) -> str:
        return " ".join(part for part in (self.what, self.why, self.fix) if part)


class UsageError(EnvguardError):
    """The caller asked for something that cannot be: a wrong flag, a missing file."""

    exit_code = 2


class MissingFileError(UsageError):
    """A file that was named is not there."""


class TargetError(UsageError):
    """A target is missing, or is no Python."""


class CannotTellError(EnvguardError):
    """Something is there and cannot be read, so no answer would be true."""

    exit_code = 3


class UnreadableArtifactError(CannotTellError):
    """An artifact is there and its bytes cannot be had."""


class PointerError(CannotTellError):
    """A Git LFS or DVC pointer stands where the artifact should be."""


class SnapshotError(CannotTellError):
    """A snapshot is damaged, or is no snapshot."""


class NewerSnapshotError(SnapshotError):
    """A snapshot was written by a later envguard."""


class ProbeError(CannotTellError):
    """A target was asked and its answer cannot be used: hung, crashed, too large, malformed."""


class WriteError(EnvguardError):
    """A document could not be written; what stood there before still stands."""
