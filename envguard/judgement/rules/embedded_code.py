"""EG1 and EG6, continued: functions inside the artifact find, in the target, what they use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.facts.unknown import Unknown
from envguard.judgement.code_constructors import number
from envguard.judgement.embedded_needs import called_names, outcome
from envguard.judgement.fixes import bring_module
from envguard.judgement.rules.rule import Rule, listing
from envguard.judgement.versions import within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from envguard.judgement.case import Case
    from envguard.judgement.rules.rule import Judged

CELL_NOT_WRITABLE = Rule(
    code="EG108",
    name="cell-not-writable",
    level="error",
    why="Python 3.6 cannot set the value of a closure's cell, and loading does that.",
)
CALLED_NAME_MISSING = Rule(
    code="EG610",
    name="called-name-missing",
    level="error",
    why="It loads, and calling the function raises: it uses what the target does not have.",
)
_WRITABLE_CELLS_SINCE = (3, 7)
_CELL_SETTER = ("str:_setattr", "global:builtins.setattr")
_BUILTINS_GIVEN_SINCE = "0.3.4"
_BUILTINS_FOUND_SINCE = (3, 10)


def cell_not_writable(case: Case) -> Iterator[Judged]:
    """Closures in the artifact are filled in a way that the target's Python allows.

    What it checks:
        Whether dill fills the cells of closures after it made them, and the target's Python.
    Why it breaks:
        Cells can be written since Python 3.7. Before, loading ends with ``attribute
        'cell_contents' of 'cell' objects is not writable``.
        Source: dill 0.3.5 to 0.4.1, dill/_dill.py, save_cell; docs.python.org/3.7/whatsnew/3.7.
    Example:
        A closure saved by dill 0.3.6 on Python 3.8, loaded on 3.6.
    Fix:
        Use Python 3.7 or newer in the target.
    When it cannot tell:
        Never: the call stands in the artifact.
    """
    minor = case.target.environment.interpreter.minor
    if case.facts is None or number(minor) >= _WRITABLE_CELLS_SINCE:
        return
    if any(one.arguments[1:] == _CELL_SETTER for one in case.facts.constructors):
        yield CELL_NOT_WRITABLE.finding(
            subject="closure",
            expected="Python 3.7 or newer",
            found=f"Python {minor}",
            evidence=f"{case.artifact_name}: dill sets cell_contents",
            fix="Use Python 3.7 or newer in the target",
        )


def called_name_missing(case: Case) -> Iterator[Judged]:
    """Functions in the artifact find the modules and attributes that they use when called.

    What it checks:
        Modules that embedded functions import, and attributes that they read of modules, by
        their bytecode, against the target. What stands in a ``try`` is left out.
    Why it breaks:
        Loading does not run the function, so it looks none of them up; the call raises
        ModuleNotFoundError or AttributeError.
    Example:
        def scale(x): return x.astype(np.float_), saved with numpy 1.26, called with numpy 2.
    Fix:
        Install the release that the function was written for, or write it anew.
    When it cannot tell:
        The target could not be asked; and names that the function computes.
    """
    answers = {(one.module, one.name): one for one in case.target.resolutions}
    for code in case.facts.code if case.facts else ():
        missing = [
            (module, name)
            for module, name in called_names(code)
            if outcome(answers, module, name) == "missing"
        ]
        if missing:
            names = [f"{module}.{name}" if name else module for module, name in missing]
            yield CALLED_NAME_MISSING.finding(
                subject=f"{code.function}()",
                expected=listing(names),
                found=f"not in {case.label}",
                evidence=f"{case.artifact_name}: bytecode of {code.function}",
                fix=bring_module(case, missing[0][0]),
            )
        elif _cannot_import(case, code.imports, carries=code.carries_globals):
            yield CALLED_NAME_MISSING.finding(
                subject=f"{code.function}()",
                expected=f"import of {listing(list(code.imports))}",
                found=f"dill {case.target_version('dill')}, whose functions have no __import__",
                evidence=f"{case.artifact_name}: bytecode of {code.function}",
                fix=f'python -m pip install "dill>={_BUILTINS_GIVEN_SINCE}"',
            )


def _cannot_import(case: Case, imports: tuple[str, ...], *, carries: bool) -> bool:
    """Whether dill makes a function whose globals have no builtins to import with.

    Source: dill 0.3.4, dill/_dill.py, _create_function, which adds them; Python 3.10 finds those
    of the thread instead: Objects/funcobject.c, PyFunction_NewWithQualName.
    """
    dill = case.target_version("dill")
    return (
        carries
        and bool(imports)
        and case.facts is not None
        and case.facts.serializer == "dill"
        and not isinstance(dill, Unknown)
        and dill is not None
        and number(case.target.environment.interpreter.minor) < _BUILTINS_FOUND_SINCE
        and within(dill, "0", _BUILTINS_GIVEN_SINCE)
    )
