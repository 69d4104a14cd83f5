"""The words of the command line: choices and options that several commands share."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer


class Form(str, Enum):
    """How results are told."""

    rich = "rich"
    json = "json"


class FailOn(str, Enum):
    """The level from which findings give exit code 1."""

    error = "error"
    warning = "warning"
    note = "note"


class Resolve(str, Enum):
    """How needed names are looked for in the target."""

    auto = "auto"
    files = "files"
    imports = "import"


class Trial(str, Enum):
    """When the artifact is loaded for real."""

    auto = "auto"
    never = "never"
    always = "always"


class MissingSnapshot(str, Enum):
    """What a check without a snapshot is worth."""

    unknown = "unknown"
    warn = "warn"


Artifacts = Annotated[list[str], typer.Argument(metavar="ARTIFACT...", help="Model files.")]
TargetOption = Annotated[
    str | None,
    typer.Option(
        "--target",
        "-t",
        metavar="TARGET",
        help="A python, a venv, conda:NAME or a snapshot. Default: the active environment.",
    ),
]
TargetsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--target",
        "-t",
        metavar="TARGET",
        help="A python, a venv, conda:NAME or a snapshot; repeatable. "
        "Default: the active environment.",
    ),
]
CodeOption = Annotated[
    list[str] | None,
    typer.Option("--code", metavar="DIR", help="A folder of local code; repeatable."),
]
ResolveOption = Annotated[
    Resolve,
    typer.Option("--resolve", help="Resolve names from files, by importing, or as needed."),
]
TimeoutOption = Annotated[
    float, typer.Option("--timeout", min=0.1, help="Seconds for a target's answer.")
]
FormOption = Annotated[Form, typer.Option("--format", "-f", help="How to tell it.")]
FailOnOption = Annotated[FailOn, typer.Option("--fail-on", help="Levels that give exit code 1.")]
