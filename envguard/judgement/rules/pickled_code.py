"""EG1, continued: the interpreter can read the artifact's protocol and its bytecode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.judgement.code_constructors import number, refusal
from envguard.judgement.rules.rule import Rule, counted, listing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from envguard.facts.artifact import EmbeddedCode
    from envguard.judgement.case import Case
    from envguard.judgement.rules.rule import Judged

PROTOCOL_UNSUPPORTED = Rule(
    code="EG104",
    name="protocol-unsupported",
    level="error",
    why="An older interpreter stops at the first byte: unsupported pickle protocol.",
)
FOREIGN_BYTECODE = Rule(
    code="EG105",
    name="foreign-bytecode",
    level="error",
    why="Bytecode of another feature release loads, then crashes or answers wrongly when called.",
)
BYTECODE_REFUSED = Rule(
    code="EG107",
    name="bytecode-refused",
    level="error",
    why="Loading raises: the code constructor of another Python takes other arguments.",
)
TRAINING = frozenset(
    {
        "__init__",
        "__repr__",
        "__setattr__",
        "fit",
        "fit_transform",
        "get_params",
        "partial_fit",
        "score",
        "set_params",
    }
)
"""Methods that an object which is loaded to be used is not asked for."""
PICKLED = frozenset({"pickle", "joblib", "dill", "cloudpickle", "base64-pickle"})


def protocol_unsupported(case: Case) -> Iterator[Judged]:
    """The target's Python reads the pickle protocol of the artifact.

    What it checks:
        The highest protocol that the artifact's opcodes use against the newest that the
        interpreter reads.
    Why it breaks:
        Loading stops with ``ValueError: unsupported pickle protocol``.
    Example:
        Protocol 5, written by Python 3.8 or newer, and a service on Python 3.7.
    Fix:
        Use a newer Python in the target, or write the artifact with a lower protocol.
    When it cannot tell:
        The artifact is a pickle whose protocol could not be read.
    """
    facts = case.facts
    if facts is None or (facts.protocol is None and facts.format not in PICKLED):
        return
    highest = case.target.environment.interpreter.highest_protocol
    if facts.protocol is None:
        yield PROTOCOL_UNSUPPORTED.unchecked("the protocol of the artifact could not be read")
    elif facts.protocol > highest:
        yield PROTOCOL_UNSUPPORTED.finding(
            subject="pickle protocol",
            expected=f"protocol {facts.protocol}",
            found=f"up to protocol {highest}",
            evidence=f"{case.artifact_name}: opcodes of protocol {facts.protocol}",
            fix=f"Use a newer Python in the target, or write the artifact with protocol={highest}",
        )


def bytecode_refused(case: Case) -> Iterator[Judged]:
    """The target can make code objects from what the artifact has of them.

    What it checks:
        How many arguments the artifact gives to the constructor of code objects, against those
        that the target's Python takes and those that its dill can fit to it.
    Why it breaks:
        Python 3.8 and 3.11 added arguments. Loading ends with ``TypeError: code() takes at most
        16 arguments (18 given)`` or one about a wrong type.
    Example:
        A function saved by cloudpickle on 3.11, loaded on 3.10.
    Fix:
        Use the feature release that wrote it, or move the code to a module.
    When it cannot tell:
        The release of dill in the target is not known.
    """
    minor = case.target.environment.interpreter.minor
    dill = case.target_version("dill")
    refused: dict[tuple[int, int], list[EmbeddedCode]] = {}
    doubts: set[str] = set()
    for code in case.facts.code if case.facts else ():
        reason = refusal(code, minor, dill)
        if reason is not None and reason.doubt is not None:
            doubts.add(reason.doubt)
        elif reason is not None:
            refused.setdefault((reason.wants, reason.gets), []).append(code)
    for (wants, gets), codes in sorted(refused.items()):
        yield BYTECODE_REFUSED.finding(
            subject="embedded code",
            expected=f"a code constructor of {gets} arguments{_of(case, codes)}",
            found=f"one of {wants}, Python {minor}",
            evidence=f"{case.artifact_name}: {_told(codes)}",
            fix=_way_out(_all_writers(case, codes)),
        )
    if not refused:
        for doubt in sorted(doubts):
            yield BYTECODE_REFUSED.unchecked(doubt)


def foreign_bytecode(case: Case) -> Iterator[Judged]:
    """Code inside the artifact is bytecode that the target's Python runs.

    What it checks:
        Each instruction of embedded code objects (dill, cloudpickle) that a call can reach: its
        number, its inline caches and its meaning in the feature release that wrote it, recorded
        or deduced from the bytes, against the target's.
    Why it breaks:
        Bytecode belongs to one feature release. Another one takes it as it is, and crashes,
        hangs or answers wrongly when the function is called.
    Example:
        A function saved by dill on 3.11 that calls another: on 3.12 the process ends with a
        segmentation fault.
    Fix:
        Use the recorded feature release, or move the function to a module that is installed
        in both places, and write the artifact again.
    When it cannot tell:
        There is no snapshot, and the shape of the code fits several releases. What only an
        exception leads to is not looked at. Code that is needed for training alone is a warning.
    """
    minor = case.target.environment.interpreter.minor
    dill = case.target_version("dill")
    foreign: dict[bool, list[EmbeddedCode]] = {}
    doubtful = False
    for code in case.facts.code if case.facts else ():
        if refusal(code, minor, dill) is not None:
            continue  # told by bytecode-refused
        writers = _writers(case, code)
        runs = dict(code.runs)
        fits = [minor == one or minor in runs.get(one, ()) for one in writers]
        if writers and not any(fits):
            foreign.setdefault(code.function.rpartition(".")[2] in TRAINING, []).append(code)
        elif not fits or not all(fits):
            doubtful = True
    for training, codes in sorted(foreign.items()):
        yield FOREIGN_BYTECODE.finding(
            subject="embedded code",
            expected=f"Python {' or '.join(_all_writers(case, codes))}",
            found=f"Python {minor}",
            evidence=f"{case.artifact_name}: {_told(codes)}",
            fix=_way_out(_all_writers(case, codes)),
            level="warning" if training else None,
        )
    if doubtful and False not in foreign:
        yield FOREIGN_BYTECODE.unchecked("the Python that wrote the embedded code is not known")


def _writers(case: Case, code: EmbeddedCode) -> tuple[str, ...]:
    """The feature releases that can have written it; the recorded one if its shape allows.

    One process wrote the whole artifact, so what can have written all of its code is meant.
    """
    recorded = case.recorded.environment.interpreter.minor if case.recorded else None
    if recorded is not None and (not code.pythons or recorded in code.pythons):
        return (recorded,)
    told = [one.pythons for one in case.facts.code if one.pythons] if case.facts else []
    return tuple(one for one in code.pythons if all(one in other for other in told)) or code.pythons


def _all_writers(case: Case, codes: list[EmbeddedCode]) -> list[str]:
    return sorted({one for code in codes for one in _writers(case, code)}, key=number)


def _of(case: Case, codes: list[EmbeddedCode]) -> str:
    writers = _all_writers(case, codes)
    return f", Python {' or '.join(writers)}" if writers else ""


def _told(codes: list[EmbeddedCode]) -> str:
    names = sorted({code.function for code in codes})
    return f"{counted(len(codes), 'code object')}, {listing(names)}"


def _way_out(writers: list[str]) -> str:
    python = f"Python {' or '.join(writers)}" if writers else "the Python that wrote it"
    return f"Use {python} in the target, or move the code to a module"
