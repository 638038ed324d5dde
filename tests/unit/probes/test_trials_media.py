from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator, Sequence
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.unit.probes.fake import FakeHands, Moving
from wizard.base.secret import Secret
from wizard.base.values import replace
from wizard.changes.change import Failed
from wizard.probes.trials.media import MediaArrives, MediaHarmless


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    (tmp_path / "media").mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def hands(writes: bool = True, spoils: bool = False) -> FakeHands:
    """Hands that write and remove for real, as whoever runs the tests."""

    def says(words: Sequence[str], stdin: str | None) -> str:
        if words[0] == "sh" and writes:
            Path(words[-1]).write_text("other" if spoils else stdin or "")
        elif words[0] == "rm":
            Path(words[-1]).unlink(missing_ok=True)
        return ""

    return FakeHands(says)


def trial(folder: Path, port: int) -> MediaArrives:
    return MediaArrives("service.media", "t", str(folder / "media"), "demo", "serveur", port)


def test_a_file_arrives_and_is_removed(tmp_path: Path, port: int) -> None:
    used = hands()
    finding = trial(tmp_path, port).attempt(Moving(live=True), used)
    assert finding.outcome == "passed"
    assert "HTTP 200" in finding.evidence
    assert not list((tmp_path / "media").iterdir())
    assert [(words[0], user) for words, user in used.ran] == [("sh", "demo"), ("rm", "demo")]


@pytest.mark.parametrize(
    ("used", "cause"), [(hands(writes=False), "media-not-served"), (hands(spoils=True), "media-altered")]
)
def test_a_file_that_does_not_arrive(tmp_path: Path, port: int, used: FakeHands, cause: str) -> None:
    finding = trial(tmp_path, port).attempt(Moving(live=True), used)
    assert finding.outcome == "failed"
    assert finding.cause and finding.cause.id == cause
    assert used.programs[-1] == "rm"
    assert not list((tmp_path / "media").iterdir())


class Asking(Quiet):
    """A server that shows its form to who is not signed in."""

    def do_GET(self) -> None:
        """The form at the root; attachments for who has the cookie."""
        if self.path != "/" and "session=" not in self.headers.get("Cookie", ""):
            self.send_response(302)
            self.send_header("Location", "/")
            self.end_headers()
        elif self.path != "/":
            super().do_GET()
        else:
            self._says(b'<form method="post"><input name="username"><input type="password" name="p"></form>', "")

    def do_POST(self) -> None:
        """Lets in who knows the password."""
        known = b"p=right" in self.rfile.read(int(self.headers["Content-Length"]))
        self._says(b"inside" if known else b"no", "session=1" if known else "")

    def _says(self, body: bytes, cookie: str) -> None:
        self.send_response(200)
        if cookie:
            self.send_header("Set-Cookie", cookie)
        self.end_headers()
        self.wfile.write(body)


@pytest.mark.parametrize(("password", "outcome"), [("right", "passed"), ("wrong", "failed"), ("", "skipped")])
def test_where_a_sign_in_is_asked_for_first(tmp_path: Path, password: str, outcome: str) -> None:
    (tmp_path / "media").mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Asking, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    one = trial(tmp_path, server.server_port)
    one = replace(one, account="admin", password=Secret("first_account_password", password))
    finding = one.attempt(Moving(live=True), hands())
    server.shutdown()
    server.server_close()
    assert finding.outcome == outcome
    assert bool(finding.because) == (outcome == "skipped")


def test_a_server_that_is_away(tmp_path: Path) -> None:
    (tmp_path / "media").mkdir()
    finding = trial(tmp_path, 1).attempt(Moving(live=True), hands())
    assert finding.cause and finding.cause.id == "nothing-listens"
    assert not list((tmp_path / "media").iterdir())


def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    used = FakeHands(lambda words, stdin: Failed("Permission denied") if words[0] == "sh" else "")
    finding = trial(tmp_path, 80).attempt(Moving(), used)
    assert finding.cause and finding.cause.id == "media-not-writable"
    assert "Permission denied" in finding.evidence
    assert used.programs == ["sh", "rm"]


class Careful(Quiet):
    """As a site does that serves attachments as data."""

    def do_GET(self) -> None:
        """Hides what is hidden and what is a link."""
        if "/." in self.path or Path(self.translate_path(self.path)).is_symlink():
            self.send_error(404)
        else:
            super().do_GET()

    def end_headers(self) -> None:
        """Everything is a download."""
        self.send_header("Content-Disposition", "attachment")
        super().end_headers()


def acting() -> FakeHands:
    """Hands that run what they are given, as whoever runs the tests."""

    def says(words: Sequence[str], stdin: str | None) -> str:
        return subprocess.run(words, check=True, capture_output=True, text=True).stdout

    return FakeHands(says)


def harmless(folder: Path, port: int, user: str = "demo") -> MediaHarmless:
    return MediaHarmless("service.media-safe", "t", str(folder / "media"), user, "serveur", port, "/etc/site")


@pytest.fixture
def careful(tmp_path: Path) -> Iterator[int]:
    (tmp_path / "media").mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Careful, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def test_what_is_served_as_data_is_harmless(tmp_path: Path, careful: int) -> None:
    used = acting()
    finding = harmless(tmp_path, careful).attempt(Moving(live=True), used)
    assert finding.outcome == "passed"
    assert not list((tmp_path / "media").iterdir())
    assert {user for _words, user in used.ran} == {"demo"}


@pytest.mark.parametrize("user", ["demo", "root"])
def test_pages_hidden_files_and_links_that_arrive_are_a_warning(tmp_path: Path, port: int, user: str) -> None:
    finding = harmless(tmp_path, port, user).attempt(Moving(live=True), acting())
    assert finding.outcome == "warning"
    assert finding.cause and finding.cause.id == "attachments-as-pages"
    assert "html, svg, xml as pages" in finding.evidence
    assert "hidden files" in finding.evidence
    assert ("link" in finding.evidence) == (user != "root")
    assert not list((tmp_path / "media").iterdir())


def test_a_folder_where_nothing_can_be_put(tmp_path: Path) -> None:
    used = FakeHands(lambda words, stdin: Failed("Permission denied") if "umask" in words[2] else "")
    finding = harmless(tmp_path, 80).attempt(Moving(), used)
    assert finding.cause and finding.cause.id == "media-not-writable"
    assert used.programs == ["sh", "sh"]


def test_a_server_that_does_not_answer_proves_nothing(tmp_path: Path) -> None:
    (tmp_path / "media").mkdir()
    finding = harmless(tmp_path, 1).attempt(Moving(live=True), acting())
    assert finding.cause and finding.cause.id == "nothing-listens"
    assert not list((tmp_path / "media").iterdir())
