"""A fact that could not be had, with the reason."""

from __future__ import annotations

from msgspec import Struct


class Unknown(Struct, frozen=True, tag_field="state", tag="unknown"):
    """Stands where a fact should be and could not be read; never empty text, never null."""

    reason: str
