"""Host names: validation, normalisation, and matching as nginx and Django do it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from wizard.base.patterns import pattern

LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# RFC 1123, in ASCII: neither an underscore, nor a port, nor a dot at the end.
NAME = pattern(rf"(?=.{{1,253}}$){LABEL}(?:\.{LABEL})*")
PORT = pattern(r"(\[.*\]|[^:]*):\d*")


def is_host_name(text: str) -> bool:
    """Whether the text is a host name (RFC 1123) or IPv4 address that nginx, Django and browsers all accept."""
    return NAME.fullmatch(text) is not None


def normalised_host(text: str) -> str:
    """Normalise the value of a `Host` header for comparison: lower case, without port and trailing dot, IDNA-encoded;
    an IPv6 address compressed and in brackets."""
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
    """Yield the names in order without duplicates, comparing them normalised; the first spelling is kept."""
    seen: set[str] = set()
    for name in names:
        if normalised_host(name) not in seen:
            seen.add(normalised_host(name))
            yield name


def server_has(name: str, names: Iterable[str]) -> bool:
    """Whether nginx matches `name` exactly against the names of a `server_name` directive; patterns are ignored, as
    nginx tries them only after exact names.

    Configured names are compared case-insensitively but not normalised further: nginx never matches one that is
    configured with a port or a trailing dot.
    """
    return normalised_host(name) in {one.lower() for one in names}


def django_allows(name: str, patterns: Iterable[object]) -> bool:
    """Whether Django's `ALLOWED_HOSTS` accepts a name (django.http.request, validate_host): exactly but in any case, by
    `*`, or by `.example.org` for a domain and its subdomains. Patterns that are not strings are ignored."""
    asked = normalised_host(name)
    lower = [pattern.lower() for pattern in patterns if isinstance(pattern, str)]
    return any(
        pattern in ("*", asked) or (pattern.startswith(".") and f".{asked}".endswith(pattern)) for pattern in lower
    )
