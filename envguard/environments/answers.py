"""The steps of a probe's answer, as text that nobody vouches for becomes facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from envguard.errors import ProbeError
from envguard.facts.environment import Distribution, EnvironmentFacts, Interpreter, Platform
from envguard.facts.source import LocalModule
from envguard.facts.target import ClassUse, Layout, Resolution, Signature, TargetFacts
from envguard.facts.unknown import Unknown

if TYPE_CHECKING:
    from envguard.facts.target import Questions


class InterpreterStep(Struct, frozen=True, tag_field="step", tag="interpreter"):
    """The interpreter has described itself."""

    facts: Interpreter


class PlatformStep(Struct, frozen=True, tag_field="step", tag="platform"):
    """The machine is described."""

    facts: Platform


class DistributionsStep(Struct, frozen=True, tag_field="step", tag="distributions"):
    """The installed distributions are read."""

    packages: tuple[Distribution, ...]
    trouble: tuple[str, ...]


class ModulesStep(Struct, frozen=True, tag_field="step", tag="modules"):
    """The local modules that the needs reach are read."""

    modules: tuple[LocalModule, ...]


class ResolvingStep(Struct, frozen=True, tag_field="step", tag="resolving"):
    """A module is about to be imported, for the need that is told so far."""

    module: str
    need: Resolution


class ResolvedStep(Struct, frozen=True, tag_field="step", tag="resolved"):
    """One need is decided."""

    resolution: Resolution


class LayoutsStep(Struct, frozen=True, tag_field="step", tag="layouts"):
    """The layouts are read."""

    layouts: tuple[Layout, ...]


class SignaturesStep(Struct, frozen=True, tag_field="step", tag="signatures"):
    """The signatures are read."""

    signatures: tuple[Signature, ...]


class ClassesStep(Struct, frozen=True, tag_field="step", tag="classes"):
    """The classes are read."""

    classes: tuple[ClassUse, ...]


class DoneStep(Struct, frozen=True, tag_field="step", tag="done"):
    """Nothing follows."""


Step = (
    InterpreterStep
    | PlatformStep
    | DistributionsStep
    | ModulesStep
    | ResolvingStep
    | ResolvedStep
    | LayoutsStep
    | SignaturesStep
    | ClassesStep
    | DoneStep
)


class Ending(Struct, frozen=True, kw_only=True):
    """How a probe ended that did not say that it was done."""

    text: str
    """``ended the interpreter with SIGSEGV``, ``did not finish within 120 s``."""
    breaks: bool
    """The module being imported is at fault, rather than a limit of ours or somebody's kill."""


def read_steps(output: bytes, mark: bytes) -> tuple[Step, ...]:
    """The steps among all that a probe wrote; what stands on other lines is noise.

    A last line without its end was cut while it was written and does not count.

    Raises:
        ProbeError: a marked line is not what the probe writes.
    """
    decoder = msgspec.json.Decoder(Step)
    steps: list[Step] = []
    for line in output.split(b"\n")[:-1]:
        if not line.startswith(mark):
            continue
        try:
            steps.append(decoder.decode(line[len(mark) :]))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
            raise ProbeError(
                "The target's answer is malformed.",
                why=f"{problem}.",
                fix="Run the target's Python by hand: something changes what it writes.",
            ) from problem
    return tuple(steps)


def environment_in(steps: tuple[Step, ...]) -> EnvironmentFacts | None:
    """The environment, if all three of its parts were answered."""
    interpreter: Interpreter | None = None
    platform: Platform | None = None
    packages: tuple[Distribution, ...] | None = None
    for step in steps:
        match step:
            case InterpreterStep():
                interpreter = step.facts
            case PlatformStep():
                platform = step.facts
            case DistributionsStep():
                packages = step.packages
            case _:
                pass
    if interpreter is None or platform is None or packages is None:
        return None
    return EnvironmentFacts(interpreter=interpreter, platform=platform, packages=packages)


def facts_from(
    steps: tuple[Step, ...],
    environment: EnvironmentFacts,
    questions: Questions,
    ending: Ending | None,
) -> TargetFacts:
    """The whole answer, with one resolution for each need and one layout for each pair.

    What an early ``ending`` took is unproven, or laid to the module that was being imported.
    """
    resolved = {
        (step.resolution.module, step.resolution.name): step.resolution
        for step in steps
        if isinstance(step, ResolvedStep)
    }
    layouts = {
        (layout.module, layout.name): layout
        for step in steps
        if isinstance(step, LayoutsStep)
        for layout in step.layouts
    }
    last = steps[-1] if isinstance(steps[-1], ResolvingStep) else None
    reason = _told(ending, last) if ending else "the answer left it out"
    return TargetFacts(
        environment=environment,
        resolutions=tuple(
            resolved.get(pair) or _lost(pair, last, ending, reason) for pair in pairs(questions)
        ),
        modules=next((step.modules for step in steps if isinstance(step, ModulesStep)), ()),
        layouts=tuple(
            layouts.get(pair) or Layout(module=pair[0], name=pair[1], fields=Unknown(reason))
            for pair in dict.fromkeys(questions.layouts)
        ),
        signatures=tuple(
            signature
            for step in steps
            if isinstance(step, SignaturesStep)
            for signature in step.signatures
        ),
        classes=_classes(steps, questions, ending, reason),
        trouble=_trouble(steps, ending, reason),
    )


def _classes(
    steps: tuple[Step, ...], questions: Questions, ending: Ending | None, reason: str
) -> tuple[ClassUse, ...]:
    """What is told of classes; all that were asked are unknown where an ending took the answer."""
    found = [step.classes for step in steps if isinstance(step, ClassesStep)]
    if found or ending is None:
        return tuple(use for uses in found for use in uses)
    return unread_classes(questions, reason)


def unread_classes(questions: Questions, reason: str) -> tuple[ClassUse, ...]:
    """The answer to each question on a class that nothing answers."""
    return tuple(
        ClassUse(
            module=question.state.module,
            name=question.state.name,
            group=question.group,
            unknown=Unknown(reason),
        )
        for question in questions.classes
    )


def pairs(questions: Questions) -> tuple[tuple[str, str], ...]:
    """The (module, name) of each need, once, in the order asked."""
    return tuple(dict.fromkeys((need.module, need.name) for need in questions.needs))


def _told(ending: Ending, last: ResolvingStep | None) -> str:
    return f"importing {last.module} {ending.text}" if last else f"the probe {ending.text}"


def _lost(
    pair: tuple[str, str], last: ResolvingStep | None, ending: Ending | None, reason: str
) -> Resolution:
    """The resolution of a need that the probe did not come to decide."""
    module, name = pair
    if last is not None and ending is not None:
        asked = pair == (last.need.module, last.need.name)
        if asked or module == last.module:
            known = last.need if asked else Resolution(module=module, name=name, state="unproven")
            return msgspec.structs.replace(
                known,
                state="import-fails" if ending.breaks else "unproven",
                by="import" if ending.breaks else None,
                detail=reason if ending.breaks else ending.text,
            )
    return Resolution(module=module, name=name, state="unproven", detail=f"not reached: {reason}")


def _trouble(steps: tuple[Step, ...], ending: Ending | None, reason: str) -> tuple[str, ...]:
    listed = [
        sentence
        for step in steps
        if isinstance(step, DistributionsStep)
        for sentence in step.trouble
    ]
    if ending:
        listed.append(f"The answer is not whole: {reason}.")
    return tuple(listed)
