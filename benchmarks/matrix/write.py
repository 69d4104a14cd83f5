"""Makes the artifacts of every kind in the environment that runs it: ``write.py FOLDER [KIND...]``.

Beside the artifacts stands ``answers.json``: what each use of each object answers here, after it
was loaded again from its file. What cannot be made or loaded here is listed with its reason.
"""

import json
import os
import random
import sys
import warnings

from kind import file_name, load, plain, save
from kinds import all_kinds

HERE = os.path.dirname(os.path.abspath(__file__))


def made(kind, folder):
    """What one kind gives: its file and the answers of its uses, or the reason why not."""
    import numpy

    random.seed(0)
    numpy.random.seed(0)
    path = os.path.join(folder, file_name(kind))
    try:
        save(kind.make(), path, kind.saved)
    except Exception as problem:
        if os.path.exists(path):
            os.remove(path)
        return {"left_out": "%s: %s" % (type(problem).__name__, problem)}
    answers = {}
    for name in sorted(kind.uses):
        try:
            obj = load(path, kind.saved)
            first, second = plain(kind.uses[name](obj)), None
            second = plain(kind.uses[name](load(path, kind.saved)))
        except Exception:
            continue
        if json.dumps(first) == json.dumps(second):
            answers[name] = first
    if not answers:
        os.remove(path)
        return {"left_out": "it cannot be used where it was made"}
    return {"file": file_name(kind), "saved": kind.saved, "answers": answers}


def main(folder, chosen):
    # As in a training script, whose own folder is not where the kinds are.
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != HERE]
    warnings.simplefilter("ignore")
    kinds = all_kinds_here()
    names = chosen or sorted(kinds)
    found = {name: made(kinds[name], folder) for name in names}
    with open(os.path.join(folder, "answers.json"), "w") as stream:
        json.dump(found, stream, indent=1, sort_keys=True)


def all_kinds_here():
    sys.path.insert(0, HERE)
    try:
        return all_kinds()
    finally:
        sys.path.remove(HERE)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
