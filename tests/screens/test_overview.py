"""For who knows the field: the whole plan on one page, what was done and when, and findings by their words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from screens.dialogs.details import Details
from screens.dialogs.find import Find
from screens.dialogs.save import Save
from screens.model import document, search
from screens.model.look import Look
from screens.model.point import Change, Point
from screens.pages.document import Document
from screens.pages.history import History
from screens.pages.plan import WholePlan
from screens.pages.route import Route
from tests.screens.places import Place
from tests.screens.places import place as place
from tests.screens.snapshot import settled, shown, walk
from tests.screens.test_route import idle, looked, route, screen

Makes = Callable[..., Place]
SITE = Change(
    "write the site",
    typed=[{"user": "root", "text": "install -m 644 {laid} /etc/site\nnginx -t"}, {"user": "demo", "text": "true"}],
    difference="--- /etc/site\n+++ /etc/site\n@@ -1 +1,2 @@\n server\n+listen 80;",
)
RED = {"id": "web.page", "title": "La page arrive", "outcome": "failed", "evidence": "HTTP 502", "cause": None}


def point() -> Point:
    return Point("web", "nginx", "", changes=[SITE], probes={"web.page": RED}, trials={"web.try": "stops the site"})


class TestWords:
    """What is decided without a screen."""

    def test_the_plan_has_every_command_with_its_user_every_difference_and_what_is_tried(self) -> None:
        lines = list(document.plan([Point("done", "Done", ""), point()], known=True))
        assert [line.text for line in lines] == [
            "1 change to do, at 1 checkpoint",
            "",
            "2. nginx",
            "  +   write the site",
            "        root# install -m 644 (the file below) /etc/site",
            "          nginx -t",
            "        demo$ true",
            "        @@ -1 +1,2 @@",
            "         server",
            "        +listen 80;",
            "      try: stops the site",
        ]
        assert [line.kind for line in lines[4:10]] == [*["command"] * 3, "place", "", "added"]

    def test_what_was_not_planned_is_not_called_done(self) -> None:
        (line,) = document.plan([Point("web", "nginx", "")], known=False)
        assert line.text == "What is to do here is not known yet."

    def test_the_log_is_in_the_order_of_time_and_names_what_was_cut_short(self) -> None:
        def change(when: float, title: str, state: str) -> dict[str, Any]:
            return {"when": when, "checkpoint": "web", "title": title, "state": state}

        tried = {"id": "web.try", "title": "it restarts", "trial": True, "when": 30.0, "outcome": "failed"}
        report = {
            "changes": [change(20.0, "second", "begun"), change(10.0, "first", "undone")],
            "checkpoints": [{"id": "web", "title": "nginx", "probes": [{**tried, "evidence": "it did not"}]}],
            "skips": [{"when": 86400.0 * 3, "title": "Backup", "reason": "another team's"}],
        }
        lines = [line.text.split("  ", 1)[-1] for line in document.done(report, [point()], Look(rich=False))]
        assert lines[:3] == [
            "    nginx  first  undone since",
            "=   nginx  second  begun, and never finished",
            "X   nginx  tried: it restarts  it did not",
        ]
        assert lines[-1] == "-   Backup  skipped: another team's"

    def test_words_are_found_whatever_their_order_case_and_accents(self) -> None:
        assert search.holds("ARRIVE pàge", "La page arrivé") and not search.holds("page sent", "La page arrive")
        assert list(search.places("e", "Été")) == [(0, 1), (2, 3)]
        assert len(search.flat("İstanbul ǅ")) == len("İstanbul ǅ")


def text(pilot: Pilot[Any]) -> OptionList:
    return pilot.app.screen.query_one("#text", OptionList)


class TestPages:
    """With children of the made-up guide."""

    def test_the_whole_plan_is_seen_searched_and_saved_before_anything_is_begun(
        self, place: Makes, tmp_path: Path
    ) -> None:
        async def steps(pilot: Pilot[Any]) -> None:
            await looked(pilot)
            await pilot.press("v")
            await settled(pilot, lambda: isinstance(pilot.app.screen, WholePlan) and text(pilot).option_count)
            told = document.as_text(pilot.app.screen.lines)  # type: ignore[attr-defined]
            assert "4 changes to do" in told and "+workers = 3" in told and "********" in told
            await pilot.press("slash", *"workers")
            page = pilot.app.screen
            assert isinstance(page, Document)
            await settled(pilot, lambda: page.at == [text(pilot).highlighted])
            assert "1 of 1" in shown(pilot.app)
            await pilot.press("enter", "s")
            await settled(pilot, lambda: isinstance(pilot.app.screen, Save))
            pilot.app.screen.query_one(Input).value = str(saved)
            await pilot.press("enter")
            await settled(pilot, saved.exists)
            assert saved.read_text() == told
            # The first Escape ends the search.
            await pilot.press("escape", "escape")
            await settled(pilot, lambda: isinstance(pilot.app.screen, Route))

        saved = tmp_path / "plan.txt"
        walk(place(route), steps)
        assert not (tmp_path / "made").exists()

    def test_a_plan_that_is_asked_for_too_early_comes_when_it_is_known(self, place: Makes) -> None:
        async def steps(pilot: Pilot[Any]) -> None:
            shows = await looked(pilot)
            shows.walk.planned_once = False
            await pilot.press("v")
            await settled(pilot, lambda: isinstance(pilot.app.screen, WholePlan) and text(pilot).option_count)
            assert "not known yet" in shown(pilot.app)
            shows.walk.planned_once = True
            await settled(pilot, lambda: "4 changes to do" in shown(pilot.app))

        walk(place(route), steps)

    def test_a_finding_is_found_at_whatever_checkpoint_and_what_was_done_is_told(self, place: Makes) -> None:
        async def steps(pilot: Pilot[Any]) -> None:
            await looked(pilot)
            await pilot.press("a")
            shows = await idle(pilot)
            await settled(pilot, lambda: shows.walk.end)
            await pilot.press("escape" if pilot.app.screen is not shows else "p")
            await settled(pilot, lambda: pilot.app.screen is shows)
            await pilot.press("slash")
            await settled(pilot, lambda: isinstance(pilot.app.screen, Find))
            await pilot.press(*"greeting passed")
            find = pilot.app.screen
            assert isinstance(find, Find)
            await settled(pilot, lambda: len(find.hits) == 1)
            await pilot.press("enter")
            await settled(pilot, lambda: isinstance(pilot.app.screen, Details))
            assert screen(pilot).point.id == "work"
            await pilot.press("escape", "l")
            await settled(pilot, lambda: isinstance(pilot.app.screen, History) and text(pilot).option_count > 4)
            assert "write" in shown(pilot.app) and "tried: a trial" in shown(pilot.app)

        walk(place(route), steps, (120, 40))
