"""Snapshots to store: a real one, and generated ones of any content."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from envguard.facts.artifact import ArtifactFacts, Need
from envguard.facts.environment import Distribution, EnvironmentFacts, Interpreter, Origin, Platform
from envguard.facts.snapshot import Snapshot, Tool
from envguard.facts.source import CodeFacts, GitState, LocalModule, NoRepository, Submodule
from envguard.facts.unknown import Unknown

RELEASED = Path(__file__).parent / "released"


@pytest.fixture
def snapshot():
    """A snapshot of a pipeline, as an earlier run wrote it."""
    return msgspec.json.decode((RELEASED / "snapshot-1-pipeline.json").read_bytes(), type=Snapshot)


def distribution(number):
    return Distribution(
        name=f"package-{number}",
        version=f"1.{number}",
        path=f"/venv/lib/python3.11/site-packages/package_{number}-1.{number}.dist-info",
        origin=Origin(kind="index", url=None),
        installer="pip",
        requested=number % 2 == 0,
        record_sha256="0" * 64,
        requires=tuple(f"package-{other} (>=1.0) ; extra == 'all'" for other in range(number % 9)),
        requires_python=">=3.9",
        imports=(f"package_{number}",),
    )


def make_snapshot(packages, *, source=None, name="model.pkl"):
    """A snapshot with so many packages."""
    return Snapshot(
        artifact=ArtifactFacts(
            name=name,
            size=3,
            digests={"sha256": "0" * 64},
            format="pickle",
            needs=(Need(module="sklearn", name="Pipeline", kind="call"),),
        ),
        environment=EnvironmentFacts(
            interpreter=Interpreter(
                implementation="cpython",
                version="3.11.7",
                build="3.11.7 (main) [GCC 12]",
                cache_tag="cpython-311",
                soabi=Unknown("the build has none"),
                platform_tag="linux-x86_64",
                free_threaded=False,
                debug=False,
                byte_order="little",
                pointer_bits=64,
                prefix_kind="venv",
                executable="/venv/bin/python",
                highest_protocol=5,
            ),
            platform=Platform(
                system="Linux",
                release="6.1",
                machine="x86_64",
                os_release="debian 12",
                libc="glibc",
            ),
            packages=tuple(map(distribution, range(packages))),
        ),
        source=source,
        tool=Tool(name="envguard", version="0.1.0"),
        created="2026-11-21T03:41:49Z",
    )


def all_snapshots():
    git = GitState(
        root="/train",
        commit=Unknown("no commits yet"),
        branch=None,
        dirty=("a.py", "ü.py"),
        untracked=Unknown("git did not answer within 2 s"),
        submodules=(Submodule(path="libs/a", commit=None, dirty=Unknown("damaged")),),
    )
    local = LocalModule(
        module="m", path="/train/m.py", sha256="0", syntax_sha256=Unknown("a syntax error")
    )
    return {
        "place": msgspec.structs.replace(make_snapshot(3), artifact=None),
        "git": make_snapshot(1, source=CodeFacts(git=git, modules=(local,))),
        "no repository": make_snapshot(0, source=CodeFacts(git=NoRepository(folder="/train"))),
        "unknown repository": make_snapshot(0, source=CodeFacts(git=Unknown("damaged"))),
        "odd names": make_snapshot(1, name='mödel "1"\n\x00.pkl'),
    }


@pytest.fixture(params=sorted(all_snapshots()))
def any_snapshot(request):
    """One of several snapshots that differ in which facts are known."""
    return all_snapshots()[request.param]


@pytest.fixture
def snapshot_of():
    """A maker of snapshots with so many packages."""
    return make_snapshot
