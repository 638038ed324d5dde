from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.unit.probes.fake import LOG, Moving, fake, page
from wizard.base.values import replace
from wizard.causes.site import Site
from wizard.findings.finding import Finding
from wizard.host.files import Entry, EntryAt
from wizard.host.http import Get, Response
from wizard.host.logs import LogTail
from wizard.host.processes import Process
from wizard.host.reading import NotKnown, Reading, Unknown
from wizard.host.sockets import Connection
from wizard.host.units import Unit, UnitState
from wizard.host.users import Account, User
from wizard.probes.http import FormThere, NobodyListens, NotServed, PageAnswers

PNG = b"\x89PNG\r\n\x1a\n"
LOGO = PageAnswers("nginx.logo", "t", "/static/l.png", "serveur", 80, type="image/png", signature=PNG)
ASKED = Get("/static/l.png", "serveur", 80)
NGINX = Unit("nginx.service")
WWW = Account("www-data")


def line(what: str, errno: int, words: str, path: str = "/static/l.png") -> str:
    said = f"2026/01/01 00:00:00 [crit] 7#7: *1 {what} failed ({errno}: {words})"
    return f'{said}, client: ::1, request: "GET {path} HTTP/1.1"'


def named(finding: Finding) -> tuple[str, str]:
    return finding.outcome, finding.cause.id if finding.cause else ""


def test_a_page_as_it_should_be_passes_with_its_figures() -> None:
    finding = LOGO.observe(fake({ASKED: page(200, PNG + b"1234", "image/png")}))
    assert finding.outcome == "passed"
    assert finding.evidence == "HTTP 200, image/png, 12 bytes"
    assert list(LOGO.reads()) == [ASKED]


@pytest.mark.parametrize(
    ("answered", "cause"),
    [
        (Response(error="ECONNREFUSED"), "nothing-listens"),
        (Response(error="ETIMEDOUT", seconds=10), "no-answer-in-time"),
        (Response(error="RemoteDisconnected"), "connection-broken"),
        (page(400), "name-not-allowed"),
        (page(403), "access-refused"),
        (page(404), "page-missing"),
        (page(404, b"<h1>Welcome to nginx!</h1>"), "default-site-answers"),
        (page(200, b"<h1>Welcome to nginx!</h1>"), "default-site-answers"),
        (page(200, b"<title>HTTP Server Test Page powered by: Rocky Linux</title>"), "default-site-answers"),
        (page(200, b"<title>Test Page for the HTTP Server on AlmaLinux</title>"), "default-site-answers"),
        (page(200, b"<title>Apache2 Debian Default Page"), "apache-answers"),
        (page(200, b"<title>Apache2 Ubuntu Default Page"), "apache-answers"),
        (page(302, location="/login/"), "redirected"),
        (page(502), "upstream-unreachable"),
        (page(504), "application-too-slow"),
        (page(500), "application-error"),
        (page(418), "wrong-status"),
        (page(200, PNG, "text/html"), "wrong-type"),
        (page(200, b"<html>", "image/png"), "wrong-content"),
    ],
)
def test_each_wrong_answer_has_its_cause(answered: Response, cause: str) -> None:
    finding = LOGO.observe(fake({ASKED: answered}))
    assert named(finding) == ("failed", cause)
    assert answered.says() in finding.evidence


def test_a_page_without_its_words() -> None:
    probe = PageAnswers("a.b", "t", "/", "serveur", 80, contains="BiomAid")
    finding = probe.observe(fake({Get("/", "serveur", 80): page(200, b"Other")}))
    assert named(finding) == ("failed", "text-missing")
    assert "BiomAid" in finding.evidence


def test_nginx_that_is_stopped_is_told_from_nothing_at_all() -> None:
    stopped = UnitState(load="loaded", active="failed")
    finding = LOGO.observe(fake({ASKED: Response(error="ECONNREFUSED"), NGINX: stopped}))
    assert named(finding) == ("failed", "nginx-not-running")
    assert finding.remedy and finding.remedy.commands == ("nginx -t", "systemctl start nginx.service")


def test_a_missing_file_is_named_from_the_log() -> None:
    log = line('open() "/home/demo/staticfiles/l.png"', 2, "No such file or directory")
    finding = LOGO.observe(fake({ASKED: page(404), LogTail(LOG): (log,)}))
    assert named(finding) == ("failed", "file-missing")
    assert finding.cause and "/home/demo/staticfiles/l.png" in finding.cause.text


def home(mode: int, groups: tuple[str, ...], held: tuple[str, ...] = ()) -> dict[Reading[Any], Any]:
    worker = Process(8, "www-data", held or groups, ("nginx: worker process",), 7)
    return {
        EntryAt("/home/demo"): Entry("directory", "demo", "demo", mode),
        WWW: User(33, "/var/www", "", "", groups),
        NGINX: UnitState("loaded", "active", processes=(worker,)),
    }


SITE = "/etc/nginx/sites-available/demo"
SITED = replace(LOGO, site=Site(SITE, SITE, 80, ("serveur",), folders=(("/static/", "/home/demo/staticfiles/"),)))
SITE_THERE: dict[Reading[Any], Any] = {EntryAt(SITE): Entry()}


OPENS = "runuser -u demo -- chmod g+x /home/demo"


@pytest.mark.parametrize(
    ("mode", "groups", "held", "cause", "commands"),
    [
        (
            0o700,
            ("www-data",),
            (),
            "home-not-traversable",
            [OPENS, "usermod -aG demo www-data"],
        ),
        (0o700, ("www-data", "demo"), (), "home-not-traversable", [OPENS]),
        (0o750, ("www-data",), (), "group-not-member", ["usermod -aG demo www-data"]),
        (0o750, ("www-data", "demo"), ("www-data",), "group-not-held-yet", []),
    ],
)
def test_what_closes_a_home_to_nginx(
    mode: int, groups: tuple[str, ...], held: tuple[str, ...], cause: str, commands: list[str]
) -> None:
    log = line('open() "/home/demo/staticfiles/l.png"', 13, "Permission denied")
    finding = SITED.observe(fake({**SITE_THERE, ASKED: page(403), LogTail(LOG): (log,), **home(mode, groups, held)}))
    assert named(finding) == ("failed", cause)
    assert finding.remedy and list(finding.remedy.commands) == [*commands, "systemctl restart nginx.service"]


def test_it_is_closed_to_the_user_that_nginx_has_there() -> None:
    """By its processes; where none runs, by the family of the machine."""
    log = line('open() "/home/demo/staticfiles/l.png"', 13, "Permission denied")
    answers: dict[Reading[Any], Any] = {ASKED: page(403), LogTail(LOG): (log,), **home(0o700, ())}
    answers |= {Account("nginx"): User(990, "/", "", "", ("nginx",))}
    running = UnitState("loaded", "active", processes=(Process(8, "nginx", ("nginx",), ("nginx: worker process",), 7),))
    for state, manager in ((running, "apt"), (UnitState("loaded"), "dnf")):
        finding = SITED.observe(fake({**SITE_THERE, **answers, NGINX: state}, package_manager=manager))
        assert finding.cause and "nginx may not pass" in finding.cause.text
        assert finding.remedy and "usermod -aG demo nginx" in finding.remedy.commands


def test_a_folder_of_root_is_opened_only_where_it_is_always_open() -> None:
    log = line('open() "/home/demo/staticfiles/l.png"', 13, "Permission denied")
    answers: dict[Reading[Any], Any] = {ASKED: page(403), LogTail(LOG): (log,), **home(0o750, ("www-data", "demo"))}
    finding = SITED.observe(
        fake({**SITE_THERE, **answers, EntryAt("/home"): Entry("directory", "root", "root", 0o700)})
    )
    assert named(finding) == ("failed", "home-not-traversable")
    assert finding.remedy is not None and not finding.remedy.safe
    assert finding.remedy.commands == ("chmod 755 /home",)


def test_a_line_about_another_file_opens_nothing() -> None:
    """Whoever asks for a page writes the end of the line: the referrer may hold any words."""
    log = line('open() "/home/demo/media/secret.pdf"', 13, "Permission denied")
    answers = {LogTail(LOG): (log,), EntryAt("/home/demo/media/secret.pdf"): Entry("file", "demo", "demo", 0o600)}
    finding = SITED.observe(fake({**SITE_THERE, ASKED: page(403), **answers, **home(0o750, ("www-data", "demo"))}))
    assert named(finding) == ("failed", "access-refused")
    assert finding.remedy is None


# --- the 502 that must be there

SOCKET = "/home/demo/biomaid.sock"
ROOT = Get("/", "serveur", 80)
WAITING = NobodyListens("nginx.waiting", "t", "/", "serveur", 80, SOCKET, LOG, "service")


def upstream(errno: int, words: str, socket: str = SOCKET) -> str:
    return line(f"connect() to unix:{socket}", errno, words, "/") + f', upstream: "http://unix:{socket}:/"'


NOBODY = upstream(2, "No such file or directory")
DENIED = upstream(13, "Permission denied")


def waiting(log: tuple[str, ...] | Unknown, connected: str = "ENOENT", status: int = 502) -> dict[Reading[Any], Any]:
    return {ROOT: page(status), Connection(SOCKET): connected, LogTail(LOG): log}


@pytest.mark.parametrize(
    ("log", "connected", "words"),
    [
        (NOBODY, "ENOENT", "No such file or directory"),
        (upstream(111, "Connection refused"), "ECONNREFUSED", "Connection refused"),
    ],
)
def test_the_502_because_nobody_listens_passes(log: str, connected: str, words: str) -> None:
    finding = WAITING.observe(fake(waiting((DENIED, log), connected)))
    assert finding.outcome == "passed"
    assert finding.evidence.endswith(f"nobody listens on {SOCKET} yet, as it should be (connect: {words})")


def test_it_counts_until_its_checkpoint_and_reads_the_log_last() -> None:
    assert WAITING.until == "service"
    assert not any(isinstance(reading, LogTail) for reading in WAITING.reads())


@pytest.mark.parametrize(
    ("answers", "cause"),
    [
        ({**waiting((NOBODY, DENIED)), **home(0o700, ("www-data", "demo"))}, "home-not-traversable"),
        ({**waiting((DENIED,)), **home(0o750, ("www-data", "demo"))}, "upstream-permission"),
        ({**waiting((DENIED,), ""), **home(0o750, ("www-data", "demo"))}, "upstream-permission"),
        (waiting((upstream(105, "No buffer space available"),)), "upstream-unreachable"),
        (waiting((), "", 200), "service-already-answers"),
        (waiting((), "", 302), "service-already-answers"),
        (waiting((), status=403), "access-refused"),
        (waiting((), status=404), "page-missing"),
        (waiting((), status=400), "name-not-allowed"),
        ({ROOT: Response(error="ECONNREFUSED")}, "nothing-listens"),
    ],
)
def test_any_other_answer_fails(answers: dict[Reading[Any], Any], cause: str) -> None:
    assert named(WAITING.observe(fake(answers))) == ("failed", cause)


def test_a_log_that_says_nothing_of_this_socket_proves_nothing() -> None:
    other = upstream(2, "No such file or directory", "/home/demo/biomaid.sock2")
    finding = WAITING.observe(fake(waiting((other,))))
    assert finding.outcome == "unknown"
    assert SOCKET in finding.because


def test_a_log_that_may_not_be_read_is_not_known() -> None:
    with pytest.raises(NotKnown):
        WAITING.observe(fake(waiting(Unknown("only root", needs="root"))))


def of_upstream(said: str, path: str = "/", place: str = f"unix:{SOCKET}:") -> str:
    start = f"2026/01/01 00:00:00 [error] 7#7: *9 {said}, client: ::1, server: x"
    return f'{start}, request: "GET {path} HTTP/1.1", upstream: "http://{place}/"'


OLD = upstream(2, "No such file or directory")
READING = "while reading response header from upstream"


@pytest.mark.parametrize(
    ("lines", "cause", "says"),
    [
        ((OLD,), "service-not-started", SOCKET),
        ((OLD, of_upstream(f"recv() failed (104: Connection reset by peer) {READING}")), "upstream-hung-up", "reset"),
        ((OLD, of_upstream(f"readv() failed (104: Connection reset by peer) {READING}")), "upstream-hung-up", "readv"),
        ((OLD, of_upstream(f"upstream prematurely closed connection {READING}")), "upstream-hung-up", "premature"),
        ((OLD, of_upstream(f"upstream sent too big header {READING}")), "upstream-header-too-big", "larger"),
        ((OLD, of_upstream(f"upstream sent no valid HTTP/1.0 header {READING}")), "upstream-unreachable", "no valid"),
        ((OLD, of_upstream("no live upstreams while connecting to upstream")), "upstream-unreachable", "no live"),
        (
            (OLD, of_upstream("a word of tomorrow while SSL handshaking to upstream")),
            "upstream-unreachable",
            "tomorrow",
        ),
        ((OLD, upstream(11, "Resource temporarily unavailable")), "upstream-busy", SOCKET),
        ((of_upstream(f"recv() failed (104: x) {READING}"), OLD), "service-not-started", SOCKET),
        # Another request's, a line of less weight, and one about nginx's own page for a 502.
        ((OLD, of_upstream(f"recv() failed (104: x) {READING}", "/x")), "service-not-started", SOCKET),
        ((OLD, of_upstream("a response is buffered").replace("[error]", "[warn]")), "service-not-started", SOCKET),
        ((OLD, line('open() "/srv/502.html"', 2, "No such file or directory", "/")), "service-not-started", SOCKET),
        (
            (OLD, of_upstream("connect() failed (111: Connection refused) while connecting to upstream", place="::1")),
            "service-not-started",
            "127.0.0.1:8001",
        ),
    ],
)
def test_the_newest_line_decides_and_unknown_words_are_said(lines: tuple[str, ...], cause: str, says: str) -> None:
    site = Site(SITE, SITE, 80, ("serveur",), upstream="127.0.0.1:8001")
    probe = PageAnswers("a.b", "t", "/", "serveur", 80, site=site)
    finding = probe.observe(fake({**SITE_THERE, ROOT: page(502), LogTail(LOG): lines}))
    assert named(finding) == ("failed", cause)
    assert finding.cause and says in finding.cause.text


def test_a_rule_that_forbids_is_said() -> None:
    log = of_upstream("access forbidden by rule", ASKED.path)
    finding = LOGO.observe(fake({ASKED: page(403), LogTail(LOG): (log,)}))
    assert finding.cause and "access forbidden by rule" in finding.cause.text


# --- what may never be served

HOLE = Get("/static../biomaid/instance_settings.py", "serveur", 80, again=20.0)
SAFE = NotServed("nginx.hole", "t", HOLE.path, "serveur", 80, marks=(b"SECRET_KEY",))


@pytest.mark.parametrize("status", [302, 400, 403, 404, 502])
def test_a_file_that_is_not_served_passes(status: int) -> None:
    finding = SAFE.observe(fake({HOLE: page(status)}))
    assert finding.outcome == "passed"
    assert str(status) in finding.evidence


@pytest.mark.parametrize(
    ("answered", "cause"),
    [
        (page(200, b"SECRET_KEY = 'hidden'"), "settings-served"),
        (page(404, b"SECRET_KEY = 'hidden'"), "settings-served"),
        (page(200, b"portal"), "answers-where-nothing-should"),
        (Response(error="ECONNREFUSED"), "nothing-listens"),
    ],
)
def test_a_file_that_is_served_fails_without_showing_it(answered: Response, cause: str) -> None:
    finding = SAFE.observe(fake({HOLE: answered}))
    assert named(finding) == ("failed", cause)
    assert "hidden" not in repr(finding)


BESIDE = Get("/static../biomaid/manage.py", "serveur", 80, again=20.0)
CLOSED = NotServed("nginx.hole", "t", HOLE.path, "serveur", 80, marks=(b"SECRET_KEY",), neighbours=(BESIDE.path,))


@pytest.mark.parametrize("status", [301, 302, 403, 404, 502])
def test_a_file_whose_neighbours_are_not_served_passes(status: int) -> None:
    assert CLOSED.observe(fake({HOLE: page(403), BESIDE: page(status)})).outcome == "passed"
    assert list(CLOSED.reads()) == [HOLE, BESIDE]


@pytest.mark.parametrize("one", [Response(error="ETIMEDOUT"), Response(error="RemoteDisconnected"), page(504)])
def test_what_is_not_answered_is_unknown(one: Response) -> None:
    for answered in ({HOLE: one, BESIDE: page(404)}, {HOLE: page(404), BESIDE: one}):
        finding = CLOSED.observe(fake(answered))
        assert (finding.outcome, finding.cause) == ("unknown", None) and "busy" in finding.because


def test_a_file_that_only_its_mode_keeps_from_being_served_fails() -> None:
    finding = CLOSED.observe(fake({HOLE: page(403), BESIDE: page(200, b"import os", "text/plain")}))
    assert named(finding) == ("failed", "folder-served")
    assert "/static../biomaid/manage.py" in finding.evidence
    assert "HTTP 403" in finding.evidence


# --- the form

FORM = FormThere("service.form", "t", "/", "serveur", 80)
LANDED = Get("/", "serveur", 80, follow=5)
HTML = b'<form method="post"><input name="csrfmiddlewaretoken"></form>'


def test_the_form_at_the_end_of_the_redirects() -> None:
    answered = Response(status=200, type="text/html", body=HTML, path="/geqip/common/sign/")
    finding = FORM.observe(fake({LANDED: answered}))
    assert finding.outcome == "passed"
    assert "/geqip/common/sign/" in finding.evidence


@pytest.mark.parametrize(
    ("answered", "cause"),
    [
        (page(200, b"<form></form>"), "form-missing"),
        (page(200, HTML, "text/plain"), "form-missing"),
        (page(502), "upstream-unreachable"),
        (page(200, HTML + b"Welcome to nginx!"), "default-site-answers"),
    ],
)
def test_a_page_without_its_form(answered: Response, cause: str) -> None:
    assert named(FORM.observe(fake({LANDED: answered}))) == ("failed", cause)


# --- a real server


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/logo.png":
            self._answer(200, PNG + b"x", "image/png")
        elif self.path == "/" and self.headers["Host"].startswith("serveur"):
            self.send_response(302)
            self.send_header("Location", "/sign/")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif self.path == "/sign/":
            self._answer(200, HTML, "text/html; charset=utf-8")
        else:
            self._answer(400, b"Bad Request (400)", "text/html")

    def _answer(self, status: int, body: bytes, type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def test_over_a_real_connection(port: int) -> None:
    host = Moving(live=True)
    logo = PageAnswers("a.logo", "t", "/logo.png", "serveur", port, type="image/png", signature=PNG)
    assert logo.observe(host).evidence == "HTTP 200, image/png, 9 bytes"
    assert FormThere("a.form", "t", "/", "serveur", port).observe(host).outcome == "passed"
    assert named(PageAnswers("a.x", "t", "/", "other", port).observe(host)) == ("failed", "name-not-allowed")
    assert NotServed("a.n", "t", "/x", "serveur", port).observe(host).outcome == "passed"


def test_nobody_listens_on_a_real_port(port: int) -> None:
    free = PageAnswers("a.b", "t", "/", "serveur", 1)
    assert named(free.observe(Moving(live=True))) == ("failed", "nothing-listens")
