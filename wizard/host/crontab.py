"""Readings of crontabs."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, ClassVar

from wizard.base.language import _
from wizard.base.values import Value
from wizard.host.children import run_query
from wizard.host.cronline import parse_cron_line
from wizard.host.files import user_name
from wizard.host.reading import Host, Reading, Unknown

SPOOLS = (Path("/var/spool/cron/crontabs"), Path("/var/spool/cron"))


class Crontab(Reading["tuple[str, ...] | None"]):
    """The lines of a user's crontab; None where the user has none."""

    family: ClassVar[str] = "cron"
    user: str


class SystemJob(Value):
    """A job of the system's own tables: where it stands, whose it is, when it runs (a folder's own word where a
    folder says it) and what it does."""

    place: str
    user: str
    schedule: str
    command: str


class SystemJobs(Reading["tuple[SystemJob, ...]"]):
    """The jobs of /etc/crontab, /etc/cron.d and the folders of scripts; not those of users' own crontabs."""

    family: ClassVar[str] = "system-cron"
    nothing: ClassVar[tuple[SystemJob, ...]] = ()


def lines_of(host: Host, user: str) -> Sequence[str] | None:
    """What cron runs as a user: the lines of the crontab, then those of the system's tables as they would stand there.
    None where there is neither."""
    own, jobs = host.get(Crontab(user)), host.read(SystemJobs())
    more = [f"{job.schedule} {job.command}" for job in (() if isinstance(jobs, Unknown) else jobs) if job.user == user]
    return None if own is None and not more else (*(own or ()), *more)


def system(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """All jobs of the system that this user may read."""
    found: list[SystemJob] = []
    for path in (Path("/etc/crontab"), *sorted(Path("/etc/cron.d").glob("[!.]*"))):
        try:
            lines = path.read_text(errors="replace").splitlines()
        except OSError:
            continue
        for job in (parse_cron_line(line) for line in lines):
            if job and not job.off:
                user, _space, command = job.command.partition(" ")
                found.append(SystemJob(str(path), user, job.schedule, command.strip()))
    for word in ("hourly", "daily", "weekly", "monthly"):
        for script in sorted(Path(f"/etc/cron.{word}").glob("[!.]*")):
            found.append(SystemJob(str(script), "root", f"@{word}", str(script)))
    return dict.fromkeys(readings, tuple(found))


def answer(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Every crontab that was asked for: from the spool, which only root may read, and one's own through `crontab`."""
    return {reading: _lines(reading.user) for reading in readings if isinstance(reading, Crontab)}


def _lines(user: str) -> Any:
    spool = next((folder for folder in SPOOLS if folder.is_dir()), None)
    if spool is None:
        return None
    if os.geteuid() != 0 and user == user_name(os.geteuid()):
        result = run_query(["crontab", "-l"])
        if result.status:
            return None if result.status == 127 or "no crontab" in result.err else Unknown(f"crontab: {result.tail}")
        return tuple(result.out.splitlines())
    try:
        return tuple((spool / user).read_text(errors="surrogateescape").splitlines())
    except FileNotFoundError:
        return None
    except OSError:
        return Unknown(_("the crontab of {user}: only root may read it").format(user=user), needs="root")
