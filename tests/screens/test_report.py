"""What stands at the end: the words, the logo, the password, the file that is saved."""

from __future__ import annotations

import json
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from screens.dialogs.account import Account
from screens.dialogs.details import Details
from screens.dialogs.save import Save
from screens.model.instance import Instance
from screens.model.look import Look
from screens.model.walk import Walk
from screens.pages.page import Page
from screens.pages.report import Report
from screens.widgets.picture import Logo
from tests.screens.places import FACTS, GUIDE, Place
from tests.screens.places import place as place
from tests.screens.snapshot import every_language, every_size, for_console, same, settled, shown, walk
from tests.standin.logo import png
from tests.unit.running import jalon
from wizard.answers.questions import Answers, validate_answers
from wizard.base.secret import Secret

Makes = Callable[..., Place]
WIDE = Look()
TOLD = Path(__file__).with_name("told.py")


class Server(BaseHTTPRequestHandler):
    """Serves the logo to who names the instance, and nothing to others."""

    def do_GET(self) -> None:
        good = self.path == "/logo.png" and (self.headers["Host"] or "").startswith("localhost")
        self.send_response(200 if good else 404)
        self.send_header("Content-Type", "image/png")
        self.end_headers()
        if good:
            self.wfile.write(png())

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def served() -> Iterator[int]:
    """The port of a server that has the logo."""
    server = HTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def finding(name: str, title: str, outcome: str, evidence: str, **more: Any) -> dict[str, Any]:
    given = {"id": name, "title": title, "trial": False, "outcome": outcome, "evidence": evidence, "seconds": 0.1}
    return {**given, "when": 0.0, "because": "", "cause": None, "remedy": None, **more}


RED = {
    "cause": {"id": "home-not-traversable", "text": "www-data may not enter /home/first: it is 0700."},
    "remedy": {"text": "Let its group pass.", "commands": ["chmod 750 /home/first"], "step": ""},
}
CANNED: dict[str, Any] = {
    "guide": "madeup",
    "instance": "first",
    "checkpoints": [
        {
            "id": "ground",
            "title": "Ground",
            "outcome": "passed",
            "reached": True,
            "probes": [finding("ground.folder", "the folder", "passed", "it is there")],
        },
        {
            "id": "work",
            "title": "Work é",
            "outcome": "failed",
            "reached": True,
            "probes": [
                finding("work.greeting", "the greeting", "failed", "HTTP 403, text/html, 153 bytes", **RED),
                finding("work.tried", "a trial", "passed", "it said tried", trial=True, when=86400.0 * 365),
            ],
        },
    ],
    "arrival": {"account": {"name": "chief", "secret": "password", "file": "/var/lib/jalon/madeup/first/secrets.toml"}},
    "skips": [{"id": "work.echo", "title": "its echo", "reason": "the network people decide in June", "when": 0.0}],
    "commands": {"verify": "jalon verify madeup --instance first", "undo": "jalon undo madeup --instance first"},
}


def canned(folder: Path, **more: Any) -> tuple[str, ...]:
    """A child that tells that."""
    (folder / "report.json").write_text(json.dumps({**CANNED, **more}))
    return (sys.executable, str(TOLD), str(folder))


def asked(folder: Path) -> list[list[str]]:
    return [json.loads(line) for line in (folder / "asked").read_text().splitlines()]


def instance(secret: str = "", port: int = 1) -> Instance:
    """An instance that is there, of this password."""
    given = {"folder": "/srv/made", "port": port, "names": ["localhost"]}
    answers = validate_answers(GUIDE.questions(), given, FACTS, {"password": "hunter22"})
    answers = Answers({**answers, "password": Secret("password", secret)})
    return Instance(GUIDE, answers, FACTS, "first", True, "", "")


def report(secret: str = "", port: int = 1, because: str = "") -> Callable[[Place], Report]:
    def make(app: Place) -> Report:
        known = instance(secret, port)
        seen = Walk(known.checkpoints)
        seen.points[1].because = because
        return Report(known, seen)

    return make


async def told(pilot: Pilot[Any]) -> Report:
    await settled(pilot, lambda: isinstance(pilot.app.screen, Report) and pilot.app.screen.told)
    await settled(pilot, lambda: pilot.app.screen.query_one(Logo).picture)
    found = pilot.app.screen
    assert isinstance(found, Report)
    return found


async def keys(pilot: Pilot[Any]) -> None:
    """Waits for the keys at the foot, which are composed anew when they change."""
    await pilot.pause()
    await settled(pilot, lambda: "Esc" in shown(pilot.app) or "Échap" in shown(pilot.app))


class TestWhatItSays:
    @every_size
    @every_language
    @pytest.mark.parametrize("look", [Look(False, 16), WIDE], ids=["poor", "rich"])
    def test_the_end(
        self,
        place: Makes,
        tmp_path: Path,
        size: tuple[int, int],
        language: str,
        look: Look,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setenv("TZ", "UTC")

        async def steps(pilot: Pilot[Any]) -> None:
            await told(pilot)
            name = "report-poor" if not look.rich else "report"
            assert look.rich or for_console(shown(pilot.app))
            await keys(pilot)
            same(pilot.app, name)
            await pilot.press("f")
            await pilot.pause()
            await keys(pilot)
            same(pilot.app, f"{name}-findings")

        walk(place(report("hunter22"), language, look, program=canned(tmp_path)), steps, size)

    def test_all_of_it_can_be_scrolled_to(self, place: Makes, tmp_path: Path) -> None:
        async def steps(pilot: Pilot[Any]) -> None:
            await told(pilot)
            await pilot.press("end")
            await pilot.pause(0.5)
            assert "jalon undo madeup --instance first" in shown(pilot.app)

        walk(place(report(), program=canned(tmp_path)), steps, (60, 20))


class TestPassword:
    def test_it_is_shown_on_demand_and_gone_again(self, place: Makes, tmp_path: Path) -> None:
        async def steps(pilot: Pilot[Any]) -> None:
            await told(pilot)
            assert "hunter22" not in shown(pilot.app)
            await pilot.press("p")
            await settled(pilot, lambda: isinstance(pilot.app.screen, Account))
            assert "hunter22" in shown(pilot.app)
            await pilot.press("escape")
            await settled(pilot, lambda: isinstance(pilot.app.screen, Report))
            assert "hunter22" not in shown(pilot.app)

        walk(place(report("hunter22"), program=canned(tmp_path)), steps)

    def test_who_may_not_know_it_is_told_where_it_is(self, place: Makes, tmp_path: Path) -> None:
        async def steps(pilot: Pilot[Any]) -> None:
            await told(pilot)
            await pilot.press("p")
            await settled(pilot, lambda: isinstance(pilot.app.screen, Account))
            assert "sudo grep ^password /var/lib/jalon/madeup/first/secrets.toml" in shown(pilot.app)

        walk(place(report(), program=canned(tmp_path)), steps)


class TestFindings:
    def test_the_first_red_is_marked_and_opens(self, place: Makes, tmp_path: Path) -> None:
        async def steps(pilot: Pilot[Any]) -> None:
            await told(pilot)
            await pilot.press("f")
            await settled(pilot, lambda: "the folder: it is there" in shown(pilot.app))
            await pilot.press("enter")
            await settled(pilot, lambda: isinstance(pilot.app.screen, Details))
            text = shown(pilot.app)
            assert "www-data may not enter /home/first" in text and "chmod 750 /home/first" in text
            await pilot.press("escape", "f")
            await pilot.pause()
            assert "First account" in shown(pilot.app)

        walk(place(report(), program=canned(tmp_path)), steps)

    def test_the_mouse_does_as_well(self, place: Makes, tmp_path: Path) -> None:
        async def steps(pilot: Pilot[Any]) -> None:
            found = await told(pilot)
            listed = found.query_one("#findings", OptionList)
            row = next(n for n, one in enumerate(listed.options) if one.id == "work.greeting")
            await pilot.click("#findings", offset=(5, row))
            await settled(pilot, lambda: isinstance(pilot.app.screen, Details))

        walk(place(report(), program=canned(tmp_path)), steps, (120, 40))

    def test_a_child_that_cannot_tell_leaves_what_is_known(self, place: Makes, tmp_path: Path) -> None:
        async def steps(pilot: Pilot[Any]) -> None:
            await settled(pilot, lambda: "it cannot be told" in shown(pilot.app))
            assert "http://localhost:1" in shown(pilot.app)

        walk(place(report(), program=(sys.executable, str(TOLD), str(tmp_path))), steps)


class TestSaving:
    @pytest.mark.parametrize(
        ("ending", "form"), [("html", "html"), ("md", "markdown"), ("json", "json"), ("xml", "junit")]
    )
    def test_it_is_saved_where_it_was_asked_to_be(
        self, place: Makes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str, form: str
    ) -> None:
        home = tmp_path / "home"
        home.mkdir()
        monkeypatch.setenv("HOME", str(home))
        (tmp_path / "document").write_bytes(b"the document\n")
        saved = home / f"jalon-madeup-first.{ending}"

        async def steps(pilot: Pilot[Any]) -> None:
            await told(pilot)
            await pilot.press("s")
            await settled(pilot, lambda: isinstance(pilot.app.screen, Save))
            assert pilot.app.screen.query_one(Input).value == str(home / "jalon-madeup-first.html")
            await pilot.click(f"#as-{ending}")
            await pilot.click("#save")
            await settled(pilot, saved.exists)
            # A path may be folded anywhere.
            await settled(pilot, lambda: f"jalon-madeup-first.{ending}" in "".join(shown(pilot.app).split()))
            assert not list(pilot.app.folder.glob("report*"))  # type: ignore[attr-defined]

        walk(place(report(because="in June"), program=canned(tmp_path)), steps)
        assert saved.read_bytes() == b"the document\n"
        words = asked(tmp_path)[-1]
        assert words[words.index("--format") + 1] == form
        assert words[words.index("--skip") + 1] == "work=in June"

    def test_what_cannot_be_is_said_before(self, place: Makes, tmp_path: Path) -> None:
        (tmp_path / "there.html").write_text("theirs")

        async def steps(pilot: Pilot[Any]) -> None:
            await told(pilot)
            await pilot.press("s")
            await settled(pilot, lambda: isinstance(pilot.app.screen, Save))
            field = pilot.app.screen.query_one(Input)
            for value, said in [
                (str(tmp_path / "report.doc"), "must end in one of"),
                (str(tmp_path / "no/report.html"), "no folder"),
                (str(tmp_path / "there.html"), "already"),
            ]:
                field.value = value
                await pilot.press("enter")
                await settled(pilot, lambda said=said: said in shown(pilot.app))  # type: ignore[misc]
            await pilot.press("escape")
            await settled(pilot, lambda: isinstance(pilot.app.screen, Report))

        walk(place(report(), program=canned(tmp_path)), steps, (120, 40))
        assert (tmp_path / "there.html").read_text() == "theirs"

    def test_a_file_that_is_there_is_replaced_when_asked_twice(self, place: Makes, tmp_path: Path) -> None:
        file = tmp_path / "there.html"
        file.write_text("theirs")
        (tmp_path / "document").write_text("ours")

        async def steps(pilot: Pilot[Any]) -> None:
            await told(pilot)
            await pilot.press("s")
            await settled(pilot, lambda: isinstance(pilot.app.screen, Save))
            pilot.app.screen.query_one(Input).value = str(file)
            await pilot.press("enter", "enter")
            await settled(pilot, lambda: file.read_text() == "ours")

        walk(place(report(), program=canned(tmp_path)), steps)

    def test_a_real_child_writes_a_real_report(self, place: Makes, tmp_path: Path) -> None:
        saved = tmp_path / "report.md"

        def make(app: Place) -> Page:
            known = app.instance()
            words = ("--answers", known.file, "--state-dir", app.state_dir)
            assert jalon("apply", "madeup", *words, "--yes", root=True).returncode == 0
            return Report(known, Walk(known.checkpoints))

        async def steps(pilot: Pilot[Any]) -> None:
            await told(pilot)
            await pilot.press("s")
            await settled(pilot, lambda: isinstance(pilot.app.screen, Save))
            pilot.app.screen.query_one(Input).value = str(saved)
            await pilot.press("enter")
            await settled(pilot, saved.exists)

        walk(place(make), steps)
        assert "Made up" in saved.read_text()
        assert stat.S_IMODE(saved.stat().st_mode) == 0o644


class TestLogo:
    @pytest.mark.parametrize(("look", "sign"), [(Look(False, 16), "@"), (WIDE, "▀")], ids=["poor", "rich"])
    def test_it_is_drawn_by_what_the_terminal_can(
        self, place: Makes, tmp_path: Path, served: int, look: Look, sign: str
    ) -> None:
        async def steps(pilot: Pilot[Any]) -> None:
            await told(pilot)
            await pilot.pause()
            text = shown(pilot.app)
            assert f"logo: PNG, 160 x 100, {len(png())} bytes" in text
            assert sign * 3 in text or "+" * 3 in text

        walk(place(report(port=served), look=look, program=canned(tmp_path)), steps)

    def test_graphics_of_the_terminal_s_own_take_its_place(
        self, place: Makes, tmp_path: Path, served: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("JALON_PICTURE", "sixel")

        async def steps(pilot: Pilot[Any]) -> None:
            found = await told(pilot)
            await settled(pilot, lambda: found.query("#graphic"))
            size = found.query_one("#graphic").size
            assert (size.width, size.height) == (19, 6)
            await pilot.resize_terminal(60, 40)
            await settled(pilot, lambda: found.query_one("#graphic").size.height == 10)
            assert "▀▀▀▀▀▀▀▀" not in shown(pilot.app)

        walk(place(report(port=served), look=WIDE, program=canned(tmp_path)), steps)
