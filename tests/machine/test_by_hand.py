"""What somebody installed by typing the document is found, judged and taken over, and left as it was."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.machine.biomaid import BINDS, CHECKOUT, SOURCE, findings, jalon, red, verify
from tests.machine.by_hand import CHIEF, HOME, HOST, NAME, PASSWORD, typed_layer
from tests.machine.machine import Machine
from tests.machine.test_undo import Snapshot, differences, snapshot, sql, undo

STATE = f"/var/lib/jalon/biomaid/{NAME}"
CHIEFS = "essai-du-chef"
EXAMPLE_KEY = "example-of-the-stand-in"
PYTHON = "/var/lib/jalon/environment/bin/python"
HOLES = {
    "settings.mode": "entry-too-open",
    "settings.safe": "secret-key-example",
    "nginx.settings": "settings-served",
    "nginx.traversal": "settings-served",
    "nginx.media-traversal": "settings-served",
}
# The application and cron write there on their own, and Python keeps what it compiled beside what it read.
SEE = f"""
find {HOME} /srv /usr/local /var/backups -not -path '{HOME}/log/*' -not -name queries.log \
    -not -path '*/__pycache__*' \\( -type d -printf '%p %m %u:%g\\n' -o -printf '%p %m %u:%g %s %T@\\n' \\) | sort
crontab -l -u {NAME}
systemctl show -P MainPID -P NRestarts biomaid-instance@{NAME} nginx postgresql
"""


SERVED = """
for try in $(seq 60); do
    [ "$(curl -so /dev/null -w '%{http_code}' http://localhost/)" = 302 ] && exit
    sleep 1
done
exit 1
"""


def outcomes(report: dict[str, Any]) -> dict[str, str]:
    """The outcome of each probe by its id."""
    return {name: one["outcome"] for name, one in findings(report).items()}


@dataclass
class Taken:
    """A machine of somebody's, and what was seen of it before and after it was taken over."""

    machine: Machine
    etc: list[Snapshot] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)
    verified: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    said: str = ""
    adopted: dict[str, Any] = field(default_factory=dict)
    unprivileged: tuple[int, dict[str, Any], str] = (-1, {}, "")
    planned: dict[str, Any] = field(default_factory=dict)

    def see(self) -> None:
        """Notes how it is now."""
        self.etc.append(snapshot(self.machine))
        owners = "SELECT datname, pg_get_userbyid(datdba) FROM pg_database; SELECT rolname, rolcreatedb FROM pg_roles"
        self.rest.append(self.machine.sh(SEE).stdout + sql(self.machine, owners))

    def look(self) -> None:
        """Verifies without a word of what is here."""
        done = jalon(self.machine, "verify", "biomaid", "--format", "json")
        assert done.stdout, done.stderr
        self.said += done.stdout + done.stderr
        self.verified.append((done.returncode, json.loads(done.stdout)))


@pytest.fixture(scope="module")
def taken(machines: None) -> Iterator[Taken]:
    with Machine.up(layer=typed_layer(), binds=BINDS) as machine:
        one = Taken(machine)
        machine.sh(SERVED)
        one.see()
        one.look()
        words = (PYTHON, "-m", "wizard", "verify", "biomaid", "--format", "json")
        done = machine.run(*words, user="curieux", cwd=CHECKOUT, check=False)
        one.unprivileged = (done.returncode, json.loads(done.stdout), done.stderr)
        one.see()
        done = jalon(machine, "adopt", "biomaid", "--format", "json")
        assert done.returncode == 0, done.stderr
        one.said += done.stdout + done.stderr
        one.adopted = json.loads(done.stdout)
        one.see()
        one.look()
        done = jalon(machine, "plan", "biomaid", "--format", "json")
        assert done.returncode in (0, 2), done.stdout + done.stderr
        one.said += done.stdout + done.stderr
        one.planned = json.loads(done.stdout)
        undo(machine)
        one.see()
        yield one


class TestFound:
    def test_its_answers_are_those_that_were_typed(self, taken: Taken) -> None:
        answers = {one["key"]: one["value"] for one in taken.adopted["answers"] if not one["secret"]}
        told = {
            "instance": NAME,
            "source": SOURCE,
            "revision": "stable",
            "local_name": "local_chu",
            "local_source": "",
            "hostnames": [HOST, "192.0.2.44"],
            "http_port": 80,
            "domain": f"http://{HOST}",
            "site": f"/etc/nginx/sites-available/{NAME}.conf",
            "asked_as": "localhost",
            "static_folder": "staticfiles",
            "db_name": "biomed_prod",
            "db_user": "biomed_app",
            "db_host": "localhost",
            "db_port": 5432,
            "debug": False,
            "email_host": "",
            "email_port": 8025,
            "extras": [],
            "with_docs": False,
            "workers": 2,
            "first_account": CHIEF,
            "backup_command": "",
        }
        assert {key: answers[key] for key in told} == told

    def test_its_secrets_are_known_and_never_shown(self, taken: Taken) -> None:
        kept = taken.machine.read(f"{STATE}/secrets.toml")
        assert f'db_password = "{PASSWORD}"' in kept and EXAMPLE_KEY in kept
        assert 'first_account_password = ""' in kept
        assert taken.machine.sh(f"stat -c '%a %U' {STATE}/secrets.toml").stdout.strip() == "600 root"
        assert PASSWORD not in taken.said and EXAMPLE_KEY not in taken.said

    def test_an_ordinary_user_sees_what_may_be_seen(self, taken: Taken) -> None:
        status, report, said = taken.unprivileged
        assert (status, report["instance"]) == (1, NAME)
        assert outcomes(report)["service.active"] == "passed"
        assert outcomes(report)["service.page"] == "passed"
        assert f"{HOME}/biomaid/instance_settings.py" in said and "db_name" in said


class TestJudged:
    def test_the_holes_of_the_document_are_red_with_their_remedy(self, taken: Taken) -> None:
        status, report = taken.verified[0]
        seen = findings(report)
        assert status == 1
        assert {name: seen[name]["cause"]["id"] for name in HOLES} == HOLES
        assert all(seen[name]["outcome"] == "failed" and seen[name]["remedy"]["text"] for name in HOLES)

    def test_everything_else_is_green(self, taken: Taken) -> None:
        report = taken.verified[0][1]
        wrong = {name: why for name, why in red(report).items() if name not in HOLES}
        trials = {name for name, one in findings(report).items() if one["trial"]}
        assert {name: why for name, why in wrong.items() if name not in trials} == {}

    @pytest.mark.parametrize("verified", [0, 1], ids=["found", "taken over"])
    def test_that_nobody_makes_backups_is_worth_a_look(self, taken: Taken, verified: int) -> None:
        seen = findings(taken.verified[verified][1])
        assert [name for name in seen if name.startswith("backup.")] == ["backup.fresh"]
        assert (seen["backup.fresh"]["outcome"], seen["backup.fresh"]["cause"]["id"]) == ("warning", "backup-none")
        assert f"jalon apply biomaid --instance {NAME} --only backup" in seen["backup.fresh"]["remedy"]["text"]

    def test_what_serves_is_no_failure(self, taken: Taken) -> None:
        seen = findings(taken.verified[0][1])
        assert {name: seen[name]["outcome"] for name in ("service.restart", "cron.lines")} == dict.fromkeys(
            ("service.restart", "cron.lines"), "warning"
        )


class TestTakenOver:
    def test_nothing_on_the_host_changes(self, taken: Taken) -> None:
        for etc, rest in zip(taken.etc[1:3], taken.rest[1:3], strict=True):
            assert differences(taken.etc[0], etc) == {}
            assert set(rest.splitlines()) ^ set(taken.rest[0].splitlines()) == set()

    def test_it_is_judged_as_before(self, taken: Taken) -> None:
        assert taken.verified[1][0] == taken.verified[0][0]
        assert outcomes(taken.verified[1][1]) == outcomes(taken.verified[0][1])

    def test_what_somebody_wrote_is_kept(self, taken: Taken) -> None:
        changes = {(one["kind"], one["subject"]) for step in taken.planned["steps"] for one in step["changes"]}
        kept = {subject for kind, subject in changes if kind == "EditKept"}
        unit = "/etc/systemd/system/biomaid-instance@.service"
        assert kept == {f"{HOME}/biomaid/instance_settings.py", f"/etc/nginx/sites-available/{NAME}.conf", unit}
        assert ("UserCreated", NAME) not in changes
        assert not [one for one in changes if one[0] in ("RoleCreated", "DatabaseCreated", "Cloned", "AccountCreated")]
        assert not [step for step in taken.planned["steps"] if step["blocked"]]

    def test_an_undo_removes_nothing_that_was_there(self, taken: Taken) -> None:
        assert differences(taken.etc[0], taken.etc[3]) == {}
        assert set(taken.rest[3].splitlines()) ^ set(taken.rest[0].splitlines()) == set()
        assert taken.machine.fetch("/static/local/Logo%20BiomAid.png")[0] == 200


KNOWN = f'first_account_password = "{CHIEFS}"\n'


def test_a_password_that_nobody_told_is_no_failure(new_machine: Callable[..., Machine]) -> None:
    machine = new_machine(layer=typed_layer(), binds=BINDS)
    machine.sh(SERVED)
    assert "Jalon did not install biomed" in jalon(machine, "undo", "biomaid", "--yes").stderr
    assert jalon(machine, "adopt", "biomaid").returncode == 0
    login = findings(verify(machine, "--trials", "--only", "service")[1])["service.login"]
    assert login["outcome"] == "skipped" and "`first_account_password`" in login["because"]

    done = jalon(machine, "apply", "biomaid", "--yes", "--format", "json", timeout=600)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1 and events[-1]["outcome"] == "failed", "the holes of its site are left as they are"
    jalon(machine, "fix", "biomaid", "--yes", timeout=600)
    kept = machine.read(f"{STATE}/secrets.toml")
    assert f'db_password = "{PASSWORD}"' in kept and 'first_account_password = ""' in kept
    assert f"'PASSWORD': '{PASSWORD}'" in machine.read(f"{HOME}/biomaid/instance_settings.py")

    assert jalon(machine, "apply", "biomaid", "--only", "backup", "--yes").returncode == 0
    machine.write("/root/known.toml", KNOWN, mode=0o600)
    words = ("--trials", "--only", "service", "--answers", "/root/known.toml", "--instance", NAME)
    assert findings(verify(machine, *words)[1])["service.login"]["outcome"] == "passed"
    seen = findings(verify(machine)[1])
    assert seen["service.login"]["outcome"] == seen["backup.fresh"]["outcome"] == "passed"
    machine.sh(f"rm -r /var/backups/{NAME}/*")
    assert findings(verify(machine)[1])["backup.fresh"]["outcome"] == "failed", "it is Jalon's now"


VARIATIONS = f"""
set -e
cd /etc/nginx
sed -e 's#^ *root .*##' -e 's#location /static #location /static/ #' -e 's#location /media #location /media/ #' \
    -e 's#server_name .*#server_name {HOST} biomaid2.chu.example;#' sites-available/{NAME}.conf >sites-available/labo
rm sites-available/{NAME}.conf sites-enabled/{NAME}.conf
ln -s ../sites-available/labo sites-enabled/00-labo
chmod 600 {HOME}/biomaid/instance_settings.py
sed -i -e 's/^SECRET_KEY = .*/SECRET_KEY = "une-clef-du-labo-a-lui-seul-0123456789-abcdef-xyz"/' \
    -e 's/"192.0.2.44"/"biomaid2.chu.example"/' {HOME}/biomaid/instance_settings.py
sed -i 's/^ExecStart=/Restart=always\\nExecStart=/' /etc/systemd/system/biomaid-instance@.service
su {NAME} -c 'crontab -l | sed -e "s#^7 #23 #" -e "s#\\.log\\$#.log 2>\\&1#" | crontab -'
su {NAME} -c 'ln -sfn {HOME}/local_chu {HOME}/biomaid/local'
chmod 711 {HOME}
cat >/usr/local/bin/sauve-labo <<'END'
#!/bin/sh
pg_dump -Fc biomed_prod >/srv/sauvegardes/biomed.dump
END
chmod 755 /usr/local/bin/sauve-labo
echo '30 1 * * * postgres /usr/local/bin/sauve-labo' >/etc/cron.d/sauve-labo
systemctl daemon-reload
systemctl restart biomaid-instance@{NAME} nginx
"""


def test_variations_that_serve_are_no_failure(new_machine: Callable[..., Machine]) -> None:
    machine = new_machine(layer=typed_layer(), binds=BINDS)
    machine.sh(VARIATIONS)
    machine.sh(SERVED)
    status, report = verify(machine)
    wrong = {name: why for name, why in red(report).items() if not findings(report)[name]["trial"]}
    assert (wrong, status) == ({}, 0)
    seen = findings(report)
    assert seen["backup.own"]["outcome"] == "warning" and "/etc/cron.d/sauve-labo" in seen["backup.own"]["evidence"]
    assert seen["user.home"]["outcome"] == "warning"
    assert seen["service.restart"]["outcome"] == seen["cron.lines"]["outcome"] == "passed"

    done = jalon(machine, "adopt", "biomaid", "--instance", NAME, "--format", "json")
    assert done.returncode == 0, done.stderr
    answers = {one["key"]: one["value"] for one in json.loads(done.stdout)["answers"]}
    assert answers["site"] == "/etc/nginx/sites-available/labo"
    assert answers["hostnames"] == [HOST, "biomaid2.chu.example"]
    assert answers["backup_command"] == "/usr/local/bin/sauve-labo"
    planned = json.loads(jalon(machine, "plan", "biomaid", "--format", "json").stdout)
    changes = {(one["kind"], one["subject"]) for step in planned["steps"] for one in step["changes"]}
    assert ("EditKept", "/etc/nginx/sites-available/labo") in changes
    assert not [one for one in changes if one[0] in ("LinkMade", "CrontabLinesAdded")]

    assert jalon(machine, "adopt", "biomaid", "--instance", NAME).returncode == 0
    machine.sh(f"rm -rf {STATE}; systemctl disable -q --now biomaid-instance@{NAME}; rm -r /etc/nginx/sites-enabled/*")
    assert verify(machine)[1]["instance"] == NAME, "by its home alone"
    machine.sh(f"rm {HOME}/biomaid/instance_settings.py")
    done = jalon(machine, "adopt", "biomaid")
    assert (done.returncode, done.stdout) == (1, "") and "no instance of biomaid" in done.stderr


OTHERWISE = f"""
set -e
mv /etc/nginx/sites-available/labo /etc/nginx/conf.d/labo.conf
rm /etc/nginx/sites-enabled/*
systemctl restart nginx
crontab -l -u {NAME} | grep -v '^#' | sed -E 's#^(([^ ]+ +){{5}})#\\1{NAME} #' >/etc/cron.d/biomaid
crontab -r -u {NAME}
sed -i '/local.bin/d' {HOME}/.bashrc
chmod 755 {HOME}
gpasswd -d www-data {NAME}
su {NAME} -c 'mkdir ~/disk; mv ~/media ~/disk/media; ln -s ~/disk/media ~/media'
systemctl restart nginx
"""
SECURE = """
set -e
openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=x -days 9 -keyout /etc/ssl/k.pem -out /etc/ssl/c.pem 2>&1
sed -i 's#listen 80;#listen 443 ssl; ssl_certificate /etc/ssl/c.pem; ssl_certificate_key /etc/ssl/k.pem;#' \
    /etc/nginx/sites-available/labo
systemctl restart nginx
"""
PORTS = f"""
set -e
pg_dropcluster --stop 15 second 2>/dev/null || true
systemctl stop biomaid-instance@{NAME} postgresql
sed -i 's/^port = .*/port = 5433/' /etc/postgresql/15/main/postgresql.conf
systemctl start postgresql
sed -i "s/'PORT': ''/'PORT': '5433'/" {HOME}/biomaid/instance_settings.py
sed -i 's#unix:$HOME/biomaid.sock#127.0.0.1:8000#' {HOME}/biomaid/run-instance.sh
rm -f {HOME}/biomaid.sock
sed -i 's#http://unix:{HOME}/biomaid.sock#http://127.0.0.1:8000#' /etc/nginx/sites-available/labo
mv /etc/systemd/system/biomaid-instance@.service /lib/systemd/system/
systemctl daemon-reload
systemctl enable -q biomaid-instance@{NAME}
systemctl restart biomaid-instance@{NAME} nginx
"""
PREFIX = f"""
set -e
cat >/etc/nginx/sites-available/labo <<'END'
server {{
    listen 80;
    server_name {HOST} biomaid2.chu.example;
    client_max_body_size 100m;
    location /prod/static/ {{ alias {HOME}/staticfiles/; }}
    location /prod/media/ {{ alias {HOME}/media/; }}
    location /prod/ {{
        proxy_set_header Host $http_host;
        proxy_pass http://unix:{HOME}/biomaid.sock:/;
    }}
}}
END
systemctl disable -q --now biomaid-instance@{NAME}
sed 's/%i/{NAME}/g' /etc/systemd/system/biomaid-instance@.service >/etc/systemd/system/gmao.service
rm /etc/systemd/system/biomaid-instance@.service
systemctl daemon-reload
systemctl enable -q --now gmao
systemctl restart nginx
"""


def unknown(report: dict[str, Any], name: str) -> str:
    """Why a probe is unknown; empty where it is not."""
    one = findings(report)[name]
    return str(one["evidence"]) if one["outcome"] == "unknown" else ""


@pytest.fixture
def clean(new_machine: Callable[..., Machine]) -> Machine:
    """A machine of which nothing is wrong."""
    machine = new_machine(layer=typed_layer(), binds=BINDS)
    machine.sh(VARIATIONS)
    machine.sh(SERVED)
    return machine


def judged(machine: Machine, *unseen: str) -> dict[str, Any]:
    """What is found of it, before and after it is taken over: nothing wrong, and only these unknown."""
    report: dict[str, Any] = {}
    for _take in (0, 1):
        status, report = verify(machine)
        wrong = {name: why for name, why in red(report).items() if not findings(report)[name]["trial"]}
        assert set(wrong) == set(unseen) and status == 77, wrong
        assert jalon(machine, "adopt", "biomaid", "--instance", NAME).returncode == 0
    return report


def test_more_that_serves_is_no_failure(clean: Machine) -> None:
    clean.sh(OTHERWISE)
    status, report = verify(clean)
    assert ({name: why for name, why in red(report).items() if "never tried" not in why}, status) == ({}, 0)
    assert findings(report)["environment.path"]["outcome"] == "warning"
    assert "4 lines" in findings(report)["cron.lines"]["evidence"]
    assert jalon(clean, "adopt", "biomaid").returncode == 0
    planned = json.loads(jalon(clean, "plan", "biomaid", "--format", "json").stdout)
    changes = {(one["kind"], one["subject"]) for step in planned["steps"] for one in step["changes"]}
    assert not [one for one in changes if one[0] in ("CrontabLinesAdded", "LinkMade") or one[1].startswith(f"{HOME}/m")]


def test_other_ports_are_told_and_a_unit_may_lie_elsewhere(clean: Machine) -> None:
    clean.sh(PORTS)
    clean.sh(SERVED)
    report = judged(clean, "service.socket", "nginx.uploads")
    assert "127.0.0.1:8000" in unknown(report, "service.socket")
    assert "5433" in clean.read(f"{STATE}/answers.toml")


def test_a_prefix_is_the_reason_and_nothing_is_wrong(clean: Machine) -> None:
    clean.sh(PREFIX)
    clean.sh(SERVED.replace("localhost/", "localhost/prod/"))
    holes = ("nginx.settings", "nginx.traversal", "nginx.media-traversal", "nginx.media", "nginx.media-open")
    report = judged(clean, "nginx.logo", "service.page", *holes)
    assert "/prod" in unknown(report, "service.page")
    assert findings(report)["service.active"]["outcome"] == "passed"
    planned = json.loads(jalon(clean, "plan", "biomaid", "--format", "json").stdout)
    subjects = {one["subject"] for step in planned["steps"] for one in step["changes"]}
    assert not [one for one in subjects if "nginx" in one or "biomaid-instance@" in one], subjects


def test_tls_alone_is_the_reason_and_nothing_is_wrong(clean: Machine) -> None:
    clean.sh(SECURE)
    holes = ("nginx.settings", "nginx.traversal", "nginx.media-traversal", "nginx.media", "nginx.media-open")
    report = judged(clean, "nginx.port", "nginx.logo", "nginx.outside", "service.page", *holes)
    assert "TLS" in unknown(report, "nginx.port")


def test_what_lies_elsewhere_is_named_and_nothing_else_is_said(clean: Machine) -> None:
    clean.sh(f"cd {HOME}/biomaid; mkdir instance_settings; mv instance_settings.py instance_settings/__init__.py")
    done = jalon(clean, "verify", "biomaid")
    assert (done.returncode, done.stdout) == (65, "") and "instance_settings/__init__.py" in done.stderr
    clean.sh(f"systemctl stop biomaid-instance@{NAME}; usermod -d /srv/{NAME} {NAME}")
    for verb in ("verify", "adopt"):
        done = jalon(clean, verb, "biomaid")
        assert (done.returncode, done.stdout) == (65, "") and f"/srv/{NAME}" in done.stderr
    assert clean.run("test", "-e", STATE, check=False).returncode == 1
