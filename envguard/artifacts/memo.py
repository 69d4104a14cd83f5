"""The memo of an abstract unpickler: eight bytes for each constant that a pickle memoizes."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from envguard.artifacts.abstract_values import OPAQUE, Value

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_ENTRIES = 6_000_000
_WIDEST_GAP = 65_536
_BYTES_OF_FAR = 24
_MISSING = -(1 << 62)


class MemoFullError(Exception):
    """A pickle memoizes more than is kept."""


class Memo:
    """Index to value, as the real unpickler keeps it.

    ``codes`` holds the offset of a constant as it is, and ``~position`` for anything that
    stands in ``objects``. While ``dense`` holds, the indexes so far are 0..len-1, which lets the
    machine's loop append to and index ``codes`` itself.
    """

    def __init__(self) -> None:
        self.codes = array("q")
        self.objects: list[Value] = [OPAQUE]
        self.dense = True
        self._holes = 0
        self._far: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self.codes) - self._holes + len(self._far)

    def code(self, value: Value) -> int:
        """What ``codes`` holds for a value."""
        if type(value) is int:
            return value
        if value is OPAQUE:
            return -1
        self.objects.append(value)
        return -len(self.objects)

    def memoize(self, value: Value) -> None:
        """MEMOIZE: the index is the number of entries, which PUT may have taken already.

        Source: https://github.com/python/cpython/blob/main/Modules/_pickle.c (load_memoize).
        """
        if self.dense:
            self.codes.append(self.code(value))
        else:
            self.put(len(self), value)

    def put(self, index: int, value: Value) -> None:
        """PUT, BINPUT, LONG_BINPUT: an index may be overwritten, and may leave gaps.

        Raises:
            MemoFullError: a gap or a number of entries that no real pickler writes.
        """
        codes = self.codes
        code = self.code(value)
        if index in self._far:
            self._far[index] = code
        elif index == len(codes):
            codes.append(code)
        elif index < len(codes):
            self._holes -= codes[index] == _MISSING
            codes[index] = code
        elif index - len(codes) <= _WIDEST_GAP:
            gap = index - len(codes)
            codes.extend([_MISSING] * gap)
            codes.append(code)
            self._holes += gap
        else:
            self._far[index] = code
        self.dense = not self._holes and not self._far
        if len(codes) + len(self._far) * _BYTES_OF_FAR > MOST_ENTRIES:
            raise MemoFullError

    def get(self, index: int) -> Value:
        """GET, BINGET, LONG_BINGET.

        Raises:
            LookupError: nothing was put there.
        """
        code = self._far[index] if index in self._far else self.codes[index]
        if code == _MISSING:
            raise LookupError(index)
        return code if code >= 0 else self.objects[~code]

    def forget(self, keep: Callable[[Value], bool], since: int) -> None:
        """Lets go of every newer object that need not be kept; constants cost nothing and stay."""
        newer = self.objects[since:]
        self.objects[since:] = [value if keep(value) else OPAQUE for value in newer]
