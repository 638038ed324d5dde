"""Long texts of many lines that are searched and saved: the whole plan, and what was done and when."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from screens.model.instance import Instance
from screens.model.look import PROBES, Look
from screens.model.point import Change, Data, Point
from wizard.base.language import _, _n
from wizard.base.values import Value

HEADING, ADDED, REMOVED, PLACE, COMMAND, WARNED = "heading", "added", "removed", "place", "command", "warned"
"""What a line may be besides plain."""
DIFFERENCE = {"+": ADDED, "-": REMOVED, "@": PLACE}


class Line(Value):
    """A line of text, and what it is."""

    text: str
    kind: str = ""


def as_text(lines: Sequence[Line]) -> str:
    """All of it, for a file."""
    return "".join(f"{line.text.rstrip()}\n" for line in lines)


def proposed(instance: Instance, ending: str, what: str = "") -> Path:
    """A place of one's own, and a name that says what it is."""
    home = Path.home()
    folder = home if os.access(home, os.W_OK) else Path.cwd()
    name = re.sub(r"[^\w.-]+", "-", Path(instance.name).name)
    parts = [instance.guide.id, *([name] if instance.guide.instance_key else []), *([what] if what else [])]
    return folder / f"jalon-{'-'.join(parts)}{ending}"


def plan(points: Sequence[Point], known: bool) -> Iterator[Line]:
    """Everything that would be done: each change, its commands and as whom, the difference of its file; what is tried
    then; and what stands in the way. What is in place already is left out. `known`: whether it was planned at all."""
    if not known:
        yield Line(_("What is to do here is not known yet."), HEADING)
        return
    count = sum(len(point.changes) for point in points)
    at = sum(bool(point.changes) for point in points)
    told = _n("{count} change to do", "{count} changes to do", count).format(count=count)
    where = _n("at {count} checkpoint", "at {count} checkpoints", at).format(count=at)
    yield Line(f"{told}, {where}" if count else _("Nothing is left to do: everything is in place."), HEADING)
    for number, point in enumerate(points, 1):
        if not (point.changes or point.blocked or point.unknown):
            continue
        yield Line("")
        yield Line(f"{number}. {point.title}", HEADING)
        if point.blocked:
            yield Line("  " + _("in the way: {why}").format(why=point.blocked), WARNED)
        if point.unknown:
            yield Line("  " + _("not known: {why}").format(why=point.unknown), WARNED)
        for change in point.changes:
            yield from of_change(change)
        for touches in point.trials.values() if point.changes else ():
            yield Line("      " + _("try: {what}").format(what=touches))


def of_change(change: Change) -> Iterator[Line]:
    """A change, its commands and as whom, the difference of its file."""
    yield Line(f"  {change.mark:<3} {change.title}")
    if change.unknown:
        yield Line(" " * 8 + _("(known only when it is applied: {why})").format(why=change.unknown), WARNED)
    for typed in change.typed:
        # `{laid}` is the file whose difference follows.
        commands = str(typed["text"]).replace("{laid}", _("(the file below)")).splitlines()
        sign = "#" if typed["user"] == "root" else "$"
        for number, text in enumerate(commands):
            yield Line(" " * 8 + ("  " if number else f"{typed['user']}{sign} ") + text, COMMAND)
    for text in change.difference.splitlines()[2:]:
        yield Line(" " * 8 + text, DIFFERENCE.get(text[:1], ""))


def done(report: Data, points: Sequence[Point], look: Look) -> Iterator[Line]:
    """What was done to this instance and when, the oldest first: changes, trials, and what a person skipped; from what
    `report --format json` prints. Its signs are those of the route."""
    if report.get("changes") is None:
        yield Line(_("What was changed here only root may see."), WARNED)
    happened = sorted(_happened(report, points))
    for when, state, text in happened:
        at = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(when))
        yield Line(f"{at}  {look.sign(state):<3} {text}", WARNED if state in ("stopped", "red", "look") else "")
    if not happened:
        yield Line(_("Nothing was done here yet."))


STATES = {"done": "ok", "undone": "todo", "begun": "stopped"}
"""A change as the journal has it, and the state that it is shown as."""


def legend(look: Look) -> str:
    """What the signs of the log mean."""
    told = _(
        "{ok} done, or tried with success; {look} tried, and look at it; {red} tried without success; {stopped} begun "
        "and never finished; {skipped} skipped"
    )
    return told.format(**{state: look.sign(state) for state in ("ok", "look", "red", "stopped", "skipped")})


def _happened(report: Data, points: Sequence[Point]) -> Iterator[tuple[float, str, str]]:
    titles = {point.id: point.title for point in points}
    behind = {"done": "", "undone": _("undone since"), "begun": _("begun, and never finished")}
    for one in report.get("changes") or ():
        title = _told(titles.get(one["checkpoint"], ""), one["title"], behind[one["state"]])
        yield float(one["when"]), STATES[one["state"]], title
    for point in report["checkpoints"]:
        for probe in point["probes"]:
            if probe.get("trial") and probe.get("when"):
                text = _told(
                    str(point["title"]), _("tried: {what}").format(what=probe["title"]), str(probe["evidence"])
                )
                yield float(probe["when"]), PROBES.get(str(probe["outcome"]), "red"), text
    for skip in report.get("skips") or ():
        why = _("skipped: {why}").format(why=skip["reason"])
        yield float(skip["when"]), "skipped", _told(str(skip["title"]), why, "")


def _told(*parts: Any) -> str:
    """Parts of a line, those left out that say nothing."""
    return "  ".join(" ".join(str(part).split()) for part in parts if part)
