"""What using a class comes to is read from its source: what surely fails is told, no more."""

from __future__ import annotations

import importlib
import sys
import textwrap

import pytest

from envguard.environments.interpreter import ask
from envguard.environments.probe import abstract_interpreter
from envguard.facts.artifact import Need, ObjectState
from envguard.facts.target import ClassQuestion, Questions

FITTED = ("coef_",)


@pytest.fixture
def reader(tmp_path, write, own_modules, monkeypatch):
    """Asks what a class of a made-up library does with objects of these attributes."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def read(text, keys=FITTED, shapes=("dict",), values=(), variants=(), name="Model"):
        write(tmp_path, {"library.py": textwrap.dedent(text)})
        sys.modules.pop("library", None)
        importlib.invalidate_caches()
        importlib.import_module("library")
        question = {
            "module": "library", "name": name, "group": "g", "count": 1, "shapes": shapes,
            "keys": keys, "sometimes": (), "variants": variants, "values": values,
        }  # fmt: skip
        return abstract_interpreter.Reader([question]).answer(question)

    return read


def model(use, fit="self.coef_ = 1; self.new_ = 2", more=""):
    """The source of a class with one method of use."""
    return f"""
class Model:
    def __init__(self, alpha=1):
        self.alpha = alpha
    def fit(self, X):
        {fit}
        return self
    def predict(self, X):
        {use}
{textwrap.indent(textwrap.dedent(more), "    ")}
"""


LACKS = [["predict", "AttributeError: 'Model' object has no attribute 'new_'"]]


@pytest.mark.parametrize(
    "use",
    [
        "return self.new_",
        "X = X + 1; return [X * self.new_ for _ in self.new_]",
        "return self.helper(X)",
        "return len(X) and 0 or getattr(self, 'new_')",
        "return X if (self.new_ > 1) else 0",
        "return free(self)",
        "return super().below(X)",
        "return self.derived",
        "return [free(self) for x in X]",
        "def inner(a): return self.new_ + a\n        return [inner(*x) for x in X]",
        "for x in X:\n            y = self.new_",
        "return self.new_ if self.coef_ is not None else self.new_",
    ],
)
def test_an_attribute_read_on_every_way_is_told(reader, use):
    more = """
    def helper(self, X, flag=True):
        if flag:
            return self.new_
        return 0
    @property
    def derived(self):
        return self.new_
    """
    below = "class Below:\n    def below(self, X): return self.new_\n\n\nclass Model(Below):"
    text = "def free(it):\n    return it.new_\n" + model(use, more=more).replace(
        "class Model:", below
    )
    assert reader(text)["fails"] == LACKS


@pytest.mark.parametrize(
    "use",
    [
        "return self.new_ if hasattr(self, 'new_') else 0",
        "return getattr(self, 'new_', None)",
        "return self.new_ if X is not None else 0",
        "return X.any() and self.new_",
        "return self.coef_",
        "self.new_ = 1; return self.new_",
        "raise NotImplementedError(self.coef_)",
        "return (lambda: self.new_)",
        "return X(self) + self.new_",
    ],
)
def test_what_may_be_there_or_not_be_read_is_not_told(reader, use):
    assert reader(model(use))["fails"] == []


def test_a_caught_failure_is_not_told_and_one_raised_again_is(reader):
    text = """
    class Model:
        def fit(self, X):
            self.coef_ = self.new_ = 1
        def predict(self, X):
            try:
                return self.new_
            except AttributeError:
                {0}
    """
    assert reader(text.format("return 0"))["fails"] == []
    assert reader(text.format("raise ValueError('no')"))["fails"] == LACKS


@pytest.mark.parametrize(
    ("given", "fails"),
    [("str:best", LACKS), ("str:random", []), ("none", [])],
)
def test_constants_of_the_state_decide_conditions(reader, given, fails):
    use = "return self.alpha in ('best', 'worst') and self.new_ is None"
    values = (("alpha", (given,)),)
    assert reader(model(use), ("alpha", "coef_"), values=values)["fails"] == fails


def test_an_object_that_was_never_fitted_is_not_told(reader):
    text = model("return self.new_")
    assert reader(text, keys=("alpha",))["fails"] == []
    assert reader(text, keys=("alpha",), variants=((), ("coef_",)))["fails"] == LACKS


def test_a_class_that_learns_nothing_needs_no_sign_of_fitting(reader):
    text = model("return self.alpha", fit="self.n_features_in_ = 1")
    fails = [["predict", "AttributeError: 'Model' object has no attribute 'alpha'"]]
    assert reader(text, keys=("beta",))["fails"] == fails
    assert reader(model("return self.alpha"), keys=("beta",))["fails"] == []


def test_an_attribute_that_no_release_sets_is_not_told(reader):
    assert reader(model("return self.oob_", fit="self.coef_ = 1"))["fails"] == []


@pytest.mark.parametrize(
    "more",
    [
        "new_ = None",
        "def __getattr__(self, name):\n    return 0",
        "def __setstate__(self, state):\n    self.__dict__.update(state)\n    self.new_ = 0",
        "def __setstate__(self, state):\n    for key in state:\n        setattr(self, key, 1)",
        "def __new__(cls):\n    return object.__new__(cls)",
    ],
)
def test_what_the_class_provides_is_not_missed(reader, more):
    assert reader(model("return self.new_", more=more))["fails"] == []


def test_a_state_without_a_key_that_is_read_is_refused(reader):
    more = """
    def __setstate__(self, state):
        if "version" in state:
            state.pop("version")
        self.coef_ = state["weights"]
    """
    text = model("return self.coef_", more=more)
    assert reader(text)["refuses"] == "KeyError: 'weights'"
    assert reader(text, keys=("version", "weights"))["refuses"] is None
    assert reader(text, keys=(), shapes=("other",))["refuses"] is None


def test_a_tuple_of_another_length_is_refused(reader):
    more = """
    def __setstate__(self, state):
        self.coef_, self.new_ = state
    """
    text = model("return self.coef_", more=more)
    assert reader(text, (), ("tuple:3",))["refuses"].startswith("ValueError: too many values")
    assert reader(text, (), ("tuple:2",))["refuses"] is None


def test_what_is_no_class_is_left_out_and_what_is_too_long_is_unknown(reader):
    assert reader("Model = 1") is None
    endless = model("\n        ".join(["X = [X, X, X, X]"] * 9000))
    assert reader(endless)["unknown"]["reason"] == "its source is too long to follow"


def test_recursion_and_circles_end(reader):
    text = model("return self.predict(X) + self.again(X)", more="def again(self, X): return self.predict(X)")  # fmt: skip  # noqa: E501
    assert reader(text)["fails"] == []


@pytest.mark.interpreters
def test_every_python_reads_classes(python, tmp_path, dist):
    files = {"lib/__init__.py": "", "lib/models.py": model("return self.new_")}
    dist(tmp_path, "lib", "2.0", files)
    state = ObjectState(
        module="lib.models", name="Model", count=1, shapes=("dict",), keys=("alpha", "coef_")
    )

    def asked(wrote):
        question = ClassQuestion(state=state, group="g", wrote=wrote)
        need = Need(module="lib.models", name="Model")
        questions = Questions(needs=(need,), classes=(question,), callables=(("lib.models", "Model"),))  # fmt: skip  # noqa: E501
        path = [str(tmp_path), *_stdlib(python)]
        return ask(python, questions, path=path)

    answer = asked(("1.0",))
    (use,) = answer.classes
    assert [list(pair) for pair in use.fails] == LACKS
    (signature,) = answer.signatures
    assert (signature.least, signature.most) == (0, 1)
    assert asked(("2.0",)).classes == ()


def _stdlib(python):
    import json
    import subprocess

    code = "import json, sys; print(json.dumps(sys.path[1:]))"
    return json.loads(subprocess.check_output([str(python), "-I", "-c", code]))


@pytest.mark.parametrize(("name", "arguments"), [("ljust", [5]), ("format", [1]), ("zfill", [9])])
def test_no_constant_of_an_artifact_is_made_larger(name, arguments):
    interpreter = abstract_interpreter.Interpreter(abstract_interpreter.Sources(), 0)
    constant = abstract_interpreter.Const("x")

    def called(name, *arguments):
        told = [abstract_interpreter.Const(value) for value in arguments]
        return interpreter.method(abstract_interpreter.Method(constant, name), told)

    assert called("upper").value == "X"
    assert called(name, *arguments) is abstract_interpreter.UNKNOWN
