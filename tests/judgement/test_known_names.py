"""The lists of known names: complete in their form, free of what does harm, and read in no time."""

from __future__ import annotations

import re
import time

import pytest

from envguard.judgement import known_names
from envguard.judgement.argued_names import _JUDGES
from envguard.judgement.dangerous_names import DANGEROUS_NAMES, REACHING, is_powerful
from envguard.judgement.known_names import LIBRARIES, is_known, list_of

LISTS = sorted(known_names._FOLDER.glob("*.txt"))
NAME = r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*"
ONLY_SOUNDS = re.compile(
    r"__pyx_unpickle_\w+"  # Cython: makes an object of its class and sets its fields
    r"|eval_\w+"  # scipy.special: values of polynomials
    r"|_?_nat_unpickle|_timedelta_unpickle|_unpickle_(timestamp|block)|ZoneInfo\._unpickle"
    r"|_?compile"  # re: a regular expression
    r"|_Remove_From_Func"
)
"""Names that sound as if they acted, and were looked at."""


def pairs(path):
    for line in path.read_text().splitlines():
        if not line.startswith("#"):
            module, *names = line.split(" ")
            yield from ((module, name) for name in names)


def test_there_is_a_list_for_each_library_and_one_for_the_standard_library():
    assert {path.stem for path in LISTS} == LIBRARIES | {"stdlib"}


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_a_list_says_its_source_and_is_sorted_and_narrow(path):
    lines = path.read_text().splitlines()
    assert any("Source:" in line for line in lines[:3])
    rows = [line for line in lines if not line.startswith("#")]
    for row in rows:
        assert len(row) <= 100 or row.count(" ") == 1
        assert re.fullmatch(rf"{NAME}( {NAME})+", row)
    modules = [row.split()[0] for row in rows]
    assert modules == sorted(modules)
    everything = list(pairs(path))
    assert everything == sorted(set(everything))


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_what_is_listed_is_found_by_its_module(path):
    assert all(is_known(module, name) for module, name in pairs(path))


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_nothing_listed_is_dangerous_or_reaches_further(path):
    for module, name in pairs(path):
        assert (module, name) not in DANGEROUS_NAMES
        assert (module, name) not in _JUDGES
        assert not REACHING & set(name.split("."))


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_nothing_listed_sounds_as_if_it_acted(path):
    sounding = {name for _, name in pairs(path) if is_powerful(name)}
    assert {name for name in sounding if not ONLY_SOUNDS.fullmatch(name)} == set()


@pytest.mark.parametrize(
    ("module", "library"),
    [
        ("numpy._core.multiarray", "numpy"),
        ("_loss", "sklearn"),
        ("sklearn", "sklearn"),
        ("sklearnx", None),
        ("../../etc/passwd", None),
        ("collections", None),
        ("", None),
    ],
)
def test_the_list_of_a_module_is_that_of_its_library(module, library):
    assert list_of(module) == library
    assert not is_known(module, "unheard_of")


def test_a_list_is_read_in_no_time():
    best = 1.0
    for _ in range(5):
        known_names._lines.cache_clear()
        known_names._names.cache_clear()
        begun = time.perf_counter()
        assert is_known("sklearn.tree._tree", "Tree")
        best = min(best, time.perf_counter() - begun)
    assert best < 0.01  # 1 ms on a machine with nothing else to do
