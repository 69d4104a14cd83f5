"""Columns whose widths depend on their content, drawn by rich."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.reports.layout import fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envguard.reports.layout import Cell, Screen

CELL_LIMIT = 240
STYLES = {
    "broken": "bold red",
    "holds": "bold green",
    "unknown": "bold yellow",
    "error": "bold red",
    "warning": "yellow",
    "note": "cyan",
    "strong": "bold",
    "quiet": "dim",
}
"""The styles of ``layout.SGR`` in rich's words."""


def table(
    rows: Sequence[Sequence[Cell]], screen: Screen, *, least: Sequence[int] = ()
) -> list[str]:
    """The rows as lines, columns aligned, long cells wrapped inside their column.

    ``least`` columns are as wide as it says, so that several tables align.

    The cells are Text, so nothing in them is read as rich's markup; there is no frame, so an
    encoding without box characters loses nothing.
    """
    from rich.console import Console  # noqa: PLC0415  (start-up: 35 ms)
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    grid = Table.grid(padding=(0, 2, 0, 0))
    for column in range(max(map(len, rows), default=0)):
        width = least[column] if column < len(least) else None
        grid.add_column(overflow="fold", width=width)
    for row in rows:
        grid.add_row(
            *(Text(fit(cell.text, CELL_LIMIT, screen), STYLES.get(cell.style, "")) for cell in row)
        )
    console = Console(
        width=screen.width,
        color_system="standard" if screen.colour else None,
        force_terminal=screen.colour,
        force_jupyter=False,
        legacy_windows=False,
        _environ={},  # the screen was decided by the caller, not by variables
    )
    with console.capture() as drawn:
        console.print(grid, end="")
    return [line.rstrip() for line in drawn.get().splitlines()]
