"""Diagnose why nginx may not reach, read or connect to something."""

from __future__ import annotations

from pathlib import PurePosixPath

from wizard.base.language import _
from wizard.causes.access import Diagnosis, explain
from wizard.findings.finding import Cause, Remedy
from wizard.host.access import Actor, barrier, web_server
from wizard.host.acl import PASS
from wizard.host.processes import ConfinedBy
from wizard.host.reading import Host, Unknown


def refused(host: Host, path: str, right: int, tree: str = "") -> Diagnosis | None:
    """Diagnose what keeps nginx from reading (`READ`) or connecting to (`CONNECT`) a path, which it said it may not;
    None if nothing is seen. `tree` is the folder that should be readable as a whole."""
    server = web_server(host)
    found = barrier(host, server, path, right)
    return explain(host, server, found, tree) if found else _confined(host, server, path)


def closed_folder(host: Host, path: str) -> Diagnosis | None:
    """Diagnose a folder above `path` that nginx may not pass; None if there is none, or it is unreadable."""
    server = web_server(host)
    found = barrier(host, server, str(PurePosixPath(path).parent), PASS)
    return explain(host, server, found) if found else None


def _confined(host: Host, server: Actor, path: str) -> Diagnosis | None:
    """Diagnose that SELinux or AppArmor forbids what everything else allows: one of them confines nginx."""
    if not server.pid:
        return None
    label = host.read(ConfinedBy(server.pid))
    if not label or isinstance(label, Unknown):
        return None
    words = {"user": server.user, "path": path, "label": label}
    if ":" not in label:
        text = _("Modes and groups let {user} use {path}; AppArmor confines nginx by the profile {label}.")
        told = _("`journalctl -k -g DENIED` says what it forbade; allow that in the profile, in `/etc/apparmor.d`.")
        return Cause("apparmor-denies", text.format(**words)), Remedy(told)
    if host.facts.selinux != "enforcing":
        return None
    text = _("Modes and groups let {user} use {path}; SELinux confines nginx ({label}).")
    told = _(
        "`ausearch -m avc -ts recent` says what it forbade. `restorecon -Rv` gives files the types of their places; for"
        " homes there is `setsebool -P httpd_read_user_content 1`, for a network `httpd_can_network_connect`."
    )
    return Cause("selinux-denies", text.format(**words)), Remedy(told)
