"""Every kind of file that a host may have of others, with the reader that meets it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from tests.mutations import application_kinds, system_kinds
from tests.mutations.rooted import Rooted
from tests.mutations.running import Kind, bytes_of
from wizard.answers.file import load_saved, load_unsupported
from wizard.answers.questions import validate_answers
from wizard.base.errors import Refused
from wizard.base.ranges import may_satisfy, required_python, satisfies
from wizard.causes import nginx as nginx_causes
from wizard.causes import nginx_log
from wizard.causes.candidates import choose
from wizard.causes.service import Service, candidates
from wizard.changes.change import Failed, from_data
from wizard.changes.kinds import KINDS as KINDS_OF_CHANGES
from wizard.findings.probe import Probe, Trial
from wizard.guide import Circumstances
from wizard.guides.biomaid import GUIDE
from wizard.guides.biomaid.discovery import discover
from wizard.guides.django.parts import migrations
from wizard.guides.omero_web.parts import properties
from wizard.host import (
    archives,
    cronline,
    cronruns,
    crontab,
    crontable,
    cronwork,
    environments,
    git,
    lockfile,
    logs,
    nginx,
)
from wizard.host.bare import BareHost
from wizard.host.facts import Facts
from wizard.host.files import Content, Entry, EntryAt
from wizard.host.live import Live
from wizard.host.overlay import Overlay
from wizard.host.reading import Host, NotKnown, Reading, Unknown
from wizard.host.records import Applied, LinesAdded, MadeAt, WrittenAt
from wizard.host.release import release
from wizard.host.settings import SettingsAt
from wizard.host.supervisor import understood
from wizard.host.units import UnitState
from wizard.record.journal import Journal
from wizard.record.skips import skips
from wizard.record.state import State
from wizard.record.trials import last_trials

SITE = "/etc/nginx/sites-available/demo.conf"


def _log(path: Path) -> tuple[str, ...]:
    found = logs.answer([logs.LogTail(str(path))])
    [lines] = found.values()
    return lines if isinstance(lines, tuple) else ()


def _answered(reader: Any, *readings: Reading[Any]) -> Iterable[object]:
    return list(reader(readings).values())


def _nginx(folder: Path) -> object:
    live = Live(facts=Facts())
    whole = nginx.configuration(live, str(folder / "nginx.conf"))
    return [whole, nginx.servers_at(live, str(folder / "sites-enabled/demo"))]


def _settings(folder: Path) -> object:
    return Live(facts=Facts()).read(SettingsAt(str(folder / "settings.py")))


def _crontab(folder: Path) -> object:
    found = []
    for name in ("user", "system"):
        lines = crontab.taken("demo", bytes_of(folder / name).decode(errors="surrogateescape"))
        if isinstance(lines, Unknown):
            continue
        jobs = [job for line in lines if (job := cronline.parse_cron_line(line))]
        found += [cronwork.meaning(job.command, "/home/demo", ("manage.py",)) for job in jobs]
        found += [cronwork.meaning(job.command) for job in jobs[:100]]
        found += [str(cronwork.keeps_errors(job.command)) for job in jobs]
        found += [crontable.setting(lines, "MAILTO")]
        found += cronruns.missing(("0 3 * * * ./manage.py runjobs daily",), cronruns.runs_in("demo", lines))
    return found


def _lock(folder: Path) -> object:
    project, lock = bytes_of(folder / "pyproject.toml"), bytes_of(folder / "poetry.lock")
    wanted = required_python(project)
    found = [satisfies("3.11.2", wanted), may_satisfy("3.11", wanted)]
    try:
        return [*found, lockfile.mismatches(project, lock, {"django": "4.2.1"}, ("ldap",))]
    except (ValueError, KeyError):
        return found


def _host(text: str) -> Host:
    """A host on which everything that a log may name is there, and somebody else's."""

    class Full(Overlay):
        def _read(self, reading: Any) -> Any:
            if isinstance(reading, EntryAt):
                return Entry("directory", owner="x") if reading.path.endswith("/d") else Entry(owner="other")
            return b"x = (" if isinstance(reading, Content) else super()._read(reading)

    return Full(BareHost(Facts()))


def _unit_log(folder: Path) -> object:
    said = "\n".join(_log(folder / "log")[-200:])
    service = Service("demo", "/home/demo/biomaid", settings="/home/demo/biomaid/instance_settings.py")
    host = _host(said)
    return [choose(candidates(service, UnitState()), host, said), choose(nginx_causes.CANDIDATES, host, said)]


def _nginx_log(folder: Path) -> object:
    lines = _log(folder / "log")
    return [
        nginx_log.newest(lines, request="/static/logo.png"),
        nginx_log.newest(lines, socket="/home/demo/biomaid.sock"),
        nginx_log.newest(lines, request="/"),
    ]


def _records(folder: Path) -> object:
    """What is kept of an instance; what is damaged, or somebody else may have put there, is refused in words."""
    state = State(folder)
    found: list[object] = []
    for read in (last_trials, skips, load_saved, load_unsupported, _journal):
        try:
            found.append(read(state))
        except (Refused, Failed, OSError) as refusal:  # which commands tell
            found.append(refusal)
    return found


def _journal(state: State) -> object:
    journal = Journal(state)
    entries = journal.entries()
    readings = (LinesAdded(), MadeAt("nginx"), WrittenAt(SITE), Applied("PackagesInstalled", "git"))
    found: list[object] = [journal.answer(one) for one in readings]
    found += [journal.in_use, journal.last_written(SITE), journal.replaced(SITE)]
    return [*found, *(from_data(undo, KINDS_OF_CHANGES) for entry in entries for undo in entry.undo)]


def _instance(folder: Path) -> object:
    """All that verification and discovery make of an instance, whatever its files hold; what a probe cannot know it
    says by `NotKnown`."""
    host = Rooted(folder)
    found: list[object] = [discover(host)]
    for probe in _probes():
        try:
            found.append(probe.observe(host))
        except NotKnown as unknown:
            found.append(unknown)
    return found


@cache
def _probes() -> tuple[Probe, ...]:
    answers = validate_answers(GUIDE.questions(), {"instance": "demo"}, Facts())
    checkpoints = GUIDE.checkpoints(answers, Facts(), Circumstances())
    probes = [probe for checkpoint in checkpoints for probe in checkpoint.probes]
    return tuple(one for one in probes if not isinstance(one, Trial))


KINDS = (
    Kind("nginx", _nginx),
    Kind("settings", _settings),
    Kind("git", lambda folder: _answered(git.answer, git.CheckoutAt(str(folder)))),
    Kind("crontab", _crontab),
    Kind("environment", lambda folder: _answered(environments.answer, environments.EnvironmentAt(str(folder)))),
    Kind("properties", lambda folder: _answered(properties.answer, properties.OmeroProperties(str(folder)))),
    Kind("migrations", lambda folder: _answered(migrations.answer, migrations.Migrations(str(folder)))),
    Kind("unit-log", _unit_log),
    Kind("nginx-log", _nginx_log),
    Kind("lock", _lock),
    Kind("instance", _instance),
    Kind("supervisor", lambda folder: understood("/x", bytes_of(folder / "answer.xml"))),
    Kind("os-release", lambda folder: release(str(folder / "os-release"))),
    Kind("records", _records),
    Kind("backup", lambda folder: _answered(archives.answer, archives.Archives(str(folder)))),
    *system_kinds.KINDS,
    *application_kinds.KINDS,
)
