"""The unit that runs an instance, where it is not the document's own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.api import Content, Host, Listing, Unit, UnitState, Unknown
from wizard.guides.biomaid.names import Names

FOLDERS = ("/etc/systemd/system", "/usr/local/lib/systemd/system", "/lib/systemd/system")
STARTS = re.compile(r"^ExecStart=.*(run-instance|gunicorn)", re.MULTILINE)


def other(n: Names, host: Host) -> str:
    """The name of another unit that runs the instance or starts with the machine; empty where the document's does."""
    if _runs(n.unit, host):
        return ""
    return next((name for name in _candidates(n, host) if _runs(name, host)), "")


def _runs(name: str, host: Host) -> bool:
    state = host.read(Unit(name))
    return isinstance(state, UnitState) and (state.active == "active" or state.enabled == "enabled")


def _candidates(n: Names, host: Host) -> Iterator[str]:
    """The units that start gunicorn, or the script that does, in the instance's home."""
    home = re.compile(re.escape(n.home) + r"(?![\w.-])")
    for folder in FOLDERS:
        names = host.read(Listing(folder))
        for name in () if isinstance(names, Unknown) else names or ():
            if not name.endswith(".service"):
                continue
            data = host.read(Content(f"{folder}/{name}"))
            text = data.decode(errors="replace") if isinstance(data, bytes) else ""
            if STARTS.search(text) and home.search(re.sub("%[iI]", n.answers.instance, text)):
                yield name.replace("@.", f"@{n.answers.instance}.")
