"""Facts built by hand: a model of scikit-learn 1.5.2 with a local function, and a twin of the
place where it was made. Each test bends one thing."""

from __future__ import annotations

import msgspec
import pytest

from envguard.facts.artifact import ArtifactFacts, DtypeLayout, EmbeddedCode, Need
from envguard.facts.environment import (
    Distribution,
    EnvironmentFacts,
    Interpreter,
    Origin,
    Platform,
)
from envguard.facts.snapshot import Snapshot, Tool
from envguard.facts.source import CodeFacts, GitState, LocalModule
from envguard.facts.target import Layout, Resolution, TargetFacts
from envguard.facts.unknown import Unknown
from envguard.judgement.case import Case
from envguard.judgement.distribution_names import by_name
from envguard.judgement.verdict import judge

NODE = ("left_child", "right_child", "feature", "threshold")
LOGISTIC = ("sklearn.linear_model._logistic", "LogisticRegression")


class Builder:
    """Makes facts; every part can be given, and what is not given is the twin's."""

    unknown = Unknown("it could not be read")
    node = NODE
    replace = staticmethod(msgspec.structs.replace)

    def need(self, module, name="", distribution=None):
        return Need(module=module, name=name, distribution=distribution)

    def origin(self, kind="index", **parts):
        return Origin(kind=kind, **parts)

    def distribution(self, name, version="1.0", **parts):
        parts.setdefault("path", f"/site/{str(name).replace('-', '_')}-{version}.dist-info")
        parts.setdefault("origin", Origin(kind="index"))
        return Distribution(name=name, version=version, **parts)

    def packages(self, **versions):
        """The stack of the twin; ``scikit_learn="1.9"`` bends a version, None takes one out."""
        stack = {
            "scikit-learn": ("1.5.2", ("numpy>=1.19", "scipy>=1.6", "joblib>=1.2"), ("sklearn",)),
            "numpy": ("1.26.4", (), ("numpy",)),
            "scipy": ("1.11.4", ("numpy>=1.21",), ("scipy",)),
            "joblib": ("1.4.2", (), ("joblib",)),
            "rich": ("13.7.1", (), ("rich",)),
        }
        bent = {key.replace("_", "-"): version for key, version in versions.items()}
        return tuple(
            self.distribution(name, bent.get(name, version), requires=requires, imports=imports)
            for name, (version, requires, imports) in stack.items()
            if bent.get(name, version) is not None
        )

    def bend(self, packages, name, **parts):
        """The same packages, one of them with other parts."""
        return tuple(msgspec.structs.replace(d, **parts) if d.name == name else d for d in packages)

    def interpreter(self, version="3.11.7", **parts):
        facts = {
            "implementation": "cpython",
            "build": f"{version} (main)",
            "cache_tag": "cpython-311",
            "soabi": "cpython-311-x86_64-linux-gnu",
            "platform_tag": "linux-x86_64",
            "free_threaded": False,
            "debug": False,
            "byte_order": "little",
            "pointer_bits": 64,
            "prefix_kind": "venv",
            "executable": "/venv/bin/python",
            "highest_protocol": 5,
        }
        return Interpreter(version=version, **(facts | parts))

    def platform(self, **parts):
        facts = {
            "system": "Linux",
            "release": "6.1",
            "machine": "x86_64",
            "os_release": "debian 12",
            "libc": "glibc 2.36",
        }
        return Platform(**(facts | parts))

    def environment(self, packages=None, interpreter=None, platform=None):
        return EnvironmentFacts(
            interpreter=interpreter or self.interpreter(),
            platform=platform or self.platform(),
            packages=self.packages() if packages is None else packages,
        )

    def module(self, name="pipeline_steps", **parts):
        facts = {
            "path": f"/train/src/{name.replace('.', '/')}.py",
            "sha256": "aa",
            "syntax_sha256": "bb",
            "tracked": True,
            "dirty": False,
        }
        return LocalModule(module=name, **(facts | parts))

    def git(self, **parts):
        facts = {
            "root": "/train",
            "commit": "0123456789abcdef",
            "branch": "main",
            "dirty": (),
            "untracked": (),
        }
        return GitState(**(facts | parts))

    def source(self, *modules, git=None):
        return CodeFacts(git=git or self.git(), modules=modules)

    def needs(self, *more):
        return (
            self.need(*LOGISTIC, "scikit-learn"),
            self.need("numpy.core.multiarray", "_reconstruct", "numpy"),
            *more,
        )

    def local_need(self):
        return self.need("pipeline_steps", "clip")

    def tree_need(self):
        return self.need("sklearn.tree._tree", "Tree", "scikit-learn")

    def layouts(self, *more):
        return (DtypeLayout(fields=(*NODE, *more)),)

    def code(self, function="scale", pythons=("3.11",), **parts):
        return EmbeddedCode(function=function, pythons=pythons, names=("log1p",), **parts)

    def artifact(self, *more, needs=None, **parts):
        facts = {
            "name": "model.pkl",
            "size": 1700,
            "digests": {"sha256": "ab12"},
            "format": "pickle",
            "serializer": "pickle",
            "protocol": 4,
            "complete": True,
        }
        return ArtifactFacts(needs=self.needs(*more) if needs is None else needs, **(facts | parts))

    def snapshot(self, artifact=None, environment=None, source=None, **parts):
        return Snapshot(
            artifact=artifact,
            environment=environment or self.environment(),
            source=source,
            tool=Tool(name="envguard", version="0.1.0"),
            created="2026-11-21T03:41:49Z",
            **parts,
        )

    def answer(self, module, name="", state="resolved", **parts):
        facts = {"by": "files", "owner": "distribution"}
        return Resolution(module=module, name=name, state=state, **(facts | parts))

    def answers(self, needs, *bent):
        """All of them resolved, save those that are given."""
        given = {(a.module, a.name): a for a in bent}
        plain = {
            (n.module, n.name): self.answer(
                n.module,
                n.name,
                owner="distribution" if n.distribution else "local",
                distribution=n.distribution,
            )
            for n in needs
        }
        return tuple((plain | given).values())

    def layout(self, *fields):
        return (Layout(module="sklearn.tree._tree", name="NODE_DTYPE", fields=fields or NODE),)

    def target(self, artifact=None, *bent, packages=None, environment=None, **parts):
        needs = (artifact or self.artifact()).needs
        return TargetFacts(
            environment=environment or self.environment(packages),
            resolutions=parts.pop("resolutions", self.answers(needs, *bent)),
            **parts,
        )

    def case(self, artifact=None, target=None, recorded=..., **parts):
        """The twin, or what is made of it; ``recorded=None`` leaves the snapshot out."""
        artifact = self.artifact() if artifact is None else artifact
        if recorded is ...:
            recorded = self.snapshot(artifact)
        facts = {"target_kind": "interpreter", "label": "/venv", "artifact_name": "model.pkl"}
        return Case(
            artifact=artifact,
            recorded=recorded,
            target=target or self.target(artifact),
            **(facts | parts),
        )

    def snapshot_case(self, artifact=None, environment=None, **parts):
        """The same, checked against another snapshot, which cannot be asked for names."""
        artifact = self.artifact() if artifact is None else artifact
        target = TargetFacts(environment=environment or self.environment())
        return self.case(artifact, target, target_kind="snapshot", label="other", **parts)

    def local_case(self, *bent, recorded=None, there=None, **parts):
        """A model with a function of pipeline_steps, which both places have."""
        artifact = self.artifact(self.local_need())
        here = (self.module(),) if recorded is None else recorded
        return self.case(
            artifact,
            self.target(artifact, *bent, modules=here if there is None else there),
            recorded=self.snapshot(artifact, source=self.source(*here, git=parts.pop("git", None))),
            **parts,
        )

    def judge(self, case, fail_on="error"):
        return judge(case, fail_on=fail_on, path="models/model.pkl")

    def findings(self, case, code):
        return [f for f in self.judge(case).findings if f.rule == code]

    def finding(self, case, code):
        """The one finding of that rule."""
        (found,) = self.findings(case, code)
        return found

    def doubts(self, case, code):
        return [u.reason for u in self.judge(case).unchecked if u.rule == code]

    def silent(self, case, code):
        return not self.findings(case, code) and not self.doubts(case, code)

    def by_name(self, packages):
        return by_name(packages)


@pytest.fixture(scope="session")
def build():
    return Builder()
