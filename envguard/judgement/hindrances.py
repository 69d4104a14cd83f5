"""What of a training run will not travel with its artifact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.facts.report import Hindrance
from envguard.facts.source import GitState, NoRepository
from envguard.facts.target import TargetFacts
from envguard.judgement.distribution_names import by_name
from envguard.judgement.origins import origin_text
from envguard.judgement.relevance import IMPORT_ALIASES, tiers_of
from envguard.judgement.rules.rule import counted, listing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from envguard.facts.artifact import ArtifactFacts
    from envguard.facts.snapshot import Snapshot
    from envguard.facts.source import CodeFacts, LocalModule


def hindrances_of(snapshot: Snapshot) -> tuple[Hindrance, ...]:
    """What stays behind when the artifact goes elsewhere, with the way out; by rule."""
    found: list[Hindrance] = []
    if snapshot.artifact is not None:
        found += _main_names(snapshot.artifact)
        found += _bytecode(snapshot.artifact, snapshot.environment.interpreter.minor)
        found += _homeless(snapshot)
    if snapshot.source is not None:
        found += _local_code(snapshot.source)
        found += _tree(snapshot.source)
    found += _editable(snapshot)
    return tuple(sorted(found, key=lambda h: (h.rule, h.subject, h.text)))


def _main_names(artifact: ArtifactFacts) -> Iterator[Hindrance]:
    names = sorted({n.name for n in artifact.needs if n.module == "__main__" and n.name})
    if names:
        yield Hindrance(
            rule="EG303",
            subject=f"__main__.{names[0]}" if len(names) == 1 else "__main__",
            text=f"{listing(names)} of __main__ will not be found: the process that loads has "
            "another __main__.",
            fix="Move them to a module, import them from it, and write the artifact again",
        )


def _bytecode(artifact: ArtifactFacts, minor: str) -> Iterator[Hindrance]:
    if artifact.code:
        functions = sorted({code.function for code in artifact.code})
        yield Hindrance(
            rule="EG105",
            subject="embedded code",
            text=f"{counted(len(artifact.code), 'code object')} ({listing(functions)}) run on "
            f"Python {minor} only; another one may crash.",
            fix="Move the code to a module that is installed in both places",
        )
    for code in artifact.code:
        if code.unbound:
            yield Hindrance(
                rule="EG602",
                subject=f"{code.function}()",
                text=f"It uses {listing(list(code.unbound))} of __main__, which only the process "
                "that wrote it has.",
                fix='Import inside the function, or dump with dill.settings["recurse"] = True',
            )


def _homeless(snapshot: Snapshot) -> Iterator[Hindrance]:
    """Modules that did not resolve even here: nobody's, neither installed nor local."""
    import sys  # noqa: PLC0415  (a table of names, not of this interpreter's state)

    artifact = snapshot.artifact
    local = {m.module for m in snapshot.source.modules} if snapshot.source else set()
    offered = {top for d in snapshot.environment.packages for top in d.imports}
    offered |= {module.partition(".")[0] for module in local} | set(IMPORT_ALIASES)
    offered |= {"__main__", "__builtin__", "copy_reg"} | sys.stdlib_module_names
    for need in artifact.needs if artifact else ():
        top = need.module.partition(".")[0]
        if need.distribution is None and top not in offered:
            yield Hindrance(
                rule="EG301",
                subject=need.module,
                text=f"{need.module} was not found even here.",
                fix="Take the snapshot with the interpreter that wrote the artifact (--target), "
                "or name the folder of the module with --code DIR",
            )


def _local_code(source: CodeFacts) -> Iterator[Hindrance]:
    if not source.modules:
        return
    if isinstance(source.git, NoRepository):
        yield Hindrance(
            rule="EG704",
            subject="local code",
            text=f"{listing(sorted(m.module for m in source.modules))} lie in no git repository.",
            fix="git init, commit the code, and take the snapshot again",
        )
        return
    for module in source.modules:
        yield from _module(module)


def _module(module: LocalModule) -> Iterator[Hindrance]:
    if module.tracked is False:
        yield Hindrance(
            rule="EG701",
            subject=module.module,
            text=f"{module.path} is not tracked by git: no clone will have it.",
            fix=f"git add {module.path}, commit, and take the snapshot again",
        )
    elif module.dirty is True:
        yield Hindrance(
            rule="EG702",
            subject=module.module,
            text=f"{module.path} differs from the commit that is recorded.",
            fix=f"Commit {module.path}, and take the snapshot again",
        )


def _tree(source: CodeFacts) -> Iterator[Hindrance]:
    if isinstance(source.git, GitState) and isinstance(source.git.dirty, tuple):
        dirty = sorted(source.git.dirty)
        if dirty:
            yield Hindrance(
                rule="EG702",
                subject="working tree",
                text=f"{counted(len(dirty), 'tracked file')} differ from the commit: "
                f"{listing(dirty)}.",
                fix="Commit before training, so that the commit tells what ran",
            )


def _editable(snapshot: Snapshot) -> Iterator[Hindrance]:
    needs = snapshot.artifact.needs if snapshot.artifact else ()
    environment = snapshot.environment
    tiers = tiers_of(needs, None, TargetFacts(environment=environment))
    for name, found in by_name(environment.packages).items():
        if found.origin.kind == "editable" and tiers.get(name) in {"T1", "T2"}:
            yield Hindrance(
                rule="EG703",
                subject=name,
                text=f"{name} is {origin_text(found.origin)}: its version says nothing of its "
                "code.",
                fix=f"Build a wheel of {name} and install that, or install it from a commit",
            )
