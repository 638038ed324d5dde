"""BiomAid installed through the screens, on a bare machine, at the 80 columns and 24 lines of its console."""

from __future__ import annotations

import gettext
import re
import shlex
import time
from collections.abc import Callable, Sequence

from screens.model.dictated import MASK
from tests.machine.biomaid import ANSWERS, BINDS, JALON, ready_layer, red, verify
from tests.machine.biomaid import SOURCE as STAND_IN
from tests.machine.machine import Machine, layer
from tests.screens.tmux import Terminal
from wizard.base.resources import catalogues
from wizard.commands.prepared_files import EASY, WIDEST
from wizard.guides.biomaid.questions import SOURCE

MOST_KEYS = 20
french = gettext.translation("jalon", str(catalogues()), ["fr"]).gettext


def _with_tmux(machine: Machine) -> None:
    machine.run("apt-get", "-qq", "update")
    machine.run("apt-get", "-qq", "install", "-y", "--no-install-recommends", "tmux")


def console(machine: Machine, *words: str) -> Terminal:
    """The console of a machine, with the wizard on it."""

    def run(words: Sequence[str]) -> str:
        return str(machine.run(*words).stdout)

    terminal = Terminal(run, "/run/console")
    terminal.start(f"env TERM=linux LC_ALL=C.UTF-8 {shlex.join([JALON, *words])}")
    return terminal


def answered(terminal: Terminal) -> None:
    """From the first screen to the route, with the answers that name the stand-in."""
    terminal.wait("new instance", "Nothing has been changed")
    terminal.press("Enter")
    terminal.wait("Enter go on")
    terminal.press("F3")
    terminal.wait("Load")
    terminal.press(*ANSWERS, "Enter")
    terminal.wait("/srv/biomaid.git")
    terminal.press("Enter")
    terminal.wait("1 of 13", "to do here", "> Do it for me", seconds=60)


def bare(new_machine: Callable[..., Machine]) -> Machine:
    return new_machine(layer=layer("console", _with_tmux, parent=ready_layer(), binds=BINDS), binds=BINDS)


def test_from_bare_to_the_last_green_with_the_defaults_in_french(new_machine: Callable[..., Machine]) -> None:
    """Nothing is typed: what the guide proposes is what is installed, and all of it takes a handful of keys."""
    machine = bare(new_machine)
    # BiomAid's own address leads to the stand-in, which is root's and not the instance's.
    machine.write("/etc/gitconfig", f'[url "{STAND_IN}"]\n\tinsteadOf = {SOURCE}\n[safe]\n\tdirectory = *\n')
    terminal = console(machine, "--lang", "fr")
    terminal.wait(french("new instance"), french("Nothing has been changed on it yet."))
    terminal.press("Enter")
    terminal.wait(SOURCE, french("go on"))
    terminal.press("Enter")
    place = french("{number} of {count}")
    terminal.wait(place.format(number=1, count=13), f"> {french('Do it for me')}", seconds=60)
    terminal.press("a")
    terminal.wait(french("Cancel"))
    terminal.wait("http://serveur", "admin", seconds=500)
    keys = terminal.keys
    terminal.press("Escape")
    green = terminal.wait(place.format(number=13, count=13), french("Report"))
    assert "[X ]" not in green and "[  ]" not in green, green
    assert keys <= MOST_KEYS
    status, report = verify(machine, "--trials")
    assert (status, red(report)) == (0, {})

    # Started again on the finished host: green, and a key away.
    terminal.press("q")
    terminal.close()
    terminal = console(machine)
    terminal.wait("`instance`: 13/13")
    terminal.press("Enter")
    again = terminal.wait("[ok] Service", "All of it works", seconds=30)
    assert "[X ]" not in again and "[  ]" not in again


class Shell(Terminal):
    """Another console of a machine, with root's shell; its prompt says how the last line ended, and counts them."""

    def __init__(self, machine: Machine) -> None:
        super().__init__(lambda words: str(machine.run(*words).stdout), "/run/console-shell")
        self.start("env TERM=linux LC_ALL=C.UTF-8 PS1='$? \\# typed> ' bash --norc -i")
        self.wait("0 1 typed>")
        self.typed = 1

    def does(self, line: str) -> None:
        """Types a line, which must do what it does without an error."""
        self.type(line)
        self.typed += 1
        ended = self.wait(f"{self.typed} typed>", seconds=900)
        assert f"0 {self.typed} typed>" in ended, ended


def dictated(terminal: Terminal) -> list[str]:
    """The lines that the screen wants typed, as who reads and scrolls finds them: bold, and not marked as done."""
    terminal.press("Home")
    found: list[str] = []
    before: list[str] | None = None
    while (seen := terminal.bold()) != before:
        lines = [line[3:].partition("     ")[0].rstrip() for line in seen if re.match(" {3}[^ ]", line)]
        found += [line for line in lines if line not in found]
        before = seen
        terminal.press("PageDown")
        time.sleep(0.3)
    return found


def test_every_line_is_read_from_the_screen_and_typed_at_another_console(new_machine: Callable[..., Machine]) -> None:
    """By a program that types only what a person can: signs that are easily found, and no long lines."""
    machine = bare(new_machine)
    terminal = console(machine)
    answered(terminal)
    shell = Shell(machine)
    shell.does(MASK)
    for number in range(1, 14):
        terminal.wait(f"{number} of 13", "I'll type it", seconds=120)
        terminal.press("t")
        terminal.wait("In another terminal", MASK, "(once, before all else)", seconds=60)
        lines = dictated(terminal)
        terminal.press("y")
        terminal.wait("Copied")
        assert [MASK, *lines] == terminal.copied().splitlines(), "what is copied is not what is seen"
        assert all(len(line) <= WIDEST and EASY.fullmatch(line) for line in lines), lines
        for line in lines:
            shell.does(line)
        assert not machine.exists("/srv/owned"), shell.screen()
        terminal.wait("Nothing is left to type here", seconds=60)
        terminal.press("Escape")
    terminal.wait("All of it works", seconds=120)
    status, report = verify(machine, "--trials")
    assert (status, red(report)) == (0, {})
