"""The probe of what keeps other machines from a port that this one reaches: packet filters, and where it listens."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wizard.base.language import _
from wizard.findings.finding import Cause, Finding, Remedy, passed, warning
from wizard.findings.probe import Probe
from wizard.host.netfilter import PortFromOutside
from wizard.host.packet_rules import PARTLY, STOPPED, Passage
from wizard.host.reading import Host, Reading, Unknown
from wizard.host.sockets import Listener, Listeners


class ReachedByOthers(Probe):
    """Neither a rule of this machine's packet filter nor the address on which the port is listened on keeps others from
    it. What does is a warning: there may be reasons for it, and what lies between the machines is not seen from here.
    Rules are followed for IPv4."""

    port: int
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (PortFromOutside(self.port), Listeners())

    def observe(self, host: Host) -> Finding:
        listeners: tuple[Listener, ...] | Unknown = host.read(Listeners())
        addresses = [one.address for one in listeners if one.port == self.port] if isinstance(listeners, tuple) else []
        if addresses and all(map(_own, addresses)):
            return self._listens_within(addresses)
        found = host.get(PortFromOutside(self.port))
        if found.state == STOPPED:
            return self._stopped(found)
        if found.state == PARTLY:
            text = _("port {port} is open to some; who else comes is stopped by {where}: {rule}")
            return passed(text.format(port=self.port, where=found.where, rule=found.rule))
        return passed(_("no rule of this machine stops port {port}; nobody outside was asked").format(port=self.port))

    def _stopped(self, found: Passage) -> Finding:
        text = _("{where} stops whoever comes to port {port} from another machine: {rule}")
        told = _("Only this machine itself reaches the pages: its packet filter lets nobody else in.")
        return warning(
            text.format(where=found.where, port=self.port, rule=found.rule),
            cause=Cause("packet-filter-stops", told),
            remedy=Remedy(self._opens(found.where)),
        )

    def _opens(self, where: str) -> str:
        if "firewalld" in where:
            told = _("Open it: `firewall-cmd --permanent --add-port={port}/tcp`, then `firewall-cmd --reload`.")
        elif "ip filter" in where:
            told = _("Open it: `ufw allow {port}/tcp` where ufw makes the rules, else a rule of iptables before it.")
        else:
            told = _("Let `tcp dport {port} accept` stand before that rule, in /etc/nftables.conf where the rules are.")
        return told.format(port=self.port)

    def _listens_within(self, addresses: list[str]) -> Finding:
        text = _("port {port} is listened on at {addresses} alone")
        told = _("Only this machine itself reaches the pages, or what hands on to them from here, such as a tunnel.")
        remedy = _("If others are to reach them, let the `listen` of the site name the port alone; restart nginx.")
        return warning(
            text.format(port=self.port, addresses=", ".join(addresses)),
            cause=Cause("listens-within", told),
            remedy=Remedy(remedy),
        )


def _own(address: str) -> bool:
    return address == "::1" or address.startswith(("127.", "::ffff:127."))
