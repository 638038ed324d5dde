"""Readings of crontabs."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, ClassVar

from wizard.base.language import _
from wizard.base.values import Value
from wizard.host import opening
from wizard.host.children import run_query
from wizard.host.cronline import parse_cron_line
from wizard.host.files import user_name
from wizard.host.reading import Host, Reading, Unknown

MOST_LINES = 2000
"""Debian's cron takes 1,000 of a user's (`MAX_TAB_LINES`)."""
SPOOLS = (Path("/var/spool/cron/crontabs"), Path("/var/spool/cron"))


class Crontab(Reading["tuple[str, ...] | None"]):
    """The lines of a user's crontab; None if the user has none."""

    family: ClassVar[str] = "cron"
    user: str


class SystemJob(Value):
    """A job of the system's crontabs: the file it is from, the user it runs as, its schedule (`@daily` for a script in
    /etc/cron.daily) and its command."""

    place: str
    user: str
    schedule: str
    command: str


class SystemJobs(Reading["tuple[SystemJob, ...]"]):
    """The jobs in /etc/crontab, /etc/cron.d and /etc/cron.{hourly,daily,weekly,monthly}; not users' crontabs."""

    family: ClassVar[str] = "system-cron"
    nothing: ClassVar[tuple[SystemJob, ...]] = ()


def lines_of(host: Host, user: str) -> Sequence[str] | None:
    """Return what cron runs as a user: the lines of the user's crontab, then the system's jobs in the same format.
    None if there are neither."""
    own, jobs = host.get(Crontab(user)), host.read(SystemJobs())
    more = [f"{job.schedule} {job.command}" for job in (() if isinstance(jobs, Unknown) else jobs) if job.user == user]
    return None if own is None and not more else (*(own or ()), *more)


def system(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer `SystemJobs` with the jobs that this user may read."""
    found: list[SystemJob] = []
    for path in ("/etc/crontab", *_scripts("/etc/cron.d")):
        try:
            lines = opening.read(path, one_name=True).decode(errors="replace").splitlines()
        except OSError:
            continue
        for job in (parse_cron_line(line) for line in lines):
            if job and not job.off:
                user, _space, command = job.command.partition(" ")
                found.append(SystemJob(path, user, job.schedule, command.strip()))
    for word in ("hourly", "daily", "weekly", "monthly"):
        found += [SystemJob(script, "root", f"@{word}", script) for script in _scripts(f"/etc/cron.{word}")]
    return dict.fromkeys(readings, tuple(found))


def _scripts(folder: str) -> list[str]:
    try:
        return [f"{folder}/{name}" for name in opening.names(folder) if not name.startswith(".")]
    except OSError:
        return []


def answer(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer `Crontab` readings from the spool, which only root may read; the user's own through `crontab -l`."""
    return {reading: _lines(reading.user) for reading in readings if isinstance(reading, Crontab)}


def _lines(user: str) -> Any:
    spool = next((folder for folder in SPOOLS if _there(folder)), None)
    if spool is None:
        return None
    if os.geteuid() != 0 and user == user_name(os.geteuid()):
        result = run_query(["crontab", "-l"])
        if result.status:
            return None if result.status == 127 or "no crontab" in result.err else Unknown(f"crontab: {result.tail}")
        return taken(user, result.out)
    try:
        # Whoever is in the group of the spool might put a link there.
        return taken(user, opening.read(spool / user, one_name=True).decode(errors="surrogateescape"))
    except FileNotFoundError:
        return None
    except PermissionError:
        return Unknown(_("the crontab of {user}: only root may read it").format(user=user), needs="root")
    except OSError as error:
        return opening.unknown(spool / user, error)


def taken(user: str, text: str) -> tuple[str, ...] | Unknown:
    """Return the lines of a crontab; `Unknown` for one of so many that cron would not take it either."""
    lines = text.removesuffix("\n").split("\n") if text else []
    if len(lines) > MOST_LINES:
        return Unknown(_("the crontab of {user} has more than {most} lines").format(user=user, most=MOST_LINES))
    return tuple(lines)


def _there(folder: Path) -> bool:
    try:
        return opening.is_folder(folder)
    except OSError:
        return False
