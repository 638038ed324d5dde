"""What a process may do at a path, as it has it: modes, access control lists and the groups that it holds, what its
unit hides or closes, how disks are mounted. Every probe and cause that says "may pass", "may read" or "may write"
asks here."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from wizard.base.values import Value, replace
from wizard.host import acl, sandbox
from wizard.host.acl import MODE, PASS, WRITE
from wizard.host.distributions import distribution_of
from wizard.host.files import Entry, EntryAt
from wizard.host.mounts import Mount, Mounts, covering, place_in
from wizard.host.owners import MOST_LINKS, parts
from wizard.host.reading import Host, Unknown
from wizard.host.units import Unit, UnitState
from wizard.host.users import Account

RUN, CONNECT = 8, 16
"""To run what lies at a path: the right to pass, where nothing forbids to run things; to connect to a socket: the right
to write to it, wherever it lies."""
HIDDEN, CLOSED, READ_ONLY, NOEXEC, NOEXEC_HERE = "hidden", "closed", "read-only", "noexec", "noexec-here"

NGINX = "nginx.service"


class Actor(Value):
    """Who wants to do something: a user with the groups that it holds; `pid`, as which process (0: none that runs), and
    `unit`, as a part of which service."""

    user: str
    groups: tuple[str, ...] = ()
    pid: int = 0
    unit: str = ""

    def holding(self, *groups: str) -> Actor:
        """The same with further groups."""
        return Actor(self.user, (*self.groups, *groups), self.pid, self.unit)


class Barrier(Value):
    """Why something may not be done: at which `path` on the way, with its entry where that is known, for which reason.

    `reason`: `mode`, `list` (a line of the access control list), `mask` (what its mask takes away); `hidden`, `closed`
    or `noexec-here` by the unit's `setting` ("" where only its view of the files says so); `read-only` or `noexec` by
    the mount at `setting`. `led_by`: who made a link on the way, if that is somebody else than root: there may be
    anything behind it.
    """

    path: str
    right: int
    reason: str
    entry: Entry | None = None
    setting: str = ""
    led_by: str = ""

    @property
    def led_astray(self) -> bool:
        """Whether a link leads there that whoever owns what is there has not made."""
        return bool(self.led_by) and (self.entry is None or self.entry.owner != self.led_by)


def actor_of(host: Host, unit: str, user: str) -> Actor:
    """Return who does the work of a service: its processes that are not root's, or else `user` (what the unit says is
    taken instead, where it names somebody), with the groups of the group file."""
    state = host.read(Unit(unit))
    known = isinstance(state, UnitState)
    workers = [one for one in state.processes if one.user != "root"] if isinstance(state, UnitState) else []
    if workers:
        return Actor(workers[0].user, workers[0].groups, workers[0].pid, unit)
    named = dict(state.settings).get("User", "") if isinstance(state, UnitState) else ""
    return _by_account(host, named or user, unit if known else "")


def web_server(host: Host) -> Actor:
    """Return nginx as it runs here; as its package would have it, where it does not run."""
    return actor_of(host, NGINX, distribution_of(host.facts).named("nginx-user"))


def user_of(host: Host, user: str) -> Actor:
    """Return a user outside of any service."""
    return _by_account(host, user, "")


def _by_account(host: Host, user: str, unit: str) -> Actor:
    account = host.read(Account(user))
    return Actor(user, () if account is None or isinstance(account, Unknown) else account.groups, 0, unit)


def barrier(host: Host, actor: Actor, path: str, right: int) -> Barrier | None:
    """Return what keeps somebody from doing that (`PASS` through, `READ`, `WRITE`, `RUN`, `CONNECT`) at a path, whose
    links are followed; None where nothing is seen that does. What cannot be read is taken to be open. To write what is
    not there is to write to its folder, if that is there."""
    view = _View(host, actor)
    before: tuple[str, Entry] | None = None
    for place, entry, last, led_by in way(host, path):
        if setting := view.hides(place):
            return Barrier(place, PASS, HIDDEN, entry, setting.strip("?"), led_by)
        if entry is None:
            if last and before and right == WRITE:
                return _led(view.bars(*before, right), led_by)
            before = None
            continue
        wanted = right if last else PASS
        if (last or entry.kind == "directory") and (found := view.bars(place, entry, wanted)):
            return _led(found, led_by)
        before = place, entry
    return None


def _led(found: Barrier | None, led_by: str) -> Barrier | None:
    return replace(found, led_by=led_by) if found else None


def way(host: Host, path: str) -> Iterator[tuple[str, Entry | None, bool, str]]:
    """Yield each step to a path, links resolved: the path so far, what is there (None where nothing is), whether it is
    the end, and who made the last link on the way that is not root's. Ends before what cannot be read."""
    left, place, links, led_by = parts(path), "/", 0, ""
    yield from _step(host, "/", not left)
    while left:
        name = left.pop()
        here = posixpath.dirname(place) if name == ".." else posixpath.join(place, name)
        entry: Entry | Unknown | None = host.read(EntryAt(here))
        if isinstance(entry, Unknown):
            return
        if entry is not None and entry.kind == "link":
            links += 1
            if links > MOST_LINKS:
                return
            led_by = led_by if entry.owner == "root" else entry.owner
            left += parts(entry.target)
            place = "/" if entry.target.startswith("/") else place
            continue
        yield here, entry, not left, led_by
        place = here


def _step(host: Host, place: str, last: bool) -> Iterator[tuple[str, Entry | None, bool, str]]:
    entry: Entry | Unknown | None = host.read(EntryAt(place))
    if isinstance(entry, Entry):
        yield place, entry, last, ""


class _View:
    """What somebody sees, and may do there."""

    def __init__(self, host: Host, actor: Actor) -> None:
        self._actor = actor
        self._ours = _mounts(host, 0)
        self._theirs = _mounts(host, actor.pid) if actor.pid else ()
        self._settings = _settings(host, actor.unit) if actor.unit else {}

    def hides(self, place: str) -> str:
        """The setting that hides a path; `?` where only the process itself tells that it is hidden."""
        mount = covering(self._theirs, place) if self._theirs else None
        if mount is None:
            # No process, or one of which nothing is known: what its unit says.
            unjudged = sandbox.elsewhere(self._settings) or self._actor.pid
            return "" if unjudged else sandbox.hides(self._settings, place)
        return (sandbox.hides(self._settings, place) or "?") if self._hidden(mount, place) else ""

    def _hidden(self, mount: Mount, place: str) -> bool:
        if "/inaccessible/" in mount.root:
            return True
        if place == mount.point or not (mount.kind == "tmpfs" or "/systemd-private-" in mount.root):
            return False
        if any(one.point.startswith(f"{place}/") for one in self._theirs):
            return False  # a folder in which something is mounted
        ours = covering(self._ours, place)
        return ours is not None and place_in(ours, place) != place_in(mount, place)

    def bars(self, place: str, entry: Entry, right: int) -> Barrier | None:
        """Why a right is not held to one entry, whatever is above it."""
        actor = self._actor
        bit = {RUN: PASS, CONNECT: WRITE}.get(right, right)
        if actor.user == "root":
            reason = MODE if right == RUN and not entry.mode & 0o111 else ""
        else:
            reason = acl.refuses(entry, actor.user, actor.groups, bit)
        if reason:
            return Barrier(place, right, reason, entry)
        if right == WRITE and entry.kind in ("file", "directory"):
            return self._by_mount(place, entry, right, "ro", (READ_ONLY, CLOSED))
        if right == RUN and entry.kind == "file":
            return self._by_mount(place, entry, right, "noexec", (NOEXEC, NOEXEC_HERE))
        return None

    def _by_mount(self, place: str, entry: Entry, right: int, flag: str, reasons: tuple[str, str]) -> Barrier | None:
        ours = covering(self._ours, place)
        if ours is not None and flag in ours.flags:
            return Barrier(place, right, reasons[0], entry, ours.point)
        look = sandbox.closes if flag == "ro" else sandbox.keeps_from_running
        theirs = covering(self._theirs, place) if self._theirs else None
        if theirs is None:
            setting = "" if self._actor.pid or sandbox.elsewhere(self._settings) else look(self._settings, place)
            return Barrier(place, right, reasons[1], entry, setting) if setting else None
        return Barrier(place, right, reasons[1], entry, look(self._settings, place)) if flag in theirs.flags else None


def _settings(host: Host, unit: str) -> dict[str, str]:
    state = host.read(Unit(unit))
    return dict(state.settings) if isinstance(state, UnitState) else {}


def _mounts(host: Host, pid: int) -> tuple[Mount, ...]:
    found = host.read(Mounts(pid))
    return () if isinstance(found, Unknown) else found
