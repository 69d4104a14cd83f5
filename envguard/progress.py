"""One calm line on standard error when something takes a while."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

PATIENCE = 1.0
"""Seconds that a step may take before it is named."""


class Progress:
    """Names the step at hand once it lasts longer than a second; quick work stays silent.

    On a terminal the line is wiped when the next step begins; in a log each slow step leaves
    one line.
    """

    def __init__(self) -> None:
        self._timer: threading.Timer | None = None
        self._shown = 0
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    def __call__(self, step: str) -> None:
        """Begin ``step``; the one before it is over."""
        self._stop()
        self._timer = threading.Timer(PATIENCE, self._show, (step,))
        self._timer.daemon = True
        self._timer.start()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        with self._lock:
            if self._shown:
                sys.stderr.write("\r" + " " * self._shown + "\r")
                sys.stderr.flush()
                self._shown = 0

    def _show(self, step: str) -> None:
        from envguard.reports.visible import visible  # noqa: PLC0415  (only for slow work)

        line = f"envguard: {visible(step, ascii_only=True)} ..."
        with self._lock:
            if sys.stderr.isatty():
                self._shown = len(line)
                sys.stderr.write(line)
            else:
                sys.stderr.write(line + "\n")
            sys.stderr.flush()
