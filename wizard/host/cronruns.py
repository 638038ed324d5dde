"""What cron runs, of all tables: the jobs, and the tables that it does not take."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from wizard.base.values import Value
from wizard.host.cronline import Job, parse_cron_line
from wizard.host.crontab import Crontab, Refused, RefusedCrontab, RefusedTables, SystemJobs
from wizard.host.crontable import assigned
from wizard.host.cronwork import Place, acts, does
from wizard.host.reading import Host, Reading, Unknown
from wizard.host.timers import TimerJobs

MOST_TEXT = 2**16
"""Characters of commands."""


class Run(Value):
    """A job that cron runs as a user: `place` is its table, "" for that user's own crontab; `settings` what the table
    assigns before it."""

    user: str
    job: Job
    place: str = ""
    settings: tuple[tuple[str, str], ...] = ()

    @property
    def by_timer(self) -> bool:
        """Whether a timer of systemd starts it, and not cron."""
        return self.place.endswith(".timer")

    def setting(self, name: str, default: str = "") -> str:
        """The value of a variable that cron gives to the job."""
        return dict(self.settings).get(name, default)


def readings(*users: str) -> tuple[Reading[Any], ...]:
    """What is read for jobs of these users."""
    own = (reading for user in users for reading in (Crontab(user), RefusedCrontab(user)))
    return (*own, SystemJobs(), RefusedTables())


def runs_of(host: Host, *users: str) -> list[Run]:
    """Return the jobs in the crontabs of these users and in the system's tables, those commented out in crontabs
    included. What this user may not read is left out."""
    found: list[Run] = []
    for user in users:
        lines = host.read(Crontab(user))
        if lines and not isinstance(lines, Unknown) and not host.read(RefusedCrontab(user)):
            found += runs_in(user, lines)
    jobs = host.read(SystemJobs())
    for one in () if isinstance(jobs, Unknown) else jobs:
        found.append(Run(one.user, one.job, one.place, one.settings))
    return found


def timer_runs(host: Host) -> list[Run]:
    """Return what timers of systemd start, as jobs."""
    jobs = host.read(TimerJobs())
    return [Run(one.user, one.job, one.place, one.settings) for one in (() if isinstance(jobs, Unknown) else jobs)]


def refused_of(host: Host, *users: str) -> list[tuple[Refused, list[Run]]]:
    """Return the tables that cron does not take, of these users and the system, each with the jobs in it."""
    found: list[tuple[Refused, list[Run]]] = []
    for user in users:
        refused = host.read(RefusedCrontab(user))
        lines = host.read(Crontab(user))
        if isinstance(refused, Refused):
            found.append((refused, runs_in(user, () if isinstance(lines, Unknown) else lines or ())))
    tables = host.read(RefusedTables())
    for one in () if isinstance(tables, Unknown) else tables:
        found.append((one, [Run(job.user, job.job, job.place, job.settings) for job in one.jobs]))
    return found


def runs_in(user: str, lines: Iterable[str]) -> list[Run]:
    """Return the jobs of these lines of a user's crontab."""
    found: list[Run] = []
    settings: dict[str, str] = {}
    for line in lines:
        if pair := assigned(line):
            settings[pair[0]] = pair[1]
        elif job := parse_cron_line(line):
            found.append(Run(user, job, "", tuple(settings.items())))
    return found


def place_of(run: Run, user: str, home: str) -> Place:
    """Where a job starts: cron's in the home of the user as whom it runs; `home` is that of `user`."""
    folder = run.setting("WorkingDirectory")
    if folder == "~":
        folder = home if run.user == user else ""
    return Place(folder or (home if run.user == user else ""), home, user, run.user)


def missing(
    wanted: Iterable[str], runs: Iterable[Run], home: str = "", scripts: Collection[str] = (), user: str = ""
) -> tuple[str, ...]:
    """Return the wanted lines of a user which no active job does as well (see `wizard.host.cronwork.acts`)."""
    place = Place(home, home, user, user)
    jobs = ((line, parse_cron_line(line)) for line in wanted)
    lacking = [(line, acts(job.command, place, scripts)) for line, job in jobs if job]
    on = likely((run for run in runs if not run.job.off), (asked for _line, asked in lacking))
    there = [acts(run.job.command, place_of(run, user, home), scripts) for run in on]
    return tuple(line for line, asked in lacking if not any(does(one, asked) for one in there))


def likely(runs: Iterable[Run], wanted: Iterable[tuple[str, ...]]) -> list[Run]:
    """Return the jobs that may do one of these acts, by their last words. Taking a command apart costs more than all
    else: of tables of thousands of lines, which anybody may have, as much as `MOST_TEXT` is."""
    ends = {act.rpartition(" ")[2] for one in wanted for act in one}
    found: list[Run] = []
    left = MOST_TEXT
    for run in runs:
        if any(word in run.job.command for word in ends):
            left -= len(run.job.command)
            if left < 0:
                break
            found.append(run)
    return found
