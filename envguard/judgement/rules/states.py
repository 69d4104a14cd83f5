"""EG3 and EG6, continued: classes of the target take the states in the artifact, and use them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.facts.unknown import Unknown
from envguard.judgement.answers import differing_answers
from envguard.judgement.class_questions import distribution_of_class, uses
from envguard.judgement.fixes import install, install_release
from envguard.judgement.rules.rule import Rule, listing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from envguard.facts.artifact import CallShape
    from envguard.facts.target import Signature
    from envguard.judgement.case import Case
    from envguard.judgement.rules.rule import Judged

SIGNATURE_DIFFERS = Rule(
    code="EG313",
    name="signature-differs",
    level="error",
    why="Loading calls it with the arguments that the release which wrote it takes.",
)
STATE_REFUSED = Rule(
    code="EG314",
    name="state-refused",
    level="error",
    why="The class reads its state as its own release writes it, and raises.",
)
STATE_LACKS_ATTRIBUTE = Rule(
    code="EG603",
    name="state-lacks-attribute",
    level="error",
    why="It loads, and the call raises: the state lacks what the target's release reads.",
)
ANSWERS_DIFFER = Rule(
    code="EG604",
    name="answers-differ",
    level="error",
    why="It loads and answers without an error, but otherwise than where it was written.",
)


def signature_differs(case: Case) -> Iterator[Judged]:
    """What loading calls takes the number of arguments that it is called with.

    What it checks:
        The positional arguments of each call in the artifact against the target's signature of
        that function, or of the class's ``__new__`` and ``__init__``.
    Why it breaks:
        An argument too many or too few ends loading with a TypeError.
    Example:
        A reconstructor ``_unpickle(cls, state)`` that a newer release has with one argument.
    Fix:
        Install the release that wrote it.
    When it cannot tell:
        A function in C that tells no signature, or one that was not imported, is not judged.
    """
    told = {(s.module, s.name): s for s in case.target.signatures}
    for call in case.facts.calls if case.facts else ():
        signature = told.get((call.module, call.name))
        if signature is not None and not isinstance(signature.least, Unknown):
            yield from _miscalled(case, call, signature, signature.least)


def _miscalled(case: Case, call: CallShape, signature: Signature, least: int) -> Iterator[Judged]:
    most = signature.most
    wrong = [n for n in call.positional if n < least or (most is not None and n > most)]
    if wrong:
        takes = f"{least}" if least == most else f"{least} to {'any' if most is None else most}"
        yield SIGNATURE_DIFFERS.finding(
            subject=f"{call.module}.{call.name}",
            expected=f"called with {listing([str(n) for n in wrong])} arguments",
            found=f"takes {takes}",
            evidence=f"{case.artifact_name}: a call while loading",
            fix=install(case, distribution_of_class(case, call.module)),
        )


def state_refused(case: Case) -> Iterator[Judged]:
    """The classes of the target take the states that the artifact hands them.

    What it checks:
        The source of each class's ``__setstate__``, followed with the keys or the length of the
        state in the artifact.
    Why it breaks:
        A key that is not there, or a tuple of another length, ends loading with an exception.
    Example:
        A class whose ``__setstate__`` reads state["weights"], where it was state["coef"].
    Fix:
        Install the release that wrote it, or train again.
    When it cannot tell:
        Only what surely fails is told; a class in C, whose source is not there, is not judged.
    """
    for state, use in uses(case):
        if use.refuses is not None:
            distribution = distribution_of_class(case, state.module)
            yield STATE_REFUSED.finding(
                subject=f"{state.module}.{state.name}",
                expected=_written(case, distribution),
                found=_offered(case, distribution),
                evidence=f"its __setstate__ raises {use.refuses}",
                fix=install(case, distribution),
            )


def state_lacks_attribute(case: Case) -> Iterator[Judged]:
    """Objects have the attributes that the methods of their class in the target read.

    What it checks:
        The source of each class's predict, transform and the like in the target, followed with
        the attributes and constants of the state in the artifact. An attribute counts that is
        read on every way and that ``__init__`` or ``fit`` of that release always sets.
    Why it breaks:
        Loading sets the state as it was written and gives a version warning at most; the call
        raises AttributeError.
    Example:
        SimpleImputer of scikit-learn 1.5 in 1.9: no attribute '_fill_dtype' in transform.
    Fix:
        Install the release that wrote it, or train again.
    When it cannot tell:
        The class was not imported in the target, or its source is too long to follow.
    """
    for state, use in uses(case):
        name = f"{state.module}.{state.name}"
        if use.unknown is not None:
            yield STATE_LACKS_ATTRIBUTE.unchecked(f"{name}: {use.unknown.reason}")
        elif use.fails:
            distribution = distribution_of_class(case, state.module)
            written = case.written_with(distribution)
            method, says = use.fails[0]
            yield STATE_LACKS_ATTRIBUTE.finding(
                subject=name,
                expected=_written(case, distribution),
                found=_offered(case, distribution),
                evidence=f"{method} raises {says}",
                fix=install_release(distribution, written[-1] if written else None),
            )


def answers_differ(case: Case) -> Iterator[Judged]:
    """Objects mean in the target what they meant where they were written.

    What it checks:
        Classes, their release and parameters against a table of changes of meaning.
    Why it breaks:
        The state is taken as it is and read otherwise: nothing raises, and the answers are wrong.
    Example:
        A LogisticRegression of three classes fitted one-vs-rest, used where the parameter that
        said so is gone.
    Fix:
        Install the release that wrote it, or train again.
    When it cannot tell:
        Changes that are not in the table are not judged: golden outputs would tell.
    """
    for change in differing_answers(case):
        yield ANSWERS_DIFFER.finding(
            subject=change.subject,
            expected=change.expected,
            found=change.found,
            evidence=change.says,
            fix=install_release(change.distribution, change.wrote),
        )


def _written(case: Case, distribution: str) -> str:
    written = case.written_with(distribution)
    return f"{distribution} {listing(list(written))}" if written else "the release that wrote it"


def _offered(case: Case, distribution: str) -> str:
    version = case.target_version(distribution)
    if version is None or isinstance(version, Unknown):
        return f"the {distribution} of {case.label}"
    return f"{distribution} {version}"
