"""What one reading of an artifact has met so far: names and anomalies."""

from __future__ import annotations

from envguard.artifacts.abstract_values import Global
from envguard.facts.artifact import Anomaly

_MOST_OF_A_KIND = 64
_MOST_NAMES = 200_000


class MalformedError(Exception):
    """The stream cannot be walked any further from here."""

    def __init__(self, kind: str, offset: int, text: str) -> None:
        super().__init__(text)
        self.kind = kind
        self.offset = offset
        self.text = text


class Journal:
    """Names and anomalies of an artifact, gathered over all its pickles."""

    def __init__(self) -> None:
        self.names: dict[tuple[str, str], Global] = {}
        self.protocol: int | None = None
        """The highest one that an opcode or a PROTO so far belongs to."""
        self._anomalies: dict[str, dict[tuple[int, str], Anomaly]] = {}

    def look_up(self, module: str, name: str, offset: int) -> Global:
        """The one object that stands for this name.

        Raises:
            MalformedError: more different names than any artifact has.
        """
        found = self.names.get((module, name))
        if found is None:
            if len(self.names) >= _MOST_NAMES:
                raise MalformedError("limit", offset, f"more than {_MOST_NAMES} different names")
            found = self.names[module, name] = Global(module, name)
        return found

    def note(self, kind: str, offset: int, text: str) -> None:
        """Keeps an anomaly, of each kind the first few."""
        of_kind = self._anomalies.setdefault(kind, {})
        if len(of_kind) < _MOST_OF_A_KIND:
            of_kind[offset, text] = Anomaly(kind=kind, offset=offset, text=text)

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
        self.uses(other.protocol or 0)

    @property
    def anomalies(self) -> tuple[Anomaly, ...]:
        """All that were noted, by where they are."""
        every = (anomaly for kind in self._anomalies.values() for anomaly in kind.values())
        return tuple(sorted(every, key=lambda one: (one.offset, one.kind, one.text)))
