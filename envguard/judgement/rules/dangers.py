"""EG8: what the artifact names does no harm, is known, and brings no code along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.judgement.dangers import is_embedded
from envguard.judgement.rules.rule import Rule, counted, listing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from envguard.facts.report import Danger
    from envguard.judgement.case import Case
    from envguard.judgement.rules.rule import Judged

DANGEROUS_NAME = Rule(
    code="EG801",
    name="dangerous-name",
    level="error",
    why="Loading looks it up and may call it, with arguments that the artifact chooses.",
)
UNKNOWN_NAME = Rule(
    code="EG802",
    name="unknown-name",
    level="warning",
    why="Loading may call it, and nobody but its author can say what it then does.",
)
EMBEDDED_CODE = Rule(
    code="EG803",
    name="embedded-code",
    level="warning",
    why="Code that comes with the artifact is seen by no review and no installer.",
)


def dangerous_name(case: Case) -> Iterator[Judged]:
    """The artifact names nothing that runs programs, writes, connects or resolves any name.

    What it checks:
        Each needed name against a list of exact names and of modules whose every name counts,
        save the exact names that stock libraries' own artifacts hold. Names that can do harm
        only with some arguments (``getattr``, numpy's look-up of a ufunc) are judged by those
        that the artifact gives. It is no malware scanner: a name that is not listed is not
        thereby safe.
    Why it breaks:
        Loading a pickle calls what it names. ``os.system`` in a model is an attack.
    Example:
        A downloaded pickle names ``posix.system`` with a shell command as its argument.
    Fix:
        Do not load it. Ask whoever wrote it, and write it again without the name. No setting
        vouches for such a name.
    When it cannot tell:
        The artifact was not read fully; see artifact-not-fully-read.
    """
    for danger in case.dangers:
        if danger.level == "dangerous":
            yield DANGEROUS_NAME.finding(
                subject=_name(danger),
                expected="not named",
                found="named",
                evidence=f"{case.artifact_name}: {danger.why}",
                fix="Do not load it; have it written again by someone you trust",
            )


def unknown_name(case: Case) -> Iterator[Judged]:
    """Every name in the artifact is one that a stock library's artifacts hold, or vouched for.

    What it checks:
        Each needed name against the lists of exact names of the standard library and of the
        libraries that most models are made of, and against ``known-names`` in the table
        ``[tool.envguard]`` of the project's pyproject.toml. One finding for each reason.
    Why it breaks:
        It need not. A class of your own is unknown to envguard, and so is one that an attacker
        put where you would take it for your own. It changes no verdict unless ``--fail-on
        warning`` is given.
    Example:
        A pipeline holds ``acme.steps.Clipper``, a class of the team that trains it.
    Fix:
        If it is yours, write ``known-names = ["acme.steps:Clipper"]``, or ``"acme.steps:*"`` for
        the whole module, under ``[tool.envguard]`` in pyproject.toml.
    When it cannot tell:
        The artifact was not read fully; see artifact-not-fully-read.
    """
    for why, dangers in _by_why(case, embedded=False).items():
        names = [_name(danger) for danger in dangers]
        entries = [f'"{danger.module}:{danger.name}"' for danger in dangers]
        yield UNKNOWN_NAME.finding(
            subject=listing(names),
            expected="known names",
            found=counted(len(names), "unknown name"),
            evidence=f"{case.artifact_name}: {why}",
            fix="If you vouch for it, under [tool.envguard] in pyproject.toml: "
            f"known-names = [{listing(entries)}]",
        )


def embedded_code(case: Case) -> Iterator[Judged]:
    """The artifact brings no code along.

    What it checks:
        Functions and classes that dill and cloudpickle store by value, and the names by which
        they are rebuilt.
    Why it breaks:
        Such code runs when the artifact is used, some of it already while it is loaded. It
        belongs to no release, and only the Python that wrote it is sure to run it. It changes no
        verdict unless ``--fail-on warning`` is given.
    Example:
        A dill file of a function that was defined in a notebook.
    Fix:
        Put the function into a module, install that in both places, and write the artifact again.
    When it cannot tell:
        The artifact was not read fully; see artifact-not-fully-read.
    """
    for why, dangers in _by_why(case, embedded=True).items():
        names = [_name(danger) for danger in dangers]
        yield EMBEDDED_CODE.finding(
            subject=listing(names),
            expected="no code in the artifact",
            found=counted(len(names), "name"),
            evidence=f"{case.artifact_name}: {why}",
            fix="Put the code into a module that is installed in both places, and write it again",
        )


def _by_why(case: Case, *, embedded: bool) -> dict[str, list[Danger]]:
    """What is unknown, by the reason for it."""
    found: dict[str, list[Danger]] = {}
    for danger in case.dangers:
        if danger.level == "unknown" and is_embedded(danger) is embedded:
            found.setdefault(danger.why, []).append(danger)
    return found


def _name(danger: Danger) -> str:
    return ".".join(part for part in (danger.module, danger.name) if part)
