"""The table of all rules, and their pages."""

from __future__ import annotations

import re

from msgspec import Struct

from envguard.errors import UsageError
from envguard.facts.report import RulePage
from envguard.judgement.rules import (
    behaviour,
    boosters,
    dangers,
    distributions,
    embedded_code,
    installation,
    integrity,
    internals,
    interpreter,
    layouts,
    local_code,
    names,
    pickled_code,
    source_control,
    states,
    streams,
    trial,
    unchecked,
)
from envguard.judgement.rules.rule import Judge, Rule

FAMILIES = {
    "EG0": "EG0 integrity",
    "EG1": "EG1 interpreter",
    "EG2": "EG2 distributions",
    "EG3": "EG3 needed names and local code",
    "EG5": "EG5 load",
    "EG6": "EG6 behaviour",
    "EG7": "EG7 source control",
    "EG8": "EG8 dangers",
    "EG9": "EG9 what could not be checked",
}
HEADINGS = ("What it checks", "Why it breaks", "Example", "Fix", "When it cannot tell")
NEAREST = 3


class Entry(Struct, frozen=True):
    """A rule and the function that judges it."""

    rule: Rule
    judge: Judge


TABLE = (
    Entry(integrity.ARTIFACT_CHANGED, integrity.artifact_changed),
    Entry(interpreter.IMPLEMENTATION_DIFFERS, interpreter.implementation_differs),
    Entry(interpreter.PYTHON_MINOR_DIFFERS, interpreter.python_minor_differs),
    Entry(interpreter.PYTHON_PATCH_DIFFERS, interpreter.python_patch_differs),
    Entry(pickled_code.PROTOCOL_UNSUPPORTED, pickled_code.protocol_unsupported),
    Entry(pickled_code.FOREIGN_BYTECODE, pickled_code.foreign_bytecode),
    Entry(interpreter.BUILD_FLAGS_DIFFER, interpreter.build_flags_differ),
    Entry(pickled_code.BYTECODE_REFUSED, pickled_code.bytecode_refused),
    Entry(embedded_code.CELL_NOT_WRITABLE, embedded_code.cell_not_writable),
    Entry(distributions.DISTRIBUTION_MISSING, distributions.distribution_missing),
    Entry(distributions.VERSION_DIFFERS, distributions.version_differs),
    Entry(distributions.PATCH_DIFFERS, distributions.patch_differs),
    Entry(distributions.ORIGIN_DIFFERS, distributions.origin_differs),
    Entry(installation.REQUIREMENT_BROKEN, installation.requirement_broken),
    Entry(installation.SHADOWED_COPY, installation.shadowed_copy),
    Entry(installation.OTHER_DRIFT, installation.other_drift),
    Entry(names.MODULE_MISSING, names.module_missing),
    Entry(names.NAME_MISSING, names.name_missing),
    Entry(names.MAIN_NAME, names.main_name),
    Entry(names.IMPORT_FAILS, names.import_fails),
    Entry(local_code.LOCAL_MODULE_CHANGED, local_code.local_module_changed),
    Entry(local_code.LOCAL_MODULE_FROM_CURRENT_FOLDER, local_code.local_module_from_current_folder),
    Entry(local_code.LOCAL_IMPORT_MISSING, local_code.local_import_missing),
    Entry(layouts.LAYOUT_DIFFERS, layouts.layout_differs),
    Entry(layouts.CONSTRUCTOR_DIFFERS, layouts.constructor_differs),
    Entry(states.SIGNATURE_DIFFERS, states.signature_differs),
    Entry(states.STATE_REFUSED, states.state_refused),
    Entry(names.NAME_UNRESOLVED, names.name_unresolved),
    Entry(streams.JOBLIB_STREAM_NEWER, streams.joblib_stream_newer),
    Entry(internals.PANDAS_INTERNALS, internals.pandas_internals),
    Entry(streams.EXTENSION_UNREGISTERED, streams.extension_unregistered),
    Entry(streams.COMPRESSION_UNREADABLE, streams.compression_unreadable),
    Entry(internals.LIBRARY_INTERNALS, internals.library_internals),
    Entry(boosters.MODEL_REFUSED, boosters.booster_refused),
    Entry(trial.LOAD_NOT_TRIED, trial.load_not_tried),
    Entry(behaviour.USE_FAILS, behaviour.use_fails),
    Entry(behaviour.MAIN_GLOBALS_MISSING, behaviour.main_globals_missing),
    Entry(states.STATE_LACKS_ATTRIBUTE, states.state_lacks_attribute),
    Entry(states.ANSWERS_DIFFER, states.answers_differ),
    Entry(embedded_code.CALLED_NAME_MISSING, embedded_code.called_name_missing),
    Entry(boosters.BASE_SCORE_LOST, boosters.base_score_lost),
    Entry(boosters.WRAPPER_STATE, boosters.wrapper_state_differs),
    Entry(internals.INTERNALS_OUTDATED, internals.internals_outdated),
    Entry(source_control.MODULE_UNTRACKED, source_control.module_untracked),
    Entry(source_control.MODULE_DIRTY, source_control.module_dirty),
    Entry(source_control.EDITABLE_INSTALL, source_control.editable_install),
    Entry(source_control.NO_REPOSITORY, source_control.no_repository),
    Entry(dangers.DANGEROUS_NAME, dangers.dangerous_name),
    Entry(dangers.UNKNOWN_NAME, dangers.unknown_name),
    Entry(dangers.EMBEDDED_CODE, dangers.embedded_code),
    Entry(unchecked.ARTIFACT_NOT_FULLY_READ, unchecked.artifact_not_fully_read),
    Entry(unchecked.NO_SNAPSHOT, unchecked.no_snapshot),
    Entry(unchecked.DISTRIBUTION_UNREADABLE, unchecked.distribution_unreadable),
    Entry(unchecked.TARGET_NOT_FULLY_READ, unchecked.target_not_fully_read),
)


def pages() -> tuple[RulePage, ...]:
    """The page of every rule, by code."""
    return tuple(_page(entry) for entry in TABLE)


def page(code: str) -> RulePage:
    """The page of one rule, named by its code or its name.

    Raises:
        UsageError: there is no such rule.
    """
    from difflib import get_close_matches  # noqa: PLC0415  (only for a wrong code)

    wanted = code.strip()
    for entry in TABLE:
        if wanted.upper() == entry.rule.code or wanted.lower() == entry.rule.name:
            return _page(entry)
    known = {e.rule.code: e.rule for e in TABLE} | {e.rule.name: e.rule for e in TABLE}
    close = [
        *get_close_matches(wanted.upper(), known, NEAREST, 0.0 if wanted else 1.0),
        *get_close_matches(wanted.lower(), known, NEAREST),
    ]
    rules = dict.fromkeys(f"{known[c].code} {known[c].name}" for c in reversed(close))
    raise UsageError(
        f"There is no rule {code}.",
        fix=f"The nearest are {', '.join(list(rules)[:NEAREST])}; envguard rule --all lists them."
        if rules
        else "envguard rule --all lists them.",
    )


def _page(entry: Entry) -> RulePage:
    from inspect import cleandoc  # noqa: PLC0415  (only for a page)

    text = cleandoc(entry.judge.__doc__ or "")
    rule = entry.rule
    return RulePage(
        code=rule.code,
        name=rule.name,
        family=FAMILIES[rule.code[:3]],
        level=rule.level,
        summary=text.partition("\n")[0],
        sections=tuple((heading, _section(text, heading)) for heading in HEADINGS),
    )


def _section(text: str, heading: str) -> str:
    """The text under one heading of a rule's docstring, its line ends taken out."""
    match = re.search(rf"^{heading}:\n((?:[ ]+.*\n?|\n)+)", text, re.MULTILINE)
    return " ".join(match[1].split()) if match else ""
