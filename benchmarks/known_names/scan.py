"""The classes and functions of a library by its syntax trees, and what they can do."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from review import EXECUTING, HARMLESS, LIBRARIES, METHODS, REACHED, REFUSED, REVIEWED, ROOTS, TESTS

if TYPE_CHECKING:
    from pathlib import Path

ALSO = ("torch.nn.functional", "torch._utils")
"""Modules that are read for their functions."""


def called(node: ast.AST) -> str:
    """The dotted text of what a call calls; empty where it is computed."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def powers(node: ast.AST) -> set[str]:
    """What a body calls that opens, imports, evaluates, starts or connects."""
    found = set()
    for one in ast.walk(node):
        if not isinstance(one, ast.Call):
            continue
        text = called(one.func)
        root, _, rest = text.partition(".")
        acts = text in EXECUTING or (rest and text.rpartition(".")[2] in METHODS)
        outside = rest and root in ROOTS and not any(text.startswith(h) for h in HARMLESS)
        if acts or outside:
            found.add(text)
    return found


def calls_given(node: ast.FunctionDef) -> set[str]:
    """Which of its own parameters a function calls."""
    given = {a.arg for a in (*node.args.args, *node.args.kwonlyargs)}
    calls = {called(one.func) for one in ast.walk(node) if isinstance(one, ast.Call)}
    return {f"{name}, as given" for name in calls & given}


def kept_by_objects(tree: ast.Module) -> set[str]:
    """Names that methods keep as attributes, ``self.x = name``: pickles may hold functions so."""
    return {
        node.value.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Name)
        and any(called(target).startswith("self.") for target in node.targets)
    }


def imported(body: list[ast.stmt], module: str) -> dict[str, str]:
    """The module that each name comes from that a module's body imports."""
    found = {}
    for node in body:
        if isinstance(node, ast.ImportFrom):
            parts = module.split(".")
            above = parts[: len(parts) - node.level] if node.level else []
            origin = ".".join([*above, *([node.module] if node.module else [])])
            found |= {one.name: origin for one in node.names}
    return found


def reachable(start: set[str], bodies: dict[str, ast.AST], own: str) -> set[str]:
    """The powers of bodies that these reach by plain or ``self.`` calls within one scope."""
    found, todo, seen = set(), [n for n in start if n in bodies], set()
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        found |= powers(bodies[name])
        for one in ast.walk(bodies[name]):
            if isinstance(one, ast.Call):
                text = called(one.func)
                callee = text.removeprefix(own) if text.startswith(own) else text
                if callee in bodies:
                    todo.append(callee)
    return found


class Scan:
    """The classes and functions of one library as one folder has it."""

    def __init__(self, library: str, folder: Path) -> None:
        self.library, self.rules = library, LIBRARIES[library]
        self.classes: dict[str, tuple[list[str], set[str]]] = {}
        self.functions: dict[str, set[str]] = {}
        self.scopes: dict[str, dict[str, ast.AST]] = {}
        self.kept: set[tuple[str, str]] = set()
        for path in sorted(folder.rglob("*.py")):
            module = ".".join((library, *path.relative_to(folder).with_suffix("").parts))
            module = module.removesuffix(".__init__")
            if self.wanted(module):
                self.read(module, path)
        for module, name in self.kept:
            if name in self.scopes.get(module, {}):
                self.functions[f"{module} {name}"] = reachable({name}, self.scopes[module], "")

    def wanted(self, module: str) -> bool:
        if re.search(TESTS, module) or re.search(self.rules["leave"], module):
            return False
        return (
            "keep" not in self.rules or bool(re.match(self.rules["keep"], module)) or module in ALSO
        )

    def read(self, module: str, path: Path) -> None:
        try:
            tree = ast.parse(path.read_bytes())
        except SyntaxError:
            return
        body = [
            n
            for top in tree.body
            for n in (top.body if isinstance(top, ast.If | ast.Try) else [top])
        ]
        scope = {n.name: n for n in body if isinstance(n, ast.FunctionDef)}
        for node in body:
            if isinstance(node, ast.ClassDef):
                self.read_class(module, node, scope)
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                name = called(node.targets[0])
                if name and called(node.value.func).endswith("namedtuple"):
                    self.classes[f"{module} {name}"] = ([], set())
        origins = dict.fromkeys(scope, module) | imported(body, module)
        self.scopes[module] = scope
        self.kept |= {(origins[n], n) for n in kept_by_objects(tree) & set(origins)}
        for name, function in scope.items():
            asks = name in {"__getattr__", "__dir__"}  # these give any name of a module
            if not asks and re.fullmatch(self.rules["functions"], f"{module} {name}"):
                found = reachable({name}, scope, "") | calls_given(function)
                self.functions[f"{module} {name}"] = found

    def read_class(self, module: str, node: ast.ClassDef, scope: dict[str, ast.AST]) -> None:
        methods = {n.name: n for n in node.body if isinstance(n, ast.FunctionDef)}
        found = reachable(REACHED, methods, "self.")
        calls = {called(c.func) for name in REACHED & set(methods)
                 for c in ast.walk(methods[name]) if isinstance(c, ast.Call)}  # fmt: skip
        found |= reachable(calls, scope, "")
        for inner in node.body:
            if isinstance(inner, ast.ClassDef):
                inner.name = f"{node.name}.{inner.name}"
                self.read_class(module, inner, scope)
        bases = [called(base).rpartition(".")[2] for base in node.bases]
        self.classes[f"{module} {node.name}"] = (bases, found)

    def judged(self) -> tuple[set[str], dict[str, set[str]]]:
        """The names that may be known, and those that a person has to judge."""
        by_name: dict[str, list[str]] = {}
        for key in self.classes:
            by_name.setdefault(key.split()[1], []).append(key)
        refused = {key: found for key, (_, found) in self.classes.items() if found}
        refused |= {key: found for key, found in self.functions.items() if found}
        for key in self.classes:
            if key.replace(" ", ".") in REFUSED:
                refused[key] = {REFUSED[key.replace(" ", ".")]}
        refused = {k: v for k, v in refused.items() if k.replace(" ", ".") not in REVIEWED}
        grown = True
        while grown:
            grown = False
            for key, (bases, _) in self.classes.items():
                heirs = {b for b in bases for owner in by_name.get(b, ()) if owner in refused}
                if heirs and key not in refused and key.replace(" ", ".") not in REVIEWED:
                    refused[key] = {f"as {base}" for base in sorted(heirs)}
                    grown = True
        every = (set(self.classes) | set(self.functions)) - set(refused)
        return {k for k in every if k.replace(" ", ".") not in REFUSED}, refused
