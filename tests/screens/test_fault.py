"""An error that nobody foresaw, while a password is on the screen: no word of it is printed or kept."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.screens.terminal import Terminal
from tests.unit.running import environment

ROOT = Path(__file__).parents[2]
CANARY = "Qz7SUDOwk"
FAULTY = """
import sys
from pathlib import Path

import screens.app
import wizard.record.faults
from screens.dialogs.password import Password
from screens.model.sudo import Sudo
from screens.model.look import Look

telling, folder = sys.argv[1:]
wizard.record.faults.root_of = lambda given: Path(folder)


class Unlucky(Sudo):
    async def _run(self, *words, said="", env=None):
        kept = {"again": said}
        raise RuntimeError("no such thing\\x1b[2J" + (repr(said) if telling == "yes" else ""))


class Faulty(screens.app.Wizard):
    async def on_mount(self):
        await self.push_screen(Password(Unlucky()))


sys.argv[1:] = []
screens.app.Wizard = Faulty
sys.exit(screens.app.run("en", Look()))
"""


@pytest.mark.parametrize("telling", ["no", "yes"])
def test_a_password_on_the_screen_is_in_no_message_and_no_file(telling: str, tmp_path: Path) -> None:
    env = environment(HOME=str(tmp_path), TERM="xterm-256color")
    with Terminal((sys.executable, "-c", FAULTY, telling, str(tmp_path / "state")), env, ROOT) as terminal:
        terminal.expect("for sudo:", 60)
        terminal.type(CANARY, "")
        terminal.expect(r"\*" * len(CANARY), 20)
        terminal.type("\r", "")
        terminal.expect("fault of Jalon's own", 20)
        terminal.expect("give it to whoever looks after Jalon", 20)
        assert terminal.ends() == 70
        said = terminal.said
    [kept] = (tmp_path / "state" / "faults").iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
    assert not [text for text in (said, kept.read_text()) if CANARY in text]
    assert "RuntimeError: no such thing\\x1b[2J" in kept.read_text()
    assert "in _run" in kept.read_text(), "where it happened is told"


def test_textual_writes_down_nothing_that_is_typed(tmp_path: Path) -> None:
    """Whoever has it log all events would find the password there, readable by all."""
    log = tmp_path / "log"
    env = environment(HOME=str(tmp_path), TERM="xterm-256color", TEXTUAL_LOG=str(log), TEXTUAL="devtools,debug")
    started = "import sys; from screens.start import main; sys.exit(main([]))"
    with Terminal((sys.executable, "-c", started), env, ROOT) as terminal:
        terminal.expect("Nothing has been changed", 60)
        assert not log.exists()


def test_a_letter_that_is_no_utf_8_ends_nothing(tmp_path: Path) -> None:
    """A terminal that speaks Latin-1 sends an accent as one byte."""
    env = environment(HOME=str(tmp_path), TERM="xterm-256color")
    asking = FAULTY.replace("Unlucky()", "Sudo(('false',))")
    with Terminal((sys.executable, "-c", asking, "no", str(tmp_path / "state")), env, ROOT) as terminal:
        terminal.expect("for sudo:", 60)
        terminal.type("caf\udce9s", "")
        terminal.expect(r"\*" * 5, 20)
        terminal.type("\r", "")
        terminal.expect("set it to UTF-8", 20)
