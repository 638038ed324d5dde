"""The addresses from which apt fetches packages."""

from __future__ import annotations

import re

from wizard.base.patterns import pattern
from wizard.host import opening

LIST, FOLDER = "/etc/apt/sources.list", "/etc/apt/sources.list.d"
LINE = pattern(r"(?m)^[ \t]*deb[ \t]+(?:\[[^\]\n]*\][ \t]+)?(\S+)")
FIELD = pattern(r"(?mi)^URIs:[ \t]*(.*(?:\n[ \t]+.*)*)")
OFF = pattern(r"(?mi)^Enabled:[ \t]*(?:no|false|0|off|without|disable)[ \t]*$")


def sources() -> tuple[str, ...]:
    """The addresses of all its sources, of whatever kind, each once."""
    found: dict[str, None] = {}
    for path in (LIST, *(f"{FOLDER}/{name}" for name in opening.names_if_there(FOLDER))):
        try:
            text = opening.text(path)
        except OSError:
            continue
        if path.endswith(".list"):
            found.update(dict.fromkeys(one[1] for one in LINE.finditer(text)))
        elif path.endswith(".sources"):
            for part in re.split(r"\n[ \t]*\n", text):
                if not OFF.search(part):
                    found.update(dict.fromkeys(word for one in FIELD.finditer(part) for word in one[1].split()))
    return tuple(found)
