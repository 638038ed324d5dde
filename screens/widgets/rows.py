"""The lines of a checkpoint and of the route, as text with styles; what each leads to when it is chosen."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence

from textual.content import Content

from screens.model.look import COLOURS, PROBES, Look, word
from screens.model.point import DOING, TODO, Change, Data, Point
from wizard.base.language import _, _n
from wizard.base.values import Value

WIDE = 1000
"""Columns that are wider than any line."""


class Row(Value):
    """One line; `subject` is the change or the probe that it is of, None for a heading or a remark."""

    text: Content
    subject: Change | Data | None = None


def route(point: Point, look: Look, here: bool = False) -> Content:
    """A checkpoint in the route: its state in brackets, by sign and by colour, and its title; a mark before the one
    that is shown, which no colour and no focus is needed to see."""
    text = f" {look.sign(point.state)} " if look.rich else f"[{look.sign(point.state):^2}]"
    title = Content.styled(f" {point.title}", "bold" if here else "")
    return Content(">" if here else " ") + Content.styled(text, colour(point.state)) + title


def colour(state: str) -> str:
    """The style of a state; nothing where it has none."""
    return COLOURS.get(state, "")


def heading(text: str) -> Row:
    """A heading."""
    return Row(Content.styled(text, "bold"))


def remark(text: str, style: str = "dim", indent: int = 2) -> Row:
    """A line that leads nowhere."""
    return Row(Content.styled(" " * indent + text, style))


def shortened(text: str, room: int, dots: str) -> str:
    """As much of a text as fits: the middle of its longest word goes first, for the end of a path says most."""
    over = len(text) - room
    if over <= 0:
        return text
    word = max(text.split(), key=len, default="")
    keep = len(word) - over - len(dots)
    if keep >= 16:
        start = text.index(word)
        head = keep // 3
        text = text[: start + head] + dots + text[start + len(word) - (keep - head) :]
    return text if len(text) <= room else text[: max(0, room - len(dots))] + dots


LEAST = 2
"""Lines that a text keeps, however little room there is."""


def fitting(texts: Sequence[Content], width: int, room: int, dots: str) -> list[Content]:
    """Texts wrapped into that many columns, which share that many lines; the first ones have what they need first. One
    that is cut says so, and which key opens it."""
    if width <= 0 or room <= 0:
        return list(texts)
    needed = [len(textwrap.wrap(text.plain, width)) for text in texts]
    spare = room - sum(min(LEAST, count) for count in needed)
    fitted = []
    for text, count in zip(texts, needed, strict=True):
        more = max(0, min(count - LEAST, spare))
        spare -= more
        lines = textwrap.wrap(text.plain, width, max_lines=min(LEAST, count) + more or 1, placeholder=f"{dots} [i]")
        fitted.append(Content.styled("\n".join(lines), text.spans[0].style if text.spans else ""))
    return fitted


def wrapped(text: str, width: int, style: str, indent: int = 2) -> Iterator[Row]:
    """A remark on as many lines as it takes."""
    for line in textwrap.wrap(text, max(20, width - indent)):
        yield remark(line, style, indent)


def rows(point: Point, look: Look, *, planned: bool, verified: bool, width: int = WIDE) -> Iterator[Row]:
    """The checkpoint in that many columns: what is in its way, what is to do, what was done, what was seen."""
    if point.because:
        yield from wrapped(_("Skipped: {why}").format(why=point.because), width, "dim", 0)
    if point.blocked:
        yield heading(_("In the way"))
        yield from wrapped(point.blocked, width, "$error")
        if point.remedy:
            yield from wrapped(_("What to do: {text}").format(text=point.remedy), width, "")
    yield heading(_("To do"))
    for change in (*point.done, *point.changes):
        yield Row(of_change(change, look, width), change)
        if change.state == DOING and change.last:
            yield remark(shortened(change.last, width - 8, look.dots()), indent=8)
    if point.to_try and not point.blocked:
        for touches in point.trials.values():
            yield from wrapped(_("try: {what}").format(what=touches), width, "")
    elif not point.changes and not point.done:
        yield remark(_nothing(point, look, planned))
    yield heading(_("Seen") if point.reached else _("To be looked at"))
    for probe in point.probes.values():
        yield Row(of_probe(probe, look, verified and point.reached, width), probe)


def _nothing(point: Point, look: Look, planned: bool) -> str:
    if point.blocked:
        return _("not known until that is out of the way")
    if point.unknown:
        return _("not known: {why}").format(why=point.unknown)
    return _("nothing: it is in place") if planned else _("looking") + look.dots()


def of_change(change: Change, look: Look, width: int = WIDE) -> Content:
    """A change: its mark or its state, its title, and how long it takes."""
    if change.state == TODO:
        return Content(f"  {change.mark:<3} {shortened(change.title, width - 6, look.dots())}")
    state = {DOING: "doing", "done": "ok"}.get(change.state, "look")
    behind = "  " + _("kept as it is") if change.state == "kept" else ""
    behind += clock(change.seconds) if change.seconds >= 1 else ""
    title = shortened(change.title, width - 6 - len(behind), look.dots())
    sign = Content.styled(f"{look.sign(state):<3}", colour(state))
    return Content("  ") + sign + Content(f" {title}") + Content.styled(behind, "dim")


def clock(seconds: float) -> str:
    """A time in words that can be compared at a glance."""
    return f"  {seconds:.0f} s" if seconds < 100 else f"  {seconds // 60:.0f} min {seconds % 60:02.0f} s"


def of_probe(probe: Data, look: Look, reached: bool, width: int = WIDE) -> Content:
    """A probe: its state, its title, and what was seen or why it was not asked; only its title before it counts."""
    state = PROBES.get(str(probe["outcome"]), "")
    state = "" if state == "skipped" and not reached else state
    title, room = str(probe["title"]), width - 6
    told = title
    if state:
        seen = str(probe.get("evidence") or probe.get("because") or word(state))
        # French has a blank before a colon.
        told = _("{title}: {evidence}").format(title=title, evidence=" ".join(seen.split()))
    told = shortened(told, room, look.dots())
    style = "dim" if state in ("ok", "skipped") else ""
    sign = Content("  ") + Content.styled(f"{look.sign(state):<3}", colour(state))
    return sign + Content(f" {told[: len(title)]}") + Content.styled(told[len(title) :], style)


def weight(row: Row) -> int:
    """How soon it wants to be looked at: what is red first, then what needs a look, then all else."""
    state = PROBES.get(str(row.subject["outcome"])) if isinstance(row.subject, Mapping) else ""
    return {"red": 0, "look": 1}.get(state or "", 2)


def is_red(row: Row) -> bool:
    """Whether it is a probe's that is red."""
    return weight(row) == 0


def count(points: list[Point], point: Point) -> str:
    """Where a checkpoint is among all."""
    return _("{number} of {count}").format(number=points.index(point) + 1, count=len(points))


def left(points: list[Point], point: Point) -> str:
    """How much is left, here and in all."""
    here, number = len(point.changes), sum(len(one.changes) for one in points)
    changes = _n("{count} change to do", "{count} changes to do", here).format(count=here)
    return changes if here == number else _("{changes} here, {count} in all").format(changes=changes, count=number)
