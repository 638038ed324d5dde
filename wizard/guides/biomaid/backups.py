"""The backups of an instance that somebody installed: by a script of theirs, by Jalon's, or none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from wizard.api import (
    READ,
    Content,
    Crontab,
    Entry,
    EntryAt,
    Host,
    Listing,
    SystemJob,
    SystemJobs,
    TimerJobs,
    Unknown,
    barrier,
    dumps,
    parse_cron_line,
    started_paths,
    user_of,
)
from wizard.guides.biomaid.collected import Collected
from wizard.guides.biomaid.names import Names

LONGEST, MOST_NAMED, MOST_READ = 200_000, 20, 60
MOST_TEXT = 2**16
"""Characters of the commands of one crontab: of more the first."""
MOST_TAKEN = 500_000
"""Bytes of all scripts that are looked into: whoever has a crontab may start as many as they like."""


def read(n: Names, host: Host, collected: Collected) -> None:
    """What makes them: Jalon's own script with what it was told, or the first job that dumps this database."""
    if host.read(EntryAt(n.backup)):
        _own(n, host, collected)
        return
    database = str(collected.value("db_name", ""))
    looked = _Looked(host)
    # Crontabs of root and the system's first: nobody else's is gone through until theirs have been.
    for job in _jobs(n, host):
        if dumps(job.command, database) or any(dumps(text, database) for text in looked.scripts(job)):
            collected.tell(job.place, backup_command=job.command)
            return


def _jobs(n: Names, host: Host) -> list[SystemJob]:
    found = [host.read(SystemJobs()), host.read(TimerJobs())]
    jobs = [job for some in found for job in (() if isinstance(some, Unknown) else some)]
    for user in ("root", "postgres", n.answers.instance):
        lines = host.read(Crontab(user))
        left = MOST_TEXT
        for job in (parse_cron_line(line) for line in (() if isinstance(lines, Unknown) else lines or ())):
            if job and not job.off and (left := left - len(job.command)) >= 0:
                jobs.append(SystemJob(f"crontab -u {user}", user, job.schedule, job.command))
    return jobs


class _Looked:
    """The scripts that were looked into: each once, and not more of them than `MOST_TAKEN`."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.paths: set[str] = set()
        self.left = MOST_TAKEN

    def scripts(self, job: SystemJob) -> Iterator[str]:
        """The texts of the scripts that a command starts, those of a folder with `run-parts` included, as far as the
        user may read them as whom it runs: what somebody writes into a crontab has root read nothing else."""
        paths: list[str] = []
        for path in started_paths(job.command)[:MOST_NAMED]:
            folder = path.rstrip("/")
            if not path.endswith("/"):
                paths.append(path)
            elif self._may_read(job.user, folder) and (names := self.host.read(Listing(folder))):
                paths += [] if isinstance(names, Unknown) else [f"{path}{name}" for name in names]
        for path in paths[:MOST_NAMED]:
            if path in self.paths or self.left <= 0 or len(self.paths) >= MOST_READ:
                continue
            if self._may_read(job.user, path):
                self.paths.add(path)
                yield self._text(path)

    def _may_read(self, user: str, path: str) -> bool:
        return user == "root" or barrier(self.host, user_of(self.host, user), path, READ) is None

    def _text(self, path: str) -> str:
        entry = self.host.read(EntryAt(path))
        if isinstance(entry, Entry) and entry.size >= LONGEST:
            return ""
        data = self.host.read(Content(path))
        if not isinstance(data, bytes) or len(data) >= LONGEST or b"\0" in data:
            return ""
        self.left -= len(data)
        return data.decode(errors="replace")


def _own(n: Names, host: Host, collected: Collected) -> None:
    """Jalon's script, typed by hand or outliving its record, says where and for how long."""
    text = host.read(Content(n.backup))
    script = text.decode(errors="replace") if isinstance(text, bytes) else ""
    for key, pattern in (
        ("backup_directory", r"^DIRECTORY = Path\((.+)\)$"),
        ("backup_keep", r"^KEEP_DAYS = (\d+)$"),
        ("backup_csv", r"^CSV = (True|False)$"),
    ):
        if found := re.search(pattern, script, re.MULTILINE):
            collected.tell(n.backup, **{key: _literal(found[1])})
    jobs = host.read(SystemJobs())
    for job in () if isinstance(jobs, Unknown) else jobs:
        minute, hour, *_days = [*job.schedule.split(), "", ""]
        if n.backup in job.command and minute.isdigit() and hour.isdigit():
            collected.tell(job.place, backup_time=f"{int(hour):02}:{int(minute):02}")


def _literal(text: str) -> Any:
    """What a literal of Jalon's own script says; "" for any other."""
    if text in ("True", "False"):
        return text == "True"
    if quoted := re.fullmatch(r"(['\"])([^'\"\\]*)\1", text):
        return quoted[2]
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else ""
