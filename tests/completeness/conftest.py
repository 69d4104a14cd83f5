from __future__ import annotations

import os
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

_SPEC = spec_from_file_location("names_compared", Path(__file__).with_name("names_compared.py"))
names_compared = module_from_spec(_SPEC)
sys.modules["names_compared"] = names_compared  # its dataclasses look their module up
_SPEC.loader.exec_module(names_compared)


@pytest.fixture(scope="session", params=names_compared.CHOSEN)
def artifacts(request, tmp_path_factory):
    """Every artifact of one real environment: made, loaded for real, and read."""
    python = names_compared.environment(request.param)
    if python is None:
        reason = f"the Python of {request.param} is not on this machine"
        if os.environ.get("ENVGUARD_REQUIRE_ALL"):
            pytest.fail(reason)
        pytest.skip(reason)
    return names_compared.compared(python, tmp_path_factory.mktemp("artifacts"))
