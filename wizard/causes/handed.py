"""What nginx hands on to an application, and with which settings."""

from __future__ import annotations

from wizard.causes.site import Site
from wizard.host.nginx import Handed, Server, Servers
from wizard.host.reading import Host


def servers_for(host: Host, site: Site) -> list[Server]:
    """The servers that hand something to the application of a site. Raises `NotKnown`."""
    return [server for server in host.get(Servers()) if any(_to(one, site) for one in server.handed)]


def handed_to(host: Host, site: Site) -> list[Handed]:
    """What nginx hands to the application of a site: at `/` where that is, else everywhere. Raises `NotKnown`."""
    found = [one for server in servers_for(host, site) for one in server.handed if _to(one, site)]
    return [one for one in found if one.location in ("", "/") or one.location.startswith("@")] or found


def _to(one: Handed, site: Site) -> bool:
    return bool(one.target) and one.target in (site.socket, site.upstream)
