"""The backups of an instance that somebody installed: by a script of theirs, by Jalon's, or none."""

from __future__ import annotations

import re
from typing import Any

from wizard.api import Content, Crontab, EntryAt, Host, SystemJob, SystemJobs, Unknown, parse_cron_line
from wizard.guides.biomaid.collected import Collected
from wizard.guides.biomaid.names import Names

DUMPS = re.compile(r"\bpg_dump(all)?\b|\bpg_basebackup\b")
LONGEST, MOST_NAMED = 200_000, 20


def read(n: Names, host: Host, collected: Collected) -> None:
    """What makes them: Jalon's own script with what it was told, or the first job that dumps this database."""
    if host.read(EntryAt(n.backup)):
        _own(n, host, collected)
        return
    database = str(collected.value("db_name", ""))
    for job in _jobs(n, host):
        if _dumps(job.command, database, host):
            collected.tell(job.place, backup_command=job.command)
            return


def _jobs(n: Names, host: Host) -> list[SystemJob]:
    found = host.read(SystemJobs())
    jobs = [] if isinstance(found, Unknown) else list(found)
    for user in ("root", "postgres", n.answers.instance):
        lines = host.read(Crontab(user))
        for job in (parse_cron_line(line) for line in (() if isinstance(lines, Unknown) else lines or ())):
            if job and not job.off:
                jobs.append(SystemJob(f"crontab -u {user}", user, job.schedule, job.command))
    return jobs


def _dumps(command: str, database: str, host: Host) -> bool:
    """Whether a command, or a script that it names, dumps that database or all of them."""
    texts = [command]
    for path in re.findall(r"(?<![\w>])/[\w./+-]+", command)[:MOST_NAMED]:
        data = host.read(Content(path))
        if isinstance(data, bytes) and len(data) < LONGEST and b"\0" not in data:
            texts.append(data.decode(errors="replace"))
    whole = "\n".join(texts)
    kinds = {found[0] for found in DUMPS.finditer(whole)}
    one = bool(database) and re.search(rf"\b{re.escape(database)}\b", whole) is not None
    return bool(kinds - {"pg_dump"}) or ("pg_dump" in kinds and one)


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
