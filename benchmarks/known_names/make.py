"""Makes the lists of known names: what pickles of stock libraries look up.

Usage::

    python benchmarks/known_names/make.py SITE_PACKAGES[=PYTHON]... --output FOLDER

Each SITE_PACKAGES is a folder in which libraries are installed or unpacked; with ``=PYTHON``, an
interpreter that can import them, extension modules and numpy's functions are asked too. FOLDER is
``envguard/judgement/known``: what its lists hold stays, so run it with a new release to extend
them, then read the diff.

What gets in: the classes of the modules that ``review.py`` lets in, functions where pickles name
functions (scores, ufuncs, what rebuilds an object), and ``by_hand.txt``. What stays out, and is
written to ``--refused`` for a person to judge: whatever opens, imports, evaluates, starts or
connects in a method that loading or calling can reach, by its syntax tree; its subclasses
likewise. ``REVIEWED`` and ``REFUSED`` hold the verdicts that differ from that, each with its
reason. A callable whose arguments choose what is imported or called stays out too; those few are
judged by their arguments in ``envguard/judgement/argued_names.py``.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from review import LIBRARIES, REFUSED, TESTS  # noqa: E402  (found by the line above)
from scan import Scan  # noqa: E402

WIDTH = 100
TITLES = {"stdlib": "the standard library"}


def asked(python: str, site: Path, libraries: list[str]) -> dict[str, set[str]]:
    """What extension modules hold, by library, as ``module name``."""
    rules = {name: {**LIBRARIES[name], "tests": TESTS} for name in libraries}
    done = subprocess.run(
        [python, HERE / "extensions.py", str(site), json.dumps(rules)],
        capture_output=True,
        text=True,
        check=False,
    )
    if "@@" not in done.stdout:
        sys.exit(f"{python} gave no answer: {done.stderr[-2000:]}")
    found: dict[str, set[str]] = {}
    for library, module, name in json.loads(done.stdout.rpartition("@@")[2]):
        dotted = f"{module}.{name}"
        if re.fullmatch(r"[\w.]+", dotted) and "<locals>" not in dotted and dotted not in REFUSED:
            found.setdefault(library, set()).add(f"{module} {name}")
    return found


def releases(site: Path, library: str) -> str:
    """The release in a folder, by its metadata."""
    names = {"sklearn": "scikit_learn"}.get(library, library)
    found = sorted(
        p.name.removesuffix(".dist-info").split("-")[1] for p in site.glob(f"{names}-*.dist-info")
    )
    if found:
        return found[-1]
    version = site / library / "version.py"
    told = re.search(r"__version__ = '([\d.]+)", version.read_text()) if version.exists() else None
    return told[1] if told else "?"


def read_list(path: Path) -> tuple[list[str], dict[str, set[str]], set[str]]:
    """The comment lines, the names by module, and the releases read, of a list that is there."""
    comments, names, read = [], {}, set()
    for line in path.read_text().splitlines() if path.exists() else []:
        if line.startswith("# Releases read:"):
            read |= set(line.partition(":")[2].split())
        elif line.startswith("#"):
            comments.append(line)
        elif line:
            module, *rest = line.split()
            names.setdefault(module, set()).update(rest)
    return comments, names, read


def write_list(path: Path, library: str, found: set[str], read: set[str]) -> None:
    """The list with what was found added, its lines at most 100 wide."""
    comments, names, before = read_list(path)
    for key in found:
        module, name = key.split()
        names.setdefault(module, set()).add(name)
    told = sorted((read | before) - {"?"}, key=lambda v: [int(n) for n in re.findall(r"\d+", v)])
    lines = comments or [
        f"# What pickles of {TITLES.get(library, library)} look up and what only builds values:",
        "# a module, some of its names. Source: the installed files of the releases below, or for",
        "# what is not among them their documentation; by benchmarks/known_names/make.py.",
    ]
    lines += [f"# Releases read: {' '.join(told)}"] if told else []
    for module in sorted(names):
        row = module
        for name in sorted(names[module]):
            if len(row) + 1 + len(name) > WIDTH:
                lines.append(row)
                row = module
            row += f" {name}"
        lines.append(row)
    path.write_text("\n".join(lines) + "\n")


def by_hand() -> dict[str, set[str]]:
    """What no walk finds, by library, as ``module name``: lines of a library, a module, names."""
    found: dict[str, set[str]] = {}
    for line in (HERE / "by_hand.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            library, module, *names = line.split()
            found.setdefault(library, set()).update(f"{module} {name}" for name in names)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sites", nargs="+")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--refused", type=Path, help="Where to write what a person has to judge.")
    given = parser.parse_args()
    refused: dict[str, set[str]] = {}
    done: set[tuple[str, str]] = set()
    for text in given.sites:
        place, _, python = text.partition("=")
        site = Path(place)
        here = [name for name in LIBRARIES if (site / name).is_dir()]
        extensions = asked(python, site, here) if python else {}
        for library in here:
            release = releases(site, library)
            found = extensions.get(library, set())
            if (library, release) not in done or release == "?":
                scan = Scan(library, site / library)
                plain, doubtful = scan.judged()
                found = (found | plain) - set(doubtful)
                refused |= {f"{library} {release} {k}": v for k, v in doubtful.items()}
            done.add((library, release))
            write_list(given.output / f"{library}.txt", library, found, {release})
            print(library, release, len(found), flush=True)
    for library, found in by_hand().items():
        write_list(given.output / f"{library}.txt", library, found, set())
    if given.refused:
        lines = [f"{key}: {', '.join(sorted(why))}" for key, why in sorted(refused.items())]
        given.refused.write_text("\n".join(lines))


if __name__ == "__main__":
    main()
