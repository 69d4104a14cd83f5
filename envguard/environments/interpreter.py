"""Another Python of this machine, asked by running the probe in it."""

from __future__ import annotations

import json
import os
import re
import signal
from typing import TYPE_CHECKING, Any

import msgspec

from envguard.environments.answers import Ending, environment_in, facts_from, pairs, read_steps
from envguard.environments.bounded_process import OUTPUT_LIMIT, Finished, run_bounded
from envguard.environments.probe_file import class_reader_text, probe_file
from envguard.errors import ProbeError, TargetError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from envguard.facts.target import Questions, TargetFacts, TargetKind

REFUSED = 79
"""The probe's exit status where the interpreter is too old for it."""

LIMIT_SIGNALS = frozenset({"SIGKILL", "SIGTERM", "SIGINT", "SIGHUP", "SIGXCPU", "SIGXFSZ"})
"""Somebody stopped it, the kernel short of memory among them: no fault of what was imported."""


class InterpreterTarget:
    """A Python of this machine: an interpreter, or that of a virtual or conda environment."""

    kind: TargetKind = "interpreter"

    def __init__(self, python: Path, label: str) -> None:
        self.python = python
        self.label = label

    def facts(self, questions: Questions) -> TargetFacts:
        """What it answers; one resolution for each need, whatever happens on the way.

        Raises:
            TargetError: it is no Python, or one older than 3.6.
            ProbeError: it hung, crashed or answered nonsense before its facts were whole.
        """
        return ask(self.python, questions)


def ask(python: Path, questions: Questions, *, path: Sequence[str] | None = None) -> TargetFacts:
    """A Python's answer, by ``path`` in place of its own import path if that is given.

    Raises:
        TargetError: it is no Python, or one older than 3.6.
        ProbeError: it hung, crashed or answered nonsense before its facts were whole.
    """
    _require_python(python, questions.timeout)
    mark = _new_mark()
    finished = _run(python, ["-B"], _request(mark, questions, path), mark, questions.timeout)
    if finished.too_large:
        raise ProbeError(
            f"{python} answered more than {OUTPUT_LIMIT >> 20} MiB.",
            why="That is no answer of the probe.",
            fix="Name another target.",
        )
    steps = read_steps(finished.output, mark)
    environment = environment_in(steps)
    if environment is None:
        raise _nothing_told(python, finished, questions.timeout, any_step=bool(steps))
    done = finished.status is None and not finished.timed_out
    ending = None if done else _ending(finished, questions.timeout)
    return facts_from(steps, environment, questions, ending)


def _new_mark() -> bytes:
    return b"envguard-" + os.urandom(16).hex().encode()


def _request(mark: bytes, questions: Questions, path: Sequence[str] | None) -> bytes:
    document: dict[str, Any] = {
        "mark": mark.decode(),
        "needs": pairs(questions),
        "layouts": tuple(dict.fromkeys(questions.layouts)),
        "callables": questions.callables,
        "classes": msgspec.to_builtins(questions.classes),
        "class_reader": class_reader_text() if questions.classes else "",
        # Reading must not use up the time that the rest of the answer needs.
        "class_seconds": questions.timeout / 2,
        "resolve": questions.resolve,
        "code": questions.code,
        "current_folder": questions.current_folder,
        "path": path,
    }
    # Not msgspec: file names that are not UTF-8 have surrogates, which json writes escaped.
    return json.dumps(document).encode("ascii")


def _run(python: Path, options: list[str], request: bytes, mark: bytes, timeout: float) -> Finished:
    with probe_file(python) as probe:
        try:
            return run_bounded(
                [str(python), *options, str(probe)],
                request,
                timeout=timeout,
                last_words=mark + b'{"step": "done"}\n',
            )
        except OSError as problem:
            raise _no_python(python, f"It cannot be run: {problem.strerror}.") from problem


def _require_python(python: Path, timeout: float) -> None:
    """Ask a program of another name for its version first: some run any file they are given."""
    if re.match(r"(python|pypy|graalpy)", python.name, re.IGNORECASE):
        return
    try:
        finished = run_bounded([str(python), "-V"], b"", timeout=min(timeout, 10), last_words=b"\0")
    except OSError as problem:
        raise _no_python(python, f"It cannot be run: {problem.strerror}.") from problem
    if not re.search(rb"^Python \d", finished.output + finished.errors, re.MULTILINE):
        raise _no_python(python, "Asked for its version (-V), it names no Python.")


def _nothing_told(
    python: Path, finished: Finished, timeout: float, *, any_step: bool
) -> TargetError | ProbeError:
    """The error for an answer that lacks its facts."""
    lines = _last_lines(finished.errors)
    if finished.status == REFUSED:
        return TargetError(
            f"{python} is too old.",
            why=lines or "The probe refused it.",
            fix="Name a target with Python 3.6 or newer.",
        )
    speaks = re.search(rb"Python|Traceback|Error:|ModuleNotFound", finished.errors)
    if not any_step and finished.status is not None and finished.status >= 0 and not speaks:
        return _no_python(python, f"Run with the probe, it ended with status {finished.status}.")
    ending = _ending(finished, timeout)
    return ProbeError(
        f"{python} told nothing that can be used: it {ending.text}.",
        why=f"Its last words: {lines}" if lines else "",
        fix=f'See whether it runs: {python} -c "import json"',
    )


def _no_python(python: Path, why: str) -> TargetError:
    return TargetError(
        f"{python} is no Python that runs here.",
        why=why,
        fix="Name a Python, or the folder of a virtual environment: --target PYTHON",
    )


def _ending(finished: Finished, timeout: float) -> Ending:
    """How it ended, in words that follow "it" or "importing X"."""
    if finished.timed_out:
        return Ending(text=f"did not finish within {timeout:g} s", breaks=False)
    status = finished.status
    if status is None:
        return Ending(text="ended its answer too early", breaks=False)
    if status >= 0:
        return Ending(text=f"ended the interpreter with exit status {status}", breaks=True)
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    return Ending(text=f"ended the interpreter with {name}", breaks=name not in LIMIT_SIGNALS)


def _last_lines(errors: bytes) -> str:
    """The last three lines of standard error, bounded, without control characters."""
    lines = errors.decode("utf-8", "backslashreplace").strip().splitlines()[-3:]
    return re.sub(r"[^\S ]|[\x00-\x1f\x7f-\x9f]", "?", " / ".join(lines))[-600:]
