"""Prints a plan, as text or JSON."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

from wizard.base.language import _, _n
from wizard.base.rendering import redact
from wizard.base.visible import one_line
from wizard.changes.files import FileWritten
from wizard.outputs.text import write
from wizard.steps.step import Blocked, Earlier
from wizard.walk.plan import Planned, PlannedStep


def data(guide: str, instance: str, steps: Sequence[PlannedStep], lines: Mapping[int, str]) -> dict[str, Any]:
    """The plan as one object; `lines` are the commands to type, if prepared by `wizard.commands.prepared_files`."""
    return {
        "guide": guide,
        "instance": instance,
        "changes": sum(len(step.changes) for step in steps),
        "steps": [
            {
                "checkpoint": step.checkpoint.id,
                "key": step.step.key,
                "title": step.step.title,
                "changes": [_change(planned, lines) for planned in step.changes],
                "blocked": _blocked(step.blocked) if step.blocked else None,
                "unknown": {"why": step.unknown.why, "needs": step.unknown.needs} if step.unknown else None,
            }
            for step in steps
        ],
    }


def _blocked(blocked: Blocked) -> dict[str, Any]:
    return {"why": blocked.why, "remedy": blocked.remedy, "may_agree": isinstance(blocked, Earlier)}


def _change(planned: Planned, lines: Mapping[int, str]) -> dict[str, Any]:
    change = planned.change
    return {
        "kind": change.kind,
        "mark": change.mark,
        "subject": change.subject,
        "title": change.title,
        "typed": [{"user": typed.user, "text": typed.text} for typed in planned.typed],
        "lines": [lines[id(typed)] for typed in planned.typed if id(typed) in lines],
        "difference": difference(planned),
        "unknown": planned.unknown,
    }


def difference(planned: Planned) -> str:
    """The unified diff of a change that writes a file; of one that hands lines to a program, as a crontab's, those
    lines; "" for other changes. It contains no secret, old or new."""
    change = planned.change
    if not isinstance(change, FileWritten):
        handed = [typed.lays.redacted() for typed in planned.typed if typed.lays is not None]
        added = [f"+{line}" for text in handed for line in text.splitlines()]
        return "\n".join(["---", "+++", *added]) if added else ""
    shown = change.body.redacted().splitlines()
    # The old file may contain unknown secrets: only its lines that are also in the new one are shown.
    before = redact(planned.before or b"", change.body).splitlines()
    lines = difflib.unified_diff(before, shown, f"{change.path}", f"{change.path}", lineterm="")
    return "\n".join(lines)


def show(steps: Sequence[PlannedStep]) -> None:
    """Prints the plan: a line per change, with the diffs of files."""
    point = ""
    for step in steps:
        if not (step.changes or step.blocked or step.unknown):
            continue
        if step.checkpoint.id != point:
            point = step.checkpoint.id
            write(f"\n{step.checkpoint.title}", "title")
        write(step.step.title, "quiet", 2)
        for planned in step.changes:
            write(f"+ {one_line(planned.change.title)}", "add", 4)
            if planned.unknown:
                write(_("(known only when it is applied: {why})").format(why=planned.unknown), "quiet", 6)
            for line in difference(planned).splitlines()[2:]:
                write(line, {"+": "add", "-": "remove"}.get(line[:1], "quiet"), 8, wrap=False)
        if step.blocked:
            write(_("in the way: {why}").format(why=step.blocked.why), "failed", 4)
            write(step.blocked.remedy, "plain", 6)
        if step.unknown:
            write(_("not known: {why}").format(why=step.unknown.why), "unknown", 4)
    count = sum(len(step.changes) for step in steps)
    text = _n(
        "{count} change would be made; nothing was touched.",
        "{count} changes would be made; nothing was touched.",
        count,
    )
    write(
        "\n" + (text.format(count=count) if count else _("Nothing would change: everything is in place.")),
        "title",
    )
