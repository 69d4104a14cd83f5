"""Loads and uses artifacts in the environment that runs it, each in a process of its own.

``load.py ANSWERS... < nothing``: for each kind in each ``answers.json`` one line of JSON: how
loading went (``loads``, or the exception), and using it (``same``, ``differs``, ``error``,
``crash``, ``hang``). Runs on Python 3.6 and newer, where there is ``fork``.
"""

import json
import os
import resource
import signal
import sys
import time
import warnings

from kind import load, plain, same
from kinds import all_kinds

HERE = os.path.dirname(os.path.abspath(__file__))
SECONDS = 120
BUSY_SECONDS = 6
"""Of the processor: foreign bytecode likes to loop."""
OFTEN = (
    "joblib",
    "pandas",
    "scipy.interpolate",
    "scipy.sparse",
    "scipy.stats",
    "sklearn.calibration",
    "sklearn.cluster",
    "sklearn.compose",
    "sklearn.ensemble",
    "sklearn.feature_extraction.text",
    "sklearn.gaussian_process",
    "sklearn.impute",
    "sklearn.linear_model",
    "sklearn.manifold",
    "sklearn.mixture",
    "sklearn.neighbors",
    "sklearn.neural_network",
    "sklearn.pipeline",
    "statsmodels.api",
    "xgboost",
    "lightgbm",
)


def tried(kind, path, expected, report):
    """Loads and uses one artifact; tells each step as soon as it is known."""
    try:
        obj = load(path, kind.saved)
    except BaseException as problem:
        report({"load": "fails", "why": told(problem)})
        return
    report({"load": "loads"})
    for name in sorted(expected):
        try:
            answer = plain(kind.uses[name](obj))
        except BaseException as problem:
            report({"use": "error", "how": name, "why": told(problem)})
            return
        if not same(answer, expected[name]):
            report({"use": "differs", "how": name, "why": "%.200s" % (answer,)})
            return
    report({"use": "same"})


def told(problem):
    chain = problem
    text = "%s: %s" % (type(chain).__name__, chain)
    return text[:400]


def in_child(kind, path, expected):
    """What became of one artifact, by what its process told before it ended."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 1)
        os.dup2(null, 2)
        signal.alarm(SECONDS)
        resource.setrlimit(resource.RLIMIT_CPU, (BUSY_SECONDS, BUSY_SECONDS + 1))
        try:
            tried(
                kind,
                path,
                expected,
                lambda step: os.write(writing, (json.dumps(step) + "\n").encode()),
            )
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        steps = [json.loads(line.decode()) for line in stream if line.endswith(b"\n")]
    status = os.waitpid(child, 0)[1]
    outcome = {}
    for step in steps:
        outcome.update(step)
    if os.WIFSIGNALED(status) or not outcome:
        number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        what = "hang" if number in (signal.SIGALRM, signal.SIGXCPU, signal.SIGKILL) else "crash"
        part = "load" if "load" not in outcome else "use"
        outcome[part] = "fails" if part == "load" else what
        outcome["why"] = "%s by signal %d" % (what, number)
    return outcome


def warm():
    """Imports once what most artifacts need, so that a process for each stays affordable."""
    for name in OFTEN:
        try:
            __import__(name)
        except Exception:
            continue


def main(listings):
    kinds = all_kinds()
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != HERE]
    warnings.simplefilter("ignore")
    cold = [], []
    for listing in listings:
        with open(listing) as stream:
            found = json.load(stream)
        for name in sorted(found):
            if "file" in found[name]:
                cold[not plain_kind(found[name])].append((listing, name, found[name]))
    # Code and plain objects first, in processes that have imported nothing more than the kinds.
    for jobs in cold:
        for listing, name, entry in jobs:
            path = os.path.join(os.path.dirname(listing), entry["file"])
            started = time.time()
            outcome = in_child(kinds[name], path, entry["answers"])
            outcome.update(listing=listing, kind=name, seconds=round(time.time() - started, 2))
            print(json.dumps(outcome, sort_keys=True))
            sys.stdout.flush()
        warm()


def plain_kind(entry):
    return entry["saved"].startswith(("dill", "cloudpickle"))


if __name__ == "__main__":
    main(sys.argv[1:])
