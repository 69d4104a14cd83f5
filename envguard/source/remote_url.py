"""URLs of remotes, without what nobody else may read."""

from __future__ import annotations

import re

_SCHEME = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]+):[/\\]{2}(?P<rest>.*)", re.DOTALL)
_HELPER = re.compile(r"(?P<helper>[A-Za-z0-9][A-Za-z0-9+.-]*)::(?P<rest>.*)", re.DOTALL)
_SCP_PASSWORD = re.compile(r"^(?P<user>[^/\\@:]*):[^/\\]*@(?=[^/\\]*:)")
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[\w.~-]+)(:[0-9]*)?")


def without_credentials(url: str) -> str:
    """The URL without password, token, query and fragment.

    A user name stays where the scheme is SSH's, as it is part of the address there (``git@``);
    of ``https`` it goes too, since hosts take tokens in its place. The command of an ``ext::``
    remote goes whole.

    Source: https://git-scm.com/docs/git-fetch#_git_urls
    """
    if scheme := _SCHEME.fullmatch(url):
        return _cut_address(scheme["scheme"], scheme["rest"])
    if helper := _HELPER.fullmatch(url):
        if helper["helper"] == "ext":
            return "ext::(command)"
        return f"{helper['helper']}::{without_credentials(helper['rest'])}"
    return _SCP_PASSWORD.sub(r"\g<user>@", url)


def _cut_address(scheme: str, rest: str) -> str:
    """``scheme://host/path`` of what stood after ``scheme://``."""
    if scheme.lower() == "file":
        return f"{scheme}://{rest}"
    if "@" in rest and re.search(r"[?#]", re.split(r"[/\\]", rest, maxsplit=1)[0]):
        rest = rest.rpartition("@")[2]
    rest = re.split(r"[?#]", rest, maxsplit=1)[0]
    authority, slash, path = re.split(r"([/\\]|$)", rest, maxsplit=1)
    user_info, at, host = authority.rpartition("@")
    if "@" in path and (at or not _HOST.fullmatch(host)):
        # A password with a bare slash or @ in it: all before the last @ may belong to it.
        return f"{scheme}://{path.rpartition('@')[2]}"
    if not _HOST.fullmatch(host):
        return f"{scheme}://(unreadable)"
    user = user_info.partition(":")[0] + at if "ssh" in scheme.lower() else ""
    return f"{scheme}://{user}{host}{slash}{path}"
