"""The header of a .npy file: what its array is made of, read without evaluating anything.

Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
"""

from __future__ import annotations

import math
import re
from typing import TypeAlias, Union

from msgspec import Struct

from envguard.artifacts.journal import MalformedError

MAGIC = b"\x93NUMPY"
LONGEST_HEADER = 1 << 20
_LENGTH_BYTES = {1: 2, 2: 4, 3: 4}
"""By the format's version: how wide the header's own length is."""
_DEEPEST = 24
_MOST_DIMENSIONS = 64
_POINTER = 8
_PAIR = 2
_TOKEN = re.compile(
    r"""\s*(?:(?P<punctuation>[][(){}:,])|(?P<number>-?\d{1,20})L?
    |[bu]?'(?P<single>[^'\\]*)'|[bu]?"(?P<double>[^"\\]*)"|(?P<word>True|False|None))""",
    re.VERBOSE,
).match
_SPELLING = re.compile(r"[<>=|!]?([?bBiufcmMOSaUV])(\d{0,9})(?:\[[^]]*\])?").fullmatch
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_WORDS = {"True": True, "False": False, "None": None}

Literal: TypeAlias = Union[  # noqa: UP007  (it names itself)
    str, int, list["Literal"], dict[str, "Literal"], None
]
"""A tuple counts as a list."""


class Header(Struct, frozen=True, kw_only=True):
    """What a .npy file says of its array."""

    version: tuple[int, int]
    start: int
    """Where the data start, from the start of the file."""
    count: int
    """How many items."""
    item_size: int | None
    """In bytes; None where the description does not tell."""
    has_objects: bool
    """The data are one pickle."""


def read_header(head: bytes, size: int) -> Header:
    """The header at the start of these bytes, of a file of that size.

    Raises:
        MalformedError: it is cut short, too long, or no description of an array.
    """
    major, minor = head[6:8] if len(head) >= 8 else (0, 0)  # noqa: PLR2004  (magic and version)
    width = _LENGTH_BYTES.get(major)
    if width is None:
        text = f"a .npy file of version {major}.{minor}, which numpy does not write"
        kind = "bad-header" if len(head) >= 8 else "truncated"  # noqa: PLR2004  (the same)
        raise MalformedError(kind, 6, text if kind == "bad-header" else "the header is cut short")
    length = int.from_bytes(head[8 : 8 + width], "little")
    start = 8 + width + length
    if start > size or len(head) < 8 + width:
        raise MalformedError("truncated", 8, f"a header of {length} bytes, which are not all there")
    if length > LONGEST_HEADER:
        raise MalformedError("limit", 8, f"a header of {length} bytes, which no array needs")
    text = head[8 + width : start].decode("utf-8" if major >= 3 else "latin-1", "replace")  # noqa: PLR2004  (the version with UTF-8)
    fields = _parse(text)
    if not isinstance(fields, dict) or not {"descr", "shape"} <= set(fields):
        raise MalformedError("bad-header", 8 + width, "the header does not describe an array")
    item_size, has_objects = _dtype(fields["descr"], 0)
    return Header(
        version=(major, minor),
        start=start,
        count=_count(fields["shape"]),
        item_size=item_size,
        has_objects=has_objects,
    )


def _count(shape: Literal) -> int:
    lengths = shape if isinstance(shape, list) else [shape]
    numbers = [length for length in lengths if isinstance(length, int) and length >= 0]
    if len(numbers) != len(lengths) or len(numbers) > _MOST_DIMENSIONS:
        raise MalformedError("bad-header", 8, "the header's shape is none")
    return math.prod(numbers)


def _dtype(description: Literal, depth: int) -> tuple[int | None, bool]:
    """The item size, and whether there are objects inside."""
    if depth > _DEEPEST:
        raise MalformedError("limit", 8, "a dtype within a dtype, too often")
    if isinstance(description, str):
        parts = _SPELLING(description)
        if parts is None:
            return None, "O" in description
        kind, digits = parts[1], parts[2]
        if kind == "O":
            return _POINTER, True
        size = int(digits or (1 if kind in "?bBSaUV" else _POINTER))
        return size * (4 if kind == "U" else 1), False
    if not isinstance(description, list) or not description:
        return (None, False) if description else (0, False)
    if _is_subarray(description):
        item_size, objects = _dtype(description[0], depth + 1)
        return _times(item_size, _count(description[1])), objects
    return _structured(description, depth)


def _structured(description: list[Literal], depth: int) -> tuple[int | None, bool]:
    total: int | None = 0
    has_objects = False
    for field in description:
        if not isinstance(field, list) or len(field) < 2:  # noqa: PLR2004  (a name and a dtype)
            raise MalformedError("bad-header", 8, "the header's dtype is none")
        item_size, objects = _dtype(field[1], depth + 1)
        repeated = _count(field[2]) if len(field) > 2 else 1  # noqa: PLR2004  (and a shape)
        size = _times(item_size, repeated)
        total = total + size if total is not None and size is not None else None
        has_objects = has_objects or objects
    return total, has_objects


def _times(size: int | None, count: int) -> int | None:
    return size * count if size is not None else None


def _is_subarray(description: list[Literal]) -> bool:
    """Whether it is a dtype and a shape, rather than a list of fields."""
    return (
        len(description) == _PAIR
        and isinstance(description[0], str)
        and not isinstance(description[1], str)
    )


def _parse(text: str) -> Literal:
    value, at = _value(text, 0, 0)
    if text[at:].strip(" \n\0"):
        raise MalformedError("bad-header", at, "more follows the description of the array")
    return value


def _value(text: str, at: int, depth: int) -> tuple[Literal, int]:
    token = _TOKEN(text, at)
    if token is None or depth > _DEEPEST:
        raise MalformedError("bad-header", at, "the header is no literal of Python")
    at = token.end()
    if token["number"] is not None:
        return int(token["number"]), at
    if token["word"] is not None:
        return _WORDS[token["word"]], at
    if token["punctuation"] is None:
        return token["single"] if token["single"] is not None else token["double"], at
    if token["punctuation"] not in _PAIRS:
        raise MalformedError("bad-header", at, "the header is no literal of Python")
    items, at = _items(text, at, _PAIRS[token["punctuation"]], depth + 1)
    if token["punctuation"] != "{":
        return items, at
    keys, values = items[::2], items[1::2]
    return {
        key: value for key, value in zip(keys, values, strict=False) if isinstance(key, str)
    }, at


def _items(text: str, at: int, closing: str, depth: int) -> tuple[list[Literal], int]:
    """The values up to the closing bracket, keys and values of a dict in turn."""
    items: list[Literal] = []
    while True:
        token = _TOKEN(text, at)
        if token is not None and token["punctuation"] == closing:
            return items, token.end()
        value, at = _value(text, at, depth)
        items.append(value)
        token = _TOKEN(text, at)
        if token is not None and token["punctuation"] in {",", ":"}:
            at = token.end()
