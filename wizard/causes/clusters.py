"""Diagnose why no PostgreSQL answers on a port, from `pg_lsclusters`."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.base.language import _
from wizard.base.values import Value
from wizard.causes import postgresql_log
from wizard.causes.candidates import Diagnosis
from wizard.findings.finding import Cause, Remedy
from wizard.findings.words import command
from wizard.host.commands import CommandOutput
from wizard.host.reading import Host, Unknown

LISTED = CommandOutput(("pg_lsclusters", "--no-header"))


class Listed(Value):
    """A cluster as listed by `pg_lsclusters`."""

    version: str
    name: str
    port: int
    online: bool
    log: str = ""

    @property
    def settings(self) -> str:
        """The folder of its configuration."""
        return f"/etc/postgresql/{self.version}/{self.name}"

    @property
    def unit(self) -> str:
        """The systemd unit of the cluster."""
        return f"postgresql@{self.version}-{self.name}.service"


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


def cluster_of(host: Host, port: int) -> Listed | None:
    """The cluster that has that port; None where `pg_lsclusters` lists none, or is not there."""
    return next((one for one in clusters(host) if one.port == port), None)


def clusters(host: Host) -> Iterator[Listed]:
    """The clusters of this machine, running or not; none where there is no `pg_lsclusters`."""
    said = host.read(LISTED)
    if isinstance(said, Unknown) or said.status:
        return
    for line in said.out.splitlines():
        words = line.split()
        if len(words) > 3 and words[2].isdigit():
            log = words[6] if len(words) == 7 and words[6].startswith("/") else ""
            yield Listed(words[0], words[1], int(words[2]), words[3].startswith("online"), log)
