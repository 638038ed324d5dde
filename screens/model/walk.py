"""A walk through a guide: all checkpoints of an instance, told what the children print.

It knows nothing of Textual: all that is decided here is tested without a screen.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from screens.model.point import DOING, SKIPPED, TODO, Change, Data, Point
from wizard.base.language import _
from wizard.guide import Checkpoint
from wizard.outputs.standing import Standing, standing_of

MOST_LINES = 20_000


class Walk:
    """All checkpoints of one instance, and what a run prints."""

    def __init__(self, checkpoints: Sequence[Checkpoint]) -> None:
        self.points = [Point(one.id, one.title, one.objective) for one in checkpoints]
        for point, one in zip(self.points, checkpoints, strict=True):
            named = [(probe.id, probe.title) for probe in one.probes] + [
                (trial.id, trial.title) for trial in one.trials
            ]
            point.trials = {trial.id: trial.touches for trial in one.trials}
            for name, title in named:
                point.probes[name] = {"id": name, "title": title, "outcome": "", "evidence": ""}
        self.output: deque[str] = deque(maxlen=MOST_LINES)
        self.printed = 0
        self.planned_once = False
        self.plan_stands = False
        self.verified_once = False
        self.question: Data | None = None
        self.failure: Data | None = None
        self.end: Data | None = None
        self.outside: Data | None = None

    def point(self, name: str) -> Point | None:
        """The checkpoint of that id."""
        return next((one for one in self.points if one.id == name), None)

    @property
    def green(self) -> bool:
        """Whether every checkpoint holds, but for those that a person skipped."""
        return self.verified_once and all(one.green or one.because for one in self.points)

    @property
    def left_out(self) -> list[Point]:
        """The checkpoints that are skipped: by a person, or by the guide on this machine."""
        return [one for one in self.points if one.state == SKIPPED]

    @property
    def doubtful(self) -> list[Data]:
        """The findings that are warnings."""
        return [probe for one in self.points for probe in one.doubtful]

    @property
    def standing(self) -> Standing:
        """How far the instance is, as far as was seen."""
        return standing_of(
            {
                "outcome": one.outcome if one.reached else "skipped",
                "reached": one.reached,
                "probes": list(one.probes.values()),
            }
            for one in self.points
        )

    @property
    def next(self) -> Point | None:
        """The first checkpoint at which something is left to do."""
        return next((one for one in self.points if not one.green and not one.because), None)

    def verified(self, data: Data) -> None:
        """Takes what `verify --format json` printed."""
        self.verified_once = True
        self.outside = data.get("outside")
        for found in data["checkpoints"]:
            point = self.point(found["id"])
            if point:
                point.reached, point.outcome = found["reached"], found["outcome"]
                point.probes = {probe["id"]: probe for probe in found["probes"]}
                if point.outcome in ("passed", "warning"):
                    point.failure = None
        for number, point in enumerate(self.points, 1):
            once = any(point.probes[name].get("when") for name in point.trials if name in point.probes)
            # An instance that is finished is not held up by what was never tried.
            further = any(not later.reached for later in self.points[number:])
            point.tried = point.tried_now or once or not point.trials or not further

    def planned(self, data: Data) -> None:
        """Takes what `plan --format json` printed."""
        self.planned_once = self.plan_stands = True
        for point in self.points:
            point.changes, point.blocked, point.remedy, point.unknown, point.hindered = [], "", "", "", False
        for step in data["steps"]:
            if one := self.point(step["checkpoint"]):
                point = one
                about = {"step": step["title"], "step_key": step["key"]}
                point.changes += [Change(**about, **_known(change)) for change in step["changes"]]
                if step["blocked"] and not step["blocked"].get("may_agree"):
                    point.hindered = True
                if step["blocked"] and not point.blocked:
                    point.blocked, point.remedy = step["blocked"]["why"], step["blocked"]["remedy"]
                if step["unknown"] and not point.unknown:
                    point.unknown = step["unknown"]["why"]

    def told(self, event: Data) -> None:
        """Takes one event of a run."""
        takes: dict[str, Callable[[Data], None]] = {
            "checkpoint": self._begin,
            "output": self._output,
            "change": self._change,
            "probe": self._probe,
            "repaired": self._repaired,
            "question": self._question,
            "failure": self._failure,
            "end": self.ended,
        }
        if take := takes.get(event["event"]):
            take(event)

    def ended(self, event: Data) -> None:
        """A run is over, whatever it said."""
        self.end, self.question = event, None
        for point in self.points:
            point.stopped = point.doing and event["outcome"] == "interrupted"
            point.doing = False
            cut_short = [change for change in point.done if change.state == DOING]
            for change in cut_short:
                change.state, change.began, change.last = TODO, 0.0, ""
            point.done = [change for change in point.done if change not in cut_short]
            point.changes = cut_short + point.changes

    def began(self) -> None:
        """A run begins."""
        self.failure = self.end = self.question = None
        self.plan_stands = False

    def print(self, text: str) -> None:
        """A line of output; the oldest go when there are too many."""
        self.output.append(text)
        self.printed += 1
        if change := self.current:
            change.last = text

    def since(self, seen: int) -> list[str]:
        """The lines that came after the first `seen`."""
        fresh = min(self.printed - seen, len(self.output))
        return list(self.output)[-fresh:] if fresh > 0 else []

    @property
    def current(self) -> Change | None:
        """The change that is being made."""
        return next((change for point in self.points for change in point.done if change.state == DOING), None)

    def _at(self, point: Point) -> None:
        for one in self.points:
            one.doing = one is point
        point.done, point.failure = [], None

    def _output(self, event: Data) -> None:
        self.print(str(event["text"]))

    def _repaired(self, event: Data) -> None:
        self.print(_("repaired: {title}").format(title=event["title"]))

    def _question(self, event: Data) -> None:
        self.question = event

    def _failure(self, event: Data) -> None:
        self.failure = event
        for point in self.points:
            if point.doing:
                point.failure = event

    def _begin(self, event: Data) -> None:
        name = str(event["id"])
        for point in self.points:
            if point.doing and point.id != name:
                _held(point)
            point.doing = point.id == name
            if point.doing:
                point.done, point.failure, point.because, point.stopped = [], None, "", False
                point.tried = point.tried_now = True

    def _change(self, event: Data) -> None:
        point = self.point(str(event["checkpoint"]))
        if point is None:
            return
        if event["state"] == "begun":
            if not point.doing:
                # A repair goes wherever something is red, and says so by what it changes.
                self._at(point)
            planned = next((one for one in point.changes if one.identity == _identity(event)), None)
            if planned:
                point.changes.remove(planned)
            change = planned or Change(step=event["step"], step_key=event["step_key"], **_known(event))
            # A line of the whole output, and none of the change's own.
            self.print(f"+ {change.title}")
            change.state, change.began = DOING, time.monotonic()
            point.done.append(change)
        else:
            begun = next((one for one in point.done if one.state == DOING and one.identity == _identity(event)), None)
            change = begun or Change(step=event["step"], step_key=event["step_key"], **_known(event))
            change.state = "done" if event["state"] == "done" else "kept"
            change.ended = time.monotonic()
            if begun is None:
                point.done.append(change)

    def _probe(self, event: Data) -> None:
        for point in self.points:
            if event["id"] in point.probes:
                point.probes[event["id"]] = event


def _held(point: Point) -> None:
    """A run went on from it: nothing red was seen there, and nothing is left to do."""
    found = {str(probe["outcome"]) for probe in point.probes.values()}
    point.reached, point.changes = True, []
    point.outcome = next((one for one in ("unknown", "warning") if one in found), "passed")


def _identity(event: Data) -> tuple[str, str, str]:
    return event["step_key"], event["kind"], event["subject"]


def _known(data: Data) -> dict[str, Any]:
    names = ("title", "kind", "mark", "subject", "typed", "lines", "difference", "unknown")
    return {name: data[name] for name in names if name in data}
