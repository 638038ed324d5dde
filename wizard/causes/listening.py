"""Diagnose why nothing answers at an address, where PostgreSQL runs: where it listens, and where it is asked."""

from __future__ import annotations

from wizard.base.language import _
from wizard.causes.candidates import Diagnosis
from wizard.findings.finding import Cause, Remedy
from wizard.findings.words import as_user, command
from wizard.host.clusters import cluster_of
from wizard.host.postgresql import Cluster, ClusterState, ServerSetting
from wizard.host.reading import Host

EVERYWHERE = ("*", "0.0.0.0", "::")  # noqa: S104 - what a setting says
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def diagnose_refused(host: Host, address: str, port: int) -> Diagnosis | None:
    """Diagnose a cluster of this machine that answers on the Unix socket of that port, and not at this address; None
    where none answers at all, or where it should answer there too."""
    state = host.read(Cluster(port))
    if not isinstance(state, ClusterState) or (told := state.server.get("listen_addresses")) is None:
        return None
    named = [one.strip() for one in told.value.split(",") if one.strip()]
    if _listens(named, address):
        return None
    where = ", ".join(named) or _("no address, only its Unix socket")
    text = _(
        "PostgreSQL runs on port {port}, but listens at: {where} (listen_addresses{place}); it is asked at {asked}."
    )
    cause = Cause("postgresql-other-address", text.format(port=port, where=where, place=_place(told), asked=address))
    return cause, _remedy(host, state, told, address, port)


def _listens(named: list[str], address: str) -> bool:
    asked = LOOPBACK if address in LOOPBACK else (address,)
    return any(one in (*asked, *EVERYWHERE) for one in named)


def _place(told: ServerSetting) -> str:
    return _(", {file}, line {line}").format(file=told.file, line=told.line) if told.file else ""


def _remedy(host: Host, state: ClusterState, told: ServerSetting, address: str, port: int) -> Remedy:
    """The commands, where the cluster is one of Debian's; a restart cuts off whoever is connected, so it is asked."""
    text = _(
        "Let it listen there as well, unless it was set on purpose, and restart it; or correct the answer `db_host`."
    )
    found = cluster_of(host, port)
    if found is None:
        return Remedy(text)
    wanted = ", ".join(dict.fromkeys([address, *(one.strip() for one in told.value.split(",") if one.strip())]))
    sets = command("pg_conftool", found.version, found.name, "set", "listen_addresses", wanted)
    if told.file.endswith("/postgresql.auto.conf"):
        statement = "ALTER SYSTEM RESET listen_addresses"
        sets = as_user("postgres", "psql", "-p", str(port), "-d", "postgres", "-c", statement)
    return Remedy(text, (sets, command("systemctl", "restart", found.unit)))
