"""The wizard with facts that are made up and children that print what a test gives them."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from screens.app import Wizard
from screens.model.instance import Instance
from screens.model.look import Look
from screens.model.sudo import Sudo
from wizard.base.language import set_language
from wizard.findings.words import needs_root
from wizard.host.facts import Facts

RICH, POOR = Look(True, 1 << 24), Look(False, 16)
# Nothing is ever there, and its name is as long on every machine.
NOWHERE = "/nonexistent/jalon"
FACTS = Facts(addresses=("192.0.2.7",), programs=("git", "nginx"), home="/nonexistent/home")


class Recorded(Wizard):
    """Notes the instances whose route would be opened."""

    def __init__(self, *words: Any, **more: Any) -> None:
        super().__init__(*words, **more)
        self.began: list[Instance] = []

    def begin(self, instance: Instance) -> None:
        """Notes it."""
        self.began.append(instance)


def pretend(monkeypatch: pytest.MonkeyPatch, facts: Facts = FACTS) -> None:
    """This machine has these facts."""
    for module in (
        "screens.pages.welcome",
        "screens.model.inventory",
        "screens.pages.questions",
        "wizard.session",
        "wizard.instances",
    ):
        monkeypatch.setattr(f"{module}.gather", lambda: facts)


def wizard(
    language: str = "en",
    look: Look = RICH,
    program: tuple[str, ...] = ("false",),
    state_dir: Path | str = NOWHERE,
    sudo: Sudo | None = None,
) -> Recorded:
    """The wizard, as `jalon` would start it."""
    set_language(language)
    return Recorded(program, language, look, state_dir=str(state_dir), sudo=sudo)


def there(state_dir: Path, guide: str, name: str, answers: str = "") -> None:
    """An instance that has a state."""
    folder = state_dir / guide / name
    folder.mkdir(parents=True)
    (folder / "answers.toml").write_text(answers or f'instance = "{name}"\n')


def printing(folder: Path, said: Mapping[str, Any], status: int = 0) -> tuple[str, ...]:
    """A program that prints that object, whatever it is asked, and notes what that was."""
    file = folder / "program.py"
    asked = folder / "asked"
    file.write_text(
        f"import sys\nopen({str(asked)!r}, 'a').write(' '.join(sys.argv[1:]) + '\\n')\n"
        f"print({json.dumps(said)!r})\nsys.exit({status})\n"
    )
    return (sys.executable, str(file))


def checkpoints(*outcomes: str) -> dict[str, Any]:
    """What `verify --format json` would print of checkpoints with these outcomes; `root`: unknown for want of root."""
    unseen = [{"outcome": "unknown", "because": needs_root()}]
    points = [
        {
            "id": f"point{number}",
            "title": f"Point {number}",
            "outcome": "unknown" if outcome == "root" else outcome,
            "probes": unseen if outcome == "root" else [],
        }
        for number, outcome in enumerate(outcomes, 1)
    ]
    return {"checkpoints": points}
