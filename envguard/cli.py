"""The command line: parse, call a verb, print its report, give the exit code."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from envguard import __version__
from envguard.cli_options import (
    Artifacts,
    CodeOption,
    FailOn,
    FailOnOption,
    Form,
    FormOption,
    MissingSnapshot,
    Resolve,
    ResolveOption,
    TargetOption,
    TargetsOption,
    TimeoutOption,
    Trial,
)
from envguard.console import clash, guarded, leave, place, screen, show, tell_error
from envguard.errors import EnvguardError, UsageError

app = typer.Typer(
    name="envguard",
    help="Will this model artifact load, and behave the same, over there?",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def _program(
    *,
    version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
) -> None:
    if debug:
        os.environ["ENVGUARD_DEBUG"] = "1"
    if version:
        show(f"envguard {__version__}\n")
        sys.stderr.write(clash())
        raise typer.Exit


@app.command()
def snapshot(  # noqa: PLR0913  (one parameter for each flag)
    artifacts: Annotated[
        list[str] | None, typer.Argument(metavar="ARTIFACT...", help="Model files.")
    ] = None,
    *,
    target: TargetOption = None,
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help="Where to write.")
    ] = None,
    environment_only: Annotated[
        bool, typer.Option("--environment-only", help="Record a place without an artifact.")
    ] = False,
    code: CodeOption = None,
    resolve: ResolveOption = Resolve.auto,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 1 if anything will not travel.")
    ] = False,
    timeout: TimeoutOption = 120.0,
    form: FormOption = Form.rich,
) -> None:
    """Record beside each artifact what it needs and where it was made."""
    with guarded():
        from pathlib import Path  # noqa: PLC0415  (start-up)

        from envguard.progress import Progress  # noqa: PLC0415
        from envguard.verbs import snapshot as verb  # noqa: PLC0415

        paths = artifacts or []
        _check_snapshot_words(paths, output, environment_only=environment_only)
        order = verb.SnapshotOrder(
            created=verb.now(),
            tool_version=__version__,
            folder=str(Path.cwd()),
            code=tuple(code or ()),
            resolve=resolve.value,
            timeout=timeout,
        )
        asked = place(target)
        written, errors = [], []
        with Progress() as tell:
            if environment_only:
                file = Path(output or "environment.envguard.json")
                written.append(verb.snapshot_place(asked, order, output=file))
            for one in verb.snapshot_artifacts(
                [Path(path) for path in paths],
                asked,
                order,
                output=Path(output) if output else None,
                tell=tell,
            ):
                if isinstance(one, EnvguardError):
                    errors.append(one)
                else:
                    written.append(one)
        from envguard.reports import forms  # noqa: PLC0415

        if written:
            show(forms.render_written(form.value, written, screen()))
        codes = [tell_error(error) for error in errors]
        if strict and any(w.hindrances for w in written):
            codes.append(1)
        leave(codes)


def _check_snapshot_words(paths: list[str], output: str | None, *, environment_only: bool) -> None:
    if environment_only and paths:
        raise UsageError("--environment-only goes without artifacts.", fix="Leave one out.")
    if not environment_only and not paths:
        raise UsageError(
            "No artifact was named.", fix="envguard snapshot model.pkl, or --environment-only."
        )
    if output and len(paths) > 1:
        raise UsageError(
            "--output goes with one artifact.",
            why=f"{len(paths)} were given.",
            fix="Leave it out: each sidecar is written beside its artifact.",
        )


@app.command()
def inspect(
    artifacts: Artifacts,
    *,
    fail_on: FailOnOption = FailOn.error,
    form: FormOption = Form.rich,
) -> None:
    """Show what each artifact is, needs and could do; nothing is executed."""
    with guarded():
        from envguard.reports import forms  # noqa: PLC0415  (start-up)
        from envguard.verbs import inspection as verb  # noqa: PLC0415
        from envguard.verbs.vouching import vouched_names  # noqa: PLC0415

        vouched = vouched_names(os.getcwd())  # noqa: PTH109  (pathlib is not worth its import here)
        seen, errors = [], []
        for path in artifacts:
            try:
                seen.append(verb.inspect_artifact(path, vouched))
            except EnvguardError as error:
                errors.append(error)
        if seen or form is Form.json:
            show(forms.render_inspections(form.value, seen, screen()))
        codes = [tell_error(error) for error in errors]
        leave([*codes, verb.exit_code(seen, fail_on=fail_on.value)])


@app.command()
def check(  # noqa: PLR0913  (one parameter for each flag)
    artifacts: Artifacts,
    *,
    target: TargetsOption = None,
    snapshot: Annotated[
        str | None,
        typer.Option("--snapshot", metavar="FILE", help="Default: the artifact's sidecar."),
    ] = None,
    code: CodeOption = None,
    resolve: ResolveOption = Resolve.auto,
    trial: Annotated[
        Trial, typer.Option("--trial", help="Load for real: this release never does.")
    ] = Trial.auto,
    missing_snapshot: Annotated[
        MissingSnapshot,
        typer.Option(
            "--missing-snapshot", help="Without a snapshot: unknown, or (warn) what a trial says."
        ),
    ] = MissingSnapshot.unknown,
    fail_on: FailOnOption = FailOn.error,
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="Give 0 instead of 1; other codes stay.")
    ] = False,
    timeout: TimeoutOption = 120.0,
    form: FormOption = Form.rich,
) -> None:
    """Judge whether each artifact will load and behave the same in each target."""
    with guarded():
        if trial is Trial.always:
            raise UsageError(
                "--trial always: this release cannot load artifacts yet.",
                fix="Use --trial auto or never: the load is predicted from files and names.",
            )
        from envguard.judgement.verdict import exit_code  # noqa: PLC0415  (start-up)
        from envguard.progress import Progress  # noqa: PLC0415
        from envguard.reports import forms  # noqa: PLC0415
        from envguard.verbs import check as verb  # noqa: PLC0415

        order = verb.CheckOrder(
            folder=os.getcwd(),  # noqa: PTH109  (pathlib is not worth its import here)
            code=tuple(code or ()),
            resolve=resolve.value,
            timeout=timeout,
            fail_on=fail_on.value,
            missing_snapshot=missing_snapshot.value,
        )
        places = [place(text) for text in target] if target else [place(None)]
        with Progress() as tell:
            checked = verb.check(artifacts, places, order, snapshot=snapshot, tell=tell)
        if checked.reports or form is Form.json:
            show(forms.render_reports(form.value, checked.reports, screen()))
        codes = [tell_error(error) for error in checked.errors]
        leave([*codes, exit_code(checked.reports, exit_zero=exit_zero)])


@app.command()
def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="A snapshot or a target.")],
    after: Annotated[str, typer.Argument(metavar="B", help="A snapshot or a target.")],
    *,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit 1 if there are differences.")
    ] = False,
    form: FormOption = Form.rich,
) -> None:
    """Show what differs between two places, graded by what the artifact uses."""
    with guarded():
        from envguard.reports import forms  # noqa: PLC0415  (start-up)
        from envguard.verbs import diff as verb  # noqa: PLC0415

        found = verb.diff(before, after)
        show(forms.render_diff(form.value, found, screen()))
        leave([1 if exit_code and found.changes else 0])


@app.command()
def rule(
    code: Annotated[str | None, typer.Argument(metavar="CODE", help="Such as EG203.")] = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="List every rule.")] = False,
    form: FormOption = Form.rich,
) -> None:
    """Show the page of a rule, or list them all."""
    with guarded():
        from envguard.judgement.rules import catalogue  # noqa: PLC0415  (start-up)
        from envguard.reports import forms  # noqa: PLC0415

        if every == (code is not None):
            raise UsageError("Name one rule, or --all.", fix="envguard rule EG203")
        if code is not None:
            show(forms.render_rule(form.value, catalogue.page(code), screen()))
        else:
            show(forms.render_rules(form.value, catalogue.pages(), screen()))


def main() -> None:
    """Run the command line."""
    app()
