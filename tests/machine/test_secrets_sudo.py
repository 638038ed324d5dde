"""The password for sudo, asked for by the wizard, goes to sudo and nowhere else: in runs that fail, are killed, go to
their end and repair, and of wizards that are killed, closed and crash with it on the screen."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.machine.biomaid import BINDS, INSTANCE, JALON, finished_layer
from tests.machine.machine import Machine, layer
from tests.machine.test_secrets import SAMPLER
from tests.screens.tmux import Terminal
from wizard.base.confidential import spellings

USER = "alice"
HOME = f"/home/{USER}"
LOG = f"{HOME}/textual.log"
CANARIES = ("CANARYsudoJuste", "CANARYsudoFaux")
RIGHT, WRONG = f"{CANARIES[0]} 'é\" $(id)\\", f"{CANARIES[1]} mot"
# In base64 nothing is left of their letters.
FORMS = (
    *CANARIES,
    *sorted(form for one in (RIGHT, WRONG) for form in spellings(one) if not any(map(form.__contains__, CANARIES))),
)
# The strictest that a site may log: whatever is typed into and printed by what sudo starts, uncompressed.
SUDOERS = "Defaults use_pty, log_input, log_output, !compress_io\n"
WRITTEN = ("/dev/shm", "/etc", "/home", "/root", "/run", "/srv", "/tmp", "/var")
"""Wherever something may be written down; all else is the distribution's."""
ENVIRONMENTS = f"/home/{INSTANCE}/.cache/pypoetry/virtualenvs"


def _with_sudo(machine: Machine) -> None:
    machine.run("apt-get", "-qq", "update")
    machine.run("apt-get", "-qq", "install", "-y", "--no-install-recommends", "tmux", "sudo")
    machine.run("adduser", "--disabled-password", "--gecos", "", USER)
    machine.run("usermod", "-aG", "sudo", USER)
    machine.run("chpasswd", input=f"{USER}:{RIGHT}\n")
    machine.write("/etc/sudoers.d/logged", SUDOERS, mode=0o440)
    machine.run(JALON, "guides", "--yes", user=USER)


@dataclass
class Kept:
    """A machine, all that was on its console, and what was found on it meanwhile."""

    machine: Machine
    screens: list[str] = field(default_factory=list)
    found: dict[str, set[str]] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    sampled: dict[str, Any] = field(default_factory=dict)
    log: bool = False

    def wizard(self) -> Watched:
        """The wizard as an ordinary user has it, asked to write down all events, and cores where it may."""

        def run(words: Sequence[str]) -> str:
            return self.machine.run(*words, user=USER).stdout

        terminal = Watched(run, self)
        terminal.start(f"ulimit -c unlimited; env TERM=linux LC_ALL=C.UTF-8 TEXTUAL_LOG={LOG} '{JALON}'")
        terminal.wait(f"instance `{INSTANCE}`: ", "checked", seconds=60)
        terminal.press("Enter")
        terminal.wait("> Do it for me", "only root can see", seconds=60)
        return terminal

    def look(self, moment: str) -> None:
        """Which files hold one of them now."""
        self.found[moment] = holding(self.machine)

    def forgotten(self) -> None:
        """From now on sudo asks again."""
        self.machine.sh("rm -rf /run/sudo/ts/*")

    def run(self, *words: str, user: str | None = None) -> None:
        """A command, and both of its streams."""
        done = self.machine.run(JALON, *words, user=user, check=False)
        assert done.returncode in (0, 1, 77), done.stdout[-2000:] + done.stderr[-2000:]
        self.said[f"{user}: {' '.join(words)}"] = done.stdout + done.stderr


def holding(machine: Machine) -> set[str]:
    """Every file that may be written to and holds one of the passwords, spelt in any way."""
    # Not as its arguments, where whoever watches processes would find them.
    found = machine.run("grep", "-rlaFD", "skip", "-f", "-", *WRITTEN, input="\n".join(FORMS), check=False)
    return set(found.stdout.splitlines())


class Watched(Terminal):
    """A console of which each screen that is waited for is kept."""

    def __init__(self, run: Callable[[Sequence[str]], str], kept: Kept) -> None:
        super().__init__(run, f"{HOME}/console")
        self.kept = kept

    def screen(self) -> str:
        """What is on it now, which is kept."""
        shown = super().screen()
        if shown not in self.kept.screens:
            self.kept.screens.append(shown)
        return shown

    def type_hidden(self, text: str) -> None:
        """Types into the dialogue what must be in no argument of tmux's either."""
        self.wait("for sudo:", seconds=60)
        run = self.kept.machine.run
        run("tmux", "-S", self._socket, "load-buffer", "-b", "typed", "-", user=USER, input=text)
        self._tmux("paste-buffer", "-d", "-b", "typed")
        self.wait("*" * len(text))

    def close(self) -> None:
        """Ends it, all that ever scrolled by kept."""
        self.kept.screens.append(self._tmux("capture-pane", "-p", "-S", "-"))
        super().close()

    def signal(self, name: str) -> None:
        """Sends that to the wizard, and waits for its end."""
        kill = f"kill -{name} $pid; timeout 20 tail -s 0.1 --pid=$pid -f /dev/null"
        self.kept.machine.sh(f"pid=$(pgrep -u {USER} -f '[p]ython.*screens.start'); {kill}")


def _runs(kept: Kept) -> None:
    """A run that fails, one that is killed, and one of which the wizard is killed."""
    machine, terminal = kept.machine, kept.wizard()
    machine.sh(f"crontab -u {INSTANCE} -r; chmod 0 /usr/bin/crontab")
    terminal.press("a")
    terminal.type_hidden(WRONG)
    terminal.press("Enter")
    terminal.wait("does not take this password", "start `sudo", seconds=60)
    kept.look("a wrong one was given")
    terminal.type_hidden(RIGHT)
    kept.look("typed, and not given yet")
    terminal.press("Enter")
    terminal.wait("Do it and look again", "crontab: Permission denied", seconds=60)
    kept.look("a run failed")
    machine.sh(f"chmod 2755 /usr/bin/crontab; rm -rf {ENVIRONMENTS}/*")
    terminal.press("Escape")
    terminal.wait("a all")
    terminal.press("a")
    machine.sh(f"timeout 60 sh -c 'until ls {ENVIRONMENTS}/*; do sleep 0.1; done' >/dev/null 2>&1")
    kept.look("while one runs")
    terminal.signal("KILL")
    machine.sh("kill -9 $(pgrep -u root -f '[a]pply biomaid')", check=False)
    kept.look("wizard and run were killed")
    terminal.close()


def _whole(kept: Kept) -> None:
    """A run to its end, one that starts what was stopped, and all that is printed and saved of it."""
    kept.forgotten()
    terminal = kept.wizard()
    terminal.press("a")
    terminal.type_hidden(RIGHT)
    terminal.press("Enter")
    terminal.wait("all of it works", seconds=120)
    kept.machine.run("systemctl", "stop", f"biomaid-instance@{INSTANCE}.service")
    terminal.press("Escape")
    terminal.wait("a all")
    terminal.press("c")
    terminal.wait("[X ] Service", seconds=60)
    kept.forgotten()
    terminal.press("p", "p")
    terminal.wait("11 of 13", "do that first", "> Do it for me", seconds=60)
    terminal.press("Enter")
    terminal.type_hidden(RIGHT)
    terminal.press("Enter")
    terminal.wait("[ok] Service", seconds=120)
    kept.run("report", "biomaid", "--format", "json", "--for-help", user=USER)
    kept.run("report", "biomaid", "--format", "html", "--output", "/root/report.html")
    kept.run("export", "biomaid", "--format", "script", user=USER)
    kept.run("verify", "biomaid", "--format", "json")
    # The terminal is closed with it on the screen.
    kept.forgotten()
    terminal.press("a")
    terminal.type_hidden(RIGHT)
    terminal.close()
    kept.look("the terminal was closed")


def _crashed(kept: Kept) -> None:
    """A wizard that crashes, and one that is killed, as it stands there."""
    for name in ("ABRT", "KILL"):
        terminal = kept.wizard()
        terminal.press("a")
        terminal.type_hidden(RIGHT)
        terminal.signal(name)
        kept.look(name)
        terminal.close()


@pytest.fixture(scope="module")
def kept(machines: None) -> Iterator[Kept]:
    finished = finished_layer()
    with Machine.up(
        layer=layer(f"sudo-{finished.rpartition('-')[2]}", _with_sudo, parent=finished, binds=BINDS), binds=BINDS
    ) as machine:
        one = Kept(machine)
        words = ("python3", "-c", SAMPLER, ",".join(FORMS))
        sampler = machine.popen(*words, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
        _runs(one)
        _whole(one)
        _crashed(one)
        one.log = machine.exists(LOG)
        machine.sh("touch /run/sampled")
        one.sampled = json.loads(sampler.communicate(timeout=60)[0])
        yield one


def test_sudo_was_asked_for_it(kept: Kept) -> None:
    journal = kept.machine.run("journalctl", "--no-pager", "-o", "cat", "--all").stdout
    assert "authentication failure" in journal and "COMMAND=" in journal
    assert any("*" * len(RIGHT) in screen for screen in kept.screens)


def test_no_process_showed_it(kept: Kept) -> None:
    assert kept.sampled["shown"] == kept.sampled["given"] == []
    assert kept.sampled["rounds"] > 500
    for moment in ("sudo -S -p", "sudo -n", "apply biomaid", "poetry"):
        assert any(moment in words for words in kept.sampled["seen"]), moment


def test_no_screen_showed_it(kept: Kept) -> None:
    assert len(kept.screens) > 10
    assert not [screen for screen in kept.screens if any(one in screen for one in CANARIES)]


def test_no_file_ever_held_it(kept: Kept) -> None:
    """Sudo's own logs of what is typed, cores, states, reports and temporary folders among them."""
    assert len(kept.found) == 8
    assert {moment: files for moment, files in kept.found.items() if files} == {}
    assert holding(kept.machine) == set()
    assert kept.machine.sh("ls /var/log/sudo-io/*/*/*/ttyout /var/log/sudo-io/*/*/*/stdout", check=False).stdout
    assert not kept.log, "Textual was to write down all events"


def test_no_journal_report_or_export_repeats_it(kept: Kept) -> None:
    journal = kept.machine.run("journalctl", "--no-pager", "-o", "json", "--all").stdout
    assert journal.count("\n") > 100 and len(kept.said) == 4
    for where, text in {**kept.said, "journal": journal}.items():
        assert not [one for one in FORMS if one in text], where


def test_the_search_would_find_it(kept: Kept) -> None:
    """In a file, in memory that looks like one, and in a core."""
    machine = kept.machine
    for place in ("/tmp/x", "/dev/shm/x", f"{HOME}/.x"):
        machine.write(place, f"before {FORMS[-1]} after\n")
        assert holding(machine) == {place}
        machine.run("rm", place)
    if machine.read("/proc/sys/kernel/core_pattern").strip() == "core":
        crash = 'ulimit -c unlimited; exec python3 -c "import os; kept = input(); os.abort()"'
        machine.sh(crash, user=USER, input=RIGHT + "\n", check=False)
        assert any(path.startswith(f"{HOME}/core") for path in holding(machine))
