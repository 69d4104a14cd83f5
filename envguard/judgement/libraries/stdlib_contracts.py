"""What Python's standard library refuses, or misreads, of other feature releases.

Source: 60 kinds of objects of the standard library written and read in every pair of Python 3.6
to 3.13.
"""

from __future__ import annotations

from envguard.judgement.libraries.contract import END, FIRST, PYTHON, Contract
from envguard.judgement.libraries.marks import Mark


def _contract(mark: Mark, reads: tuple[str, str], says: str) -> Contract:
    return Contract(distribution=PYTHON, reads=reads, marks=(mark,), says=says)


LOADS = (
    # Source: https://peps.python.org/pep-0604/; copyreg.pickle(type(int | str), ...) in 3.10.
    *(
        _contract(
            Mark(package=package, names=("reduce",), argument=(0, ("global:_operator.or_",))),
            (FIRST, "3.10"),
            "TypeError: unsupported operand type(s) for |: 'type' and 'type'",
        )
        for package in ("_functools", "functools")
    ),
    # Source: Lib/traceback.py: FrameSummary.__slots__ of 3.11 and of 3.13.
    _contract(
        Mark(package="traceback", names=("FrameSummary",), has="end_lineno"),
        (FIRST, "3.11"),
        "AttributeError: 'FrameSummary' object has no attribute 'end_lineno'",
    ),
    _contract(
        Mark(package="traceback", names=("FrameSummary",), has="_lines"),
        (FIRST, "3.13"),
        "AttributeError: 'FrameSummary' object has no attribute '_lines'",
    ),
    _contract(
        Mark(package="traceback", names=("FrameSummary",), has="_line"),
        ("3.13", END),
        "AttributeError: 'FrameSummary' object has no attribute '_line'",
    ),
    # Source: Lib/statistics.py of 3.10: NormalDist.__getstate__ gives (mu, sigma).
    _contract(
        Mark(package="statistics", names=("NormalDist",), value=("[0]", ("float", "int"))),
        (FIRST, "3.10"),
        "UnpicklingError: state is not a dictionary",
    ),
    # Source: https://docs.python.org/3/whatsnew/3.13.html#ast: 3.13 pickles the fields as
    # arguments of the constructor; 3.8 gave Module a second field.
    *(
        _contract(
            Mark(package=package, names=("Module",), called=(2, 9)),
            (FIRST, "3.8"),
            "TypeError: Module constructor takes at most 1 positional argument",
        )
        for package in ("ast", "_ast")
    ),
)

USES = (
    Contract(
        distribution=PYTHON,
        reads=("3.10", END),
        marks=(Mark(package="statistics", names=("NormalDist",), has="_mu"),),
        says="TypeError: its mean and deviation are not numbers",
    ),
)
