"""Probes of backups: age, integrity, permissions, schedule and disk."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wizard.base.language import Figure, _
from wizard.base.rendering import shell_word
from wizard.base.values import replace
from wizard.causes import cron
from wizard.causes.earlier import unmounted
from wizard.findings.finding import Cause, Finding, Remedy, failed, passed, warning
from wizard.findings.probe import Probe
from wizard.host import cronruns
from wizard.host.archives import Archives
from wizard.host.cronruns import refused_of, runs_of, timer_runs
from wizard.host.crontab import Crontab, SystemJobs
from wizard.host.files import Disk
from wizard.host.reading import Host, Reading
from wizard.host.timers import TimerJobs

MARGIN_HOURS = 2.0


def _backup_now(command: str) -> Remedy | None:
    """The remedy of making a backup now, if there is a command: harmless, and shows at once whether it works."""
    return Remedy(_("Make one now."), (command,), safe=True) if command else None


def _no_backup(directory: str) -> Finding:
    text = _("No backup was ever completed in {directory}.").format(directory=directory)
    return failed(_("no backup in {directory}").format(directory=directory), cause=Cause("backup-missing", text))


class BackupFresh(Probe):
    """The newest backup is younger than `hours`, plus two for the time it takes, and its dump is complete as far as
    `pg_restore --list` and its size tell. `command` makes a backup."""

    directory: str
    hours: float = 24.0
    command: str = ""
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (Archives(self.directory),)

    def observe(self, host: Host) -> Finding:
        newest = host.get(Archives(self.directory))
        if newest is None and (found := unmounted(host, self.directory)):
            return found
        if newest is None:
            return replace(_no_backup(self.directory), remedy=_backup_now(self.command))
        seen = _("{path}, {hours:.1f} hours old, {size} bytes, {count} kept").format(
            path=newest.path, hours=Figure(newest.age / 3600), size=newest.size, count=newest.count
        )
        if newest.problem:
            text = _("The newest backup cannot be restored: {problem}.").format(problem=newest.problem)
            name = "backup-unreadable" if newest.size else "backup-empty"
            evidence = _("{seen}, but {problem}").format(seen=seen, problem=newest.problem)
            return failed(evidence, cause=Cause(name, text), remedy=_backup_now(self.command))
        if newest.age > (self.hours + MARGIN_HOURS) * 3600:
            text = _("The daily backup did not run, or did not come to its end; its log says why.")
            evidence = _("{seen}; it should be younger than {hours:.0f} hours").format(
                seen=seen, hours=self.hours + MARGIN_HOURS
            )
            return failed(evidence, cause=Cause("backup-too-old", text), remedy=_backup_now(self.command))
        tables = len(newest.rows)
        return passed(_("{seen}, {tables} tables, readable by pg_restore").format(seen=seen, tables=tables))


class BackupNone(Probe):
    """Warns that an adopted instance has no backups, which nobody asked Jalon to make yet. `command` makes one."""

    directory: str
    command: str

    def observe(self, host: Host) -> Finding:
        told = _(
            "Once Jalon has taken it over, `{command}` makes one now and one every day. If a command of your own makes "
            "them, give it as the answer `backup_command`."
        )
        return warning(
            _("no backup in {directory}, and no job of Jalon's").format(directory=self.directory),
            cause=Cause("backup-none", _("No backups of this instance are known: the document leaves them to you.")),
            remedy=Remedy(told.format(command=self.command)),
        )


class BackupPrivate(Probe):
    """Only owner and group may read the backups or enter their folder."""

    directory: str
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (Archives(self.directory),)

    def observe(self, host: Host) -> Finding:
        newest = host.get(Archives(self.directory))
        if newest is None:
            return _no_backup(self.directory)
        if not newest.exposed:
            return passed(_("{directory} and its files are closed to others").format(directory=self.directory))
        paths = ", ".join(newest.exposed)
        text = _("Anybody with an account on this machine may read what the database and the files hold.")
        remedy = Remedy(_("Close the backups to others."), (f"chmod -R o-rwx {shell_word(self.directory)}",), safe=True)
        evidence = _("open to others: {paths}").format(paths=paths)
        # A closed folder protects the files in it, whatever their modes.
        if self.directory.rstrip("/") in newest.exposed:
            return failed(evidence, cause=Cause("backup-world-readable", text), remedy=remedy)
        text = _("Only the mode of the folder {directory} keeps others from these files.")
        cause = Cause("backup-files-open", text.format(directory=self.directory))
        return warning(evidence, cause=cause, remedy=remedy)


class BackupByOthers(Probe):
    """An administrator's own backup command is scheduled by a timer, in the system's cron tables or in the crontab of
    root, PostgreSQL or the instance. Its backups are not examined, so the best outcome is a warning."""

    command: str
    user: str
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (*cronruns.readings(*self._users), SystemJobs(), TimerJobs())

    @property
    def _users(self) -> tuple[str, ...]:
        return ("root", "postgres", self.user)

    def observe(self, host: Host) -> Finding:
        for run in (*runs_of(host, *self._users), *timer_runs(host)):
            if run.job.command == self.command and not run.job.off:
                if why := None if run.by_timer else cron.of_account(host, run.user):
                    return failed(why.evidence, cause=why.cause, remedy=why.remedy)
                place = run.place or _("the crontab of {user}").format(user=run.user)
                return self._planned(place, run.job.schedule)
        for refused, runs in refused_of(host, *self._users):
            if any(run.job.command == self.command for run in runs):
                why = cron.of_table(refused)
                return failed(why.evidence, cause=why.cause, remedy=why.remedy)
        for user in self._users:
            host.get(Crontab(user))
        evidence = _("nothing runs `{command}`").format(command=self.command)
        told = _("The command that made the backups is in no crontab any more.")
        remedy = _("Plan it again; or empty the answer `backup_command`, and apply: Jalon then makes them.")
        return failed(evidence, cause=Cause("backup-not-planned", told), remedy=Remedy(remedy))

    def _planned(self, place: str, schedule: str) -> Finding:
        evidence = _("`{command}`, {schedule}, in {place}").format(command=self.command, schedule=schedule, place=place)
        told = _("Jalon did not write that command: whether what it makes can be restored is not looked at.")
        remedy = _("Restore one into a scratch database from time to time.")
        return warning(evidence, cause=Cause("backup-by-others", told), remedy=Remedy(remedy))


class BackupElsewhere(Probe):
    """The backups are on another file system than the database's data directory."""

    directory: str
    data_directory_path: str
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (Disk(self.directory), Disk(self.data_directory_path))

    def observe(self, host: Host) -> Finding:
        kept, live = host.get(Disk(self.directory)), host.get(Disk(self.data_directory_path))
        if kept is None or live is None:
            return _no_backup(self.directory)
        if kept.device != live.device:
            text = _("{directory} lies on another file system than {data}")
            return passed(text.format(directory=self.directory, data=self.data_directory_path))
        text = _("A disk that breaks takes the database and its backups with it.")
        remedy = Remedy(
            _("Keep them in a folder of another disk (the answer `backup_directory`), or copy them to another machine.")
        )
        evidence = _("{directory} lies on the same file system as {data}").format(
            directory=self.directory, data=self.data_directory_path
        )
        return warning(evidence, cause=Cause("backup-on-same-disk", text), remedy=remedy)
