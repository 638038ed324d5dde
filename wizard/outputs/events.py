"""The events and questions of a run as JSON objects, as in `wizard/schemas/apply.json`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch
from typing import Any

from wizard.base.values import as_dict
from wizard.base.visible import output_line
from wizard.findings.finding import Cause, Remedy
from wizard.walk.events import (
    ChangeMade,
    CheckpointBegun,
    Ended,
    Event,
    Failure,
    Observed,
    Offer,
    Output,
    Question,
    Repaired,
    RepairEnded,
    StepTaken,
)

Data = dict[str, Any]


def observed_data(observed: Observed) -> Data:
    """A finding with its probe or trial, as an object."""
    finding = observed.finding
    return {
        "id": observed.probe.id,
        "title": observed.probe.title,
        "trial": observed.trial,
        "outcome": finding.outcome,
        "evidence": finding.evidence,
        "seconds": round(observed.seconds, 3),
        "when": round(observed.when, 3),
        "because": finding.because,
        "cause": _cause(finding.cause) if finding.cause else None,
        "remedy": _remedy(finding.remedy) if finding.remedy else None,
    }


def _cause(cause: Cause) -> Data:
    # Imported here, as few have one.
    from wizard.outputs.causes import page_of

    return {"id": cause.id, "text": cause.text, "page": page_of(cause.id)}


def _remedy(remedy: Remedy) -> Data:
    return {"text": remedy.text, "commands": list(remedy.commands), "step": remedy.step}


@singledispatch
def event_data(event: Event) -> Data:
    """An event as an object; its kind is under `event`. Raises `TypeError` for another value."""
    raise TypeError(f"{type(event).__name__} is no event")


@event_data.register(CheckpointBegun)
def _checkpoint_begun(event: CheckpointBegun) -> Data:
    point = event.checkpoint
    return {
        "event": "checkpoint",
        "id": point.id,
        "title": point.title,
        "objective": point.objective,
        "number": event.number,
        "of": event.count,
    }


@event_data.register(ChangeMade)
def _change_made(event: ChangeMade) -> Data:
    change = event.change
    return {
        "event": "change",
        "checkpoint": event.checkpoint,
        "step": event.step.title,
        "step_key": event.step.key,
        "kind": change.kind,
        "mark": change.mark,
        "subject": change.subject,
        "title": change.title,
        "state": event.state,
        "typed": [{"user": typed.user, "text": typed.text} for typed in event.typed],
    }


@event_data.register(StepTaken)
def _step_taken(event: StepTaken) -> Data:
    return {
        "event": "step",
        "checkpoint": event.checkpoint,
        "key": event.step.key,
        "title": event.step.title,
        "changes": event.changes,
    }


@event_data.register(Output)
def _output(event: Output) -> Data:
    return {"event": "output", "text": output_line(event.text)}


@event_data.register(Observed)
def _observed(event: Observed) -> Data:
    return {"event": "probe", **observed_data(event)}


@event_data.register(Repaired)
def _repaired(event: Repaired) -> Data:
    probe, cause = event.observed.probe, event.observed.finding.cause
    return {"event": "repaired", "probe": probe.id, "title": probe.title, "cause": cause.id if cause else ""}


@event_data.register(Failure)
def _failure(event: Failure) -> Data:
    return {
        "event": "failure",
        "text": event.text,
        "remedy": event.remedy,
        "output": list(map(output_line, event.output)),
    }


@event_data.register(Ended)
def _ended(event: Ended) -> Data:
    return {
        "event": "end",
        "outcome": event.outcome,
        "changes": event.changes,
        "seconds": round(event.seconds, 3),
    }


@event_data.register(RepairEnded)
def _repair_ended(event: RepairEnded) -> Data:
    return {
        "event": "end",
        "outcome": event.outcome,
        "changes": event.changes,
        "seconds": round(event.seconds, 3),
        "repaired": [_summary(one) for one in event.repaired],
        "left": [{**_summary(one.observed), "because": one.because} for one in event.left],
    }


def _summary(observed: Observed) -> Data:
    whole = observed_data(observed)
    return {name: whole[name] for name in ("id", "title", "outcome", "cause", "remedy")}


def question_data(number: str, asked: Question, choices: Sequence[str], default: str) -> Data:
    """A question to a person, answered by one line of JSON, `{"answer": CHOICE}`."""
    return {
        "event": "question",
        "id": number,
        "text": asked.text,
        "path": asked.path,
        "sides": as_dict(asked.sides),
        "choices": list(choices),
        "default": default,
    }


def offer_data(number: str, asked: Offer) -> Data:
    """A remedy that needs agreement, answered by one line of JSON, `{"answer": CHOICE}`."""
    return {
        "event": "question",
        "id": number,
        "text": asked.text,
        "probe": asked.probe,
        "title": asked.title,
        "commands": list(asked.commands),
        "choices": ["do", "leave"],
        "default": "leave",
    }
