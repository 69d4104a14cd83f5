"""Real artifacts in every wrapping, and the names that their real loads look up.

    python make_and_trace.py make FOLDER      writes them, and made.json: what was, and what not
    python make_and_trace.py trace FOLDER     loads each one, and prints file -> names as JSON
    python make_and_trace.py trace FOLDER answers.json    of what benchmarks/matrix/write.py wrote

Runs in the environments, on Python 3.8 and newer.
"""

# ruff: noqa: BLE001, T201, UP031, F401, ICN001  (it runs in other environments and answers
# by printing; what a library raises is the answer; modules of cases register themselves)

import contextlib
import json
import os
import pickle
import sys
import warnings

import containers
import functions
import pickles
import torch_layouts
from registry import CASES, load_dill, load_joblib, load_pickle, write


def make(folder):
    """Writes every artifact; what the environment cannot make is told with its reason."""
    told = {}
    for name, (save, suffix, _) in CASES.items():
        path = os.path.join(folder, name + suffix)
        try:
            save(path)
        except Exception as problem:
            told[name] = {"left_out": "%s: %s" % (type(problem).__name__, problem)}
            with contextlib.suppress(OSError):
                os.remove(path)
        else:
            told[name] = {"file": name + suffix}
    write(os.path.join(folder, "made.json"), json.dumps(told, indent=1).encode())


ASKED = set()


def _listen(event, arguments):
    # Every find_class ends in pickle's own, C or Python, joblib's and cloudpickle's and dill's as
    # well; only for the namespace of __main__ dill asks nobody.
    if event == "pickle.find_class":
        ASKED.add((str(arguments[0]), str(arguments[1])))


def trace(folder, listing):
    """The names that loading each file looks up, or why it did not load."""
    sys.addaudithook(_listen)
    with open(os.path.join(folder, listing)) as stream:
        made = json.load(stream)
    told = {}
    for name, one in sorted(made.items()):
        if "file" not in one:
            told[name] = one
            continue
        ASKED.clear()
        loader = CASES[name][2] if listing == "made.json" else _loader_of(one["saved"])
        try:
            loader(os.path.join(folder, one["file"]))
        except Exception as problem:
            told[name] = {"left_out": "not loaded: %s: %s" % (type(problem).__name__, problem)}
        else:
            told[name] = {"file": one["file"], "names": sorted(ASKED)}
    print("TOLD" + json.dumps(told))


def _loader_of(saved):
    """The loader of a kind of the matrix."""
    kind = saved.partition("-")[0]
    if kind == "pandas":
        import pandas

        return lambda path: pandas.read_pickle(path, compression=saved.partition("-")[2] or None)
    return {"joblib": load_joblib, "dill": load_dill}.get(kind, load_pickle)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    if sys.argv[1] == "make":
        make(sys.argv[2])
    else:
        trace(sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else "made.json")
