"""Names that can do harm, judged by the arguments that an artifact gives them."""

from __future__ import annotations

import builtins
import operator
import pickle
from functools import partial, reduce

import pytest


class Fetching:
    """Pickles as what it was made with: a callable and its arguments."""

    def __init__(self, called, *arguments):
        self.made = called, arguments

    def __reduce__(self):
        return self.made


def told(inspected, *values, protocol=4):
    seen = inspected(pickle.dumps(values, protocol))
    return seen.dangerous, seen.unknown


@pytest.mark.parametrize("protocol", [2, 4])
def test_a_plain_attribute_of_a_known_class_is_no_danger(inspected, protocol):
    from collections import OrderedDict

    assert told(inspected, Fetching(getattr, OrderedDict, "fromkeys"), protocol=protocol) == (
        set(),
        {"collections.OrderedDict.fromkeys"},
    )


def test_a_method_of_a_known_object_is_no_danger(inspected):
    from collections import OrderedDict

    assert told(inspected, OrderedDict(a=1).keys) == (set(), set())


@pytest.mark.parametrize(
    "name", ["__globals__", "__class__", "__reduce__", "system", "to_csv", "eval"]
)
def test_an_attribute_that_reaches_or_acts_is_dangerous(inspected, name):
    from collections import OrderedDict

    dangerous, _ = told(inspected, Fetching(getattr, OrderedDict(), name))
    assert "builtins.getattr" in dangerous


def test_an_attribute_whose_name_is_made_while_loading_is_dangerous(inspected):
    attack = Fetching(getattr, Fetching(dict), Fetching(str, "ke"))
    assert told(inspected, attack)[0] == {"builtins.getattr"}


def test_an_attribute_of_an_unknown_object_is_unknown(inspected, make):
    fetch = make.looked_up("builtins", "getattr") + make.call("acme", "Net") + make.text("forward")
    seen = inspected(make.pickled(fetch, b"\x86R"))
    assert (seen.dangerous, seen.unknown) == (set(), {"builtins.getattr", "acme.Net"})


def test_a_danger_that_a_known_name_could_call_stays_one(inspected):
    wrapped = partial(getattr, {}), Fetching(getattr, {}, "keys")
    assert told(inspected, *wrapped)[0] == {"builtins.getattr"}


@pytest.mark.parametrize("number", [200, 600])
def test_more_calls_than_are_told_prove_nothing(inspected, make, number):
    fetch = make.looked_up("builtins", "getattr") + b"}" + make.text("keys") + b"\x86R"
    reach = make.looked_up("builtins", "getattr") + b"}" + make.text("__class__") + b"\x86R"
    assert inspected(make.pickled(b"(", fetch * 500, b"l")).dangerous == set()
    seen = inspected(make.pickled(b"(", fetch * number * 3, reach, b"l"))
    assert seen.dangerous == {"builtins.getattr"}
    many = [Fetching(getattr, {}, f"name{one}") for one in range(number)]
    assert told(inspected, *many)[0] == {"builtins.getattr"}


@pytest.mark.parametrize("word", ["name", "a.b"])
def test_a_plain_getter_is_unknown(inspected, word):
    dangerous, unknown = told(inspected, operator.attrgetter(word))
    assert (dangerous, unknown) == (set(), {"operator.attrgetter"})


@pytest.mark.parametrize("word", ["__globals__", "os.system", "f.__class__"])
def test_a_getter_that_reaches_is_dangerous(inspected, word):
    assert told(inspected, operator.attrgetter(word))[0] == {"operator.attrgetter"}


def test_a_getter_of_items_and_a_partial_of_a_known_name_are_known(inspected):
    assert told(inspected, operator.itemgetter("a"), partial(max, 1)) == (set(), set())


def test_a_union_of_types_is_known_and_reducing_by_another_function_is_dangerous(inspected):
    seen = inspected(pickle.dumps(int | str))
    assert (seen.code, seen.dangerous, seen.unknown) == (0, set(), set())
    handed_on = partial(reduce, print)
    assert inspected(pickle.dumps(handed_on)).dangerous == {"_functools.reduce"}


@pytest.mark.parametrize("number", [1, 3])
def test_a_class_is_made_by_three_arguments_only(inspected, make, number):
    arguments = [make.text("Net"), b")", b"}"][:number]
    seen = inspected(make.pickled(make.looked_up("builtins", "type"), b"(", *arguments, b"tR"))
    assert seen.unknown == ({"builtins.type"} if number == 3 else set())


@pytest.mark.parametrize(
    ("module", "name", "level"),
    [
        ("numpy.core._multiarray_umath", "log1p", None),
        ("scipy.special", "expit", None),
        ("posix", "system", "dangerous"),
        ("acme", "f", "dangerous"),
    ],
)
def test_a_ufunc_is_judged_by_its_own_name(inspected, make, module, name, level):
    seen = inspected(make.pickled(make.call("numpy.core", "_ufunc_reconstruct", module, name)))
    assert seen.dangerous == ({"numpy.core._ufunc_reconstruct"} if level else set())


def state(make, module, name, /, **texts):
    words = b"".join(make.text(key) + make.text(value) for key, value in texts.items())
    return make.pickled(make.looked_up(module, name), b")\x81}(", words, b"ub")


GENERATED = """
def _parse_args(self, a, b,  loc=0, scale=1):
    return (a, b, ), loc, scale

def _parse_args_rvs(self, a, b,  loc=0, scale=1, size=None):
    return self._argcheck_rvs(a, b,  loc, scale, size=size)

def _parse_args_stats(self, a, b,  loc=0, scale=1, moments='mv'):
    return (a, b, ), loc, scale, moments
"""
NORMAL = ("scipy.stats._continuous_distns", "norm_gen")


@pytest.mark.parametrize(
    ("template", "known"),
    [
        (GENERATED, True),
        (GENERATED.replace("a, b, ", ""), True),
        (GENERATED.replace(", scale=1", "").replace("loc, scale", "loc, 1"), True),
        (GENERATED + "import os", False),
        (GENERATED.replace("a, b,  loc=0", "a=print(1), loc=0"), False),
        ("import os", False),
        ("x" * 5000, False),
    ],
)
def test_the_source_text_of_a_distribution_is_known_only_as_scipy_writes_it(
    inspected, make, template, known
):
    seen = inspected(state(make, *NORMAL, name="norm", _parse_arg_template=template))
    assert seen.unknown == (set() if known else {".".join(NORMAL)})
    assert inspected(state(make, *NORMAL, name="norm")).unknown == set()


def test_a_distribution_whose_states_are_not_all_told_is_unknown(inspected, make):
    one = make.looked_up(*NORMAL) + b")\x81}(" + make.text("name") + make.text("n") + b"ub"
    assert inspected(make.pickled(b"(", one, one, b"l")).unknown == set()
    assert inspected(make.pickled(b"(", one * 600, b"l")).unknown == {".".join(NORMAL)}
    made_key = make.looked_up(*NORMAL) + b")\x81}" + make.call("builtins", "str", "k") + b"Nsb"
    assert inspected(make.pickled(made_key)).unknown == {".".join(NORMAL)}
    pairs = make.looked_up(*NORMAL) + b")\x81" + make.text("k") + make.text("v") + b"\x86\x85b"
    assert inspected(make.pickled(pairs)).unknown == {".".join(NORMAL)}
    assert inspected(make.pickled(make.call(*NORMAL))).unknown == {".".join(NORMAL)}


@pytest.mark.parametrize(
    ("formula", "known"),
    [
        ("y ~ x + C(group) + np.log(z)", True),
        ("y ~ x:z - 1", True),
        ("y ~ __import__('os').system('id')", False),
        ("y ~ os.system(x)", False),
        ("y ~ x.__class__", False),
        ("y ~ [x for x in z]", False),
    ],
)
def test_a_formula_that_loading_evaluates_is_known_only_if_it_is_plain(
    inspected, make, formula, known
):
    data = ("statsmodels.base.data", "PandasData")
    seen = inspected(state(make, *data, formula=formula, restore_design_info="x"))
    assert seen.unknown == (set() if known else {".".join(data)})


def test_the_class_of_a_mapped_array_is_unknown_and_opening_one_dangerous(inspected, make):
    seen = inspected(make.pickled(make.looked_up("numpy", "memmap")))
    assert (seen.dangerous, seen.unknown) == (set(), {"numpy.memmap"})
    seen = inspected(make.pickled(make.call("numpy", "memmap", "/etc/x")))
    assert seen.dangerous == {"numpy.memmap"}


def test_bytes_for_torch_are_judged_by_what_is_in_them(inspected, make):
    def nest(raw):
        parts = b"B" + len(raw).to_bytes(4, "little") + raw
        return make.pickled(make.looked_up("torch.storage", "_load_from_bytes"), parts, b"\x85R")

    seen = inspected(nest(make.pickled(make.call("collections", "OrderedDict"))))
    assert (seen.code, seen.dangerous, seen.unknown) == (0, set(), set())
    assert inspected(nest(make.evil)).dangerous == {"posix.system"}


def test_code_by_value_is_unknown_and_says_what_it_names(inspected):
    import dill

    code = dill.dumps(eval("lambda x: __import__('os').system(x)"))
    seen = inspected(code)
    assert (seen.code, seen.dangerous) == (0, set())
    (why,) = {d.why for d in seen.inspection.dangers if not d.module}
    assert "__import__" in why


def test_every_builtin_is_either_known_or_told(inspected, make):
    from envguard.judgement.known_names import is_known

    for name in vars(builtins):
        seen = inspected(make.pickled(make.looked_up("builtins", name)))
        assert is_known("builtins", name) is (seen.dangerous | seen.unknown == set()), name
