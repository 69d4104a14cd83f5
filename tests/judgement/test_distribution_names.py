"""Names of distributions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.utils import canonicalize_name

from envguard.judgement.distribution_names import by_name, canonical, library_name, name_of


@given(st.text(alphabet=st.sampled_from("abZ019-_."), min_size=1, max_size=20))
def test_names_are_normalised_as_packaging_does(name):
    assert canonical(name) == canonicalize_name(name)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/site/scikit_learn-1.5.2.dist-info", "scikit-learn"),
        ("/site/~cikit_learn-1.5.2.dist-info", "cikit-learn"),
        ("C:\\site\\numpy-1.26.4.dist-info\\", "numpy"),
        ("/site/PyYAML-6.0-py3.11.egg-info", "pyyaml"),
        ("/site/features.egg-link", "features"),
        ("/site/nothing", None),
        ("", None),
    ],
)
def test_a_name_that_the_metadata_lack_is_read_off_the_folder(build, path, name):
    assert name_of(build.distribution(build.unknown, path=path)) == name


@pytest.mark.parametrize("turn", [1, -1])
def test_the_copy_that_is_not_shadowed_is_the_one(build, turn):
    copies = (build.distribution("x", "2", shadowed=True), build.distribution("x", "1"))
    assert by_name(copies[::turn])["x"].version == "1"


@pytest.mark.parametrize("library", ["sklearn", "scikit-learn", "scikit_learn"])
def test_a_library_is_known_by_import_or_distribution(library):
    assert library_name(library) == "scikit-learn"
