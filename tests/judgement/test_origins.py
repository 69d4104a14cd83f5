"""Whether two installations came from the same source."""

from __future__ import annotations

import pytest

from envguard.facts.unknown import Unknown
from envguard.judgement.origins import origin_text, same_origin

GIT = {"kind": "vcs", "vcs": "git", "url": "https://host/x", "commit": "aaa"}
WHEEL = {"kind": "archive", "url": "file:///x.whl", "digests": {"sha256": "11"}}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"kind": "index"}, {"kind": "index"}, True),
        ({"kind": "index"}, {"kind": "editable", "url": "file:///x"}, False),
        (GIT, GIT | {"url": "https://mirror/x"}, True),
        (GIT, GIT | {"commit": "bbb"}, False),
        (GIT, GIT | {"subdirectory": "y"}, False),
        (GIT, GIT | {"commit": None}, None),
        (WHEEL, WHEEL | {"url": "file:///elsewhere/x.whl"}, True),
        (WHEEL, WHEEL | {"digests": {"sha256": "22"}}, False),
        (WHEEL, WHEEL | {"digests": {}}, None),
        (WHEEL, {"kind": "archive", "url": "file:///y.whl"}, False),
        ({"kind": "editable", "url": "file:///x"}, {"kind": "editable", "url": "file:///y"}, False),
        ({"kind": "local", "url": "file:///x"}, {"kind": "local", "url": "file:///x"}, True),
        ({"kind": "unknown"}, {"kind": "index"}, None),
    ],
)
def test_same_source_by_kind(build, one, other, same):
    left, right = (build.distribution("x", origin=build.origin(**o)) for o in (one, other))
    for answer in (same_origin(left, right), same_origin(right, left)):
        assert isinstance(answer, Unknown) if same is None else answer is same


def test_equal_record_digests_are_the_same_files_wherever_they_came_from(build):
    left = build.distribution("x", record_sha256="r")
    right = build.distribution("x", record_sha256="r", origin=build.origin(**GIT))
    assert same_origin(left, right) is True


@pytest.mark.parametrize(
    ("origin", "text"),
    [
        ({"kind": "index"}, "the index"),
        ({"kind": "unknown"}, "an unknown source"),
        (GIT, "git+https://host/x at aaa"),
        ({"kind": "vcs"}, "vcs+an unnamed place at no commit"),
        (WHEEL, "archive file:///x.whl (sha256:11)"),
        ({"kind": "editable", "url": "file:///x"}, "editable file:///x"),
    ],
)
def test_a_source_reads_in_a_few_words(build, origin, text):
    assert origin_text(build.origin(**origin)) == text
