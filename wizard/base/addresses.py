"""Addresses that carry a password or a token (`https://who:PASSWORD@host/path`), and the same without it."""

from __future__ import annotations

import re
from urllib.parse import unquote

from wizard.base.patterns import pattern
from wizard.base.values import Value

ADDRESS = pattern(r"([A-Za-z][A-Za-z0-9+.-]*://)([^/?#]*)@([^/?#@]*)(.*)", re.DOTALL)
# A lone user of that form is a token, as GitHub and Gitea take one; people and services have shorter names.
TOKEN = pattern(r"(?:gh[a-z]|github_pat|glpat|gitea|pat)[_-].+|[A-Za-z0-9_-]{20,}")


class Access(Value):
    """What an address gives to whoever may enter: user and password, decoded, for `where` (scheme, host and port)."""

    where: str
    user: str
    password: str


def split(text: str) -> tuple[str, str]:
    """Return the address without its password or token, and its beginning (`https://who:PASSWORD@host`), which is
    secret; "" if there is nothing secret in it."""
    match = ADDRESS.fullmatch(text)
    if match is None:
        return text, ""
    scheme, who, host, rest = match.groups()
    user, colon, password = who.partition(":")
    if not password and not TOKEN.fullmatch(user):
        return (f"{scheme}{user}@{host}{rest}" if colon else text), ""
    kept = f"{user}@" if password and user and not TOKEN.fullmatch(user) else ""
    return f"{scheme}{kept}{host}{rest}", f"{scheme}{who}@{host}"


def without_password(text: str) -> str:
    """Return the address without its password or token; any other text unchanged."""
    return split(text)[0]


def access_of(secret: str, address: str) -> Access | None:
    """Return what a secret (the second part of `split`, or a whole address) gives at an address; None if it is for
    another scheme, host or port: what one server may know is told to no other."""
    mine, theirs = ADDRESS.fullmatch(secret), re.match(r"([A-Za-z][A-Za-z0-9+.-]*://)(?:[^/?#]*@)?([^/?#@]*)", address)
    if mine is None or theirs is None or (mine[1] + mine[3]).lower() != (theirs[1] + theirs[2]).lower():
        return None
    user, _colon, password = mine[2].partition(":")
    # The password that both take beside a token for a user.
    return Access(mine[1] + mine[3], unquote(user), unquote(password) or "x-oauth-basic")
