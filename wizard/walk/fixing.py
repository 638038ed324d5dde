"""`jalon fix`: repairs failed findings in the order of the guide, by its steps and by the commands of remedies."""

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
from wizard.steps.step import Earlier, Step
from wizard.walk import events
from wizard.walk.application import Application
from wizard.walk.events import INTERRUPTED, Left, Offer, Question, RepairEnded, Tell
from wizard.walk.holding import Holding, States, only_starting, only_starts, units_of
from wizard.walk.observation import attempt
from wizard.walk.plan import plan
from wizard.walk.preconditions import first_red, needs_of
from wizard.walk.problems import RED, Commands, Problem, problems, untried_reason
from wizard.walk.step_lookup import find_step
from wizard.walk.verification import Verified, outcome, verify

# Seconds that a service just started may need to answer, and that side effects of its restart may last elsewhere.
SETTLING, SIDE_EFFECT_WAIT = 20.0, 8.0
# Attempts of the same kind at the same cause of the same finding.
MAX_ATTEMPTS = 2
# Asking for available updates takes seconds, and no repair changes the answer.
CACHED_FAMILY = "updates"

Ask = Callable[[Question | Offer], bool]
Attempt = Callable[[], None]


class Declined(Exception):
    """A repair needed agreement and did not get it; the text says for what."""


@dataclass
class Fixing:
    """One run of `jalon fix` over an instance.

    `ask` puts an `Offer` or the `Question` about an edited file to a person; it returns False where nobody is there.
    `repaired`, `reasons` (by probe id, why a finding was left) and `verified` (the last verification) are the result.
    """

    host: Live
    state: State
    journal: Journal
    machine: Machine
    tell: Tell
    ask: Ask
    repaired: list[Problem] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)
    verified: list[Verified] = field(default_factory=list)
    _points: Sequence[Checkpoint] = ()
    _attempt_counts: dict[tuple[str, str, str], int] = field(default_factory=dict)
    _declined: set[str] = field(default_factory=set)
    # What to say of units that did not stay up, and how many changes had been made then.
    _fallen: dict[str, tuple[str, int]] = field(default_factory=dict)
    _earlier: dict[str, tuple[Earlier, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._holding = Holding(self.host, ())
        self._application = Application(self.host, self.state, self.journal, self.machine, self.tell, self._ask_replace)

    @property
    def changes(self) -> int:
        """The number of changes made so far."""
        return self._application.changes

    @property
    def left(self) -> list[Problem]:
        """The problems of the last verification."""
        return problems(self.verified)

    def fix(self, points: Sequence[Checkpoint]) -> None:
        """Repairs until a pass repairs nothing more; the result is in `repaired`, `left` and `reasons`."""
        self._points = points
        self._holding = Holding(self.host, units_of(points))
        self._verify()
        for one in problems(self.verified):
            self.tell(one.observed)
        any_repaired = apply_missing = True
        while any_repaired:
            any_repaired = self._repair_each()
            if not any_repaired and apply_missing and any(one.red for one in self.left):
                apply_missing, any_repaired = False, self._apply_missing()

    def ended(self, seconds: float, interrupted: bool) -> RepairEnded:
        """The closing event, after so many `seconds`: what was repaired, and what is left with the reason."""
        left_ids = {one.id for one in self.left}
        repaired = {one.id: one.observed for one in self.repaired if one.id not in left_ids}
        left = tuple(Left(one.observed, self.reasons.get(one.id, "")) for one in self.left)
        verdict = INTERRUPTED if interrupted or not self.verified else outcome(self.verified)
        return RepairEnded(verdict, self.changes, seconds, tuple(repaired.values()), left)

    def _repair_each(self) -> bool:
        """Tries each problem once, with those that appear meanwhile; returns whether one was repaired."""
        seen: set[tuple[str, str]] = set()
        any_repaired = False
        # A repair may reveal another cause of the same finding, which is a problem of its own.
        while one := next((one for one in self.left if one.key not in seen), None):
            seen.add(one.key)
            any_repaired = self._repair(one) or any_repaired
        return any_repaired

    def _repair(self, problem: Problem) -> bool:
        """Returns whether an attempt repaired it. A trial is made again first: its recorded finding may be outdated."""
        if problem.observed.trial and self._retry_trial(problem):
            return self._record_repair(problem)
        self.reasons.setdefault(problem.id, untried_reason(problem))
        for name, attempt_repair in self._attempts(problem):
            key = (*problem.key, name)
            if self._attempt_counts.get(key, 0) >= MAX_ATTEMPTS:
                continue
            self._attempt_counts[key] = self._attempt_counts.get(key, 0) + 1
            before, states = self.changes, self._holding.look()
            try:
                attempt_repair()
            except Declined as declined:
                self.reasons[problem.id] = str(declined)
            except Failed as failure:
                self._give_reason(problem, failure.text)
            if self.changes == before:
                continue
            if self._wait_for_repair(problem, states):
                return self._record_repair(problem)
            if problem.key not in {one.key for one in self.left}:
                break  # the cause is another one now
        return False

    def _attempts(self, problem: Problem) -> Iterator[tuple[str, Attempt]]:
        """The attempts at a repair, each with a name: the most specific first, those that need agreement last."""
        point, remedy = problem.point, problem.remedy
        if place := find_step(remedy.step, point, self._points):
            before = self.changes
            yield f"step {remedy.step}", partial(self._apply_step, *place)
            if self.changes > before:
                # What follows from a step, such as a restart, is a step beside it.
                yield f"steps beside {remedy.step}", partial(self._apply_steps, [place[0]])
        if remedy.commands and remedy.safe:
            yield "commands", lambda: self._run_commands(problem)
        if problem.red:
            yield "checkpoint", lambda: self._apply_steps([point])
        if remedy.commands and not remedy.safe:
            yield "offer", lambda: self._offer(problem)
        if any(where == point.id for _earlier, where in self._earlier.values()):
            yield "anew", lambda: self._make_anew(problem)

    def _apply_steps(self, points: Sequence[Checkpoint]) -> None:
        """Applies every step, also those after one that fails; raises the first error at the end."""
        error: Declined | Failed | None = None
        for point in points:
            for step in point.steps:
                try:
                    self._apply_step(point, step)
                except (Declined, Failed) as found:
                    error = error or found
        if error:
            raise error

    def _apply_step(self, point: Checkpoint, step: Step) -> None:
        """Applies a step. Raises `Failed` where it would restart a service while an earlier checkpoint is red, as the
        service might not start again."""
        doubtful, needs = self._red_before(point), needs_of(step, point)
        if doubtful or needs or self._fallen:
            planned = plan([replace(point, steps=[step])], Overlay(self.host))
            changes = [one.change for planned_step in planned for one in planned_step.changes]
            if doubtful and any(one.restarts for one in changes):
                text = _("{step}: not restarted while this has failed: {title}")
                raise Failed(text.format(step=step.title, title=doubtful[0].observed.probe.title))
            if changes and (red := first_red(needs, self.verified)):
                text = _("{step}: not carried out while this has failed: {title}")
                raise Failed(text.format(step=step.title, title=red.probe.title))
            self._refuse_again(only_starts(changes))
        try:
            self._application.apply_step(point, step)
        except Earlier as earlier:
            self._earlier[earlier.subject] = earlier, point.id
            raise Declined(earlier.why) from None

    def _make_anew(self, problem: Problem) -> None:
        """Asks about what was there before, after all that may bring it back; then makes it."""
        for subject, (earlier, where) in list(self._earlier.items()):
            if where != problem.point.id:
                continue
            offer = Offer(earlier.why, problem.id, problem.observed.probe.title, ())
            if not self._agrees(offer, subject):
                raise Declined(earlier.why)
            self._application.agree(subject)
            del self._earlier[subject]
        self._apply_steps([problem.point])

    def _refuse_again(self, units: set[str]) -> None:
        """Raises `Failed` where one of these has not stayed up, and nothing else was changed since."""
        fallen = [told for name, (told, changes) in self._fallen.items() if name in units and changes == self.changes]
        if fallen:
            raise Failed(fallen[0])

    def _red_before(self, point: Checkpoint) -> list[Problem]:
        """The red problems in earlier checkpoints that have a step of this instance alone."""
        earlier = {one.id for one in takewhile(lambda one: one.id != point.id, self._points)}
        own = {one.id for one in self._points if any(not step.shared for step in one.steps)}
        return [one for one in self.left if one.red and one.point.id in earlier & own]

    def _apply_missing(self) -> bool:
        """Applies every step up to the last checkpoint with a red problem; returns whether that changed anything."""
        before, states = self.changes, self._holding.look()
        red = [one for one in self.left if one.red]
        last = max(number for number, one in enumerate(self._points) if one.id in {problem.point.id for problem in red})
        try:
            self._apply_steps(self._points[: last + 1])
        except (Declined, Failed) as error:
            for one in red:
                if self.reasons.get(one.id) == untried_reason(one):
                    self.reasons[one.id] = str(error)
        if self.changes == before:
            return False
        for one in red:
            if self._wait_for_repair(one, states):
                self._record_repair(one)
        return True

    def _run_commands(self, problem: Problem) -> None:
        self._refuse_again(only_starting(problem.remedy.commands))
        step = Commands(problem.id, problem.remedy)
        for change in step.changes(self.host):
            self._application.carry_out(problem.point, step, change)

    def _offer(self, problem: Problem) -> None:
        offer = Offer(problem.remedy.text, problem.id, problem.observed.probe.title, problem.remedy.commands)
        if not self._agrees(offer, "\n".join(offer.commands)):
            raise Declined(_("it must be agreed to: {remedy}").format(remedy=offer.text))
        self._run_commands(problem)

    def _ask_replace(self, question: Question) -> bool:
        # Unlike in `apply`, keeping the file is not recorded: its finding stays red.
        if not self._agrees(question, question.path):
            raise Declined(_("{path} was edited by a person, and is kept").format(path=question.path))
        return True

    def _agrees(self, what: Question | Offer, about: str) -> bool:
        """Asks, but not again about what was declined before."""
        if about in self._declined:
            return False
        if self.ask(what):
            return True
        self._declined.add(about)
        return False

    def _record_repair(self, problem: Problem) -> bool:
        self.reasons.pop(problem.id, None)
        self.repaired.append(problem)
        self.tell(events.Repaired(problem.observed))
        return True

    def _retry_trial(self, problem: Problem) -> bool:
        """Makes a trial again; returns whether it is no longer a problem."""
        trial = problem.observed.probe
        assert isinstance(trial, Trial)
        known = {observed.probe.id: observed for one in self.verified for observed in one.observed}
        made = attempt(trial, self.host, self.machine, known)
        if made.finding.outcome in (*RED, WARNING) or made.finding.outcome == "passed":
            remember_trial(self.state, made.probe.id, Tried(made.finding, made.seconds, made.when))
        self.tell(made)
        self._verify()
        return problem.id not in {one.id for one in self.left}

    def _wait_for_repair(self, problem: Problem, states: States) -> bool:
        """Verifies until the problem is gone and no new one has appeared, or time is up, and watches what was started
        since `states`; returns whether the problem is gone, and stays so."""
        before = {one.id for one in self.left}
        began = time.monotonic()
        if problem.observed.trial:
            return self._retry_trial(problem)
        while True:
            self._verify()
            repaired = problem.key not in {one.key for one in self.left}
            if told := self._holding.gave_way(states):
                return self._did_not_hold(problem, told)
            patience = SIDE_EFFECT_WAIT if repaired else SETTLING
            quiet = repaired and {one.id for one in self.left} <= before
            if quiet or time.monotonic() - began > min(patience, SETTLING):
                break
            time.sleep(1)
        if problem.id in {one.id for one in self.left}:
            return False
        changed = self._holding.started(states)
        if told := self._holding.holds(states):
            return self._did_not_hold(problem, told)
        if changed:
            self._verify()
        return problem.id not in {one.id for one in self.left}

    def _did_not_hold(self, problem: Problem, told: str) -> bool:
        """Notes that what was started has ended again, so that it is not started once more for nothing."""
        for name in self._holding.fallen:
            self._fallen[name] = (told, self.changes)
        self._give_reason(problem, told)
        self._verify()
        return False

    def _give_reason(self, problem: Problem, text: str) -> None:
        if self.reasons.get(problem.id) != text:
            self.tell(events.Output(text))
        self.reasons[problem.id] = text

    def _verify(self) -> None:
        self.host.forget(family for family in self.host.families if family != CACHED_FAMILY)
        self.verified = list(verify(self._points, self.host, self.state))
