"""Will this model artifact load, and behave the same, over there?

``envguard.snapshot``, ``envguard.check`` and ``envguard.inspect`` are imported when first used,
so that ``import envguard`` costs next to nothing in the program that asks.
"""

from __future__ import annotations

__version__ = "0.1.0"
__all__ = ["__version__", "check", "inspect", "snapshot"]

TYPE_CHECKING = False  # typing itself is not worth its import here; checkers know this name
if TYPE_CHECKING:
    from envguard.api import check, inspect, snapshot


def __getattr__(name: str) -> object:
    """The verb of that name, imported now."""
    if name in {"check", "inspect", "snapshot"}:
        from envguard import api  # noqa: PLC0415  (the point of this function)

        return getattr(api, name)
    raise AttributeError(f"module 'envguard' has no attribute {name!r}")


def __dir__() -> list[str]:
    """What can be asked of this module."""
    return sorted([*globals(), "check", "inspect", "snapshot"])
