"""Findings and changes in lines of text."""

from __future__ import annotations

from screens.model.look import PROBES, word
from screens.model.point import TODO, Change, Data, Point
from screens.model.walk import Walk
from screens.plain.terminal import Terminal
from wizard.base.language import _, _n


def line_of(subject: Change | Data) -> str:
    """A finding or a change that is to do, its state in a word."""
    if isinstance(subject, Change):
        return f"[{word(TODO)}] {subject.title}"
    evidence = ", ".join(filter(None, [str(subject.get("evidence") or ""), str(subject.get("because") or "")]))
    state = word(PROBES.get(str(subject["outcome"]), "")) or _("not looked at")
    title = subject["title"]
    return f"[{state}] " + (_("{title}: {evidence}").format(title=title, evidence=evidence) if evidence else title)


def show(terminal: Terminal, probe: Data) -> None:
    """One finding: its state in a word, what was seen, and why and what to do where it is red."""
    terminal.say(line_of(probe), 2, 4)
    if probe.get("cause"):
        terminal.say(_("Why: {text}").format(text=probe["cause"]["text"]), 6, 2)
    if remedy := probe.get("remedy"):
        terminal.say(_("Remedy: {text}").format(text=remedy["text"]), 6, 2)
        for command in remedy["commands"]:
            terminal.command(command, 8)


def show_point(terminal: Terminal, point: Point, number: int, count: int) -> None:
    """A checkpoint: what it is for, what is to do, what was seen."""
    head = _("{number} of {count}: {title}").format(number=number, count=count, title=point.title)
    terminal.title(f"{head} [{word(point.state)}]")
    terminal.say(point.objective)
    if point.because:
        terminal.say(_("Skipped: {reason}").format(reason=point.because))
    terminal.say("")
    _show_changes(terminal, point)
    _show_seen(terminal, point)


def _show_changes(terminal: Terminal, point: Point) -> None:
    """What is to do, and what stands in its way."""
    if point.changes:
        terminal.say(_("To do:"))
    elif not (point.blocked or point.unknown):
        terminal.say(_("Nothing is left to do here."))
    for change in point.changes:
        terminal.say(f"+ {change.title}", 2, 2)
    if point.blocked:
        terminal.say(_("In the way: {why}").format(why=point.blocked), 2, 2)
        terminal.say(_("What to do: {text}").format(text=point.remedy), 2, 2)
    if point.unknown:
        terminal.say(_("Not known: {why}").format(why=point.unknown), 2, 2)
    if point.failure:
        terminal.say(_("The last run stopped here: {why}").format(why=point.failure["text"]), 2, 2)


def _show_seen(terminal: Terminal, point: Point) -> None:
    """What was seen; what nobody could look at yet is only named."""
    seen = [probe for probe in point.probes.values() if probe["outcome"] and (point.state != TODO or probe["evidence"])]
    if seen:
        terminal.say(_("Seen:"))
    for probe in seen:
        show(terminal, probe)
    later = [str(probe["title"]) for probe in point.probes.values() if probe not in seen]
    if later:
        terminal.say(_("To be proved: {titles}").format(titles=", ".join(later)), 0, 2)


def show_route(terminal: Terminal, walk: Walk) -> None:
    """All checkpoints, a line each, with their states in words; and how many only root can see."""
    points = walk.points
    widest = max(len(word(point.state)) for point in points)
    for number, point in enumerate(points, 1):
        left = _n("{count} change", "{count} changes", len(point.changes)).format(count=len(point.changes))
        told = f"{point.title} ({left})" if point.changes else point.title
        terminal.say(f"{number:>2} [{word(point.state)}]{' ' * (widest - len(word(point.state)))} {told}", 0, 4)
    if walk.standing.unseen:
        terminal.say(walk.standing.words)
