"""EG3, continued: local code that the artifact reaches is there, and is the recorded one."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from envguard.facts.unknown import Unknown
from envguard.judgement.fixes import bring_module, distribution_of
from envguard.judgement.resolving import settled
from envguard.judgement.rules.rule import Rule, counted, listing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from envguard.facts.source import LocalModule
    from envguard.facts.target import Resolution
    from envguard.judgement.case import Case
    from envguard.judgement.rules.rule import Judged

LOCAL_MODULE_CHANGED = Rule(
    code="EG305",
    name="local-module-changed",
    level="error",
    why="The artifact holds names only; what they do is decided by the code that is there.",
)
LOCAL_MODULE_FROM_CURRENT_FOLDER = Rule(
    code="EG306",
    name="local-module-from-current-folder",
    level="warning",
    why="The program that loads the artifact may start in another folder and not find it.",
)
LOCAL_IMPORT_MISSING = Rule(
    code="EG307",
    name="local-import-missing",
    level="error",
    why="The local module is there, but importing it ends with ModuleNotFoundError.",
)


def local_module_changed(case: Case) -> Iterator[Judged]:
    """Local code that the artifact reaches is the recorded code.

    What it checks:
        The digest of each local module's syntax tree; comments and formatting do not count.
        Also whether a recorded local module now belongs to a distribution, or the reverse.
    Why it breaks:
        A pickled function is a name. If its body changed, the artifact loads and answers
        otherwise, without any error.
    Example:
        clip_outliers in pipeline_steps.py got another limit after training.
    Fix:
        Bring back the recorded code, or train again.
    When it cannot tell:
        A module's syntax could not be read, the target does not show its local code, or the
        snapshot holds none.
    """
    if case.recorded is None:
        return
    answers = settled(case)
    for name, recorded in case.recorded_modules.items():
        found = case.target_modules.get(name)
        if found is not None:
            yield from _compared(case, recorded, found)
        else:
            yield from _not_local_there(case, recorded, answers)
    for name, found in case.target_modules.items():
        if name not in case.recorded_modules:
            yield from _not_local_here(case, found)


def _compared(case: Case, recorded: LocalModule, found: LocalModule) -> Iterator[Judged]:
    if recorded.sha256 == found.sha256:
        return
    before, after = recorded.syntax_sha256, found.syntax_sha256
    for side in (before, after):
        if isinstance(side, Unknown):
            yield LOCAL_MODULE_CHANGED.unchecked(f"{found.module}: {side.reason}")
            return
    if before != after:
        yield LOCAL_MODULE_CHANGED.finding(
            subject=found.module,
            expected=f"syntax sha256:{_short(before)}",
            found=f"syntax sha256:{_short(after)}",
            evidence=f"{found.path}, recorded from {recorded.path}",
            fix=_restore(case, recorded),
        )


def _restore(case: Case, recorded: LocalModule) -> str:
    source = case.recorded.source if case.recorded else None
    commit = getattr(source.git, "commit", None) if source else None
    clean = recorded.tracked is True and recorded.dirty is False
    at = f" of commit {commit[:12]}" if isinstance(commit, str) and clean else ""
    return f"Bring back {recorded.path}{at}, or train again with the code that is there"


def _not_local_there(
    case: Case, recorded: LocalModule, answers: tuple[Resolution, ...]
) -> Iterator[Judged]:
    """A recorded local module that the target does not have as local code."""
    name = recorded.module
    owners = sorted(
        {a.distribution or "a distribution" for a in answers if a.module == name and _owned(a)}
    )
    if owners:
        yield LOCAL_MODULE_CHANGED.finding(
            subject=name,
            expected=f"local code, {recorded.path}",
            found=f"owned by {owners[0]}",
            evidence=f"{case.label}: {name} is imported from {owners[0]}",
            fix=f"Put {recorded.path} before {owners[0]} on the import path, or train with it",
        )
        return
    top = name.partition(".")[0]
    lacking = {a.missing or a.module for a in answers if a.state in _LACKING}
    if not any(missing.partition(".")[0] == top for missing in lacking):
        yield LOCAL_MODULE_CHANGED.unchecked(f"{name}: {case.label} does not show it")


_LACKING = frozenset({"module-missing", "import-fails"})


def _owned(answer: Resolution) -> bool:
    return answer.owner == "distribution" and answer.state in {"resolved", "name-missing"}


def _not_local_here(case: Case, found: LocalModule) -> Iterator[Judged]:
    """A local module of the target that the snapshot does not have as local code."""
    needs = [need for need in case.needs if need.module == found.module]
    owner = next((n.distribution for n in needs if n.distribution is not None), None)
    if owner is None and case.recorded_packages:
        top = found.module.partition(".")[0]
        owners = [name for name, d in case.recorded_packages.items() if top in d.imports]
        owner = owners[0] if owners else None
    if owner is not None:
        yield LOCAL_MODULE_CHANGED.finding(
            subject=found.module,
            expected=f"a module of {owner}",
            found=f"local code, {found.path}",
            evidence=f"{case.label}: {found.path} hides the distribution",
            fix=f"Take {found.path} off the import path, or rename it",
        )
    else:
        yield LOCAL_MODULE_CHANGED.unchecked(f"{found.module}: the snapshot holds no digest of it")


def _short(digest: str | Unknown) -> str:
    return "unknown" if isinstance(digest, Unknown) else digest.removeprefix("sha256:")[:12]


def local_module_from_current_folder(case: Case) -> Iterator[Judged]:
    """Local code is found without the help of the current folder.

    What it checks:
        Whether a local module was found only in the folder in which the check was started.
    Why it breaks:
        The service starts elsewhere, and there the module is missing.
    Example:
        The check runs in the project's folder, gunicorn in /.
    Fix:
        Put the folder on the import path of the program, and name it with ``--code``.
    When it cannot tell:
        Never: how a module was found is known for each.
    """
    folders: dict[str, list[str]] = {}
    for module in case.target_modules.values():
        if module.found_in == "current-folder":
            folders.setdefault(_root(module), []).append(module.module)
    for folder, modules in sorted(folders.items()):
        yield LOCAL_MODULE_FROM_CURRENT_FOLDER.finding(
            subject=modules[0] if len(modules) == 1 else counted(len(modules), "local module"),
            expected="on the import path",
            found=f"only in the current folder, {folder}",
            evidence=listing(sorted(modules)),
            fix=f"envguard check {case.artifact_name} --code {_quoted(folder)}",
        )


def _root(module: LocalModule) -> str:
    """The folder that would have to be on the import path."""
    path = module.path.replace("\\", "/")
    depth = module.module.count(".") + (posixpath.basename(path) == "__init__.py")
    folder = posixpath.dirname(path)
    for _ in range(depth):
        folder = posixpath.dirname(folder)
    return folder or "."


def _quoted(text: str) -> str:
    from shlex import quote  # noqa: PLC0415  (only where there is a finding)

    return quote(text)


def local_import_missing(case: Case) -> Iterator[Judged]:
    """What local code imports is there.

    What it checks:
        The module that was not found while a needed local module was imported or read.
    Why it breaks:
        The local module is there, and importing it ends with ``ModuleNotFoundError``.
    Example:
        pipeline_steps imports holidays, which no distribution of the artifact's needs.
    Fix:
        Install what the local module imports, or put it on the import path.
    When it cannot tell:
        Local code was neither read nor imported; see name-unresolved.
    """
    groups: dict[str, set[str]] = {}
    for answer in settled(case):
        if answer.owner != "local" or answer.missing is None or answer.state not in _LACKING:
            continue
        if answer.missing.partition(".")[0] != answer.module.partition(".")[0]:
            groups.setdefault(answer.missing, set()).add(answer.module)
    for missing, modules in sorted(groups.items()):
        distribution = distribution_of(case, missing)
        yield LOCAL_IMPORT_MISSING.finding(
            subject=missing,
            expected=f"a module of {distribution}" if distribution else "a module of that name",
            found="no such module",
            evidence=f"imported by {listing(sorted(modules))}",
            fix=bring_module(case, missing),
        )
