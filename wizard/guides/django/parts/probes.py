"""Probes of a Django instance's database, without starting Django."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from wizard.api import Cause, Finding, Host, Probe, Reading, Remedy, _, as_user, failed, passed, warning
from wizard.guides.django.parts.history import History, history
from wizard.guides.django.parts.migrations import Migrations, unfinished
from wizard.guides.django.parts.project import Project

NAMED = 5


def _no_database(database: str) -> Finding:
    text = _("There is no database {database}.").format(database=database)
    return failed(_("no database {database}").format(database=database), cause=Cause("database-missing", text))


def _some(names: Sequence[str]) -> str:
    return ", ".join((*names[:NAMED], *(("...",) if len(names) > NAMED else ())))


class MigrationsApplied(Probe):
    """Every migration that the checkout and its environment bring is recorded in the database."""

    project: Project
    step: str = ""
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        more = () if self.project.installed is None else (self.project.installed,)
        return (Migrations(self.project.checkout), self.project.inside, *more)

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
        past = history(host, self.project, found, files)
        if past.pending:
            return self._pending(past, remedy)
        if unfinished(found):
            text = _("`migrate` was interrupted: its last act, the table of permissions, was never done.")
            evidence = _("auth_permission is empty, as before the first `migrate` has ended")
            return failed(evidence, cause=Cause("migrate-interrupted", text), remedy=remedy)
        applied = len(files & found.migrations)
        seen = _("{count} migrations of the checkout are applied, none is pending").format(count=applied)
        if past.ahead:
            text = _("{seen}; but the database has newer ones: {names}").format(seen=seen, names=_some(past.ahead))
            why = _("The code is older than the database, or a migration got another name since.")
            return warning(text, cause=Cause("database-ahead", why))
        return passed(seen)

    def _pending(self, told: History, remedy: Remedy) -> Finding:
        evidence = _("{count} migrations are not applied: {names}").format(
            count=len(told.pending), names=_some(told.pending)
        )
        if told.before is not None:
            text = _(
                "The history contradicts itself: {later} is recorded, and {earlier}, which it comes after, is not."
            )
            fix = _(
                "Bring back the newest backup; or, where its tables are there, record it: `migrate` refuses until then."
            )
            later, earlier = told.before
            cause = Cause("migrations-inconsistent", text.format(later=later, earlier=earlier))
            return failed(evidence, cause=cause, remedy=Remedy(fix))
        if told.unrecorded:
            text = _("Their tables are there, but nothing records that: `migrate` would try to make them again.")
            fix = _("Record them: `migrate --fake-initial` looks whether their tables are there, and makes nothing.")
            commands = (self._manage("migrate", "--no-input", "--fake-initial"),)
            return failed(evidence, cause=Cause("migrations-unrecorded", text), remedy=Remedy(fix, commands))
        if told.never == told.pending:
            text = _("INSTALLED_APPS names an application whose tables were never made.")
            commands = (self._manage("migrate", "--no-input"),)
            return failed(
                evidence,
                cause=Cause("migrations-pending", text),
                remedy=Remedy(_("Migrate the database; make a backup before."), commands),
            )
        text = _("The code, or a package of its environment, is newer than the database: `migrate` was not run since.")
        return failed(evidence, cause=Cause("migrations-pending", text), remedy=remedy)

    def _manage(self, *words: str) -> str:
        project = self.project
        return as_user(project.user, "env", f"--chdir={project.checkout}", *project.python, "manage.py", *words)

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
