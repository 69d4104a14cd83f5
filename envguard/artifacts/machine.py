"""The abstract machine that a pickle drives: stack, marks, memo, frame, and who listens.

``pickle_stream`` has the loop that drives it. The listener of ``built`` also says where the stream
goes on, for formats that put raw data between opcodes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias

from envguard.artifacts import bounds
from envguard.artifacts.abstract_values import OPAQUE, Call, Global, Value
from envguard.artifacts.constants import Buffer, text_at
from envguard.artifacts.journal import Journal, MalformedError
from envguard.artifacts.memo import Memo
from envguard.artifacts.opcodes import ARGUMENT_BYTES, BINGET, GET, LENGTH_BYTES, LONG_BINGET

_STRIDE = 1 << 20


class Listener(Protocol):
    """Who is told of calls and states."""

    def called(self, machine: Machine, call: Call, offset: int) -> None:
        """A call is made; its result stands on the stack."""

    def built(self, machine: Machine, target: Value, state: Value, offset: int) -> int:
        """A state is set; the answer is the offset at which the stream goes on."""


class Machine:
    """One pickle of a buffer being walked."""

    def __init__(  # noqa: PLR0913  (two of them are for the rare case, by name only)
        self,
        buffer: Buffer,
        end: int,
        journal: Journal,
        listener: Listener,
        *,
        depth: int = 0,
        release: Callable[[int], None] | None = None,
    ) -> None:
        self.buffer = buffer
        self.end = end
        self.journal = journal
        self.listener = listener
        self.depth = depth
        """How many pickles this one stands inside of."""
        self.stack: list[Value] = []
        self.marks: list[list[Value]] = []
        """The stacks below each MARK."""
        self.memo = Memo()
        self.declared = 0
        """The protocol by PROTO, which decides whether names are mapped."""
        self.names_by_lines: dict[bytes, Global] = {}
        """What two lines look up, as long as the declared protocol stays."""
        self.frame_end = 0
        self.walked: set[tuple[int, int]] = set()
        """Where pickles inside of this one start and stop; each is walked once."""
        self.keywords: Value = OPAQUE
        """Of the call by NEWOBJ_EX that is being made."""
        self.result: Value = OPAQUE
        self.expects: Callable[[Machine, Value], bool] | None = None
        """Whether a persistent id is one that the format has; None where it has none."""
        self.release = release
        self._stride_end = 0
        self.made = 0
        """Containers and their items made since the last time that some were let go."""
        self.objects_kept = 0
        self.gathered = 0
        """Items that the listener put into containers since then."""

    def text(self, value: Value) -> str | None:
        """The text that a value is, or None."""
        return text_at(self.buffer, value) if type(value) is int else None

    def look_up(self, module: str, name: str, offset: int) -> Global:
        """The name that ``find_class`` of this pickle resolves, old names mapped to new ones.

        Source: https://github.com/python/cpython/blob/main/Lib/_compat_pickle.py, which the
        unpickler consults where the protocol that PROTO declares is below 3.
        """
        if self.declared < 3:  # noqa: PLR2004  (the first protocol with names of Python 3)
            from _compat_pickle import IMPORT_MAPPING, NAME_MAPPING  # noqa: PLC0415  (old only)

            if (module, name) in NAME_MAPPING:
                module, name = NAME_MAPPING[module, name]
            else:
                module = IMPORT_MAPPING.get(module, module)
        return self.journal.look_up(module, name, offset)

    def from_mark(self) -> list[Value]:
        """The values above the topmost MARK, which ends with this.

        Raises:
            LookupError: there is no mark.
        """
        items = self.stack
        self.stack = self.marks.pop()
        return items

    def leave_frame(self, offset: int) -> None:
        """Ends the frame that should end here; tells if it does not."""
        if self.frame_end and self.frame_end != offset:
            text = (
                "the end of a frame is not the end of an opcode: loaders disagree on what follows"
            )
            self.journal.note("frame-straddling", self.frame_end, text)
        self.frame_end = 0

    def pause(self, i: int) -> int:
        """Looks at what the loop leaves unchecked; the next offset at which to look again."""
        if i >= self.end:
            text = "the data end before the pickle does"
            if i > self.end:
                text = f"an opcode reaches {i - self.end} bytes beyond the end of the data"
            raise MalformedError("truncated", self.end, text)
        if self.frame_end and i >= self.frame_end:
            self.leave_frame(i)
        if i >= self._stride_end:
            self._stride_end = i + _STRIDE
            if self.release is not None:
                self.release(i)
            bounds.check_stack(self, i)
        return min(self.frame_end or self.end, self._stride_end, self.end)

    def diagnosis(self, i: int) -> MalformedError:
        """What is wrong where the stack or the bytes were too few for an opcode."""
        opcode = self.buffer[i]
        if i + 1 + (ARGUMENT_BYTES.get(opcode) or LENGTH_BYTES.get(opcode) or 0) > self.end:
            return MalformedError("truncated", i, "the data end within an opcode")
        if opcode in {GET, BINGET, LONG_BINGET}:
            return MalformedError("unknown-memo", i, "a memo entry is read that was never written")
        return MalformedError(
            "stack-underflow", i, f"opcode 0x{opcode:02x} takes more values than there are"
        )


Effect: TypeAlias = Callable[[Machine, int], int]
"""What one opcode does: the machine and the opcode's offset in, the next one's out."""
