"""What installing a package has beside the package itself: folders, accounts and units, as later steps read them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from wizard.host.files import Entry, EntryAt
from wizard.host.overlay import Effect, Sets
from wizard.host.processes import Process
from wizard.host.reading import Host
from wizard.host.units import UnitState
from wizard.host.users import Account, Group, User

# By the name of the package.
Brings = Mapping[str, Callable[[Host], Iterable[Effect]]]


def root_folder(path: str) -> Sets:
    """Return the effect of a folder that belongs to root, 0755."""
    return Sets(EntryAt(path), Entry(kind="directory", mode=0o755))


def system_account(name: str, home: str, uid: int = 990) -> Iterable[Effect]:
    """Yield the effects of a service account without a shell, and its group."""
    yield Sets(Account(name), User(uid, home, "/sbin/nologin", "", (name,)))
    yield Sets(Group(name), ())


def running_unit(host: Host, user: str, *groups: str) -> UnitState:
    """Return the state of a unit just enabled and started, as apt's packages do, with workers of that user."""
    process = Process(pid=0, user=user, groups=groups or (user,), command=())
    return UnitState("loaded", "active", "running", "enabled", started=host.clock + 0.5, processes=(process,))


def resting_unit(user: str, enabled: str = "disabled") -> UnitState:
    """Return the state of a unit that is not started, as dnf's packages leave it."""
    # Its processes are those of its start to come: with them a plan sees that a later group asks for a restart.
    process = Process(pid=0, user=user, groups=(user,), command=())
    return UnitState("loaded", "inactive", "dead", enabled, processes=(process,))
