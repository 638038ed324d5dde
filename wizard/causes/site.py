"""Diagnose why a request misses its backend, from the site's files rather than the response."""

from __future__ import annotations

import re
from os.path import normpath
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from wizard.base.hostnames import server_has
from wizard.base.keys import site_key
from wizard.base.language import _
from wizard.base.values import Value, replace
from wizard.causes.candidates import Diagnosis, edited, file_step
from wizard.findings.finding import Cause, Remedy
from wizard.findings.words import command
from wizard.host.files import Content, Entry, EntryAt, Listing
from wizard.host.paths import resolve_symlinks
from wizard.host.reading import Host, Unknown

if TYPE_CHECKING:
    from wizard.host.nginx import Server

CONF_D, NGINX_CONF = "/etc/nginx/conf.d", "/etc/nginx/nginx.conf"
RESTART = "systemctl restart nginx.service"


class Site(Value):
    """An nginx site: its file, the link that enables it (`enabled`, the file itself if none is needed), and what it
    should contain: port, names, and the socket or `upstream` (host:port) that it proxies to; `settings` and `unit` of
    the service behind it; `folders` as pairs of URL prefix and the folder served there."""

    available: str
    enabled: str
    port: int
    names: tuple[str, ...]
    socket: str = ""
    settings: str = ""
    unit: str = ""
    folders: tuple[tuple[str, str], ...] = ()
    upstream: str = ""

    def file(self, address: str) -> str:
        """Return the file that should be served for a URL path; "" if no folder covers it."""
        from urllib.parse import unquote

        for prefix, folder in self.folders:
            if address.startswith(prefix):
                return folder + unquote(address.removeprefix(prefix))
        return ""


def diagnose_routing(host: Host, site: Site, name: str) -> Diagnosis | None:
    """Diagnose why requests for a name do not reach the site, or the service behind it; None if nothing is wrong."""
    site = _as_linked(host, site)
    return _disabled(host, site) or _not_loaded(host, site) or _elsewhere(host, site) or _shadowed(host, site, name)


def misrouted(host: Host, site: Site, name: str) -> Diagnosis | None:
    """As `diagnose_routing`, or else that the site's file was edited, which may be the cause."""
    if found := diagnose_routing(host, site, name):
        return found
    if edited(host, site.available):
        text = _("{path} was edited since Jalon wrote it, and nothing else is seen that could be the reason.")
        return Cause("site-edited", text.format(path=site.available)), _written(host, site)
    return None


def _as_linked(host: Host, site: Site) -> Site:
    """Return the site with `enabled` set to the link that leads to it, whatever its name."""
    folder = PurePosixPath(site.enabled).parent
    there: Entry | Unknown | None = host.read(EntryAt(site.enabled))
    names = host.read(Listing(str(folder)))
    for name in names if there is None and isinstance(names, tuple) else ():
        entry: Entry | Unknown | None = host.read(EntryAt(f"{folder}/{name}"))
        if isinstance(entry, Entry) and entry.kind == "link" and normpath(folder / entry.target) == site.available:
            return replace(site, enabled=f"{folder}/{name}")
    return site


def _disabled(host: Host, site: Site) -> Diagnosis | None:
    link: Entry | Unknown | None = host.read(EntryAt(site.enabled))
    if link is None and site.enabled == site.available:
        text = _("{path} is not there.").format(path=site.available)
        return Cause("site-missing", text), _written(host, site)
    if link is None:
        text = _("The site is not enabled: {path} is not there.").format(path=site.enabled)
        words = (command("ln", "-s", site.available, site.enabled), "nginx -t", RESTART)
        return Cause("site-not-enabled", text), Remedy(_("Enable it."), words, site_key(site.available), safe=True)
    place, entry = resolve_symlinks(host, site.enabled)
    if entry is None:
        text = _("{path} leads to {place}, which is not there.").format(path=site.enabled, place=place)
        return Cause("site-missing", text), _written(host, site)
    if isinstance(link, Entry) and link.kind == "link" and place != site.available:
        text = _("{path} leads to another file than the instance's: {place}.").format(path=site.enabled, place=place)
        remedy = Remedy(_("Let it lead to the instance's."), step=site_key(site.available))
        return Cause("site-other-file", text), remedy
    return None


def _not_loaded(host: Host, site: Site) -> Diagnosis | None:
    """Diagnose that nothing in nginx's configuration includes the site."""
    from wizard.host.nginx import NginxFaults, Servers

    servers, faults = host.read(Servers()), host.read(NginxFaults())
    # What is in a file that cannot be read, or is refused, is in none of the servers.
    main = host.read(Content(NGINX_CONF))
    if not isinstance(main, bytes) or isinstance(servers, Unknown) or faults:
        return None
    if {one.file for one in servers} & {site.enabled, site.available}:
        return None
    pattern = f"{PurePosixPath(site.enabled).parent}/*"
    text = _("nginx does not load {enabled}: nothing that {path} includes leads there.")
    told = _("Put `include {pattern};` into the block `http` of {path}, and restart nginx.")
    words = (rf"sed -i '/^http {{/a\\    include {pattern};' {NGINX_CONF}", "nginx -t", RESTART)
    there = re.search(rb"^http \{", main, re.MULTILINE)
    cause = Cause("site-not-loaded", text.format(enabled=site.enabled, path=NGINX_CONF))
    return cause, Remedy(told.format(pattern=pattern, path=NGINX_CONF), words if there else ())


def _elsewhere(host: Host, site: Site) -> Diagnosis | None:
    """Diagnose a wrong port, or a wrong socket or address that the site proxies to."""
    servers = _servers(host, site.enabled)
    ports = {listen.port for server in servers for listen in server.listens if listen.port}
    if ports and site.port not in ports:
        told = _("{path} has nginx listen on port {ports}, and not on {port}.")
        said = told.format(path=site.available, ports=", ".join(map(str, sorted(ports))), port=site.port)
        return Cause("site-other-port", said), _written(host, site)
    targets = [target for server in servers for _location, target in server.proxied]
    sockets = [target for target in targets if target.startswith("/")]
    if site.socket and sockets and site.socket not in sockets:
        told = _("{path} hands requests on to {found}; the service listens on {socket}.")
        said = told.format(path=site.available, found=sockets[0], socket=site.socket)
        return Cause("socket-path-wrong", said), _written(host, site)
    addresses = [target for target in targets if target not in sockets]
    if site.upstream and addresses and site.upstream not in addresses:
        told = _("{path} hands requests on to {found}; the service listens on {address}.")
        said = told.format(path=site.available, found=addresses[0], address=site.upstream)
        return Cause("upstream-wrong", said), _written(host, site)
    return None


def alias_wrong(host: Host, site: Site, address: str) -> Diagnosis | None:
    """Diagnose a wrong `alias` or `location` for a file that exists where it should."""
    wanted = site.file(address)
    if not wanted:
        return None
    there: Entry | Unknown | None = host.read(EntryAt(wanted))
    if not isinstance(there, Entry):
        return None
    prefix, folder = next(one for one in site.folders if address.startswith(one[0]))
    servers = _servers(host, _as_linked(host, site).enabled)
    served = [one for server in servers for one in server.aliases]
    aliases = [alias for _location, alias in served]
    if folder in aliases:
        # Only if no location is a prefix of the path: how nginx chooses among several is not reproduced here.
        locations = [words.removeprefix("^~ ") for words, _alias in served]
        found = [location for location in locations if location.startswith("/")]
        if not found or any(prefix.startswith(one) for one in found):
            return None
        told = _("{path} serves {folder} below {found}, and not below {prefix}.")
        said = told.format(path=site.available, folder=folder, found=", ".join(found), prefix=prefix)
        return Cause("location-wrong", said), _written(host, site)
    told = _("{wanted} is there, but {path} serves no such folder (`alias {folder};`); it has: {aliases}.")
    said = told.format(wanted=wanted, path=site.available, folder=folder, aliases=", ".join(aliases) or "-")
    return Cause("alias-wrong", said), _written(host, site)


def _shadowed(host: Host, site: Site, name: str) -> Diagnosis | None:
    """Diagnose another enabled site that has the same name and port and is loaded first."""
    folder = str(PurePosixPath(site.enabled).parent)
    names = host.read(Listing(folder))
    for other in names if isinstance(names, tuple) else ():
        path = f"{folder}/{other}"
        # In conf.d, nginx loads only files that end in .conf.
        if path >= site.enabled or other.startswith(".") or (folder == CONF_D and not other.endswith(".conf")):
            continue
        if any(server_has(name, server.names) and _listens(server, site.port) for server in _servers(host, path)):
            told = _("{other} also serves the name {name} on port {port}, and nginx takes the one that comes first.")
            remedy = _("Take the name out of {other}, or that site out; then restart nginx.").format(other=path)
            said = told.format(other=path, name=name, port=site.port)
            if _of_another(host, site, path):
                text = _(
                    "{other} is the site of something else that is installed here, and stays: give this instance"
                    " another port or other names in its answers, then apply it again."
                )
                return Cause("site-shadowed", said), Remedy(text.format(other=path))
            link = _is_link(host, path)
            words = (command("rm", path), "nginx -t", RESTART) if link else ()
            return Cause("site-shadowed", said), Remedy(remedy, words)
    return None


def _of_another(host: Host, site: Site, path: str) -> bool:
    """Whether what a file has nginx serve is handed on to another service than this site's: an instance's always is."""
    own = {site.socket, site.upstream}
    return any(target not in own for server in _servers(host, path) for _location, target in server.proxied)


def _is_link(host: Host, path: str) -> bool:
    entry: Entry | Unknown | None = host.read(EntryAt(path))
    return isinstance(entry, Entry) and entry.kind == "link"


def _listens(server: Server, port: int) -> bool:
    return any(listen.port == port for listen in server.listens)


def _written(host: Host, site: Site) -> Remedy:
    told = _("Set it right in {path}, or let the guide write the file again; then restart nginx.")
    return Remedy(told.format(path=site.available), step=file_step(host, site.available))


def _servers(host: Host, path: str) -> tuple[Server, ...]:
    """Return the `server` blocks in a file, with what it includes."""
    # Imported here: only a failed probe needs it.
    from wizard.host.nginx import servers_at

    return servers_at(host, path)
