"""The line under a checkpoint: what goes on, or what to do next."""

from __future__ import annotations

import time

from textual.content import Content

from screens.model.execution import Activity
from screens.model.look import Look
from screens.model.point import RED, STOPPED, UNKNOWN, Point
from screens.model.walk import Walk
from screens.widgets import rows
from wizard.base.language import _, _n


def verdict(now: Activity, point: Point, look: Look) -> Content:
    """The line for that checkpoint."""
    walk = now.walk
    if now.carrying.stopping:
        return Content(_("Stopping in order") + look.dots())
    if now.carrying.busy:
        return _running(now, point, look)
    if now.looking or not walk.verified_once:
        return Content(_("Looking at this machine; nothing is changed") + look.dots())
    return _standing(walk, point)


def _standing(walk: Walk, point: Point) -> Content:
    """How the checkpoint stands while nothing goes on, and what to do next."""
    if walk.green:
        return Content.styled(_holding(walk), "$success bold")
    if point.blocked:
        return Content.styled(_("Mend what is in the way, then check again: `c`. To change an answer: `w`."), "$error")
    if point.state == RED:
        return Content.styled(_red(walk, point), "$error")
    if point.state == STOPPED:
        return Content.styled(_("Stopped halfway. What was done stays; doing it again goes on from there."), "$warning")
    if point.green:
        return Content.styled(_("This checkpoint holds."), "$success")
    if point.to_try:
        return Content(_("Nothing to change here: it is tried before it goes on."))
    if point.because:
        return Content(_("Skipped; `s` takes it up again."))
    if point.state == UNKNOWN and not point.changes:
        return Content.styled(_unseen(walk), "$secondary")
    return _to_do(walk, point)


def _unseen(walk: Walk) -> str:
    told = walk.standing
    text = _("{count}. Enter on a line says why; started as root, Jalon sees all of it.")
    return (text if told.unseen else _("{count}. Enter on a line says why.")).format(count=told.words)


def _holding(walk: Walk) -> str:
    skipped = walk.left_out
    if not skipped and (count := len(walk.doubtful)):
        told = _n(
            "All of it works; {count} thing to look at: {titles}",
            "All of it works; {count} things to look at: {titles}",
            count,
        )
        titles = ", ".join(one.title for one in walk.points if one.doubtful)
        return told.format(count=count, titles=titles)
    if not skipped:
        return _("All checkpoints hold. Enter on a line shows what was seen.")
    text = _("{held} in place, {count} skipped: {titles}. Enter on a line says why.")
    titles = ", ".join(one.title for one in skipped)
    return text.format(held=len(walk.points) - len(skipped), count=len(skipped), titles=titles)


def _red(walk: Walk, point: Point) -> str:
    if not point.changes:
        return _("Failed: Enter on the failed line says why, and what repairs it.")
    told = _("Failed, and {changes}: do that first. Enter on the failed line says why.")
    return told.format(changes=rows.left(walk.points, point))


def _to_do(walk: Walk, point: Point) -> Content:
    if (stuck := next((one for one in walk.points if one.blocked), None)) is not None:
        told = _("In the way, at the checkpoint {title}: {why}").format(title=stuck.title, why=stuck.blocked)
        return Content.styled(told, "$warning")
    told = _("{changes}. `a` does them all, `v` shows them. Up leads to the lines; Enter opens one.")
    return Content(told.format(changes=rows.left(walk.points, point)))


def _running(now: Activity, point: Point, look: Look) -> Content:
    change = now.walk.current
    doing = next((one for one in now.walk.points if one.doing), None)
    if doing is not None and doing is not point:
        return Content(_("Now at: {title}").format(title=doing.title))
    if change:
        return Content(change.title)
    waited = time.monotonic() - now.heard_at
    last = now.walk.output[-1] if now.walk.output else ""
    text = last if last and not last.startswith("+") and waited >= 1 else _("Looking") + look.dots()
    return Content(text + (rows.clock(waited) if waited >= 1 else ""))
