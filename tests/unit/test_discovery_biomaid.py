"""What a host tells of an instance of BiomAid that somebody installed by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.unit.probes.fake import fake
from wizard.answers.found import Found
from wizard.base.values import replace
from wizard.guides.biomaid import backups
from wizard.guides.biomaid.discovery import discover
from wizard.host.crontab import Crontab, SystemJob, SystemJobs
from wizard.host.environments import Environment, EnvironmentAt, poetry_folder
from wizard.host.facts import Facts
from wizard.host.files import Content, Entry, EntryAt, Listing
from wizard.host.git import Checkout, CheckoutAt
from wizard.host.nginx import Listen, Server, Servers
from wizard.host.postgresql import DatabaseState, Inside
from wizard.host.processes import Process
from wizard.host.reading import Unknown
from wizard.host.sockets import Listener, Listeners
from wizard.host.timers import TimerJobs
from wizard.host.units import Unit, UnitsLike, UnitState
from wizard.host.users import Account, User

HOME = "/home/labo"
CODE = f"{HOME}/biomaid"
SETTINGS = f"{CODE}/instance_settings.py"
SITE = "/etc/nginx/sites-enabled/site"
SOCKET = f"{HOME}/biomaid.sock"
DATABASES = """
DATABASES = {'default': {
    'ENGINE': 'django.db.backends.postgresql_psycopg2',
    'NAME': 'base', 'USER': 'role', 'PASSWORD': 'secret', 'HOST': '', 'PORT': '5433',
}}
"""
TEXT = f"""
DEFAULT_DOMAIN = 'http://labo.example'
ALLOWED_HOSTS = ['localhost', '127.0.0.1', 'labo.example', '.example.org']
DEBUG = True
SECRET_KEY = 'a-key'
EMAIL_PORT = 25
STATIC_ROOT = '../static'
{DATABASES}
"""
PLAIN = Listen(8080)


def server(*locations: str, file: str = SITE, listen: Listen = PLAIN, target: str = SOCKET) -> Server:
    sockets = (target,) if target.startswith("/") else ()
    return Server(file, (listen,), ("labo.example", "_"), sockets, tuple((one, target) for one in locations or ("/",)))


OURS = server()
HOST: Mapping[Any, Any] = {
    UnitsLike("biomaid-instance@*.service"): ("biomaid-instance@labo.service",),
    Account("labo"): User(1001, HOME, "/bin/bash", "", ("labo",)),
    Content(SETTINGS): TEXT.encode(),
    Servers(): (OURS,),
    EntryAt(SITE): Entry("link", target="../sites-available/site"),
    CheckoutAt(CODE): Checkout("c" * 40, "", "https://h/r.git", tags=("v1",)),
    EntryAt(f"{CODE}/local"): Entry("link", target=f"{HOME}/local_x/"),
    Inside("base", 5433, "common_user"): DatabaseState(superusers=("anne", "zoe")),
}


def found(more: Mapping[Any, Any] | None = None) -> Found:
    (one,) = discover(fake({**HOST, **(more or {})}))
    return one


def settings(text: str) -> Found:
    return found({Content(SETTINGS): text.encode()})


def test_all_of_it() -> None:
    one = found()
    assert one.name == "labo"
    assert one.answers == {
        "instance": "labo",
        "domain": "http://labo.example",
        "debug": True,
        "email_port": 25,
        "db_name": "base",
        "db_user": "role",
        "db_host": "localhost",
        "db_port": "5433",
        "static_folder": "static",
        "site": "/etc/nginx/sites-available/site",
        "http_port": 8080,
        "hostnames": ("labo.example",),
        "source": "https://h/r.git",
        "revision": "v1",
        "local_name": "local_x",
        "first_account": "anne",
    }
    assert one.secrets == {"secret_key": "a-key", "db_password": "secret", "first_account_password": ""}
    assert set(one.undetected) == {"first_account_password"}
    assert one.detected["db_name"].where == SETTINGS


def test_a_name_that_another_site_serves_is_not_taken_from_settings() -> None:
    """They are their user's, who would have the other one's visitors."""
    other = Server("/etc/nginx/sites-enabled/other", (Listen(80),), ("Other.example",), (), (("/", "127.0.0.1:9"),))
    text = TEXT.replace("'labo.example', ", "'labo.example', 'other.example', 'new.example', ")
    one = found({Servers(): (OURS, other), Content(SETTINGS): text.encode()})
    assert one.answers["hostnames"] == ("labo.example", "new.example")
    stolen = "ALLOWED_HOSTS = ['other.example']" + DATABASES
    one = found({Servers(): (other,), Content(SETTINGS): stolen.encode()})
    assert one.answers["hostnames"] == ("localhost",)


def test_a_front_of_its_own_is_no_other_site() -> None:
    inner = Server(SITE, (PLAIN,), ("_",), (SOCKET,), (("/", SOCKET),))
    front = Server("/etc/nginx/front", (Listen(80),), ("labo.example",), (), (("/", "127.0.0.1:8080"),))
    leads = Server(SITE, (Listen(80),), ("labo.example",))
    for first in (front, leads):
        assert found({Servers(): (first, inner)}).answers["hostnames"] == ("labo.example",)


class TestWho:
    NOTHING: Mapping[Any, Any] = {UnitsLike("biomaid-instance@*.service"): (), Servers(): ()}

    def test_by_its_site_alone(self) -> None:
        assert found({**self.NOTHING, Servers(): (OURS,)}).name == "labo"

    def test_by_its_home_alone(self) -> None:
        homes = {Listing("/home"): ("labo", "jeanne"), EntryAt(SETTINGS): Entry()}
        assert found({**self.NOTHING, **homes}).name == "labo"

    def test_a_developers_checkout_is_none(self) -> None:
        lite = b"DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'db'}}"
        homes = {Listing("/home"): ("labo",), EntryAt(SETTINGS): Entry(), Content(SETTINGS): lite}
        assert discover(fake({**HOST, **self.NOTHING, **homes})) == []

    def test_a_unit_without_an_account_is_none(self) -> None:
        assert discover(fake({**HOST, Account("labo"): None})) == []

    def test_nothing_is_found_on_a_bare_host(self) -> None:
        assert discover(fake()) == []

    def test_several_each_by_name(self) -> None:
        units = {
            UnitsLike("biomaid-instance@*.service"): ("biomaid-instance@labo.service", "biomaid-instance@b.service")
        }
        account = {Account("b"): User(1002, "/home/b", "/bin/bash", "", ("b",))}
        assert [one.name for one in discover(fake({**HOST, **units, **account}))] == ["b", "labo"]


class TestSettings:
    def test_what_is_computed_is_not_run(self) -> None:
        one = settings("import os\n" + DATABASES.replace("'secret'", "os.environ['X']") + "SECRET_KEY = os.urandom(9)")
        assert (one.answers["db_name"], one.secrets["db_password"]) == ("base", "")
        assert "secret_key" not in one.secrets, "one is made when it is needed"
        assert {"db_password", "secret_key"} <= set(one.undetected)

    def test_what_only_root_may_read_says_so(self) -> None:
        one = found({Content(SETTINGS): Unknown("closed", needs="root")})
        assert {one.undetected[key] for key in ("db_name", "db_password", "secret_key", "debug")} == {"closed"}
        assert (one.answers["http_port"], one.answers["hostnames"]) == (8080, ("labo.example",))

    def test_a_file_that_is_no_python(self) -> None:
        assert "line 1" in settings("DATABASES = {").undetected["db_name"]

    def test_another_database_is_not_taken_for_this_one(self) -> None:
        one = settings("DATABASES = {'default': {'ENGINE': 'django.db.backends.mysql', 'NAME': 'x'}}")
        assert "db_name" not in one.answers and "no database of PostgreSQL" in one.undetected["db_name"]

    def test_a_database_elsewhere_is_kept_as_it_is(self) -> None:
        assert settings(TEXT.replace("'HOST': ''", "'HOST': 'db.example'")).answers["db_host"] == "db.example"

    def test_the_folder_of_a_socket_is_this_machine(self) -> None:
        there = settings(TEXT.replace("'HOST': ''", "'HOST': '/var/run/postgresql'"))
        assert there.answers.get("db_host") == found().answers.get("db_host")

    def test_an_answer_that_cannot_be_one_keeps_its_default(self) -> None:
        one = settings(TEXT.replace("'http://labo.example'", "'labo'"))
        assert "domain" not in one.answers and "labo stands in" in one.undetected["domain"]

    def test_names_are_those_of_the_site_and_of_the_settings(self) -> None:
        assert settings(TEXT.replace("'.example.org'", "'192.0.2.9'")).answers["hostnames"] == (
            "labo.example",
            "192.0.2.9",
        )

    def test_statics_elsewhere_are_said(self) -> None:
        assert "/srv/static" in settings(TEXT.replace("'../static'", "'/srv/static'")).undetected["static_folder"]


class TestSite:
    def test_localhost_leads_to_another_site(self) -> None:
        other = Server("/etc/nginx/conf.d/other.conf", (Listen(8080, default=True),), ("other",))
        assert found({Servers(): (OURS, other)}).answers["asked_as"] == "labo.example"

    def test_localhost_that_django_refuses(self) -> None:
        assert settings(TEXT.replace("'localhost', ", "")).answers["asked_as"] == "labo.example"

    def test_with_tls_alone_it_is_said(self) -> None:
        one = found({Servers(): (server(listen=Listen(443, tls=True)),)})
        assert "http_port" not in one.answers and one.unsupported == {"tls": SITE}

    def test_a_file_that_is_no_link_is_itself(self) -> None:
        file = "/etc/nginx/conf.d/labo.conf"
        assert found({Servers(): (server(file=file),)}).answers["site"] == file


class TestBeyond:
    """What no answer can say is told all the same."""

    @pytest.mark.parametrize(
        ("locations", "prefix"),
        [
            (("/",), ""),
            (("/prod/",), "/prod"),
            (("^~ /prod",), "/prod"),
            (("/prod/", "= /prod/admin/"), "/prod"),
            (("/prod/", "/"), ""),
            (("@application",), ""),
            (("~ ^/(prod|test)/",), ""),
        ],
    )
    def test_a_prefix_in_nginx(self, locations: tuple[str, ...], prefix: str) -> None:
        assert found({Servers(): (server(*locations),)}).unsupported == ({"prefix": prefix} if prefix else {})

    def test_that_of_another_instance_is_not_this_ones(self) -> None:
        both = replace(OURS, proxied=(("/", SOCKET), ("/test/", "/home/b/biomaid.sock")))
        assert found({Servers(): (both,)}).unsupported == {}

    def test_a_prefix_in_the_settings(self) -> None:
        assert settings(TEXT + "FORCE_SCRIPT_NAME = '/prod/'").unsupported == {"prefix": "/prod"}
        assert settings(TEXT + "FORCE_SCRIPT_NAME = None").unsupported == {}

    def test_gunicorn_on_a_port(self) -> None:
        there = {Servers(): (server(target="127.0.0.1:8000"),)}
        ours = {Listeners(): (Listener("127.0.0.1", 8000, "gunicorn", 7, "labo"),)}
        one = found({**there, **ours})
        assert (one.unsupported, one.answers["http_port"]) == ({"tcp": "127.0.0.1:8000"}, 8080)
        others = {Listeners(): (Listener("127.0.0.1", 8000, "gunicorn", 7, "b"),)}
        assert found({**there, **others}).unsupported == {}

    def test_a_home_elsewhere(self) -> None:
        elsewhere = {Account("labo"): User(1001, "/srv/labo", "/bin/bash", "", ("labo",))}
        assert "/srv/labo" in found(elsewhere).closed and not found().closed

    def test_settings_that_are_a_package(self) -> None:
        package = f"{CODE}/instance_settings/__init__.py"
        assert package in found({Content(SETTINGS): None, EntryAt(package): Entry()}).closed


class TestService:
    def test_workers_as_configured_before_those_that_run(self) -> None:
        master = Process(1, "labo", (), ("python", "/x/gunicorn"))
        workers = [Process(pid, "labo", (), ("python", "/x/gunicorn"), parent=1) for pid in (2, 3, 4)]
        running = {Unit("biomaid-instance@labo.service"): UnitState(processes=(master, *workers))}
        assert found(running).answers["workers"] == 3
        config = {Content(f"{CODE}/instance_config.toml"): b"[gunicorn_settings]\nworkers = 6\n"}
        assert found({**running, **config}).answers["workers"] == 6

    @pytest.mark.parametrize(
        ("command", "folder", "user", "running", "theirs"),
        [
            ("/bin/sh biomaid/run-instance.sh", HOME, "", "", True),
            (f"{HOME}/venv/bin/gunicorn dra.wsgi", "", "", "", True),
            ("/usr/bin/python3 -m gunicorn dra.wsgi", f"{HOME}/biomaid", "", "", True),
            ("/usr/bin/python3 -m gunicorn dra.wsgi", "~", "labo", "", True),
            ("/bin/bash -c cd /home/labo/biomaid && exec gunicorn dra.wsgi", "", "", "", True),
            ("/usr/local/bin/start", "", "labo", "/x/gunicorn dra.wsgi", True),
            ("/usr/sbin/runuser -u labo -- gunicorn dra.wsgi", "", "", "/x/python -m gunicorn dra.wsgi", True),
            (f"{HOME}/bin/other", HOME, "labo", "", False),
            ("/x/gunicorn dra.wsgi", "/home/laborantin", "laborantin", "", False),
            ("/usr/sbin/cron -f", "", "", "/x/gunicorn dra.wsgi", False),
        ],
    )  # fmt: skip
    def test_a_unit_of_another_name(self, command: str, folder: str, user: str, running: str, theirs: bool) -> None:
        state = UnitState(
            "loaded",
            "active",
            commands=(tuple(command.split()),),
            folder=folder,
            settings=(("User", user),) if user else (),
            processes=(Process(7, "labo", (), tuple(running.split())),) if running else (),
        )
        there: dict[Any, Any] = {UnitsLike("*.service"): ("a@labo.service",), Unit("a@labo.service"): state}
        assert found(there).unsupported == ({"unit": "a@labo.service"} if theirs else {})
        usual = {Unit("biomaid-instance@labo.service"): UnitState("loaded", "active")}
        assert found({**there, **usual}).unsupported == {}, "the document's own comes first"

    def test_extras_are_those_that_are_installed(self) -> None:
        project = b'[tool.poetry.extras]\nldap = ["python-ldap"]\noracle = ["oracledb"]\n'
        path = poetry_folder(HOME, "biomaid", CODE, Facts().python)
        environment = Environment("3.11", "/usr/bin", {"python-ldap": "3.4"})
        one = found({Content(f"{CODE}/pyproject.toml"): project, EnvironmentAt(path): environment})
        assert one.answers["extras"] == ("ldap",)


class TestBackups:
    @pytest.mark.parametrize(
        ("command", "script", "is_one"),
        [
            ("pg_dump base >/srv/x", b"", True),
            ("/opt/save", b"#!/bin/sh\npg_dump -Fc base\n", True),
            ("/opt/save", b"#!/bin/sh\npg_dumpall\n", True),
            ("/opt/save", b"#!/bin/sh\npg_dump -Fc database_of_others\n", False),
            ("/opt/save", b"#!/bin/sh\nrsync base\n", False),
            ("pg_dump other >/srv/x", b"", False),
            ('find /srv -name "pg_dumpall*" -delete', b"", False),
            ("/opt/save", b"#!/bin/sh\n# pg_dumpall was here\ntrue\n", False),
            ("/opt/other >>/opt/save", b"#!/bin/sh\npg_dumpall\n", False),
            ("nice su - postgres -c 'pg_dumpall | gzip >/srv/x.gz'", b"", True),
            (
                "flock -n /run/l /opt/save",
                b"#!/bin/bash\nif ! sudo pg_dump \\\n  base; then exit 1; fi\n",
                True,
            ),
            ("/opt/save", b"#!/usr/bin/env python3\nrun(['pg_dump', 'base'])\n# 'pg_dumpall'\n", True),
            ("/opt/save", b"#!/usr/bin/python3\n# run(['pg_dump', 'base'])\n", False),
            ("/opt/save", b"#!/bin/sh\necho 'it\npg_dump base\nis'\n", True),
            ("pgbackrest --stanza=main --type=diff backup", b"", True),
            ("pgbackrest --stanza=main check", b"", False),
            ("chronic /usr/bin/borgmatic --verbosity -1", b"", True),
            ("restic -r /srv/r backup /var/lib", b"", True),
            ("restic -r /srv/r forget", b"", False),
            ("autopostgresqlbackup", b"", True),
            ("barman backup main", b"", True),
            ("run-parts --report /opt", b"#!/bin/sh\npg_dumpall\n", True),
        ],
    )
    def test_a_job_that_dumps_this_database(self, command: str, script: bytes, is_one: bool) -> None:
        job = SystemJob("/etc/cron.d/x", "root", "1 1 * * *", command)
        jobs = {SystemJobs(): (job,), Content("/opt/save"): script, Listing("/opt"): ("save",)}
        assert found(jobs).answers.get("backup_command") == (command if is_one else None)

    def test_one_that_a_timer_starts(self) -> None:
        job = SystemJob("save.timer", "postgres", "daily", "/usr/bin/pg_dumpall -f /srv/x")
        one = found({TimerJobs(): (job,)})
        assert one.detected["backup_command"].value == job.command
        assert one.detected["backup_command"].where == "save.timer"

    def test_one_in_the_administrators_crontab(self) -> None:
        one = found({Crontab("postgres"): ("# 1 1 * * * pg_dump base", "1 2 * * * pg_dump base >/srv/y")})
        assert one.detected["backup_command"].value == "pg_dump base >/srv/y"
        assert one.detected["backup_command"].where == "crontab -u postgres"

    @pytest.mark.parametrize(("mode", "is_one"), [(0o755, True), (0o700, False)])
    def test_a_script_that_a_user_s_crontab_names_is_read_where_that_user_may(self, mode: int, is_one: bool) -> None:
        answers = {
            Crontab("labo"): ("1 1 * * * /root/save",),
            EntryAt("/root"): Entry("directory", mode=mode),
            EntryAt("/root/save"): Entry(mode=0o755),
            Content("/root/save"): b"#!/bin/sh\npg_dumpall\n",
        }
        assert ("backup_command" in found(answers).answers) is is_one
        job = SystemJob("/etc/cron.d/x", "root", "1 1 * * *", "/root/save")
        assert "backup_command" in found({**answers, SystemJobs(): (job,)}).answers

    def test_of_thousands_of_scripts_few_are_read(self) -> None:
        lines = tuple(f"1 1 * * * /opt/{number}" for number in range(500))
        texts = {Content(f"/opt/{number}"): b"#!/bin/sh\npg_dumpall\n" for number in range(backups.MOST_READ, 500)}
        assert "backup_command" not in found({Crontab("labo"): lines, **texts}).answers

    def test_jalons_own_script_says_where(self) -> None:
        script = "/usr/local/sbin/biomaid-backup-labo"
        text = b"DIRECTORY = Path('/srv/saved')\nKEEP_DAYS = 30\nCSV = True\n"
        job = SystemJob("/etc/cron.d/biomaid-backup-labo", "root", "5 3 * * *", f"{script} >>/var/log/x 2>&1")
        one = found({EntryAt(script): Entry(), Content(script): text, SystemJobs(): (job,)})
        keys = ("backup_directory", "backup_keep", "backup_csv", "backup_time")
        assert [one.answers.get(key) for key in keys] == ["/srv/saved", 30, True, "03:05"]
        assert "backup_command" not in one.answers
