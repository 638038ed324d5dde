"""The lines of a checkpoint and of the route, as text with styles; what each leads to when it is chosen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from textual.content import Content

from screens.look import COLOURS, PROBES, Look, word
from screens.walk import DOING, TODO, Change, Data, Point
from wizard.language import _, _n

# The sign before a change that is still to come, by the end of its noun; anything else makes something.
MARKS = {"Removed": "-", "Dropped": "-", "Disabled": "-", "Set": "~", "Joined": "~", "HandedOver": "~"}
MARKS |= {"Restarted": "!", "Reloaded": "!", "Started": "!", "Refreshed": "!", "Stopped": "!"}


@dataclass(frozen=True)
class Row:
    """One line; `subject` is the change or the probe that it is of, None for a heading or a remark."""

    text: Content
    subject: Change | Data | None = None


def route(point: Point, look: Look) -> Content:
    """A checkpoint in the route: its state in brackets, by sign and by colour, and its title."""
    text = f" {look.sign(point.state)} " if look.rich else f"[{look.sign(point.state):^2}]"
    return Content.styled(text, colour(point.state)) + Content(f" {point.title}")


def colour(state: str) -> str:
    """The style of a state; nothing where it has none."""
    return COLOURS.get(state, "")


def heading(text: str) -> Row:
    """A heading."""
    return Row(Content.styled(text, "bold"))


def remark(text: str, style: str = "dim", indent: int = 2) -> Row:
    """A line that leads nowhere."""
    return Row(Content.styled(" " * indent + text, style))


def rows(point: Point, look: Look, *, planned: bool, verified: bool) -> Iterator[Row]:
    """The checkpoint: what is in its way, what is to do, what was done, what was seen."""
    if point.because:
        yield remark(_("Skipped: {why}").format(why=point.because), indent=0)
    if point.blocked:
        yield heading(_("In the way"))
        yield Row(Content.styled("  " + point.blocked, "$error"))
        if point.remedy:
            yield remark(point.remedy, "")
    yield heading(_("To do"))
    for change in (*point.done, *point.changes):
        yield Row(of_change(change, look), change)
        if change.state == DOING and change.last:
            yield remark(change.last, indent=8)
    if not point.changes and not point.done:
        yield remark(_nothing(point, look, planned))
    yield heading(_("Seen"))
    for probe in point.probes.values():
        yield Row(of_probe(probe, look, verified and point.reached), probe)


def _nothing(point: Point, look: Look, planned: bool) -> str:
    if point.unknown:
        return _("not known: {why}").format(why=point.unknown)
    return _("nothing: it is in place") if planned else _("looking") + look.dots()


def of_change(change: Change, look: Look) -> Content:
    """A change: its mark or its state, its title, and how long it takes."""
    if change.state == TODO:
        end = next((mark for noun, mark in MARKS.items() if change.kind.endswith(noun)), "+")
        return Content(f"  {end:<3} {change.title}")
    state = {DOING: "doing", "done": "ok"}.get(change.state, "look")
    text = Content("  ") + Content.styled(f"{look.sign(state):<3}", colour(state)) + Content(f" {change.title}")
    if change.state == "kept":
        text += Content.styled("  " + _("kept as it is"), "dim")
    return text + Content.styled(clock(change.seconds), "dim") if change.seconds >= 1 else text


def clock(seconds: float) -> str:
    """A time in words that can be compared at a glance."""
    return f"  {seconds:.0f} s" if seconds < 100 else f"  {seconds // 60:.0f} min {seconds % 60:02.0f} s"


def of_probe(probe: Data, look: Look, reached: bool) -> Content:
    """A probe: its state, its title, and what was seen or why it was not asked; only its title before it counts."""
    state = PROBES.get(str(probe["outcome"]), "")
    state = "" if state == "skipped" and not reached else state
    text = Content("  ") + Content.styled(f"{look.sign(state):<3}", colour(state)) + Content(f" {probe['title']}")
    seen = str(probe.get("evidence") or probe.get("because") or "")
    if not state:
        return text
    return text + Content.styled(
        f": {seen}" if seen else f": {word(state)}", "dim" if state in ("ok", "skipped") else ""
    )


def count(points: list[Point], point: Point) -> str:
    """Where a checkpoint is among all."""
    return _("{number} of {count}").format(number=points.index(point) + 1, count=len(points))


def left(points: list[Point]) -> str:
    """How much is left, in one line."""
    number = sum(len(one.changes) for one in points)
    return _n("{count} change to do", "{count} changes to do", number).format(count=number)
