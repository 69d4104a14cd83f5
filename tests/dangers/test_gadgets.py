"""Names that public attacks used, each one in a pickle of its own: none is taken for harmless.

Source: the advisories and threads of picklescan (GHSA-g38g-8gr9-h9xp, GHSA-vvpj-8cmc-gx39,
GHSA-7wx9-6375-f5wh, GHSA-m273-6v24-x4m4, GHSA-4675-36f9-wf6r, GHSA-5qwp-399c-mjwf and others),
of fickling (GHSA-r7v6-mfhq-g3m2, GHSA-565g-hwwr-4pp3, GHSA-q5qq-mvfm-j35x, GHSA-5hvc-6wx8-mvv4,
GHSA-p523-jq9w-64x9), of modelscan and modelaudit.
"""

from __future__ import annotations

from pathlib import Path

import pytest

GADGETS = Path(__file__).with_name("gadgets.txt")
DANGEROUS = [line for line in GADGETS.read_text().splitlines() if not line.startswith("#")]
"""``module:name``, all of which must be called dangerous."""
AT_LEAST_UNKNOWN = [
    "acme.models:Net",
    "base64:b64decode",
    "contextvars:copy_context",
    "copy:deepcopy",
    "csv:DictWriter",
    "enum:EnumMeta",
    "graphlib:TopologicalSorter",
    "json:loads",
    "json.decoder:JSONDecoder",
    "locale:setlocale",
    "numpy:unheard_of",
    "numpy.lib.stride_tricks:as_strided",
    "pprint:pprint",
    "queue:Queue",
    "scipy:LowLevelCallable",
    "secrets:token_hex",
    "sklearn.base:unheard_of",
    "string:Formatter",
    "struct:unpack",
    "textwrap:dedent",
    "time:sleep",
    "traceback:print_exc",
    "warnings:warn",
    "xgboost.core:DMatrix",
    "zlib:decompress",
]


@pytest.mark.parametrize("pair", DANGEROUS)
def test_a_gadget_is_dangerous(inspected, make, pair):
    module, _, name = pair.partition(":")
    seen = inspected(make.pickled(make.call(module, name, "__globals__")))
    assert f"{module}.{name}" in seen.dangerous
    assert seen.code in {1, 3}


@pytest.mark.parametrize("pair", DANGEROUS)
def test_a_gadget_is_dangerous_where_it_is_only_named(inspected, make, pair):
    module, _, name = pair.partition(":")
    seen = inspected(make.pickled(b"]", make.looked_up(module, name), b"a"))
    softer = {"numpy:memmap"}  # an array that was mapped names its class
    assert (pair in softer) is not (seen.dangerous == {f"{module}.{name}"})


@pytest.mark.parametrize("pair", AT_LEAST_UNKNOWN)
def test_what_is_on_no_list_is_told_all_the_same(inspected, make, pair):
    module, _, name = pair.partition(":")
    seen = inspected(make.pickled(make.call(module, name, "x")))
    assert seen.dangerous | seen.unknown == {f"{module}.{name}"}


def test_there_are_many():
    assert len(set(DANGEROUS)) >= 200
