"""One child process under limits of time and output, gone with all its own when this returns."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Sequence
    from typing import IO

OUTPUT_LIMIT = 64 << 20
"""Bytes of standard output; a 383-distribution answer has 0.4 MB."""

ERROR_TAIL = 64 << 10
"""Bytes kept of the end of standard error."""

DRAIN_SECONDS = 0.5
"""For what is still in the pipe when the child has ended but one of its children holds it open."""


class Finished(Struct, frozen=True, kw_only=True):
    """What a child wrote and how it ended."""

    output: bytes
    errors: bytes
    """The end of its standard error."""
    status: int | None
    """Its exit status, negative for a signal; None when it was stopped for a limit or because it
    had said all."""
    timed_out: bool = False
    too_large: bool = False


def run_bounded(
    command: Sequence[str], request: bytes, *, timeout: float, last_words: bytes
) -> Finished:
    """What a command answers to a request on its standard input.

    It runs in a session of its own. When it has ended, has written a line that ends in
    ``last_words``, wrote too much or took too long, every process of that session's group is
    killed.

    Raises:
        OSError: the command cannot be started.
    """
    import subprocess  # noqa: PLC0415  (15 ms, and only where a child is started)

    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    watch = _Watch(process, request, last_words)
    try:
        watch.wait(timeout)
    finally:
        watch.end()
    return watch.finished()


class _Watch:
    """The threads around one child."""

    def __init__(self, process: subprocess.Popen[bytes], request: bytes, last_words: bytes) -> None:
        self.process = process
        self.request = request
        self.last_words = last_words
        self.output = bytearray()
        self.errors = bytearray()
        self.told_all = False
        self.too_large = False
        self.timed_out = False
        self.exited = False
        self.settled = threading.Event()
        self.threads = [
            threading.Thread(target=target, daemon=True)
            for target in (self._read_output, self._read_errors, self._write, self._await_exit)
        ]
        for thread in self.threads:
            thread.start()

    def wait(self, timeout: float) -> None:
        self.timed_out = not self.settled.wait(timeout)
        if self.exited and not (self.told_all or self.too_large):
            self.threads[0].join(DRAIN_SECONDS)
            self.threads[1].join(DRAIN_SECONDS)

    def end(self) -> None:
        """Kill the whole group, then reap: until then nobody else can bear its number."""
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
        else:
            self.process.kill()
        # It waits without reaping, so it must have seen the end before there is nothing to see.
        self.threads[-1].join()
        self.process.wait()
        for thread in self.threads:
            thread.join(DRAIN_SECONDS)
        for stream in (self.process.stdout, self.process.stderr):
            _opened(stream).close()

    def finished(self) -> Finished:
        stopped = self.told_all or self.too_large or self.timed_out
        return Finished(
            output=bytes(self.output),
            errors=bytes(self.errors),
            status=None if stopped else self.process.returncode,
            timed_out=self.timed_out,
            too_large=self.too_large,
        )

    def _read_output(self) -> None:
        stream = _opened(self.process.stdout)
        while chunk := os.read(stream.fileno(), 1 << 16):
            self.output += chunk
            if len(self.output) > OUTPUT_LIMIT:
                self.too_large = True
                break
            if self.output.endswith(self.last_words):
                self.told_all = True
                break
        else:
            return
        self.settled.set()

    def _read_errors(self) -> None:
        stream = _opened(self.process.stderr)
        while chunk := os.read(stream.fileno(), 1 << 16):
            self.errors += chunk
            del self.errors[:-ERROR_TAIL]

    def _write(self) -> None:
        # A child that ends, or that never reads, breaks the pipe: its answer tells the rest.
        with contextlib.suppress(OSError), _opened(self.process.stdin) as stream:
            stream.write(self.request)

    def _await_exit(self) -> None:
        if hasattr(os, "waitid"):
            os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOWAIT)
        else:
            self.process.wait()
        self.exited = True
        self.settled.set()


def _opened(stream: IO[bytes] | None) -> IO[bytes]:
    """A stream that was asked for when the child was started."""
    if stream is None:
        raise AssertionError("the child was started without a pipe")
    return stream
