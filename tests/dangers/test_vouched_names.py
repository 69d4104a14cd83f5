"""Names that a project vouches for are told no more; what does harm is told all the same."""

from __future__ import annotations

import pytest

import envguard
from envguard.errors import UsageError
from envguard.verbs.check import CheckOrder, check
from envguard.verbs.inspection import inspect_artifact
from envguard.verbs.places import running_process


@pytest.fixture
def model(tmp_path, make, monkeypatch):
    """A model with two classes of its own, in a project of its own."""
    (tmp_path / ".git").mkdir()
    path = tmp_path / "model.pkl"
    calls = make.call("acme.steps", "Clip"), make.call("acme.models", "Net")
    path.write_bytes(make.pickled(b"(", *calls, b"l"))
    monkeypatch.chdir(tmp_path)
    return path


def vouch(model, *entries):
    listed = ", ".join(f'"{entry}"' for entry in entries)
    text = f"[tool.envguard]\nknown-names = [{listed}]\n"
    (model.parent / "pyproject.toml").write_text(text)


def findings(model, code):
    order = CheckOrder(folder=str(model.parent))
    (report,) = check([str(model)], [running_process()], order).reports
    return [finding for finding in report.findings if finding.rule == code]


@pytest.mark.parametrize(
    ("entries", "left"),
    [
        ([], {"acme.steps", "acme.models"}),
        (["acme.steps:Clip"], {"acme.models"}),
        (["acme.steps:*"], {"acme.models"}),
        (["acme.steps:Clip", "acme.models:Net"], set()),
        (["acme:*", "acme.steps:Clip.Inner"], {"acme.steps", "acme.models"}),
    ],
)
def test_an_entry_vouches_for_exactly_what_it_names(model, entries, left):
    vouch(model, *entries)
    assert {danger.module for danger in envguard.inspect(model).dangers} == left
    told = {name for f in findings(model, "EG802") for name in f.subject.split(", ")}
    assert {name.rpartition(".")[0] for name in told} == left


def test_a_danger_is_told_though_its_module_is_vouched_for(model, make):
    model.write_bytes(make.pickled(make.call("acme.steps", "os.system", "true")))
    found = inspect_artifact(str(model), {"acme.steps:*", "acme.steps:os.system"})
    assert [danger.level for danger in found.dangers] == ["dangerous"]


def test_wrong_settings_end_both_verbs(model):
    vouch(model, "posix:system")
    with pytest.raises(UsageError):
        envguard.inspect(model)
    with pytest.raises(UsageError):
        findings(model, "EG802")
