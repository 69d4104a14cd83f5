"""The table of all kinds; a new file of kinds gets a line here. Runs on Python 3.6 and newer."""

import importlib

FILES = (
    "kinds_estimators",
    "kinds_data",
    "kinds_functions",
    "kinds_boosters",
    "kinds_libraries",
)


def all_kinds():
    """Every kind, by name; a file whose libraries are missing here is left out."""
    found = {}
    for name in FILES:
        for kind in importlib.import_module(name).KINDS:
            if kind.name in found:
                raise ValueError("two kinds are named " + kind.name)
            found[kind.name] = kind
    return found
