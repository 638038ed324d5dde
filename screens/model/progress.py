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
from wizard.outputs.standing import standing_of


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
    found = standing_of(checkpoints)
    if red := next((one for one in checkpoints if one["outcome"] in ("failed", "crashed")), None):
        return RED, _("{count}, failed at: {title}").format(count=found.words, title=red["title"])
    if found.unseen or found.unknown:
        return LOOK if found.unreached else UNKNOWN, found.words
    # Where the route opens.
    stopped = (one for one in checkpoints if one["outcome"] == "skipped" and not one.get("reached"))
    if at := next(stopped, None):
        return LOOK, _("{count}, in progress, stopped at: {title}").format(count=found.words, title=at["title"])
    return OK, found.words


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
