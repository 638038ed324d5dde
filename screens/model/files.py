"""The generated files as `render --format json` tells them: their states in words, and the sides that each has."""

from __future__ import annotations

from screens.model.point import Data
from wizard.base.language import _

NOW, CHANGES, YOURS, THERE = "now", "changes", "yours", "there"
"""The sides of a file: as it would be written, what that changes, what a person changed, and as it is on the disk."""
STATES = {
    "coming": "todo",
    "current": "ok",
    "outdated": "look",
    "edited": "look",
    "kept": "skipped",
    "unknown": "unknown",
}


def views(one: Data) -> list[str]:
    """The sides that a file has."""
    found = [NOW]
    found += [CHANGES] if before(one) is not None else []
    theirs = one["state"] in ("edited", "kept")
    found += [YOURS] if theirs and one["written"] is not None and one["disk"] is not None else []
    found += [THERE] if one["disk"] is not None and one["state"] != "current" else []
    return found


def before(one: Data) -> str | None:
    """What the newest writing replaces, or replaced."""
    found = one["before"] if one["state"] == "current" else one["disk"]
    return None if found is None else str(found)


def state_word(name: str) -> str:
    """A state in a word or two."""
    return {
        "coming": _("to come"),
        "current": _("current"),
        "outdated": _("outdated"),
        "edited": _("edited since"),
        "kept": _("edited, kept"),
        "unknown": _("root must look"),
    }[name]


def sentence(name: str) -> str:
    """The same in a sentence."""
    return {
        "coming": _("It is not there yet."),
        "current": _("It stands on the disk as it is shown here."),
        "outdated": _("Jalon wrote it once, and would write this now."),
        "edited": _("Somebody edited it, or wrote it first: Jalon asks before it replaces it."),
        "kept": _("It was edited, and you chose to keep it so. Jalon would write this."),
        "unknown": _("Only root can see what became of it."),
    }[name]
