"""Functions and classes of the training script, as dill and cloudpickle save them."""

import sys

from kind import Kind

SOURCE = """
import math
import numpy as np

def double(x):
    return x * 2

def branch(x, y=3):
    if x > y:
        return [i * 2 for i in range(int(x)) if i % 2]
    return {"x": x, "y": y}

def caught(x):
    try:
        return 1 / x
    except ZeroDivisionError:
        return math.inf
    finally:
        x = None

def closure(scale):
    def inner(x):
        return x * scale
    return inner

def uses_numpy(x):
    return float(np.log1p(x))

def inside(x):
    import json
    return json.dumps({"x": x})

def loops(n):
    total = 0
    for i in range(n):
        if i == 3:
            continue
        total += i
        while total > 100:
            total -= 7
    return total

def text(x):
    return f"{x!r:>5} and {x}"

class Scaler:
    def __init__(self, by):
        self.by = by
    def transform(self, x):
        return [item * self.by for item in x]
"""

CASES = [
    ("double", lambda main: main["double"], lambda f: f(4)),
    ("branch", lambda main: main["branch"], lambda f: [f(9), f(1)]),
    ("caught", lambda main: main["caught"], lambda f: [f(4), f(0)]),
    ("closure", lambda main: main["closure"](3), lambda f: f(4)),
    ("numpy_user", lambda main: main["uses_numpy"], lambda f: f(4)),
    ("inner_import", lambda main: main["inside"], lambda f: f(4)),
    ("loops", lambda main: main["loops"], lambda f: f(50)),
    ("text", lambda main: main["text"], lambda f: f(4)),
    ("own_class", lambda main: main["Scaler"](3), lambda o: o.transform([1, 2])),
    ("lambda", lambda main: eval("lambda x: x + 1", main), lambda f: f(4)),
    ("pipeline_step", lambda main: _step(main), lambda m: m.transform([[1.0, 2.0]])),
]


def _step(main):
    from sklearn.preprocessing import FunctionTransformer

    return FunctionTransformer(main["double"], validate=False)


def _made(pick):
    def make():
        main = sys.modules["__main__"].__dict__
        if "Scaler" not in main:
            exec(compile(SOURCE, "train.py", "exec"), main)
        return pick(main)

    return make


KINDS = [
    Kind(saved.replace("-", "_") + "_" + name, _made(pick), use, saved)
    for saved in ("dill", "dill-recurse", "cloudpickle")
    for name, pick, use in CASES
] + [
    Kind("main_class", _made(lambda main: main["Scaler"](2)), lambda o: o.transform([1])),
    Kind("main_function", _made(lambda main: main["double"]), lambda f: f(1)),
]
