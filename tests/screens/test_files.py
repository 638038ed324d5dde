"""The generated files, and what a person is asked about one that they edited."""

from __future__ import annotations

import json
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import Screen

from screens.dialogs.edited import Edited
from screens.model.look import Look
from screens.pages.files import Files
from screens.pages.route import Route
from screens.widgets import editor
from tests.screens.places import Place
from tests.screens.places import place as place
from tests.screens.snapshot import every_language, every_size, for_console, same, settled, shown, walk
from tests.screens.test_report import TOLD, instance, keys
from tests.unit.running import jalon

Makes = Callable[..., Place]

SITE = """# The site of first.
server {
    listen 80;
    server_name "first.example.org";
    location /static/ { alias "/home/first/static/"; }
}
"""
SETTINGS = "# Settings of first.\nSECRET_KEY = '********'\nDEBUG = False\n"
HIDDEN = "(a line that is not shown: this file holds secrets)"
WORKERS = "[gunicorn_settings]\nworkers = 5\n"


def told(path: str, state: str, now: str, **sides: str | None) -> dict[str, Any]:
    """A file as `render --format json` tells it."""
    given = {"path": path, "checkpoint": "x", "title": "Work é", "state": state, "owner": "root", "group": "root"}
    return {**given, "mode": "0644", "before": None, "written": None, "disk": None, "now": now, **sides}


FILES = [
    told("/etc/nginx/sites-available/first.conf", "current", SITE, before="# a page\n", written=SITE, disk=SITE),
    told(
        "/home/first/biomaid/instance_settings.py",
        "edited",
        SETTINGS,
        written=SETTINGS,
        disk=SETTINGS.replace("False", "True") + f"{HIDDEN}\n",
    ),
    told("/home/first/instance_config.toml", "outdated", WORKERS, written=WORKERS, disk=WORKERS.replace("5", "3")),
    told("/etc/cron.d/backup-first", "coming", "30 1 * * * root backup\n"),
    told("/etc/backup-first.py", "kept", "print(1)\n", written="print(1)\n", disk="print(2)\n"),
    told("/etc/systemd/system/first.service", "unknown", "[Service]\nRestart=always\n"),
]


def canned(folder: Path) -> tuple[str, ...]:
    """A child that tells these."""
    (folder / "render.json").write_text(json.dumps({"guide": "madeup", "instance": "first", "files": FILES}))
    return (sys.executable, str(TOLD), str(folder))


def files(app: Place) -> Files:
    return Files(instance())


async def looked(pilot: Pilot[Any]) -> Files:
    await settled(pilot, lambda: isinstance(pilot.app.screen, Files) and pilot.app.screen.files)
    found = pilot.app.screen
    assert isinstance(found, Files)
    return found


class TestFiles:
    @every_size
    @every_language
    @pytest.mark.parametrize("look", [Look(False, 16), Look()], ids=["poor", "rich"])
    def test_each_with_what_became_of_it(
        self, place: Makes, tmp_path: Path, size: tuple[int, int], language: str, look: Look
    ) -> None:
        name = "files" if look.rich else "files-poor"

        async def steps(pilot: Pilot[Any]) -> None:
            await looked(pilot)
            await keys(pilot)
            same(pilot.app, name)
            await pilot.press("down", "v", "v")
            await pilot.pause()
            assert look.rich or for_console(shown(pilot.app))
            await keys(pilot)
            same(pilot.app, f"{name}-edited")

        walk(place(files, language, look, program=canned(tmp_path)), steps, size)

    def test_the_sides_of_each(self, place: Makes, tmp_path: Path) -> None:
        async def steps(pilot: Pilot[Any]) -> None:
            found = await looked(pilot)
            seen = []
            for one in FILES:
                seen.append((one["state"], found.views))
                await pilot.press("down")
            assert seen == [
                ("current", ["now", "changes"]),
                ("edited", ["now", "changes", "yours", "there"]),
                ("outdated", ["now", "changes", "there"]),
                ("coming", ["now"]),
                ("kept", ["now", "changes", "yours", "there"]),
                ("unknown", ["now"]),
            ]

        walk(place(files, program=canned(tmp_path)), steps)

    def test_the_mouse_chooses_a_file_and_a_side(self, place: Makes, tmp_path: Path) -> None:
        async def steps(pilot: Pilot[Any]) -> None:
            await looked(pilot)
            await pilot.click("#list", offset=(5, 2))
            await pilot.pause()
            await pilot.click("#changes")
            await settled(pilot, lambda: "+workers = 5" in shown(pilot.app))
            assert "-workers = 3" in shown(pilot.app)

        walk(place(files, program=canned(tmp_path)), steps)

    def test_no_colour_where_none_is_wanted(self, place: Makes, tmp_path: Path) -> None:
        from screens.widgets.differences import coloured

        assert coloured(SETTINGS, "/x.py", Look(True, 0)).spans == []
        assert coloured(SETTINGS, "/x.py", Look()).spans != []

    def test_a_child_that_cannot_tell_is_quoted(self, place: Makes, tmp_path: Path) -> None:
        async def steps(pilot: Pilot[Any]) -> None:
            await settled(pilot, lambda: "it cannot be told" in shown(pilot.app))

        walk(place(files, program=(sys.executable, str(TOLD), str(tmp_path))), steps)

    def test_real_ones(self, place: Makes, tmp_path: Path) -> None:
        """What was applied is current; what is edited then is seen so, and no secret is on the screen."""

        def make(app: Place) -> Screen[Any]:
            known = app.instance()
            words = ("--answers", known.file, "--state-dir", app.state_dir)
            assert jalon("apply", "madeup", *words, "--yes", root=True).returncode == 0
            plain = app.made / "plain"
            plain.write_text(plain.read_text() + "# mine\n")
            return Files(known)

        async def steps(pilot: Pilot[Any]) -> None:
            found = await looked(pilot)
            assert [one["state"] for one in found.files] == ["edited", "current"]
            await pilot.press("v", "v")
            await settled(pilot, lambda: "+# mine" in shown(pilot.app))
            await pilot.press("down")
            await settled(pilot, lambda: "********" in shown(pilot.app))
            secret = (tmp_path / "made/hidden").read_text().split('"')[1]
            assert secret not in shown(pilot.app) and secret not in json.dumps(found.files)

        walk(place(make), steps)


QUESTION = {
    "event": "question",
    "id": "1",
    "text": "/etc/nginx/sites-available/first.conf was edited since it was written. Replace it?",
    "path": "/etc/nginx/sites-available/first.conf",
    "sides": {
        "written": SITE,
        "disk": SITE.replace("listen 80;", "listen 8080;"),
        "now": SITE.replace("first.example.org", "biomaid.example.org"),
    },
    "choices": ["replace", "keep"],
    "default": "keep",
}


def asks(answers: list[str | None], question: dict[str, Any] = QUESTION) -> Callable[[Place], Edited]:
    """Opens the dialogue and notes what it gives."""

    def make(app: Place) -> Edited:
        found = Edited(question, instance())
        app.call_later(lambda: None)
        dismiss = found.dismiss

        def noted(result: str | None = None) -> Any:
            answers.append(result)
            return dismiss(result)

        vars(found)["dismiss"] = noted
        return found

    return make


class TestEdited:
    @every_size
    @every_language
    def test_both_changes_are_shown(self, place: Makes, size: tuple[int, int], language: str) -> None:
        async def steps(pilot: Pilot[Any]) -> None:
            await settled(pilot, lambda: isinstance(pilot.app.screen, Edited))
            assert "+    listen 8080;" in shown(pilot.app)
            assert for_console(shown(pilot.app))
            await keys(pilot)
            same(pilot.app, "edited-yours")
            await pilot.press("v")
            await pilot.pause()
            assert "biomaid.example.org" in shown(pilot.app)
            await keys(pilot)
            same(pilot.app, "edited-ours")

        walk(place(asks([]), language), steps, size)

    @pytest.mark.parametrize(
        ("keys", "answer"),
        [
            (("enter",), "keep"),
            (("right", "enter"), "replace"),
            (("r",), "replace"),
            (("k",), "keep"),
            (("escape",), "keep"),
        ],
    )
    def test_what_it_gives(self, place: Makes, keys: tuple[str, ...], answer: str) -> None:
        given: list[str | None] = []

        async def steps(pilot: Pilot[Any]) -> None:
            await settled(pilot, lambda: isinstance(pilot.app.screen, Edited))
            await pilot.press(*keys)
            await settled(pilot, lambda: given)

        walk(place(asks(given)), steps)
        assert given == [answer]

    def test_what_is_undone_is_removed_and_not_merged(self, place: Makes) -> None:
        question = {**QUESTION, "sides": {**QUESTION["sides"], "now": None}}  # type: ignore[dict-item]

        async def steps(pilot: Pilot[Any]) -> None:
            await settled(pilot, lambda: isinstance(pilot.app.screen, Edited))
            assert "Remove it" in shown(pilot.app) and "Merge" not in shown(pilot.app)

        walk(place(asks([], question)), steps)

    def test_what_is_not_known_is_said(self, place: Makes) -> None:
        question = {**QUESTION, "sides": {"written": None, "disk": None, "now": SITE}}

        async def steps(pilot: Pilot[Any]) -> None:
            await settled(pilot, lambda: isinstance(pilot.app.screen, Edited))
            assert "is not known" in shown(pilot.app)
            await pilot.press("v")
            await settled(pilot, lambda: "Only root may read it" in shown(pilot.app))

        walk(place(asks([], question)), steps)

    def test_merged_by_hand_is_kept(self, place: Makes, monkeypatch: pytest.MonkeyPatch) -> None:
        given: list[str | None] = []
        opened: list[str] = []

        def edits(app: Any, path: str) -> str:
            opened.append(path)
            return ""

        monkeypatch.setattr("screens.dialogs.edited.edit", edits)

        async def steps(pilot: Pilot[Any]) -> None:
            await settled(pilot, lambda: isinstance(pilot.app.screen, Edited))
            await pilot.press("m")
            await settled(pilot, lambda: given)

        walk(place(asks(given)), steps)
        assert (given, opened) == (["keep"], [QUESTION["path"]])

    def test_an_editor_that_fails_leaves_the_question_open(self, place: Makes, monkeypatch: pytest.MonkeyPatch) -> None:
        given: list[str | None] = []
        monkeypatch.setattr("screens.dialogs.edited.edit", lambda app, path: "there is none")

        async def steps(pilot: Pilot[Any]) -> None:
            await settled(pilot, lambda: isinstance(pilot.app.screen, Edited))
            await pilot.press("m")
            await settled(pilot, lambda: "there is none" in shown(pilot.app))

        walk(place(asks(given)), steps)
        assert given == []

    def test_a_real_run_asks_and_takes_the_answer(self, place: Makes) -> None:
        def make(app: Place) -> Screen[Any]:
            known = app.instance()
            words = ("--answers", known.file, "--state-dir", app.state_dir)
            assert jalon("apply", "madeup", *words, "--yes", root=True).returncode == 0
            (app.made / "plain").write_text("mine\n")
            return Route(known)

        async def steps(pilot: Pilot[Any]) -> None:
            await settled(pilot, lambda: isinstance(pilot.app.screen, Route))
            route = pilot.app.screen
            assert isinstance(route, Route)
            await settled(pilot, lambda: route.walk.planned_once and not route.now.looking)
            await pilot.press("d")
            await settled(pilot, lambda: isinstance(pilot.app.screen, Edited), 30)
            assert "+mine" in shown(pilot.app)
            await pilot.press("r")
            await settled(pilot, lambda: "workers" in (pilot.app.made / "plain").read_text(), 30)  # type: ignore[attr-defined]
            await settled(pilot, lambda: not route.carrying.busy, 30)

        walk(place(make), steps)


class TestEditor:
    def test_the_person_s_own_comes_first(self, tmp_path: Path) -> None:
        mine = tmp_path / "mine"
        mine.write_text("#!/bin/sh\n")
        mine.chmod(mine.stat().st_mode | stat.S_IXUSR)
        assert editor.editor({"VISUAL": f"{mine} -w", "EDITOR": "cat"}) == [str(mine), "-w"]
        assert editor.editor({"VISUAL": "no-such-editor", "EDITOR": "cat"}) == ["cat"]

    def test_without_any_there_is_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("shutil.which", lambda name: None)
        assert editor.editor({}) == []

    def test_what_is_not_ours_is_edited_by_sudo(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("os.geteuid", lambda: 1000)
        monkeypatch.setattr("os.access", lambda path, how: False)
        monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
        assert editor.command("/etc/x") == ["sudoedit", "--", "/etc/x"]
