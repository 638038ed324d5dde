"""`undo` leaves /etc as a host with the same packages and no instance has it, and what people made where it is."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.machine.biomaid import (
    BINDS,
    apply,
    changes,
    finished_layer,
    jalon,
    packaged_layer,
    red,
    signal_to,
    start,
    verify,
)
from tests.machine.machine import Machine

Snapshot = dict[str, list[str]]

# What `adduser` and `deluser` set aside before they write is the table as it was one write ago.
TABLES_AS_THEY_WERE = {f"/etc/{name}-" for name in ("passwd", "group", "shadow", "gshadow", "subuid", "subgid")}

SNAPSHOT = """
import grp, hashlib, json, os, pwd, stat, sys
found = {}
for folder, folders, files in os.walk("/etc"):
    for path in [folder, *(os.path.join(folder, name) for name in folders + files)]:
        entry = os.lstat(path)
        kind, held = stat.filemode(entry.st_mode)[0], ""
        if kind == "l":
            held = os.readlink(path)
        elif kind == "-":
            held = hashlib.sha256(open(path, "rb").read()).hexdigest()
        owner = f"{pwd.getpwuid(entry.st_uid)[0]}:{grp.getgrgid(entry.st_gid)[0]}"
        found[path] = [kind, oct(entry.st_mode & 0o7777), owner, held]
json.dump(found, sys.stdout)
"""

OTHERS = r"""
set -e
cat >/etc/nginx/sites-available/autre <<'END'
server { listen 8081; server_name autre.example; location / { return 200 "autre site\n"; } }
END
ln -s /etc/nginx/sites-available/autre /etc/nginx/sites-enabled/autre
systemctl reload nginx
echo '17 4 * * * root test -e /srv/autre' >/etc/cron.d/autre
printf '5 5 * * * true # root\n' | crontab -u root -
useradd -m jeanne
printf '6 6 * * * cd biomaid && true # jeanne\n' | crontab -u jeanne -
runuser -u postgres -- psql -XAtq -v ON_ERROR_STOP=1 <<'END'
CREATE ROLE autre LOGIN;
CREATE DATABASE autre_db OWNER autre;
\c autre_db
CREATE TABLE souvenir AS SELECT 42 AS valeur;
END
"""
SEE_OTHERS = r"""
curl -s http://localhost:8081/
cat /etc/cron.d/autre
crontab -l -u root
crontab -l -u jeanne
stat -c '%U %a' /home/jeanne
runuser -u postgres -- psql -XAtq -d autre_db -c 'SELECT valeur FROM souvenir'
runuser -u postgres -- psql -XAtqc "SELECT rolname FROM pg_roles WHERE rolname = 'autre'"
"""


def snapshot(machine: Machine) -> Snapshot:
    """Everything in /etc: kind, mode, owner, and the hash or where a link leads."""
    found: Snapshot = json.loads(machine.run("python3", "-", input=SNAPSHOT).stdout)
    assert len(found) > 500
    return found


def differences(before: Snapshot, after: Snapshot) -> dict[str, tuple[object, object]]:
    """What differs, file by file."""
    return {
        path: (before.get(path), after.get(path))
        for path in sorted(before.keys() | after.keys())
        if before.get(path) != after.get(path) and path not in TABLES_AS_THEY_WERE
    }


def sql(machine: Machine, statement: str, database: str = "postgres") -> str:
    """What the administrator of PostgreSQL is told."""
    words = ("psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", statement)
    return machine.run(*words, user="postgres", cwd="/").stdout.strip()


def undo(machine: Machine, *words: str) -> subprocess.CompletedProcess[str]:
    """Undoes as a person would, unattended; it must succeed."""
    done = jalon(machine, "undo", "biomaid", "--yes", *words)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return done


def killed_at(machine: Machine, kind: str, state: str) -> None:
    """Applies until the first change of that kind is begun or done, and then kills that process alone."""
    run = start(machine)
    assert run.stdout is not None
    for line in run.stdout:
        event = json.loads(line)
        if event["event"] == "change" and (event["kind"], event["state"]) == (kind, state):
            signal_to(run, signal.SIGKILL)
            break
    run.stdout.close()
    assert run.wait() == -signal.SIGKILL, f"no {kind} was {state}"


@dataclass
class Life:
    """What a machine with other things on it went through, and how it was seen after each."""

    machine: Machine
    etc: dict[str, Snapshot] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    again: list[str] = field(default_factory=list)
    verified: tuple[int, dict[str, Any]] = (-1, {})
    undone_again: str = ""

    def see(self, when: str) -> None:
        """Notes how it is now."""
        self.etc[when] = snapshot(self.machine)
        self.others[when] = self.machine.sh(SEE_OTHERS).stdout


@pytest.fixture(scope="module")
def life(machines: None) -> Iterator[Life]:
    with Machine.up(layer=packaged_layer(), binds=BINDS) as machine:
        one = Life(machine)
        machine.sh(OTHERS)
        one.see("packages")

        apply(machine)
        one.again = changes(apply(machine))
        one.see("applied")
        sql(machine, "CREATE TABLE ours AS SELECT 'une demande' AS texte", "demo_db")
        sql(machine, "ALTER TABLE ours OWNER TO demo_user", "demo_db")
        machine.write("/home/demo/media/facture.txt", "facture\n", owner="demo:demo")
        undo(machine)
        one.see("undone")
        one.kept = {
            "home": machine.sh("stat -c '%U:%G %a' /home/demo").stdout.strip(),
            "attachment": machine.read("/home/demo/media/facture.txt"),
            "account": machine.sh("getent passwd demo; getent group demo; true").stdout,
            "crontab": machine.sh("ls /var/spool/cron/crontabs").stdout,
            "owner": sql(machine, "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'demo_db'"),
            "row": sql(machine, "SELECT texte FROM ours", "demo_db"),
            "units": machine.sh("systemctl is-active nginx postgresql cron").stdout,
            "failed": machine.sh("systemctl list-units --failed --plain --no-legend").stdout,
            "service": machine.sh("systemctl show -P LoadState -P ActiveState biomaid-instance@demo").stdout,
            "page": machine.fetch("/")[2].decode(errors="replace"),
            "backup": machine.sh("ls -A /usr/local/sbin; ls /var/backups/demo | wc -l").stdout,
        }
        one.undone_again = undo(machine).stdout

        # A second life: begun, killed twice, taken to its end, and undone.
        killed_at(machine, "FileRemoved", "done")
        killed_at(machine, "UnitEnabled", "begun")
        apply(machine)
        one.verified = verify(machine)
        one.see("applied again")
        one.kept["row again"] = sql(machine, "SELECT texte FROM ours", "demo_db")
        undo(machine)
        one.see("undone again")
        yield one


def test_etc_is_as_it_was_file_by_file(life: Life) -> None:
    ours = differences(life.etc["packages"], life.etc["applied"])
    assert {
        *("/etc/passwd", "/etc/group", "/etc/cron.d/biomaid-backup-demo"),
        *("/etc/nginx/sites-available/demo.conf", "/etc/nginx/sites-enabled/default"),
        "/etc/systemd/system/biomaid-instance@.service",
    } <= ours.keys()
    assert differences(life.etc["packages"], life.etc["undone"]) == {}


def test_data_is_kept_and_its_home_is_for_root_alone(life: Life) -> None:
    assert life.kept["home"] == "root:root 700"
    assert life.kept["attachment"] == "facture\n"
    assert (life.kept["owner"], life.kept["row"]) == ("demo_user", "une demande")
    assert life.kept["backup"] == "1\n", "the command goes, the backup that it made stays"


def test_nothing_of_the_instance_is_left_at_work(life: Life) -> None:
    assert life.kept["account"] == ""
    assert life.kept["crontab"].split() == ["jeanne", "root"]
    assert life.kept["service"].split() == ["inactive", "not-found"] or life.kept["service"].split() == [
        "not-found",
        "inactive",
    ]
    assert life.kept["failed"] == ""


def test_nginx_and_postgresql_still_run_and_the_default_site_is_back(life: Life) -> None:
    assert life.kept["units"].split() == ["active"] * 3
    assert "Welcome to nginx" in life.kept["page"]


def test_what_is_another_s_is_never_touched(life: Life) -> None:
    before = life.others["packages"]
    assert before.splitlines()[0] == "autre site"
    assert len(before.splitlines()) == 7
    assert {when: seen for when, seen in life.others.items() if seen != before} == {}


def test_after_an_apply_that_changed_nothing_it_undoes_the_same(life: Life) -> None:
    assert life.again == []
    assert differences(life.etc["packages"], life.etc["undone"]) == {}


def test_a_second_undo_has_nothing_to_do(life: Life) -> None:
    assert " 0 changes" in life.undone_again


def test_applied_again_it_ends_green_with_the_data_it_had(life: Life) -> None:
    status, report = life.verified
    assert (status, red(report)) == (0, {})
    assert life.kept["row again"] == "une demande"
    assert differences(life.etc["applied"], life.etc["applied again"]) == {}


def test_after_a_run_that_was_killed_and_resumed_etc_is_as_it_was_too(life: Life) -> None:
    assert differences(life.etc["packages"], life.etc["undone again"]) == {}


def test_with_data_database_role_and_home_go_after_a_dump(new_machine: Callable[..., Machine]) -> None:
    machine = new_machine(layer=finished_layer(), binds=BINDS)
    undo(machine, "--with-data")
    assert sql(machine, "SELECT count(*) FROM pg_database WHERE datname = 'demo_db'") == "0"
    assert sql(machine, "SELECT count(*) FROM pg_roles WHERE rolname = 'demo_user'") == "0"
    assert not machine.exists("/home/demo")
    kept = "/var/lib/jalon/biomaid/demo/replaced"
    assert machine.sh(f"stat -c '%U %a' {kept}").stdout == "root 700\n"
    dumps = machine.sh(f"ls {kept}/*.dump").stdout.split()
    assert len(dumps) == 1
    assert machine.sh(f"stat -c '%U %a' {dumps[0]}").stdout == "root 600\n"
    # Whole: it makes the database again, with the account in it.
    sql(machine, "CREATE ROLE demo_user")
    sql(machine, "CREATE DATABASE essai TEMPLATE template0")
    machine.sh(f"runuser -u postgres -- pg_restore --exit-on-error --dbname=essai <{dumps[0]}", cwd="/")
    assert sql(machine, "SELECT username FROM common_user", "essai") == "admin"
    assert machine.sh("dpkg-query -W -f '${db:Status-Status} ' nginx postgresql gcc").stdout == "installed " * 3
    assert machine.sh("systemctl is-active nginx postgresql").stdout.split() == ["active", "active"]


def test_what_was_edited_since_is_kept_unattended_and_said(new_machine: Callable[..., Machine]) -> None:
    machine = new_machine(layer=finished_layer(), binds=BINDS)
    site, schedule = "/etc/nginx/sites-available/demo.conf", "/etc/cron.d/biomaid-backup-demo"
    for path in (site, schedule):
        machine.sh(f"printf '# a la main\\n' >>{path}")
    edited = {path: machine.read(path) for path in (site, schedule)}
    done = undo(machine)
    assert {path: machine.read(path) for path in edited} == edited
    assert all(path in done.stdout + done.stderr for path in edited), done.stderr[-2000:]
    assert not machine.exists("/etc/nginx/sites-enabled/demo.conf"), "what was not edited is undone"
    assert not machine.exists("/etc/systemd/system/biomaid-instance@demo.service.d/restart.conf")

    undo(machine, "--replace-edited")
    assert not [path for path in edited if machine.exists(path)]
    assert machine.sh("systemctl is-active nginx").stdout == "active\n"
