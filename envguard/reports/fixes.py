"""How the way out of a finding is shown: commands stay on one line, sentences wrap."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from envguard.reports.layout import CODE, LABEL, Cell, coded, unbroken

if TYPE_CHECKING:
    from collections.abc import Iterable

    from envguard.reports.layout import Screen

PROGRAMS = frozenset(
    {"conda", "docker", "dvc", "envguard", "export", "git", "mamba", "pip", "pipx", "uv"}
)
PYTHON = re.compile(r"python[\d.]*(\.exe)?")
FIRST_WORD = re.compile(r"""\"([^\"]+)\"|'([^']+)'|(\S+)""")
INSTALL = re.compile(r'(?P<command>.+ install (?:--python \S+ )?)(?P<what>"[^"\s]+")')
NOTHING = Cell("")


def is_command(text: str) -> bool:
    """Whether ``text`` is meant for a shell: a program first, or variables set for one."""
    quoted = FIRST_WORD.match(text)
    first = next(filter(None, quoted.groups()), "") if quoted else ""
    program = re.split(r"[/\\]", first)[-1].lower()
    return (
        program in PROGRAMS
        or PYTHON.fullmatch(program) is not None
        or re.fullmatch(r"[A-Z_][A-Z0-9_]*=.*", first) is not None
    )


def joint_install(fixes: Iterable[str]) -> str | None:
    """One command for all that several of ``fixes`` install, where they share their installer.

    One after the other, each would resolve by itself and might undo the one before.
    """
    wanted: dict[str, dict[str, None]] = {}
    for fix in fixes:
        if found := INSTALL.fullmatch(fix):
            wanted.setdefault(found["command"], {})[found["what"]] = None
    command = max(wanted, key=lambda one: len(wanted[one]), default="")
    if len(wanted.get(command, ())) < 2:  # noqa: PLR2004  (one is its own fix)
        return None
    return f"{command}{' '.join(wanted[command])}"


def fix_lines(screen: Screen, fix: str) -> list[str]:
    """The lines of a fix: words wrapped, the command that they lead to on a line of its own."""
    words, command = _parted(fix)
    lines = coded(screen, NOTHING, "fix", words) if words else []
    if command:
        label = Cell("" if words else "fix", "quiet")
        lines.append(unbroken(screen, [(NOTHING, LABEL), (label, CODE)], command))
    return lines


def _parted(fix: str) -> tuple[str, str]:
    """The sentence and the command of ``fix``, each empty where there is none."""
    if is_command(fix):
        return "", fix
    for mark in re.finditer(r": ", fix):
        if is_command(rest := fix[mark.end() :]):
            return fix[: mark.end() - 1], rest
    return fix, ""
