"""Diagnose why nginx may not reach, read or connect to something."""

from __future__ import annotations

from pathlib import PurePosixPath

from wizard.causes.access import NGINX, Diagnosis, explain
from wizard.host.access import Actor, actor_of, barrier
from wizard.host.acl import PASS
from wizard.host.reading import Host


def web_server(host: Host) -> Actor:
    """Return nginx as it runs here; as its package would have it, where it does not run."""
    return actor_of(host, NGINX, "nginx" if host.facts.package_manager == "dnf" else "www-data")


def refused(host: Host, path: str, right: int, tree: str = "") -> Diagnosis | None:
    """Diagnose what keeps nginx from reading (`READ`) or connecting to (`CONNECT`) a path; None if nothing is seen.
    `tree` is the folder that should be readable as a whole."""
    server = web_server(host)
    found = barrier(host, server, path, right)
    return explain(host, server, found, tree) if found else None


def closed_folder(host: Host, path: str) -> Diagnosis | None:
    """Diagnose a folder above `path` that nginx may not pass; None if there is none, or it is unreadable."""
    return refused(host, str(PurePosixPath(path).parent), PASS)
