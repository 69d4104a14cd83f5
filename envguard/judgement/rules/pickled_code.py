"""EG1, continued: the interpreter can read the artifact's protocol and its bytecode."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    why="Bytecode of another feature release mostly loads, then crashes or hangs when called.",
)
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


def foreign_bytecode(case: Case) -> Iterator[Judged]:
    """Code inside the artifact is bytecode of the target's Python.

    What it checks:
        The feature release that wrote embedded code objects (dill, cloudpickle), recorded or
        deduced from their shape, against the target's.
    Why it breaks:
        Bytecode belongs to one feature release. Another one refuses it while loading, or takes
        it and crashes, hangs or answers wrongly when the function is called.
    Example:
        A lambda saved by dill on 3.11: on 3.12 the process ends with a segmentation fault.
    Fix:
        Use the recorded feature release, or move the function to a module that is installed
        in both places, and write the artifact again.
    When it cannot tell:
        There is no snapshot, and the shape of the code fits several releases.
    """
    facts = case.facts
    if facts is None or not facts.code:
        return
    minor = case.target.environment.interpreter.minor
    recorded = case.recorded.environment.interpreter.minor if case.recorded else None
    foreign: list[EmbeddedCode] = []
    doubtful = False
    for code in facts.code:
        writers = _writers(code, recorded)
        if writers and minor not in writers:
            foreign.append(code)
        elif len(writers) != 1:
            doubtful = True
    if foreign:
        known = sorted({w for code in foreign for w in _writers(code, recorded)}, key=_number)
        yield FOREIGN_BYTECODE.finding(
            subject="embedded code",
            expected=f"Python {' or '.join(known)}",
            found=f"Python {minor}",
            evidence=f"{case.artifact_name}: {counted(len(foreign), 'code object')}, "
            f"{listing(sorted({code.function for code in foreign}))}",
            fix=f"Use Python {' or '.join(known)} in the target, or move the code to a module",
        )
    elif doubtful:
        yield FOREIGN_BYTECODE.unchecked("the Python that wrote the embedded code is not known")


def _writers(code: EmbeddedCode, recorded: str | None) -> tuple[str, ...]:
    """The feature releases that can have written it; the recorded one if its shape allows."""
    if recorded is not None and (not code.pythons or recorded in code.pythons):
        return (recorded,)
    return code.pythons


def _number(minor: str) -> tuple[int, ...]:
    return tuple(int(part) for part in minor.split(".") if part.isdigit())
