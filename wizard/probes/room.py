"""The probe of the room that is left wherever something is written: read-only file systems, full disks, no inodes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from wizard.base.language import Figure, _, _n
from wizard.findings.finding import UNKNOWN, Cause, Finding, Remedy, failed, passed, warning
from wizard.findings.probe import Probe
from wizard.findings.words import listed, needs_root
from wizard.host.files import Disk, Space
from wizard.host.postgresql import Cluster, ClusterState
from wizard.host.reading import Host, Reading, Unknown

MIB = 2**20
NONE_LEFT, FEW_BYTES = 16 * MIB, 512 * MIB
"""Bytes: with less than the first an attachment is refused; with less than the second it is not far from that."""
NO_INODES, FEW_INODES = 16, 1000
SHARE = 0.05
"""What is left of a small disk may be less than `FEW_BYTES` for good: so much of it must be in use besides."""


class RoomLeft(Probe):
    """Every folder that the instance writes to, or that something writes to for it, is on a file system that can be
    written and has room, in bytes and in files. The data of the cluster on `port`, on this machine, are among them."""

    folders: tuple[str, ...]
    port: int = 0
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (*map(Disk, self.folders), *((Cluster(self.port),) if self.port else ()))

    def observe(self, host: Host) -> Finding:
        rooms: dict[str, Space] = {}
        unread = Unknown("")
        for path in self._all(host):
            room: Space | Unknown | None = host.read(Disk(path))
            if isinstance(room, Space):
                rooms[path] = room
            elif isinstance(room, Unknown):
                unread = room
        if not rooms:
            return Finding(UNKNOWN, unread.why, needs_root() if unread.needs else "")
        return _read_only(rooms) or _full(rooms) or _no_inodes(rooms) or _nearly(rooms) or _enough(rooms)

    def _all(self, host: Host) -> tuple[str, ...]:
        if not self.port:
            return self.folders
        cluster: ClusterState | Unknown | None = host.read(Cluster(self.port))
        return (*self.folders, cluster.data_directory) if isinstance(cluster, ClusterState) else self.folders


Rooms = Mapping[str, Space]


def _read_only(rooms: Rooms) -> Finding | None:
    paths = [path for path, room in rooms.items() if room.read_only]
    if not paths:
        return None
    told = _("Nothing can be written there: uploads, sign-ins or logs fail. A disk with errors becomes read-only too.")
    remedy = _(
        "See what it is mounted from (`findmnt -T {path}`), and `dmesg` for errors; when the disk is sound, mount it to"
        " be written (`mount -o remount,rw`)."
    )
    evidence = _("read-only: {paths}").format(paths=listed(paths))
    cause = Cause("file-system-read-only", told)
    return failed(evidence, cause=cause, remedy=Remedy(remedy.format(path=paths[0])))


def _full(rooms: Rooms) -> Finding | None:
    paths = [path for path, room in rooms.items() if room.free < NONE_LEFT]
    if not paths:
        return None
    told = _("The disk is full: what is sent or saved there is refused.")
    evidence = _("{size} free below {paths}").format(size=_size(rooms[paths[0]].free), paths=listed(paths))
    remedy = _("See what fills it (`df -h {path}`, then `du -xh --max-depth=2` of its mount point), and make room.")
    return failed(evidence, cause=Cause("disk-full", told), remedy=Remedy(remedy.format(path=paths[0])))


def _no_inodes(rooms: Rooms) -> Finding | None:
    paths = [path for path, room in rooms.items() if room.inodes and room.inodes_free < NO_INODES]
    if not paths:
        return None
    told = _("The file system holds as many files as it can: no more can be made, however much room is left.")
    text = _("{free} of {all} inodes free below {paths}")
    room = rooms[paths[0]]
    evidence = text.format(free=room.inodes_free, all=room.inodes, paths=listed(paths))
    remedy = _(
        "See where so many small files are (`df -i {path}`, then `du -x --inodes --max-depth=2` of its mount point),"
        " such as old sessions and caches, and remove those."
    )
    return failed(evidence, cause=Cause("inodes-used-up", told), remedy=Remedy(remedy.format(path=paths[0])))


def _nearly(rooms: Rooms) -> Finding | None:
    for path, room in rooms.items():
        if room.free < FEW_BYTES and room.free < SHARE * room.total:
            told = _("The disk is nearly full: soon what is sent or saved there is refused.")
            evidence = _("{size} free below {paths}").format(size=_size(room.free), paths=path)
            return warning(evidence, cause=Cause("disk-nearly-full", told))
        if room.inodes and room.inodes_free < FEW_INODES and room.inodes_free < SHARE * room.inodes:
            told = _("The file system takes few more files: soon none can be made any more.")
            text = _("{free} of {all} inodes free below {paths}")
            evidence = text.format(free=room.inodes_free, all=room.inodes, paths=path)
            return warning(evidence, cause=Cause("disk-nearly-full", told))
    return None


def _enough(rooms: Rooms) -> Finding:
    text = _n("{count} folder, {size} free", "{count} folders, at least {size} free", len(rooms))
    return passed(text.format(count=len(rooms), size=_size(min(room.free for room in rooms.values()))))


def _size(count: int) -> str:
    return (
        _("{number} MB").format(number=count // 10**6)
        if count < 10**9
        else _("{number} GB").format(number=f"{Figure(count / 2**30):.1f}")
    )
