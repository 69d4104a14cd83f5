from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envguard.source.remote_url import without_credentials


@pytest.mark.parametrize(
    ("url", "public"),
    [
        ("https://example.org/team/model.git", "https://example.org/team/model.git"),
        ("https://user:secret@example.org/model.git", "https://example.org/model.git"),
        ("https://ghp_secret@example.org/model.git", "https://example.org/model.git"),
        ("https://user:se@cret@example.org:8443/m", "https://example.org:8443/m"),
        ("https://user:se/cret@example.org/m", "https://example.org/m"),
        ("https://user:se:c/r@et@example.org", "https://example.org"),
        ("https://example.org/m.git?access_token=secret", "https://example.org/m.git"),
        ("https://example.org/m.git#secret", "https://example.org/m.git"),
        ("https://example.org/@scope/m", "https://example.org/@scope/m"),
        ("https://[::1]:8080/m", "https://[::1]:8080/m"),
        ("HTTPS://user:secret@example.org/m", "HTTPS://example.org/m"),
        ("git+https://user:secret@example.org/m", "git+https://example.org/m"),
        ("ssh://git@example.org:22/m.git", "ssh://git@example.org:22/m.git"),
        ("ssh://git:secret@example.org/m.git", "ssh://git@example.org/m.git"),
        ("git@example.org:team/model.git", "git@example.org:team/model.git"),
        ("user:secret@example.org:team/model.git", "user@example.org:team/model.git"),
        ("example.org:team/model@v1.git", "example.org:team/model@v1.git"),
        ("helper::https://user:secret@example.org/m", "helper::https://example.org/m"),
        ("ext::sh -c 'curl -H secret'", "ext::(command)"),
        ("/srv/git/a@b/model.git", "/srv/git/a@b/model.git"),
        ("../model.git", "../model.git"),
        ("C:\\git\\model.git", "C:\\git\\model.git"),
        ("file:///srv/git/model#1.git", "file:///srv/git/model#1.git"),
        ("https://user:se?cret@example.org/m", "https://example.org/m"),
        ("https://user:se/cr?et", "https://(unreadable)"),
        ("https:///model.git", "https://(unreadable)"),
        ("", ""),
    ],
)
def test_url_loses_its_credentials_and_nothing_else(url, public):
    assert without_credentials(url) == public


LETTERS = st.text("abcdefgh0123456789", min_size=1, max_size=8)


@given(
    scheme=st.sampled_from(["https", "http", "ftp", "git+https"]),
    user=LETTERS,
    noise=st.text("@:/%+\\?#", max_size=4),
    tail=LETTERS,
)
def test_no_password_survives_in_a_web_url(scheme, user, noise, tail):
    url = f"{scheme}://{user}:SECRET{noise}SECRET@{tail}.example/model.git"
    assert "SECRET" not in without_credentials(url)
