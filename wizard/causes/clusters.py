"""Diagnose why no PostgreSQL answers on a port, from `pg_lsclusters`."""

from __future__ import annotations

from wizard.base.language import _
from wizard.causes import postgresql_log
from wizard.causes.candidates import Diagnosis
from wizard.findings.finding import Cause, Remedy
from wizard.findings.words import command
from wizard.host.clusters import clusters
from wizard.host.reading import Host


def diagnose_no_answer(host: Host, port: int) -> Diagnosis | None:
    """Diagnose a cluster of that port that is down, or one that listens on another port; None if neither applies."""
    known = list(clusters(host))
    down = [one for one in known if one.port == port and not one.online]
    if down:
        one = down[0]
        if found := postgresql_log.diagnose(host, postgresql_log.Down(one.unit, one.port, one.log, one.settings)):
            return found
        text = _("The cluster {version}/{name} is the one of port {port}, and does not run.")
        told = _("Start it; its log in `/var/log/postgresql` says why, where it does not start.")
        words = (command("systemctl", "start", down[0].unit),)
        named = text.format(version=down[0].version, name=down[0].name, port=port)
        return Cause("postgresql-not-running", named), Remedy(told, words, safe=True)
    elsewhere = [one for one in known if one.online and one.port != port]
    if elsewhere and not any(one.port == port for one in known):
        one = elsewhere[0]
        text = _("PostgreSQL runs, but on port {found} and not on {port}: cluster {version}/{name}.")
        told = _("Give the cluster its port back, or correct the answer `db_port`.")
        moves = (
            command("pg_conftool", one.version, one.name, "set", "port", str(port)),
            command("systemctl", "restart", one.unit),
        )
        named = text.format(found=one.port, port=port, version=one.version, name=one.name)
        return Cause("postgresql-other-port", named), Remedy(told, moves)
    return None
