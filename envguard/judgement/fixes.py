"""Commands and sentences that mend a finding."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from envguard.facts.unknown import Unknown
from envguard.judgement.distribution_names import DISTRIBUTION_OF_IMPORT, canonical
from envguard.judgement.versions import parsed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from envguard.judgement.case import Case

PLAIN_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")


def install(case: Case, distribution: str) -> str:
    """The command that brings a distribution as it was recorded."""
    recorded = case.recorded_packages.get(canonical(distribution))
    if recorded is not None and recorded.origin.kind not in {"index", "unknown"}:
        return (
            f"Install {distribution} from where it came from: "
            f"{recorded.origin.url or recorded.origin.kind}"
            + (f" at {recorded.origin.commit}" if recorded.origin.commit else "")
        )
    written = case.written_with(canonical(distribution))
    if recorded is not None and not isinstance(recorded.version, Unknown):
        version: str | None = recorded.version
    else:
        version = written[-1] if written else None
    return install_release(distribution, version)


def install_release(distribution: str, version: str | None) -> str:
    """The pip command for one release; words that no shell may see become a sentence."""
    if not PLAIN_NAME.fullmatch(distribution):
        return "Install the distribution named above, as it was recorded."
    if version is None or parsed(version) is None:
        return f'python -m pip install "{distribution}"'
    return f'python -m pip install "{distribution}=={version}"'


def bring_module(case: Case, module: str) -> str:
    """How the target gets a module that it lacks: its distribution, or the recorded file."""
    top = module.partition(".")[0]
    for recorded in case.recorded_modules.values():
        if recorded.module.partition(".")[0] == top:
            folder, file = posixpath.split(recorded.path.replace("\\", "/"))
            return (
                f"Put {file} (recorded from {folder or '.'}) on the target's import path, "
                "or check with --code DIR"
            )
    distribution = distribution_of(case, module)
    if distribution is None:
        return (
            f"Install the distribution that provides {top}, or, if it is your own code, "
            "check with --code DIR"
        )
    return install(case, distribution)


def distribution_of(case: Case, module: str) -> str | None:
    """The distribution that owns a module, or None.

    The snapshot is asked first, then what is installed, then the known mismatches of import and
    distribution names.
    """
    top = module.partition(".")[0]
    owners: Iterable[str | None] = (
        *(n.distribution for n in case.needs if n.module == module),
        *(n.distribution for n in case.needs if n.module.partition(".")[0] == top),
        *(name for name, d in case.recorded_packages.items() if top in d.imports),
        *(name for name, d in case.target_packages.items() if top in d.imports),
        DISTRIBUTION_OF_IMPORT.get(top),
    )
    return next((owner for owner in owners if owner is not None), None)
