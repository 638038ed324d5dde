"""How the instances that are here stand, in a few words."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from screens.model.instance import Instance
from screens.model.look import Look
from screens.model.point import LOOK, OK, RED, UNKNOWN
from wizard.base.language import _, _n


@dataclass
class Found:
    """An instance that is here: opened, or the words of why it cannot be; and what was last seen of it. `by_hand`:
    somebody installed it, and Jalon does not know it yet."""

    guide: str
    name: str
    instance: Instance | None = None
    wrong: str = ""
    seen: Mapping[str, Any] | None = None
    told: str = ""
    at: float = 0.0
    looking: bool = False
    by_hand: bool = False


def standing(checkpoints: list[Mapping[str, Any]]) -> tuple[str, str]:
    """How far an instance is, from its checkpoints as `verify` prints them: a state, and words."""
    # What a machine or an answer leaves out altogether counts as the engine counts it: nothing is missing there.
    left_out = [one for one in checkpoints if one["outcome"] == "skipped" and one.get("reached")]
    checkpoints = [one for one in checkpoints if one not in left_out]
    good = sum(one["outcome"] in ("passed", "warning") for one in checkpoints)
    count = f"{good}/{len(checkpoints)}"
    for outcomes, state, text in (
        (("failed", "crashed"), RED, _("{count}, failed at: {title}")),
        (("skipped", "unknown"), LOOK, _("{count}, in progress, stopped at: {title}")),
    ):
        if one := next((one for one in checkpoints if one["outcome"] in outcomes), None):
            # Where the route opens.
            if all(other["outcome"] != "skipped" for other in checkpoints) and one["outcome"] == "unknown":
                state, text = UNKNOWN, _("{count}, not all can be seen without root: {title}")
            elif one["outcome"] == "unknown":
                text = _("{count}, in progress; root must look at: {title}")
            return state, text.format(count=count, title=one["title"])
    return OK, count


def ago(seconds: float) -> str:
    """When something was looked at, in words."""
    minutes = int(seconds // 60)
    if minutes < 1:
        return _("checked just now")
    return _n("checked {count} minute ago", "checked {count} minutes ago", minutes).format(count=minutes)


def words(one: Found, look: Look) -> str:
    """An instance in a line."""
    text = _("instance `{name}`").format(name=one.name)
    if one.by_hand:
        return f"{look.sign(LOOK)} " + _told(text, _("found here, installed by hand"))
    if one.wrong:
        return f"{look.sign(RED)} " + _told(text, _("cannot be opened; Enter says why"))
    if one.told:
        return f"{look.sign(UNKNOWN)} " + _told(text, one.told)
    if one.looking and not one.seen:
        return _told(text, _("looking") + look.dots())
    if not one.seen:
        return text
    state, how = standing(one.seen["checkpoints"])
    return f"{look.sign(state)} " + _told(text, f"{how}, {ago(time.monotonic() - one.at)}")


def _told(text: str, told: str) -> str:
    return _("{title}: {evidence}").format(title=text, evidence=told)
