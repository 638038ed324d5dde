"""Causes: each is told from what was said and from what is so, and from neither alone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.probes.fake import fake, page
from wizard.base.rendering import hash_of
from wizard.base.values import replace
from wizard.causes import clusters, nginx, service
from wizard.causes.candidates import Candidate, choose, edited, file_step
from wizard.causes.holder import port_holder
from wizard.causes.http import diagnose as why_http
from wizard.causes.said import Said
from wizard.causes.service import Service
from wizard.causes.site import Site, alias_wrong, misrouted
from wizard.guides.biomaid.parts.causes import local_missing
from wizard.host.children import CommandResult
from wizard.host.commands import CommandOutput
from wizard.host.files import Content, Entry, EntryAt, Listing
from wizard.host.logs import LogTail
from wizard.host.nginx import Server, Servers
from wizard.host.overlay import Sets
from wizard.host.processes import ServiceOf
from wizard.host.reading import Host, Unknown
from wizard.host.records import Written, WrittenAt
from wizard.host.sockets import Connection, Listener, Listeners
from wizard.host.unitlogs import UnitLog
from wizard.host.units import Unit, UnitState
from wizard.host.users import Account, User

UNIT = "app@demo.service"
CODE, HOME = "/home/demo/app", "/home/demo"
LOG, SETTINGS = f"{HOME}/log/app.log", f"{CODE}/instance_settings.py"
KNOWN = Service(
    "demo",
    CODE,
    log=LOG,
    settings=SETTINGS,
    environments=f"{HOME}/envs",
    program="gunicorn",
    poetry=f"{HOME}/.local/bin/poetry",
    port=5432,
    more=(local_missing(f"{CODE}/local"),),
)
DOWN = UnitState(load="loaded", active="activating", sub="auto-restart", started=100.0, result="exit-code", status=3)
MINE = Entry("file", "demo", "demo", 0o600, changed=200.0)
SYNTAX = (f'  File "{SETTINGS}", line 2', "    DEBUG = (", "            ^", "SyntaxError: '(' was never closed")
RAISED = (f'  File "{SETTINGS}", line 2, in <module>', "    raise ValueError(1)", "ValueError: 1")
ACCOUNT = {Account("demo"): User(1001, HOME, "", "", ("demo",))}


def asked(said: tuple[str, ...], more: dict[Any, Any] | None = None, log: bool = True, state: UnitState = DOWN) -> Any:
    """The cause that is found, of a service that said this in its own log, or in the journal."""
    answers: dict[Any, Any] = {UnitLog(UNIT): () if log else said, **ACCOUNT}
    if log:
        answers |= {EntryAt(LOG): MINE, LogTail(LOG): said}
    return service.diagnose(fake({**answers, **(more or {})}), UNIT, state, KNOWN)


def test_a_view_of_files_that_cannot_be_given() -> None:
    state = replace(DOWN, status=226)
    said = (
        "x: Failed to set up mount namespacing: /run/systemd/unit-root/srv: No such file",
        "x: Failed at step NAMESPACE",
    )
    cause, remedy = asked(said, log=False, state=state)
    assert cause.id == "sandbox-refused"
    assert "/run/systemd/unit-root/srv: No such file" in cause.text
    assert remedy and not remedy.commands
    cause, _remedy = asked((), log=False, state=state)
    assert cause.id == "sandbox-refused"


@pytest.mark.parametrize(
    ("said", "so", "cause"),
    [
        (SYNTAX, {Content(SETTINGS): b"A = 1\nDEBUG = (\n"}, "settings-syntax"),
        (RAISED, {Content(SETTINGS): b"A = 1\nraise ValueError(1)\n"}, "settings-fail"),
        (("Error: '../log/app.log' isn't writable [FileNotFoundError(2, 'No such file')]",), {}, "log-folder-missing"),
        (
            (f"PermissionError: [Errno 13] Permission denied: '{SETTINGS}'",),
            {EntryAt(SETTINGS): Entry("file", "root", "root", 0o600)},
            "file-of-another-user",
        ),
        (
            (f"PermissionError: [Errno 13] Permission denied: '{SETTINGS}'",),
            {EntryAt(SETTINGS): Entry("file", "demo", "demo", 0o000)},
            "file-of-another-user",
        ),
        (("No local configuration found: a folder is needed.",), {}, "local-dangling"),
        (("run-instance.sh: line 48: exec: poetry: not found",), {}, "poetry-missing"),
        (("Command not found: gunicorn",), {Listing(f"{HOME}/envs"): ("app-py3",)}, "environment-broken"),
        (("django.db.utils.OperationalError: refused",), {Connection("127.0.0.1", 5432): "ECONNREFUSED"},
         "database-unreachable"),
    ],
)  # fmt: skip
def test_a_service_by_its_words_and_the_disk(said: tuple[str, ...], so: dict[Any, Any], cause: str) -> None:
    found, _remedy = asked(said, so, log="isn't" not in said[0] and "poetry" not in said[0])
    assert found.id == cause
    assert found.text


@pytest.mark.parametrize(
    ("said", "so"),
    [
        (SYNTAX, {Content(SETTINGS): b"A = 1\nDEBUG = 1\n"}),
        (RAISED, {Content(SETTINGS): b"A = 1\n"}),
        (
            ("Error: '../log/app.log' isn't writable [FileNotFoundError(2, 'No such file')]",),
            {EntryAt(f"{HOME}/log"): Entry("directory", "demo", "demo", 0o755)},
        ),
        ((f"PermissionError: [Errno 13] Permission denied: '{SETTINGS}'",), {EntryAt(SETTINGS): MINE}),
        (("No local configuration found.",), {EntryAt(f"{CODE}/local/settings.py"): MINE}),
        (("exec: poetry: not found",), {EntryAt(f"{HOME}/.local/bin/poetry"): MINE}),
        (("OperationalError: refused",), {Connection("127.0.0.1", 5432): ""}),
        ((), {Content(SETTINGS): b"DEBUG = (\n"}),
    ],
)
def test_neither_words_alone_nor_the_disk_alone_accuse(said: tuple[str, ...], so: dict[Any, Any]) -> None:
    found, remedy = asked(said, so)
    assert found.id == "unit-failed"
    assert LOG in found.text, "what was looked at is said"
    assert remedy and "journalctl" in remedy.text


def test_what_an_earlier_start_wrote_into_the_log_explains_nothing() -> None:
    old = {EntryAt(LOG): Entry("file", "demo", "demo", changed=50.0), Content(SETTINGS): b"A = 1\nDEBUG = (\n"}
    assert asked(SYNTAX, old)[0].id == "unit-failed"
    before = (*SYNTAX, "[1] [INFO] Starting gunicorn 23", "[1] [INFO] Listening")
    assert asked(before, {Content(SETTINGS): b"A = 1\nDEBUG = (\n"})[0].id == "unit-failed"


def test_a_service_that_was_killed_for_memory_names_the_limit() -> None:
    state = UnitState(load="loaded", active="failed", result="oom-kill", drop_ins=("/etc/x/memory.conf",))
    found, _remedy = asked((), {Content("/etc/x/memory.conf"): b"[Service]\nMemoryMax=12M\n"}, state=state)
    assert found.id == "worker-killed-for-memory"
    assert "/etc/x/memory.conf" in found.text
    assert asked((), state=UnitState(load="loaded", active="failed", result="oom-kill"))[0].id == found.id


def test_without_the_journal_nobody_is_accused() -> None:
    host = fake({UnitLog(UNIT): Unknown("closed", "root")})
    assert service.diagnose(host, UNIT, DOWN, KNOWN) is None


def test_a_file_of_ours_is_repaired_by_its_step() -> None:
    ours = {WrittenAt(SETTINGS): Written(last="x"), Content(SETTINGS): b"A = 1\nDEBUG = (\n"}
    found, remedy = asked(SYNTAX, ours)
    assert found.id == "settings-syntax"
    assert remedy.step == f"file:{SETTINGS}"
    assert file_step(fake(), SETTINGS) == ""


def test_an_edited_file_is_known_by_what_was_written() -> None:
    known = {WrittenAt("/f"): Written(last=hash_of(b"ours"))}
    assert edited(fake({**known, Content("/f"): b"theirs"}), "/f")
    assert not edited(fake({**known, Content("/f"): b"ours"}), "/f")
    assert not edited(fake({Content("/f"): b"theirs"}), "/f"), "what was never written here was not edited"


def test_the_first_candidate_that_holds_is_chosen_the_newest_words_first() -> None:
    seen = []

    def holds(host: Host, found: Said) -> tuple[str, None] | None:
        seen.append(found.among(("a1", "a2", "b1", "b2")))
        return (f"it said {found.quote()}", None) if seen[-1] == "b1" else None

    chosen = choose([Candidate("one", "a.", holds), Candidate("two", "b.", holds)], fake(), "a1 b1 a2 b2")
    assert chosen and (chosen[0].id, chosen[0].text) == ("two", "it said b1")
    assert seen == ["a2", "a1", "b2", "b1"]


# --- nginx

OTHER = "/etc/nginx/sites-enabled/other"
REFUSED = f'nginx: [emerg] unknown directive "nonsense" in {OTHER}:3'
LINK = Entry("link", target="/etc/nginx/sites-available/other")


def test_nginx_names_the_site_of_another_and_offers_to_take_it_out() -> None:
    host = fake(
        {
            UnitLog("nginx.service"): (REFUSED,),
            Content(OTHER): b"1\n2\n3\n",
            EntryAt(OTHER): LINK,
            EntryAt(LINK.target): MINE,
            Listing("/etc/nginx/sites-enabled"): ("other",),
        }
    )
    found = nginx.diagnose(host)
    assert found and found[0].id == "nginx-file-refused"
    assert LINK.target in found[0].text and "line 3" in found[0].text
    assert found[1] and found[1].commands[0] == f"rm {OTHER}"
    assert not found[1].safe, "the site is somebody's"


def test_a_line_that_is_no_longer_there_is_not_named() -> None:
    assert nginx.diagnose(fake({UnitLog("nginx.service"): (REFUSED,), Content(OTHER): b"1\n"})) is None


SERVERS: dict[Any, Any] = {Servers(): (Server("/etc/nginx/x"),)}


def test_a_link_that_leads_nowhere_and_a_port_that_is_taken() -> None:
    gone = f'nginx: [emerg] open() "{OTHER}" failed (2: No such file or directory) in /etc/nginx/nginx.conf:60'
    dangling = {UnitLog("nginx.service"): (gone,), EntryAt(OTHER): LINK}
    found = nginx.diagnose(fake(dangling))
    assert found and found[0].id == "nginx-file-missing"
    held = "nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)"
    listeners = {Listeners(): (Listener("0.0.0.0", 80, "apache2", 7, "root"),)}
    service = {ServiceOf(7): "apache2.service"}
    found = nginx.diagnose(fake({UnitLog("nginx.service"): (held,), **listeners, **service, **SERVERS}))
    assert found and found[0].id == "port-held-by-another" and "apache2" in found[0].text
    assert found[1] and found[1].commands == ("systemctl stop apache2.service",)
    assert nginx.diagnose(fake({UnitLog("nginx.service"): (held,)})) is None, "nobody holds it any more"
    known = port_holder(fake({**listeners, ServiceOf(7): ""}), 80, "nginx")
    assert known and known.remedy.commands == ()


# --- the site

AVAILABLE, ENABLED = "/etc/nginx/sites-available/demo.conf", "/etc/nginx/sites-enabled/demo.conf"
SITE = Site(
    AVAILABLE,
    ENABLED,
    80,
    ("serveur", "localhost"),
    socket="/home/demo/app.sock",
    settings=SETTINGS,
    unit=UNIT,
    folders=(("/static/", "/home/demo/static/"),),
)
GOOD = b"""# listen 8081;
server {
    listen 80; listen [::]:80;
    server_name serveur localhost;
    location /static/ { alias /home/demo/static/; }
    location / { proxy_pass http://unix:/home/demo/app.sock; }
}
"""


def placed(text: bytes = GOOD, **more: Any) -> dict[Any, Any]:
    """A site in its place."""
    return {
        EntryAt(ENABLED): Entry("link", target=AVAILABLE),
        EntryAt(AVAILABLE): Entry(),
        Content(ENABLED): text,
        Content(AVAILABLE): text,
        Listing("/etc/nginx/sites-enabled"): ("demo.conf",),
    }


@pytest.mark.parametrize(
    ("changed", "cause"),
    [
        ({EntryAt(ENABLED): None}, "site-not-enabled"),
        ({EntryAt(AVAILABLE): None}, "site-missing"),
        ({EntryAt(ENABLED): Entry("link", target="/srv/x"), EntryAt("/srv/x"): Entry()}, "site-other-file"),
        ({Content(ENABLED): GOOD.replace(b":80", b":81").replace(b" 80", b" 81")}, "site-other-port"),
        ({Content(ENABLED): GOOD.replace(b"app.sock", b"other.sock")}, "socket-path-wrong"),
        # As nginx reads it, whatever the line's form: through an upstream, in quotes, over two lines.
        (
            {
                Content(ENABLED): b"upstream app { server unix:/home/demo/other.sock; }\n"
                + GOOD.replace(b"unix:/home/demo/app.sock", b"app")
            },
            "socket-path-wrong",
        ),
        ({Content(ENABLED): GOOD.replace(b"listen 80; listen [::]:80;", b"listen\n  81;")}, "site-other-port"),
        ({WrittenAt(AVAILABLE): Written(last="other")}, "site-edited"),
    ],
)
def test_each_way_of_a_site_to_mislead(changed: dict[Any, Any], cause: str) -> None:
    assert misrouted(fake(placed()), SITE, "localhost") is None
    found = misrouted(fake({**placed(), **changed}), SITE, "localhost")
    assert found and found[0].id == cause


def test_a_link_of_another_name_enables_it_just_as_well() -> None:
    link = "/etc/nginx/sites-enabled/00-labo"
    there: dict[Any, Any] = {
        **placed(),
        EntryAt(ENABLED): None,
        Content(ENABLED): None,
        EntryAt(link): Entry("link", target="../sites-available/demo.conf"),
        Content(link): GOOD,
        Listing("/etc/nginx/sites-enabled"): ("00-labo",),
    }
    assert misrouted(fake(there), SITE, "localhost") is None, "nor does it shadow itself"
    found = misrouted(fake({**there, Content(link): GOOD.replace(b"app.sock", b"other.sock")}), SITE, "localhost")
    assert found and found[0].id == "socket-path-wrong"


def test_a_site_that_comes_first_with_the_same_name_shadows() -> None:
    other = "/etc/nginx/sites-enabled/aaa"
    host = fake(
        {
            **placed(),
            Listing("/etc/nginx/sites-enabled"): ("aaa", "demo.conf"),
            Content(other): b"server { listen 80; server_name localhost; }",
        }
    )
    found = misrouted(host, SITE, "localhost")
    assert found and found[0].id == "site-shadowed" and other in found[0].text
    assert misrouted(host, SITE, "serveur") is None, "that name is not its"
    host.lay([Sets(Content(other), b"server { listen 80; server_name LocalHost; }")])
    found = misrouted(host, SITE, "localhost.")
    assert found and found[0].id == "site-shadowed", "as nginx compares them"


def test_the_site_of_something_else_that_runs_is_never_taken_away() -> None:
    """Promise: no repair takes away what another instance serves; only what hands on to nothing, or is a copy."""
    other = "/etc/nginx/sites-enabled/aaa"
    theirs = GOOD.replace(b"app.sock", b"theirs.sock")
    for content, removed in ((theirs, False), (GOOD, True), (b"server { listen 80; server_name localhost; }", True)):
        host = fake(
            {
                **placed(),
                Listing("/etc/nginx/sites-enabled"): ("aaa", "demo.conf"),
                EntryAt(other): Entry("link", target="../sites-available/aaa"),
                Content(other): content,
            }
        )
        found = misrouted(host, SITE, "localhost")
        assert found and found[0].id == "site-shadowed" and found[1]
        assert any("rm " in one for one in found[1].commands) is removed
        assert removed or "another port" in found[1].text


class TestConfD:
    """A site that lies where nginx loads it from needs no link."""

    PLACE = "/etc/nginx/conf.d/demo.conf"
    SITE = replace(SITE, available=PLACE, enabled=PLACE)

    def test_one_that_is_gone_is_written_again_and_never_linked_to_itself(self) -> None:
        found = misrouted(fake({EntryAt(self.PLACE): None}), self.SITE, "localhost")
        assert found and found[1]
        assert (found[0].id, found[1].commands) == ("site-missing", ())

    @pytest.mark.parametrize(("name", "cause"), [("aaa.conf", "site-shadowed"), ("default.disabled", "")])
    def test_only_what_is_loaded_shadows_it(self, name: str, cause: str) -> None:
        there = {
            EntryAt(self.PLACE): Entry(),
            Content(self.PLACE): GOOD,
            Listing("/etc/nginx/conf.d"): (name, "demo.conf"),
        }
        other = {Content(f"/etc/nginx/conf.d/{name}"): b"server { listen 80; server_name localhost; }"}
        found = misrouted(fake({**there, **other}), self.SITE, "localhost")
        assert (found[0].id if found else "") == cause


def test_an_alias_is_wrong_only_where_the_file_is_there() -> None:
    wrong = placed(GOOD.replace(b"/home/demo/static/;", b"/home/demo/statics/;"))
    there = {EntryAt("/home/demo/static/a b.png"): Entry()}
    found = alias_wrong(fake({**wrong, **there}), SITE, "/static/a%20b.png")
    assert found and found[0].id == "alias-wrong" and "/home/demo/statics/" in found[0].text
    assert alias_wrong(fake(wrong), SITE, "/static/a%20b.png") is None
    assert alias_wrong(fake({**placed(), **there}), SITE, "/static/a%20b.png") is None
    assert alias_wrong(fake({**wrong, **there}), SITE, "/") is None


def test_a_folder_below_another_location() -> None:
    there = {EntryAt("/home/demo/static/a b.png"): Entry()}
    moved = placed(GOOD.replace(b"location /static/ {", b"location ^~ /statics/ { expires 1d;"))
    found = alias_wrong(fake({**moved, **there}), SITE, "/static/a%20b.png")
    assert found and found[0].id == "location-wrong" and "below /statics/" in found[0].text
    pattern = placed(GOOD.replace(b"location /static/", b"location ~ ^/stat"))
    assert alias_wrong(fake({**pattern, **there}), SITE, "/static/a%20b.png") is None, "nobody can tell"


def test_a_site_that_hands_on_to_another_port() -> None:
    site = replace(SITE, socket="", upstream="127.0.0.1:4080")
    handing = b"upstream omero { server 127.0.0.1:4081 fail_timeout=0; }\n" + GOOD.replace(
        b"unix:/home/demo/app.sock", b"omero"
    )
    found = misrouted(fake(placed(handing)), site, "localhost")
    assert found and found[0].id == "upstream-wrong" and "127.0.0.1:4081" in found[0].text
    assert misrouted(fake(placed(handing.replace(b"4081", b"4080"))), site, "localhost") is None


@pytest.mark.parametrize(
    ("settings", "started", "cause"),
    [
        (b"ALLOWED_HOSTS = ['localhost']\n", 100.0, "settings-newer-than-service"),
        (b"ALLOWED_HOSTS = ['localhost']\n", 300.0, "name-not-allowed"),
        (b"ALLOWED_HOSTS = ['LocalHost', None]\n", 100.0, "settings-newer-than-service"),
        (b"ALLOWED_HOSTS = ['serveur']\n", 100.0, "name-not-allowed"),
        (b"ALLOWED_HOSTS = (\n", 100.0, "name-not-allowed"),
    ],
)
def test_a_name_that_is_refused(settings: bytes, started: float, cause: str) -> None:
    state = UnitState("loaded", "active", started=started)
    host = fake({**placed(), Content(SETTINGS): settings, EntryAt(SETTINGS): MINE, Unit(UNIT): state})
    found = why_http(host, page(400), "/", "localhost", 80, site=SITE)
    assert found[0].id == cause


@pytest.mark.parametrize("call", ["open", "openat"])  # the latter where links are checked (`disable_symlinks`)
def test_a_file_that_may_not_be_read_is_told_from_a_folder_that_bars_the_way(call: str) -> None:
    path = "/home/demo/static/l.png"
    log = f'2026/01/01 [error] {call}() "{path}" failed (13: Permission denied), request: "GET /static/l.png HTTP/1.1"'
    closed = {LogTail("/var/log/nginx/error.log"): (log,), EntryAt(path): Entry("file", "demo", "demo", 0o640)}
    found, remedy = why_http(fake({**placed(), **closed}), page(403), "/static/l.png", "localhost", 80, site=SITE)
    assert found.id == "file-unreadable"
    assert remedy and remedy.commands == (f"runuser -u demo -- chmod o+r {path}",)
    opened = {**closed, EntryAt(path): Entry("file", "demo", "demo", 0o644)}
    found, _remedy = why_http(fake({**placed(), **opened}), page(403), "/static/l.png", "localhost", 80, site=SITE)
    assert found.id == "access-refused"


# --- PostgreSQL


@pytest.mark.parametrize(
    ("listed", "cause"),
    [
        ("15 main 5432 down postgres /d /l\n", "postgresql-not-running"),
        ("15 main 5433 online postgres /d /l\n", "postgresql-other-port"),
        ("13 old 5432 down postgres /d /l\n15 main 5433 online postgres /d /l\n", "postgresql-not-running"),
        ("15 main 5432 online postgres /d /l\n", ""),
        ("nonsense\n", ""),
        ("", ""),
    ],
)
def test_clusters_by_their_list(listed: str, cause: str) -> None:
    found = clusters.diagnose_no_answer(
        fake({CommandOutput(("pg_lsclusters", "--no-header")): CommandResult(0, listed, "")}), 5432
    )
    assert (found[0].id if found else "") == cause
