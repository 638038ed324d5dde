"""What fetches is given the way out, and its failure is told by what is the matter with that."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from wizard.acting.outward import Outward
from wizard.host import ways
from wizard.host.fetching import Fetch, fetch_of
from wizard.host.proxies import Authority, Network, Proxy
from wizard.host.proxy_files import BUNDLES
from wizard.host.ways import Way, tried

GIVEN = "http://u:s3cret%23@px:3128"
ALL = tuple(Proxy(scheme, GIVEN, "/etc/environment") for scheme in ("http", "https"))
OF_APT = Proxy("http", "http://cache:3142", "/etc/apt/apt.conf", "apt")
GIT = Fetch("git", "https://git.example.org/x.git")


def outward(network: Network, *answers: Way) -> Outward:
    """The ways out, tests of which are answered in that order."""
    left = list(answers)
    return Outward(network, lambda line: None, lambda address, proxy, bundle: left.pop(0))


@pytest.mark.parametrize(
    ("words", "fetch"),
    [
        (("git", "clone", "--", "https://h/x.git", "/x"), Fetch("git", "https://h/x.git")),
        (("git", "clone", "--upload-pack", "git upload-pack", "--", "file:///x", "/x"), None),
        (("git", "clone", "--", "git@h:x.git", "/x"), None),
        (("git", "-C", "/x", "rev-parse", "HEAD"), None),
        (("/v/bin/python", "-m", "pip", "install", "--index-url", "https://i/simple", "x"), Fetch("pip", "https://i/simple")),
        (("/h/.local/bin/poetry", "install"), Fetch("pip", "https://own/simple")),
        (("sh", "-c", "curl -O https://h/x"), Fetch("")),
        (("psql", "-c", "select 1"), None),
    ],
)  # fmt: skip
def test_what_fetches(words: tuple[str, ...], fetch: Fetch | None) -> None:
    assert fetch_of(words, {}, "https://own/simple") == fetch


def test_it_is_given_the_proxy_and_one_bundle_for_all_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in BUNDLES:
        monkeypatch.delenv(name, raising=False)
    network = Network(ALL, ("example.org",), (Authority("/p.pem", "/etc/pip.conf", "pip"),), bundle="/bundle.pem")
    given = outward(network).environment(GIT)
    assert given["https_proxy"] == given["http_proxy"] == GIVEN
    assert given["no_proxy"] == "localhost,127.0.0.1,::1,example.org"
    assert (given["REQUESTS_CA_BUNDLE"], "PIP_CERT" in given) == ("/bundle.pem", False)
    assert outward(Network()).environment(GIT) == {}


@pytest.mark.parametrize("outcome", ways.OF_PROXY)
def test_a_proxy_that_is_the_reason_is_named_before_anything_starts(outcome: str) -> None:
    trouble = outward(Network(ALL), Way(outcome, "said")).before(GIT)
    assert trouble is not None
    assert "http://px:3128 (/etc/environment)" in trouble.text
    assert "s3cret" not in trouble.text + trouble.remedy


def test_what_is_beyond_the_proxy_stops_nothing_before_it_failed() -> None:
    assert outward(Network(ALL), Way(ways.BEYOND)).before(GIT) is None
    trouble = outward(Network(ALL), Way(ways.BEYOND, "HTTP/1.1 502")).after(GIT, "")
    assert trouble is not None
    assert "does not reach git.example.org itself: HTTP/1.1 502" in trouble.text


def test_another_tool_s_proxy_is_taken_where_no_other_way_leads_there() -> None:
    closed = outward(Network((OF_APT,)), Way(ways.SILENT), Way())
    assert closed.before(GIT) is None
    assert closed.environment(GIT)["https_proxy"] == "http://cache:3142"
    assert "https_proxy" not in closed.environment(Fetch("pip"))
    open_ = outward(Network((OF_APT,)), Way())
    assert open_.before(GIT) is None
    assert open_.environment(GIT) == {}


def test_a_closed_network_without_a_proxy_is_named_before_apt_is_asked() -> None:
    mirrors = ("http://m.example.org/debian", "http://s.example.org/debian")
    fetch = Fetch("apt", mirrors[0], mirrors)
    trouble = outward(Network(), Way(ways.SILENT), Way(ways.SILENT)).before(fetch)
    assert trouble is not None
    assert "no mirror of packages was reached: m.example.org" in trouble.text
    assert outward(Network(), Way(ways.SILENT), Way()).before(fetch) is None
    assert outward(Network(scripts=True)).before(fetch) is None
    assert outward(Network()).before(Fetch("apt", mirrors[0])) is None


def test_the_one_proxy_is_tested_before_anything_begins() -> None:
    trouble = outward(Network(ALL), Way(ways.REFUSED)).first()
    assert trouble is not None
    assert "refuses connections" in trouble.text
    assert outward(Network()).first() is None
    assert outward(Network((*ALL, OF_APT))).first() is None


def test_what_is_spared_and_what_no_proxy_is_set_for() -> None:
    assert outward(Network(ALL, ("git.example.org",))).before(GIT) is None
    assert outward(Network()).before(GIT) is None
    trouble = outward(Network(), Way(ways.UNRESOLVED)).after(GIT, "")
    assert trouble is not None
    assert "no proxy is set" in trouble.text
    trouble = outward(Network(), Way(ways.UNTRUSTED, "self-signed certificate")).after(GIT, "")
    assert trouble is not None
    assert "`authority`" in trouble.remedy
    assert outward(Network(), Way(ways.REFUSED)).after(GIT, "") is None


@contextmanager
def answering(line: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """A proxy that says one thing to whoever asks once; its port, and what it was asked."""
    asked: list[bytes] = []

    def serve() -> None:
        client, _address = server.accept()
        with client:
            asked.append(client.recv(4096))
            client.sendall(line + b"\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1], asked
        thread.join(5)


@pytest.mark.parametrize(
    ("line", "address", "outcome"),
    [
        (b"HTTP/1.1 407 Who", "https://h/", ways.ASKS),
        (b"HTTP/1.1 401 Unauthorized", "https://h/", ways.ASKS),
        (b"HTTP/1.1 401 Unauthorized", "http://h/", ways.REJECTS),
        (b"HTTP/1.0 403 No", "https://h/", ways.FORBIDS),
        (b"HTTP/1.1 404 Not found", "http://h/", ways.REACHED),
        (b"HTTP/1.1 503 Nobody", "http://h/", ways.BEYOND),
        (b"SSH-2.0-OpenSSH", "https://h/", ways.STRANGE),
    ],
)
def test_what_a_proxy_says(line: bytes, address: str, outcome: str) -> None:
    with answering(line) as (port, asked):
        proxy = Proxy("https", f"http://u:p%40ss@127.0.0.1:{port}", "")
        assert tried(address, proxy).outcome == outcome
    assert b"Proxy-Authorization: Basic dTpwQHNz" in asked[0]
    assert asked[0].startswith(b"CONNECT h:443 " if address.startswith("https") else b"HEAD http://h/ ")


def test_no_password_for_a_program_of_an_ordinary_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ways, "answers_for_another", lambda connection: True)
    with socket.create_server(("127.0.0.1", 0)) as server:
        proxy = Proxy("https", f"http://u:p@127.0.0.1:{server.getsockname()[1]}", "")
        assert tried("https://h/", proxy).outcome == ways.ORDINARY
    assert tried("https://h/", proxy).outcome == ways.REFUSED
