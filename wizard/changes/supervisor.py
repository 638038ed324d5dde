"""Changes of a supervisor (supervisord.org) and of the programs it runs. A supervisor is known by its own folder of
programs (`bin`), its configuration (`conf`) and its socket; its programs' files lie in `programs/` beside `conf`."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import ClassVar

from wizard.base.language import _
from wizard.base.rendering import shell_word
from wizard.base.values import Value, replace
from wizard.changes.change import Change, Failed, Hands, Keep, Typed
from wizard.host.files import Listing
from wizard.host.overlay import Effect, Sets
from wizard.host.reading import Host
from wizard.host.supervisor import Program, Supervised, SupervisorState

PATIENCE = 60.0
PAUSE = 0.3
# What supervisord starts from must not be ours: it would keep the lock of this run for as long as it lives.
ALONE = "import os, sys; os.closerange(3, 4096); os.execv(sys.argv[1], sys.argv[1:])"
GAVE_UP = ("FATAL", "EXITED", "STOPPED", "ERROR")


class Control(Value):
    """Access to a supervisor through `supervisorctl`."""

    bin: str
    conf: str
    socket: str
    user: str

    def words(self, *words: str) -> tuple[str, ...]:
        """Return the `supervisorctl` command line with these arguments."""
        return (f"{self.bin}/supervisorctl", "-c", self.conf, *words)

    def say(self, hands: Hands, *words: str) -> str:
        """Run `supervisorctl` and return its output, whatever its exit status, which is 0 for many failures."""
        return hands.run(self.words(*words), user=self.user, accept=range(256))

    def typed(self, *words: str) -> tuple[Typed, ...]:
        """Return the `supervisorctl` command line as typed."""
        return (Typed(" ".join(map(shell_word, self.words(*words))), self.user),)

    def wait(self, hands: Hands, name: str) -> None:
        """Wait until a program runs; raises `Failed` if the supervisor gave up or it takes more than a minute."""
        until = time.monotonic() + PATIENCE
        while True:
            said = self.say(hands, "status", name).split()
            state = said[1] if len(said) > 1 else ""
            if state == "RUNNING":
                return
            if state in GAVE_UP or time.monotonic() > until:
                text = _("{name} does not come to run: {said}").format(name=name, said=" ".join(said[1:]))
                raise Failed(text, remedy=_("read why: {command}").format(command=self.typed("tail", name)[0].text))
            time.sleep(PAUSE)

    def effect(self, host: Host, name: str) -> Iterable[Effect]:
        """Yield the effect of the program running."""
        state = host.read(Supervised(self.socket))
        state = state if isinstance(state, SupervisorState) else SupervisorState(started=host.clock)
        programs = {**state.programs, name: Program("RUNNING", started=host.clock + 0.5)}
        yield Sets(Supervised(self.socket), replace(state, programs=programs))


class SupervisorStarted(Change):
    """Start a supervisor with the programs that are configured."""

    kind: ClassVar[str] = "SupervisorStarted"
    mark: ClassVar[str] = "!"
    conf: str
    bin: str
    socket: str
    user: str
    stale: ClassVar[tuple[str, ...]] = ("*",)

    @property
    def title(self) -> str:
        return _("start the supervisor of {conf}").format(conf=self.conf)

    def carry_out(self, hands: Hands) -> None:
        """Start supervisord in the background, without our file descriptors."""
        python, program = f"{self.bin}/python", f"{self.bin}/supervisord"
        hands.run((python, "-c", ALONE, python, program, "-c", self.conf), user=self.user)

    def effect(self, host: Host) -> Iterable[Effect]:
        names = host.read(Listing(f"{PurePosixPath(self.conf).parent}/programs"))
        there = [PurePosixPath(name).stem for name in names or ()] if isinstance(names, tuple) else []
        programs = {name: Program("RUNNING", started=host.clock + 0.5) for name in there}
        yield Sets(Supervised(self.socket), SupervisorState(started=host.clock + 0.5, programs=programs))

    def typed(self) -> Sequence[Typed]:
        return (Typed(f"{shell_word(f'{self.bin}/supervisord')} -c {shell_word(self.conf)}", self.user),)

    def undo(self, host: Host, keep: Keep) -> Sequence[Change]:
        """Stop it with all its programs."""
        return (SupervisorStopped(self.conf, self.bin, self.socket, self.user),)


class SupervisorStopped(Change):
    """Stop a supervisor with its programs."""

    kind: ClassVar[str] = "SupervisorStopped"
    mark: ClassVar[str] = "!"
    conf: str
    bin: str
    socket: str
    user: str
    stale: ClassVar[tuple[str, ...]] = ("*",)

    @property
    def title(self) -> str:
        return _("stop the supervisor of {conf}, with all that it runs").format(conf=self.conf)

    def carry_out(self, hands: Hands) -> None:
        """Run `supervisorctl shutdown`, and wait until it has ended."""
        control = Control(self.bin, self.conf, self.socket, self.user)
        if "Shut down" not in control.say(hands, "shutdown"):
            return  # nobody answers: it does not run
        until = time.monotonic() + PATIENCE
        while control.say(hands, "pid").strip().isdigit() and time.monotonic() < until:
            time.sleep(PAUSE)

    def effect(self, host: Host) -> Iterable[Effect]:
        yield Sets(Supervised(self.socket), None)

    def typed(self) -> Sequence[Typed]:
        return Control(self.bin, self.conf, self.socket, self.user).typed("shutdown")


class SupervisorRestarted(Change):
    """Restart a supervisor after a change of its configuration."""

    kind: ClassVar[str] = "SupervisorRestarted"
    mark: ClassVar[str] = "!"
    conf: str
    bin: str
    socket: str
    user: str
    stale: ClassVar[tuple[str, ...]] = ("*",)

    @property
    def title(self) -> str:
        return _("restart the supervisor of {conf}").format(conf=self.conf)

    def carry_out(self, hands: Hands) -> None:
        """Stop, then start it."""
        SupervisorStopped(self.conf, self.bin, self.socket, self.user).carry_out(hands)
        SupervisorStarted(self.conf, self.bin, self.socket, self.user).carry_out(hands)

    def effect(self, host: Host) -> Iterable[Effect]:
        return SupervisorStarted(self.conf, self.bin, self.socket, self.user).effect(host)

    def typed(self) -> Sequence[Typed]:
        return Control(self.bin, self.conf, self.socket, self.user).typed("reload")


class ProgramAdded(Change):
    """Add a newly configured program to a supervisor, and start it."""

    kind: ClassVar[str] = "ProgramAdded"
    name: str
    conf: str
    bin: str
    socket: str
    user: str
    stale: ClassVar[tuple[str, ...]] = ("*",)

    @property
    def title(self) -> str:
        return _("start {name}").format(name=self.name)

    @property
    def _control(self) -> Control:
        return Control(self.bin, self.conf, self.socket, self.user)

    def carry_out(self, hands: Hands) -> None:
        """Run `supervisorctl update`, and wait until the program runs."""
        self._control.say(hands, "update", self.name)
        self._control.wait(hands, self.name)

    def effect(self, host: Host) -> Iterable[Effect]:
        return self._control.effect(host, self.name)

    def typed(self) -> Sequence[Typed]:
        return self._control.typed("update", self.name)

    def undo(self, host: Host, keep: Keep) -> Sequence[Change]:
        return (ProgramStopped(self.name, self.conf, self.bin, self.socket, self.user),)


class ProgramStarted(Change):
    """Start a program of a supervisor."""

    kind: ClassVar[str] = "ProgramStarted"
    mark: ClassVar[str] = "!"
    name: str
    conf: str
    bin: str
    socket: str
    user: str
    stale: ClassVar[tuple[str, ...]] = ("*",)

    @property
    def title(self) -> str:
        return _("start {name}").format(name=self.name)

    @property
    def _control(self) -> Control:
        return Control(self.bin, self.conf, self.socket, self.user)

    def carry_out(self, hands: Hands) -> None:
        """Run `supervisorctl start`, and wait until the program runs."""
        self._control.say(hands, "start", self.name)
        self._control.wait(hands, self.name)

    def effect(self, host: Host) -> Iterable[Effect]:
        return self._control.effect(host, self.name)

    def typed(self) -> Sequence[Typed]:
        return self._control.typed("start", self.name)


class ProgramRestarted(Change):
    """Restart a program after a change of its configuration."""

    kind: ClassVar[str] = "ProgramRestarted"
    mark: ClassVar[str] = "!"
    name: str
    conf: str
    bin: str
    socket: str
    user: str
    stale: ClassVar[tuple[str, ...]] = ("*",)

    @property
    def title(self) -> str:
        return _("restart {name}").format(name=self.name)

    @property
    def _control(self) -> Control:
        return Control(self.bin, self.conf, self.socket, self.user)

    def carry_out(self, hands: Hands) -> None:
        """Run `supervisorctl update` and `restart`, and wait until the program runs."""
        self._control.say(hands, "update", self.name)
        self._control.say(hands, "restart", self.name)
        self._control.wait(hands, self.name)

    def effect(self, host: Host) -> Iterable[Effect]:
        return self._control.effect(host, self.name)

    def typed(self) -> Sequence[Typed]:
        return (*self._control.typed("update", self.name), *self._control.typed("restart", self.name))


class ProgramStopped(Change):
    """Stop a program of a supervisor."""

    kind: ClassVar[str] = "ProgramStopped"
    mark: ClassVar[str] = "!"
    name: str
    conf: str
    bin: str
    socket: str
    user: str
    stale: ClassVar[tuple[str, ...]] = ("*",)

    @property
    def title(self) -> str:
        return _("stop {name}").format(name=self.name)

    @property
    def _control(self) -> Control:
        return Control(self.bin, self.conf, self.socket, self.user)

    def carry_out(self, hands: Hands) -> None:
        """Run `supervisorctl stop`."""
        self._control.say(hands, "stop", self.name)

    def effect(self, host: Host) -> Iterable[Effect]:
        state = host.read(Supervised(self._control.socket))
        if isinstance(state, SupervisorState):
            programs = {**state.programs, self.name: Program("STOPPED")}
            yield Sets(Supervised(self.socket), replace(state, programs=programs))

    def typed(self) -> Sequence[Typed]:
        return self._control.typed("stop", self.name)
