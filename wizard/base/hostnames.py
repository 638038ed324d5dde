"""Names of hosts: what is one, how it is spelt, and when a server takes one for its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# RFC 1123, in ASCII: neither an underscore, nor a port, nor a dot at the end.
NAME = re.compile(rf"(?=.{{1,253}}$){LABEL}(?:\.{LABEL})*")
PORT = re.compile(r"(\[.*\]|[^:]*):\d*")


def is_host_name(text: str) -> bool:
    """Whether it is a name, or an address of IPv4, that nginx, Django and browsers take alike."""
    return NAME.fullmatch(text) is not None


def normalised_host(text: str) -> str:
    """A name as servers compare it after a browser asked for it: lower case, without a port and the dot at the end;
    letters beyond ASCII as IDNA has them; an address of IPv6 at its shortest, in brackets."""
    text = text.strip()
    if ported := PORT.fullmatch(text):
        text = ported[1]
    if ":" in text:
        return _address(text.removeprefix("[").removesuffix("]"))
    return ".".join(_ascii(label) for label in text.removesuffix(".").lower().split("."))


def _ascii(label: str) -> str:
    if label.isascii():
        return label
    try:
        return label.encode("idna").decode("ascii")
    except UnicodeError:
        return label


def _address(text: str) -> str:
    # Loaded here: few hosts are named by such an address.
    from ipaddress import ip_address

    try:
        return f"[{ip_address(text)}]"
    except ValueError:
        return f"[{text.lower()}]"


def distinct_names(names: Iterable[str]) -> Iterator[str]:
    """The names in their order and their first spelling, each once however it is spelt."""
    seen: set[str] = set()
    for name in names:
        if normalised_host(name) not in seen:
            seen.add(normalised_host(name))
            yield name


def server_has(name: str, names: Iterable[str]) -> bool:
    """Whether nginx finds a name among those of a `server_name`, as an exact one: patterns come after all of these.

    nginx compares without regard to case, and takes nothing else for the same: a name that is configured with a port
    or a dot at its end is never asked for.
    """
    return normalised_host(name) in {one.lower() for one in names}


def django_allows(name: str, patterns: Iterable[object]) -> bool:
    """Whether Django's `ALLOWED_HOSTS` accepts a name (django.http.request, validate_host): the name whatever its case,
    `*`, or `.example.org` for a domain with all that is below it. What is no text is no pattern."""
    asked = normalised_host(name)
    lower = [pattern.lower() for pattern in patterns if isinstance(pattern, str)]
    return any(
        pattern in ("*", asked) or (pattern.startswith(".") and f".{asked}".endswith(pattern)) for pattern in lower
    )
