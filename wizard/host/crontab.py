"""Readings of crontabs: what users' and the system's tables hold, and which of them cron does not take."""

from __future__ import annotations

import os
import pwd
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

from wizard.base.language import _
from wizard.base.values import Value, field
from wizard.host import opening
from wizard.host.children import run_query
from wizard.host.cronline import Job
from wizard.host.crontable import BadLine, bad_line, ends
from wizard.host.files import user_name
from wizard.host.reading import Reading, Unknown

MOST_LINES = 2000
"""Debian's cron takes 1,000 of a user's (`MAX_TAB_LINES`)."""
MOST_BYTES = 2**21
DEBIAN = Path("/var/spool/cron/crontabs")
SPOOLS = (DEBIAN, Path("/var/spool/cron"))


class Crontab(Reading["tuple[str, ...] | None"]):
    """The lines of a user's crontab, whether cron takes it or not; None if the user has none."""

    family: ClassVar[str] = "cron"
    user: str


class SystemJob(Value):
    """A job of the system's crontabs: the file it is from, the user it runs as, its schedule (`@daily` for a script in
    /etc/cron.daily) and its command; `line`: as it was typed, and what the table assigns before it."""

    place: str
    user: str
    schedule: str
    command: str
    line: str = field(default="", compare=False)
    settings: tuple[tuple[str, str], ...] = field(default=(), compare=False)

    @property
    def job(self) -> Job:
        """The same, as a line of a user's crontab."""
        return Job(self.schedule, self.command, line=self.line or f"{self.schedule} {self.command}")


class SystemJobs(Reading["tuple[SystemJob, ...]"]):
    """The jobs in /etc/crontab, /etc/cron.d, /etc/anacrontab and /etc/cron.{hourly,daily,weekly,monthly} that cron
    runs; not users' crontabs."""

    family: ClassVar[str] = "system-cron"
    nothing: ClassVar[tuple[SystemJob, ...]] = ()


class Refused(Value):
    """A table or script that cron does not take. `why`: `newline`, `line`, `mode`, `owner`, `links` (it has another
    name), `link` (a symbolic one), `name` or `executable`; `found`: the mode or owner that it has; `bad`: the line that
    is refused; `jobs`: what it would run; `closed`: whether nobody but root, or the user whose it is, could have
    written it."""

    place: str
    why: str
    user: str = ""
    found: str = ""
    bad: BadLine | None = None
    jobs: tuple[SystemJob, ...] = field(default=(), compare=False)
    closed: bool = True


class RefusedCrontab(Reading["Refused | None"]):
    """Why cron does not take a user's crontab; None where it does, or where there is none."""

    family: ClassVar[str] = "cron"
    user: str


class RefusedTables(Reading["tuple[Refused, ...]"]):
    """The system's tables and scripts that cron does not take."""

    family: ClassVar[str] = "system-cron"
    nothing: ClassVar[tuple[Refused, ...]] = ()


def answer(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer both readings of users' crontabs from the spool, which only root may read; the user's own through
    `crontab -l`."""
    found: dict[str, tuple[Any, Any]] = {}
    answers: dict[Reading[Any], Any] = {}
    for reading in readings:
        user = getattr(reading, "user", "")
        if user not in found:
            found[user] = _table(user)
        answers[reading] = found[user][isinstance(reading, RefusedCrontab)]
    return answers


def _table(user: str) -> tuple[Any, Any]:
    """The lines of a user's table, and why cron does not take it."""
    spool = next((folder for folder in SPOOLS if _there(folder)), None)
    if spool is None:
        return None, None
    if os.geteuid() != 0 and user == user_name(os.geteuid()):
        result = run_query(["crontab", "-l"])
        if result.status:
            none = result.status == 127 or "no crontab" in result.err
            return (None, None) if none else (Unknown(f"crontab: {result.tail}"),) * 2
        return taken(user, result.out), refused_text(f"crontab -u {user}", result.out, spool == DEBIAN, user=user)
    try:
        return _spooled(spool, user)
    except FileNotFoundError:
        return None, None
    except PermissionError as error:
        hidden = Unknown(_("the crontab of {user}: only root may read it").format(user=user), needs="root")
        return (opening.unknown(spool / user, error) if isinstance(error, opening.Refused) else hidden,) * 2
    except OSError as error:
        return (opening.unknown(spool / user, error),) * 2


def _spooled(spool: Path, user: str) -> tuple[Any, Any]:
    refused = _refused_entry(spool, user, opening.status(spool / user))
    if refused and refused.why in ("link", "links"):
        # Whoever is in the group of the spool might put a link there.
        return Unknown(_("the crontab of {user} is a link, and is not read").format(user=user)), refused
    text = opening.read(spool / user, MOST_BYTES, one_name=True).decode(errors="surrogateescape")
    return taken(user, text), refused or refused_text(str(spool / user), text, spool == DEBIAN, user=user)


def _refused_entry(spool: Path, user: str, found: os.stat_result) -> Refused | None:
    """Why cron does not open a user's table (`process_crontab` of Debian's cron, `check_open` of cronie)."""
    place, mode = str(spool / user), stat.S_IMODE(found.st_mode)
    try:
        owners = {0, pwd.getpwnam(user).pw_uid}
    except KeyError:
        owners = {0}
    if not stat.S_ISREG(found.st_mode):
        return Refused(place, "link", user, closed=False)
    if found.st_nlink > 1:
        return Refused(place, "links", user, str(found.st_nlink), closed=False)
    if found.st_uid not in owners:
        return Refused(place, "owner", user, user_name(found.st_uid), closed=False)
    if mode != 0o600 if spool == DEBIAN else mode & 0o7533 != 0o400:
        return Refused(place, "mode", user, f"{mode:04o}", closed=not mode & 0o022)
    return None


def refused_text(place: str, text: str, debian: bool, *, user: str = "", closed: bool = True) -> Refused | None:
    """Why cron does not take a table with that text; `user`: whose it is, "" for the system's. cronie leaves out a
    line that it does not understand, and runs the others."""
    if not ends(text):
        return Refused(place, "newline", user, closed=closed)
    bad = bad_line(text, None if user else _known) if debian else None
    return Refused(place, "line", user, bad.said, bad, closed=closed) if bad else None


def _known(user: str) -> bool:
    try:
        return bool(pwd.getpwnam(user))
    except (KeyError, ValueError):  # ValueError: a NUL
        return False


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
