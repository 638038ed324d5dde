from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.unit.probes.fake import fake
from wizard.base.rendering import hash_of
from wizard.causes.site import Site
from wizard.findings.finding import Finding
from wizard.host.files import Content, Entry, EntryAt
from wizard.host.live import Live
from wizard.host.nginx import Handed, Server, Servers, servers_at
from wizard.host.processes import Process
from wizard.host.records import Written, WrittenAt
from wizard.host.units import Unit, UnitState
from wizard.probes.downloads import AnswersKept
from wizard.probes.uploads import BodiesTaken

SITE = Site("/etc/nginx/site", "/etc/nginx/site", 80, ("a.example",), socket="/run/a.sock")
BODY, PROXY = "/var/lib/nginx/body", "/var/lib/nginx/proxy"
MIB = 2**20


def handed(tmp_path: Path, text: str) -> list[tuple[str, int]]:
    """The locations of a file, each with the largest body that is taken there."""
    place = tmp_path / "site"
    place.write_text(text)
    return [(one.location, one.most) for server in servers_at(Live(), str(place)) for one in server.handed]


def test_a_size_counts_further_in_until_it_is_set_again(tmp_path: Path) -> None:
    text = """client_max_body_size 2m; server { location / { proxy_pass http://unix:/a; } }
    server { client_max_body_size 100M; location / { proxy_pass http://unix:/b; }
      location /a { client_max_body_size 512k; location /a/b { proxy_pass http://unix:/b; } }
      location /any { client_max_body_size 0; proxy_pass http://unix:/b; } }"""
    assert handed(tmp_path, text) == [("/", 2 * MIB), ("/", 100 * MIB), ("/a/b", MIB // 2), ("/any", 0)]
    assert handed(tmp_path, "server { location / { proxy_pass http://unix:/a; } }") == [("/", MIB)]


def test_headers_replace_all_those_further_out(tmp_path: Path) -> None:
    place = tmp_path / "site"
    place.write_text(
        "proxy_set_header Host $http_host; server { location / { proxy_pass http://a:1; }"
        " location /b { proxy_set_header X-A 1; proxy_pass http://a:1; } }"
    )
    (server,) = servers_at(Live(), str(place))
    assert [one.header("HOST") for one in server.handed] == ["$http_host", ""]


def test_answers_are_kept_in_a_folder_unless_a_site_keeps_none(tmp_path: Path) -> None:
    place = tmp_path / "site"
    place.write_text(
        "proxy_temp_path tmp; server { location /a { proxy_pass http://a:1; }"
        " location /b { proxy_buffering off; proxy_pass http://a:1; }"
        " location /c { proxy_max_temp_file_size 0; proxy_pass http://a:1; }"
        " location /d { fastcgi_pass a:1; } location /e { grpc_pass a:1; }"
        " location /f { proxy_temp_path /srv/t 1 2; proxy_max_temp_file_size 2m; proxy_pass http://a:1; } }"
    )
    (server,) = servers_at(Live(), str(place))
    kept = {one.location: (one.kind, one.keeps) for one in server.handed}
    assert kept == {
        "/a": ("proxy", "/usr/share/nginx/tmp"),
        "/b": ("proxy", None),
        "/c": ("proxy", None),
        "/d": ("fastcgi", ""),
        "/e": ("grpc", None),
        "/f": ("proxy", "/srv/t"),
    }


OWN = Entry("directory", "www-data", mode=0o700)
ROOTS = Entry("directory", "root", mode=0o700)


@pytest.mark.parametrize(
    ("keeps", "entries", "cause", "says"),
    [
        ("", {PROXY: OWN}, "", f"kept in {PROXY}"),
        ("", {PROXY: ROOTS}, "answers-not-writable", f"{PROXY} is 0700 root:root: www-data may not write there"),
        ("", {"/var/cache/nginx/proxy_temp": ROOTS}, "answers-not-writable", "/var/cache/nginx/proxy_temp is"),
        (None, {PROXY: ROOTS}, "", "keeps nothing"),
        ("/srv/t", {PROXY: ROOTS, "/srv/t": OWN}, "", "kept in /srv/t"),
        ("/srv/t", {PROXY: OWN}, "answers-not-writable", "/srv/t is not there"),
        ("", {PROXY: OWN, "/var/lib/nginx": ROOTS}, "home-not-traversable", f"may not write to {PROXY}"),
        ("", {}, "", "?"),
    ],
)
def test_where_nginx_keeps_answers(keeps: str | None, entries: dict[str, Entry], cause: str, says: str) -> None:
    handed = Handed("/", "/run/a.sock", keeps=keeps)
    finding = answers_kept(entries, (Server("/etc/nginx/site", handed=(handed,)),))
    assert (finding.cause.id if finding.cause else "") == cause
    assert finding.outcome == ("failed" if cause else "passed")
    assert says in finding.evidence


def test_without_a_site_the_folder_that_it_will_use_is_looked_at() -> None:
    assert answers_kept({PROXY: ROOTS}, ()).outcome == "failed"
    assert answers_kept({PROXY: ROOTS}, (), runs=False).outcome == "passed"


def answers_kept(entries: dict[str, Entry], servers: tuple[Server, ...], runs: bool = True) -> Finding:
    """What is found of these folders, others being open to all."""
    folders = ("/", "/var", "/var/lib", "/var/lib/nginx", "/var/cache", "/var/cache/nginx", "/srv")
    worker = Process(2, "www-data", ("www-data",), ("nginx: worker",))
    answers: dict[Any, Any] = {
        **{EntryAt(path): Entry("directory", mode=0o755) for path in folders},
        **{EntryAt(path): entry for path, entry in entries.items()},
        Servers(): servers,
        Unit("nginx.service"): UnitState(processes=(worker,) if runs else ()),
    }
    return AnswersKept("nginx.downloads", "", site=SITE).observe(fake(answers))


def observed(most: int, entry: Entry, written: bool = False) -> Finding:
    """What is found of a site that takes bodies of that size, and of nginx's own folder for them."""
    servers = (Server("/etc/nginx/site", handed=(Handed("/", "/run/a.sock", most),)),)
    folders: dict[Any, Any] = {
        EntryAt(path): Entry("directory", mode=0o755) for path in ("/", "/var", "/var/lib", "/var/lib/nginx")
    }
    worker = Process(2, "www-data", ("www-data",), ("nginx: worker",))
    answers: dict[Any, Any] = {
        **folders,
        EntryAt(BODY): entry,
        WrittenAt("/etc/nginx/site"): Written(last=hash_of(b"site") if written else ""),
        Content("/etc/nginx/site"): b"site",
        Servers(): servers,
        Unit("nginx.service"): UnitState(processes=(worker,)),
    }
    return BodiesTaken("nginx.uploads", "", site=SITE).observe(fake(answers))


@pytest.mark.parametrize(
    ("most", "entry", "outcome", "cause"),
    [
        (100 * MIB, Entry("directory", "www-data", mode=0o700), "passed", ""),
        (0, Entry("directory", "www-data", mode=0o700), "passed", ""),
        (MIB, Entry("directory", "www-data", mode=0o700), "failed", "body-size-small"),
        (100 * MIB, Entry("directory", "root", mode=0o700), "failed", "bodies-not-writable"),
        (100 * MIB, Entry("directory", "root", "www-data", 0o770), "passed", ""),
        (100 * MIB, Entry("directory", "root", mode=0o777), "passed", ""),
    ],
)
def test_what_nginx_takes_and_where_it_keeps_it(most: int, entry: Entry, outcome: str, cause: str) -> None:
    finding = observed(most, entry)
    assert (finding.outcome, finding.cause.id if finding.cause else "") == (outcome, cause)


def test_a_site_as_it_was_written_is_not_read_again() -> None:
    # The servers here would be red.
    assert observed(MIB, Entry("directory", "www-data", mode=0o700), written=True).outcome == "passed"
