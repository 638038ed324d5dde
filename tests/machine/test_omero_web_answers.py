"""Every option of OMERO.web's document is settable later: what depends on it changes, what must be is restarted, and
nothing else. Each row of a table is one `apply`, and the rows of a table follow each other on one machine."""

from __future__ import annotations

import hashlib
import json
import subprocess
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.machine.biomaid import BINDS, changes, red
from tests.machine.machine import Machine
from tests.machine.omero_web import ANSWERS, FOLDER, USER, VENV, WHEELS, apply, jalon, packaged_layer, verify
from tests.machine.test_secrets import SAMPLER
from tests.machine.test_undo import differences, snapshot
from tests.standin.omero.wheels import ICE, NEWER, VERSION
from wizard.answers.questions import toml_value
from wizard.base.values import Value
from wizard.guides.omero_web.names import WHITENOISE

UNIT = "omero-web.service"
SITE, LINK = "/etc/nginx/sites-available/omeroweb", "/etc/nginx/sites-enabled/omeroweb"
OTHER_SITE, OTHER_LINK = "/etc/nginx/sites-available/images", "/etc/nginx/sites-enabled/images"
ELSEWHERE = f"{FOLDER}/nginx.conf"
OTHER_FOLDER, OTHER_VENV, OTHER_USER = "/opt/omero/web/autre", "/opt/omero/web/venv4", "images"
LATER = "/root/later.toml"
CORE, OTHER_CORE = "Qz7PUBLICwk", "Qz8PUBLICwk"
SECRET, OTHER_SECRET = f"a'\"{CORE}%$é", f"b{OTHER_CORE} c"
STATE = "/var/lib/jalon/omero-web/default"
# Where, beside the application's own configuration, either password stands, in the journal of systemd too.
HOLDING = (
    f"grep -rlaE '{CORE}|{OTHER_CORE}' /root /etc /tmp /var/log /var/lib/jalon /home | sort;"
    f" journalctl -o cat | grep -E '{CORE}|{OTHER_CORE}'"
)
CORS = (
    'PropertyListed omero.web.middleware {"index": 0.5, "class": "corsheaders.middleware.CorsMiddleware"}',
    'PropertyListed omero.web.middleware {"index": 10, "class": "corsheaders.middleware.CorsPostCsrfMiddleware"}',
)
RESTART, NGINX = f"UnitRestarted {UNIT}", "UnitRestarted nginx.service"
STATICS = f"OmeroStaticsCollected {FOLDER}/var/static"
UNIT_FILE = (f"FileWritten /etc/systemd/system/{UNIT}", f"ManagerReloaded {UNIT}")
PUBLIC = ("public.enabled", "public.user", "public.password", "public.url_filter")
REPLACED = (f"CrontabLinesRemoved {USER}", f"CrontabLinesAdded {USER}")
# A page by itself, of nginx or of the application; and its status where that is what counts.
PAGE, STATUS = "curl -sS", "curl -so /dev/null -w '%{http_code} '"
HERE, DIRECT = "http://localhost", "http://127.0.0.1:4080"
LOGIN = "webclient/login/"
PID = f"$(systemctl show -P MainPID {UNIT})"
COMMAND = f"tr '\\0' ' ' </proc/{PID}/cmdline"
COOKIE = f"{PAGE} -D - -o /dev/null {HERE}/{LOGIN} | grep -io '^set-cookie.*'"
ALLOWED = f"{PAGE} -o /dev/null -D - -H 'Origin: https://www.example.org'"
# Whether a page that begins a session leaves one more in a Redis's database.
LEFT = f"redis-cli -n %d flushdb >/dev/null; {PAGE} -o /dev/null %s/{LOGIN}; redis-cli -n %d dbsize"
CONFIG = f"runuser -u {USER} -- env OMERODIR={FOLDER} {VENV}/bin/omero config"
MOVED = ("", "/etc", "/etc/templates", "/etc/templates/error", "/var", "/var/log", "/etc/grid")


MAINTENANCE = "/etc/templates/error/maintainance.html"


def digest(secret: str) -> str:
    """What the stand-in shows of the public user's password."""
    return hashlib.sha256(secret.encode()).hexdigest()


def set_(*keys: str) -> tuple[str, ...]:
    """The change of each property."""
    return tuple(f"PropertySet omero.web.{key}" for key in keys)


class Row(Value):
    """The answers that change, the changes that this makes, a script that looks, and what it must print and must not.
    `secret`: the public user's password, by an answers file; `before`: what a person does beforehand."""

    name: str
    words: tuple[str, ...]
    done: tuple[str, ...]
    look: str
    shows: tuple[str, ...]
    hides: tuple[str, ...] = ()
    secret: str = ""
    before: str = ""

    def holds(self, look: str) -> bool:
        """Whether that is what it must print."""
        return all(one in look for one in self.shows) and not any(one in look for one in self.hides)


# What each machine begins with, beside the stand-in's answers.
BEGINS: tuple[tuple[str, ...], ...] = (
    (),
    (
        *("session_engine=redis", "cors_origins=https://www.example.org"),
        *("prefix=/omero", "apps=figure,iviewer", "login_logo=https://www.example.org/logo.png"),
    ),
)
HOW = (
    Row(
        "workers and wsgi_args",
        ("workers=5", "wsgi_args=--timeout 77"),
        (*set_("wsgi_workers", "wsgi_args"), RESTART),
        f"{COMMAND}; pgrep -c -P {PID}",
        ("--timeout 77 ", "5\n"),
    ),
    Row(
        "an app",
        ("apps=figure",),
        (f"ModulesInstalled {VENV} omero-figure", 'PropertyListed omero.web.apps "omero_figure"', STATICS, RESTART),
        f"{PAGE} {HERE}/figure/; {STATUS} {HERE}/static/omero_figure/image/logo.png -o /dev/null {HERE}/iviewer/",
        ("OMERO.figure", "200 404 "),
    ),
    Row(
        "two apps",
        ("apps=figure,omero-iviewer",),
        (f"ModulesInstalled {VENV} omero-iviewer", 'PropertyListed omero.web.apps "omero_iviewer"', STATICS, RESTART),
        f"{PAGE} {HERE}/figure/ {HERE}/iviewer/; {STATUS} {HERE}/static/omero_iviewer/image/logo.png",
        ("OMERO.figure", "OMERO.iviewer", "200 "),
    ),
    Row(
        "an app less",
        ("apps=figure",),
        ('PropertyListed omero.web.apps "omero_iviewer"', RESTART),
        f"{PAGE} {HERE}/figure/; {STATUS} {HERE}/iviewer/",
        ("OMERO.figure", "404 "),
    ),
    Row(
        "an app that a person appends stays",
        (),
        (RESTART,),
        f"{PAGE} {HERE}/figure/ {HERE}/iviewer/",
        ("OMERO.figure", "OMERO.iviewer"),
        before=f"{CONFIG} append omero.web.apps '\"omero_iviewer\"'",
    ),
    Row(
        "public_user",
        ("public_user=visiteur",),
        (*set_(*PUBLIC), RESTART),
        f"{PAGE} {HERE}/webgateway/",
        (f"visiteur {digest(SECRET)}",),
        secret=SECRET,
    ),
    Row(
        "public_password",
        (),
        (*set_("public.password"), RESTART),
        f"{PAGE} {HERE}/webgateway/",
        (f"visiteur {digest(OTHER_SECRET)}",),
        secret=OTHER_SECRET,
    ),
    Row(
        "login_logo and index_template",
        ("login_logo=https://www.example.org/logo.png", "index_template=figure/index.html"),
        (*set_("login_logo", "index_template"), RESTART),
        f"{STATUS} -L {HERE}/; {PAGE} -L {HERE}/ {HERE}/{LOGIN}",
        ("200 ", "figure/index.html", 'src="https://www.example.org/logo.png"'),
    ),
    Row(
        "session_expire_at_browser_close",
        ("session_expire_at_browser_close=false",),
        (*set_("session_expire_at_browser_close"), RESTART),
        COOKIE,
        ("Max-Age=86400;",),
    ),
    Row(
        "session_cookie_age",
        ("session_cookie_age=3600",),
        (*set_("session_cookie_age"), RESTART),
        COOKIE,
        ("Max-Age=3600;",),
    ),
    Row("debug", ("debug=true",), (*set_("debug"), RESTART), f"{PAGE} {HERE}/nulle-part", ("DEBUG = True",)),
    Row(
        "omero_server",
        ("omero_server=omero.example.org",),
        (*set_("server_list"), RESTART),
        f"{PAGE} {HERE}/{LOGIN}",
        ("omero.example.org:4064",),
        ("localhost:4064",),
    ),
    Row(
        "server_name",
        ("server_name=images.example.org",),
        (f"FileWritten {SITE}", NGINX),
        f"nginx -T 2>&1 | grep server_name; {STATUS} -H 'Host: images.example.org' {HERE}/{LOGIN}",
        ('"images.example.org"', "200 "),
        ('"localhost"',),
    ),
    Row(
        "http_port",
        ("http_port=8088",),
        (f"FileWritten {SITE}", NGINX),
        f"{STATUS} {HERE}:8088/{LOGIN} -o /dev/null {HERE}:80/{LOGIN}",
        ("200 000 ",),
    ),
    Row(
        "app_port",
        ("app_port=4090",),
        (*set_("application_server.port"), f"FileWritten {SITE}", NGINX, RESTART),
        f"{STATUS} {HERE}:8088/{LOGIN} -o /dev/null {HERE}:4090/{LOGIN} -o /dev/null {DIRECT}/{LOGIN}",
        ("200 200 000 ",),
    ),
    Row(
        "app_host",
        ("app_host=0.0.0.0",),
        (*set_("application_server.host"), RESTART),
        "ss -Hltn sport = :4090",
        ("0.0.0.0:4090",),
    ),
    Row(
        "version",
        (f"version=>={NEWER}",),
        (f"ModulesInstalled {VENV} omero-web>={NEWER}", STATICS, RESTART),
        f"{PAGE} {HERE}:8088/{LOGIN}",
        (f"OMERO.web {NEWER}",),
    ),
    Row(
        "all of these back",
        (
            *("workers=4", "wsgi_args=", "public_user=", "login_logo=", "index_template=", "debug=false"),
            *("session_expire_at_browser_close=true", "session_cookie_age=86400", "omero_server=localhost"),
            *("server_name=localhost", "http_port=80", "app_port=4080", "app_host=127.0.0.1", f"version==={VERSION}"),
        ),
        (
            f"ModulesInstalled {VENV} omero-web=={VERSION}",
            *set_("application_server.host", "application_server.port", "server_list"),
            *set_("session_expire_at_browser_close", "session_cookie_age", "wsgi_workers", "wsgi_args", "debug"),
            *set_("login_logo", "index_template", *PUBLIC),
            *(STATICS, f"FileWritten {SITE}", NGINX, RESTART),
        ),
        f"{STATUS} {HERE}/ -o /dev/null {HERE}:8088/ -o /dev/null {HERE}:4090/; {COMMAND}; {PAGE} {HERE}/{LOGIN};"
        f" {CONFIG} get",
        ("302 000 000 ", "--workers 4 --threads 5 omeroweb.wsgi", "localhost:4064", f"OMERO.web {VERSION}"),
        ("public", "logo=", "index_template", "debug"),
    ),
)
WHERE = (
    Row(
        "login_logo",
        ("login_logo=",),
        (*set_("login_logo"), RESTART),
        f"{PAGE} {HERE}/omero/{LOGIN}",
        ('src="/omero/static/webclient',),
    ),
    Row(
        "redis_url",
        ("redis_url=redis://127.0.0.1:6379/3",),
        (*set_("caches"), RESTART),
        LEFT % (3, f"{HERE}/omero", 3),
        ("1",),
    ),
    Row(
        "session_engine",
        ("session_engine=files",),
        (*set_("session_engine", "caches"), *UNIT_FILE, RESTART),
        f"{LEFT % (3, f'{HERE}/omero', 3)}; systemctl show -P After {UNIT}",
        ("0",),
        ("redis",),
    ),
    Row(
        "cors_origins",
        ("cors_origins=",),
        (*set_("cors_origin_whitelist"), *CORS, RESTART),
        f"{ALLOWED} {HERE}/omero/{LOGIN}",
        ("200 OK",),
        ("Access-Control",),
    ),
    Row(
        "prefix",
        ("prefix=",),
        (*set_("prefix", "static_url"), STATICS, f"FileWritten {SITE}", NGINX, RESTART),
        f"{STATUS} {HERE}/{LOGIN} -o /dev/null {HERE}/omero/{LOGIN}; {PAGE} {HERE}/{LOGIN}",
        ("200 404 ", 'src="/static/webclient'),
    ),
    Row(
        "what a person sets stays",
        (),
        (RESTART,),
        f"{PAGE} {HERE}/{LOGIN}; {CONFIG} get",
        ('src="https://autre.example.org/logo.png"', "omero.web.ping_interval=1000"),
        before=f"{CONFIG} set omero.web.login_logo https://autre.example.org/logo.png;"
        f" {CONFIG} set omero.web.ping_interval 1000",
    ),
    Row(
        "nginx elsewhere",
        ("nginx_here=false",),
        (
            *set_("application_server.host"),
            *(f"FileWritten {ELSEWHERE}", f"FileRemoved {LINK}", f"FileRemoved {SITE}", NGINX),
            *(*UNIT_FILE, RESTART),
        ),
        f"{STATUS} {HERE}/; ss -Hltn sport = :4080; {STATUS} http://$(hostname -I | cut -d ' ' -f 1):4080/{LOGIN};"
        f" systemctl is-active nginx; systemctl show -P Wants {UNIT}; ls {ELSEWHERE}",
        ("000 ", "0.0.0.0:4080", "200 ", "active\n", ELSEWHERE),
        ("nginx.service",),
    ),
    Row(
        "nginx here again",
        ("nginx_here=true",),
        (
            *set_("application_server.host"),
            *(f"FileRemoved {ELSEWHERE}", f"FileWritten {SITE}", f"LinkMade {LINK}", NGINX),
            *(*UNIT_FILE, RESTART),
        ),
        f"{STATUS} {HERE}/{LOGIN}; ss -Hltn sport = :4080; systemctl show -P Wants {UNIT}",
        ("200 ", "127.0.0.1:4080", "nginx.service"),
    ),
    Row(
        "site",
        (f"site={OTHER_SITE}",),
        (f"FileRemoved {LINK}", f"FileRemoved {SITE}", f"FileWritten {OTHER_SITE}", f"LinkMade {OTHER_LINK}", NGINX),
        f"{STATUS} {HERE}/{LOGIN}; ls /etc/nginx/sites-available /etc/nginx/sites-enabled",
        ("200 ", "images"),
        ("omeroweb",),
    ),
    Row(
        "venv",
        (f"venv={OTHER_VENV}",),
        (
            f"VenvMade {OTHER_VENV}",
            f"ModulesInstalled {OTHER_VENV} {WHEELS}/{ICE}",
            f"ModulesInstalled {OTHER_VENV} omero-web=={VERSION} omero-figure omero-iviewer",
            *(*UNIT_FILE, RESTART, *REPLACED),
        ),
        f"{COMMAND}; ls {VENV}/bin/omero; crontab -l -u {USER}",
        (f"{OTHER_VENV}/bin/gunicorn", f"{VENV}/bin/omero\n", f"{OTHER_VENV}/bin/omero web clearsessions"),
        (f"{VENV}/bin/omero web",),
    ),
    Row(
        "omerodir",
        (f"omerodir={OTHER_FOLDER}",),
        (
            *(f"DirectoryMade {OTHER_FOLDER}{name}" for name in MOVED),
            *set_("application_server", "wsgi_workers"),
            f"PropertyListed omero.web.middleware {WHITENOISE}",
            *(f'PropertyListed omero.web.apps "omero_{name}"' for name in ("figure", "iviewer")),
            f"OmeroStaticsCollected {OTHER_FOLDER}/var/static",
            f"FileWritten {OTHER_FOLDER}{MAINTENANCE}",
            f"FileRemoved {FOLDER}{MAINTENANCE}",
            *(f"FileWritten {OTHER_SITE}", NGINX, *UNIT_FILE, RESTART, *REPLACED),
        ),
        # What people made in the old folder, and its logs, stay where they are.
        f"{COMMAND}; {PAGE} {HERE}/{LOGIN}; {CONFIG} get; ls {FOLDER}/var/log; crontab -l -u {USER}",
        (f"{OTHER_FOLDER}/var/django.pid", "omero.web.ping_interval=1000", "OMEROweb.log", f"OMERODIR={OTHER_FOLDER}"),
        ('autre.example.org/logo.png"', f"OMERODIR={FOLDER} "),
    ),
    Row(
        "user",
        (f"user={OTHER_USER}",),
        (
            *(f"UserCreated {OTHER_USER}", f"ModeSet /home/{OTHER_USER}", f"DirectoryHandedOver {OTHER_FOLDER}"),
            f"OmeroStaticsCollected {OTHER_FOLDER}/var/static",
            *(*UNIT_FILE, RESTART, f"CrontabLinesRemoved {USER}", f"CrontabLinesAdded {OTHER_USER}"),
        ),
        f"ps -o user= -p {PID}; find {OTHER_FOLDER} ! -user {OTHER_USER}; crontab -l -u {USER} 2>&1",
        (f"{OTHER_USER}\n", "no crontab"),
        (OTHER_FOLDER,),
    ),
    Row(
        "where it lay before",
        (f"user={USER}", f"omerodir={FOLDER}", f"venv={VENV}", f"site={SITE}"),
        (
            f"OmeroStaticsCollected {FOLDER}/var/static",
            f"FileWritten {FOLDER}{MAINTENANCE}",
            *(f"FileRemoved {OTHER_FOLDER}{MAINTENANCE}", f"FileRemoved {OTHER_LINK}", f"FileRemoved {OTHER_SITE}"),
            *(f"FileWritten {SITE}", f"LinkMade {LINK}", NGINX, *UNIT_FILE, RESTART),
            *(f"CrontabLinesRemoved {OTHER_USER}", f"CrontabLinesAdded {USER}"),
        ),
        f"ps -o user= -p {PID}; {COMMAND}; {PAGE} {HERE}/{LOGIN}; crontab -l -u {USER}",
        ("omero-w", f"{VENV}/bin/gunicorn", f"{FOLDER}/var/django.pid", "autre.example.org", f"OMERODIR={FOLDER}"),
    ),
)


every = pytest.mark.parametrize("row", (*HOW, *WHERE), ids=lambda row: row.name.replace(" ", "-"))


@dataclass
class Seen:
    """What an apply with changed answers did, what was seen then, and what a verification and another apply said."""

    done: list[str]
    look: str
    verified: tuple[int, dict[str, str]]
    again: list[str]


@dataclass(repr=False)
class Walk:
    """What was seen on one machine, row by row; of the secrets; and what differed in /etc after the undo in the end."""

    rows: dict[str, Seen] = field(default_factory=dict)
    sampled: dict[str, Any] = field(default_factory=dict)
    holding: str = ""
    undone: int = -1
    left: dict[str, Any] = field(default_factory=dict)


def _see(machine: Machine, row: Row) -> Seen:
    words = [word for one in row.words for word in ("--set", one)]
    if row.secret:
        machine.write(LATER, f"public_password = {toml_value(row.secret)}\n", mode=0o600)
        words += ["--answers", LATER]
    machine.sh(row.before or ":")
    done = changes(apply(machine, *words))
    # gunicorn brings its workers up one by one.
    for _again in range(10):
        look = machine.sh(row.look, check=False).stdout
        if row.holds(look):
            break
        time.sleep(0.5)
    status, report = verify(machine)
    return Seen(done, look, (status, red(report)), changes(apply(machine)))


def _walk(machine: Machine, begins: Sequence[str], rows: Sequence[Row]) -> Walk:
    seen, before = Walk(), snapshot(machine)
    apply(machine, "--answers", ANSWERS, *(word for one in begins for word in ("--set", one)))
    words = ("python3", "-c", SAMPLER, f"{CORE},{OTHER_CORE}")
    secrets = [row for row in rows if row.secret]
    for row in rows:
        if row in secrets[:1]:
            sampler = machine.popen(*words, stdout=subprocess.PIPE)
        seen.rows[row.name] = _see(machine, row)
        if row in secrets[-1:]:
            machine.run("touch", "/run/sampled")
            seen.sampled = json.loads(sampler.communicate(timeout=60)[0])
            seen.holding = machine.sh(HOLDING, check=False).stdout
    seen.undone = jalon(machine, "undo", "--yes").returncode
    seen.left = differences(before, snapshot(machine))
    return seen


@pytest.fixture(scope="module")
def walks(machines: None) -> Iterator[tuple[Walk, ...]]:
    layer = packaged_layer()
    # Most of the time is spent waiting for a service to come back: two machines wait side by side.
    with (
        Machine.up(layer=layer, binds=BINDS) as one,
        Machine.up(layer=layer, binds=BINDS) as other,
        ThreadPoolExecutor() as pool,
    ):
        yield tuple(pool.map(_walk, (one, other), BEGINS, (HOW, WHERE)))


@pytest.fixture(scope="module")
def seen(walks: tuple[Walk, ...]) -> dict[str, Seen]:
    return {name: one for walk in walks for name, one in walk.rows.items()}


@every
def test_what_depends_on_it_changes_and_nothing_else(seen: dict[str, Seen], row: Row) -> None:
    assert seen[row.name].done == list(row.done)


@every
def test_it_takes_effect(seen: dict[str, Seen], row: Row) -> None:
    assert row.holds(seen[row.name].look), seen[row.name].look


def test_afterwards_nothing_is_red_and_another_apply_changes_nothing(seen: dict[str, Seen]) -> None:
    assert {name: one.verified for name, one in seen.items() if one.verified != (0, {})} == {}
    assert {name: one.again for name, one in seen.items() if one.again} == {}


def test_the_public_password_is_on_no_command_line_and_in_no_log(walks: tuple[Walk, ...]) -> None:
    how = walks[0]
    assert how.sampled["rounds"] > 50
    assert (how.sampled["shown"], how.sampled["given"]) == ([], [])
    assert any("config set -f - omero.web.public.password" in words for words in how.sampled["seen"])
    assert how.holding.split() == [LATER, f"{STATE}/secrets.toml"]


def test_after_all_of_it_an_undo_leaves_etc_as_with_the_packages_alone(walks: tuple[Walk, ...]) -> None:
    assert [(walk.undone, walk.left) for walk in walks] == [(0, {})] * 2
