"""Probes of a Django instance's database, without starting Django."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wizard.api import Cause, Finding, Host, Probe, Reading, Remedy, _, as_user, failed, passed, warning
from wizard.guides.django.parts.migrations import Migrations, pending, unfinished
from wizard.guides.django.parts.project import Project

NAMED = 5


def _no_database(database: str) -> Finding:
    text = _("There is no database {database}.").format(database=database)
    return failed(_("no database {database}").format(database=database), cause=Cause("database-missing", text))


class MigrationsApplied(Probe):
    """Every migration that the checkout brings is recorded in the database."""

    project: Project
    step: str = ""
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (Migrations(self.project.checkout), self.project.inside)

    def observe(self, host: Host) -> Finding:
        checkout, database = self.project.checkout, self.project.database
        files = host.get(Migrations(checkout))
        if files is None:
            text = _("There is no checkout at {path}.").format(path=checkout)
            evidence = _("no folder {path}").format(path=checkout)
            return failed(evidence, cause=Cause("checkout-missing", text))
        found = host.get(self.project.inside)
        if found is None:
            return _no_database(self.project.database)
        told = _("Apply this checkpoint again: the database is dumped if it holds data, then migrated.")
        remedy = Remedy(told, step=self.step)
        if found.migrations is None:
            text = _("Nothing was ever migrated into {database}.").format(database=database)
            evidence = _("{database} has no table django_migrations").format(database=database)
            if lost := self._lost(host, evidence):
                return lost
            return failed(evidence, cause=Cause("never-migrated", text), remedy=remedy)
        lacking = pending(files, found.migrations)
        if lacking:
            names = ", ".join((*lacking[:NAMED], *(("...",) if len(lacking) > NAMED else ())))
            text = _("The checkout is newer than the database: `migrate` was not run since.")
            evidence = _("{count} migrations are not applied: {names}").format(count=len(lacking), names=names)
            return failed(evidence, cause=Cause("migrations-pending", text), remedy=remedy)
        if unfinished(found):
            text = _("`migrate` was interrupted: its last act, the table of permissions, was never done.")
            evidence = _("auth_permission is empty, as before the first `migrate` has ended")
            return failed(evidence, cause=Cause("migrate-interrupted", text), remedy=remedy)
        applied = len(files & found.migrations)
        return passed(_("{count} migrations of the checkout are applied, none is pending").format(count=applied))

    def _lost(self, host: Host, evidence: str) -> Finding | None:
        """A finding where the tables were there once, or may be elsewhere."""
        from wizard.api import lost_database

        project = self.project
        if project.in_file:
            return None
        return lost_database(project.database, project.traces(host), project.port, evidence)


class AccountThere(Probe):
    """The first account is there and may administer; the project's table of accounts has `username` and
    `is_superuser`."""

    project: Project
    account: str
    step: str = ""
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (self.project.inside,)

    def observe(self, host: Host) -> Finding:
        found = host.get(self.project.inside)
        if found is None:
            return _no_database(self.project.database)
        if self.project.user_table not in found.tables:
            text = _("The accounts' table comes with the migrations, which are not applied.")
            evidence = _("{database} has no table {table}").format(
                database=self.project.database, table=self.project.user_table
            )
            return failed(evidence, cause=Cause("never-migrated", text))
        if self.account in found.superusers:
            text = _("superuser {account} is there; {count} in all")
            return passed(text.format(account=self.account, count=len(found.superusers)))
        if found.superusers:
            names = ", ".join(found.superusers[:NAMED])
            text = _("Another account administers this instance; {account} was renamed, or never made.")
            evidence = _("no superuser {account}; there is {names}").format(account=self.account, names=names)
            return warning(evidence, cause=Cause("other-superuser", text.format(account=self.account)))
        text = _("Nobody can administer this instance: it has no superuser.")
        evidence = _("no superuser; {account} should be one").format(account=self.account)
        told = _("Apply this checkpoint again: it makes the first account; or give the one that is there its right.")
        remedy = Remedy(told, self._raised(), self.step)
        return failed(evidence, cause=Cause("no-superuser", text), remedy=remedy)

    def _raised(self) -> tuple[str, ...]:
        """Where the account is there, and lacks the right alone; only for a database of PostgreSQL. The instance does
        it: what an administrator of PostgreSQL changes in a table makes the table's triggers act in his name."""
        if "/" in self.project.database:
            return ()
        # One expression: `fix` runs nothing of a remedy in which a second command may hide.
        code = (
            "__import__('django.contrib.auth', fromlist=['auth']).get_user_model()"
            f".objects.filter(username={self.account!r}).update(is_superuser=True)"
        )
        words = ("env", f"--chdir={self.project.checkout}", *self.project.python, "manage.py", "shell", "-c", code)
        return (as_user(self.project.user, *words),)
