"""Reads the system's crontabs, and the folders of scripts that cron runs, as cron takes them."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator
from typing import Any

from wizard.base.patterns import pattern
from wizard.base.values import Value, replace
from wizard.host import opening
from wizard.host.cronline import parse_cron_line
from wizard.host.crontab import DEBIAN, MOST_BYTES, MOST_LINES, Refused, RefusedTables, SystemJob, refused_text
from wizard.host.crontable import assigned
from wizard.host.files import user_name
from wizard.host.reading import Reading

# run-parts(8), and cron's own rule for /etc/cron.d; with its option `-l`, names of LSB packages may have dots.
NAME = pattern(r"[A-Za-z0-9_-]+")
LSB = pattern(r"_?([a-z0-9_.]+-)+[a-z0-9]+|[a-z0-9]+")
# What cronie and the run-parts of Red Hat leave out.
LEFT = pattern(r".*(~|\.rpmsave|\.rpmorig|\.rpmnew|\.swp|,v|\.cfsaved)")
PERIODS = ("hourly", "daily", "weekly", "monthly")
ANACRON = pattern(r"\s*(\d+|@\w+)\s+\d+\s+\S+\s+(\S.*)")
EVERY = {"1": "@daily", "7": "@weekly", "30": "@monthly", "31": "@monthly"}


class _Found(Value):
    """The jobs that cron runs of one file, or why it does not take it."""

    jobs: tuple[SystemJob, ...] = ()
    refused: Refused | None = None


def system(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer `SystemJobs` with the jobs that this user may read, and `RefusedTables`."""
    debian = _is_debian()
    found = [*_tables(debian), *_scripts(debian), *_anacron()]
    jobs = tuple(job for one in found if not one.refused for job in one.jobs)
    refused = tuple(replace(one.refused, jobs=one.jobs) for one in found if one.refused)
    return {reading: refused if isinstance(reading, RefusedTables) else jobs for reading in readings}


def _is_debian() -> bool:
    try:
        return opening.is_folder(DEBIAN)
    except OSError:
        return False


def _tables(debian: bool) -> Iterator[_Found]:
    for place in ("/etc/crontab", *_names("/etc/cron.d")):
        try:
            refused = _refused_file(place, debian, 0o022 if debian else 0o7533)
            text = opening.read(place, MOST_BYTES).decode(errors="replace")
        except opening.Refused:
            yield _Found(refused=Refused(place, "link", closed=False))
            continue
        except OSError:
            continue
        refused = refused or refused_text(place, text, debian, closed=_is_closed(opening.status(place, follow=True)))
        yield _Found(tuple(_jobs(place, text)), _misnamed(place, debian) or refused)


def _jobs(place: str, text: str) -> Iterator[SystemJob]:
    settings: dict[str, str] = {}
    for line in text.split("\n")[:MOST_LINES]:
        if pair := assigned(line):
            settings[pair[0]] = pair[1]
        job = parse_cron_line(line)
        if job and not job.off:
            user, _space, command = job.command.replace("\t", " ", 1).partition(" ")
            yield SystemJob(place, user, job.schedule, command.strip(), line, tuple(settings.items()))


def _refused_file(place: str, debian: bool, closed: int) -> Refused | None:
    """Why cron does not open a table of the system (`process_crontab` of Debian's cron, `check_open` of cronie)."""
    own = opening.status(place)
    if stat.S_ISLNK(own.st_mode) and own.st_uid:
        return Refused(place, "owner", found=user_name(own.st_uid), closed=False)
    found = opening.status(place, follow=True)
    mode = stat.S_IMODE(found.st_mode)
    if found.st_uid:
        return Refused(place, "owner", found=user_name(found.st_uid), closed=False)
    if mode & closed != (0 if debian else 0o400):
        return Refused(place, "mode", found=f"{mode:04o}", closed=_is_closed(found))
    return Refused(place, "links", found=str(found.st_nlink)) if found.st_nlink > 1 and debian else None


def _is_closed(found: os.stat_result) -> bool:
    """Whether nobody but root could have written it."""
    return not found.st_uid and not found.st_mode & 0o002 and not (found.st_mode & 0o020 and found.st_gid)


def _misnamed(place: str, debian: bool) -> Refused | None:
    """Why a file's name keeps it from being run; in /etc/crontab's case, nothing does."""
    folder, _slash, name = place.rpartition("/")
    if folder == "/etc" or (NAME.fullmatch(name) if debian else not LEFT.fullmatch(name)):
        return None
    if folder == "/etc/cron.d" and LSB.fullmatch(name) and _takes_lsb():
        return None
    return Refused(place, "name", found=name)


def _takes_lsb() -> bool:
    try:
        options = re.search(r"^\s*EXTRA_OPTS=(.*)", opening.text("/etc/default/cron"), re.MULTILINE)
    except OSError:
        return False
    return options is not None and re.search(r"-\w*l", options[1]) is not None


def _scripts(debian: bool) -> Iterator[_Found]:
    for word in PERIODS:
        for script in _names(f"/etc/cron.{word}"):
            try:
                found = opening.status(script, follow=True)
            except OSError:
                continue
            refused = _misnamed(script, debian)
            if not refused and not found.st_mode & 0o111:
                refused = Refused(script, "executable", found=f"{stat.S_IMODE(found.st_mode):04o}")
            if stat.S_ISREG(found.st_mode):
                yield _Found((SystemJob(script, "root", f"@{word}", script),), refused)


def _anacron() -> Iterator[_Found]:
    try:
        lines = opening.text("/etc/anacrontab").split("\n")
    except OSError:
        return
    for line in lines:
        found = ANACRON.fullmatch(line)
        # Those of the folders are known by their scripts.
        if found and "run-parts" not in found[2]:
            schedule = EVERY.get(found[1], found[1])
            yield _Found((SystemJob("/etc/anacrontab", "root", schedule, found[2].strip(), line),))


def _names(folder: str) -> list[str]:
    try:
        return [f"{folder}/{name}" for name in opening.names(folder) if not name.startswith(".")]
    except OSError:
        return []
