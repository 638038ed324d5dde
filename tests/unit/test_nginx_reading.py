"""nginx's configuration as it is read: which server hands what to whom, on which port, under which names."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.unit.nginx_sites import SITES, Sites
from tests.unit.probes.fake import fake
from wizard.base.values import replace
from wizard.host import nginx_files
from wizard.host.facts import Facts
from wizard.host.files import Content, Listing
from wizard.host.live import Live
from wizard.host.nginx import Handed, Listen, NginxFaults, Server, Servers, configuration, servers_at
from wizard.host.nginx_files import Block, Fault, joined
from wizard.host.nginx_syntax import Directive, parse
from wizard.host.reading import Unknown

ETC = "/etc/nginx"
MAIN = "events { }\nhttp {\n  include sites/*;\n}\n"


def read(texts: dict[str, str | bytes], main: str = MAIN) -> tuple[tuple[Server, ...], tuple[Fault, ...]]:
    """What nginx would load of these files below /etc/nginx."""
    files = {f"{ETC}/{name}": text for name, text in {"nginx.conf": main, **texts}.items()}
    folders: dict[str, list[str]] = {}
    for path in files:
        folder, _slash, name = path.rpartition("/")
        folders.setdefault(folder, []).append(name)
    contents = {Content(path): text.encode() if isinstance(text, str) else text for path, text in files.items()}
    host = fake({**contents, **{Listing(folder): tuple(sorted(names)) for folder, names in folders.items()}})
    servers, faults = configuration(host, f"{ETC}/nginx.conf")
    assert not isinstance(servers, Unknown)
    return servers, faults


def servers(_tmp_path: Path, **files: str) -> tuple[Server, ...]:
    found, faults = read({f"sites/{name}": text for name, text in files.items()})
    assert faults == ()
    return found


def test_all_that_is_usually_included_is_understood_in_one_go(monkeypatch: pytest.MonkeyPatch) -> None:
    batches: list[int] = []

    def counted(work: Any, items: Any) -> list[Any]:
        batches.append(len(items))
        return [work(one) for one in items]

    monkeypatch.setattr(nginx_files, "apart", counted)
    files: dict[str, str | bytes] = {
        "sites/a": "include more/b;\nserver { }",
        "more/b": "server { }",
        "c": "server { include d; }",
        "d": "",
    }
    found, faults = read(files, MAIN + "#include e;\n include c ;")
    assert (len(found), faults, batches) == (3, (), [5])
    # In quotes, it is seen only once its file is understood.
    found, faults = read({"c": "server { }"}, 'http { "include" c; }')
    assert (len(found), faults, batches[1:]) == (1, (), [1, 1])


def test_a_folder_that_may_not_be_listed_is_a_fault_only_where_it_is_included() -> None:
    text = b"events { }\nhttp { server { set $a 'x\n include closed/*;\n'; } }"
    closed = {Listing(f"{ETC}/closed"): Unknown("closed", needs="root"), Content(f"{ETC}/nginx.conf"): text}
    assert configuration(fake(closed), f"{ETC}/nginx.conf")[1] == ()
    closed[Content(f"{ETC}/nginx.conf")] = b"include closed/*;"
    assert configuration(fake(closed), f"{ETC}/nginx.conf")[1] == (Fault(f"{ETC}/nginx.conf", "closed", "root"),)


def test_what_the_document_has_people_write(tmp_path: Path) -> None:
    text = """
    server {
        listen 8080; server_name a.example b.example; root /home/x;
        location / { if (!-f $request_filename) { proxy_pass http://unix:/home/x/biomaid.sock; break; } }
    }"""
    (found,) = servers(tmp_path, site=text)
    socket = "/home/x/biomaid.sock"
    assert found == Server(
        f"{ETC}/sites/site",
        (Listen(8080),),
        ("a.example", "b.example"),
        (socket,),
        (("/", socket),),
        handed=(Handed("/", socket),),
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
        ("set $to pool; location / { proxy_pass http://${to}/x; }", ("/", "localhost:8001")),
        ("set $to a; if ($b) { set $to pool; } location / { proxy_pass http://$to; }", None),
        ("set $to $host; location / { proxy_pass http://$to; }", None),
        ("location @app { proxy_pass http://pool; }", ("@app", "localhost:8001")),
        ("location / { proxy_pass http://POOL; }", ("/", "localhost:8001")),
        ("location / { proxy_pass http://pool$request_uri; }", ("/", "localhost:8001")),
        ("location / { proxy_pass http://unix:///home/x/x.sock; }", ("/", "/home/x/x.sock")),
        ("location / { proxy_pass http://unix:/home//x/x.sock:/a; }", ("/", "/home/x/x.sock")),
    ],
)
def test_what_is_handed_on_below_which_path(tmp_path: Path, text: str, proxied: tuple[str, str] | None) -> None:
    (found,) = servers(tmp_path, site=f"upstream Pool {{ server localhost:8001; }} server {{ {text} }}")
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
        ("80 default", Listen(80, default=True)),
        ("8443; ssl on", Listen(8443, tls=True)),
        ("\u00b2", Listen(80)),
        ("80" + "0" * 5000, Listen(80)),
    ],
)
def test_what_it_listens_on(tmp_path: Path, words: str, listen: Listen) -> None:
    (found,) = servers(tmp_path, site=f"server {{ listen {words}; }}")
    assert found.listens == (listen,)
    assert found.ports == ((listen.port,) if listen.port and not listen.tls else ())


def test_a_range_of_ports(tmp_path: Path) -> None:
    (found,) = servers(tmp_path, site="server { listen 8085-8086; }")
    assert found.ports == (8085, 8086)
    (found,) = servers(tmp_path, site="server { listen 1-65535; }")
    assert len(found.ports) == 64


def test_what_is_included_stands_in_its_place() -> None:
    site = "server { listen 8085; include snippets/app.conf; }"
    (found,), faults = read({"sites/a": site, "snippets/app.conf": "location / { proxy_pass http://unix:/a.sock; }"})
    assert (found.ports, found.sockets, faults) == ((8085,), ("/a.sock",), ())
    files: dict[str, str | bytes] = {"s/b": "server { listen 2; }", "s/a": "server { listen 1; }"}
    found_all, _faults = read(files, "http { include s/*; server { listen 80; } include s/b; }")
    assert [one.ports for one in found_all] == [(1,), (2,), (80,), (2,)]


def test_what_a_pattern_means() -> None:
    names = {
        Listing(ETC): (".c", "a", "b"),
        **{Listing(f"{ETC}/{one}"): (".x.conf", "x.conf", "x.off") for one in "ab"},
    }
    texts = {
        Content(f"{ETC}/{one}/x.conf"): f"server {{ listen {port}; }}".encode() for port, one in ((1, "b"), (2, "a"))
    }
    host = fake({**names, **texts, Content(f"{ETC}/nginx.conf"): b"http { include */[x-z].conf; }"})
    found, faults = configuration(host, f"{ETC}/nginx.conf")
    assert not isinstance(found, Unknown)
    assert [one.ports for one in found] == [(2,), (1,)] and faults == ()


def test_what_is_none_of_http_is_no_server() -> None:
    main = "stream { server { listen 5432; proxy_pass 127.0.0.1:5433; } } http { server { listen 80; } }"
    found, _faults = read({}, main)
    assert [one.ports for one in found] == [(80,)]


GOOD = "server { listen 81; location / { proxy_pass http://unix:/a.sock:/; } }"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("server { listen 82;", "line 1"),
        ("\n}\n", "line 2"),
        (b"\xef\xbb\xbfserver { listen 82; }", "byte order mark"),
        ('server_name "x;', "line 1"),
        ("server { " + "a { " * 100_000, "too many blocks"),
        ("# x\n" * 200_000, "too large"),
        ("include nothing.conf;", "nothing.conf is not there"),
        ("include sites/bad;", "includes it"),
        ("include nothing*.conf;", None),
        ("upstream { server unix:/x; }", "line 1: upstream stands alone"),
        ("server {\n location { } }", "line 2: location stands alone"),
    ],
)
def test_a_fault_in_one_file_is_told_and_hides_no_other(text: str | bytes, why: str | None) -> None:
    found, faults = read({"sites/bad": text, "sites/good": GOOD})
    assert [one.sockets for one in found if one.sockets] == [("/a.sock",)]
    assert len(faults) == (1 if why else 0)
    assert all(why is not None and why in one.why for one in faults)


def test_directives_without_their_words_break_nothing() -> None:
    found, faults = read({"sites/bad": "server { listen; server_name; location { proxy_pass; alias; } }"})
    assert len(found) == 1 and len(faults) == 5


def test_includes_that_multiply_come_to_an_end() -> None:
    files: dict[str, str | bytes] = {f"i/{n}": f"include i/{n + 1}; include i/{n + 1};" for n in range(40)}
    _found, faults = read({**files, "i/40": "server { }"}, "http { include i/0; }")
    assert faults


def test_a_chain_of_blocks_and_includes_comes_to_an_end() -> None:
    files: dict[str, str | bytes] = {f"i/{n}": "a { " * 60 + f"include i/{n + 1};" + " }" * 60 for n in range(19)}
    _found, faults = read(files, "http { include i/0; }")
    assert faults


def test_a_file_that_may_not_be_read_is_told() -> None:
    closed = Unknown("closed", needs="root")
    host = fake({Content(f"{ETC}/nginx.conf"): b"http { include a; }", Content(f"{ETC}/a"): closed})
    assert configuration(host, f"{ETC}/nginx.conf") == ((), (Fault(f"{ETC}/a", "closed", "root"),))
    assert configuration(fake({Content(f"{ETC}/nginx.conf"): closed}), f"{ETC}/nginx.conf")[0] == closed


def test_a_configuration_that_nginx_would_refuse_is_not_known() -> None:
    host = fake({Content(f"{ETC}/nginx.conf"): b"http {"})
    found, faults = configuration(host, f"{ETC}/nginx.conf")
    assert isinstance(found, Unknown) and faults


def test_the_files_of_a_machine(tmp_path: Path) -> None:
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites/a").write_text(GOOD)
    (tmp_path / "sites/gone").symlink_to("/nonexistent")
    (tmp_path / "sites/loop").symlink_to("loop")
    (tmp_path / "nginx.conf").write_text(MAIN)
    found, faults = configuration(Live(facts=Facts()), str(tmp_path / "nginx.conf"))
    assert not isinstance(found, Unknown)
    assert [one.sockets for one in found] == [("/a.sock",)]
    assert [Path(one.file).name for one in faults] == ["gone", "loop"]


def test_a_machine_answers_both_at_once() -> None:
    live = Live(facts=Facts())
    servers, faults = live.read(Servers()), live.read(NginxFaults())
    assert isinstance(servers, tuple | Unknown) and isinstance(faults, tuple)


def test_without_nginx_there_is_none() -> None:
    assert configuration(fake({}), f"{ETC}/nginx.conf") == ((), ())


def test_one_file() -> None:
    text = b"""upstream app { server unix:/home/x/app.sock; server 127.0.0.1; }
    server {
        # listen 81;
        server_name a.example
                    "b.example";
        location ^~ /static/ { expires 1d; alias "/home/x/a folder/"; }
        location / { proxy_pass http://app; }
    }"""
    site = f"{ETC}/site"
    (found,) = servers_at(fake({Content(site): text}), site)
    assert (replace(found, handed=()),) == (
        Server(
            site,
            (Listen(80),),
            ("a.example", "b.example"),
            ("/home/x/app.sock",),
            (("/", "/home/x/app.sock"), ("/", "127.0.0.1:80")),
            (("^~ /static/", "/home/x/a folder/"),),
        ),
    )


@pytest.mark.parametrize("text", [b"", b"server {\n  listen 80;", b"}", b"\xff\xfe", b"include /etc/nginx/*;"])
def test_a_file_that_nginx_could_not_read_has_no_server(text: bytes) -> None:
    assert servers_at(fake({Content(f"{ETC}/site"): text}), f"{ETC}/site") == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a ${b}c d#e; # z", ("a", "${b}c", "d#e")),
        ('return 200 "a\\nb\\"";', ("return", "200", 'a\nb"')),
        ("a '{;}' b;", ("a", "{;}", "b")),
        ("a b'c d;", ("a", "b'c", "d")),
        ("a\r\n\tb;", ("a", "b")),
    ],
)
def test_words(text: str, words: tuple[str, ...]) -> None:
    ((name, args, _line, _block),), mistake = parse(text.encode())
    assert ((name, *args), mistake) == (words, None)


def test_blocks_of_lua_are_passed_over() -> None:
    found, mistake = parse(b"content_by_lua_block { x = '}' -- }\n if { } then } a b;")
    assert ([one[0] for one in found], mistake) == (["content_by_lua_block", "a"], None)


@pytest.mark.parametrize("text", [b'"' * 500_000, b"a\\" * 200_000, b"a b;" * 120_000, b"${" * 200_000, b"a {" * 9])
def test_no_file_takes_long(text: bytes) -> None:
    began = os.times().user
    parse(text)
    assert os.times().user - began < 2


def configurations() -> list[Path]:
    """Those that Jalon itself writes, and the seeds of damaged ones."""
    tests = Path(__file__).parents[1]
    written = tests.glob("cases/*/*/**/sites-available/*.expected")
    return sorted([*written, *(one for one in (tests / "mutations/seeds/nginx").rglob("*") if one.is_file())])


def plain(parsed: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """What crossplane makes of a file, as it is here; it takes the brackets of an `if` away."""
    return [
        (one["directive"], [] if one["directive"] == "if" else one["args"], one["line"], plain(one.get("block", [])))
        for one in parsed
    ]


def ours(directives: tuple[Directive, ...]) -> list[tuple[Any, ...]]:
    """The same of Jalon's own parser."""
    return [
        (name, [] if name == "if" else list(args), line, ours(block or ())) for name, args, line, block in directives
    ]


@pytest.mark.parametrize("sites", SITES, ids=lambda sites: sites.id)
def test_configurations_as_people_write_them(sites: Sites) -> None:
    found, faults = read(dict(sites.files), sites.main)
    assert [(one.ports, one.names, one.proxied) for one in found] == list(sites.served)
    assert faults == ()


@pytest.mark.parametrize("sites", SITES, ids=lambda sites: sites.id)
def test_crossplane_joins_the_same(sites: Sites, tmp_path: Path) -> None:
    """What stands where once all is included, in nginx's order."""
    import crossplane

    for name, text in (*sites.files, ("nginx.conf", sites.main)):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("/etc/nginx", str(tmp_path)), newline="")
    main = str(tmp_path / "nginx.conf")
    theirs = crossplane.parse(main, combine=True, check_ctx=False, check_args=False)
    found, faults = joined(Live(facts=Facts()), main, str(tmp_path))
    assert (theirs["status"], faults) == ("ok", ())
    assert placed(found) == [(one[0], one[1], one[3]) for one in stripped(plain(theirs["config"][0]["parsed"]))]


def stripped(parsed: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The same without lines."""
    return [
        (name, args, line, [(one[0], one[1], one[3]) for one in stripped(within)])
        for name, args, line, within in parsed
    ]


def placed(blocks: tuple[Block, ...]) -> list[tuple[Any, ...]]:
    """The same of what Jalon joins."""
    return [(one.name, [] if one.name == "if" else list(one.args), placed(one.within)) for one in blocks]


@pytest.mark.parametrize("path", configurations(), ids=lambda path: path.name)
def test_crossplane_reads_the_same(path: Path) -> None:
    import crossplane

    theirs = crossplane.parse(str(path), single=True, check_ctx=False, check_args=False)
    found, mistake = parse(path.read_bytes())
    assert mistake is None
    assert ours(found) == plain(theirs["config"][0]["parsed"])
