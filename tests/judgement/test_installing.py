from __future__ import annotations

import pytest

from envguard.judgement.installing import for_target


def _fixes(build, *, packages=None, executable="/venv/bin/python", **parts):
    there = build.packages(numpy="1.25.2") if packages is None else packages
    environment = build.environment(there, build.interpreter(executable=executable))
    target = build.target(environment=environment)
    report = for_target(build.judge(build.case(target=target, **parts)), target)
    return [finding.fix for finding in report.findings if finding.rule == "EG203"]


def test_command_names_the_interpreter_of_the_target(build):
    pip = build.distribution("pip", "24.0")
    assert _fixes(build, packages=(*build.packages(numpy="1.25.2"), pip)) == [
        '/venv/bin/python -m pip install "numpy==1.26.4"'
    ]


def test_target_without_pip_is_served_by_uv(build):
    assert _fixes(build) == ['uv pip install --python /venv/bin/python "numpy==1.26.4"']


@pytest.mark.parametrize(
    ("executable", "word"),
    [
        ("/my envs/a/bin/python", "'/my envs/a/bin/python'"),
        ("C:\\envs\\a\\python.exe", '"C:\\envs\\a\\python.exe"'),
        ("/x/$(touch y)/python", "'/x/$(touch y)/python'"),
    ],
)
def test_interpreter_is_one_word_of_the_shell(build, executable, word):
    (fix,) = _fixes(build, executable=executable)
    assert fix == f'uv pip install --python {word} "numpy==1.26.4"'


def test_snapshot_stands_for_a_place_elsewhere(build):
    assert _fixes(build, target_kind="snapshot") == ['python -m pip install "numpy==1.26.4"']


def test_sentences_stay_as_they_are(build):
    case = build.case(build.artifact(build.need("__main__", "scale")))
    report = build.judge(case)
    assert for_target(report, case.target) == report
