"""The probe of the proxies that a machine is told to use; it is part of every guide where there is one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from wizard.base.language import _
from wizard.findings.finding import Cause, Finding, Remedy, passed, warning
from wizard.findings.probe import Probe
from wizard.findings.words import joined, listed
from wizard.host.proxies import Network, Proxy
from wizard.host.reading import Host, Reading
from wizard.host.sockets import Connection

# So many are asked: more than a machine has.
MOST = 4


class ProxiesAnswer(Probe):
    """The proxies that something here is told to use accept connections, and are set where nobody else may set them or
    read their passwords. Nothing beyond them is asked for; so a warning: what serves goes on without them."""

    network: Network
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return [Connection(*one.place) for one in _distinct(self.network) if one.place]

    def observe(self, host: Host) -> Finding:
        network = self.network
        proxies = _distinct(network)
        states = {one.address: host.get(Connection(*one.place)) if one.place else "" for one in proxies}
        seen = joined(*(_seen(one, states[one.address], network) for one in proxies))
        for one in proxies:
            if one.place is None:
                return _misspelt(seen, one)
            if states[one.address]:
                return _silent(seen, one, states[one.address])
        if network.writable:
            return _writable(seen, network.writable)
        if network.readable:
            return _readable(seen, network.readable)
        return passed(seen or _("no proxy is set"))


def where_set(proxy: Proxy) -> str:
    """Where a proxy is set, in words."""
    return proxy.where or _("the environment")


def _distinct(network: Network) -> list[Proxy]:
    return list({one.address: one for one in reversed(network.proxies)}.values())[::-1][:MOST]


def _seen(proxy: Proxy, state: str, network: Network) -> str:
    places: Iterator[str] = (where_set(one) for one in network.proxies if one.address == proxy.address)
    text = _("{address} ({where}) does not answer: {error}") if state else _("{address} ({where})")
    return text.format(address=proxy.address, where=", ".join(dict.fromkeys(places)), error=state)


def _misspelt(seen: str, proxy: Proxy) -> Finding:
    told = _("This is no address of a proxy. In one, the letters / ? # [ ] @ : and spaces of a user or a password are"
             " spelt with a percent sign (@ is %40, # is %23).")  # fmt: skip
    remedy = Remedy(_("Correct it in {where}.").format(where=where_set(proxy)))
    return warning(seen, cause=Cause("proxy-misspelt", told), remedy=remedy)


def _silent(seen: str, proxy: Proxy, state: str) -> Finding:
    if state == "ECONNREFUSED":
        cause = Cause("proxy-refuses", _("Nobody listens there: the proxy was stopped, or has another port."))
    elif state == "ENAME":
        cause = Cause("proxy-name-unknown", _("The name of the proxy is not resolved."))
    else:
        told = _("It does not answer in time: it is off, or a firewall keeps this machine from it.")
        cause = Cause("proxy-silent", told)
    told = _("Nothing is installed or updated without it: have it started, or correct it in {where}.")
    return warning(seen, cause=cause, remedy=Remedy(told.format(where=where_set(proxy))))


def _writable(seen: str, places: tuple[str, ...]) -> Finding:
    evidence = _("{places}: others than root may write there").format(places=listed(places))
    told = _("Whoever writes there chooses what is installed here; Jalon does not obey it.")
    remedy = Remedy(_("Look at what it says; then give it, and the folders above it, to root alone."))
    return warning(joined(seen, evidence), cause=Cause("proxy-of-others", told), remedy=remedy)


def _readable(seen: str, places: tuple[str, ...]) -> Finding:
    evidence = _("{places}: all may read the password there").format(places=listed(places))
    told = _("Every account of this machine can use the proxy in its name.")
    remedy = Remedy(_("Close it to others than root (chmod 600), where no program of another user reads it."))
    return warning(joined(seen, evidence), cause=Cause("proxy-password-readable", told), remedy=remedy)
