"""Names of distributions: normalised, read off a folder, or known by what they let one import."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from envguard.facts.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from envguard.facts.environment import Distribution

SEPARATORS = re.compile(r"[-_.]+")
METADATA_FOLDER = re.compile(
    r"~?(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*?)(?:-[^/\\-]+(?:-py\d[^/\\]*)?)?"
    r"\.(?:dist-info|egg-info|egg-link|egg)$"
)

DISTRIBUTION_OF_IMPORT = {
    "Crypto": "pycryptodome",
    "OpenSSL": "pyOpenSSL",
    "PIL": "Pillow",
    "attr": "attrs",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python",
    "dateutil": "python-dateutil",
    "docx": "python-docx",
    "dotenv": "python-dotenv",
    "faiss": "faiss-cpu",
    "fitz": "PyMuPDF",
    "google.protobuf": "protobuf",
    "graphviz": "graphviz",
    "imblearn": "imbalanced-learn",
    "jwt": "PyJWT",
    "magic": "python-magic",
    "psycopg2": "psycopg2-binary",
    "serial": "pyserial",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "skopt": "scikit-optimize",
    "umap": "umap-learn",
    "usb": "pyusb",
    "yaml": "PyYAML",
}
"""Import names that are not the name of their distribution, as the index knows them.

Source: each project's page on the index; used for a fix where nothing was recorded.
"""


def canonical(name: str) -> str:
    """The normalised name: ``Scikit_Learn`` is ``scikit-learn``.

    Source: https://packaging.python.org/en/latest/specifications/name-normalization/
    (the same as packaging.utils.canonicalize_name, without its import)
    """
    return SEPARATORS.sub("-", name).lower()


def name_of(distribution: Distribution) -> str | None:
    """Its normalised name; read off its folder where the metadata do not give it."""
    if not isinstance(distribution.name, Unknown):
        return canonical(distribution.name)
    match = METADATA_FOLDER.search(re.split(r"[/\\]", distribution.path.rstrip("/\\"))[-1])
    return canonical(match["name"]) if match else None


def by_name(packages: Iterable[Distribution]) -> dict[str, Distribution]:
    """The distribution that each normalised name means: the first on the path."""
    found: dict[str, Distribution] = {}
    for distribution in packages:
        name = name_of(distribution)
        if name is not None and (name not in found or found[name].shadowed):
            found[name] = distribution
    return found


def library_name(library: str) -> str:
    """The normalised distribution of a library named as a distribution or as an import."""
    return canonical(DISTRIBUTION_OF_IMPORT.get(library, library))
