"""EG6: what loads can be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.judgement.contracts import failing_uses
from envguard.judgement.fixes import install_release
from envguard.judgement.rules.rule import Rule, listing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from envguard.judgement.case import Case
    from envguard.judgement.rules.rule import Judged

USE_FAILS = Rule(
    code="EG601",
    name="use-fails",
    level="error",
    why="It loads, and the call raises: the state lacks what the target's release reads.",
)

MAIN_GLOBALS_MISSING = Rule(
    code="EG602",
    name="main-globals-missing",
    level="error",
    why="The artifact loads, and the first call of the function raises NameError.",
)


def main_globals_missing(case: Case) -> Iterator[Judged]:
    """Functions in the artifact find the global names that they use.

    What it checks:
        The bytecode of each function that dill wrote with a reference to ``__main__`` instead
        of with the values of its globals, and of those whose globals travel with them.
    Why it breaks:
        The process that loads has another ``__main__``, in which nobody imported or defined
        those names. Loading does not notice; calling does.
    Example:
        def scale(x): return np.log1p(x), in a training script that imported numpy as np.
    Fix:
        Import inside the function, or dump with dill.settings["recurse"] = True, or move the
        function to a module and import it from there.
    When it cannot tell:
        Bytecode of a Python that envguard does not know: foreign-bytecode speaks of it.
    """
    for code in case.facts.code if case.facts else ():
        if code.unbound:
            yield MAIN_GLOBALS_MISSING.finding(
                subject=f"{code.function}()",
                expected=f"{listing(list(code.unbound))} bound in the artifact",
                found="left to the __main__ of whoever loads it",
                evidence=f"{case.artifact_name}: bytecode of {code.function}",
                fix='Import inside the function, or dump with dill.settings["recurse"] = True',
            )
        elif code.missing:
            yield MAIN_GLOBALS_MISSING.finding(
                subject=f"{code.function}()",
                expected=f"{listing(list(code.missing))} bound in the artifact",
                found="bound nowhere: its globals travel with it, and lack them",
                evidence=f"{case.artifact_name}: bytecode of {code.function}",
                fix="Import inside the function, or define the names before it is saved",
            )


def use_fails(case: Case) -> Iterator[Judged]:
    """Nothing in the artifact is of a class known to load and then fail in this release.

    What it checks:
        The needed classes, the release that wrote them and the one of the target, against a
        table of failures seen on real releases.
    Why it breaks:
        A newer (or older) class reads attributes that the stored state does not have. Loading
        gives a version warning at most; the call raises.
    Example:
        SimpleImputer of scikit-learn 1.5 in 1.9: no attribute '_fill_dtype' in transform.
    Fix:
        Install the release that wrote it, or train again.
    When it cannot tell:
        One of the two releases is not known.
    """
    for use in failing_uses(case):
        contract = use.contract
        if use.doubt is not None:
            yield USE_FAILS.unchecked(f"{contract.name}.{contract.call}: {use.doubt}")
            continue
        yield USE_FAILS.finding(
            subject=f"{contract.module}.{contract.name}",
            expected=f"{contract.distribution} {use.wrote}",
            found=f"{contract.distribution} {use.reads}",
            evidence=f"{contract.call} raises {contract.says}",
            fix=install_release(contract.distribution, use.wrote),
        )
