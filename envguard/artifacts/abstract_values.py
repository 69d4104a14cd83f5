"""What stands on the abstract stack in place of the objects that a real load would make.

A constant is the plain ``int`` offset of the opcode that pushes it: nothing is decoded, and
nothing kept, before somebody asks (``constants``). Tuples are tuples of values. Everything else
is one of the classes below.
"""

from __future__ import annotations

from typing import TypeAlias, Union


class Opaque:
    """An object of which nothing needs to be known."""

    __slots__ = ()


OPAQUE = Opaque()


class Entries:
    """A dict: its first keys and values in turn, as far as the cap goes."""

    __slots__ = ("cut", "flat")

    def __init__(self, flat: list[Value]) -> None:
        self.flat = flat
        self.cut = False
        """Some of what it held is not kept."""


class Global:
    """A (module, name) pair that loading looks up, one object for each pair."""

    __slots__ = ("builds_first", "called", "module", "name")

    def __init__(self, module: str, name: str) -> None:
        self.module = module
        self.name = name
        self.called = False
        self.builds_first: bool | None = None
        """Whether calling it makes an instance of its first argument; None until asked."""


class Call:
    """The result of a call made while loading.

    ``note`` is free for whoever listens: what it made of the call or of its state.
    """

    __slots__ = ("arguments", "callee", "note")

    def __init__(self, callee: Value, arguments: Value) -> None:
        self.callee = callee
        self.arguments = arguments
        self.note: object = None


Value: TypeAlias = Union[int, "tuple[Value, ...]", Opaque, Entries, Global, Call]
