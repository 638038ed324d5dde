"""A terminal that is closed, on each screen and in the middle of a run: two seconds later nothing of the wizard is
left, neither a process, nor what was laid ready, nor its private folder."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

import pytest

from tests.machine.biomaid import BINDS, JALON, packaged_layer
from tests.machine.machine import Machine, layer
from tests.screens.tmux import Terminal

USER, PASSWORD = "alice", "essai-de-fermeture"
PLACES = "/run/jalon-[0-9]* /tmp/jalon-[0-9]* /run/user/*/jalon-[0-9]*"
LEFT = f"ls -d {PLACES} 2>/dev/null; pgrep -af 'jalon checkout/jalon|jalon/environment'"
# Without a controlling terminal nobody is sent a signal when it goes: there is only a terminal that has ended.
UNTOLD = "setsid -w "


def _with_tmux(machine: Machine) -> None:
    machine.run("apt-get", "-qq", "update")
    machine.run("apt-get", "-qq", "install", "-y", "--no-install-recommends", "tmux", "sudo", "procps")
    machine.run("adduser", "--disabled-password", "--gecos", "", USER)
    machine.run("usermod", "-aG", "sudo", USER)
    machine.run("chpasswd", input=f"{USER}:{PASSWORD}\n")
    machine.run(JALON, "guides", "--yes", user=USER)


@pytest.fixture(scope="module")
def console(machines: None) -> Iterator[Machine]:
    parent = packaged_layer()
    name = layer(f"closed-{parent.rpartition('-')[2]}", _with_tmux, parent=parent, binds=BINDS)
    with Machine.up(layer=name, binds=BINDS) as machine:
        yield machine


def started(machine: Machine, before: str = "", user: str | None = USER) -> Terminal:
    """The wizard on a terminal."""

    def run(words: Sequence[str]) -> str:
        return machine.run(*words, user=user).stdout

    terminal = Terminal(run, f"/tmp/tmux-{user or 'root'}")
    terminal.start(f"{before}env TERM=linux LC_ALL=C.UTF-8 '{JALON}'")
    terminal.wait("instance `demo`: ", "checked")
    return terminal


def asked(terminal: Terminal) -> None:
    """On to the questions, where something was typed."""
    terminal.press("Down", "Enter")
    terminal.wait("Enter go on")
    terminal.press("x")


def routed(terminal: Terminal) -> None:
    """On to the route of the instance that is here."""
    terminal.press("Enter")
    terminal.wait("0 changes to do here", "> Do it for me", seconds=60)


def as_root(terminal: Terminal) -> None:
    """Sudo's password, where it is asked for."""
    terminal.wait("for sudo:")
    terminal.press(PASSWORD, "Enter")


def files(terminal: Terminal) -> None:
    """The generated files."""
    routed(terminal)
    terminal.press("f")
    terminal.wait("demo.conf", seconds=60)


def unlocking(terminal: Terminal) -> None:
    """A wrong password, which takes sudo its time."""
    routed(terminal)
    terminal.press("d")
    terminal.wait("for sudo:")
    terminal.press("faux", "Enter")


def dictated(terminal: Terminal) -> None:
    """What root has laid ready."""
    routed(terminal)
    terminal.press("n", "t")
    as_root(terminal)
    terminal.wait("Watching", "umask 022", "/run/jalon-", seconds=60)


def running(terminal: Terminal) -> None:
    """In the middle of a run, as root."""
    routed(terminal)
    terminal.press("a")
    as_root(terminal)
    terminal.wait("Cancel", "Environment", "of 13  Environment", seconds=120)


def left(machine: Machine) -> str:
    """What there still is of a wizard, after two seconds at most."""
    end = time.monotonic() + 2
    while (found := machine.sh(LEFT, check=False).stdout) and time.monotonic() < end:
        time.sleep(0.1)
    return found


@pytest.mark.parametrize(
    ("way", "before"),
    [(asked, ""), (files, ""), (unlocking, ""), (dictated, ""), (dictated, UNTOLD)],
    ids=["questions", "files", "password", "dictation", "dictation-untold"],
)
def test_nothing_is_left_of_a_wizard_whose_terminal_was_closed(
    console: Machine, way: Callable[[Terminal], None], before: str
) -> None:
    console.sh("rm -rf /run/sudo/ts/*")
    terminal = started(console, before)
    way(terminal)
    terminal.close()
    assert left(console) == ""


@pytest.mark.parametrize("before", ["", UNTOLD], ids=["told", "untold"])
def test_a_run_is_stopped_in_order_and_goes_on_the_next_time(console: Machine, before: str) -> None:
    console.sh("rm -rf /run/sudo/ts/*")
    terminal = started(console, before)
    running(terminal)
    terminal.close()
    found = left(console)
    assert [line for line in found.splitlines() if " apply " not in line] == []
    end = time.monotonic() + 15
    while "apply" in console.sh("pgrep -af 'jalon apply'", check=False).stdout:
        assert time.monotonic() < end
        time.sleep(0.2)
