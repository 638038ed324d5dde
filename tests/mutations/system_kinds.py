"""What the system's own files say: tables of cron, units and timers, mounts, access control lists, PostgreSQL's
settings."""

from __future__ import annotations

from pathlib import Path

from tests.mutations.rooted import Rooted
from tests.mutations.running import Kind, bytes_of
from wizard.causes import cron, postgresql_log
from wizard.host import acl, cronprograms, crontab, crontabs, cronvariables, dumps, mounts, timers, unit_commands
from wizard.host.cronline import is_cut, is_open
from wizard.host.cronruns import Run
from wizard.host.crontable import never
from wizard.host.cronwork import Place
from wizard.host.files import Entry
from wizard.host.reading import NotKnown

PLACE = Place("/home/demo", "/home/demo", "demo", "demo")
WANTED = ("/home/demo/biomaid manage runjobs daily",)


def _cron_tables(folder: Path) -> object:
    """As cron's tables are read, and judged: whether cron takes them, what they run, and why that would do nothing."""
    host = Rooted(folder)
    found: list[object] = []
    for name in ("etc/crontab", "etc/cron.d/job"):
        text = bytes_of(folder / name).decode(errors="replace")
        for debian in (True, False):
            if refused := crontab.refused_text(f"/{name}", text, debian):
                found.append(cron.of_table(refused))
        jobs = list(crontabs._jobs(f"/{name}", text))
        # Few are judged: those that have the words of a job that is looked for.
        for one in dict.fromkeys((*jobs[:20], *jobs[-20:])):
            run = Run(one.user, one.job, one.place, one.settings)
            found += [
                never(one.schedule),
                is_cut(one.job),
                is_open(one.command),
                cronvariables.lacking(host, run, "A=b ./manage.py x", ("manage.py",)),
            ]
            found += [dumps.dumps(one.command, "base"), dumps.started_paths(one.command)]
            found.append(cronprograms.not_found(host, run, WANTED, PLACE, ("manage.py",)))
            found.append(cron.of_line(host, run, WANTED, PLACE, ("manage.py",)))
    found.append(dumps.dumps(bytes_of(folder / "script").decode(errors="replace"), "base"))
    unit = timers.settings(bytes_of(folder / "unit").decode(errors="replace"))
    commands = unit.get("ExecStart", [])
    return [*found, *map(dumps.started_paths, commands), unit_commands.commands(commands)]


def _mounts(folder: Path) -> object:
    there = mounts.parse(bytes_of(folder / "mountinfo").decode(errors="replace"))
    wanted = mounts.wanted(bytes_of(folder / "fstab").decode(errors="replace"))
    lies = mounts.covering(there, "/home/demo/biomaid")
    return [wanted, lies and mounts.place_in(lies, "/home/demo/biomaid"), [one.automatic for one in wanted]]


def _acl(folder: Path) -> object:
    grants = acl.parse(bytes_of(folder / "acl"), str, str)
    entry = Entry("file", owner="root", group="1000", mode=0o640, acl=grants)
    refused = [acl.refuses(entry, user, ("1000",), acl.READ | acl.WRITE) for user in ("root", "33", "other")]
    return [*refused, *(one.text for one in grants)]


def _postgresql(folder: Path) -> object:
    """Why a cluster does not start, by its log and its settings."""
    host = Rooted(folder)
    down = postgresql_log.Down("postgresql@15-main.service", 5432, "/log", "/settings")
    try:
        return [postgresql_log.diagnose(host, down)]
    except NotKnown as unknown:
        return unknown


KINDS = (
    Kind("cron-tables", _cron_tables),
    Kind("mounts", _mounts),
    Kind("acl", _acl),
    Kind("postgresql", _postgresql),
)
