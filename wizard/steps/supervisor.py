"""Steps about a supervisor (supervisord.org) and its programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wizard.base.language import _
from wizard.host.files import Entry, EntryAt
from wizard.host.reading import Host
from wizard.host.supervisor import Supervised
from wizard.steps.step import Step

if TYPE_CHECKING:
    from wizard.changes.change import Change


def _newer(host: Host, paths: tuple[str, ...], started: float) -> bool:
    for path in paths:
        entry = host.read(EntryAt(path))
        if isinstance(entry, Entry) and entry.changed > started:
            return True
    return False


class RunningSupervisor(Step):
    """A supervisor runs with its present configuration. `bin` is the folder of supervisord and supervisorctl; the files
    of its programs are in `programs/` beside `conf`."""

    conf: str
    bin: str
    socket: str
    user: str
    shared: bool = False

    @property
    def key(self) -> str:
        return f"supervisor:{self.conf}"

    @property
    def title(self) -> str:
        return _("the supervisor of {conf}").format(conf=self.conf)

    def changes(self, host: Host) -> Iterator[Change]:
        from wizard.changes.supervisor import SupervisorRestarted, SupervisorStarted

        state = host.get(Supervised(self.socket))
        words = (self.conf, self.bin, self.socket, self.user)
        if state is None:
            yield SupervisorStarted(*words)
        elif _newer(host, (self.conf,), state.started):
            yield SupervisorRestarted(*words)


class SupervisedProgram(Step):
    """A program runs under a supervisor with its present configuration: it is restarted if one of `configured_by` is
    newer than its process."""

    name: str
    conf: str
    bin: str
    socket: str
    user: str
    configured_by: tuple[str, ...] = ()
    shared: bool = False

    @property
    def key(self) -> str:
        return f"program:{self.name}"

    @property
    def title(self) -> str:
        return _("the program {name}").format(name=self.name)

    def changes(self, host: Host) -> Iterator[Change]:
        """Add, start or restart the program as needed."""
        from wizard.changes.supervisor import ProgramAdded, ProgramRestarted, ProgramStarted

        state = host.get(Supervised(self.socket))
        program = state.programs.get(self.name) if state else None
        words = (self.name, self.conf, self.bin, self.socket, self.user)
        if program is None:
            yield ProgramAdded(*words)
        elif program.state != "RUNNING":
            yield ProgramStarted(*words)
        elif _newer(host, self.configured_by, program.started):
            yield ProgramRestarted(*words)
