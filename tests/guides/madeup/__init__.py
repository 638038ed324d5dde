"""A guide made up for tests, whose steps write below one folder only."""

from __future__ import annotations

from wizard.api import Guide

from .checkpoints import arrival, checkpoints
from .found import discover
from .questions import questions

GUIDE = Guide(
    "madeup",
    title=lambda: "Made up",
    summary=lambda: "For tests é",
    questions=questions,
    checkpoints=checkpoints,
    instance_key="instance",
    arrival=arrival,
    discover=discover,
    api=1,
)
