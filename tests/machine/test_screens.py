"""BiomAid installed through the screens, on a bare machine, at the 80 columns and 24 lines of its console."""

from __future__ import annotations

import gettext
import shlex
from collections.abc import Callable, Sequence

from tests.machine.biomaid import ANSWERS, BINDS, JALON, ready_layer, red, verify
from tests.machine.biomaid import SOURCE as STAND_IN
from tests.machine.machine import Machine, layer
from tests.screens.tmux import Terminal
from wizard.base.resources import catalogues
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
    again = terminal.wait("[ok] Service", "All checkpoints hold", seconds=30)
    assert "[X ]" not in again and "[  ]" not in again


def test_every_line_copied_from_the_screen_into_a_shell(new_machine: Callable[..., Machine]) -> None:
    machine = bare(new_machine)
    terminal = console(machine)
    answered(terminal)
    for number in range(1, 14):
        terminal.wait(f"{number} of 13", "I'll type it", seconds=120)
        terminal.press("t")
        terminal.wait("In another terminal", "umask 022", seconds=60)
        terminal.press("y")
        terminal.wait("Copied")
        copied = terminal.copied()
        assert max(map(len, copied.splitlines())) <= 72, "nobody types that"
        typed = machine.run("bash", "--norc", "-i", input=copied, check=False, timeout=900)
        assert not machine.exists("/srv/owned"), typed.stdout
        terminal.wait("Nothing is left to type here", seconds=60)
        terminal.press("Escape")
    terminal.wait("All checkpoints hold", seconds=120)
    status, report = verify(machine, "--trials")
    assert (status, red(report)) == (0, {})
