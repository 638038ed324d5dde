"""A run killed at any instant is finished by the next one, to the same end state."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.machine.biomaid import (
    BINDS,
    finished_layer,
    jalon,
    packaged_layer,
    ready_layer,
    red,
    signal_to,
    start,
    verify,
)
from tests.machine.machine import Machine
from wizard.base.values import Value

Event = dict[str, Any]

# Done once, such a change leaves evidence; a run that goes on never does it again.
ONCE = frozenset(
    {
        *("UserCreated", "RoleCreated", "DatabaseCreated", "Cloned", "EnvironmentMade", "PoetryInstalled"),
        *("DirectoryMade", "DirectoryCopied", "LinkMade", "LineAdded", "FileWritten", "FileRemoved"),
        *("AccountCreated", "StaticsCollected", "GroupJoined", "UnitEnabled", "CrontabLinesAdded", "Ran"),
    }
)

# What a machine is in the end: /etc and the instance's files, without what differs between any two installations:
# secrets, times, keys made by packages, caches, what programs log, and git's and pip's own notes.
FINGERPRINT = r"""
import grp, hashlib, json, os, pwd, re, stat, subprocess, sys, tomllib
secrets = [v for v in tomllib.load(open("/var/lib/jalon/biomaid/demo/secrets.toml", "rb")).values() if v]
OTHERWISE = re.compile(
    r"/etc/(machine-id|\.pwd\.lock|ld\.so\.cache|hostname|resolv\.conf|hosts|ssl/.*|mtab|nginx/\.x"
    r"|(passwd|group|shadow|gshadow|subuid|subgid)-?)$"
    r"|\.pyc$|\.so$|/__pycache__(/|$)|/\.git/(?!HEAD$|jalon\.json$)|\.log$|\.sock$|/RECORD$|/direct_url\.json$"
    r"|/\.cache/(?!pypoetry$|pypoetry/virtualenvs)|/pypoetry/venv/.*|/envs\.toml$|/home/demo/media/."
)
found = {}
for top in ("/etc", "/home/demo", "/usr/local", "/var/backups/demo"):
    for folder, folders, files in os.walk(top):
        for path in [folder, *(os.path.join(folder, name) for name in files)]:
            if OTHERWISE.search(path) or (top.startswith("/var") and path != top):
                continue
            entry = os.lstat(path)
            held = ""
            if stat.S_ISLNK(entry.st_mode):
                held = os.readlink(path)
            elif stat.S_ISREG(entry.st_mode):
                data = open(path, "rb").read()
                for secret in secrets:
                    data = data.replace(secret.encode(), b"SECRET")
                held = hashlib.sha256(data).hexdigest()
            owner = pwd.getpwuid(entry.st_uid)[0] + ":" + grp.getgrgid(entry.st_gid)[0]
            found[path] = [stat.filemode(entry.st_mode), owner, held]
def said(*words):
    return subprocess.run(words, capture_output=True, text=True, cwd="/").stdout
for name in ("passwd", "group", "subuid", "subgid"):
    lines = open(f"/etc/{name}").read().splitlines()
    found[f"/etc/{name}"] = sorted(lines)
found["crontab"] = said("crontab", "-l", "-u", "demo")
dump = said("runuser", "-u", "postgres", "--", "pg_dump", "--schema-only", "demo_db")
found["schema"] = hashlib.sha256(re.sub(r"(?m)^\\(un)?restrict .*$", "", dump).encode()).hexdigest()
found["rows"] = said(
    "runuser", "-u", "postgres", "--", "psql", "-XAtd", "demo_db", "-c",
    "SELECT datname, pg_get_userbyid(datdba) FROM pg_database ORDER BY 1; SELECT rolname FROM pg_roles ORDER BY 1;"
    "SELECT app, name FROM django_migrations ORDER BY 1, 2; SELECT username, is_superuser FROM common_user",
)
found["units"] = said("systemctl", "list-unit-files", "--state=enabled", "--no-legend", "--plain")
found["left"] = said(
    "find", "/etc", "/home/demo", "/usr/local", "/var/lib/jalon/biomaid", "/tmp", "-xdev",
    "(", "-name", "*.jalon", "-o", "-name", "jalon-*", "-o", "-name", "*.new", ")",
)
json.dump(found, sys.stdout)
"""


class Instant(Value):
    """When a run is killed: `after` seconds after an event. No `kind`: after its very beginning.

    `state` is that of a change of that `kind` whose subject holds `about`; or "output", with `about` in its text;
    or "probe", of that id.
    """

    kind: str = ""
    state: str = "begun"
    about: str = ""
    after: float = 0.0

    def __call__(self, event: Event) -> bool:
        if self.state == "output":
            return event["event"] == "output" and self.about in event["text"]
        if self.state == "probe":
            return (event["event"], event.get("id")) == ("probe", self.about)
        return (
            event["event"] == "change"
            and (event["kind"], event["state"]) == (self.kind, self.state)
            and self.about in event["subject"]
        )


class Sequence:
    """Runs of one installation that are killed one after the other, and the one that ends it."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.hit: list[Instant] = []
        self.waited: list[str] = []
        self._done: set[tuple[str, str]] = set()

    def kill(self, *instants: Instant) -> None:
        """Begins a run for each instant and kills it there; each is really hit, or this fails."""
        for instant in instants:
            run = start(self.machine)
            try:
                if instant.kind or instant.about:
                    self._read(run, instant)
                time.sleep(instant.after)
                signal_to(run, signal.SIGKILL)
            except ValueError:
                pytest.fail(f"{instant}: the run was over")
            finally:
                run.stdout.close() if run.stdout else None
            assert run.wait(30) == -signal.SIGKILL, instant
            self.hit.append(instant)

    def interrupt(self, ready: Callable[[], bool], instant: Instant) -> tuple[int, list[Event]]:
        """Begins a run and, once it is so, sends it what Ctrl-C sends; its status and all its events."""
        run = start(self.machine)
        events = self._read(run, instant)
        until(ready)
        signal_to(run, signal.SIGINT)
        assert run.stdout is not None
        events += [json.loads(line) for line in run.stdout]
        return run.wait(30), events

    def finish(self) -> None:
        """The last run, which nobody kills; it must end well, and leave all green."""
        run = start(self.machine)
        events = self._read(run, None)
        assert run.wait(30) == 0, "\n".join(json.dumps(one, ensure_ascii=False) for one in events[-20:])
        assert events[-1]["outcome"] == "done"
        status, report = verify(self.machine)
        assert (status, red(report)) == (0, {})
        planned = jalon(self.machine, "plan", "biomaid")
        assert planned.returncode == 0, planned.stdout

    def _read(self, run: subprocess.Popen[str], upto: Instant | None) -> list[Event]:
        events: list[Event] = []
        assert run.stdout is not None
        for line in run.stdout:
            event = json.loads(line)
            events.append(event)
            if event["event"] == "output" and "left this at work" in event["text"]:
                self.waited.append(event["text"])
            if event["event"] == "change" and event["kind"] in ONCE:
                one = (event["kind"], event["subject"])
                assert event["state"] == "done" or one not in self._done, f"done already: {one}"
                if event["state"] == "done":
                    self._done.add(one)
            if upto and upto(event):
                return events
        if upto:
            said = "\n".join(json.dumps(one, ensure_ascii=False) for one in events[-15:])
            pytest.fail(f"{upto}: it ended before that, with {run.wait(30)}:\n{said}")
        return events


def until(ready: Callable[[], bool], seconds: float = 60) -> None:
    """Waits for it; fails when it does not come."""
    over = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < over, "it did not come to that"
        time.sleep(0.1)


def fingerprint(machine: Machine) -> dict[str, Any]:
    """What the machine is, as far as any two installations are the same."""
    found: dict[str, Any] = json.loads(machine.run("python3", "-", input=FINGERPRINT).stdout)
    assert len(found) > 800
    return found


def same(wanted: dict[str, Any], found: dict[str, Any]) -> None:
    """Fails with all that differs."""
    differing = [key for key in sorted(wanted.keys() | found.keys()) if wanted.get(key) != found.get(key)]
    assert not differing, "\n".join(f"{key}: {wanted.get(key)} became {found.get(key)}" for key in differing)


def in_the_long_migration(machine: Machine) -> bool:
    """Whether `migrate` is in the one that sleeps: the one before it is in the table, and it is not."""
    count = "SELECT count(*) FROM django_migrations WHERE app = 'common' AND name ~ '^000[45]'"
    done = machine.run("psql", "-XAtqd", "demo_db", "-c", count, user="postgres", cwd="/", check=False)
    at_work = machine.run("pgrep", "-f", "manage.py migrate", check=False).returncode == 0
    return at_work and done.stdout.strip() == "1"


@pytest.fixture(scope="module")
def chance() -> random.Random:
    seed = random.SystemRandom().randrange(10**6)
    print(f"the seed of what is random here: {seed}")
    return random.Random(seed)


@pytest.fixture(scope="module")
def finished(machines: None) -> Iterator[tuple[Machine, dict[str, Any]]]:
    """A machine that was installed without any interruption, and its fingerprint."""
    with Machine.up(layer=finished_layer(), binds=BINDS) as machine:
        yield machine, fingerprint(machine)


def test_from_a_bare_machine_nine_times_killed(
    new_machine: Callable[..., Machine], finished: tuple[Machine, dict[str, Any]], chance: random.Random
) -> None:
    machine = new_machine(layer=ready_layer(), binds=BINDS)
    run = Sequence(machine)
    run.kill(Instant(state="output", about="Unpacking"))
    # The package manager goes on without the run; the next one says who is at work, waits, and is killed over it.
    assert machine.run("pgrep", "-x", "apt-get", check=False).returncode == 0
    run.kill(Instant(state="output", about="left this at work"), Instant(after=chance.uniform(0.3, 2)))
    assert "apt-get (" in run.waited[0]
    assert "waiting for it" in run.waited[0]
    run.kill(
        Instant("ModeSet", "begun", "/home/demo"),
        Instant("RoleCreated"),
        Instant("DatabaseCreated", "done"),
        Instant("Cloned", after=chance.uniform(0, 0.8)),
        Instant("EnvironmentMade", after=chance.uniform(1, 4)),
        Instant(after=chance.uniform(1, 6)),
    )
    run.finish()
    assert len(run.hit) == 9
    same(finished[1], fingerprint(machine))


def test_inside_migrate_and_around_it(
    new_machine: Callable[..., Machine], finished: tuple[Machine, dict[str, Any]], chance: random.Random
) -> None:
    machine = new_machine(layer=packaged_layer(), binds=BINDS)
    run = Sequence(machine)
    run.kill(
        Instant("PoetryInstalled", after=chance.uniform(1, 5)),
        Instant("DirectoryCopied"),
        Instant("FileWritten", "done", "instance_settings.py"),
    )
    # Ctrl-C takes everything with it.
    status, events = run.interrupt(lambda: in_the_long_migration(machine), Instant("Migrated"))
    assert status == 130
    assert events[-1]["event"] == "end"
    assert events[-1]["outcome"] == "interrupted"
    assert machine.run("pgrep", "-u", "demo", check=False).stdout == ""
    assert machine.run("pgrep", "-f", "manage.py|jalon apply", check=False).stdout == ""

    # A kill leaves `migrate` at work: the next run names it, and waits for it before it does anything.
    victim = start(machine)
    run._read(victim, Instant("Migrated"))
    until(lambda: in_the_long_migration(machine))
    signal_to(victim, signal.SIGKILL)
    victim.stdout.close() if victim.stdout else None
    assert victim.wait(30) == -signal.SIGKILL
    assert machine.run("pgrep", "-f", "manage.py migrate", check=False).returncode == 0
    began, heir = time.monotonic(), start(machine)
    assert heir.stdout is not None
    first = json.loads(heir.stdout.readline())
    assert first["event"] == "output"
    assert "a run that was killed left this at work: " in first["text"]
    assert "poetry" in first["text"]
    assert "waiting for it" in first["text"]
    run._read(heir, Instant("AccountCreated"))
    assert time.monotonic() - began > 1
    signal_to(heir, signal.SIGKILL)
    assert heir.wait(30) == -signal.SIGKILL
    run.hit += [Instant("Migrated"), Instant("AccountCreated")]

    run.kill(Instant("StaticsCollected", after=chance.uniform(0, 1)), Instant(after=chance.uniform(0.5, 8)))
    run.finish()
    assert len(run.hit) == 7
    same(finished[1], fingerprint(machine))


def test_between_a_file_and_the_restart_that_it_calls_for(
    finished: tuple[Machine, dict[str, Any]], chance: random.Random
) -> None:
    machine, whole = finished
    assert jalon(machine, "undo", "biomaid", "--yes").returncode == 0
    run = Sequence(machine)
    run.kill(
        Instant("UserCreated", "begun", after=chance.uniform(0, 0.3)),
        # The link, of which the next one is to see the end, is made a tenth of a second after the file.
        Instant("FileWritten", "begun", "/sites-available/demo.conf", after=chance.uniform(0, 0.03)),
        Instant("LinkMade", "done", "/sites-enabled/demo.conf"),
        Instant("GroupJoined", "done"),
        Instant("UnitRestarted", "begun", "nginx"),
        Instant("FileWritten", "done", "biomaid-instance@.service"),
        Instant("FileWritten", "done", "restart.conf"),
        Instant("UnitEnabled", "done"),
        Instant("CrontabLinesAdded", "done"),
        Instant("FileWritten", "done", "/usr/local/sbin"),
        # In the trial that restores the backup.
        Instant(state="probe", about="backup.elsewhere", after=chance.uniform(0.1, 0.6)),
    )
    run.finish()
    assert len(run.hit) == 11
    same(whole, fingerprint(machine))
