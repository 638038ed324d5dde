from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs

import pytest

from tests.unit.probes.fake import FakeHands, fake
from wizard.base.secret import Secret
from wizard.findings.finding import Finding
from wizard.probes.trials.browser import Page
from wizard.probes.trials.login import LogsIn, login_form

# As BiomAid has it: three forms on one page, and only the first is for logging in.
SIGN = """<html><input name="search">
<form method="post" id="signin"><input type="hidden" name="csrfmiddlewaretoken" value="tok&amp;en">
 <input type="text" name="username"><input type="password" name="password">
 <input type="hidden" name="form" value="sign-in"><button type="submit" name="submit">Go</button></form>
<form method="POST"><input type="email" name="email"><input type="hidden" name="form" value="password-reset"></form>
<form method="post"><input type="text" name="username"><input type="password" name="password1">
 <input type="password" name="password2"><input type="hidden" name="form" value="sign-up"></form></html>"""
PORTAL = '<a href="/help/">Help</a><a href="/common/logout/">Out</a>'
SECRET = "p&ss=wörd%"


class Application(BaseHTTPRequestHandler):
    """Django's manners: a CSRF cookie with its token, redirects, a new session on login."""

    seen: ClassVar[list[str]] = []
    mode: ClassVar[str] = ""

    def do_GET(self) -> None:
        self.seen.append(f"GET {self.path}")
        if self.mode == "broken":
            self._answer(500)
        elif self.path == "/":
            self._answer(302, location="/portal/sign/")
        elif self.path == "/portal/sign/":
            self._answer(200, "no form" if self.mode == "formless" else SIGN, ("csrftoken=abc; Path=/",))
        elif "sessionid=s1" in (self.headers["Cookie"] or ""):
            self._answer(500 if self.mode == "fails-inside" else 200, PORTAL)
        else:
            self._answer(302, location="/portal/sign/")

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        given = {name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()}
        self.seen.append(f"POST {self.path} {given.get('form')}")
        origin = f"http://serveur:{self.server.server_port}"  # type: ignore[attr-defined]
        trusted = self.headers["Origin"] == origin and self.headers["Referer"] == f"{origin}/portal/sign/"
        trusted = trusted and "csrftoken=abc" in self.headers["Cookie"]
        if self.mode == "csrf" or not trusted or given.get("csrfmiddlewaretoken") != "tok&en":
            self._answer(403)
        elif (given.get("username"), given.get("password")) == ("admin", SECRET):
            self._answer(302, "", ("sessionid=s1; HttpOnly; Path=/", "csrftoken=def"), "../login_check/")
        else:
            self._answer(200, SIGN)

    def _answer(self, status: int, text: str = "", cookies: tuple[str, ...] = (), location: str = "") -> None:
        self.send_response(status)
        for cookie in cookies:
            self.send_header("Set-Cookie", cookie)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    Application.seen, Application.mode = [], ""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Application)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def tried(port: int, account: str = "admin", password: str = SECRET) -> Finding:
    trial = LogsIn("service.login", "t", "/", "serveur", port, account, Secret("first_account_password", password))
    return trial.attempt(fake(), FakeHands())


def test_the_account_gets_in_and_out_again(port: int) -> None:
    finding = tried(port)
    assert finding.outcome == "passed"
    assert finding.evidence == "admin is logged in: HTTP 200 at /portal/login_check/, cookie csrftoken, sessionid"
    assert Application.seen == [
        "GET /", "GET /portal/sign/", "POST /portal/sign/ sign-in", "GET /portal/login_check/", "GET /common/logout/",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("mode", "cause"),
    [
        ("formless", "login-form-missing"),
        ("broken", "login-form-missing"),
        ("csrf", "csrf-refused"),
        ("fails-inside", "application-error"),
    ],
)
def test_what_keeps_it_out(port: int, mode: str, cause: str) -> None:
    Application.mode = mode
    finding = tried(port)
    assert finding.outcome == "failed"
    assert finding.cause and finding.cause.id == cause


def test_a_wrong_password_is_said_and_never_shown(port: int) -> None:
    finding = tried(port, password="hidden-one")
    assert finding.outcome == "failed"
    assert finding.cause and finding.cause.id == "account-password-refused"
    assert "hidden-one" not in repr(finding)


def test_a_password_that_nobody_knows_is_asked_for_and_not_tried() -> None:
    trial = LogsIn("service.login", "t", "/", "serveur", 1, "chef", Secret("first_account_password", ""))
    assert "`first_account_password`" in trial.lacks and "chef" in trial.lacks
    assert not LogsIn("service.login", "t", "/", "serveur", 1, "chef", Secret("first_account_password", "x")).lacks


def test_nobody_there() -> None:
    finding = tried(1)
    assert finding.cause and finding.cause.id == "nothing-listens"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (SIGN, True),
        ('<form method="post"><input name="email"><input type="password" name="pw"></form>', True),
        ('<form method="get"><input name="user"><input type="password" name="pw"></form>', False),
        ('<form method="post"><input type="password" name="pw"></form>', False),
        ('<form method="post"><input name="search"></form><input type="password" name="pw">', False),
    ],
)
def test_which_form_is_for_logging_in(text: str, found: bool) -> None:
    assert (login_form(Page(200, "/", text)) is not None) is found
