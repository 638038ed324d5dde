"""Fixing: what is red is repaired in the order in which it depends, by the guide's own steps and by remedies."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import takewhile

from wizard.base.language import _
from wizard.base.values import replace
from wizard.carry_out import Machine
from wizard.changes.change import Failed
from wizard.findings.finding import WARNING
from wizard.findings.probe import Trial
from wizard.guide import Checkpoint
from wizard.host.live import Live
from wizard.host.overlay import Overlay
from wizard.record.journal import Journal
from wizard.record.state import State
from wizard.record.trials import Tried, remember_trial
from wizard.steps.step import Step
from wizard.walk import events
from wizard.walk.application import Application
from wizard.walk.events import INTERRUPTED, Left, Offer, Question, RepairEnded, Tell
from wizard.walk.named import step_of
from wizard.walk.observation import attempt
from wizard.walk.plan import plan
from wizard.walk.verification import Verified, outcome, verify
from wizard.walk.wrongs import RED, Commands, Wrong, nothing_done, wrongs

# What a service that was just started needs to answer; and how long that may be why something else is red.
SETTLING, NEWS = 20.0, 8.0
# A way that was gone twice in vain for the same cause is not gone again.
OFTEN = 2
# What waits to be installed takes seconds to ask, and no repair changes it.
REMEMBERED = "updates"

Ask = Callable[[Question | Offer], bool]
Way = Callable[[], None]


class Declined(Exception):
    """Somebody was to be asked, and did not say yes; says what for."""


@dataclass
class Fixing:
    """One repair of an instance. `ask` puts an offer or the question about an edited file to a person, and answers
    no where nobody is there."""

    host: Live
    state: State
    journal: Journal
    machine: Machine
    tell: Tell
    ask: Ask
    repaired: list[Wrong] = field(default_factory=list)
    because: dict[str, str] = field(default_factory=dict)
    verified: list[Verified] = field(default_factory=list)
    _points: Sequence[Checkpoint] = ()
    _gone: dict[tuple[str, str, str], int] = field(default_factory=dict)
    _refused: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._application = Application(self.host, self.state, self.journal, self.machine, self.tell, self._asked)

    @property
    def changes(self) -> int:
        """How many changes were made."""
        return self._application.changes

    @property
    def left(self) -> list[Wrong]:
        """What still asks for a repair."""
        return wrongs(self.verified)

    def fix(self, points: Sequence[Checkpoint]) -> None:
        """Repairs what can be, until nothing more can be; `repaired`, `left` and `because` say what came of it."""
        self._points = points
        self._look()
        for one in wrongs(self.verified):
            self.tell(one.observed)
        helped = everything = True
        while helped:
            helped = self._pass()
            if not helped and everything and any(one.red for one in self.left):
                everything, helped = False, self._everything()

    def ended(self, seconds: float, interrupted: bool) -> RepairEnded:
        """What came of it: what is repaired, and what is left with why."""
        wrong = {one.id for one in self.left}
        repaired = {one.id: one.observed for one in self.repaired if one.id not in wrong}
        left = tuple(Left(one.observed, self.because.get(one.id, "")) for one in self.left)
        verdict = INTERRUPTED if interrupted or not self.verified else outcome(self.verified)
        return RepairEnded(verdict, self.changes, seconds, tuple(repaired.values()), left)

    def _pass(self) -> bool:
        """Goes for each finding once, those that only show on the way too; whether one was repaired."""
        seen: set[tuple[str, str]] = set()
        helped = False
        # Where a repair shows that there is another thing wrong with the same, that is gone for too.
        while one := next((one for one in self.left if one.key not in seen), None):
            seen.add(one.key)
            helped = self._repair(one) or helped
        return helped

    def _repair(self, wrong: Wrong) -> bool:
        """Whether one of the ways made it green. A trial is made again first: what is remembered may be over."""
        if wrong.observed.trial and self._over(wrong):
            return self._note(wrong)
        self.because.setdefault(wrong.id, nothing_done(wrong))
        for name, way in self._ways(wrong):
            key = (*wrong.key, name)
            if self._gone.get(key, 0) >= OFTEN:
                continue
            self._gone[key] = self._gone.get(key, 0) + 1
            before = self.changes
            try:
                way()
            except Declined as declined:
                self.because[wrong.id] = str(declined)
            except Failed as failure:
                self.because[wrong.id] = failure.text
                self.tell(events.Output(failure.text))
            if self.changes == before:
                continue
            if self._settled(wrong):
                return self._note(wrong)
            if wrong.key not in {one.key for one in self.left}:
                break  # another thing is wrong with it now
        return False

    def _ways(self, wrong: Wrong) -> Iterator[tuple[str, Way]]:
        """What may help, the most certain first; what must be asked comes last."""
        point, remedy = wrong.point, wrong.remedy
        if place := step_of(remedy.step, point, self._points):
            yield f"step {remedy.step}", partial(self._take, *place)
        if remedy.commands and remedy.safe:
            yield "commands", lambda: self._command(wrong)
        if wrong.red:
            yield "checkpoint", lambda: self._steps([point])
        if remedy.commands and not remedy.safe:
            yield "offer", lambda: self._offer(wrong)

    def _steps(self, points: Sequence[Checkpoint]) -> None:
        """Every step, those after one that cannot be taken too; the first problem is raised at the end."""
        problem: Declined | Failed | None = None
        for point in points:
            for step in point.steps:
                try:
                    self._take(point, step)
                except (Declined, Failed) as found:
                    problem = problem or found
        if problem:
            raise problem

    def _take(self, point: Checkpoint, step: Step) -> None:
        """Takes a step, unless it would start anew what runs while something before it in the guide is red: it might
        not start any more."""
        doubtful = self._red_before(point)
        planned = plan([replace(point, steps=[step])], Overlay(self.host)) if doubtful else ()
        if any(one.change.restarts for planned_step in planned for one in planned_step.changes):
            text = _("{step}: not restarted while this has failed: {title}")
            raise Failed(text.format(step=step.title, title=doubtful[0].observed.probe.title))
        self._application.take(point, step)

    def _red_before(self, point: Checkpoint) -> list[Wrong]:
        """What is red of the instance's own in the checkpoints before that one."""
        earlier = {one.id for one in takewhile(lambda one: one.id != point.id, self._points)}
        own = {one.id for one in self._points if any(not step.shared for step in one.steps)}
        return [one for one in self.left if one.red and one.point.id in earlier & own]

    def _everything(self) -> bool:
        """All that the guide finds missing, up to the last checkpoint in which something is red; whether anything
        was."""
        before = self.changes
        red = [one for one in self.left if one.red]
        last = max(number for number, one in enumerate(self._points) if one.id in {wrong.point.id for wrong in red})
        try:
            self._steps(self._points[: last + 1])
        except (Declined, Failed) as problem:
            for one in red:
                if self.because.get(one.id) == nothing_done(one):
                    self.because[one.id] = str(problem)
        if self.changes == before:
            return False
        for one in red:
            if self._settled(one):
                self._note(one)
        return True

    def _command(self, wrong: Wrong) -> None:
        step = Commands(wrong.id, wrong.remedy)
        for change in step.changes(self.host):
            self._application.carry_out(wrong.point, step, change)

    def _offer(self, wrong: Wrong) -> None:
        offer = Offer(wrong.remedy.text, wrong.id, wrong.observed.probe.title, wrong.remedy.commands)
        if not self._says_yes(offer, "\n".join(offer.commands)):
            raise Declined(_("it must be agreed to: {remedy}").format(remedy=offer.text))
        self._command(wrong)

    def _asked(self, question: Question) -> bool:
        # A refusal leaves the file as it is, and is not remembered as `apply` does: it is red, and stays known.
        if not self._says_yes(question, question.path):
            raise Declined(_("{path} was edited by a person, and is kept").format(path=question.path))
        return True

    def _says_yes(self, what: Question | Offer, about: str) -> bool:
        """Nobody is asked the same thing twice."""
        if about in self._refused:
            return False
        if self.ask(what):
            return True
        self._refused.add(about)
        return False

    def _note(self, wrong: Wrong) -> bool:
        self.because.pop(wrong.id, None)
        self.repaired.append(wrong)
        self.tell(events.Repaired(wrong.observed))
        return True

    def _over(self, wrong: Wrong) -> bool:
        """Makes a trial again; whether it is no longer wrong."""
        trial = wrong.observed.probe
        assert isinstance(trial, Trial)
        known = {observed.probe.id: observed for one in self.verified for observed in one.observed}
        made = attempt(trial, self.host, self.machine, known)
        if made.finding.outcome in (*RED, WARNING) or made.finding.outcome == "passed":
            remember_trial(self.state, made.probe.id, Tried(made.finding, made.seconds, made.when))
        self.tell(made)
        self._look()
        return wrong.id not in {one.id for one in self.left}

    def _settled(self, wrong: Wrong) -> bool:
        """Looks again until that finding is green and nothing is red that was not, or until both had their time."""
        before = {one.id for one in self.left}
        began = time.monotonic()
        if wrong.observed.trial:
            return self._over(wrong)
        while True:
            self._look()
            mended = wrong.key not in {one.key for one in self.left}
            patience = NEWS if mended else SETTLING
            quiet = mended and {one.id for one in self.left} <= before
            if quiet or time.monotonic() - began > min(patience, SETTLING):
                return wrong.id not in {one.id for one in self.left}
            time.sleep(1)

    def _look(self) -> None:
        self.host.forget(family for family in self.host.families if family != REMEMBERED)
        self.verified = list(verify(self._points, self.host, self.state))
