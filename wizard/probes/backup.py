"""Probes of backups: recent and readable, private, and not on the disk that they save."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wizard.base.language import _
from wizard.base.rendering import shell_word
from wizard.base.values import replace
from wizard.findings.finding import Cause, Finding, Remedy, failed, passed, warning
from wizard.findings.probe import Probe
from wizard.host.archives import Archives
from wizard.host.cronline import parse_cron_line
from wizard.host.crontab import Crontab, SystemJobs
from wizard.host.files import Disk
from wizard.host.reading import Host, NotKnown, Reading, Unknown

SLACK = 2.0


def _anew(command: str) -> Remedy | None:
    """A backup more does no harm, and shows at once whether the nightly one could be made."""
    return Remedy(_("Make one now."), (command,), safe=True) if command else None


def _none(directory: str) -> Finding:
    text = _("No backup was ever completed in {directory}.").format(directory=directory)
    return failed(_("no backup in {directory}").format(directory=directory), cause=Cause("backup-missing", text))


class BackupFresh(Probe):
    """The newest backup is younger than its schedule, `hours` and two more for the time it takes, and its
    dump is whole as far as `pg_restore --list` and its size tell."""

    directory: str
    hours: float = 24.0
    command: str = ""
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        """The newest backup."""
        return (Archives(self.directory),)

    def observe(self, host: Host) -> Finding:
        """Its age and its dump."""
        newest = host.get(Archives(self.directory))
        if newest is None:
            return replace(_none(self.directory), remedy=_anew(self.command))
        seen = _("{path}, {hours:.1f} hours old, {size} bytes, {count} kept").format(
            path=newest.path, hours=newest.age / 3600, size=newest.size, count=newest.count
        )
        if newest.problem:
            text = _("The newest backup cannot be restored: {problem}.").format(problem=newest.problem)
            name = "backup-unreadable" if newest.size else "backup-empty"
            evidence = _("{seen}, but {problem}").format(seen=seen, problem=newest.problem)
            return failed(evidence, cause=Cause(name, text), remedy=_anew(self.command))
        if newest.age > (self.hours + SLACK) * 3600:
            text = _("The daily backup did not run, or did not come to its end; its log says why.")
            evidence = _("{seen}; it should be younger than {hours:.0f} hours").format(
                seen=seen, hours=self.hours + SLACK
            )
            return failed(evidence, cause=Cause("backup-too-old", text), remedy=_anew(self.command))
        tables = len(newest.rows)
        return passed(_("{seen}, {tables} tables, readable by pg_restore").format(seen=seen, tables=tables))


class BackupNone(Probe):
    """Nobody makes backups of what somebody else installed, and nobody was asked to: that is worth a look, and no
    failure. `command` is what makes them from now on."""

    directory: str
    command: str

    def observe(self, host: Host) -> Finding:
        """Nothing, as its steps found before."""
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
    """Nobody but the owner and the group may read the backups, or pass into their folder."""

    directory: str
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        """The newest backup."""
        return (Archives(self.directory),)

    def observe(self, host: Host) -> Finding:
        """The modes of the folder and of the newest files."""
        newest = host.get(Archives(self.directory))
        if newest is None:
            return _none(self.directory)
        if not newest.exposed:
            return passed(_("{directory} and its files are closed to others").format(directory=self.directory))
        paths = ", ".join(newest.exposed)
        text = _("Anybody with an account on this machine may read what the database and the files hold.")
        remedy = Remedy(_("Close the backups to others."), (f"chmod -R o-rwx {shell_word(self.directory)}",), safe=True)
        evidence = _("open to others: {paths}").format(paths=paths)
        # The folder alone keeps others out; where only files below it are open, nobody gets to them.
        if self.directory.rstrip("/") in newest.exposed:
            return failed(evidence, cause=Cause("backup-world-readable", text), remedy=remedy)
        text = _("Only the mode of the folder {directory} keeps others from these files.")
        cause = Cause("backup-files-open", text.format(directory=self.directory))
        return warning(evidence, cause=cause, remedy=remedy)


class BackupByOthers(Probe):
    """A command that somebody chose for the backups is planned, by the system or in a crontab of root's, PostgreSQL's
    or the instance's. What it makes is not looked into, and so it is a warning at best."""

    command: str
    user: str
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        """The jobs."""
        return (SystemJobs(), *(Crontab(user) for user in self._users))

    @property
    def _users(self) -> tuple[str, ...]:
        return ("root", "postgres", self.user)

    def observe(self, host: Host) -> Finding:
        """Where it is planned."""
        for one in host.get(SystemJobs()):
            if one.command == self.command:
                return self._planned(one.place, one.schedule)
        hidden = None
        for user in self._users:
            lines = host.read(Crontab(user))
            if isinstance(lines, Unknown):
                hidden = lines
                continue
            for job in (parse_cron_line(line) for line in lines or ()):
                if job and not job.off and job.command == self.command:
                    return self._planned(_("the crontab of {user}").format(user=user), job.schedule)
        if hidden:
            raise NotKnown(hidden)
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
    """The backups do not lie on the file system that holds the database's own files."""

    directory: str
    data_directory_path: str
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        """Both file systems."""
        return (Disk(self.directory), Disk(self.data_directory_path))

    def observe(self, host: Host) -> Finding:
        """The device of each."""
        kept, live = host.get(Disk(self.directory)), host.get(Disk(self.data_directory_path))
        if kept is None or live is None:
            return _none(self.directory)
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
