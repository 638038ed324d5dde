"""A probe of what a cluster will meet at its next start."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Any

from wizard.base.language import _
from wizard.base.patterns import pattern
from wizard.base.quote import Quote
from wizard.findings.finding import Cause, Finding, Remedy, passed, warning
from wizard.findings.probe import Probe
from wizard.findings.words import command, listed
from wizard.host.files import Content, Listing
from wizard.host.postgresql import AtNextStart, Cluster, ClusterState
from wizard.host.reading import Host, Reading, Unknown

LIBRARIES = "shared_preload_libraries"
# Where distributions keep what a server loads, by its major version.
FOLDERS = ("/usr/lib/postgresql/{major}/lib", "/usr/pgsql-{major}/lib", "/usr/lib64/pgsql")
STARTS = pattern(r"^\s*(auto|manual|disabled)\b", re.MULTILINE)


class NextStartOfCluster(Probe):
    """The running cluster would start again with the files as they are, and does so with the machine. All else is a
    warning: it works until then."""

    port: int = 5432
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (Cluster(self.port),)

    def observe(self, host: Host) -> Finding:
        cluster = host.get(Cluster(self.port))
        if cluster is None:
            # Why none answers is told by the probe that finds so.
            return passed(_("it does not run"))
        found = next(_refused(cluster), None) or _libraries(host, cluster) or _by_hand(host, cluster)
        return found or _waiting(cluster) or passed(_("it would start again with its files as they are"))


def _refused(cluster: ClusterState) -> Iterator[Finding]:
    """Yield a warning for each line that the server would not take."""
    place = cluster.server.get("hba_file")
    hba = [(place.value if place else "pg_hba.conf", one.line, one.error) for one in cluster.hba if one.error]
    settings = [(one.file, one.line, one.error) for one in cluster.not_in_force if not one.waits]
    for file, line, error in (*settings, *hba):
        text = _("{file}, line {line}: {error}").format(file=file, line=line, error=Quote(error))
        told = _("PostgreSQL goes on with what it read before, and will not start again with this line.")
        remedy = Remedy(_("Correct that line; `pg_file_settings` and `pg_hba_file_rules` tell whether it is right."))
        yield warning(text, cause=Cause("postgresql-settings-refused", told), remedy=remedy)


def _libraries(host: Host, cluster: ClusterState) -> Finding | None:
    """A warning where a library is to be loaded that no folder of libraries has."""
    wanted = next((one for one in reversed(cluster.not_in_force) if one.name == LIBRARIES), None)
    there: set[str] = set()
    for folder in FOLDERS:
        listing: tuple[str, ...] | Unknown | None = host.read(Listing(folder.format(major=cluster.major)))
        there.update(() if isinstance(listing, Unknown) else listing or ())
    names = [one.strip().strip('"') for one in wanted.value.split(",")] if wanted else []
    missing = [one for one in names if one and "/" not in one and f"{one}.so" not in there]
    if wanted is None or not there or not missing:
        return None
    text = _("{file}, line {line}: {name} = {value}").format(
        file=wanted.file, line=wanted.line, name=LIBRARIES, value=Quote(wanted.value)
    )
    told = _("PostgreSQL will not start again: {names} is not installed.").format(names=Quote(listed(missing)))
    words = _("Install the package that brings it, or take it out of `shared_preload_libraries` in {file}.")
    return warning(text, cause=Cause("postgresql-library-missing", told), remedy=Remedy(words.format(file=wanted.file)))


def _by_hand(host: Host, cluster: ClusterState) -> Finding | None:
    """A warning where the distribution was told not to start the cluster with the machine (postgresql-common's
    start.conf)."""
    place = cluster.server.get("config_file")
    folder = PurePosixPath(place.value).parent if place else PurePosixPath("/")
    if folder.parts[:3] != ("/", "etc", "postgresql") or len(folder.parts) != 5:
        return None
    path = f"{folder}/start.conf"
    data = host.read(Content(path))
    found = STARTS.search(data.decode(errors="replace")) if isinstance(data, bytes) else None
    if found is None or found[1] == "auto":
        return None
    text = _("{path} says `{word}`").format(path=path, word=found[1])
    told = _("This cluster does not start with the machine: after the next start there is no database.")
    start = command("sed", "-i", f"s/^{found[1]}/auto/", path)
    words = _("Write `auto` into it, unless it is started in another way: `{command}`.").format(command=start)
    return warning(text, cause=Cause("postgresql-not-started-with-machine", told), remedy=Remedy(words))


def _waiting(cluster: ClusterState) -> Finding | None:
    """A warning for settings that count from the next start on."""
    waiting = [one for one in cluster.not_in_force if one.waits]
    if not waiting:
        return None
    text = _("not in force yet: {settings}").format(settings=Quote(listed([_setting(one) for one in waiting])))
    told = _("These are taken at a start alone; whether PostgreSQL starts with them shows then.")
    remedy = Remedy(_("Restart PostgreSQL at a time of your choice, rather than find out at the next boot."))
    return warning(text, cause=Cause("postgresql-restart-due", told), remedy=remedy)


def _setting(one: AtNextStart) -> str:
    return f"{one.name} = {one.value} ({one.file}:{one.line})"
