"""A host whose files lie below a folder, and are read there by the readers of a machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from wizard.base.values import replace
from wizard.guides.django.parts import migrations
from wizard.host import archives, environments, files, git, logs, nginx, source
from wizard.host.archives import Archives
from wizard.host.cronline import parse_cron_line
from wizard.host.crontab import Crontab, SystemJob, SystemJobs
from wizard.host.environments import EnvironmentAt
from wizard.host.facts import Facts
from wizard.host.files import Content, Entry, EntryAt, Listing
from wizard.host.git import CheckoutAt
from wizard.host.http import Get, Response
from wizard.host.logs import LogTail
from wizard.host.reading import Host, Reading, Unknown
from wizard.host.settings import SettingsAt
from wizard.host.unitlogs import UnitLog
from wizard.host.units import Unit, UnitState
from wizard.host.users import Account, User

T = TypeVar("T")

OF_PATHS: dict[type[Any], Any] = {
    **dict.fromkeys((EntryAt, Content, Listing), files.answer),
    SettingsAt: source.answer,
    CheckoutAt: git.answer,
    EnvironmentAt: environments.answer,
    LogTail: logs.answer,
}


class Rooted(Host):
    """Its files, below a folder. The service is there, and has failed."""

    def __init__(self, folder: Path) -> None:
        self.folder = str(folder)
        self.answers: dict[Any, Any] = {}

    @property
    def facts(self) -> Facts:
        """Plain facts."""
        return Facts()

    @property
    def clock(self) -> float:
        """No time passes."""
        return 1_800_000_000.0

    def read(self, reading: Reading[T]) -> T | Unknown:
        """The answer, which is kept."""
        if reading not in self.answers:
            self.answers[reading] = self._read(reading)
        answer: T | Unknown = self.answers[reading]
        return answer

    def _read(self, reading: Reading[Any]) -> Any:
        if type(reading) in OF_PATHS:
            moved = replace(reading, path=f"{self.folder}{getattr(reading, 'path', '')}")
            found = OF_PATHS[type(reading)]([moved])[moved]
            return _owned(reading, found) if isinstance(found, Entry) else found
        if isinstance(reading, Archives):
            moved = Archives(f"{self.folder}{reading.directory}")
            return archives.answer([moved])[moved]
        if isinstance(reading, migrations.Migrations):
            checkout = migrations.Migrations(f"{self.folder}{reading.checkout}")
            return migrations.answer([checkout])[checkout]
        if reading.family == "nginx":
            return nginx.answer([reading], self)[reading]
        return self._other(reading)

    def _other(self, reading: Reading[Any]) -> Any:
        if isinstance(reading, Crontab):
            return self._lines(f"/var/spool/cron/crontabs/{reading.user}") or None
        if isinstance(reading, SystemJobs):
            jobs = (parse_cron_line(line) for line in self._lines("/etc/cron.d/job"))
            return tuple(SystemJob("/etc/cron.d/job", "root", job.schedule, job.command) for job in jobs if job)
        if isinstance(reading, UnitLog):
            return self._lines("/var/log/unit")[-200:]
        if isinstance(reading, Account):
            return User(1000, f"/home/{reading.name}", "/bin/bash", reading.name, (reading.name,))
        if isinstance(reading, Unit):
            return UnitState("loaded", "failed", "failed", "enabled", fragment=f"/etc/systemd/system/{reading.name}")
        if isinstance(reading, Get):
            return Response(status=502 if reading.path == "/" else 404)
        return Unknown("not to be read of files")

    def _lines(self, path: str) -> tuple[str, ...]:
        data = self.read(Content(path))
        return tuple(data.decode(errors="replace").splitlines()[:2000]) if isinstance(data, bytes) else ()


def _owned(reading: Any, entry: Entry) -> Entry:
    """An entry as its owner would have made it."""
    owner = "demo" if reading.path.startswith("/home/demo") else "root"
    return replace(entry, owner=owner, group=owner, mode=0o755 if entry.kind == "directory" else 0o600)
