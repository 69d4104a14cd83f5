"""A snapshot that was written, as a person reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.facts.source import GitState, NoRepository
from envguard.facts.unknown import Unknown
from envguard.reports.changes_text import against_replaced
from envguard.reports.fixes import fix_lines
from envguard.reports.inspection_text import kind_of, maker_of
from envguard.reports.layout import Cell, coded, joined, row
from envguard.reports.report_text import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envguard.facts.artifact import ArtifactFacts
    from envguard.facts.environment import EnvironmentFacts
    from envguard.facts.report import Hindrance, Written
    from envguard.facts.source import CodeFacts
    from envguard.reports.layout import Screen

SHORT_COMMIT = 10
SHORT_DIGEST = len("sha256:") + 12
IMPLEMENTATIONS = {"cpython": "CPython", "pypy": "PyPy", "graalpy": "GraalPy"}


def render(written: Sequence[Written], screen: Screen) -> str:
    """Each snapshot: where it is, what it records, what will not travel, what changed."""
    return "\n".join(joined(_written(one, screen)) for one in written)


def _written(written: Written, screen: Screen) -> list[str]:
    snapshot = written.snapshot
    digest = written.digest[:SHORT_DIGEST]
    lines = row(screen, Cell("wrote", "holds"), f"{written.path} ({digest})")
    if snapshot.artifact is not None:
        lines += row(screen, Cell("artifact"), _artifact(snapshot.artifact))
    place = _place(snapshot.environment)
    if snapshot.source is not None:
        place = f"{place}; {_code(snapshot.source)}"
    lines += row(screen, Cell("made with"), place)
    for note in written.notes:
        lines += row(screen, Cell("note", "note"), note)
    if written.hindrances:
        lines += ["", f"{count(len(written.hindrances), 'thing')} will not travel"]
    for hindrance in written.hindrances:
        lines += _hindrance(hindrance, screen)
    if written.replaced is not None:
        lines += ["", *against_replaced(written.replaced, screen)]
    return lines


def _artifact(facts: ArtifactFacts) -> str:
    needed = f"{count(len(facts.needs), 'name')} needed" if facts.format else "needs not known"
    parts = [kind_of(facts), needed]
    if maker := maker_of(facts):
        parts.insert(1, f"made by {maker}")
    return ", ".join(parts)


def _place(environment: EnvironmentFacts) -> str:
    interpreter, platform = environment.interpreter, environment.platform
    name = IMPLEMENTATIONS.get(interpreter.implementation, interpreter.implementation)
    return (
        f"{name} {interpreter.version} on {platform.system} {platform.machine}, "
        f"{count(len(environment.packages), 'distribution')}"
    )


def _code(source: CodeFacts) -> str:
    git = source.git
    if isinstance(git, Unknown):
        text = f"git unknown: {git.reason}"
    elif isinstance(git, NoRepository):
        text = "no git repository"
    else:
        text = _repository(git)
    if source.modules:
        text = f"{text}; {count(len(source.modules), 'local module')}"
    return text


def _repository(git: GitState) -> str:
    if isinstance(git.commit, Unknown):
        commit = f"commit unknown ({git.commit.reason})"
    else:
        commit = git.commit[:SHORT_COMMIT]
    where = f"on {git.branch}" if git.branch else "detached"
    return f"git {commit} {where}, {_tree(git)}"


def _tree(git: GitState) -> str:
    """Whether the commit tells all of the code."""
    if isinstance(git.dirty, Unknown):
        return f"changes unknown ({git.dirty.reason})"
    parts = [f"dirty ({count(len(git.dirty), 'file')})"] if git.dirty else ["clean"]
    if isinstance(git.untracked, Unknown):
        parts.append(f"untracked files unknown ({git.untracked.reason})")
    elif git.untracked:
        parts.append(f"{len(git.untracked)} untracked")
    return ", ".join(parts)


def _hindrance(hindrance: Hindrance, screen: Screen) -> list[str]:
    body = f"{hindrance.subject}: {hindrance.text}"
    lines = coded(screen, Cell("stays", "warning"), hindrance.rule, body)
    return lines + (fix_lines(screen, hindrance.fix) if hindrance.fix else [])
