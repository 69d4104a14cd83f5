"""Names in an artifact that can do harm, and those that nobody vouches for.

No malware scanner: what is not listed as dangerous is not thereby safe, and code embedded in an
artifact can do anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.facts.report import Danger
from envguard.judgement.known_names import KNOWN

if TYPE_CHECKING:
    from envguard.facts.artifact import ArtifactFacts, Need

RUNS = "it runs programs or code"
WRITES = "it opens, changes or deletes files"
CONNECTS = "it talks to the network"
RESOLVES = "it reaches any name there is"
LOADS = "it loads another pickle, which can call anything"

# Source: the advisories of picklescan, modelscan and fickling; the CPython library reference.
DANGEROUS_MODULES = {
    "os": RUNS, "posix": RUNS, "nt": RUNS, "subprocess": RUNS, "_posixsubprocess": RUNS,
    "pty": RUNS, "runpy": RUNS, "commands": RUNS, "popen2": RUNS, "multiprocessing": RUNS,
    "code": RUNS, "codeop": RUNS, "pdb": RUNS, "bdb": RUNS, "timeit": RUNS, "trace": RUNS,
    "cProfile": RUNS, "profile": RUNS, "doctest": RUNS, "asyncio": RUNS, "ctypes": RUNS,
    "_ctypes": RUNS, "cffi": RUNS, "pip": RUNS, "ensurepip": RUNS, "venv": RUNS,
    "webbrowser": RUNS, "antigravity": RUNS, "idlelib": RUNS, "lib2to3": RUNS,
    "concurrent": RUNS, "_thread": RUNS, "threading": RUNS, "signal": RUNS, "test": RUNS,
    "shutil": WRITES, "tempfile": WRITES, "pathlib": WRITES, "fileinput": WRITES, "mmap": WRITES,
    "zipfile": WRITES, "tarfile": WRITES, "sqlite3": WRITES, "dbm": WRITES, "io": WRITES,
    "_io": WRITES, "linecache": WRITES, "logging": WRITES,
    "socket": CONNECTS, "_socket": CONNECTS, "ssl": CONNECTS, "http": CONNECTS,
    "urllib": CONNECTS, "ftplib": CONNECTS, "smtplib": CONNECTS, "imaplib": CONNECTS,
    "poplib": CONNECTS, "telnetlib": CONNECTS, "nntplib": CONNECTS, "xmlrpc": CONNECTS,
    "socketserver": CONNECTS, "requests": CONNECTS, "httplib": CONNECTS, "urllib2": CONNECTS,
    "importlib": RESOLVES, "imp": RESOLVES, "pkgutil": RESOLVES, "zipimport": RESOLVES,
    "inspect": RESOLVES, "gc": RESOLVES, "sys": RESOLVES, "site": RESOLVES, "pydoc": RESOLVES,
    "marshal": LOADS, "shelve": LOADS,
}  # fmt: skip
"""Every name of these, and of what lies under them, is dangerous in a pickle."""

_BUILTINS = dict.fromkeys(("eval", "exec", "compile", "execfile", "breakpoint", "input"), RUNS) | {
    "open": WRITES,
    "file": WRITES,
    **dict.fromkeys(
        ("__import__", "getattr", "setattr", "delattr", "globals", "locals", "vars", "apply"),
        RESOLVES,
    ),
}
DANGEROUS_NAMES = {
    **{(m, n): w for m in ("builtins", "__builtin__") for n, w in _BUILTINS.items()},
    **{(m, n): RESOLVES for m in ("operator", "_operator") for n in ("attrgetter", "methodcaller")},
    **{
        (m, n): LOADS
        for m in ("pickle", "_pickle", "cPickle", "dill", "dill._dill", "cloudpickle", "joblib")
        for n in ("load", "loads", "Unpickler", "_Unpickler", "_load", "_loads")
    },
    ("cloudpickle.cloudpickle", "loads"): LOADS,
    ("cloudpickle.cloudpickle", "load"): LOADS,
    ("joblib.numpy_pickle", "load"): LOADS,
    ("torch.storage", "_load_from_bytes"): LOADS,
    ("torch", "load"): LOADS,
    ("torch.serialization", "load"): LOADS,
    ("torch.hub", "load"): RUNS,
    ("pandas", "read_pickle"): LOADS,
    ("pandas.io.pickle", "read_pickle"): LOADS,
    ("numpy", "load"): LOADS,
    ("numpy.lib.npyio", "load"): LOADS,
    ("numpy.lib._npyio_impl", "load"): LOADS,
    ("numpy.testing._private.utils", "runstring"): RUNS,
    ("codecs", "open"): WRITES,
    ("types", "CodeType"): RUNS,
    ("types", "FunctionType"): RUNS,
}
"""Exact pairs, by module and name."""

# Source: dill 0.4 (dill/_dill.py) and cloudpickle 3.1 (cloudpickle/cloudpickle.py), which rebuild
# functions and classes from their parts with these.
BY_VALUE = frozenset({"dill", "cloudpickle"})
BY_VALUE_NAMES = frozenset(
    {(m, n) for m in ("builtins", "__builtin__") for n in ("getattr", "setattr")}
    | {("types", "CodeType"), ("types", "FunctionType")}
)
REACHING = frozenset({"__builtins__", "__globals__", "__dict__", "__subclasses__", "__loader__"})
UNVOUCHED = "it is of no library that this release knows; loading may run its code"
EMBEDDED = "code inside the artifact: it can do anything when it is called"
BUILDS_CODE = "it rebuilds code from the artifact, which can do anything when it is called"


def dangers_of(facts: ArtifactFacts) -> tuple[Danger, ...]:
    """What an artifact names that is dangerous or unknown, and the code inside it; sorted.

    Names of the small list of known ones never.
    """
    dangers = {_danger(need, by_value=facts.serializer in BY_VALUE) for need in facts.needs}
    found = {danger for danger in dangers if danger is not None}
    for code in facts.code:
        found.add(Danger(module="", name=code.function, level="unknown", why=EMBEDDED))
    return tuple(sorted(found, key=lambda d: (d.level, d.module, d.name, d.why)))


def _danger(need: Need, *, by_value: bool) -> Danger | None:
    pair = (need.module, need.name)
    if by_value and pair in BY_VALUE_NAMES:
        return _unknown(need, BUILDS_CODE)
    why = DANGEROUS_NAMES.get(pair) or _by_module(need) or _by_hops(need)
    if why is not None:
        return Danger(module=need.module, name=need.name, level="dangerous", why=why)
    if need.name in KNOWN.get(need.module, ()):
        return None
    rebuilds = by_value and need.module.partition(".")[0] in BY_VALUE
    return _unknown(need, BUILDS_CODE if rebuilds else UNVOUCHED)


def _unknown(need: Need, why: str) -> Danger:
    return Danger(module=need.module, name=need.name, level="unknown", why=why)


def _by_module(need: Need) -> str | None:
    """Why a module is dangerous as a whole, exact safe names of it left out."""
    if need.name in KNOWN.get(need.module, ()):
        return None
    return DANGEROUS_MODULES.get(need.module.partition(".")[0])


def _by_hops(need: Need) -> str | None:
    """Why a dotted name is dangerous: one of its hops is a dangerous module, or reaches all."""
    hops = need.name.split(".")
    if REACHING & set(hops):
        return RESOLVES
    for hop in hops[:-1]:
        if hop in DANGEROUS_MODULES:
            return DANGEROUS_MODULES[hop]
    return None
