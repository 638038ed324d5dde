"""What stands at the end of a walk, in words: what runs, what was skipped, what is proven, what comes next."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

from textual.content import Content

from screens.model.elsewhere import elsewhere
from screens.model.instance import Instance
from screens.model.look import COLOURS, PROBES, Look, count_word
from screens.model.point import summary
from screens.model.walk import Walk
from wizard import shell_name
from wizard.base.language import _, _n
from wizard.base.launcher import command_name
from wizard.base.rendering import shell_word
from wizard.base.values import Value

Data = Mapping[str, Any]


class Part(Value):
    """A heading with lines under it."""

    heading: str
    lines: Sequence[Content]


def headline(instance: Instance, walk: Walk) -> Content:
    """Whether it holds."""
    title = f"{instance.guide.title()}, {instance.name}"
    if walk.green and not walk.left_out and (count := len(walk.doubtful)):
        told = _n(
            "{title}: all of it works; {count} thing to look at.",
            "{title}: all of it works; {count} things to look at.",
            count,
        )
        return Content.styled(told.format(title=title, count=count), "bold $success")
    if walk.green and not walk.left_out:
        return Content.styled(_("{title}: all of it holds.").format(title=title), "bold $success")
    if not walk.verified_once:
        return Content.styled(title, "bold")
    counts = ", ".join(count_word(state, count) for state, count in summary(walk.points))
    style = "bold $success" if walk.green else "bold"
    return Content.styled(_("{title}: {counts}").format(title=title, counts=counts), style)


def host_and_port(address: str) -> str:
    """What a person types of an address."""
    return urlsplit(address).netloc


def mark(probe: Data, look: Look) -> Content:
    """The sign of a finding's outcome."""
    state = PROBES.get(str(probe["outcome"]), "")
    return Content.styled(f"{look.sign(state):<2} ", COLOURS[state])


def finding(probe: Data, look: Look) -> Content:
    """A finding in one line."""
    evidence = str(probe.get("evidence") or probe.get("because") or "")
    # A line of several would push the next finding away.
    told = _("{title}: {evidence}").format(title=probe["title"], evidence=evidence) if evidence else probe["title"]
    return mark(probe, look) + Content(" ".join(str(told).split()))


def parts(instance: Instance, walk: Walk, told: Data | None, look: Look) -> Iterator[Part]:
    """All parts that have something to say."""
    arrival = instance.arrival
    probes = {name: probe for point in walk.points for name, probe in point.probes.items()}
    running = [finding(probes[name], look) for name in arrival.running if name in probes]
    found = [
        (_("To look at"), [finding(probe, look) for probe in walk.doubtful] if walk.green else []),
        (_("Running here"), running),
        (_("From another machine"), [Content(text) for text in chain(*elsewhere(instance, walk))]),
        (_("Skipped"), list(_skipped(walk, told))),
        (_("Proved by acting"), [_trial(probe, look) for probe in probes.values() if probe.get("trial")]),
        (_("Backed up"), [Content(arrival.backups)] if arrival.backups else []),
        (_("What comes next"), [Content(arrival.next)] if arrival.next else []),
        (_("To check again"), [Content(command(instance, told, "verify"))]),
    ]
    if undo := command(instance, told, "undo"):
        found.append((_("To undo it"), [Content(undo)]))
    yield from (Part(heading, lines) for heading, lines in found if lines)


def command_part() -> Iterator[Part]:
    """That `jalon` can be made a command, where a path must be typed instead."""
    if command_name() != "jalon":
        text = _("`j` makes `jalon` a command of this machine, in {folder}").format(folder=shell_name.PLACE.parent)
        yield Part(_("A shorter name"), [Content(text)])


def link_question(away: bool) -> tuple[str, str, str]:
    """What is asked before `jalon` is made a command, or that is taken away, and both answers."""
    names = {"path": shell_name.PLACE, "target": shell_name.LAUNCHER}
    if away:
        text = _("`jalon` is a command of this machine: {path} leads to {target}. Take that away?")
        return text.format(**names), _("Take it away"), _("Not now")
    text = _("Make `jalon` a command of this machine? {path} will lead to {target}; `j` takes it away again.")
    return text.format(**names), _("Make it one"), _("Not now")


def command(instance: Instance, told: Data | None, verb: str) -> str:
    """What a person types; what is told knows it better."""
    if told:
        return str(told["commands"][verb])
    named = ("--instance", instance.name) if instance.guide.instance_key else ()
    return f"{command_name()} {verb} " + " ".join(map(shell_word, (instance.guide.id, *named)))


def _skipped(walk: Walk, told: Data | None) -> Iterator[Content]:
    """What a person left out, and why: now, or in an earlier walk."""
    because = {point.id: (point.title, point.why_skipped) for point in walk.left_out}
    because = {one["id"]: (one["title"], one["reason"]) for one in (told or {}).get("skips", ())} | because
    for title, reason in because.values():
        yield Content(_("{title}: {reason}").format(title=title, reason=reason))


def _trial(probe: Data, look: Look) -> Content:
    when = probe.get("when") or 0.0
    date = time.strftime("%Y-%m-%d %H:%M", time.localtime(when)) if when else ""
    return finding({**probe, "because": ""}, look) + Content(f" ({date})" if date else "")
