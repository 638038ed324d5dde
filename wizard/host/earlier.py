"""Where the data from before may be: what an instance had once, and has no more under its name.

Whoever makes something anew that was there before covers it up: so all of this is looked for first.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from wizard.base.language import _
from wizard.base.values import Value
from wizard.host.archives import Archive, Archives
from wizard.host.clusters import Listed, clusters
from wizard.host.files import Content, Listing
from wizard.host.mounts import not_mounted
from wizard.host.postgresql import Cluster, ClusterState
from wizard.host.reading import Host
from wizard.host.records import Applied, TakenOver

SCRATCH = "jalon_restore_"
# Of folders with such names, which their owner may make by thousands: as many are looked into.
MOST_FOLDERS = 20
# What people put behind, or before, the name of what they set aside.
ASIDE = r"(?:old|bak|back|backup|orig|sav|save|saved|copy|copie|kept|prev|previous|before|avant|ancien|\d{4,})"


class Traces(Value):
    """What is known of earlier data: `once` says how it is known that it was there ("" if it is not), `places` where it
    may be now; `renamed` is the database of the same cluster that it seems to be."""

    once: str = ""
    places: tuple[str, ...] = ()
    renamed: str = ""

    @property
    def any(self) -> bool:
        """Whether anything hints at earlier data."""
        return bool(self.once or self.places)

    @property
    def told(self) -> str:
        """All of it, in words."""
        return "; ".join(one for one in (*self.places, self.once) if one)


def of_database(host: Host, name: str, owner: str, port: int, backups: str = "", *, empty: bool = False) -> Traces:
    """Look for a database that is not in the cluster of that port, or is `empty` there: such a one may be new."""
    made = (("Migrated", name),) if empty else (("DatabaseCreated", name), ("Migrated", name))
    once = _once(host, *made) or _dumped(host, backups)
    renamed = _renamed(host, name, owner, port, bool(once))
    told = _("the database {name} of {owner} in the same PostgreSQL")
    here = [told.format(name=one, owner=owner) for one in renamed]
    return Traces(once, (*here, *_elsewhere(host, name, port)), renamed[0] if len(renamed) == 1 else "")


def of_folder(host: Host, path: str) -> Traces:
    """Look for a folder that is not there."""
    above, name = posixpath.split(path.rstrip("/"))
    kept = re.compile(rf"(?:{ASIDE}[-_. ]?)?{re.escape(name)}(?:[-_. ]?{ASIDE}.*|~.*)?", re.IGNORECASE)
    names = host.read(Listing(above))
    found = [one for one in names if one != name and kept.fullmatch(one)] if isinstance(names, tuple) else []
    places = [f"{above.rstrip('/')}/{one}" for one in found[:MOST_FOLDERS]]
    return Traces(_once(host, ("DirectoryMade", path)), tuple(one for one in places if host.read(Listing(one))))


def _once(host: Host, *changes: tuple[str, str]) -> str:
    if any(host.read(Applied(kind, subject, done=True)) is True for kind, subject in changes):
        return _("Jalon made it here once")
    return _("it belongs to an instance that was taken over") if host.read(TakenOver()) is True else ""


def _dumped(host: Host, backups: str) -> str:
    if not backups:
        return ""
    newest = host.read(Archives(backups))
    if not isinstance(newest, Archive) or not any(newest.rows.values()):
        return ""
    return _("a backup of it is in {path}").format(path=newest.path)


def _renamed(host: Host, name: str, owner: str, port: int, once: bool) -> list[str]:
    """The databases of the cluster that seem to be the same one under another name."""
    state = host.read(Cluster(port))
    if not isinstance(state, ClusterState):
        return []
    akin = re.compile(rf"(?:.+[-_.])?{re.escape(name)}(?:[-_.]?.+)?")
    return [
        other
        for other, database in sorted(state.databases.items())
        if other not in (name, "postgres", "template0", "template1")
        and database.owner == owner
        and not other.startswith(SCRATCH)
        and (once or akin.fullmatch(other))
    ]


def _elsewhere(host: Host, name: str, port: int) -> Iterator[str]:
    for one in clusters(host):
        if one.port == port:
            continue
        names = {"name": name, "version": one.version, "cluster": one.name, "port": one.port}
        if one.online:
            state = host.read(Cluster(one.port))
            if isinstance(state, ClusterState) and name in state.databases:
                yield _("the database {name} in the cluster {version}/{cluster} on port {port}").format(**names)
        elif _names_database(host, one, name):
            text = _("the cluster {version}/{cluster} (port {port}), which is down: its files name a database {name}")
            yield text.format(**names)
        elif (disk := not_mounted(host, one.directory)) is not None:
            text = _("the cluster {version}/{cluster} (port {port}), whose disk ({disk}) is not mounted")
            yield text.format(disk=disk.point, **names)


def _names_database(host: Host, cluster: Listed, name: str) -> bool:
    """Whether the table of databases of a cluster that is down holds that name, as far as its file tells."""
    # 1262 is pg_database in every release; a name there is filled up with NULs.
    data = host.read(Content(f"{cluster.directory}/global/1262"))
    whole = re.compile(rb"(?<![\w.-])" + re.escape(name.encode()) + rb"\0")
    return isinstance(data, bytes) and whole.search(data) is not None
