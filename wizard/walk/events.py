"""What a walk says while it goes on: one object each, as `apply --format json` prints them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from wizard.base.values import Value
from wizard.findings.finding import Finding, Remedy
from wizard.findings.probe import Probe, Trial
from wizard.guide import Checkpoint

if TYPE_CHECKING:
    from wizard.changes.change import Change
    from wizard.steps.step import Step
    from wizard.walk.sides import Sides


class Observed(Value):
    """A finding with the probe or trial it is of, how long it took, and when it was made (seconds since the epoch)."""

    probe: Probe | Trial
    finding: Finding
    seconds: float = 0.0
    when: float = 0.0

    @property
    def trial(self) -> bool:
        """Whether it proves by acting."""
        return isinstance(self.probe, Trial)

    def data(self) -> dict[str, Any]:
        """As it is printed."""
        finding = self.finding
        return {
            "id": self.probe.id,
            "title": self.probe.title,
            "trial": self.trial,
            "outcome": finding.outcome,
            "evidence": finding.evidence,
            "seconds": round(self.seconds, 3),
            "when": round(self.when, 3),
            "because": finding.because,
            "cause": {"id": finding.cause.id, "text": finding.cause.text} if finding.cause else None,
            "remedy": _remedy(finding.remedy) if finding.remedy else None,
        }


class Question(Value):
    """What is asked about a file that a person edited."""

    text: str
    path: str
    sides: Sides


class Named(Protocol):
    """What a change is made for: a step, or an undo."""

    @property
    def key(self) -> str:
        """What identifies it in every language."""

    @property
    def title(self) -> str:
        """In a few words."""


class Offer(Value):
    """A remedy that is not carried out without asking: what it does, what it is for, and its commands."""

    text: str
    probe: str
    title: str
    commands: tuple[str, ...]


def _remedy(remedy: Remedy) -> dict[str, Any]:
    return {"text": remedy.text, "commands": list(remedy.commands), "step": remedy.step}


Event = dict[str, Any]
Tell = Callable[[Event], None]


def checkpoint(point: Checkpoint, number: int, count: int) -> Event:
    """A checkpoint begins."""
    return {
        "event": "checkpoint",
        "id": point.id,
        "title": point.title,
        "objective": point.objective,
        "number": number,
        "of": count,
    }


def change(point: str, step: Named, one: Change, state: str) -> Event:
    """A change begins, is done, or is declined by a person."""
    return {
        "event": "change",
        "checkpoint": point,
        "step": step.title,
        "step_key": step.key,
        "kind": one.kind,
        "subject": one.subject,
        "title": one.title,
        "state": state,
        "typed": [{"user": typed.user, "text": typed.text} for typed in one.typed()],
    }


def step(point: str, one: Step, changes: int) -> Event:
    """A step was drained."""
    return {"event": "step", "checkpoint": point, "key": one.key, "title": one.title, "changes": changes}


def output(text: str) -> Event:
    """A line that a program printed."""
    return {"event": "output", "text": text}


def probe(observed: Observed) -> Event:
    """A finding."""
    return {"event": "probe", **observed.data()}


def question(identifier: str, asked: Question, choices: Sequence[str], default: str) -> Event:
    """Something that a person must decide; answered by one line of JSON, `{"answer": CHOICE}`."""
    return {
        "event": "question",
        "id": identifier,
        "text": asked.text,
        "path": asked.path,
        "sides": asked.sides.data(),
        "choices": list(choices),
        "default": default,
    }


def offer(identifier: str, asked: Offer) -> Event:
    """A remedy that a person must agree to; answered by one line of JSON, `{"answer": CHOICE}`."""
    return {
        "event": "question",
        "id": identifier,
        "text": asked.text,
        "probe": asked.probe,
        "title": asked.title,
        "commands": list(asked.commands),
        "choices": ["do", "leave"],
        "default": "leave",
    }


def repaired(observed: Observed) -> Event:
    """What was wrong is so no more."""
    cause = observed.finding.cause
    return {
        "event": "repaired",
        "probe": observed.probe.id,
        "title": observed.probe.title,
        "cause": cause.id if cause else "",
    }


def failure(text: str, remedy: str, lines: Sequence[str]) -> Event:
    """Why a run stops."""
    return {"event": "failure", "text": text, "remedy": remedy, "output": list(lines)}


def end(outcome: str, changes: int, seconds: float) -> Event:
    """The last event of a run: `done`, `failed`, `blocked` or `interrupted`."""
    return {"event": "end", "outcome": outcome, "changes": changes, "seconds": round(seconds, 3)}
