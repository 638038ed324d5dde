"""What is wrong with a guide that somebody writes."""

from __future__ import annotations

import traceback
from pathlib import Path

from wizard.base.values import Value


class Fault(Value):
    """One thing that is wrong: where, as `FILE`, `FILE:LINE` or the words of the guide; what; and what to do."""

    place: str
    what: str
    remedy: str


def raised(error: BaseException, folder: Path) -> tuple[str, str]:
    """The last line of the guide that an error came through, from its folder, or nothing; and the error in words."""
    frames = [one for one in traceback.extract_tb(error.__traceback__) if folder in Path(one.filename).parents]
    place = f"{Path(frames[-1].filename).relative_to(folder)}:{frames[-1].lineno}" if frames else ""
    return place, f"{type(error).__name__}: {error}".removesuffix(": ")
