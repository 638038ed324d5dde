"""What can be done at a checkpoint now, what of it comes first, and which runs it takes: for screens and plain walk."""

from __future__ import annotations

from collections.abc import Sequence

from screens.model.point import Point
from screens.model.walk import Walk

DO, REPAIR, TYPE, CHECK, CANCEL, NEXT, REPORT, ANSWERS = (
    "do",
    "repair",
    "type",
    "check",
    "cancel",
    "next",
    "report",
    "answers",
)
ORDER = (ANSWERS, REPAIR, DO, NEXT, REPORT, CANCEL, CHECK, TYPE)
"""What is done first where several are possible."""


def possible(walk: Walk, point: Point, busy: bool = False) -> Sequence[str]:
    """What can be done at a checkpoint, the most useful first; `busy` while something is being carried out."""
    if busy:
        return (CANCEL,)
    # Whether what is red is done or repaired, the plan says: one from before a run says it of another host.
    told = walk.plan_stands or not point.red
    found = {
        REPAIR: told and point.repairable,
        # What is in the way is mostly an answer: nothing is begun, and no password asked for, before it is another one.
        ANSWERS: point.hindered,
        DO: told and not point.hindered and not (point.green and not point.red) and not point.repairable,
        TYPE: not point.hindered and not point.green and not point.to_try,
        CHECK: True,
        NEXT: point.green and not walk.green,
        REPORT: walk.green,
    }
    return [action for action in ORDER if found.get(action)]


def recommended(point: Point) -> str:
    """What whoever just says yes wants at a checkpoint: to have it repaired, done, or to go on from there."""
    if point.repairable:
        return REPAIR
    return NEXT if point.green or point.because else DO


def remaining(walk: Walk) -> list[Point]:
    """The checkpoints at which something is left to do; not those that a person skipped."""
    return [one for one in walk.points if not one.green and not one.because]


def runs(walk: Walk, points: Sequence[Point] = ()) -> list[list[str]]:
    """The options of each run of `apply` that these checkpoints take; with none given, of all that is left."""
    if not points and not any(one.because for one in walk.points):
        # One run for all: what comes after a checkpoint is not planned again for each.
        return [[]]
    return [["--only", one.id] for one in points or remaining(walk)]


def failing(walk: Walk) -> Point | None:
    """The first checkpoint that is red, or that something stands in the way of."""
    return next((one for one in walk.points if one.red or one.blocked), None)
