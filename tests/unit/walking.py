"""Made-up steps, probes and trials, for the tests of the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import Any

from tests.unit.support import ME, MY_GROUP, machine
from wizard.base.rendering import Text
from wizard.carry_out import Machine
from wizard.changes.change import Change, Hands
from wizard.findings.finding import Finding, failed, passed
from wizard.findings.probe import Probe, Trial
from wizard.guide import Checkpoint
from wizard.host.facts import Facts
from wizard.host.files import Content
from wizard.host.live import Live
from wizard.host.reading import Host
from wizard.outputs.events import event_data
from wizard.record.journal import Journal
from wizard.record.state import State
from wizard.steps.files import GeneratedFile
from wizard.steps.step import Step
from wizard.walk.application import Application
from wizard.walk.events import Event, Question

See = Callable[[Host], Finding]


class Yields(Step):
    """A step that yields what it is told to."""

    what: Callable[[Host], Iterator[Change]] = field(hash=False)
    title: str = "a step"
    shared: bool = False

    @property
    def key(self) -> str:
        """Of its title."""
        return f"step:{self.title}"

    def changes(self, host: Host) -> Iterator[Change]:
        """As told."""
        return self.what(host)


class Sees(Probe):
    """A probe that sees what it is told to."""

    see: See = field(default=lambda host: passed("fine"), hash=False)
    after: tuple[str, ...] = ()
    gone: str | None = None

    @property
    def until(self) -> str | None:
        """As told."""
        return self.gone

    def observe(self, host: Host) -> Finding:
        """As told."""
        return self.see(host)


class Proves(Trial):
    """A trial that finds what it is told to."""

    prove: Callable[[Host, Hands], Finding] = field(default=lambda host, hands: passed("proven"), hash=False)
    after: tuple[str, ...] = ()
    wanting: str = ""

    @property
    def lacks(self) -> str:
        """As told."""
        return self.wanting

    @property
    def touches(self) -> str:
        """Nothing."""
        return "nothing"

    def attempt(self, host: Host, hands: Hands) -> Finding:
        """As told."""
        return self.prove(host, hands)


def sees(name: str, finding: Finding | See | None = None, **more: object) -> Sees:
    """A probe of that id."""
    see = finding if callable(finding) else lambda host: finding or passed("fine")
    return Sees(name, f"the probe {name}", see, **more)  # type: ignore[arg-type]


def raising(error: BaseException) -> See:
    """What raises."""

    def see(host: Host) -> Finding:
        raise error

    return see


def point(
    name: str, steps: Sequence[Step] = (), probes: Sequence[Probe] = (), trials: Sequence[Trial] = ()
) -> Checkpoint:
    """A checkpoint of that id."""
    return Checkpoint(name, name.title(), f"what {name} is for", steps, probes, trials)


class Site:
    """A folder to work in, and an application over the live host."""

    def __init__(self, tmp_path: Path) -> None:
        self.folder = tmp_path / "site"
        self.folder.mkdir()
        self.state = State(tmp_path / "state")
        self.events: list[dict[str, Any]] = []
        self.questions: list[str] = []
        self.says_yes = False

    def file(self, name: str, text: str = "ours\n", shared: bool = False) -> GeneratedFile:
        """A step for a file of ours."""
        return GeneratedFile(str(self.folder / name), Text(text), owner=ME, group=MY_GROUP, shared=shared)

    def holds(self, probe: str, name: str, text: str = "ours\n") -> Sees:
        """A probe that wants that text in that file."""

        def see(host: Host) -> Finding:
            data = host.get(Content(str(self.folder / name)))
            return passed("there") if data == text.encode() else failed(f"found {data!r}")

        return sees(probe, see)

    def application(self) -> Application:
        """A run of its own, as after a restart."""
        self.events.clear()
        self.questions.clear()
        journal = Journal(self.state)
        hands: Machine = machine(self.state.folder)
        return Application(Live(journal, Facts()), self.state, journal, hands, self.tell, self.ask)

    def tell(self, event: Event) -> None:
        """Notes the event as it is printed."""
        self.events.append(event_data(event))

    def ask(self, question: Question) -> bool:
        """Notes the question and gives the answer that was set."""
        self.questions.append(question.text)
        return self.says_yes

    def read(self, name: str) -> str:
        """What is in a file."""
        return (self.folder / name).read_text()

    def told(self, *kinds: str) -> list[str]:
        """The events of these kinds, in few words."""
        return [short(event) for event in self.events if not kinds or event["event"] in kinds]


def short(event: Mapping[str, Any]) -> str:
    """An event in few words."""
    about = {"checkpoint": "{id}", "step": "{changes}", "change": "{kind} {state}", "probe": "{id} {outcome}"}
    return f"{event['event']} {about.get(event['event'], '').format(**event)}".strip()
