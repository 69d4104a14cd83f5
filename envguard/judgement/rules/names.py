"""EG3: every name that loading looks up is found in the target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.judgement.fixes import bring_module, distribution_of, install
from envguard.judgement.identity import obstacles
from envguard.judgement.resolving import settled
from envguard.judgement.rules.rule import Rule, counted, listing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from envguard.facts.target import Resolution
    from envguard.judgement.case import Case
    from envguard.judgement.rules.rule import Judged

MODULE_MISSING = Rule(
    code="EG301",
    name="module-missing",
    level="error",
    why="Loading imports it and ends with ModuleNotFoundError.",
)
NAME_MISSING = Rule(
    code="EG302",
    name="name-missing",
    level="error",
    why="Loading looks it up and ends with AttributeError.",
)
MAIN_NAME = Rule(
    code="EG303",
    name="main-name",
    level="error",
    why="The process that loads has another __main__, so the name is not there.",
)
IMPORT_FAILS = Rule(
    code="EG304",
    name="import-fails",
    level="error",
    why="Loading imports it and ends with the same exception.",
)
NAME_UNRESOLVED = Rule(
    code="EG312",
    name="name-unresolved",
    level="error",
    why="Whether loading finds the name was not proved.",
)


def module_missing(case: Case) -> Iterator[Judged]:
    """Every module that loading imports is there.

    What it checks:
        The module of each needed name, found in the target from its files or by import. One
        finding for each missing top-level module.
    Why it breaks:
        Loading ends with ``ModuleNotFoundError``.
    Example:
        ``No module named 'pipeline_steps'``: local code that stayed on the training machine.
    Fix:
        Install the distribution, or put the local module on the import path.
    When it cannot tell:
        The target cannot be asked, or the module could not be looked for; see name-unresolved.
    """
    for top, answers in _groups(settled(case), _missing_top):
        missing = sorted({a.missing or a.module for a in answers})
        subject = missing[0] if len(missing) == 1 else top
        yield MODULE_MISSING.finding(
            subject=subject,
            expected=_owner(case, subject),
            found="no such module" if len(missing) == 1 else f"none of {listing(missing)}",
            evidence=_evidence(case, answers),
            fix=bring_module(case, subject),
        )


def name_missing(case: Case) -> Iterator[Judged]:
    """Every name that loading looks up exists in its module.

    What it checks:
        Each needed name, found in the target from its files or by import. One finding for each
        module.
    Why it breaks:
        Loading ends with ``AttributeError: Can't get attribute``.
    Example:
        ``EuclideanDistance`` of a KNeighborsClassifier of scikit-learn 1.2 is gone in 1.3.
    Fix:
        Install the release that has the name.
    When it cannot tell:
        The target cannot be asked, or the module could not be read; see name-unresolved.
    """
    for module, answers in _groups(settled(case), _of_state("name-missing")):
        names = sorted({a.name for a in answers})
        distribution = distribution_of(case, module)
        yield NAME_MISSING.finding(
            subject=f"{module}.{names[0]}" if len(names) == 1 else module,
            expected=listing(names),
            found=f"not in {module}" + (f" ({answers[0].path})" if answers[0].path else ""),
            evidence=_evidence(case, answers),
            fix=install(case, distribution) if distribution else bring_module(case, module),
        )


def main_name(case: Case) -> Iterator[Judged]:
    """The artifact names nothing of ``__main__``.

    What it checks:
        Needed names whose module is ``__main__``: functions and classes of a script or notebook.
    Why it breaks:
        They are stored by name only. In the process that loads, ``__main__`` is the server.
    Example:
        A FunctionTransformer around a function defined in the training notebook.
    Fix:
        Move the definitions to a module, import them from there, and write the artifact again.
    When it cannot tell:
        Never: the names stand in the artifact.
    """
    answers = [a for a in settled(case) if a.module == "__main__"]
    if answers:
        names = sorted({a.name for a in answers if a.name})
        yield MAIN_NAME.finding(
            subject=f"__main__.{names[0]}" if len(names) == 1 else "__main__",
            expected=listing(names) or "__main__",
            found="another __main__",
            evidence=_evidence(case, answers),
            fix="Move them to a module, import them from it, and write the artifact again",
        )


def import_fails(case: Case) -> Iterator[Judged]:
    """Every installed module that loading imports can be imported.

    What it checks:
        What importing a needed module raised in the target.
    Why it breaks:
        Loading imports it as well and ends the same way.
    Example:
        ``numpy.dtype size changed, may indicate binary incompatibility``.
    Fix:
        Mend the installation; the exception says what it lacks.
    When it cannot tell:
        Imports were not allowed (``--resolve files``); see name-unresolved.
    """
    for module, answers in _groups(settled(case), _failing_import):
        first = answers[0]
        missing = first.missing
        distribution = distribution_of(case, missing or module)
        yield IMPORT_FAILS.finding(
            subject=module,
            expected="can be imported",
            found=first.detail or (f"No module named '{missing}'" if missing else "it fails"),
            evidence=_evidence(case, answers),
            fix=install(case, distribution)
            if distribution
            else bring_module(case, missing or module),
        )


def name_unresolved(case: Case) -> Iterator[Judged]:
    """Every needed name was looked for with a clear answer.

    What it checks:
        Names that neither files nor an import proved to be there or not.
    Why it breaks:
        It may not. What was not proved is not called good.
    Example:
        A name in an extension module, checked with ``--resolve files``.
    Fix:
        Allow imports (``--resolve auto``), or check against the interpreter itself.
    When it cannot tell:
        That is what this rule tells. A snapshot whose releases, sources, Python and platform are
        all the recorded ones needs no asking.
    """
    if case.target_kind == "snapshot" and not case.target.resolutions:
        against = obstacles(case) if case.needs else ()
        if against:
            yield NAME_UNRESOLVED.unchecked(
                f"a snapshot cannot be asked for names, and it is not the same: {against[0]}"
            )
        return
    answers = [a for a in settled(case) if a.state == "unproven"]
    if answers:
        details = sorted({a.detail for a in answers if a.detail})
        names = listing([_dotted(a) for a in answers])
        yield NAME_UNRESOLVED.unchecked(f"{names}" + (f": {listing(details)}" if details else ""))


def _missing_top(answer: Resolution) -> str | None:
    """The top-level module that is missing, if it is the needed one's own."""
    if answer.state != "module-missing":
        return None
    top = answer.module.partition(".")[0]
    return top if answer.missing is None or answer.missing.partition(".")[0] == top else None


def _failing_import(answer: Resolution) -> str | None:
    """The installed module whose import fails, by itself or by one that it imports."""
    if answer.owner == "local" and answer.missing is not None:
        return None  # told by local-import-missing
    elsewhere = answer.state == "module-missing" and _missing_top(answer) is None
    return answer.module if elsewhere or answer.state == "import-fails" else None


def _of_state(state: str) -> Callable[[Resolution], str | None]:
    return lambda answer: answer.module if answer.state == state else None


def _groups(
    answers: Iterable[Resolution], key: Callable[[Resolution], str | None]
) -> list[tuple[str, list[Resolution]]]:
    groups: dict[str, list[Resolution]] = {}
    for answer in answers:
        group = key(answer)
        if group is not None:
            groups.setdefault(group, []).append(answer)
    return sorted(groups.items())


def _dotted(answer: Resolution) -> str:
    return f"{answer.module}.{answer.name}" if answer.name else answer.module


def _evidence(case: Case, answers: list[Resolution]) -> str:
    names = sorted({_dotted(answer) for answer in answers})
    return f"{case.artifact_name}: {counted(len(names), 'needed name')}: {listing(names)}"


def _owner(case: Case, module: str) -> str:
    distribution = distribution_of(case, module)
    if distribution is not None:
        versions = case.written_with(distribution)
        return (
            f"a module of {distribution} {versions[-1]}"
            if versions
            else f"a module of {distribution}"
        )
    return "local code" if module in case.recorded_modules else "a module of that name"
