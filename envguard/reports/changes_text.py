"""Differences between two places, as a person reads them: by what the artifact uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.reports.layout import Cell, fit, hang, joined, paint, row
from envguard.reports.report_text import count, title
from envguard.reports.visible import cells

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envguard.facts.report import Change, Diff, Tier
    from envguard.reports.layout import Screen

TIERS: dict[Tier, str] = {
    "T0": "what the artifact names",
    "T1": "what provides those names",
    "T2": "what those require",
    "T3": "what was imported besides",
    "T4": "everything else",
}
FAR: frozenset[Tier] = frozenset({"T3", "T4"})
"""Tiers whose drift is only counted when a snapshot is replaced."""
SHOWN = 20
"""Changes told of a replaced snapshot; a comparison that was asked for tells all."""
SUBJECT_LIMIT = 60
VALUE_LIMIT = 120
INDENT = 2


def render(diff: Diff, screen: Screen) -> str:
    """Both places and all that differs between them."""
    lines = title(screen, diff.before, diff.after)
    lines.append(count(len(diff.changes), "difference") if diff.changes else "no differences")
    for tier, meaning in TIERS.items():
        if found := [change for change in diff.changes if change.tier == tier]:
            lines += ["", paint(f"{tier} {meaning} ({len(found)})", "strong", screen)]
            shown = found if tier not in FAR else found[:SHOWN]
            lines += _aligned(shown, screen)
            if (more := len(found) - len(shown)) > 0:
                lines.append(f"  and {more} more: --format json has them all")
    return joined(lines)


def against_replaced(changes: Sequence[Change], screen: Screen) -> list[str]:
    """What changed since the snapshot that stood there, far tiers as a count."""
    if not changes:
        return row(screen, Cell("replaced"), "a snapshot that recorded the same")
    near = [change for change in changes if change.tier not in FAR]
    far = len(changes) - len(near)
    told = f"{count(len(changes), 'change')} since the snapshot that stood here"
    if far:
        told += f", {'all' if far == len(changes) else far} in what the artifact does not use"
    lines = [*row(screen, Cell("replaced"), told), *_aligned(near[:SHOWN], screen)]
    if (more := len(near) - SHOWN) > 0:
        lines.append(f"  and {more} more")
    return lines


def _aligned(changes: Sequence[Change], screen: Screen) -> list[str]:
    limit = min(SUBJECT_LIMIT, screen.width // 2)
    names = [fit(change.subject, limit, screen) for change in changes]
    width = max(map(cells, names), default=0) + 2
    lines: list[str] = []
    for name, change in zip(names, changes, strict=True):
        before = fit(change.before or "nothing", VALUE_LIMIT, screen)
        after = fit(change.after or "nothing", VALUE_LIMIT, screen)
        lead = [(Cell(""), INDENT), (Cell(name), width)]
        lines += hang(screen, lead, f"{before} {screen.arrow} {after}")
    return lines
