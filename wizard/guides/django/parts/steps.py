"""Steps about a Django project."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wizard.api import (
    HERE,
    Blocked,
    CheckoutAt,
    Cluster,
    ClusterState,
    Content,
    EntryAt,
    Host,
    Listing,
    Secret,
    Step,
    Unknown,
    _,
    gathered,
    need_nothing_earlier,
    need_secret,
    subject_of,
)
from wizard.guides.django.parts.history import history
from wizard.guides.django.parts.migrations import Migrations, unfinished
from wizard.guides.django.parts.project import PLANNED, Project

if TYPE_CHECKING:
    from wizard.api import Change, DatabaseState


def need_database(host: Host, project: Project) -> None:
    """Raise `Blocked` where this machine's PostgreSQL runs and has no such database: nothing can be put into it."""
    if project.in_file or project.db_host not in HERE:
        return
    cluster = host.read(Cluster(project.port))
    if isinstance(cluster, ClusterState) and project.database not in cluster.databases:
        why = _("there is no database {name} yet").format(name=project.database)
        raise Blocked(why, _("apply the checkpoint of the database first"))


def need_no_earlier_tables(host: Host, project: Project) -> None:
    """Raise `Earlier` where the database is empty and its tables were there once, or may be elsewhere."""
    if not project.in_file and project.db_host in HERE:
        what = _("what the database {name} held").format(name=project.database)
        need_nothing_earlier(host, subject_of(project.database), what, project.traces(host, empty=True))


class Migrate(Step):
    """No migration of the code is missing in the database. One that holds data is dumped before."""

    project: Project
    shared: bool = False

    @property
    def key(self) -> str:
        return f"migrations:{self.project.database}"

    @property
    def title(self) -> str:
        return _("the tables of {name}").format(name=self.project.database)

    def changes(self, host: Host) -> Iterator[Change]:
        """Dump a database that holds data, then migrate."""
        from wizard.api import DatabaseDumped
        from wizard.guides.django.parts.changes import Migrated

        state = host.get(self.project.inside)
        if state is None:
            need_database(host, self.project)
            yield Migrated(self.project)
            return
        if state.migrations == PLANNED:
            return
        files = host.get_planned(Migrations(self.project.checkout))
        brought = frozenset() if files is None or isinstance(files, Unknown) else files
        fresh = state.migrations is None
        if fresh:
            need_no_earlier_tables(host, self.project)
        if not fresh and not self._pending(host, state, brought) and not unfinished(state):
            return
        # A first migration that was cut short leaves tables, but nothing of anybody's.
        if not fresh and state.superusers:
            project = self.project
            yield DatabaseDumped(project.database, project.port, project.db_user, project.db_password)
        yield Migrated(self.project)

    def _pending(self, host: Host, state: DatabaseState, brought: frozenset[tuple[str, str]]) -> bool:
        """Whether `migrate` has something to do. Raises `Blocked` where it would only end in an error."""
        told = history(host, self.project, state, brought)
        if told.before is not None:
            why = _("the history of {name} contradicts itself: {later} is recorded, and {earlier} before it is not")
            later, earlier = told.before
            names = {"name": self.project.database, "later": later, "earlier": earlier}
            raise Blocked(
                why.format(**names), _("bring back the newest backup, or record it where its tables are there")
            )
        if told.unrecorded:
            why = _("the tables of {names} are there, but not recorded").format(names=", ".join(told.unrecorded))
            raise Blocked(why, _("record them: manage.py migrate --fake-initial"))
        # What was never migrated at all is offered by its finding: settings may leave out what they seem to name.
        return bool(set(told.pending) - set(told.never)) or (bool(told.never) and not state.migrations)


class Account(Step):
    """Somebody can log in who may do everything. With `beside_others` it is this account, whoever else may: trial data
    brings accounts of its own, whose passwords nobody here was told."""

    project: Project
    name: str
    email: str
    password: Secret
    beside_others: bool = False
    shared: bool = False

    @property
    def key(self) -> str:
        return f"account:{self.name}"

    @property
    def title(self) -> str:
        return _("the account {name}").format(name=self.name)

    def changes(self, host: Host) -> Iterator[Change]:
        """Create the account where the database has no superuser or, with `beside_others`, not this one."""
        from wizard.guides.django.parts.changes import AccountCreated

        state = host.get(self.project.inside)
        if state is None:
            need_database(host, self.project)
        elif state.migrations is None:
            why = _("{name} has no tables yet").format(name=self.project.database)
            raise Blocked(why, _("apply the step before: it makes them"))
        if state is None or not state.superusers or (self.beside_others and self.name not in state.superusers):
            need_secret(self.password)
            yield AccountCreated(self.project, self.name, self.email, self.password)


class Fixture(Step):
    """The application's trial data was loaded once."""

    project: Project
    fixture: str
    home: str
    shared: bool = False

    @property
    def key(self) -> str:
        return f"fixture:{self.fixture}"

    @property
    def title(self) -> str:
        return _("the trial data")

    def changes(self, host: Host) -> Iterator[Change]:
        from wizard.api import Receipt
        from wizard.guides.django.parts.changes import FixtureLoaded

        receipt = Receipt(f"{self.home}/.local/state/jalon/fixture.json", {"fixture": self.fixture})
        if host.get_planned(EntryAt(receipt.path)) is None:
            yield FixtureLoaded(self.project, self.fixture, receipt)


class CollectedStatics(Step):
    """The static files were gathered from this code with this local folder. `proof` is a file that must be among
    them; `inputs` are the folders whose contents they come from, beside the code and its environment."""

    project: Project
    folder: str
    home: str
    proof: str
    inputs: tuple[str, ...] = ()
    shared: bool = False

    @property
    def key(self) -> str:
        return f"static-files:{self.folder}"

    @property
    def title(self) -> str:
        return _("the static files in {path}").format(path=self.folder)

    def changes(self, host: Host) -> Iterator[Change]:
        """Collect them where the proof is missing, or the receipt is of other inputs."""
        from wizard.api import Receipt
        from wizard.guides.django.parts.changes import StaticsCollected

        receipt = Receipt(f"{self.home}/.local/state/jalon/static.json", self._inputs(host))
        if not gathered(host, self.folder, self.proof, receipt, StaticsCollected.kind):
            yield StaticsCollected(self.project, self.folder, receipt)

    def _inputs(self, host: Host) -> dict[str, str] | None:
        from wizard.api import digest

        checkout = host.get_planned(CheckoutAt(self.project.checkout))
        lock = host.get_planned(Content(f"{self.project.checkout}/poetry.lock"))
        if isinstance(checkout, Unknown) or not isinstance(lock, bytes):
            return None
        # Code that is no checkout is known by its lock, and by the folders that are named.
        found = {"commit": checkout.commit if checkout else "", "lock": digest(lock)}
        for folder in self.inputs:
            tree = _tree(host, folder)
            if tree is None:
                return None
            found[folder] = digest(json.dumps(tree).encode())
        return found


def _tree(host: Host, folder: str) -> list[str] | None:
    """Return every file below a folder with its size; None where it cannot be known."""
    names = host.get_planned(Listing(folder))
    if isinstance(names, Unknown):
        return None
    found: list[str] = []
    for name in names or ():
        path = f"{folder}/{name}"
        entry = host.get_planned(EntryAt(path))
        if isinstance(entry, Unknown):
            return None
        if entry is None:
            continue
        if entry.kind == "directory":
            below = _tree(host, path)
            if below is None:
                return None
            found += below
        else:
            found.append(f"{path} {entry.size}")
    return found
