"""Diagnose an unexpected HTTP response."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from wizard.base.hostnames import django_allows
from wizard.base.language import _
from wizard.base.quote import Quote
from wizard.causes.candidates import file_step
from wizard.causes.site import Site, alias_wrong, diagnose_routing, misrouted
from wizard.findings.finding import Cause, Remedy
from wizard.host.access import CONNECT
from wizard.host.acl import READ
from wizard.host.files import Entry, EntryAt
from wizard.host.http import Response
from wizard.host.logs import LogTail
from wizard.host.reading import Host, Unknown
from wizard.host.settings import Settings, SettingsAt
from wizard.host.sockets import Listeners
from wizard.host.units import Unit, UnitState

if TYPE_CHECKING:
    from wizard.causes.nginx_log import Refusal

Diagnosis = tuple[Cause, "Remedy | None"]
ERROR_LOG = "/var/log/nginx/error.log"
# Of nginx itself and Debian; then of Red Hat's family, where Apache and nginx share one.
WELCOME_PAGES = {
    rb"Welcome to nginx!": "default-site-answers",
    rb"HTTP Server Test Page|<title>\s*Test Page for the [^<]*HTTP Server": "default-site-answers",
    rb"Apache2 (?:Debian|Ubuntu) Default Page": "apache-answers",
}


def welcome_page(body: bytes) -> Cause | None:
    """Return the cause if the body is a distribution's welcome page instead of the application's; otherwise None."""
    for mark, name in WELCOME_PAGES.items():
        if found := re.search(mark, body):
            page = found[0].decode(errors="replace").removeprefix("<title>").strip()
            text = _("The distribution's own page ({page}) answers, not the instance: its site was not chosen.")
            return Cause(name, text.format(page=page))
    return None


def diagnose(
    host: Host,
    answered: Response,
    path: str,
    name: str,
    port: int,
    error_log: str = ERROR_LOG,
    site: Site | None = None,
    file: str = "",
) -> Diagnosis:
    """Diagnose an error response, or that there was none. `site` is the one expected to respond, whose files are then
    examined too; `file` the one that should be served, where the site does not say."""
    if answered.error:
        refused = answered.error == "ECONNREFUSED" and site
        found = _listens_elsewhere(host, port) or (misrouted(host, site, name) if refused and site else None)
        return found or _no_answer(host, answered, port, error_log == ERROR_LOG)
    if site and (found := diagnose_routing(host, site, name)):
        return found
    if cause := welcome_page(answered.body):
        text = _("Disable the default site and see that a site with server_name {name} is enabled.")
        return cause, Remedy(text.format(name=name))
    from wizard.causes.nginx_log import newest

    lines = host.read(LogTail(error_log))
    bad_gateway = answered.status == 502
    logged = (
        None if isinstance(lines, Unknown) else newest(lines, request=path, upstream=bad_gateway, mark=answered.mark)
    )
    if answered.status == 400:
        return _refused_name(host, name, site)
    if answered.status == 403:
        wanted = file or (site.file(path) if site else "")
        return _closed(host, logged, wanted, site) or (_forbidden(logged, path), None)
    if answered.status == 404:
        if site and (found := alias_wrong(host, site, path) or (None if logged else misrouted(host, site, name))):
            return found
        text = _("There is no {path}.").format(path=_named(logged, path))
        return Cause("file-missing" if logged and not logged.path.same("") else "page-missing", text), None
    if bad_gateway:
        return upstream(host, logged, (site.socket or site.upstream) if site else "")
    return (misrouted(host, site, name) if site and answered.status < 500 else None) or _other(answered)


def _refused_name(host: Host, name: str, site: Site | None) -> Diagnosis:
    """Diagnose a 400: the name is not in ALLOWED_HOSTS, or the service runs with older settings."""
    if site and isinstance(said := host.read(SettingsAt(site.settings)), Settings):
        names = said.values.get("ALLOWED_HOSTS")
        file, state = host.read(EntryAt(site.settings)), host.read(Unit(site.unit))
        newer = isinstance(file, Entry) and isinstance(state, UnitState) and file.changed > state.started
        if isinstance(names, list | tuple | set) and django_allows(name, names) and newer:
            text = _("{path} allows the name {name}, but the service runs with what stood there before.")
            told = Remedy(_("Restart the service."), (f"systemctl restart {site.unit}",), safe=True)
            return Cause("settings-newer-than-service", text.format(path=site.settings, name=name)), told
    text = _("The application refuses the name {name}: it is not in its ALLOWED_HOSTS.")
    told_so = _("Add {name} to ALLOWED_HOSTS in the instance's settings and restart the service.")
    step = file_step(host, site.settings) if site else ""
    return Cause("name-not-allowed", text.format(name=name)), Remedy(told_so.format(name=name), step=step)


def _closed(host: Host, logged: Refusal | None, wanted: str, site: Site | None) -> Diagnosis | None:
    """Diagnose a file that nginx may not reach or read. A line about another file than the one wanted opens none."""
    if not logged or logged.errno != 13 or not wanted or not logged.path.same(wanted):
        return None
    from wizard.causes.closed import refused

    tree = next((folder for _prefix, folder in site.folders if wanted.startswith(folder)), "") if site else ""
    return refused(host, wanted, READ, tree.rstrip("/"))


def _forbidden(logged: Refusal | None, path: str) -> Cause:
    if logged and not logged.upstream and logged.path.same(""):
        # A rule, or a folder without an index.
        text = _("The server refuses {path}; its error log says last of it: {words}")
        return Cause("access-refused", text.format(path=path, words=logged.words))
    text = _("The server may not read {path}.")
    return Cause("access-refused", text.format(path=_named(logged, path)))


def upstream(host: Host, logged: Refusal | None, place: str) -> Diagnosis:
    """Diagnose why nginx got no answer of the application, from the newest line of its error log about that; `place` is
    the socket or address that it should connect to."""
    from wizard.causes.closed import refused

    if logged is None or not logged.upstream:
        return Cause("upstream-unreachable", _("nginx cannot reach the application; its error log says why.")), None
    said: str | Quote = logged.words
    if not logged.connecting:
        return _unanswered(logged)
    if logged.errno == 2:
        text = _("{socket} is not there: the service is not started.")
        return Cause("service-not-started", text.format(socket=logged.path)), None
    where: str | Quote = place if logged.path.same("") else logged.path
    if logged.errno == 111 and logged.path.same(""):
        text = _("Nobody listens on {address}: the service is not started, or has died.")
        return Cause("service-not-started", text.format(address=where)), None
    if logged.errno == 111:
        text = _("{socket} is there, but nobody listens on it: the service has died.")
        return Cause("socket-stale", text.format(socket=where)), None
    if logged.errno == 11:
        text = _("So many wait at {socket} already that no more are let in (errno 11): the application is too slow, or"
                 " hangs.")  # fmt: skip
        return Cause("upstream-busy", text.format(socket=where)), None
    if logged.errno == 13:
        text = _("nginx may not connect to {socket} (errno 13: {words}).")
        cause = Cause("upstream-permission", text.format(socket=where, words=said))
        return (refused(host, place, CONNECT) if logged.path.same(place) else None) or (cause, None)
    text = _("nginx cannot connect to {socket} (errno {errno}: {words}).")
    told = text.format(socket=where, errno=logged.errno, words=said)
    return Cause("upstream-unreachable", told), None


def _unanswered(logged: Refusal) -> Diagnosis:
    """Diagnose what happened after nginx was let in, or where it tried nobody at all."""
    words = str(logged.words)
    if logged.errno in (32, 104) or "prematurely closed" in words:
        text = _("The application took the request and hung up without an answer ({words}): the process that worked on"
                 " it died, or was ended, which its log and the unit's journal tell.")  # fmt: skip
        return Cause("upstream-hung-up", text.format(words=logged.words)), None
    if "too big header" in words:
        text = _("The head of the application's answer is larger than nginx takes ({words}).")
        told = _("Set `proxy_buffer_size 16k;` and `proxy_buffers 8 16k;` in the site's `server`; then restart nginx.")
        return Cause("upstream-header-too-big", text.format(words=logged.words)), Remedy(told)
    text = _("nginx got no answer of the application that it could use. It says: {words}")
    return Cause("upstream-unreachable", text.format(words=logged.words)), None


def _named(logged: Refusal | None, path: str) -> str | Quote:
    return logged.path if logged and not logged.upstream and not logged.path.same("") else path


def _no_answer(host: Host, answered: Response, port: int, of_system: bool) -> Diagnosis:
    if answered.error == "ETIMEDOUT":
        text = _("Port {port} was reached, but no answer came within {seconds:.0f} s.")
        return Cause("no-answer-in-time", text.format(port=port, seconds=answered.seconds)), None
    if answered.error != "ECONNREFUSED":
        text = _("The connection to port {port} broke off ({error}).")
        return Cause("connection-broken", text.format(port=port, error=answered.error)), None
    # Another error log means an nginx of one's own, not the system's.
    state = host.read(Unit("nginx.service"))
    if of_system and not isinstance(state, Unknown) and state.load == "loaded" and state.active != "active":
        text = _("nginx is {state}: nothing listens on port {port}.")
        cause = Cause("nginx-not-running", text.format(state=state.active, port=port))
        return cause, Remedy(_("Test its configuration, then start it."), ("nginx -t", "systemctl start nginx.service"))
    return Cause("nothing-listens", _("Nothing listens on port {port}.").format(port=port)), None


def _listens_elsewhere(host: Host, port: int) -> Diagnosis | None:
    """Diagnose a port that is listened on, but not at the address that was asked."""
    listeners = host.read(Listeners())
    addresses = [one.address for one in listeners if one.port == port] if isinstance(listeners, tuple) else []
    if not addresses:
        return None
    told = _("Port {port} is listened on at {addresses} alone: who comes to another address here is refused.")
    if all(":" in one for one in addresses):
        told = _("Port {port} is listened on for IPv6 alone ({addresses}): who comes over IPv4 is refused.")
    text = _("Let the site say `listen {port};` too; then restart nginx.")
    named = told.format(port=port, addresses=", ".join(addresses))
    return Cause("listens-elsewhere", named), Remedy(text.format(port=port))


def _other(answered: Response) -> Diagnosis:
    if answered.status == 504:
        text = _("The application took longer to answer than nginx waits.")
        return Cause("application-too-slow", text), None
    if answered.status >= 500:
        return Cause("application-error", _("The application failed while answering; its log says why.")), None
    if answered.location:
        text = _("It sends on to {location}.").format(location=answered.location)
        return Cause("redirected", text), None
    return Cause("wrong-status", _("The page answers, but not as expected.")), None
