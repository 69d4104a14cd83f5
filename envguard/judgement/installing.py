"""Install commands said for the target that they are meant to change, not for whoever reads."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import msgspec

from envguard.judgement.distribution_names import name_of

if TYPE_CHECKING:
    from envguard.facts.report import Report
    from envguard.facts.target import TargetFacts

ANY_PYTHON = "python -m pip install "


def for_target(report: Report, target: TargetFacts) -> Report:
    """The report with each pip command naming the target's interpreter.

    ``python`` of the reader's shell is hardly ever the target, and a target without pip is served
    by uv. A snapshot stands for a place that is elsewhere: there the command stays as it is.
    """
    if report.target.kind == "snapshot":
        return report
    python = _word(target.environment.interpreter.executable)
    has_pip = any(name_of(one) == "pip" for one in target.environment.packages)
    command = f"{python} -m pip install " if has_pip else f"uv pip install --python {python} "
    findings = tuple(
        msgspec.structs.replace(finding, fix=command + finding.fix.removeprefix(ANY_PYTHON))
        if finding.fix.startswith(ANY_PYTHON)
        else finding
        for finding in report.findings
    )
    return msgspec.structs.replace(report, findings=findings)


def _word(path: str) -> str:
    """A path as one word of a shell command, Windows' backslashes left as they are."""
    if "\\" in path:
        return f'"{path}"'
    return shlex.quote(path)
