"""What statsmodels refuses, or misreads, of other releases.

Source: results of linear, generalised, discrete, robust, mixed and time series models written
and read in every pair of statsmodels 0.10, 0.11 ... 0.15.
"""

from __future__ import annotations

from envguard.judgement.libraries.contract import END, FIRST, Contract
from envguard.judgement.libraries.marks import Mark

GENERALISED = ("GLM", "GLMGam", "GEE", "OrdinalGEE", "NominalGEE")
STATE_SPACES = ("sStatespace", "dStatespace", "cStatespace", "zStatespace")

LOADS = (
    # Source: statsmodels 0.12, statsmodels/tsa/statespace/_representation.pyx.in: __setstate__
    # reads initialized_diffuse.
    Contract(
        distribution="statsmodels",
        reads=("0.12", END),
        marks=(Mark(package="statsmodels", names=STATE_SPACES, lacks="initialized_diffuse"),),
        says="KeyError: 'initialized_diffuse'",
    ),
    # Source: statsmodels, statsmodels/base/data.py: ModelData.__setstate__ evaluates the formula
    # anew over the frame; pandas before 1.1 looks for the frame's blocks under another name.
    Contract(
        distribution="pandas",
        reads=(FIRST, "1.1"),
        marks=(
            Mark(package="statsmodels", names=("PandasData",), has="restore_design_info"),
            Mark(package="pandas", names=("DataFrame",), has="_mgr"),
        ),
        says="AttributeError while the formula is evaluated",
    ),
)

USES = (
    # Source: statsmodels 0.15, statsmodels/genmod/generalized_linear_model.py, GLM.__init__.
    Contract(
        distribution="statsmodels",
        reads=("0.15", END),
        marks=(Mark(package="statsmodels", names=GENERALISED, lacks="_has_offset"),),
        says="AttributeError: no attribute '_has_offset'",
    ),
    Contract(
        distribution="statsmodels",
        reads=(FIRST, "0.15"),
        marks=(
            Mark(
                package="statsmodels",
                names=GENERALISED,
                has="_has_offset",
                value=("offset", ("none",)),
            ),
        ),
        says="TypeError: unsupported operand type(s) for +: 'float' and 'NoneType'",
    ),
    # Source: statsmodels 0.11, statsmodels/tsa/statespace/sarimax.py, SARIMAX.__init__.
    Contract(
        distribution="statsmodels",
        reads=("0.11", END),
        marks=(Mark(package="statsmodels", names=("SARIMAX",), lacks="_k_trend"),),
        says="AttributeError: 'SARIMAX' object has no attribute '_k_trend'",
    ),
)
