"""What an artifact is, needs and could do, as a person reads it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from envguard.reports.layout import Cell, fit, hang, joined, paint, row
from envguard.reports.report_text import count
from envguard.reports.visible import cells

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from envguard.facts.artifact import ArtifactFacts, EmbeddedCode, Need
    from envguard.facts.report import Inspection
    from envguard.reports.layout import Screen

SHOWN = 40
"""Packages, names told of one, and lines of any other list."""
NAME_LIMIT = 80
TITLE_LIMIT = 24
USED_LIMIT = 8
PATH_LIMIT = 240
INDENT = 2
UNITS = ("kB", "MB", "GB", "TB")
STEP = 1000
NOTHING = Cell("")
LEVELS = {"dangerous": "error", "unknown": "warning"}


def render(inspections: Sequence[Inspection], screen: Screen) -> str:
    """Each artifact by itself."""
    return "\n".join(joined(_inspection(inspection, screen)) for inspection in inspections)


def kind_of(facts: ArtifactFacts) -> str:
    """What the file is, in a few words: ``joblib, pickle protocol 3, zlib``."""
    if facts.format is None:
        return "no format that envguard knows"
    parts = [facts.format]
    if facts.serializer not in {None, facts.format}:
        parts.append(f"by {facts.serializer}")
    if facts.protocol is not None:
        parts.append(f"protocol {facts.protocol}")
    if facts.compression:
        parts.append(f"{facts.compression} compressed")
    return ", ".join(parts)


def maker_of(facts: ArtifactFacts) -> str:
    """The library that wrote it, with its release where known; empty where neither is."""
    if facts.producer is None:
        return ""
    return " ".join(filter(None, (facts.producer.library, facts.producer.version)))


def size_of(size: int) -> str:
    """A number of bytes as people say it."""
    if size < STEP:
        return count(size, "byte")
    amounts = {unit: size / STEP**power for power, unit in enumerate(UNITS, start=1)}
    unit = next((unit for unit, amount in amounts.items() if round(amount, 1) < STEP), UNITS[-1])
    return f"{amounts[unit]:.1f} {unit}"


def _inspection(inspection: Inspection, screen: Screen) -> list[str]:
    facts = inspection.facts
    lines = [
        paint(fit(inspection.path, PATH_LIMIT, screen), "strong", screen),
        *row(screen, Cell("kind"), f"{kind_of(facts)}, {size_of(facts.size)}"),
    ]
    if maker := maker_of(facts):
        lines += row(screen, Cell("made by"), maker)
    lines += _versions(facts, screen)
    for name, digest in sorted(facts.digests.items()):
        lines += row(screen, Cell(name), digest)
    return [
        *lines,
        *_needs(facts.needs, screen),
        *_listed(screen, Cell("code"), map(_code, facts.code)),
        *_dangers(inspection, screen),
        *_listed(
            screen,
            Cell("anomaly", "warning"),
            (f"at byte {a.offset}: {a.text} ({a.kind})" for a in facts.anomalies),
        ),
        *_completeness(facts, screen),
    ]


def _versions(facts: ArtifactFacts, screen: Screen) -> list[str]:
    """Releases in the state, unless the producer already says the only one."""
    told = dict.fromkeys(f"{v.library} {v.version}" for v in facts.versions)
    if not told or list(told) == [maker_of(facts)]:
        return []
    return row(screen, Cell("versions"), _some(tuple(told)))


def _needs(needs: tuple[Need, ...], screen: Screen) -> list[str]:
    """The names by package, the package's own name left off each."""
    if not needs:
        return row(screen, Cell("needs"), "no names")
    ordered = sorted(needs, key=lambda need: (_package(need), need.module, need.name))
    every = {name: list(found) for name, found in groupby(ordered, key=_package)}
    packages = count(len(every), "package")
    groups = dict(list(every.items())[:SHOWN])
    lines = row(screen, Cell("needs"), f"{count(len(needs), 'name')} of {packages}")
    limit = min(TITLE_LIMIT, screen.width // 3)
    titles = {name: f"{fit(name, limit, screen)} ({len(found)})" for name, found in groups.items()}
    column = max(map(cells, titles.values())) + INDENT
    for name, found in groups.items():
        names = dict.fromkeys(fit(_inside(need, name), NAME_LIMIT, screen) for need in found)
        lead = [(NOTHING, INDENT), (Cell(titles[name]), column)]
        lines += hang(screen, lead, _some(tuple(names)))
    if (more := len(every) - SHOWN) > 0:
        lines.append(f"  and {more} more: --format json has them all")
    return lines


def _inside(need: Need, package: str) -> str:
    """``.tree._tree.Tree`` of the package ``sklearn``."""
    dotted = ".".join(filter(None, (need.module, need.name)))
    return dotted[len(package) :] or package


def _package(need: Need) -> str:
    return need.module.split(".", 1)[0] or need.name


def _code(code: EmbeddedCode) -> str:
    pythons = " or ".join(code.pythons) or "an unknown release"
    text = f"{code.function}: bytecode of Python {pythons}"
    return f"{text}, uses {_some(code.names, USED_LIMIT)}" if code.names else text


def _dangers(inspection: Inspection, screen: Screen) -> list[str]:
    if not inspection.dangers:
        read = "it" if inspection.facts.complete else "what was read"
        return row(screen, Cell("dangers"), f"none known in {read} (this is no malware scan)")
    lines: list[str] = []
    for level, style in LEVELS.items():
        found = [d for d in inspection.dangers if d.level == level]
        label = Cell("danger" if level == "dangerous" else level, style)
        named = (f"{'.'.join(filter(None, (d.module, d.name)))}: {d.why}" for d in found)
        lines += _listed(screen, label, named)
    return lines


def _completeness(facts: ArtifactFacts, screen: Screen) -> list[str]:
    if facts.complete:
        return row(screen, Cell("complete"), "every byte was accounted for")
    return row(
        screen,
        Cell("partial", "warning"),
        "not fully read: nothing here speaks for the rest of it",
    )


def _listed(screen: Screen, label: Cell, texts: Iterable[str]) -> list[str]:
    """A row for each text, and a count instead of what would be too many."""
    found = list(texts)
    lines = [line for text in found[:SHOWN] for line in row(screen, label, text)]
    if (more := len(found) - SHOWN) > 0:
        lines += row(screen, label, f"and {more} more: --format json has them all")
    return lines


def _some(names: tuple[str, ...], limit: int = SHOWN) -> str:
    more = len(names) - limit
    told = ", ".join(names[:limit])
    return f"{told} and {more} more" if more > 0 else told
