"""What PostgreSQL and nginx will meet at their next start is a warning today."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.unit.probes.fake import fake
from wizard.base.values import replace
from wizard.host.files import Content, Entry, EntryAt, Listing
from wizard.host.live import Live
from wizard.host.nginx import NginxFaults, NginxRefusals
from wizard.host.nginx_files import Block, Fault, joined
from wizard.host.nginx_refusals import refusals
from wizard.host.nginx_twice import twice
from wizard.host.postgresql import AtNextStart, Cluster, ClusterState, HbaRule, ServerSetting
from wizard.host.reading import NotKnown, Unknown
from wizard.host.units import Unit, UnitState
from wizard.probes.nginx_next import NextStartOfNginx
from wizard.probes.postgresql_next import NextStartOfCluster

CONF = "/etc/postgresql/15/main/postgresql.conf"
START = Content("/etc/postgresql/15/main/start.conf")


@pytest.mark.parametrize(
    ("values", "answers", "cause", "says"),
    [
        ({}, {}, "", "would start again"),
        ({}, {START: b"# how\nauto\n"}, "", ""),
        ({}, {START: b"manual\n"}, "postgresql-not-started-with-machine", "says `manual`"),
        ({"hba": (HbaRule(3), HbaRule(9, error="invalid IP mask"))}, {}, "postgresql-settings-refused", "line 9: inv"),
        ({"not_in_force": (AtNextStart(CONF, 7, "shared_bufers", "1GB", "unrecognized parameter"),)}, {},
         "postgresql-settings-refused", f"{CONF}, line 7: unrecognized"),
        ({"not_in_force": (AtNextStart(CONF, 7, "shared_buffers", "1GB", "later", waits=True),)}, {},
         "postgresql-restart-due", "shared_buffers = 1GB"),
        ({"not_in_force": (AtNextStart(CONF, 7, "shared_preload_libraries", "here, gone", "later", waits=True),)},
         {Listing("/usr/lib/postgresql/15/lib"): ("here.so",)}, "postgresql-library-missing", "line 7"),
        ({"not_in_force": (AtNextStart(CONF, 7, "shared_preload_libraries", "here", "later", waits=True),)},
         {Listing("/usr/lib/postgresql/15/lib"): ("here.so",)}, "postgresql-restart-due", ""),
    ],
)  # fmt: skip
def test_a_cluster(values: dict[str, Any], answers: dict[Any, Any], cause: str, says: str) -> None:
    state = ClusterState(150018, server={"config_file": ServerSetting(CONF)}, **values)
    finding = NextStartOfCluster("a.b", "").observe(fake({Cluster(5432): state, **answers}))
    assert finding.outcome == ("warning" if cause else "passed")
    assert (finding.cause.id if finding.cause else "") == cause
    assert says in finding.evidence


def test_nginx_is_warned_of_what_it_would_refuse_and_not_of_what_only_root_may_read() -> None:
    def outcome(*faults: Fault) -> str:
        runs = {Unit("nginx.service"): UnitState("loaded", "active")}
        return NextStartOfNginx("a.b", "").observe(fake({**runs, NginxFaults(): (), NginxRefusals(): faults})).outcome

    assert outcome() == "passed"
    assert outcome(Fault("/etc/nginx/x", "line 3: unexpected }")) == "warning"
    assert outcome(Fault("/etc/nginx/x", "this user may not read it", "root")) == "passed"


SITE = "/etc/nginx/sites-enabled/a"


def _told(blocks: tuple[Block, ...], answers: dict[Any, Any] | None = None) -> list[str]:
    program = {Content("/usr/sbin/nginx"): b"\0http\0server\0listen\0types\0load_module\0ssl_certificate\0"}
    return [one.why for one in refusals(fake({**program, **(answers or {})}), blocks)]


def test_directives_that_nobody_knows_are_found_but_not_in_data() -> None:
    server = Block(SITE, "server", (), (Block(SITE, "lisen", ("80",)), Block(SITE, "listen", ("80",))))
    types = Block(SITE, "types", (), (Block(SITE, "text/html", ("html",)),))
    assert _told((Block(SITE, "http", (), (types, server)),)) == ["unknown directive `lisen`"]


def test_a_module_may_know_them_and_one_that_cannot_be_read_leaves_it_open() -> None:
    blocks = (Block(SITE, "load_module", ("modules/x.so",)), Block(SITE, "echo"))
    place = Content("/usr/lib/nginx/modules/x.so")
    assert _told(blocks, {place: b"\0echo\0"}) == []
    assert _told(blocks, {place: b"\0other\0"}) == ["unknown directive `echo`"]
    assert _told(blocks, {place: Unknown("closed")}) == []


@pytest.mark.parametrize(
    ("number", "site", "module", "told"),
    [
        (Entry(changed=50.0), 40.0, 40.0, False),
        (Entry(changed=50.0), 60.0, 40.0, True),
        (Entry(changed=50.0), 40.0, 60.0, True),
        (Entry(owner="demo", changed=50.0), 40.0, 40.0, True),
        (None, 40.0, 40.0, True),
        (Unknown("closed"), 40.0, 40.0, True),
    ],
)
@pytest.mark.parametrize("pid", ["", "/srv/nginx.pid"])
def test_what_the_nginx_that_runs_has_read_is_known(
    number: Any, site: float, module: float, told: bool, pid: str
) -> None:
    named = (Block(SITE, "pid", (pid,)),) if pid else ()
    blocks = (Block("/etc/nginx/nginx.conf", "load_module", ("modules/x.so",)), *named, Block(SITE, "echo"))
    answers: dict[Any, Any] = {
        **{EntryAt(one): Entry("directory", changed=10.0) for one in ("/etc/nginx", "/etc/nginx/sites-enabled")},
        EntryAt(pid or "/run/nginx.pid"): number,
        EntryAt("/usr/sbin/nginx"): Entry(changed=10.0),
        EntryAt("/usr/lib/nginx/modules/x.so"): Entry(changed=module),
        Content("/usr/lib/nginx/modules/x.so"): b"\0other\0pid\0",
        EntryAt("/etc/nginx/nginx.conf"): Entry(changed=10.0),
        EntryAt(SITE): Entry("link", changed=10.0, target="../sites-available/a"),
        EntryAt("/etc/nginx/sites-available/a"): Entry(changed=site),
    }
    assert _told(blocks, answers) == (["unknown directive `echo`"] if told else [])
    # A link that was made anew, and a folder that something was put into, bring files which it has never read.
    for newer in (EntryAt(SITE), EntryAt("/etc/nginx/sites-enabled")):
        changed = {**answers, newer: replace(answers[newer], changed=60.0)}
        assert _told(blocks, changed) == ["unknown directive `echo`"]


def test_a_certificate_that_is_not_there_is_found() -> None:
    blocks = tuple(Block(SITE, "ssl_certificate", (name,)) for name in ("gone.pem", "$host.pem", "data:x"))
    assert _told(blocks) == ["/etc/nginx/gone.pem, which it names, is not there"]
    assert _told(blocks[:1], {EntryAt("/etc/nginx/gone.pem"): Unknown("closed")}) == []


def _blocks(tmp_path: Path, text: str) -> tuple[Block, ...]:
    place = tmp_path / "nginx.conf"
    place.write_text(text)
    blocks, faults = joined(Live(), str(place), str(tmp_path))
    assert not faults
    return blocks


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("upstream App { server a:1; } upstream app { server a:2; }", "`upstream app`"),
        ("server { listen 80 default_server; } server { listen *:80 default; }", "`listen *:80 default_server`"),
        ("server { listen [::]:80 reuseport; } server { listen [::]:80 reuseport; }", "`listen [::]:80 reuseport`"),
        ("server { listen 80; listen 0.0.0.0:80; }", "`listen 0.0.0.0:80`"),
        ("server { listen 10.0.0.1; listen 10.0.0.1:80; }", "`listen 10.0.0.1:80`"),
        ("server { location /a { } location ^~ /a { } }", "`location ^~ /a`"),
        ("server { location / { location =/b { } location = /b { } } }", "`location = /b`"),
        ("server { root /a; root /b; }", "`root`"),
        ("gzip on; gzip off;", "`gzip`"),
        ("log_format a x; log_format a y;", "`log_format a`"),
        # What nginx takes.
        ("server { listen 80 default_server; } server { listen [::]:80 default_server; }", ""),
        ("server { listen 80; server_name a; } server { listen 80; server_name a; }", ""),
        ("server { listen 443 ssl; listen 443 quic; }", ""),
        ("server { location / { } location = / { } location ~ / { } location ~ / { } }", ""),
        ("server { location / { location /a { } } location /a { } }", ""),
        ("server { root /a; location / { root /a; } }", ""),
        ("server { index a; index b; add_header A b; add_header A c; error_page 404 /a; error_page 500 /b; }", ""),
        ("map $host $a { root 1; root 2; } types { a root; b root; }", ""),
        ("upstream a { server b:1; server b:1; } server { location / { proxy_pass http://a; } }", ""),
    ],
)
def test_what_may_stand_once_is_found_where_it_stands_twice(tmp_path: Path, text: str, words: str) -> None:
    found = list(twice(_blocks(tmp_path, "events { } http { " + text + " }")))
    place = str(tmp_path / "nginx.conf")
    assert found == ([Fault(place, f"{words} stands twice, and may stand once")] if words else [])


def test_a_copy_of_a_site_is_named_with_the_site() -> None:
    copy = SITE.replace("/a", "/b")
    blocks = (Block("/n", "http", (), tuple(Block(one, "upstream", ("web",)) for one in (SITE, copy))),)
    assert list(twice(blocks)) == [Fault(copy, f"`upstream web` stands in {SITE} already, and may stand once")]


def test_files_of_nginx_that_were_not_read_are_all_named() -> None:
    runs = {Unit("nginx.service"): UnitState("loaded", "active")}
    broken, closed = Fault("/a", "line 3: it ends too early"), Fault("/b", "only root may read it", "root")
    probe = NextStartOfNginx("a.b", "")
    finding = probe.observe(fake({**runs, NginxFaults(): (broken, closed), NginxRefusals(): ()}))
    assert finding.outcome == "warning"
    assert all(f"{one.file}: {one.why}" in finding.evidence for one in (broken, closed))
    with pytest.raises(NotKnown, match="/b") as told:
        probe.observe(fake({**runs, NginxFaults(): (closed,), NginxRefusals(): ()}))
    assert told.value.unknown.needs == "root"
