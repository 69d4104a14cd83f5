"""EG8: the artifact calls nothing known to be dangerous."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.judgement.dangers import dangers_of
from envguard.judgement.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from envguard.judgement.case import Case
    from envguard.judgement.rules.rule import Judged

DANGEROUS_NAME = Rule(
    code="EG801",
    name="dangerous-name",
    level="error",
    why="Loading looks it up and may call it, with arguments that the artifact chooses.",
)


def dangerous_name(case: Case) -> Iterator[Judged]:
    """The artifact names nothing that runs programs, writes, connects or resolves any name.

    What it checks:
        Each needed name against a list of exact names and of modules whose every name counts.
        It is no malware scanner: a name that is not listed is not thereby safe.
    Why it breaks:
        Loading a pickle calls what it names. ``os.system`` in a model is an attack.
    Example:
        A downloaded pickle names ``posix.system`` with a shell command as its argument.
    Fix:
        Do not load it. Ask whoever wrote it, and write it again without the name.
    When it cannot tell:
        The artifact was not read fully; see artifact-not-fully-read.
    """
    if case.facts is None:
        return
    for danger in dangers_of(case.facts):
        if danger.level == "dangerous":
            yield DANGEROUS_NAME.finding(
                subject=f"{danger.module}.{danger.name}" if danger.name else danger.module,
                expected="not named",
                found="named",
                evidence=f"{case.artifact_name}: {danger.why}",
                fix="Do not load it; have it written again by someone you trust",
            )
