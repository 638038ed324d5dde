"""The probe of the OMERO.servers that people may sign in to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from wizard.api import (
    Cause,
    Connection,
    Finding,
    Host,
    NotKnown,
    Probe,
    Reading,
    Remedy,
    Unknown,
    _,
    as_user,
    listed,
    passed,
    warning,
)
from wizard.guides.omero_web.parts.omero import Omero
from wizard.guides.omero_web.parts.values import LIST, Place, servers

PORT = 4064
MOST = 8
"""Of a list that is longer, the first are asked."""


class ServersAnswer(Probe):
    """Each OMERO.server of the list can be connected to; nothing is said to it. Else a warning: the pages are there,
    and who chooses that server cannot sign in. `expected` is the server that was answered: a list of another one, which
    does not answer while that does, may go back to it. No answer in time is unknown."""

    omero: Omero
    unit: str
    expected: str
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (self.omero.properties, Connection(self.expected, PORT))

    def observe(self, host: Host) -> Finding:
        properties = host.get(self.omero.properties)
        places = servers(properties or {})[:MOST]
        if not places:
            # What is no list is told by the probe of the properties.
            return passed(_("{key} names none").format(key=LIST))
        host.expect(Connection(*one) for one in places)
        said = {one: host.get(Connection(*one)) for one in places}
        nameless = [one for one in places if said[one] == "ENAME"]
        slow = [one for one in places if said[one] == "ETIMEDOUT"]
        away = [one for one in places if said[one] and one not in (*nameless, *slow)]
        if nameless:
            return self._nameless(host, places, nameless)
        if away:
            return self._away(host, places, away, listed(sorted({said[one] for one in away})))
        if slow:
            why = _("{servers}: no answer in time; a packet filter on the way may drop what is asked")
            raise NotKnown(Unknown(why.format(servers=_said(slow))))
        return passed(_("{servers}: can be connected to").format(servers=_said(places)))

    def _nameless(self, host: Host, places: Sequence[Place], lost: Sequence[Place]) -> Finding:
        text = _("Whoever chooses this server cannot sign in: its name leads to no address.")
        told = _("Correct it in `{key}`, or make the name known (`/etc/hosts`, DNS); then restart {unit}.")
        seen = _("{servers}: the name cannot be looked up").format(servers=_said(lost))
        remedy = self._again(host, told.format(key=LIST, unit=self.unit), places)
        return warning(seen, cause=Cause("omero-server-unknown", text), remedy=remedy)

    def _away(self, host: Host, places: Sequence[Place], away: Sequence[Place], errors: str) -> Finding:
        text = _("Whoever chooses this server cannot sign in: OMERO.server does not listen there, or is out of reach.")
        told = _("Start OMERO.server there; or correct its name or port in `{key}`, and restart {unit}.")
        seen = _("{servers}: no connection ({errors})").format(servers=_said(away), errors=errors)
        remedy = self._again(host, told.format(key=LIST, unit=self.unit), places)
        return warning(seen, cause=Cause("omero-server-away", text), remedy=remedy)

    def _again(self, host: Host, told: str, places: Sequence[Place]) -> Remedy:
        """What is told, and how the list goes back to the server that was answered, where that may be right."""
        if len(places) > 1 or places[0] == (self.expected, PORT) or host.read(Connection(self.expected, PORT)) != "":
            return Remedy(told)
        more = _("{server}, which was answered, can be connected to: the list may go back to it.")
        # Nothing for OMERO.web's own default.
        value = () if self.expected == "localhost" else (f'[["{self.expected}", {PORT}, "omero"]]',)
        command = (*self.omero.env_words, *self.omero.words("config", "set", "--", LIST, *value))
        words = (as_user(self.omero.user, *command), f"systemctl restart {self.unit}")
        return Remedy(f"{told} {more.format(server=self.expected)}", words)


def _said(places: Sequence[Place]) -> str:
    return listed([f"{host}:{port}" for host, port in places])
