"""The types that a skops file names: a zip of arrays, and a JSON document that joins them.

Source: https://github.com/skops-dev/skops/blob/main/skops/io/_audit.py and _general.py: each node
has ``__module__`` and ``__class__``; a function node has ``module_path`` and ``function``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from envguard.artifacts.contents import Contents
    from envguard.artifacts.zip_members import Archive

SCHEMA = "schema.json"
_LARGEST = 8 << 20


def look_at_schema(contents: Contents, archive: Archive) -> None:
    """Notes every type of the document as a name; a document that cannot be read is told."""
    member = archive.by_name[SCHEMA]
    if member.encrypted:
        return
    if member.size > _LARGEST:
        archive.note("limit", member.header, f"a schema of {member.size} bytes, which is not read")
        return
    with archive.opened(member) as piece:
        raw = piece.head(_LARGEST) if piece is not None else b""
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError) as error:
        archive.note("bad-schema", member.header, f"{SCHEMA} is no JSON that can be read: {error}")
        return
    for module, name in _types(document):
        contents.journal.look_up(module, name, 0).called = True


def _types(document: Any) -> Iterator[tuple[str, str]]:
    open_nodes = [document]
    while open_nodes:
        node = open_nodes.pop()
        if isinstance(node, list):
            open_nodes += node
        elif isinstance(node, dict):
            open_nodes += node.values()
            for module, name in (("__module__", "__class__"), ("module_path", "function")):
                pair = node.get(module), node.get(name)
                if isinstance(pair[0], str) and isinstance(pair[1], str):
                    yield pair[0], pair[1]
