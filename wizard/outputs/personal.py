"""Patterns of personal data and secrets in texts: names of people and hosts, addresses, passwords."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping

from wizard.base.confidential import ASSIGNED, NOTHING
from wizard.base.patterns import pattern

# Names that identify nobody, and that a reader of a report needs.
COMMON = {"", "localhost", "root", "admin", "debian", "ubuntu", "nginx", "postgres", "www-data", "www", "mail"}
# Top-level domains, without those that are common file extensions too.
DOMAINS = (
    "fr|com|org|net|eu|be|ch|ca|lu|de|uk|es|it|nl|pt|at|re|io|info|health|sante|example|invalid|test|lan|home|intra"
    "|intranet|corp|internal|local|localdomain|arpa"
)
IPV4 = r"(?<!\d)(?:\d{1,3}\.){3}\d{1,3}(?!\d)"
MAC = r"(?<![\w:])(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}(?![\w:])"
UNIT = pattern(r"@[\w\\-]+\.(?:service|socket|timer|target|slice|mount|path)$")


def personal_data(names: Mapping[str, str]) -> re.Pattern[str]:
    """A pattern of personal data; the name of the group that matched is its kind.

    `names` are names known to be personal, in lower case, each with its kind.
    """
    # Alternatives are tried in this order: those that match more come first.
    return re.compile("|".join(f"(?P<{name}>{form})" for name, form in _forms(names).items()))


def _forms(names: Mapping[str, str]) -> dict[str, str]:
    parents = {name.partition(".")[2] for name, kind in names.items() if kind == "host"}
    domains = "|".join([*(re.escape(one) for one in sorted(parents, reverse=True) if "." in one), DOMAINS])
    known = "|".join(rf"(?<!\w){re.escape(one)}(?!\w)" for one in sorted(names, key=len, reverse=True))
    # Every repetition is bounded, to stay fast on long lines.
    return {
        # Only the value is redacted.
        "assigned": ASSIGNED,
        "url": r"(?P<scheme>\b[A-Za-z][A-Za-z0-9+.-]{0,20}://)(?P<who>[^\s/]{1,200}@)?"
        r"(?P<where>\[[^\]\s]{0,100}\]|[^\s/:?#'\"<>(){}\]]+)",
        "mail": r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)*",
        "domain": rf"(?i:(?:[\w-]{{1,63}}\.){{1,8}}(?:{domains})(?![\w-]))",
        "known": f"(?i:{known or NOTHING})",
        "home": r"(?<=/home/)[^/\s'\":;,)]+",
        "mac": MAC,
        "four": IPV4,
        "six": r"(?<!\w)(?=[0-9A-Fa-f.]{0,40}:[0-9A-Fa-f.]{0,40}:)[0-9A-Fa-f:.]{2,60}(?:%\w+)?(?!\w)",
    }


def address_in(text: str) -> str:
    """The IP or MAC address in a text that is one apart from punctuation; "" for none, loopback and unspecified."""
    for core in (text, text.rstrip(".:"), text.strip(".:"), text.lstrip(".:")):
        if re.fullmatch(MAC, core):
            return core
        try:
            address = ipaddress.ip_address(core)
        except ValueError:
            continue
        return "" if address.is_loopback or address.is_unspecified else core
    return ""
