"""Changes made by a Django project's own `manage.py`, in its checkout, as its user."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from wizard.api import (
    Change,
    Effect,
    Hands,
    Host,
    Keep,
    Receipt,
    Secret,
    Sets,
    TreeRemoved,
    Typed,
    _,
    field,
    leave_receipt,
    replace,
)
from wizard.guides.django.parts.project import PLANNED, Project


class Migrated(Change):
    """The database has the tables that the code asks for."""

    kind: ClassVar[str] = "Migrated"
    project: Project
    stale: ClassVar[tuple[str, ...]] = ("databases", "sqlite", "files")

    @property
    def title(self) -> str:
        return _("migrate the database {name}").format(name=self.project.database)

    @property
    def subject(self) -> str:
        return self.project.database

    def carry_out(self, hands: Hands) -> None:
        """Run `migrate`, which has one transaction a migration: interrupted, it goes on where it was."""
        self.project.manage(hands, "migrate", "--no-input")

    def effect(self, host: Host) -> Iterable[Effect]:
        yield Sets(self.project.inside, replace(self.project.state(host), migrations=PLANNED))

    def typed(self) -> Sequence[Typed]:
        return self.project.typed("migrate", "--no-input")


class AccountCreated(Change):
    """A first superuser is created, without whom nobody can log in."""

    kind: ClassVar[str] = "AccountCreated"
    project: Project
    name: str
    email: str
    password: Secret
    stale: ClassVar[tuple[str, ...]] = ("databases", "sqlite")

    @property
    def title(self) -> str:
        return _("create the account {name}").format(name=self.name)

    @property
    def subject(self) -> str:
        return self.name

    @property
    def _words(self) -> tuple[str, ...]:
        return ("createsuperuser", "--no-input", "--username", self.name, "--email", self.email)

    def carry_out(self, hands: Hands) -> None:
        """Run `createsuperuser`, its password in its environment alone."""
        self.project.manage(hands, *self._words, env={"DJANGO_SUPERUSER_PASSWORD": self.password})

    def effect(self, host: Host) -> Iterable[Effect]:
        state = self.project.state(host)
        yield Sets(self.project.inside, replace(state, superusers=(*state.superusers, self.name)))

    def typed(self) -> Sequence[Typed]:
        prefix = f'DJANGO_SUPERUSER_PASSWORD="${self.password.variable}" '
        return self.project.typed(*self._words, prefix=prefix, secrets=(self.password,))


class FixtureLoaded(Change):
    """The application's own trial data is loaded into the database."""

    kind: ClassVar[str] = "FixtureLoaded"
    project: Project
    fixture: str
    receipt: Receipt = field(hash=False)
    stale: ClassVar[tuple[str, ...]] = ("databases", "sqlite", "files")

    @property
    def title(self) -> str:
        return _("load the trial data {name}").format(name=self.fixture)

    @property
    def subject(self) -> str:
        return self.fixture

    def carry_out(self, hands: Hands) -> None:
        self.project.manage(hands, "loaddata", self.fixture)
        leave_receipt(hands, self.receipt, self.project.user)

    def effect(self, host: Host) -> Iterable[Effect]:
        yield from self.receipt.effect(host, self.project.user)

    def typed(self) -> Sequence[Typed]:
        return self.project.typed("loaddata", self.fixture)


class StaticsCollected(Change):
    """The static files, which nginx serves itself, are collected into one folder."""

    kind: ClassVar[str] = "StaticsCollected"
    project: Project
    folder: str
    receipt: Receipt = field(hash=False)
    stale: ClassVar[tuple[str, ...]] = ("files", "http")

    @property
    def title(self) -> str:
        return _("collect the static files into {path}").format(path=self.folder)

    @property
    def subject(self) -> str:
        return self.folder

    def carry_out(self, hands: Hands) -> None:
        """Run `collectstatic`, then leave the receipt of its inputs."""
        self.project.manage(hands, "collectstatic", "--no-input")
        leave_receipt(hands, self.receipt, self.project.user)

    def effect(self, host: Host) -> Iterable[Effect]:
        """The folder, whose contents are known once it was filled."""
        why = _("known once the static files are collected")
        return self.receipt.gathered(host, self.folder, self.project.user, why)

    def typed(self) -> Sequence[Typed]:
        return self.project.typed("collectstatic", "--no-input")

    def undo(self, host: Host, keep: Keep) -> Sequence[Change]:
        """Remove the folder, when data is removed too."""
        return (TreeRemoved(self.folder),)
