"""The first screen."""

from __future__ import annotations

from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest
from textual.containers import VerticalScroll
from textual.pilot import Pilot

from screens.model.look import Look
from screens.model.progress import standing
from screens.pages.questions import Questions
from screens.pages.welcome import Welcome
from screens.widgets.choice import Choice
from tests.screens.snapshot import every_language, every_size, for_console, same, settled, shown, walk
from tests.screens.support import FACTS, POOR, RICH, Recorded, checkpoints, pretend, printing, there, wizard
from tests.unit.guide_folders import own_folder
from wizard.base.values import replace
from wizard.guides import registry


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch)


async def known(pilot: Pilot[Any]) -> Welcome:
    """Waits until the machine is known and all that is there was looked at."""
    screen = pilot.app.screen
    assert isinstance(screen, Welcome)
    await settled(pilot, lambda: screen.known and all(one.seen or one.wrong or one.told for one in screen.found))
    # What is shown from the beginning is so after the next time it is drawn.
    await pilot.pause(0.1)
    return screen


async def at_the_top(pilot: Pilot[Any]) -> None:
    """What has the focus may lie below the fold, and be scrolled to sooner or later."""
    for one in pilot.app.screen.query(VerticalScroll):
        one.scroll_home(animate=False)
    await pilot.pause()


def focused(pilot: Pilot[Any]) -> str:
    found = pilot.app.screen.focused
    return found.label if isinstance(found, Choice) else str(found)


class TestPictures:
    @every_size
    @every_language
    def test_nothing_is_here_yet(self, size: tuple[int, int], language: str) -> None:
        async def steps(pilot: Pilot[Any]) -> None:
            await known(pilot)
            same(pilot.app, "welcome")

        walk(wizard(language), steps, size)

    @every_size
    @every_language
    def test_instances_are_here(self, size: tuple[int, int], language: str, tmp_path: Path) -> None:
        for name in ("demo", "production"):
            there(tmp_path, "biomaid", name)
        there(tmp_path, "biomaid", "broken", "instance = \n")

        async def steps(pilot: Pilot[Any]) -> None:
            await known(pilot)
            await at_the_top(pilot)
            same(pilot.app, "welcome-instances")

        program = printing(tmp_path, checkpoints("passed", "warning", "failed", "skipped"), 1)
        walk(wizard(language, program=program, state_dir=tmp_path), steps, size)

    @pytest.mark.parametrize("size", [(80, 24), (60, 20)])
    @every_language
    def test_a_console_can_show_it(
        self, size: tuple[int, int], language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pretend(monkeypatch, replace(FACTS, memory=1 << 30, systemd=False, disk_free=1 << 30))
        for name in ("demo", "production"):
            there(tmp_path, "biomaid", name)

        async def steps(pilot: Pilot[Any]) -> None:
            await known(pilot)
            await at_the_top(pilot)
            assert for_console(shown(pilot.app)), shown(pilot.app)
            same(pilot.app, "welcome-console")

        program = printing(tmp_path, checkpoints("passed", "skipped"), 1)
        walk(wizard(language, POOR, program, tmp_path), steps, size)


class TestStanding:
    @pytest.mark.parametrize(
        ("outcomes", "state", "words"),
        [
            (("passed", "warning"), "ok", "2/2"),
            (("passed", "failed", "skipped"), "red", "1/3, failed at: Point 2"),
            (("passed", "crashed"), "red", "1/2, failed at: Point 2"),
            (("passed", "skipped", "skipped"), "look", "1/3, in progress, stopped at: Point 2"),
            (("root", "skipped"), "look", "0 in place, 1 only root can see, 1 not reached"),
            (("passed", "root", "root"), "unknown", "1 in place, 2 only root can see"),
            (("passed", "unknown"), "unknown", "1 in place, 1 not known"),
            (("passed", "root", "failed"), "red", "1 in place, 1 only root can see, failed at: Point 3"),
        ],
    )
    def test_how_far_an_instance_is(self, outcomes: tuple[str, ...], state: str, words: str) -> None:
        assert standing(checkpoints(*outcomes)["checkpoints"]) == (state, words)


class TestInstances:
    def test_two_are_looked_at_and_told(self, tmp_path: Path) -> None:
        for name in ("demo", "production"):
            there(tmp_path, "biomaid", name)

        async def steps(pilot: Pilot[Any]) -> None:
            await known(pilot)
            assert isinstance(pilot.app, Recorded)
            assert pilot.app.began == [], "one of two is not chosen for anybody"
            assert "instance `demo`: 2/2, checked just now" in shown(pilot.app)
            assert "Nothing has been changed" not in shown(pilot.app)
            assert "demo" in focused(pilot)
            await pilot.press("down", "enter")
            await settled(pilot, lambda: pilot.app.began)  # type: ignore[attr-defined]
            assert (pilot.app.began[0].name, pilot.app.began[0].kept) == ("production", True)

        program = printing(tmp_path, checkpoints("passed", "passed"))
        walk(wizard(program=program, state_dir=tmp_path), steps)
        asked = sorted(line for line in (tmp_path / "asked").read_text().splitlines() if line.startswith("verify"))
        assert asked == [
            f"verify biomaid --instance {name} --state-dir {tmp_path} --format json --lang en"
            for name in ("demo", "production")
        ]

    def test_the_only_one_is_a_key_away_and_nobody_is_taken_there(self, tmp_path: Path) -> None:
        there(tmp_path, "biomaid", "demo")

        async def steps(pilot: Pilot[Any]) -> None:
            app = pilot.app
            assert isinstance(app, Recorded)
            await known(pilot)
            assert app.began == []
            assert "instance `demo`: 1/1, checked just now" in shown(app)
            await pilot.press("enter")
            await settled(pilot, lambda: app.began)
            assert [one.name for one in app.began] == ["demo"]

        program = printing(tmp_path, checkpoints("passed"))
        walk(wizard(program=program, state_dir=tmp_path), steps)

    def test_one_that_cannot_be_read_says_why(self, tmp_path: Path) -> None:
        there(tmp_path, "biomaid", "demo", "instance = \n")

        async def steps(pilot: Pilot[Any]) -> None:
            await known(pilot)
            assert "cannot be opened; Enter says why" in shown(pilot.app)
            await pilot.press("enter")
            await settled(pilot, lambda: "is damaged" in shown(pilot.app))
            assert isinstance(pilot.app, Recorded)
            assert pilot.app.began == []
            assert isinstance(pilot.app.screen, Welcome)

        walk(wizard(state_dir=tmp_path), steps, (160, 40))

    def test_a_guide_that_is_broken_is_named_and_the_others_are_offered(self) -> None:
        folder = own_folder()
        (folder / "broken").mkdir()
        (folder / "broken" / "__init__.py").write_text("GUIDE = 1 / 0\n")
        registry.try_folder(folder)

        async def steps(pilot: Pilot[Any]) -> None:
            await known(pilot)
            await settled(pilot, lambda: "the guide `broken` (" in shown(pilot.app))
            assert "division by zero" in shown(pilot.app)
            assert "BiomAid" in shown(pilot.app)

        try:
            walk(wizard(), steps, (160, 40))
        finally:
            registry.try_folder(None)
            rmtree(folder)

    def test_a_child_that_fails_is_told_in_its_own_words(self, tmp_path: Path) -> None:
        for name in ("a", "b"):
            there(tmp_path, "biomaid", name)

        async def steps(pilot: Pilot[Any]) -> None:
            await known(pilot)
            await settled(pilot, lambda: "instance `a`: /nonexistent/program: No such file" in shown(pilot.app))

        walk(wizard(program=("/nonexistent/program",), state_dir=tmp_path), steps)


class TestKeys:
    def test_a_new_instance_by_mouse(self) -> None:
        async def steps(pilot: Pilot[Any]) -> None:
            await known(pilot)
            await pilot.click("#new-2")
            await settled(pilot, lambda: isinstance(pilot.app.screen, Questions))
            assert pilot.app.screen.guide.id == "maquette"  # type: ignore[attr-defined]

        walk(wizard(), steps)

    def test_a_second_instance_is_two_keys_away_from_its_plan(self, tmp_path: Path) -> None:
        there(tmp_path, "biomaid", "instance", 'instance = "instance"\nhostnames = ["serveur"]\nhttp_port = 80\n')

        async def steps(pilot: Pilot[Any]) -> None:
            await known(pilot)
            await pilot.press("n")
            await settled(pilot, lambda: isinstance(pilot.app.screen, Questions))
            await pilot.press("enter")
            await settled(pilot, lambda: app.began)
            assert app.began[0].name == "instance2"

        app = wizard(program=printing(tmp_path, checkpoints("passed")), state_dir=tmp_path)
        walk(app, steps)

    def test_there_is_but_one_of_a_guide_without_names(self, tmp_path: Path) -> None:
        there(tmp_path, "omero-web", "default", "http_port = 80\n")

        async def steps(pilot: Pilot[Any]) -> None:
            await settled(pilot, lambda: bool(pilot.app.screen.query("#there-0")))
            assert [str(one.id) for one in pilot.app.screen.query(Choice)] == ["new-0", "there-0", "new-2"]

        program = printing(tmp_path, checkpoints("passed"))
        walk(wizard(program=program, state_dir=tmp_path), steps)

    def test_enter_before_the_machine_is_known(self) -> None:
        async def steps(pilot: Pilot[Any]) -> None:
            await pilot.press("enter")
            await settled(pilot, lambda: isinstance(pilot.app.screen, Questions))

        walk(wizard(), steps)

    def test_tab_reaches_every_choice(self, tmp_path: Path) -> None:
        for name in ("demo", "production"):
            there(tmp_path, "biomaid", name)

        async def steps(pilot: Pilot[Any]) -> None:
            await known(pilot)
            reached = set()
            for _number in range(5):
                reached.add(pilot.app.screen.focused.id if pilot.app.screen.focused else "")
                await pilot.press("tab")
            assert reached == {"there-0", "there-1", "new-0", "new-1", "new-2"}

        program = printing(tmp_path, checkpoints("passed"))
        walk(wizard(program=program, state_dir=tmp_path), steps)

    def test_q_leaves(self) -> None:
        app = wizard()

        seen = []

        async def steps(pilot: Pilot[Any]) -> None:
            await known(pilot)
            seen.append(app.folder)
            assert app.folder.stat().st_mode & 0o777 == 0o700
            await pilot.press("q")

        walk(app, steps)
        assert app.return_code == 0
        assert not seen[0].exists()

    @pytest.mark.parametrize("look", [RICH, POOR, Look(True, 0)])
    def test_the_language_changes_in_place(self, look: Look) -> None:
        async def steps(pilot: Pilot[Any]) -> None:
            await known(pilot)
            await pilot.press("down", "f8")
            await settled(pilot, lambda: "Cette machine" in shown(pilot.app))
            await settled(pilot, lambda: pilot.app.screen.focused and pilot.app.screen.focused.id == "new-1")
            assert "Debian GNU/Linux 12" in shown(pilot.app)
            await pilot.press("f8")
            await settled(pilot, lambda: "This machine" in shown(pilot.app))

        walk(wizard(look=look), steps)

    def test_it_may_be_resized_at_any_time(self) -> None:
        async def steps(pilot: Pilot[Any]) -> None:
            for size in ((60, 20), (200, 60), (20, 5), (80, 24)):
                await pilot.resize_terminal(*size)
                await pilot.pause()
            await known(pilot)
            assert "new instance" in shown(pilot.app)

        walk(wizard(), steps)
