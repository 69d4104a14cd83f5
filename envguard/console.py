"""The edge to a person or a pipeline: standard output, standard error, exit codes."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

import typer

from envguard.errors import EnvguardError, worst

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from envguard.facts.target import Target
    from envguard.reports.forms import Screen

INTERRUPTED = 130
OUR_FAULT = 4


@contextmanager
def guarded() -> Iterator[None]:
    """Turns whatever goes wrong inside into words on standard error and its exit code."""
    try:
        yield
    except (typer.Exit, SystemExit):
        raise
    except EnvguardError as error:
        raise typer.Exit(tell_error(error)) from error
    except KeyboardInterrupt as error:
        sys.stderr.write("envguard: interrupted\n")
        raise typer.Exit(INTERRUPTED) from error
    except BrokenPipeError as error:  # the reader went away: nobody is left to be told
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(OUR_FAULT) from error
    except Exception as error:
        if os.environ.get("ENVGUARD_DEBUG"):
            raise
        fault = EnvguardError(
            f"envguard itself failed: {type(error).__name__}: {error}",
            why="This is a fault of envguard, not of the artifact.",
            fix="Run again as: envguard --debug ..., and report what it prints.",
        )
        raise typer.Exit(tell_error(fault)) from error


def place(text: str | None) -> Target:
    """The target that ``text`` names."""
    from envguard.verbs.places import find_place  # noqa: PLC0415  (start-up)

    return find_place(text)


def screen() -> Screen:
    """How wide and how colourful standard output is."""
    from shutil import get_terminal_size  # noqa: PLC0415  (start-up)

    from envguard.reports.forms import Screen  # noqa: PLC0415

    colour = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    if os.environ.get("FORCE_COLOR"):
        colour = True
    if os.environ.get("NO_COLOR"):
        colour = False
    encoding = (sys.stdout.encoding or "ascii").lower()
    width = get_terminal_size((80, 24)).columns if sys.stdout.isatty() else 80
    return Screen(width=max(40, min(width, 120)), colour=colour, ascii="utf" not in encoding)


def tell_error(error: EnvguardError) -> int:
    """Says what went wrong on standard error; gives its exit code."""
    from envguard.reports import forms  # noqa: PLC0415  (start-up)

    sys.stderr.write(forms.render_error(error).encode("ascii", "backslashreplace").decode())
    return error.exit_code


def show(text: str) -> None:
    """Text on standard output, whatever its encoding can hold."""
    encoding = sys.stdout.encoding or "ascii"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
    sys.stdout.flush()


def leave(codes: Iterable[int]) -> NoReturn:
    """Ends the command with the worst of ``codes``."""
    raise typer.Exit(worst(set(codes)))


def clash() -> str:
    """A warning if another distribution provides the same import name, else nothing."""
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415  (start-up)

    try:
        other = version("envguard")
    except PackageNotFoundError:
        return ""
    return (
        f"envguard: the distribution 'envguard' {other} is installed too and provides the\n"
        "same import name. Remove it (python -m pip uninstall envguard), then install\n"
        "envguard-ml again.\n"
    )
