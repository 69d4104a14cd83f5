"""Results of every kind and size, for the reports to tell."""

from __future__ import annotations

import pytest

from envguard.facts.artifact import (
    Anomaly,
    ArtifactFacts,
    EmbeddedCode,
    EmbeddedVersion,
    Need,
    Producer,
)
from envguard.facts.environment import Distribution, EnvironmentFacts, Interpreter, Origin, Platform
from envguard.facts.report import (
    Behaviour,
    Change,
    Danger,
    Diff,
    Finding,
    Hindrance,
    Inspection,
    Load,
    Report,
    ReportArtifact,
    ReportTarget,
    RulePage,
    StaticBehaviour,
    StaticLoad,
    Unchecked,
    Written,
)
from envguard.facts.snapshot import Snapshot, Tool
from envguard.facts.source import CodeFacts, GitState, LocalModule

DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


CHECKS = """The release of each distribution that owns a name in the artifact,
against the one that was recorded.

It looks at:

- the ``METADATA`` of the target, wherever on its import path that
  stands
- the version in the state
"""


def make_finding(**changed):
    plain = {
        "rule": "EG203",
        "name": "release-differs",
        "level": "error",
        "subject": "scikit-learn",
        "expected": "1.5.2",
        "found": "1.9.1",
        "why": "Estimators pickled by one release may fail, or answer otherwise, in another.",
        "evidence": "model.pkl: _sklearn_version",
        "fix": 'python -m pip install "scikit-learn==1.5.2"',
    }
    return Finding(**{**plain, **changed})


def make_report(
    *findings,
    path="model.pkl",
    label="envs/prod (CPython 3.11.7)",
    verdict="broken",
    load=StaticLoad(outcome="undecided", reasons=()),  # noqa: B008  (frozen)
    use=StaticBehaviour(outcome="undecided", reasons=()),  # noqa: B008  (frozen)
    unchecked=(),
):
    return Report(
        artifact=ReportArtifact(path=path, digests={"sha256": DIGEST}),
        target=ReportTarget(label=label, kind="interpreter"),
        verdict=verdict,
        load=Load(static=load),
        behaviour=Behaviour(static=use),
        findings=findings,
        unchecked=tuple(Unchecked(rule=rule, reason=reason) for rule, reason in unchecked),
    )


def make_facts(**changed):
    plain = {
        "name": "model.pkl",
        "size": 12345678,
        "digests": {"sha256": DIGEST},
        "format": "joblib",
        "serializer": "joblib",
        "compression": "zlib",
        "protocol": 4,
        "producer": Producer(library="scikit-learn", version="1.5.2"),
        "versions": (EmbeddedVersion(library="scikit-learn", version="1.5.2", where="a"),),
        "needs": (
            Need(
                module="sklearn.ensemble._forest",
                name="RandomForestClassifier",
                distribution="scikit-learn",
            ),
            Need(module="sklearn.tree._classes", name="DecisionTreeClassifier"),
            Need(module="sklearn.tree._tree", name="Tree", distribution="scikit-learn"),
            Need(module="numpy", name="dtype", distribution="numpy", kind="call"),
            Need(module="numpy", name="ndarray", distribution="numpy"),
            Need(module="features", name="clean_text"),
        ),
        "complete": True,
    }
    return ArtifactFacts(**{**plain, **changed})


def make_environment(distributions=83):
    return EnvironmentFacts(
        interpreter=Interpreter(
            implementation="cpython",
            version="3.11.7",
            build="3.11.7 (main)",
            cache_tag="cpython-311",
            soabi="cpython-311-x86_64-linux-gnu",
            platform_tag="linux-x86_64",
            free_threaded=False,
            debug=False,
            byte_order="little",
            pointer_bits=64,
            prefix_kind="venv",
            executable="/srv/train/bin/python",
            highest_protocol=5,
        ),
        platform=Platform(
            system="Linux",
            release="6.1.0",
            machine="x86_64",
            os_release="debian 12",
            libc="glibc 2.36",
        ),
        packages=tuple(
            Distribution(
                name=f"package-{number}",
                version="1.0",
                path=f"/srv/package_{number}-1.0.dist-info",
                origin=Origin(kind="index"),
            )
            for number in range(distributions)
        ),
    )


def make_git(**changed):
    plain = {
        "root": "/srv/train",
        "commit": "1a2b3c4d5e6f708192a3b4c5d6e7f80910213243",
        "branch": "main",
        "dirty": ("train.py", "features.py"),
        "untracked": ("notes.txt",),
    }
    return GitState(**{**plain, **changed})


def make_code(git=None):
    module = LocalModule(
        module="features", path="/srv/train/features.py", sha256=DIGEST, syntax_sha256=DIGEST
    )
    return CodeFacts(git=git or make_git(), modules=(module,))


def make_hindrance(**changed):
    plain = {
        "rule": "EG302",
        "subject": "__main__.clean",
        "text": "It is defined in the script that ran, so another program does not have it.",
        "fix": "Move it into a module and import it from there.",
    }
    return Hindrance(**{**plain, **changed})


def make_written(**changed):
    plain = {
        "path": "models/model.pkl.envguard.json",
        "digest": f"sha256:{DIGEST}",
        "snapshot": Snapshot(
            artifact=make_facts(),
            environment=make_environment(),
            source=make_code(),
            tool=Tool(name="envguard", version="0.1.0"),
            created="2026-01-02T03:04:05Z",
        ),
        "hindrances": (),
        "replaced": None,
    }
    return Written(**{**plain, **changed})


def make_inspection(path="models/model.pkl", dangers=(), **changed):
    return Inspection(path=path, facts=make_facts(**changed), dangers=dangers)


def make_changes(*rows):
    return tuple(
        Change(tier=tier, subject=subject, before=before, after=after)
        for tier, subject, before, after in rows
    )


def make_page(**changed):
    plain = {
        "code": "EG203",
        "name": "release-differs",
        "family": "EG2 distributions",
        "level": "error",
        "summary": "A distribution that provides needed names has another release.",
        "sections": (
            (
                "What it checks",
                CHECKS,
            ),
            ("Example", "A check says::\n\n    $ envguard check model.pkl --target prod\n"),
            ("Fix", "Install the recorded release:\n\n    python -m pip install x==1"),
        ),
    }
    return RulePage(**{**plain, **changed})


class Results:
    """The builders above, since test folders are no packages to import from."""

    finding = staticmethod(make_finding)
    report = staticmethod(make_report)
    facts = staticmethod(make_facts)
    environment = staticmethod(make_environment)
    git = staticmethod(make_git)
    code = staticmethod(make_code)
    hindrance = staticmethod(make_hindrance)
    written = staticmethod(make_written)
    inspection = staticmethod(make_inspection)
    changes = staticmethod(make_changes)
    page = staticmethod(make_page)


@pytest.fixture
def results():
    return Results


@pytest.fixture
def diff_of():
    return lambda *rows: Diff(before="a.json", after="b.json", changes=make_changes(*rows))


@pytest.fixture
def embedded():
    return EmbeddedCode(
        function="clean_text",
        pythons=("3.11", "3.12"),
        names=tuple(f"name{number}" for number in range(12)),
    )


@pytest.fixture
def danger():
    return Danger(
        module="posix", name="system", level="dangerous", why="It runs a command of a shell."
    )


@pytest.fixture
def anomaly():
    return Anomaly(kind="trailing-data", offset=812, text="Bytes follow the end of the pickle.")
