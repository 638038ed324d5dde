"""`jalon apply`: carries out the changes that steps yield, then probes and tries each checkpoint."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from wizard.base.language import _
from wizard.carry_out import Machine
from wizard.changes.change import Change, Consent, Failed, typed_on
from wizard.changes.units import UnitStarted
from wizard.findings.finding import CRASHED, FAILED, PASSED, SKIPPED, UNKNOWN, WARNING
from wizard.findings.probe import Probe
from wizard.guide import Checkpoint
from wizard.host.live import Live
from wizard.host.overlay import Overlay
from wizard.host.reading import NotKnown
from wizard.record.journal import Journal
from wizard.record.state import State
from wizard.record.trials import Tried, last_trials, remember_trial
from wizard.steps.step import Blocked, Earlier, Step
from wizard.walk import events
from wizard.walk.events import Observed, Tell
from wizard.walk.file_versions import versions_for
from wizard.walk.holding import ended_again
from wizard.walk.observation import attempt, observe
from wizard.walk.phase import reached
from wizard.walk.plan import plan

# Seconds for which red probes are repeated: a service that was just started may not answer yet.
SETTLING = 40.0
RED = (FAILED, CRASHED)

Ask = Callable[[events.Question], bool]


@dataclass
class Application:
    """One run over a host. `ask` puts a question to a person, and returns False where nobody is there."""

    host: Live
    state: State
    journal: Journal
    machine: Machine
    tell: Tell
    ask: Ask
    changes: int = 0
    # The checkpoints whose plan fetches something from elsewhere.
    fetching: set[str] = field(default_factory=set)

    def blocks(self, checkpoints: Sequence[Checkpoint]) -> list[Blocked]:
        """The obstacles that a plan meets, known before anything is changed."""
        steps = list(plan(checkpoints, Overlay(self.host)))
        self.fetching = {step.checkpoint.id for step in steps for one in step.changes if one.change.fetches}
        return [step.blocked for step in steps if step.blocked]

    def settle(self, checkpoints: Sequence[Checkpoint], ask: Callable[[events.Offer], bool]) -> list[Blocked]:
        """The obstacles, once a person was asked about each thing that was there before and would be made anew."""
        asked: set[str] = set()
        while True:
            blocks = self.blocks(checkpoints)
            earlier = [one for one in blocks if isinstance(one, Earlier) and one.subject not in asked]
            if not earlier:
                return blocks
            asked.add(earlier[0].subject)
            if not ask(events.Offer(earlier[0].why, "", earlier[0].subject, ())):
                return blocks
            self.agree(earlier[0].subject)

    def agree(self, subject: str) -> None:
        """Notes that a person lets this be made anew and empty."""
        self.journal.agree(subject)
        self.host.forget(["journal"])

    def apply(self, checkpoints: Sequence[Checkpoint], until: str = "", only: str = "") -> str:
        """Applies the checkpoints in order up to `until`, or `only` one; "" stands for all. Returns `done`, or `failed`
        at the first that stays red."""
        known: dict[str, Observed] = {}
        ids = [point.id for point in checkpoints]
        reached_for = [only] if only else ids[: ids.index(until) + 1] if until else ids
        if self.fetching & {*reached_for}:
            self.machine.need_way_out()
        self.host.forget(["*"])
        already = reached(checkpoints, self.host)
        for number, point in enumerate(checkpoints, 1):
            if only not in ("", point.id):
                continue
            self.tell(events.CheckpointBegun(point, number, len(checkpoints)))
            for step in point.steps:
                try:
                    self.apply_step(point, step)
                except Earlier as earlier:
                    raise Failed(earlier.why, remedy=earlier.remedy) from None
            done = {one.id for one in checkpoints[: max(number, already)]}
            probes = [probe for probe in point.probes if probe.until not in done]
            if not self._probe(probes, known) or not self._make_trials(point, known):
                return FAILED
            if point.id == until:
                break
        return "done"

    def apply_step(self, point: Checkpoint, step: Step) -> None:
        """Carries out a step's missing changes and checks that none is left. Raises `Failed`, and `Earlier` where a
        person must agree first."""
        before = self.changes
        try:
            for change in step.changes(self.host):
                self.carry_out(point, step, change)
            if self.changes > before:
                self._check_nothing_missing(step)
        except Earlier:
            raise
        except Blocked as blocked:
            raise Failed(blocked.why, remedy=blocked.remedy) from None
        except NotKnown as problem:
            text = _("{step}: {why}").format(step=step.title, why=problem.unknown.why)
            raise Failed(text, remedy=problem.unknown.needs) from None
        self.tell(events.StepTaken(point.id, step, self.changes - before))

    def carry_out(self, point: Checkpoint, step: Step, change: Change) -> None:
        """Carries out one change, or its alternative without consent, recorded in the journal before it begins."""
        consent = change.consent
        if consent and not self._has_consent(consent, change):
            self.tell(events.ChangeMade(point.id, step, change, "declined", typed_on(change, self.host)))
            change = consent.otherwise
        typed = typed_on(change, self.host)
        self.tell(events.ChangeMade(point.id, step, change, "begun", typed))
        number = self.journal.begin(point.id, change, self.host, step.shared)
        try:
            change.carry_out(self.machine)
        finally:
            self.host.forget([*change.invalidates, "journal"])
        self.journal.done(number)
        self.changes += 1
        self.tell(events.ChangeMade(point.id, step, change, "done", typed))

    def _has_consent(self, consent: Consent, change: Change) -> bool:
        versions = versions_for(change, self.host, self.journal)
        return self.ask(events.Question(consent.question, change.subject, versions))

    def _check_nothing_missing(self, step: Step) -> None:
        """Raises `Failed` where the step still yields a change: what was started has ended again, something on the host
        undoes it, or the step cannot bring what it asks for."""
        self.host.forget(["*"])
        left = next(iter(step.changes(self.host)), None)
        if left is None:
            return
        if isinstance(left, UnitStarted):
            raise Failed(ended_again(self.host, left.unit), remedy=_("repair what it says"))
        text = _("`{step}` was carried out, and this is still missing: {change}. Something on this machine undoes it at"
                 " once, or keeps it from taking effect.")  # fmt: skip
        raise Failed(text.format(step=step.title, change=left.title))

    def _probe(self, probes: Sequence[Probe], known: dict[str, Observed]) -> bool:
        """Runs the probes until none is red, `SETTLING` seconds at most; returns whether none is."""
        until = time.monotonic() + SETTLING
        waiting = False
        while True:
            self.host.forget(["*"])
            for probe in probes:
                known[probe.id] = observe(probe, self.host, known)
            red = [probe for probe in probes if known[probe.id].finding.outcome in RED]
            if not red or time.monotonic() > until:
                break
            if not waiting:
                titles = ", ".join(probe.title for probe in red)
                self.tell(
                    events.Output(
                        _("waiting at most {seconds:.0f} s for: {titles}").format(seconds=SETTLING, titles=titles)
                    )
                )
                waiting = True
            time.sleep(1)
        for probe in probes:
            self.tell(known[probe.id])
        return not red

    def _make_trials(self, point: Checkpoint, known: dict[str, Observed]) -> bool:
        """Makes the trials that have not passed since the checkpoint's last change; returns whether none failed."""
        past = last_trials(self.state)
        changed = max((entry.when for entry in self.journal.entries() if entry.checkpoint == point.id), default=0.0)
        good = True
        for trial in point.trials:
            last = past.get(trial.id)
            if last and last.finding.outcome in (PASSED, WARNING) and last.when > changed:
                continue
            known[trial.id] = attempt(trial, self.host, self.machine, known)
            self.tell(known[trial.id])
            if trial.lacks:
                continue  # it was not made; its last recorded finding still holds
            made = known[trial.id]
            remember_trial(self.state, trial.id, Tried(made.finding, made.seconds, made.when))
            good = good and known[trial.id].finding.outcome not in (*RED, SKIPPED, UNKNOWN)
        return good
