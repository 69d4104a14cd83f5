"""EG6: what loads can be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.judgement.contracts import failing_uses
from envguard.judgement.fixes import install_release
from envguard.judgement.rules.rule import Rule

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
