"""What is cut where there is little room, and what never is; what a killed wizard leaves behind."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from screens.model.instance import Instance, forget, forget_left_behind, private_folder
from screens.model.laid import Laid
from screens.model.look import Look
from screens.model.progress import standing
from screens.model.walk import Walk
from screens.pages.document import hung
from screens.pages.route import Route
from screens.widgets.choice import Choice
from screens.widgets.rows import of_probe, shortened
from tests.screens.places import GUIDE, Place
from tests.screens.places import place as place
from tests.screens.snapshot import every_language, settled, shown, walk
from wizard.answers.questions import Answers, validate_answers
from wizard.base.language import set_language
from wizard.base.values import replace
from wizard.guide import Circumstances
from wizard.host.facts import Facts

GUIDE_ANSWERS = validate_answers(GUIDE.questions(), {"folder": "/srv"}, Facts(), {})
PATH = "créer le dossier /srv/instance/quite/a/long/way/down/etc/nginx"


class TestShortened:
    def test_a_path_keeps_its_end(self) -> None:
        told = shortened(PATH, 50, "...")
        assert len(told) == 50
        assert told.startswith("créer le dossier /srv/") and told.endswith("etc/nginx")

    @pytest.mark.parametrize("room", [0, 2, 5, 20, 40, len(PATH), 200])
    def test_it_is_never_longer_than_there_is_room(self, room: int) -> None:
        assert len(shortened(PATH, room, "...")) <= max(room, 3)
        assert shortened(PATH, len(PATH), "...") == PATH

    def test_words_are_cut_at_their_end(self) -> None:
        assert shortened("one two three four five", 10, "...") == "one two..."


@pytest.mark.parametrize("outcome", ["", "passed", "skipped"])
def test_a_finding_has_the_room_there_is_and_says_where_it_is_cut(outcome: str) -> None:
    probe = {"id": "a.b", "title": "les pièces jointes sont servies comme des données", "outcome": outcome}
    line = of_probe({**probe, "evidence": "HTTP 200"}, Look(rich=False), True, 40).plain
    assert len(line) == 40 and line.endswith("...")


def test_what_does_not_fit_hangs_below_its_line() -> None:
    assert hung("  +   one two", 40) == "  +   one two"
    assert hung("      root# apt-get install nginx", 26) == "      root# apt-get\n        install nginx"
    assert hung("x", 0) == "x", "before there is a width"


@every_language
@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
def test_every_way_and_the_way_back_are_in_sight(
    place: Callable[..., Place], size: tuple[int, int], language: str
) -> None:
    async def steps(pilot: Pilot[Any]) -> None:
        await settled(pilot, lambda: isinstance(pilot.app.screen, Route) and pilot.app.screen.walk.planned_once)
        for choice in pilot.app.screen.query("#ways Choice").results(Choice):
            if choice.display:
                assert pilot.app.screen.query_one("#ways").region.contains_region(choice.region)
                assert choice.label in shown(pilot.app)
        footer = shown(pilot.app).splitlines()[-1]
        for text in {"en": ("Esc back", "q leave", "? help"), "fr": ("Échap retour", "q quitter", "? aide")}[language]:
            assert text in footer

    walk(place(lambda app: Route(app.instance()), language), steps, size)


def test_a_checkpoint_that_a_run_went_on_from_holds() -> None:
    set_language("en")
    found = Walk(GUIDE.checkpoints(GUIDE_ANSWERS, Facts(), Circumstances()))
    first, second = (point.id for point in found.points[:2])
    for name in (first, second):
        found.told({"event": "checkpoint", "id": name, "title": "", "objective": "", "number": 1, "of": 2})
    assert [point.state for point in found.points[:2]] == ["ok", "doing"]


def test_what_a_machine_leaves_out_is_not_missing() -> None:
    points: list[Any] = [
        {"title": "one", "outcome": "passed", "probes": []},
        {"title": "two", "outcome": "skipped", "reached": True},
    ]
    assert standing(points) == ("ok", "1/1")
    points[1]["reached"] = False
    assert standing(points)[0] == "look"


class TestThePrivateFolder:
    def test_that_of_a_wizard_that_was_killed_goes(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
        pid = os.fork()
        if pid == 0:  # pragma: no cover
            os._exit(0)
        os.waitpid(pid, 0)
        dead, alive, other = (tmp_path / f"jalon-{name}" for name in (f"{pid}-x", f"{os.getpid()}-x", "tests"))
        for folder in (dead, alive, other):
            folder.mkdir()
        forget_left_behind()
        made = private_folder()
        assert not dead.exists()
        assert alive.exists() and other.exists() and made.parent == tmp_path
        forget(made)
        assert not made.exists()

    def test_what_root_lays_for_another_user_lies_in_a_place_of_roots(self, tmp_path: Path) -> None:
        instance = Instance(replace(GUIDE, root=True), Answers({}), Facts(user="someone", root=False), "x", True)
        assert Laid(instance, tmp_path).folder.parent == Path("/run")
        for same in (replace(instance, facts=Facts(root=True)), replace(instance, guide=GUIDE)):
            assert Laid(same, tmp_path).folder == tmp_path / "typed"
