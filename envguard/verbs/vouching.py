"""Names that a project vouches for, so far as anybody may."""

from __future__ import annotations

from pathlib import Path

from envguard.configuration import read_configuration
from envguard.errors import UsageError
from envguard.judgement.dangers import harm_of


def vouched_names(folder: str) -> frozenset[str]:
    """The known names of the project that a folder is in, as ``module:name`` or ``module:*``.

    Raises:
        UsageError: its settings cannot be read, or vouch for what is known to do harm.
    """
    settings = read_configuration(Path(folder))
    for entry in settings.known_names:
        module, _, name = entry.partition(":")
        harm = harm_of(module, "" if name == "*" else name)
        if harm is not None:
            raise UsageError(
                f"known-names in {settings.path} cannot vouch for {entry}.",
                why=f"In a pickle {harm}, whoever wrote it.",
                fix="Leave it out; it is reported wherever an artifact names it.",
            )
    return frozenset(settings.known_names)
