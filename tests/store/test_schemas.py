"""The shipped JSON Schemas; run as a script, this file writes them anew."""

from __future__ import annotations

import inspect
import json
import sys
from pathlib import Path

import jsonschema
import msgspec
import pytest

from envguard import store
from envguard.errors import MissingFileError
from envguard.facts.report import (
    REPORT_SCHEMA,
    Behaviour,
    Finding,
    Load,
    Report,
    ReportArtifact,
    ReportTarget,
    StaticBehaviour,
    StaticLoad,
    Unchecked,
)
from envguard.facts.snapshot import SNAPSHOT_SCHEMA, Snapshot

REGENERATE = "python tests/store/test_schemas.py"


class ReportDocument(msgspec.Struct, kw_only=True):
    """What ``check --format json`` prints."""

    schema: str = REPORT_SCHEMA
    reports: tuple[Report, ...]


DOCUMENTS = {
    "snapshot-1": (Snapshot, SNAPSHOT_SCHEMA),
    "report-1": (ReportDocument, REPORT_SCHEMA),
}


def generated(name):
    kind, number = DOCUMENTS[name]
    schema = msgspec.json.schema(kind)
    document = schema["$defs"][kind.__name__]
    document["properties"]["schema"] = {"const": number}
    document["required"] = ["schema", *document["required"]]
    title = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{number.replace('/', ':')}",
        "title": number,
    }
    for definition in schema["$defs"].values():
        # Only later releases of Python take the indentation from docstrings.
        definition["description"] = inspect.cleandoc(definition["description"])
    return json.dumps(in_order({**title, **schema}), indent=1, ensure_ascii=False) + "\n"


def in_order(part):
    """The same schema; releases of msgspec list alternatives and definitions in any order."""
    if isinstance(part, list):
        return [in_order(each) for each in part]
    if not isinstance(part, dict):
        return part
    ordered = {key: in_order(value) for key, value in part.items()}
    if "anyOf" in ordered:
        ordered["anyOf"].sort(key=json.dumps)
    if "$defs" in ordered:
        ordered["$defs"] = dict(sorted(ordered["$defs"].items()))
    return ordered


def report_document():
    finding = Finding(
        rule="EG203",
        name="distribution-differs",
        level="error",
        subject="scikit-learn",
        expected="1.5.2",
        found="1.9.1",
        why="It owns names that the artifact needs.",
        evidence="model.pkl: _sklearn_version",
        fix="pip install scikit-learn==1.5.2",
    )
    report = Report(
        artifact=ReportArtifact(path="model.pkl", digests={"sha256": "0" * 64}),
        target=ReportTarget(label="/srv/venv", kind="interpreter"),
        verdict="broken",
        load=Load(static=StaticLoad(outcome="undecided", reasons=("no contract",))),
        behaviour=Behaviour(static=StaticBehaviour(outcome="undecided", reasons=())),
        findings=(finding,),
        unchecked=(Unchecked(rule="EG401", reason="a lock has no machine"),),
    )
    return json.loads(msgspec.json.encode(ReportDocument(reports=(report,))))


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_shipped_schema_is_what_the_types_say(name):
    assert store.schema_text(name) == generated(name), f"To write it anew: {REGENERATE}"


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_shipped_schema_is_a_schema(name):
    schema = json.loads(store.schema_text(name))
    jsonschema.Draft202012Validator.check_schema(schema)


def valid(name, document):
    return jsonschema.Draft202012Validator(json.loads(store.schema_text(name))).is_valid(document)


def test_snapshots_follow_their_schema(any_snapshot):
    assert valid("snapshot-1", json.loads(store.encode(any_snapshot)))


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document.update(schema="envguard/snapshot/2"),
        lambda document: document.pop("schema"),
        lambda document: document.pop("environment"),
        lambda document: document["environment"]["interpreter"].update(version=3),
        lambda document: document["source"]["git"].update(state="other"),
    ],
)
def test_documents_that_are_no_snapshots_do_not_follow_the_schema(snapshot, change):
    document = json.loads(store.encode(snapshot))
    change(document)
    assert not valid("snapshot-1", document)


def test_report_follows_its_schema():
    document = report_document()
    assert valid("report-1", document)
    document["reports"][0]["verdict"] = "maybe"
    assert not valid("report-1", document)


def test_unknown_schema_names_those_that_are():
    with pytest.raises(MissingFileError, match=r"report-1, snapshot-1"):
        store.schema_text("snapshot-9")


if __name__ == "__main__":
    folder = Path(store.__file__).parent / "schemas"
    for each in DOCUMENTS:
        (folder / f"{each}.json").write_text(generated(each), encoding="utf-8")
    sys.exit(0)
