"""The process that envguard runs in, for the API and the test plugin."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from envguard.environments.answers import pairs, unread_classes
from envguard.environments.probe import inside
from envguard.environments.probe_file import class_reader_text
from envguard.errors import EnvguardError
from envguard.facts.environment import Distribution, EnvironmentFacts, Interpreter, Platform
from envguard.facts.source import LocalModule
from envguard.facts.target import ClassUse, Layout, Resolution, Signature, TargetFacts
from envguard.facts.unknown import Unknown

if TYPE_CHECKING:
    from envguard.facts.target import Questions, TargetKind


class ProcessTarget:
    """This process, as it stands: what it has imported is the truth.

    Nothing is imported into it. What it has not imported is asked of a child of its interpreter
    that searches the same import path.
    """

    kind: TargetKind = "process"

    def __init__(self) -> None:
        self.label = f"this process ({inside.shown(sys.executable or 'embedded')})"

    def facts(self, questions: Questions) -> TargetFacts:
        """The process's answer; it never raises for what a child could not tell."""
        installed = inside.Installed()
        finder = inside.Finder(
            installed, None, questions.code, questions.current_folder, by_files=True
        )
        resolver = inside.Resolver(finder, "files")
        here = tuple(pair for pair in pairs(questions) if _is_here(pair[0]))
        known = {pair: _resolved_here(resolver, *pair) for pair in here}
        layouts = {pair: _layout(pair) for pair in questions.layouts if _is_here(pair[0])}
        rest = _rest(questions, known, layouts)
        asked = rest.needs or rest.layouts or rest.callables or rest.classes
        answer = _asked_of_child(rest) if asked else None
        if answer is not None:
            known |= {(found.module, found.name): found for found in answer.resolutions}
            layouts |= {(found.module, found.name): found for found in answer.layouts}
        own = inside.local_modules(resolver, [module for module, _ in here])
        modules = {found.module: found for found in answer.modules} if answer else {}
        modules |= {found.module: found for found in msgspec.convert(own, tuple[LocalModule, ...])}
        return TargetFacts(
            environment=environment_of_process(installed),
            resolutions=tuple(known[pair] for pair in pairs(questions)),
            modules=tuple(modules[name] for name in sorted(modules)),
            layouts=tuple(layouts[pair] for pair in dict.fromkeys(questions.layouts)),
            signatures=_signatures_here(questions) + (answer.signatures if answer else ()),
            classes=_classes_here(questions, resolver, installed)
            + (answer.classes if answer else ()),
            trouble=(*installed.trouble, *(answer.trouble if answer else ())),
        )


def environment_of_process(installed: inside.Installed | None = None) -> EnvironmentFacts:
    """The environment of this process, read without starting another."""
    found = inside.Installed() if installed is None else installed
    return EnvironmentFacts(
        interpreter=msgspec.convert(inside.interpreter_facts(), Interpreter),
        platform=msgspec.convert(inside.platform_facts(), Platform),
        packages=msgspec.convert(found.records, tuple[Distribution, ...]),
    )


class _ChildAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What a child said of the rest, or why it did not."""

    resolutions: tuple[Resolution, ...]
    layouts: tuple[Layout, ...]
    signatures: tuple[Signature, ...] = ()
    classes: tuple[ClassUse, ...] = ()
    modules: tuple[LocalModule, ...] = ()
    trouble: tuple[str, ...] = ()


def _is_here(module: str) -> bool:
    return module == "__main__" or sys.modules.get(module) is not None


def _resolved_here(resolver: inside.Resolver, module: str, name: str) -> Resolution:
    """A need whose module this process has imported."""
    found = resolver.place(module, name)
    state, detail, missing = inside.looked_up(sys.modules[module], name)
    if module == "__main__":
        # A notebook's or script's own names are here now and in no other process.
        by = "import" if state == "resolved" else None
        return msgspec.convert({**found, "state": "main", "by": by}, Resolution)
    found.update(state=state, detail=detail, missing=missing, by="import")
    return msgspec.convert(found, Resolution)


def _layout(pair: tuple[str, str]) -> Layout:
    return msgspec.convert(inside.layout(*pair), Layout)


def _signatures_here(questions: Questions) -> tuple[Signature, ...]:
    here = (pair for pair in questions.callables if _is_here(pair[0]))
    return tuple(msgspec.convert(inside.signature(*pair), Signature) for pair in here)


def _classes_here(
    questions: Questions, resolver: inside.Resolver, installed: inside.Installed
) -> tuple[ClassUse, ...]:
    """What classes that this process has imported do with the states asked."""
    here = [question for question in questions.classes if _is_here(question.state.module)]
    if not here:
        return ()
    request = {"classes": msgspec.to_builtins(here), "class_reader": class_reader_text()}
    return msgspec.convert(inside.class_uses(request, resolver, installed), tuple[ClassUse, ...])


def _rest(
    questions: Questions,
    known: dict[tuple[str, str], Resolution],
    layouts: dict[tuple[str, str], Layout],
) -> Questions:
    """The questions that this process cannot answer by itself."""
    return msgspec.structs.replace(
        questions,
        needs=tuple(need for need in questions.needs if (need.module, need.name) not in known),
        layouts=tuple(pair for pair in questions.layouts if pair not in layouts),
        callables=tuple(pair for pair in questions.callables if not _is_here(pair[0])),
        classes=tuple(one for one in questions.classes if not _is_here(one.state.module)),
    )


def _asked_of_child(rest: Questions) -> _ChildAnswer:
    if not sys.executable:
        return _unanswered(rest, "this process names no interpreter to ask")
    from envguard.environments.interpreter import ask  # noqa: PLC0415  (mostly not needed)

    try:
        answer = ask(Path(sys.executable), rest, path=_own_path())
    except EnvguardError as problem:
        return _unanswered(rest, str(problem))
    return _ChildAnswer(
        resolutions=answer.resolutions,
        layouts=answer.layouts,
        signatures=answer.signatures,
        classes=answer.classes,
        modules=answer.modules,
        trouble=answer.trouble,
    )


def _own_path() -> list[str]:
    """This process's import path; the empty entry means the current folder."""
    return [entry or str(Path.cwd()) for entry in sys.path]


def _unanswered(rest: Questions, reason: str) -> _ChildAnswer:
    return _ChildAnswer(
        resolutions=tuple(
            Resolution(module=module, name=name, state="unproven", detail=reason)
            for module, name in pairs(rest)
        ),
        layouts=tuple(
            Layout(module=module, name=name, fields=Unknown(reason))
            for module, name in dict.fromkeys(rest.layouts)
        ),
        classes=unread_classes(rest, reason),
        trouble=(f"What this process has not imported could not be asked: {reason}",),
    )
