"""A wizard on the made-up guide, whose children are real."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.screen import Screen

from screens.app import Wizard
from screens.model.instance import Instance, begun, opened
from screens.model.look import Look
from tests.forkserver import ROOT
from tests.unit.guide_folders import made_up_guides
from tests.unit.madeup import without_root
from tests.unit.running import made_up
from wizard.base.language import set_language
from wizard.guides import registry
from wizard.guides.network import with_network
from wizard.guides.outside import Source
from wizard.host.facts import Facts

FACTS = Facts(user="someone", root=False)

GUIDE = with_network(without_root(Source("madeup", "tests", made_up_guides() / "madeup")))
SCREENS_LOOK = Look(rich=False, colours=16)

Opens = Callable[["Place"], Screen[Any]]


class Place(Wizard):
    """The wizard, opened at a screen that a test chooses."""

    def __init__(
        self, opens: Opens, folder: Path, language: str, look: Look, mood: str, program: tuple[str, ...]
    ) -> None:
        super().__init__(program, set_language(language), look, state_dir=str(folder / "state"))
        self.opens, self.made, self.mood = opens, folder / "made", mood
        self.facts = FACTS

    def get_default_screen(self) -> Screen[Any]:
        # Below what a test opens, which may be a dialogue that is closed.
        return Screen()

    def on_mount(self) -> None:
        super().on_mount()
        self.push_screen(self.first())

    def first(self) -> Screen[Any]:
        return self.opens(self)

    def there(self) -> Instance:
        return opened(GUIDE, "first", self.state_dir)

    def instance(self) -> Instance:
        given = {"folder": str(self.made), "mood": self.mood}
        return begun(GUIDE, given, {}, FACTS, self.folder, self.state_dir)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Place]]:
    """Makes a wizard whose children know the made-up guide alone and need no root."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("MADEUP_ROOT", "1")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setattr(registry, "BUILT_IN", {})
    monkeypatch.setattr(registry, "load", without_root)
    registry.try_folder(made_up_guides() / "madeup")

    def make(
        opens: Opens,
        language: str = "en",
        look: Look = SCREENS_LOOK,
        mood: str = "well",
        program: tuple[str, ...] = (),
    ) -> Place:
        return Place(opens, tmp_path, language, look, mood, program or tuple(made_up()))

    yield make
    registry.try_folder(None)
