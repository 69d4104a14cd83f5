"""The verbs as Python functions; the target is the running process unless another is named."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from envguard import __version__
from envguard.verbs.check import CheckOrder
from envguard.verbs.check import check as check_artifacts
from envguard.verbs.inspection import inspect_artifact
from envguard.verbs.places import find_place, running_process
from envguard.verbs.snapshot import SnapshotOrder, now, snapshot_artifact
from envguard.verbs.vouching import vouched_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envguard.facts.report import Inspection, Level, Report, Written
    from envguard.facts.target import ResolveMode, Target

    PathText = str | os.PathLike[str]


def snapshot(
    path: PathText,
    *,
    target: PathText | None = None,
    output: PathText | None = None,
    code: Sequence[PathText] = (),
    resolve: ResolveMode = "auto",
) -> Written:
    """The sidecar of the artifact at ``path``, written: where, and what will not travel.

    Raises:
        UsageError: the artifact or the target is missing.
        CannotTellError: the artifact or the target cannot be read.
        WriteError: the sidecar could not be written.
    """
    order = SnapshotOrder(
        created=now(),
        tool_version=__version__,
        folder=str(Path.cwd()),
        code=_texts(code),
        resolve=resolve,
    )
    return snapshot_artifact(
        Path(path), _place(target), order, output=Path(output) if output is not None else None
    )


def check(  # noqa: PLR0913  (one parameter for each choice)
    path: PathText,
    *,
    target: PathText | None = None,
    snapshot: PathText | None = None,
    code: Sequence[PathText] = (),
    resolve: ResolveMode = "auto",
    fail_on: Level = "error",
) -> Report:
    """The report of the artifact at ``path`` against one target.

    Raises:
        UsageError: the artifact, the snapshot or the target is missing.
    """
    order = CheckOrder(folder=str(Path.cwd()), code=_texts(code), resolve=resolve, fail_on=fail_on)
    checked = check_artifacts(
        [os.fspath(path)],
        [_place(target)],
        order,
        snapshot=os.fspath(snapshot) if snapshot is not None else None,
    )
    if checked.errors:
        raise checked.errors[0]
    return checked.reports[0]


def inspect(path: PathText) -> Inspection:
    """What the artifact at ``path`` is and needs; nothing of it is executed.

    Raises:
        UsageError: there is no such file, or the settings in pyproject.toml are wrong.
        CannotTellError: it is there and its bytes cannot be had.
    """
    return inspect_artifact(os.fspath(path), vouched_names(os.getcwd()))  # noqa: PTH109  (as text)


def _place(target: PathText | None) -> Target:
    return running_process() if target is None else find_place(os.fspath(target))


def _texts(paths: Sequence[PathText]) -> tuple[str, ...]:
    return tuple(os.fspath(path) for path in paths)
