"""Reports about: files that were read wrongly."""

from __future__ import annotations

from tests.machine.faults.fault import Fault
from tests.machine.field.report import Before, Report

OTHER = "/etc/nginx/sites-enabled/other"
SILENT = Before(False, "", False, "left")


def broken(id: str, text: str, people: str) -> Report:
    """A site of somebody else's with this text, as printf writes it; nginx has not read it yet."""
    fault = Fault(
        id,
        ("system.nginx-next",),
        f"printf '{text}' >{OTHER}",
        f"rm {OTHER}",
        "nginx-file-refused",
        outcome="warning",
        left="what stands there is somebody else's to correct",
    )
    return Report(fault, "review", people, SILENT)


REPORTS: tuple[Report, ...] = (
    broken(
        "nginx-brace-open",
        "server {\\n  listen 8099;\\n",
        "A brace was left open in another site: nothing was said, and the next start of nginx failed for all sites.",
    ),
    broken(
        "nginx-byte-order-mark",
        "\\357\\273\\277server { listen 8099; }\\n",
        "An editor put a byte order mark before a site; nginx refused it at its next start.",
    ),
    broken(
        "nginx-upstream-unnamed",
        "upstream { server 127.0.0.1:1; }\\n",
        "An upstream had lost its name; nginx refused it at its next start.",
    ),
)
"""In the order of their names."""
