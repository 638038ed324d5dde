"""The made-up guide, as one that needs no root and keeps its state in the folder that it writes."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.api import Guide, Question, replace

from .madeup.checkpoints import checkpoints
from .madeup.questions import questions as asked


def questions() -> Sequence[Question]:
    """Those of the made-up guide, the folder below the user's home."""
    return [replace(one, default=lambda a, f: f"{f.home}/own") if one.key == "folder" else one for one in asked()]


GUIDE = Guide(
    "own",
    title=lambda: "Own",
    summary=lambda: "All of it in one folder, without root",
    questions=questions,
    checkpoints=checkpoints,
    instance_key="folder",
    state=".state",
    root=False,
    by_defaults=True,
    api=1,
)
