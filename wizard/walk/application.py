"""The application: each missing change carried out before its generator goes on, each checkpoint probed at its end."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wizard.base.language import _
from wizard.carry_out import Machine
from wizard.changes.change import Change, Consent, Failed
from wizard.findings.finding import CRASHED, FAILED, PASSED, SKIPPED, UNKNOWN, WARNING
from wizard.findings.probe import Probe
from wizard.guide import Checkpoint
from wizard.host.live import Live
from wizard.host.overlay import Overlay
from wizard.host.reading import NotKnown
from wizard.record.journal import Journal
from wizard.record.state import State
from wizard.record.trials import Tried, last_trials, remember_trial
from wizard.steps.step import Blocked, Step
from wizard.walk import events
from wizard.walk.events import Observed, Tell
from wizard.walk.observation import attempt, observe
from wizard.walk.phase import reached
from wizard.walk.plan import plan
from wizard.walk.sides import sides_of

# What a service that was just started needs to answer; a red probe is looked at again that long.
SETTLING = 40.0
RED = (FAILED, CRASHED)

Ask = Callable[[events.Question], bool]


@dataclass
class Application:
    """One run over a host. `ask` puts a yes-or-no question to a person and answers no where nobody is there."""

    host: Live
    state: State
    journal: Journal
    machine: Machine
    tell: Tell
    ask: Ask
    changes: int = 0

    def blocks(self, checkpoints: Sequence[Checkpoint]) -> list[Blocked]:
        """What stands in the way, found by planning, before anything is touched."""
        return [step.blocked for step in plan(checkpoints, Overlay(self.host)) if step.blocked]

    def apply(self, checkpoints: Sequence[Checkpoint], until: str = "", only: str = "") -> str:
        """Applies the checkpoints in order, or `only` one; returns `done`, or `failed` at the first that stays red."""
        known: dict[str, Observed] = {}
        self.host.forget(["*"])
        already = reached(checkpoints, self.host)
        for number, point in enumerate(checkpoints, 1):
            if only not in ("", point.id):
                continue
            self.tell(events.CheckpointBegun(point, number, len(checkpoints)))
            for step in point.steps:
                self.take(point, step)
            done = {one.id for one in checkpoints[: max(number, already)]}
            probes = [probe for probe in point.probes if probe.until not in done]
            if not self._probe(probes, known) or not self._try(point, known):
                return FAILED
            if point.id == until:
                break
        return "done"

    def take(self, point: Checkpoint, step: Step) -> None:
        """Carries out what a step finds missing, and proves that nothing is left; raises `Failed` where it cannot."""
        before = self.changes
        try:
            for change in step.changes(self.host):
                self.carry_out(point, step, change)
            if self.changes > before:
                self._prove(step)
        except Blocked as blocked:
            raise Failed(blocked.why, remedy=blocked.remedy) from None
        except NotKnown as problem:
            text = _("{step}: {why}").format(step=step.title, why=problem.unknown.why)
            raise Failed(text, remedy=problem.unknown.needs) from None
        self.tell(events.StepTaken(point.id, step, self.changes - before))

    def carry_out(self, point: Checkpoint, step: Step, change: Change) -> None:
        """Carries out one change, written down before it is begun."""
        consent = change.consent
        if consent and not self._asked(consent, change):
            self.tell(events.ChangeMade(point.id, step, change, "declined"))
            change = consent.otherwise
        self.tell(events.ChangeMade(point.id, step, change, "begun"))
        number = self.journal.begin(point.id, change, self.host, step.shared)
        try:
            change.carry_out(self.machine)
        finally:
            self.host.forget([*change.stale, "journal"])
        self.journal.done(number)
        self.changes += 1
        self.tell(events.ChangeMade(point.id, step, change, "done"))

    def _asked(self, consent: Consent, change: Change) -> bool:
        sides = sides_of(change, self.host, self.journal)
        return self.ask(events.Question(consent.question, change.subject, sides))

    def _prove(self, step: Step) -> None:
        """A step that still finds something missing after it was carried out is a bug, and is named."""
        self.host.forget(["*"])
        left = next(iter(step.changes(self.host)), None)
        if left is not None:
            text = _("`{step}` was carried out and still asks for: {change}. This is a fault of the guide.")
            raise Failed(text.format(step=step.title, change=left.title))

    def _probe(self, probes: Sequence[Probe], known: dict[str, Observed]) -> bool:
        """Probes until nothing is red, or until what is red has had its time to settle."""
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

    def _try(self, point: Checkpoint, known: dict[str, Observed]) -> bool:
        """Makes the trials of a checkpoint that changed since, in this run or another, and those not passed yet."""
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
                continue  # no run of ours could make it, and what was found of it before still holds
            made = known[trial.id]
            remember_trial(self.state, trial.id, Tried(made.finding, made.seconds, made.when))
            good = good and known[trial.id].finding.outcome not in (*RED, SKIPPED, UNKNOWN)
        return good
