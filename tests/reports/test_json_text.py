from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from envguard.errors import PointerError
from envguard.facts.report import StaticLoad
from envguard.reports.forms import (
    render_diff,
    render_error,
    render_inspections,
    render_reports,
    render_rule,
    render_rules,
    render_written,
)

DIFF = """\
{
  "after": "b.json",
  "before": "a.json",
  "changes": [
    {
      "after": "1.9.1",
      "before": "1.5.2",
      "subject": "scikit-learn",
      "tier": "T1"
    }
  ],
  "schema": "envguard/diff/1"
}
"""


def test_report_document_has_every_part_of_the_contract(results):
    report = results.report(
        results.finding(),
        load=StaticLoad(outcome="fails", reasons=("r",)),
        unchecked=(("EG401", "no machine"),),
    )
    document = json.loads(render_reports("json", [report]))
    assert document["schema"] == "envguard/report/1"
    assert document["reports"] == [
        {
            "artifact": {
                "path": "model.pkl",
                "digests": {"sha256": report.artifact.digests["sha256"]},
            },
            "target": {"label": "envs/prod (CPython 3.11.7)", "kind": "interpreter"},
            "verdict": "broken",
            "load": {"static": {"outcome": "fails", "reasons": ["r"]}, "trial": None},
            "behaviour": {"static": {"outcome": "undecided", "reasons": []}, "replay": None},
            "findings": [
                {
                    "rule": "EG203",
                    "name": "release-differs",
                    "level": "error",
                    "subject": "scikit-learn",
                    "expected": "1.5.2",
                    "found": "1.9.1",
                    "why": results.finding().why,
                    "evidence": "model.pkl: _sklearn_version",
                    "fix": 'python -m pip install "scikit-learn==1.5.2"',
                    "excused_by": None,
                }
            ],
            "unchecked": [{"rule": "EG401", "reason": "no machine"}],
        }
    ]


def test_no_reports_are_an_empty_list():
    assert json.loads(render_reports("json", [])) == {
        "schema": "envguard/report/1",
        "reports": [],
    }


def test_inspection_document_is_flat(results, danger, anomaly, embedded):
    inspection = results.inspection(dangers=(danger,), anomalies=(anomaly,), code=(embedded,))
    document = json.loads(render_inspections("json", [inspection]))
    assert document["schema"] == "envguard/inspection/1"
    (artifact,) = document["artifacts"]
    assert set(artifact) == {
        *("path", "size", "digests", "format", "serializer", "compression", "protocol"),
        *("producer", "needs", "versions", "operators", "code", "dangers", "anomalies"),
        "complete",
    }
    assert artifact["path"] == "models/model.pkl"
    assert artifact["operators"] == []
    assert artifact["producer"] == {"library": "scikit-learn", "version": "1.5.2"}
    assert artifact["needs"][3] == {
        "module": "numpy",
        "name": "dtype",
        "kind": "call",
        "distribution": "numpy",
    }
    assert artifact["dangers"][0]["level"] == "dangerous"
    assert artifact["anomalies"][0]["offset"] == 812
    assert artifact["code"][0]["pythons"] == ["3.11", "3.12"]


@pytest.mark.parametrize("replaced", [None, ()])
def test_written_document_tells_a_first_snapshot_from_an_unchanged_one(results, replaced):
    written = results.written(
        replaced=replaced, hindrances=(results.hindrance(),), notes=("a note",)
    )
    document = json.loads(render_written("json", [written]))
    assert document == {
        "schema": "envguard/written/1",
        "snapshots": [
            {
                "path": "models/model.pkl.envguard.json",
                "digest": written.digest,
                "hindrances": [
                    {
                        "rule": "EG302",
                        "subject": "__main__.clean",
                        "text": results.hindrance().text,
                        "fix": results.hindrance().fix,
                    }
                ],
                "replaced": None if replaced is None else [],
                "notes": ["a note"],
            }
        ],
    }


def test_diff_document_is_sorted_indented_and_ends_its_line(diff_of):
    assert render_diff("json", diff_of(("T1", "scikit-learn", "1.5.2", "1.9.1"))) == DIFF


def test_rules_document_names_its_headings(results):
    document = json.loads(render_rules("json", [results.page(sections=(("Fix", "Do."),))]))
    assert document == {
        "schema": "envguard/rules/1",
        "rules": [
            {
                "code": "EG203",
                "name": "release-differs",
                "family": "EG2 distributions",
                "level": "error",
                "summary": results.page().summary,
                "sections": [{"heading": "Fix", "text": "Do."}],
            }
        ],
    }


def test_one_rule_is_a_document_of_one(results):
    assert render_rule("json", results.page()) == render_rules("json", [results.page()])


def test_error_document_has_its_exit_code():
    error = PointerError("A pointer.", why="Git LFS.", fix="git lfs pull")
    assert json.loads(render_error(error, form="json")) == {
        "schema": "envguard/error/1",
        "error": {
            "kind": "PointerError",
            "what": "A pointer.",
            "why": "Git LFS.",
            "fix": "git lfs pull",
            "exit_code": 3,
        },
    }


def test_file_name_that_is_no_unicode_survives(results):
    text = render_reports("json", [results.report(path="not\udcffutf8.pkl")])
    assert text.isascii()
    assert json.loads(text)["reports"][0]["artifact"]["path"] == "not\udcffutf8.pkl"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(subject=st.text(st.characters(exclude_categories=())))
def test_any_text_comes_back_as_it_was(results, subject):
    text = render_reports("json", [results.report(results.finding(subject=subject))])
    assert text.isascii()
    assert json.loads(text)["reports"][0]["findings"][0]["subject"] == subject
