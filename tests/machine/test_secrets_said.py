"""An application that prints its secrets, and what a terminal would obey: nothing that Jalon prints or keeps repeats
them, whole, killed, failed, repaired and undone."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.machine.biomaid import ANSWERS, BINDS, INSTANCE, SOURCE, jalon, ready_layer, signal_to, start
from tests.machine.machine import Machine
from tests.machine.test_secrets import CHECKOUT, CORES, SAMPLER, SECRETS, STATE, holding
from wizard.answers.questions import toml_value

# What moves a cursor, reaches the clipboard, turns the direction of writing, and cannot be seen.
HARMFUL = ("\x1b]52;c;Y2FsYw==\x07", "\x1b[2J", "\u202egpj", "\u200b", "\x9b2J")
REPORTS = ("html", "markdown", "json", "junit")
SAYING = f"""
import sys
for _one in {HARMFUL!r}:
    print("said", _one, SECRET_KEY, DATABASES["default"]["PASSWORD"], file=sys.stderr, flush=True)
raise RuntimeError("no way " + {HARMFUL[1]!r} + repr((SECRET_KEY, DATABASES["default"]["PASSWORD"])) + {HARMFUL[2]!r})
"""


@dataclass
class Told:
    """A machine, what Jalon said on it, and what was seen of its processes meanwhile; `raw` are the files of Jalon's in
    which something stands that a terminal would obey."""

    machine: Machine
    said: dict[str, str] = field(default_factory=dict)
    sampled: dict[str, Any] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    trials: str = ""
    raw: str = ""

    def run(self, *words: str) -> None:
        done = jalon(self.machine, *words)
        assert done.returncode in (0, 1, 2, 77), done.stdout[-2000:] + done.stderr[-2000:]
        self.said[" ".join(words)] = done.stdout + done.stderr


def looked(told: Told) -> None:
    """Everything that only looks, in every format."""
    for form in ("text", "json", "junit"):
        told.run("verify", "biomaid", "--format", form)
    for form in REPORTS:
        told.run("report", "biomaid", "--format", form)
        told.run("report", "biomaid", "--format", form, "--for-help", "--output", f"/root/report.{form}")
    told.run("plan", "biomaid", "--format", "json")
    told.run("export", "biomaid", "--format", "script")


@pytest.fixture(scope="module")
def told(machines: None) -> Iterator[Told]:
    with Machine.up(layer=ready_layer(), binds=BINDS) as machine:
        one = Told(machine)
        plain = f'instance = "{INSTANCE}"\nsource = "{SOURCE}"\nhostnames = ["serveur"]\nworkers = 2\n'
        secrets = "".join(f"{key} = {toml_value(value)}\n" for key, value in SECRETS.items())
        machine.write(ANSWERS, plain + secrets, mode=0o600)
        words = ("python3", "-c", SAMPLER, ",".join(CORES.values()))
        sampler = machine.popen(*words, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
        killed = start(machine)
        assert killed.stdout
        heard = ""
        for line in killed.stdout:
            heard += line
            if '"kind": "RoleCreated"' in line:
                break
        signal_to(killed, signal.SIGKILL)
        one.said["killed"] = heard + killed.stdout.read()
        killed.wait()
        one.run("apply", "biomaid", "--answers", ANSWERS, "--yes")
        settings = machine.read(f"{CHECKOUT}/settings/__init__.py")
        machine.write(f"{CHECKOUT}/settings/__init__.py", settings + SAYING)
        looked(one)
        one.run("verify", "biomaid", "--trials", "--format", "json")
        one.run("apply", "biomaid", "--yes", "--format", "json")
        one.run("apply", "biomaid", "--yes")
        one.run("fix", "biomaid", "--yes", "--format", "json")
        pattern = "\\x1b|\\xe2\\x80\\xae|\\xe2\\x80\\x8b"
        kept = (STATE, *(f"/root/report.{form}" for form in REPORTS))
        one.raw = machine.run("grep", "-raPl", pattern, *kept, env={"LC_ALL": "C"}, check=False).stdout
        one.trials = machine.read(f"{STATE}/trials.json")
        one.files = holding(machine, *CORES.values())
        machine.write(f"{CHECKOUT}/settings/__init__.py", settings)
        one.run("fix", "biomaid", "--yes")
        one.run("undo", "biomaid", "--yes", "--with-data")
        machine.sh("touch /run/sampled")
        one.sampled = json.loads(sampler.communicate(timeout=60)[0])
        yield one


def test_the_application_did_say_it(told: Told) -> None:
    journal = told.machine.run("journalctl", "--no-pager", "-o", "cat", "--all").stdout
    assert CORES["secret_key"] in journal and HARMFUL[1] in journal
    assert any("no way" in text for text in told.said.values()), "and Jalon repeats what it is told of it"


def test_nothing_that_jalon_said_repeats_a_secret(told: Told) -> None:
    for words, text in told.said.items():
        assert not [line[:4000] for line in text.splitlines() if any(core in line for core in CORES.values())], words


def test_nothing_that_jalon_said_moves_a_cursor(told: Told) -> None:
    for words, text in told.said.items():
        assert not [one for one in text if one in "\x1b\x07\x9b\u202e\u200b"], words


def test_nothing_that_jalon_kept_moves_one(told: Told) -> None:
    assert told.raw == ""


def test_no_file_of_jalon_s_repeats_a_secret(told: Told) -> None:
    # The application's own files, its log in the journal, and what must hold them.
    theirs = (f"/home/{INSTANCE}/", "/var/log/journal/", "/run/log/journal/", f"{STATE}/replaced/")
    backups = {path for path in told.files if "backup" in path and not path.endswith(".log")}
    found = {path for path in told.files if not path.startswith(theirs)} - backups
    assert found == {ANSWERS, f"{STATE}/secrets.toml"}
    for path in backups:
        assert path.startswith(("/etc/jalon", "/usr/local", "/root", "/var/lib/jalon", "/var/backups", "/etc/biomaid"))
    assert not [core for core in CORES.values() if core in told.trials]


def test_no_process_showed_one(told: Told) -> None:
    assert told.sampled["shown"] == []
    related = ("manage.py", "psql", "gunicorn", "pg_dump", "pg_restore")
    assert not [line for line in told.sampled["given"] if not any(word in line for word in related)]
