"""The storages of a torch checkpoint, as the persistent ids in its pickle name them.

Source: https://github.com/pytorch/pytorch/blob/main/torch/serialization.py (persistent_id and
persistent_load of the zip and the legacy format); torch/storage.py (the item sizes).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.artifacts.abstract_values import Global
from envguard.artifacts.constants import integer_at

if TYPE_CHECKING:
    from envguard.artifacts.abstract_values import Value
    from envguard.artifacts.machine import Machine

_MOST_STORAGES = 200_000
_KEY, _NUMBER = 2, 4
_SIZES = (
    (1, "Untyped _Untyped Byte Char Bool QInt8 QUInt8 QUInt4x2 QUInt2x4"),
    (2, "Half BFloat16 Short"),
    (4, "Float Int QInt32"),
    (8, "Double Long ComplexFloat"),
    (16, "ComplexDouble"),
)
ITEM_SIZES = {f"{name}Storage": size for size, names in _SIZES for name in names.split()}


class Storages:
    """What persistent ids refer to: for each key, how many bytes there have to be."""

    def __init__(self) -> None:
        self.needed: dict[str, int] = {}

    def expect(self, machine: Machine, identity: Value) -> bool:
        """Whether a persistent id is one that torch writes; a storage is kept."""
        if not isinstance(identity, tuple) or not identity:
            return False
        word = machine.text(identity[0])
        if word == "module":  # legacy: a class with the source text of its module
            return True
        if word != "storage" or len(identity) <= _NUMBER:
            return False
        key, kind = machine.text(identity[_KEY]), identity[1]
        number = _integer(machine, identity[_NUMBER])
        if key is None or number is None or number < 0 or type(kind) is not Global:
            return False
        if len(self.needed) < _MOST_STORAGES:
            needed = number * ITEM_SIZES.get(kind.name, 1)
            self.needed[key] = max(self.needed.get(key, 0), needed)
        return True


def _integer(machine: Machine, value: Value) -> int | None:
    return integer_at(machine.buffer, value) if type(value) is int else None
