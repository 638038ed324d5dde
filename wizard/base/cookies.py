"""Cookies as a browser keeps and sends them (RFC 6265, and what browsers made of it since)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from wizard.base.values import Value

SECURE, DOMAIN, SAME_SITE = "secure", "domain", "samesite"


class Refusal(Value):
    """A cookie that a browser does not take: its name, and why: `secure` (it is for https alone), `domain` (it is for
    another name: `detail`) or `samesite` (`None` without `Secure`)."""

    name: str
    why: str
    detail: str = ""


class _Kept(NamedTuple):
    value: str
    path: str


class Jar:
    """The cookies of one site, which is reached as `scheme` says; `refused` are those that were not taken."""

    def __init__(self, scheme: str) -> None:
        self._scheme = scheme
        self._kept: dict[str, _Kept] = {}
        self.refused: dict[Refusal, None] = {}

    @property
    def values(self) -> dict[str, str]:
        """What is kept, by name."""
        return {name: kept.value for name, kept in self._kept.items()}

    def sent(self, path: str) -> str:
        """The header `Cookie` of a request for that path."""
        return "; ".join(f"{name}={one.value}" for name, one in self._kept.items() if _below(path, one.path))

    def keep(self, lines: Iterable[str], host: str) -> None:
        """Takes up the headers `Set-Cookie` of an answer of that host."""
        for line in lines:
            pair, _semicolon, rest = line.partition(";")
            name, equals, value = (part.strip() for part in pair.partition("="))
            words = _attributes(rest)
            if not name or not equals:
                continue
            if why := refused(words, host, self._scheme):
                self.refused[Refusal(name, why, words.get("domain", ""))] = None
            elif _gone(words):
                self._kept.pop(name, None)
            else:
                path = words.get("path", "")
                self._kept[name] = _Kept(value.strip('"'), path if path.startswith("/") else "/")


def attributes(line: str) -> tuple[str, dict[str, str]]:
    """The name of the cookie that a header sets, and its attributes, in lower case."""
    pair, _semicolon, rest = line.partition(";")
    return pair.partition("=")[0].strip(), _attributes(rest)


def refused(words: Mapping[str, str], host: str, scheme: str) -> str:
    """Why a browser does not take a cookie with these attributes from a host; "" if it does."""
    if "secure" in words and scheme != "https":
        return SECURE
    if words.get("samesite", "").lower() == "none" and "secure" not in words:
        return SAME_SITE
    domain = words.get("domain", "").lstrip(".").lower()
    return DOMAIN if domain and not covers(domain, host) else ""


def covers(domain: str, host: str) -> bool:
    """Whether a cookie of a domain is for a host: that very one, or, of a name, one below it."""
    host = host.lower().strip("[]")
    return host == domain or (host.endswith(f".{domain}") and not host.replace(".", "").isdigit())


def _attributes(text: str) -> dict[str, str]:
    words = (one.partition("=") for one in text.split(";"))
    return {name.strip().lower(): value.strip().strip('"') for name, _equals, value in words if name.strip()}


def _gone(words: Mapping[str, str]) -> bool:
    if "max-age" in words:
        return words["max-age"].lstrip().startswith(("-", "0"))
    if "expires" not in words:
        return False
    # It takes longer to import than most of a verification.
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(words["expires"]).timestamp() <= 0
    except (ValueError, TypeError, OverflowError):  # OverflowError: a year, or a zone, beyond all numbers
        return False


def _below(path: str, folder: str) -> bool:
    plain = path.partition("?")[0]
    return plain == folder or plain.startswith(folder if folder.endswith("/") else f"{folder}/")
