"""What one reading of an artifact has met so far, and how far it may still go."""

from __future__ import annotations

from envguard.artifacts.abstract_values import Global
from envguard.facts.artifact import Anomaly

_MOST_OF_A_KIND = 64
_MOST_NAMES = 100_000
_MOST_BYTES_OF_NAMES = 16 << 20
MOST_STEPS = 25_000_000
"""Each opcode is one, the slower ones are more: less than 2 seconds in all."""


class MalformedError(Exception):
    """The stream cannot be walked any further from here."""

    def __init__(self, kind: str, offset: int, text: str) -> None:
        super().__init__(text)
        self.kind = kind
        self.offset = offset
        self.text = text


class Effort:
    """How much may still be walked and kept of one artifact, over all its pickles."""

    __slots__ = ("left", "names", "room")

    def __init__(self, left: int = MOST_STEPS) -> None:
        self.left = left
        self.names = _MOST_NAMES
        self.room = _MOST_BYTES_OF_NAMES

    def hold(self, size: int, offset: int) -> None:
        """Keeps one more name of so many characters.

        Raises:
            MalformedError: there are more different names than any artifact has.
        """
        self.names -= 1
        self.room -= size
        if self.names < 0:
            raise MalformedError("limit", offset, f"more than {_MOST_NAMES} different names")
        if self.room < 0:
            text = f"more than {_MOST_BYTES_OF_NAMES} bytes of different names"
            raise MalformedError("limit", offset, text)

    def spend(self, steps: int, offset: int) -> None:
        """Takes so many.

        Raises:
            MalformedError: there are none left.
        """
        self.left -= steps
        if self.left < 0:
            text = f"more than {MOST_STEPS} steps of work: not walked any further"
            raise MalformedError("limit", offset, text)


class Journal:
    """Names and anomalies of an artifact, gathered over all its pickles.

    Journals of one artifact share one effort.
    """

    def __init__(self, effort: Effort | None = None) -> None:
        self.effort = effort or Effort()
        self.names: dict[tuple[str, str], Global] = {}
        self.protocol: int | None = None
        """The highest one that an opcode or a PROTO so far belongs to."""
        self.persistent_ids: set[str] = set()
        """What is fetched from outside, in words."""
        self._anomalies: dict[str, dict[tuple[int, str], Anomaly]] = {}

    def look_up(self, module: str, name: str, offset: int) -> Global:
        """The one object that stands for this name.

        Raises:
            MalformedError: there are more different names than any artifact has.
        """
        found = self.names.get((module, name))
        if found is None:
            self.effort.hold(len(module) + len(name), offset)
            found = self.names[module, name] = Global(module, name)
        return found

    def note(self, kind: str, offset: int, text: str) -> None:
        """Keeps an anomaly, of each kind the first few."""
        of_kind = self._anomalies.setdefault(kind, {})
        if len(of_kind) < _MOST_OF_A_KIND:
            of_kind[offset, text] = Anomaly(kind=kind, offset=offset, text=text)

    def fetch(self, word: str) -> None:
        """Keeps what is fetched by a persistent id, the first few."""
        if len(self.persistent_ids) < _MOST_OF_A_KIND:
            self.persistent_ids.add(word)

    def note_error(self, error: MalformedError) -> None:
        """Keeps the place where a walk ended early."""
        self.note(error.kind, error.offset, error.text)

    def uses(self, protocol: int) -> None:
        """Raises the protocol to this one."""
        self.protocol = max(protocol, self.protocol or 0)

    def take_over(self, other: Journal) -> None:
        """Adds all that another reading has met."""
        for one in other.names.values():
            self.look_up(one.module, one.name, 0).called |= one.called
        for anomaly in other.anomalies:
            self.note(anomaly.kind, anomaly.offset, anomaly.text)
        for word in sorted(other.persistent_ids):
            self.fetch(word)
        self.uses(other.protocol or 0)

    @property
    def anomalies(self) -> tuple[Anomaly, ...]:
        """All that were noted, by where they are."""
        every = (anomaly for kind in self._anomalies.values() for anomaly in kind.values())
        return tuple(sorted(every, key=lambda one: (one.offset, one.kind, one.text)))
