"""What goes wrong on real machines is said in words, with what to do; once it is put right, the next run finishes."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.machine.biomaid import ANSWERS, BINDS, apply, jalon, packaged_layer, ready_layer, signal_to, start
from tests.machine.machine import Machine

Done = subprocess.CompletedProcess[str]

UNTOUCHED = (
    "find /etc /home /srv /var/lib/dpkg /var/lib/apt /var/lib/jalon/biomaid /var/backups /var/spool /usr/local /root"
    " -xdev -printf '%p %y %m %u %g %s %T@\\n' 2>/dev/null | sort | sha256sum"
)

# Holds a lock as apt and dpkg do, until its input ends.
HOLD = """
import fcntl, sys
file = open(sys.argv[1], "w")
fcntl.lockf(file, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def bare(machines: None) -> Iterator[Machine]:
    """A machine on which nothing is installed yet."""
    with Machine.up(layer=ready_layer(), binds=BINDS) as machine:
        yield machine


@pytest.fixture(scope="module")
def packaged(machines: None) -> Iterator[Machine]:
    """A machine with the packages, and no instance."""
    with Machine.up(layer=packaged_layer(), binds=BINDS) as machine:
        yield machine


def told(machine: Machine, *words: str, status: int, command: str = "apply", **more: Any) -> str:
    """What a run said that had to end with that status; never a traceback, nothing begun twice."""
    done = jalon(machine, command, "biomaid", "--answers", ANSWERS, "--yes", *words, **more)
    said = done.stdout + done.stderr
    assert done.returncode == status, said[-3000:]
    assert "Traceback" not in said
    assert 'File "' not in said
    return " ".join(said.split())


def held(machine: Machine, path: str) -> subprocess.Popen[str]:
    """Another program that holds that lock of the package manager."""
    holder = machine.popen("python3", "-c", HOLD, path, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def let_go(holder: subprocess.Popen[str]) -> None:
    holder.communicate(timeout=20)


# --- before anything is touched


def test_answers_that_cannot_be_used_are_all_named(bare: Machine) -> None:
    bare.write("/root/bad.toml", 'instance = "demo\n', mode=0o600)
    before = bare.sh(UNTOUCHED).stdout
    wrong = (
        *("--set", "wokers=4", "--set", "workers=beaucoup", "--set", "http_port=99999"),
        *("--set", "db_name=x;y", "--set", "hostnames=bad host", "--set", "backup_directory=relatif"),
        *("--set", "local_name=mien", "--set", "tls=peut-etre", "--set", "backup_time=25:99"),
    )
    said = told(bare, *wrong, status=65)
    for key in (
        "backup_time",
        "wokers",
        "workers",
        "http_port",
        "db_name",
        "hostnames",
        "backup_directory",
        "local_name",
        "tls",
    ):
        assert f" {key}: " in said, key
    assert "did you mean `workers`" in said
    assert "nothing was touched" in said
    done = jalon(bare, "apply", "biomaid", "--answers", "/root/bad.toml", "--yes")
    assert (done.returncode, "/root/bad.toml" in done.stderr) == (65, True)
    told(bare, "--instance", "autre", status=65)
    assert jalon(bare, "apply", "biomaid", "--answers", "/nowhere.toml", "--yes").returncode == 65
    assert bare.sh(UNTOUCHED).stdout == before


def test_the_name_of_a_person_is_refused(bare: Machine) -> None:
    bare.sh("useradd -m jeanne")
    bare.sh('sed \'s/"demo"/"jeanne"/\' /root/a.toml >/root/j.toml; chmod 600 /root/j.toml')
    before = bare.sh(UNTOUCHED).stdout
    done = jalon(bare, "apply", "biomaid", "--answers", "/root/j.toml", "--yes")
    assert done.returncode == 1
    assert "the account jeanne is there already" in done.stderr
    assert "choose another name for it (the answer `instance`)" in done.stderr
    assert "nothing was touched" in done.stdout
    assert "Traceback" not in done.stderr
    bare.sh("rm -rf /var/lib/jalon/biomaid/jeanne; rmdir --ignore-fail-on-non-empty /var/lib/jalon/biomaid")
    assert bare.sh(UNTOUCHED).stdout == before


@pytest.mark.parametrize("program", ["http.server", "apache2"])
def test_whoever_holds_port_80_is_named(bare: Machine, program: str) -> None:
    if program == "apache2":
        bare.sh("DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends apache2")
        unit = "apache2"
    else:
        bare.sh("systemd-run -q --unit=held python3 -m http.server 80; sleep 1")
        unit = "held"
    packages = bare.sh("dpkg-query -W | sha256sum").stdout
    try:
        said = told(bare, status=1)
        assert re.search(rf"port 80 is held by {re.escape(program)} \(process (\d+)\)", said), said
        # The service is named by what the remedy has people type.
        (pid,) = re.findall(r"systemctl status (\d+)", said)
        assert f"{unit}.service" in bare.sh(f"systemctl status --no-pager {pid}").stdout
        assert "the answer `http_port`" in said
        assert "nothing was touched" in said
        assert bare.sh("dpkg-query -W | sha256sum").stdout == packages
    finally:
        bare.sh(f"systemctl disable -q --now {unit} 2>/dev/null || systemctl stop {unit}")
    assert jalon(bare, "plan", "biomaid", "--answers", ANSWERS).returncode == 2


def test_a_python_that_does_not_fit(new_machine: Callable[..., Machine]) -> None:
    machine = new_machine(layer=ready_layer("trixie"), binds=BINDS)
    before = machine.sh(UNTOUCHED).stdout
    for command in ("plan", "apply"):
        said = told(machine, status=1, command=command)
        assert "the code wants Python >=3.9,<3.13, and python3 of Debian GNU/Linux 13 (trixie) is 3.13" in said
        assert "Debian 12 has 3.11" in said
    machine.sh("rm -rf /var/lib/jalon/biomaid")
    assert machine.sh(UNTOUCHED).stdout == before


# --- the network, the package manager and its disk


def test_without_a_network_it_says_so(bare: Machine) -> None:
    if bare.address == "127.0.0.1":
        pytest.skip("this machine shares the host's network, which must stay up")
    route = bare.sh("ip route show default").stdout.strip()
    bare.sh("rm -rf /var/lib/apt/lists/*_Packages* /var/lib/apt/lists/*Release*; ip link set host0 down")
    try:
        said = told(bare, "--until", "system", status=1)
    finally:
        bare.sh(f"ip link set host0 up; ip route add {route}")
    assert "no mirror of packages was reached" in said, said
    assert "check the network" in said.rpartition("What to do: ")[2]


def test_a_full_disk_under_the_package_manager(bare: Machine) -> None:
    bare.sh(
        "apt-get -qq update; mount -t tmpfs -o size=2m tmpfs /var/cache/apt/archives;"
        " mkdir -p /var/cache/apt/archives/partial"
    )
    try:
        said = told(bare, "--until", "system", status=1)
    finally:
        bare.sh("umount /var/cache/apt/archives")
    assert "free some room" in said.rpartition("What to do: ")[2], said


def test_locks_of_the_package_manager_are_waited_for_and_a_second_run_is_refused(bare: Machine) -> None:
    bare.sh("rm -f /var/lib/apt/lists/*_Packages* /var/lib/apt/lists/*Release*")
    lists, packages = held(bare, "/var/lib/apt/lists/lock"), held(bare, "/var/lib/dpkg/lock-frontend")
    run = start(bare, "--until", "system")
    assert run.stdout is not None
    waited: list[str] = []
    for line in run.stdout:
        event = json.loads(line)
        assert event["event"] != "failure", event
        if event["event"] != "output":
            continue
        if "waiting for another package manager" in event["text"] and lists.poll() is None:
            waited.append(event["text"])
            let_go(lists)
        elif "Waiting for cache lock" in event["text"] and packages.poll() is None:
            waited.append(event["text"])
            second = jalon(bare, "apply", "biomaid", "--answers", ANSWERS, "--yes")
            third = jalon(bare, "undo", "biomaid", "--yes")
            let_go(packages)
        elif "Unpacking" in event["text"]:
            break
    assert "/var/lib/apt/lists/lock" in waited[0]
    assert "python3" in waited[1], "whoever holds it is named"
    for other in (second, third):
        assert other.returncode == 75
        assert re.search(r"another run is changing this instance: \S+ \(\d+\)", other.stderr), other.stderr
        assert "wait for it to end" in other.stderr
        assert "Traceback" not in other.stderr
    signal_to(run, signal.SIGTERM)
    rest = [json.loads(line) for line in run.stdout]
    assert (run.wait(60), rest[-1]["outcome"]) == (130, "interrupted")
    assert bare.run("pgrep", "-x", "apt-get|dpkg", check=False).stdout == ""


def test_after_all_that_the_next_run_finishes(bare: Machine) -> None:
    events = apply(bare, "--until", "system")
    assert events[-1]["outcome"] == "done"


# --- what the instance is made of


def test_a_database_of_somebody_else_s_is_left_alone(packaged: Machine) -> None:
    packaged.run("createdb", "demo_db", user="postgres", cwd="/")
    before = packaged.sh("getent passwd | sha256sum; ls -A /home").stdout
    said = told(packaged, status=1)
    assert "the database demo_db is there already and belongs to postgres, not to demo_user" in said
    assert "the answer `db_name`" in said
    assert "nothing was touched" in said
    assert packaged.sh("getent passwd | sha256sum; ls -A /home").stdout == before
    packaged.run("dropdb", "demo_db", user="postgres", cwd="/")


@pytest.mark.parametrize("locale", [{"LANG": "fr_FR.ISO-8859-1"}, {"LC_ALL": "C"}, {"LANG": "C", "LC_ALL": "POSIX"}])
def test_another_locale_than_utf_8_stops_nothing(packaged: Machine, locale: dict[str, str]) -> None:
    said = told(packaged, "--until", "database", "--lang", "fr", status=0, env=locale)
    assert "PostgreSQL" in said
    for form in ("text", "json"):
        done = jalon(packaged, "verify", "biomaid", "--format", form, "--lang", "fr", env=locale)
        assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
    assert jalon(packaged, "plan", "biomaid", "--lang", "fr", env=locale).returncode == 2


@pytest.mark.parametrize(
    ("source", "remedy"),
    [
        ("https://localhost:9/biomaid.git", "check the address"),
        ("https://depot.invalid/biomaid.git", "that name is not resolved"),
        ("/srv/nowhere.git", "the answer `source`"),
        ("ssh://git@localhost/biomaid.git", "check the address"),
    ],
)
def test_a_git_address_that_does_not_answer(packaged: Machine, source: str, remedy: str) -> None:
    said = told(packaged, "--until", "code", "--set", f"source={source}", status=1)
    assert remedy in said.rpartition("What to do: ")[2], said
    assert not packaged.exists("/home/demo/biomaid")


def test_a_revision_that_is_not_there_and_the_branches_that_are(packaged: Machine) -> None:
    said = told(packaged, "--until", "code", "--set", "revision=stabel", status=1)
    assert "has no revision stabel" in said
    assert "main, stable" in said
    assert not packaged.exists("/home/demo/biomaid")


def test_a_full_home(packaged: Machine) -> None:
    packaged.sh("mount -t tmpfs -o size=64k,mode=0750,uid=demo,gid=demo tmpfs /home/demo")
    try:
        said = told(packaged, "--until", "code", "--set", "revision=stable", status=1)
    finally:
        packaged.sh("umount /home/demo")
    assert "free some room" in said.rpartition("What to do: ")[2], said


def test_a_full_state_folder(packaged: Machine) -> None:
    state = "/var/lib/jalon/biomaid/demo"
    packaged.sh(f"mount -t tmpfs -o size=8k,mode=0755 tmpfs {state}; head -c 8192 /dev/zero >{state}/filler || true")
    try:
        said = told(packaged, "--until", "code", "--set", "revision=stable", status=74)
    finally:
        packaged.sh(f"umount {state}")
    assert f"{state}/lock: No space left on device" in said
    assert "free some room on its disk" in said


def test_once_all_that_is_put_right_it_finishes(packaged: Machine) -> None:
    events = apply(packaged, "--until", "code", "--set", "revision=stable")
    assert events[-1]["outcome"] == "done"
    assert packaged.exists("/home/demo/biomaid/.git/jalon.json")
