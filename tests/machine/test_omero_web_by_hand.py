"""An OMERO.web that somebody installed by typing the walkthrough is found, judged and taken over, and left as it was.

The walkthrough's slips are corrected, as whoever got it to run has done: the quote too many in the unit, the target
that does not exist, the modules that would be older than what OMERO.web needs. What it leaves open is not.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.machine.biomaid import BINDS, findings
from tests.machine.machine import Machine
from tests.machine.omero_web import FOLDER, USER, VENV, WHEELS, jalon, packaged_layer, verify
from tests.machine.test_undo import Snapshot, differences, snapshot
from tests.standin.omero.wheels import ICE, VERSION

UNIT = f"""[Unit]
Description=OMERO.web
Requires=nginx.service
After=network.target

[Service]
User={USER}
Type=forking
PIDFile={FOLDER}/var/django.pid
Restart=no
RestartSec=10
Environment="PATH={VENV}/bin:/bin:/usr/local/bin:/bin:/usr/bin:/usr/local/sbin:/usr/sbin"
Environment="OMERODIR={FOLDER}"
ExecStart={VENV}/bin/omero web start
ExecStop={VENV}/bin/omero web stop

[Install]
WantedBy=multi-user.target
"""
WHITENOISE = '{"index": 0, "class": "whitenoise.middleware.WhiteNoiseMiddleware"}'
AS_USER = f"runuser -u {USER} -- env OMERODIR={FOLDER} PATH={VENV}/bin:/usr/bin:/bin"
TYPED = f"""
set -eu
useradd -m {USER}
mkdir -p {FOLDER}/etc/grid {FOLDER}/var/log
chown -R {USER}: {FOLDER}
python3 -m venv {VENV}
{VENV}/bin/pip install -q {WHEELS}/{ICE}
{VENV}/bin/pip install -q 'omero-web=={VERSION}'
cd {FOLDER}
{AS_USER} omero config set omero.web.application_server wsgi-tcp
{AS_USER} omero config set omero.web.prefix /images
{AS_USER} omero config set omero.web.static_url /images/static/
{AS_USER} omero config set omero.web.wsgi_workers 3
{AS_USER} omero config set omero.web.session_cookie_age 3600
{AS_USER} omero config append -- omero.web.middleware '{WHITENOISE}'
{AS_USER} omero web config nginx --http 80 --servername pictures.example.org >/etc/nginx/conf.d/omeroweb.conf
rm /etc/nginx/sites-enabled/default
systemctl restart nginx
systemctl daemon-reload
systemctl enable -q omero-web
systemctl start omero-web
for try in $(seq 60); do
    curl -so /dev/null -fH 'Host: pictures.example.org' http://localhost/images/webclient/login/ && exit
    sleep 1
done
exit 1
"""
SEE = f"""
find {FOLDER} {VENV} -not -path '*/__pycache__*' -not -path '{FOLDER}/var/*' -printf '%p %m %u:%g %s %T@\\n' | sort
systemctl show -P MainPID -P NRestarts omero-web nginx
"""


@dataclass
class Taken:
    """The machine, what was there before and after, and what was said."""

    machine: Machine
    etc: list[Snapshot] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)
    verified: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    adopted: dict[str, Any] = field(default_factory=dict)

    def see(self) -> None:
        """Notes how it is now."""
        self.etc.append(snapshot(self.machine))
        self.rest.append(self.machine.sh(SEE).stdout)


@pytest.fixture(scope="module")
def taken(machines: None) -> Iterator[Taken]:
    with Machine.up(layer=packaged_layer(), binds=BINDS) as machine:
        machine.write("/etc/systemd/system/omero-web.service", UNIT)
        machine.sh(TYPED, timeout=300)
        one = Taken(machine)
        one.see()
        one.verified.append(verify(machine))
        done = jalon(machine, "adopt", "--format", "json")
        assert done.returncode == 0, done.stderr
        one.adopted = json.loads(done.stdout)
        one.verified.append(verify(machine))
        one.see()
        yield one


def test_its_answers_are_those_that_were_typed(taken: Taken) -> None:
    answers = {one["key"]: one["value"] for one in taken.adopted["answers"] if not one["secret"]}
    told = {
        "user": USER,
        "omerodir": FOLDER,
        "venv": VENV,
        "prefix": "/images",
        "http_port": 80,
        "app_port": 4080,
        "server_name": "pictures.example.org",
        "site": "/etc/nginx/conf.d/omeroweb.conf",
        "workers": 3,
        "session_engine": "files",
        "session_cookie_age": 3600,
        "nginx_here": True,
    }
    assert {key: answers[key] for key in told} == told


@pytest.mark.parametrize("when", [0, 1], ids=["found", "adopted"])
def test_what_it_leaves_open_is_told_and_the_rest_is_green(taken: Taken, when: int) -> None:
    seen = findings(taken.verified[when][1])
    red = {name: (one["cause"] or {}).get("id") for name, one in seen.items() if one["outcome"] == "failed"}
    assert red == {"configuration.mode": "entry-too-open"}
    # Below a prefix, what the walkthrough's own site leaves at the address above it is nginx's welcome.
    assert (seen["nginx.welcome"]["cause"] or {}).get("id") == "welcome-above-prefix"
    assert seen["configuration.mode"]["remedy"]["commands"]
    green = ("environment.ice", "environment.modules", "configuration.properties", "configuration.middleware")
    served = ("nginx.port", "nginx.static", "service.active", "service.workers", "service.direct", "service.page")
    assert {seen[name]["outcome"] for name in (*green, *served)} == {"passed"}
    # It dies for good, and its sessions are cleared by nobody: the walkthrough leaves both to who reads on.
    assert seen["service.restart"]["outcome"] == "warning"
    assert seen["maintenance.cron"]["outcome"] in ("skipped", "failed")


def test_nothing_of_it_was_changed(taken: Taken) -> None:
    assert differences(taken.etc[0], taken.etc[-1]) == {}
    assert taken.rest[0] == taken.rest[-1]


def test_only_the_workers_of_the_walkthrough_itself_are_five(taken: Taken) -> None:
    """What is not set counts as OMERO.web has it: Jalon's own default must not turn it red."""
    machine = taken.machine
    machine.sh(f"cd {FOLDER}; {AS_USER} omero config set omero.web.wsgi_workers; systemctl restart omero-web; sleep 3")
    machine.run("rm", "-rf", "/var/lib/jalon/omero-web")
    seen = findings(verify(machine)[1])
    assert seen["service.workers"]["outcome"] == "passed", seen["service.workers"]["evidence"]
