"""nginx's configuration as it is read: which server hands what to whom, on which port, under which names."""

from __future__ import annotations

from pathlib import Path

import pytest

from wizard.host import nginx
from wizard.host.nginx import Listen, Server, servers_in
from wizard.host.reading import Unknown


def servers(tmp_path: Path, **files: str) -> tuple[Server, ...]:
    (tmp_path / "sites").mkdir()
    for name, text in files.items():
        (tmp_path / "sites" / name).write_text(text)
    (tmp_path / "nginx.conf").write_text("events { }\nhttp {\n  include sites/*;\n}\n")
    found = nginx._servers(str(tmp_path / "nginx.conf"))
    assert not isinstance(found, Unknown)
    return tuple(found)


def test_what_the_document_has_people_write(tmp_path: Path) -> None:
    text = """
    server {
        listen 8080; server_name a.example b.example; root /home/x;
        location / { if (!-f $request_filename) { proxy_pass http://unix:/home/x/biomaid.sock; break; } }
    }"""
    (found,) = servers(tmp_path, site=text)
    socket = "/home/x/biomaid.sock"
    assert found == Server(
        str(tmp_path / "sites/site"), (Listen(8080),), ("a.example", "b.example"), (socket,), (("/", socket),)
    )


def test_an_upstream_stands_for_its_socket(tmp_path: Path) -> None:
    text = "upstream app { server unix:/home/x/biomaid.sock fail_timeout=0; }\n"
    text += "server { location / { proxy_pass http://app/; } }"
    (found,) = servers(tmp_path, site=text)
    assert (found.sockets, found.ports) == (("/home/x/biomaid.sock",), (80,))


@pytest.mark.parametrize(
    ("text", "proxied"),
    [
        ("location ^~ /p/ { proxy_pass http://unix:/x.sock:/; }", ("^~ /p/", "/x.sock")),
        ("location /p { location /p/q { proxy_pass http://127.0.0.1:8000/; } }", ("/p/q", "127.0.0.1:8000")),
        ("location / { proxy_pass http://[::1]:8000; }", ("/", "[::1]:8000")),
        ("location / { proxy_pass http://$somewhere; }", None),
        ("location @app { proxy_pass http://pool; }", ("@app", "localhost:8001")),
    ],
)
def test_what_is_handed_on_below_which_path(tmp_path: Path, text: str, proxied: tuple[str, str] | None) -> None:
    (found,) = servers(tmp_path, site=f"upstream pool {{ server localhost:8001; }} server {{ {text} }}")
    assert found.proxied == ((proxied,) if proxied else ())


@pytest.mark.parametrize(
    ("words", "listen"),
    [
        ("81", Listen(81)),
        ("81 default_server", Listen(81, default=True)),
        ("*:82", Listen(82)),
        ("[::]:83", Listen(83)),
        ("192.0.2.1:84", Listen(84)),
        ("192.0.2.1", Listen(80)),
        ("443 ssl http2", Listen(443, tls=True)),
        ("unix:/run/x.sock", Listen(0)),
    ],
)
def test_what_it_listens_on(tmp_path: Path, words: str, listen: Listen) -> None:
    (found,) = servers(tmp_path, site=f"server {{ listen {words}; }}")
    assert found.listens == (listen,)
    assert found.ports == ((listen.port,) if listen.port and not listen.tls else ())


def test_a_fault_in_one_file_hides_no_other(tmp_path: Path) -> None:
    good = "server { listen 81; location / { proxy_pass http://unix:/a.sock:/; } }"
    found = servers(tmp_path, bad="server { listen 82;", good=good)
    assert [one.sockets for one in found] == [("/a.sock",)]


def test_a_link_that_leads_nowhere_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "nginx.conf").write_text(f"include {tmp_path}/gone*; server {{ listen 85; }}")
    (tmp_path / "gone").symlink_to("/nonexistent")
    assert [one.ports for one in nginx._servers(str(tmp_path / "nginx.conf"))] == [(85,)]


def test_without_nginx_there_is_none(tmp_path: Path) -> None:
    assert nginx._servers(str(tmp_path / "nginx.conf")) == ()


def test_one_file_by_its_text() -> None:
    text = b"""upstream app { server unix:/home/x/app.sock; server 127.0.0.1; }
    include /etc/nginx/other.conf;  # not read
    server {
        # listen 81;
        server_name a.example
                    "b.example";
        location ^~ /static/ { expires 1d; alias "/home/x/a folder/"; }
        location / { proxy_pass http://app; }
    }"""
    assert servers_in("/etc/nginx/site", text) == (
        Server(
            "/etc/nginx/site",
            (Listen(80),),
            ("a.example", "b.example"),
            ("/home/x/app.sock",),
            (("/", "/home/x/app.sock"), ("/", "127.0.0.1:80")),
            (("^~ /static/", "/home/x/a folder/"),),
        ),
    )


@pytest.mark.parametrize("text", [b"", b"server {\n  listen 80;", b"}", b"\xff\xfe", b"include /etc/nginx/*;"])
def test_a_file_that_nginx_could_not_read_has_no_server(text: bytes) -> None:
    assert servers_in("/etc/nginx/site", text) == ()
