"""Documents for programs: each kind of result as JSON, numbered by its schema.

Keys are sorted, and characters beyond ASCII are escaped: names that are no valid Unicode survive,
and no output encoding can fail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from envguard.facts.report import DIFF_SCHEMA, INSPECTION_SCHEMA, REPORT_SCHEMA

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envguard.errors import EnvguardError
    from envguard.facts.report import Diff, Inspection, Report, RulePage, Written
    from envguard.reports.layout import Screen

WRITTEN_SCHEMA = "envguard/written/1"
RULES_SCHEMA = "envguard/rules/1"
ERROR_SCHEMA = "envguard/error/1"
INSPECTED = (
    "size",
    "digests",
    "format",
    "serializer",
    "compression",
    "protocol",
    "producer",
    "needs",
    "versions",
    "code",
    "anomalies",
    "complete",
)
"""The facts of an artifact that its inspection shows."""


def render_reports(reports: Sequence[Report], _: Screen) -> str:
    """``envguard/report/1``."""
    return _document(REPORT_SCHEMA, reports=msgspec.to_builtins(list(reports)))


def render_inspections(inspections: Sequence[Inspection], _: Screen) -> str:
    """``envguard/inspection/1``."""
    return _document(INSPECTION_SCHEMA, artifacts=[_inspection(one) for one in inspections])


def render_written(written: Sequence[Written], _: Screen) -> str:
    """``envguard/written/1``: without the snapshots themselves, which stand where ``path`` says."""
    fields = ("path", "digest", "hindrances", "replaced", "notes")
    snapshots = [
        {field: msgspec.to_builtins(getattr(one, field)) for field in fields} for one in written
    ]
    return _document(WRITTEN_SCHEMA, snapshots=snapshots)


def render_diff(diff: Diff, _: Screen) -> str:
    """``envguard/diff/1``."""
    return _document(DIFF_SCHEMA, **msgspec.to_builtins(diff))


def render_rule(page: RulePage, screen: Screen) -> str:
    """``envguard/rules/1`` with one rule."""
    return render_rules((page,), screen)


def render_rules(pages: Sequence[RulePage], _: Screen) -> str:
    """``envguard/rules/1``."""
    rules = [
        {
            **msgspec.to_builtins(page),
            "sections": [{"heading": heading, "text": text} for heading, text in page.sections],
        }
        for page in pages
    ]
    return _document(RULES_SCHEMA, rules=rules)


def render_error(error: EnvguardError, _: Screen) -> str:
    """``envguard/error/1``."""
    told = {
        "kind": type(error).__name__,
        "what": error.what,
        "why": error.why,
        "fix": error.fix,
        "exit_code": error.exit_code,
    }
    return _document(ERROR_SCHEMA, error=told)


def _inspection(inspection: Inspection) -> dict[str, Any]:
    facts = msgspec.to_builtins(inspection.facts)
    return {
        "path": inspection.path,
        **{field: facts[field] for field in INSPECTED},
        "operators": [],
        "dangers": msgspec.to_builtins(inspection.dangers),
    }


def _document(schema: str, **parts: Any) -> str:
    import json  # noqa: PLC0415  (start-up: unused by the other form)

    return json.dumps({"schema": schema, **parts}, indent=2, sort_keys=True) + "\n"
