"""A git address with a password: kept as a secret, and told to git and its server alone."""

from __future__ import annotations

import base64
import os
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import which
from typing import ClassVar

import pytest

from tests.unit.support import machine
from wizard.answers import checks
from wizard.answers.questions import SECRET, BadAnswers, Question, holds_secret, validate_answers
from wizard.base.addresses import access_of, split, without_password
from wizard.base.secret import Secret
from wizard.changes.change import Failed
from wizard.changes.git import CheckedOut, Cloned
from wizard.host.facts import gather
from wizard.host.files import user_name

TOKEN = "t0k%3Aen-With_Canary"  # which is `t0k:en-With_Canary`
BACKEND = Path("/usr/lib/git-core/git-http-backend")
served = pytest.mark.skipif(not (which("git") and BACKEND.exists()), reason="git has no server over HTTP here")


@pytest.mark.parametrize(
    ("text", "address", "secret"),
    [
        ("https://labo:TOKEN@git.labo.fr/x.git", "https://labo@git.labo.fr/x.git", "https://labo:TOKEN@git.labo.fr"),
        ("https://labo:a@b@git:8443/x", "https://labo@git:8443/x", "https://labo:a@b@git:8443"),
        ("https://:TOKEN@git/x", "https://git/x", "https://:TOKEN@git"),
        ("https://ghp_abcdef@github.com/x/y", "https://github.com/x/y", "https://ghp_abcdef@github.com"),
        ("https://0123456789abcdef0123@git/x", "https://git/x", "https://0123456789abcdef0123@git"),
        ("ssh://git:pw@host/x", "ssh://git@host/x", "ssh://git:pw@host"),
        ("https://labo@git.labo.fr/x.git", "https://labo@git.labo.fr/x.git", ""),
        ("https://labo:@git/x", "https://labo@git/x", ""),
        ("https://git.labo.fr/a@b:c/x.git", "https://git.labo.fr/a@b:c/x.git", ""),
        ("git@host:labo/x.git", "git@host:labo/x.git", ""),
        ("/srv/a:b@c", "/srv/a:b@c", ""),
        ("file:///srv/x", "file:///srv/x", ""),
    ],
)
def test_what_is_secret_of_an_address(text: str, address: str, secret: str) -> None:
    assert split(text) == (address, secret)
    assert without_password(address) == address


@pytest.mark.parametrize(
    ("address", "opens"),
    [
        ("https://git.labo.fr/other.git", True),
        ("https://labo@GIT.labo.fr/x", True),
        ("https://git.labo.fr:8443/x", False),
        ("http://git.labo.fr/x", False),
        ("https://git.labo.fr.evil.org/x", False),
        ("https://evil.org/git.labo.fr", False),
        ("https://git.labo.fr@evil.org/x", False),
        ("/srv/x", False),
    ],
)
def test_it_opens_that_server_and_no_other(address: str, opens: bool) -> None:
    found = access_of("https://labo:t0%40k@git.labo.fr", address)
    assert (found is not None) is opens
    if found:
        assert (found.user, found.password) == ("labo", "t0@k")


QUESTIONS = (
    Question("source", "Source", check=checks.git_address, credential="source_access"),
    Question("source_access", "Access", kind=SECRET, check=checks.git_access, length=0),
    Question("other", "Other", default="/srv/x", check=checks.git_address),
)


def test_an_answer_loses_it_to_the_secret() -> None:
    given = {"source": f"https://labo:{TOKEN}@git/x"}
    answers = validate_answers(QUESTIONS, given, gather())
    assert answers.source == "https://labo@git/x"
    assert answers.source_access == Secret("source_access", f"https://labo:{TOKEN}@git")
    assert holds_secret(QUESTIONS, given)
    assert not holds_secret(QUESTIONS, {"source": "https://labo@git/x"})


def test_where_no_secret_takes_it_it_is_refused_unseen() -> None:
    with pytest.raises(BadAnswers) as caught:
        validate_answers(QUESTIONS, {"other": f"https://labo:{TOKEN}@git/x"}, gather())
    assert "other" in str(caught.value)
    assert "Canary" not in str(caught.value)


class Server(BaseHTTPRequestHandler):
    """git's own server, behind a password."""

    root = Path()
    passwords: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        given = self.headers.get("Authorization", "")
        self.passwords.append(given)
        if given != "Basic " + base64.b64encode(b"labo:t0k:en-With_Canary").decode():
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="git"')
            self.end_headers()
            return
        path, _mark, query = self.path.partition("?")
        env = {
            "GIT_PROJECT_ROOT": str(self.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "REMOTE_USER": "labo",
            "PATH": os.environ["PATH"],
        }
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        done = subprocess.run([str(BACKEND)], input=body, env=env, capture_output=True, check=False)
        head, _empty, rest = done.stdout.partition(b"\r\n\r\n")
        self.send_response(200)
        for line in head.decode().split("\r\n"):
            name, _colon, value = line.partition(": ")
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(rest)

    do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[str]:
    """A repository behind a password; its address without one."""
    work = tmp_path / "served" / "x"
    git = ("git", "-C", str(work), "-c", "user.name=a", "-c", "user.email=a@b")
    work.mkdir(parents=True)
    subprocess.run((*git, "init", "-q", "-b", "stable"), check=True)
    subprocess.run((*git, "commit", "-q", "--allow-empty", "-m", "one"), check=True)
    Server.root, Server.passwords = tmp_path / "served", []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://labo@127.0.0.1:{server.server_port}/x"
    server.shutdown()
    server.server_close()


@served
def test_git_is_told_it_and_keeps_it_nowhere(tmp_path: Path, repository: str) -> None:
    user, place = user_name(os.geteuid()), tmp_path / "made"
    secret = Secret("source_access", repository.replace("labo@", f"labo:{TOKEN}@").removesuffix("/x"))
    said: list[str] = []
    hands = machine(tmp_path / "state", said)
    Cloned(str(place), repository, "stable", user, secret).carry_out(hands)
    CheckedOut(str(place), "stable", user, repository, access=secret).carry_out(hands)
    assert (place / ".git" / "jalon.json").exists()
    assert "Canary" not in "".join(said)
    kept = [one for one in place.rglob("*") if one.is_file() and b"Canary" in one.read_bytes()]
    assert kept == []


@served
def test_another_server_is_not_told_it(tmp_path: Path, repository: str) -> None:
    user = user_name(os.geteuid())
    secret = Secret("source_access", f"http://labo:{TOKEN}@127.0.0.1:1")
    with pytest.raises(Failed):
        Cloned(str(tmp_path / "made"), repository, "stable", user, secret).carry_out(machine(tmp_path / "state"))
    assert {*Server.passwords} <= {"", "Basic " + base64.b64encode(b"labo:").decode()}
