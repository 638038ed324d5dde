"""Probes of Unix sockets and TCP ports, and of the programs listening on them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wizard.base.language import _
from wizard.causes.site import Site, misrouted
from wizard.findings.finding import Cause, Finding, Remedy, failed, passed, warning
from wizard.findings.probe import Probe
from wizard.findings.words import as_user
from wizard.host.files import Entry, EntryAt
from wizard.host.http import Get, Response
from wizard.host.paths import resolve_symlinks
from wizard.host.reading import Host, NotKnown, Reading, Unknown
from wizard.host.sockets import Connection, Listener, Listeners


class SocketHeld(Probe):
    """A Unix socket exists, has this owner, and accepts connections. Restarting `unit` recreates it.

    A link in its place is followed where it leads to a socket of that owner. One that is another's is a warning as long
    as the `page` arrives through it: the server, which reaches the sockets of all, does not know whose it is.
    """

    path: str
    owner: str
    unit: str = ""
    page: Get | None = None
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (EntryAt(self.path), Connection(self.path))

    def observe(self, host: Host) -> Finding:
        entry = host.get(EntryAt(self.path))
        if entry is None:
            text = _("{path} is not there: the service that makes it does not run.").format(path=self.path)
            return failed(
                _("no socket at {path}").format(path=self.path),
                cause=Cause("socket-missing", text),
                remedy=self._remedy(),
            )
        if entry.kind == "link":
            found = self._led_to(host)
            if isinstance(found, Finding):
                return found
            entry = found
        if entry.kind != "socket":
            text = _("{path} is a {kind}, where the service makes its socket.").format(path=self.path, kind=entry.kind)
            evidence = _("{path} is a {kind}; it should be a socket").format(path=self.path, kind=entry.kind)
            return failed(evidence, cause=Cause("not-a-socket", text))
        seen = _("socket {path}, {mode} {owner}").format(path=self.path, mode=entry.octal, owner=entry.owner)
        connected = host.get(Connection(self.path))
        if connected in ("EACCES", "EPERM"):
            raise NotKnown(Unknown(_("this user may not connect to {path}").format(path=self.path), needs="root"))
        if connected:
            text = _("The file was left behind by a service that has ended: nobody listens on it.")
            name = "socket-stale" if connected == "ECONNREFUSED" else "socket-silent"
            evidence = _("{seen}, but nobody answers on it ({error})").format(seen=seen, error=connected)
            return failed(evidence, cause=Cause(name, text), remedy=self._remedy())
        if entry.owner != self.owner:
            text = _("The service runs as {owner}, not as {wanted}.").format(owner=entry.owner, wanted=self.owner)
            evidence = _("{seen}; it should belong to {wanted}").format(seen=seen, wanted=self.owner)
            return self._served(host, evidence, Cause("socket-owner-wrong", text), self._remedy())
        return passed(_("{seen}, somebody answers on it").format(seen=seen))

    def _led_to(self, host: Host) -> Entry | Finding:
        """Return the owner's socket that the link leads to; otherwise the finding."""
        link = host.get(EntryAt(self.path))
        # As far as who owns the folders on the way may see: what is closed to them is no socket of this owner's.
        try:
            place, led = resolve_symlinks(host, self.path)
        except NotKnown:
            if host.facts.user not in ("root", self.owner):
                raise
            place, led = "", None
        if place and led is None:
            text = _("{path} is a link to {target}, where nothing is: the service cannot make its socket.")
            evidence = _("{path} is a link to {target}, where nothing is")
            names = {"path": self.path, "target": link.target if link else ""}
            cause = Cause("not-a-socket", text.format(**names))
            return failed(evidence.format(**names), cause=cause, remedy=self._unlinked())
        if led is not None and led.owner == self.owner:
            return led
        whose = led.owner if led else _("somebody else")
        names = {"path": self.path, "target": link.target if link else "", "whose": whose, "owner": self.owner}
        evidence = _("{path} is a link to {target}, which belongs to {whose}; it should be a socket of {owner}")
        text = _(
            "{owner} has put a link in the place of its socket: what another program answers is shown under this"
            " site's name, and reached past what that program's own site asks of visitors."
        )
        return self._served(
            host, evidence.format(**names), Cause("socket-of-another", text.format(**names)), self._unlinked()
        )

    def _served(self, host: Host, evidence: str, cause: Cause, remedy: Remedy | None) -> Finding:
        """A warning as long as visitors are answered."""
        if self.page is None:
            return failed(evidence, cause=cause, remedy=remedy)
        answered = host.read(self.page)
        if isinstance(answered, Response) and 200 <= answered.status < 400:
            evidence = _("{seen}; the page arrives all the same ({answer})").format(
                seen=evidence, answer=answered.says()
            )
            return warning(evidence, cause=cause, remedy=remedy)
        return failed(evidence, cause=cause, remedy=remedy)

    def _unlinked(self) -> Remedy | None:
        """A service does not start where a link is in the way, and so the owner takes it away first."""
        if not self.unit:
            return None
        told = _("Take the link away, as its owner, and restart the service; it makes its socket anew.")
        return Remedy(told, (as_user(self.owner, "rm", "-f", self.path), f"systemctl restart {self.unit}"), safe=True)

    def _remedy(self) -> Remedy | None:
        if not self.unit:
            return None
        told = _("Restart the service; it makes its socket anew.")
        return Remedy(told, (f"systemctl restart {self.unit}",), safe=True)


class PortHeldBy(Probe):
    """Only that program listens on a TCP port."""

    port: int
    program: str
    site: Site | None = None
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (Listeners(),)

    def observe(self, host: Host) -> Finding:
        holders = [listener for listener in host.get(Listeners()) if listener.port == self.port]
        if not holders:
            text = _("{program} does not run, or listens on another port.").format(program=self.program)
            evidence = _("nobody listens on port {port}; {program} should").format(port=self.port, program=self.program)
            found = misrouted(host, self.site, self.site.names[0]) if self.site else None
            cause, remedy = found or (Cause("nothing-listens", text), None)
            return failed(evidence, cause=cause, remedy=remedy)
        others = [holder for holder in holders if not holder.is_among(self.program)]
        if not others and not any(holder.program for holder in holders):
            raise NotKnown(Unknown(_("who holds port {port} is not shown").format(port=self.port), needs="root"))
        if others:
            from wizard.causes.holder import describe_listener, port_holder

            program = others[0].program if not others[0].ordinary else describe_listener(others[0])
            told = _("Port {port} belongs to {program}.").format(port=self.port, program=program)
            evidence = _("port {port} is held by {holders}; it should be {program}").format(
                port=self.port,
                holders=", ".join(sorted({describe_listener(other) for other in others})),
                program=self.program,
            )
            holder = port_holder(host, self.port, self.program)
            cause = Cause("port-held-by-another", told)
            return failed(evidence, cause=cause, remedy=holder.remedy if holder else None)
        places = ", ".join(sorted({_where(holder) for holder in holders}))
        return passed(_("{program} listens on {places}").format(program=self.program, places=places))


def _where(holder: Listener) -> str:
    address = f"[{holder.address}]" if ":" in holder.address else holder.address
    return f"{address}:{holder.port}"
