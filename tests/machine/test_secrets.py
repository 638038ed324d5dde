"""No secret shows anywhere but where the application, and Jalon itself, must read it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.machine.biomaid import ANSWERS, BINDS, INSTANCE, SOURCE, jalon, ready_layer
from tests.machine.machine import Machine
from wizard.answers.questions import toml_value

# Letters that every encoding leaves as they are, between some that each quotes in its own way.
CORES = {"db_password": "Qz7BASEwk", "secret_key": "Qz7CLEwk", "first_account_password": "Qz7COMPTEwk"}
SECRETS = {
    "db_password": f"a'\"{CORES['db_password']}%$é",
    "secret_key": f"b'\"{CORES['secret_key']}%$" + "x" * 40,
    "first_account_password": f"c'\"{CORES['first_account_password']}%$",
}
STATE = f"/var/lib/jalon/biomaid/{INSTANCE}"
CHECKOUT = f"/home/{INSTANCE}/biomaid"

# Reads every process's command line and environment over and over, and keeps what holds a secret.
SAMPLER = r"""
import json, os, sys, time
cores = sys.argv[1].split(",")
rounds, shown, given, seen = 0, set(), set(), set()
me = {str(os.getpid())}

def words_of(pid):
    with open(f"/proc/{pid}/cmdline", "rb") as file:
        return file.read().replace(b"\0", b" ").decode(errors="replace").strip()

def parent_of(pid):
    return open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()[1]

def line_of(pid, words):
    # What a process is, and what it comes from. One that has ended meanwhile has no words any more: it is what it was.
    found = [words_of(pid) or words]
    pid = parent_of(pid)
    while pid not in ("0", "1"):
        found.append(words_of(pid))
        pid = parent_of(pid)
    return " <- ".join(found)

while not os.path.exists("/run/sampled"):
    rounds += 1
    for pid in os.listdir("/proc"):
        if not pid.isdigit() or pid in me:
            continue
        try:
            words = words_of(pid)
            if words not in seen:
                seen.add(words)
                shown.update(f"{core}: {words}" for core in cores if core in words)
            if "psql" in words or "manage.py" in words or rounds % 5 == 0:
                with open(f"/proc/{pid}/environ", "rb") as file:
                    around = file.read().decode(errors="replace")
                given.update(f"{core}: {line_of(pid, words)}" for core in cores if core in around)
        except (OSError, IndexError):
            pass
    time.sleep(0.0005)
json.dump({"rounds": rounds, "shown": sorted(shown), "given": sorted(given), "seen": sorted(seen)}, sys.stdout)
"""

LOG_ALL = """
ALTER SYSTEM SET log_statement = 'all';
ALTER SYSTEM SET log_min_duration_statement = 0;
ALTER SYSTEM SET log_parameter_max_length_on_error = -1;
ALTER SYSTEM SET log_connections = on;
SELECT pg_reload_conf();
"""


@dataclass
class Watched:
    """A machine that was watched while everything was applied, and all that was said of it."""

    machine: Machine
    sampled: dict[str, Any] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)

    def run(self, *words: str, accept: tuple[int, ...] = (0,)) -> None:
        """Runs a command and keeps both of its streams."""
        done = jalon(self.machine, *words)
        assert done.returncode in accept, done.stdout[-2000:] + done.stderr[-2000:]
        self.said[" ".join(words)] = done.stdout + done.stderr


@pytest.fixture(scope="module")
def watched(machines: None) -> Iterator[Watched]:
    with Machine.up(layer=ready_layer(), binds=BINDS) as machine:
        one = Watched(machine)
        plain = f'instance = "{INSTANCE}"\nsource = "{SOURCE}"\nhostnames = ["serveur"]\nworkers = 2\n'
        answers = plain + "".join(f"{key} = {toml_value(value)}\n" for key, value in SECRETS.items())
        machine.write(ANSWERS, answers, mode=0o600)
        sampler = machine.popen(
            *("python3", "-c", SAMPLER, ",".join(CORES.values())), stdout=subprocess.PIPE, stdin=subprocess.DEVNULL
        )
        words = ("biomaid", "--answers", ANSWERS)
        one.run("plan", *words, "--format", "json", accept=(2,))
        one.run("plan", *words, "--format", "text", accept=(2,))
        one.run("apply", *words, "--yes", "--until", "user")
        machine.run("psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-f", "-", user="postgres", cwd="/", input=LOG_ALL)
        one.run("apply", *words, "--yes", "--until", "code")
        one.run("apply", *words, "--yes", "--format", "json")
        # Other settings, so that the old ones, secrets and all, are set aside.
        one.run("apply", "biomaid", "--set", "domain=http://autre.example", "--yes")
        for form in ("text", "json", "junit"):
            one.run("verify", "biomaid", "--format", form)
        for form in ("text", "json"):
            one.run("plan", "biomaid", "--format", form)
        one.run("export", "biomaid", "--format", "script")
        one.run("verify", "biomaid", "--trials", "--format", "json")
        machine.sh("touch /run/sampled")
        one.sampled = json.loads(sampler.communicate(timeout=60)[0])
        yield one


def holding(machine: Machine, *cores: str) -> set[str]:
    """Every file on the machine's disks, and below /run and /tmp, that holds one of these."""
    roots = machine.sh("ls -d /* | grep -vxE '/(proc|sys|dev|opt)'").stdout.split()
    # Not as its arguments, where whoever watches processes would find them.
    found = machine.run("grep", "-rlaFD", "skip", "-f", "-", *roots, input="\n".join(cores), check=False)
    return set(found.stdout.splitlines())


def test_no_command_line_ever_showed_one(watched: Watched) -> None:
    sampled = watched.sampled
    assert sampled["shown"] == []
    # Looked often enough to have met what lives for a moment only.
    assert sampled["rounds"] > 1000
    for moment in ("psql", "createsuperuser", "createdb", "adduser", "nginx -t", "systemctl"):
        assert any(moment in words for words in sampled["seen"]), moment


def test_no_unrelated_process_was_ever_given_one(watched: Watched) -> None:
    # What makes the account and what proves a login, with the children that these start.
    related = ("manage.py createsuperuser", "psql ")
    strangers = [line for line in watched.sampled["given"] if not any(word in line for word in related)]
    assert strangers == []
    # The account's password is in the environment of nothing but what makes the account.
    core = CORES["first_account_password"]
    assert all("createsuperuser" in line for line in watched.sampled["given"] if line.startswith(core))
    assert not [line for line in watched.sampled["given"] if line.startswith(CORES["secret_key"])]


def test_nothing_that_was_printed_holds_one(watched: Watched) -> None:
    assert len(watched.said) == 13
    assert not [words for words, text in watched.said.items() if any(core in text for core in CORES.values())]


def test_files_hold_them_only_where_they_must_and_0600(watched: Watched) -> None:
    machine = watched.machine
    found = holding(machine, *CORES.values()) - {ANSWERS}
    # What Python makes of the settings when it reads them holds what they hold.
    compiled = {path for path in found if path.startswith(f"{CHECKOUT}/__pycache__/instance_settings.")}
    replaced = {path for path in found if path.startswith(f"{STATE}/replaced/")}
    of_root = {f"{STATE}/secrets.toml", "/etc/biomaid-backup-demo.secret"}
    assert found - compiled - replaced == {f"{CHECKOUT}/instance_settings.py", *of_root}
    assert len(replaced) == 1, "the settings that were replaced"
    modes = machine.run("stat", "-c", "%a %U %n", *sorted(found)).stdout.splitlines()
    assert {line.split()[0] for line in modes} == {"600"}
    assert {line.split()[1] for line in modes if line.split()[2].startswith((STATE, "/etc"))} == {"root"}
    assert machine.sh(f"stat -c %a {STATE}/replaced").stdout == "700\n"
    # The account's password is nowhere but with Jalon: the application keeps a hash of it.
    assert holding(machine, CORES["first_account_password"]) - {ANSWERS} == {f"{STATE}/secrets.toml"}


def test_no_log_holds_one_postgresql_s_with_every_statement_among_them(watched: Watched) -> None:
    machine = watched.machine
    logged = machine.sh("cat /var/log/postgresql/*.log").stdout
    assert 'CREATE ROLE "demo_user"' in logged
    assert "SCRAM-SHA-256$" in logged
    assert 'INSERT INTO "common_user"' in logged
    journal = machine.run("journalctl", "--no-pager", "-o", "json", "--all").stdout
    assert journal.count("\n") > 100
    assert not [name for name, core in CORES.items() if core in logged or core in journal]


def test_a_secret_on_the_command_line_is_refused(watched: Watched) -> None:
    for key in CORES:
        done = jalon(watched.machine, "plan", "biomaid", "--set", f"{key}=x{key}x")
        assert done.returncode == 64
        assert key in done.stderr
        assert "0600" in done.stderr
        assert f"x{key}x" not in done.stdout + done.stderr


def test_an_answers_file_that_others_may_read_is_refused(watched: Watched) -> None:
    watched.machine.sh(f"install -m 0644 {ANSWERS} /root/open.toml")
    done = jalon(watched.machine, "plan", "biomaid", "--answers", "/root/open.toml")
    watched.machine.sh("rm /root/open.toml")
    assert done.returncode == 65
    assert "chmod 600 /root/open.toml" in done.stderr
    assert not [core for core in CORES.values() if core in done.stdout + done.stderr]
