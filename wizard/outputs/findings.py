"""Prints the findings of a verification, as text, JSON or JUnit."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, TextIO

from wizard.answers.questions import Answers
from wizard.base.language import Figure, _
from wizard.base.values import as_dict
from wizard.findings.finding import CRASHED, FAILED, Finding
from wizard.findings.words import command, outcome_count, outcome_word
from wizard.host.facts import Facts
from wizard.outputs.events import observed_data
from wizard.outputs.standing import standing_of
from wizard.outputs.text import passing, put, write
from wizard.walk.events import Observed
from wizard.walk.verification import Verified, outcome

OWN_NAMES = ("localhost", "127.0.0.1", "::1", "_")
"""Names by which a machine asks itself, and the one of nginx that is none."""


WSL2 = 2
"""Of `Facts.wsl`."""
PATIENCE = 1.0
"""Seconds after which somebody at a terminal is told that it still goes on."""


class Progress:
    """Prints a verification in the format `text` (as it goes on), `json` or `junit` (at its end). `folded`, where it is
    given, prints the text at its end instead."""

    def __init__(self, form: str, folded: Callable[[Sequence[Verified]], None] | None = None) -> None:
        self._form, self._folded = form, folded
        self._began = time.monotonic()
        self._count, self._told = 0, False

    def finding(self, observed: Observed) -> None:
        """Called with each finding as soon as it is made."""
        self._count += 1
        if self._folded and time.monotonic() - self._began > PATIENCE:
            self._told = True
            passing(_("{count} seen, last: {title}").format(count=self._count, title=observed.probe.title))

    def checkpoint(self, verified: Verified) -> None:
        """Called with each checkpoint as soon as it is verified."""
        if self._form == "text" and not self._folded:
            show(verified)

    def end(
        self,
        guide: str,
        instance: str,
        facts: Facts,
        verified: Sequence[Verified],
        seconds: float,
        stream: TextIO,
        asked_at: str = "",
        reach: str = "",
    ) -> None:
        """Called at the end, with the duration in seconds; JSON and JUnit are written to `stream`. `asked_at` is the
        address at which another machine may ask (see `address`), `reach` what is known of whether it gets through."""
        if self._form == "json":
            from wizard.outputs.as_json import print_json

            print_json(data(guide, instance, facts, verified, seconds, asked_at, reach), stream)
        elif self._form == "junit":
            from wizard.outputs.junit import render

            put(render(guide, verified, seconds), stream)
        else:
            if self._told:
                passing("")
            if self._folded:
                self._folded(verified)
            _show_unasked(asked_at, reach, facts.wsl)
            summary(verified, seconds)


def address(answers: Answers, facts: Facts) -> str:
    """The address at which another machine may ask for the pages, on WSL 2 the Windows around it; "" for a guide that
    asks for no port of a site."""
    port = answers.get("http_port")
    if not isinstance(port, int):
        return ""
    names = (*answers.get("hostnames", ()), answers.get("server_name", ""), *facts.addresses, facts.hostname)
    if facts.wsl == WSL2:
        # Windows hands its own localhost on; this machine's addresses are others at each start.
        names = (answers.get("asked_as", ""),)
    name = next((one for one in names if one and one not in OWN_NAMES), "localhost")
    return f"http://{name}{'' if port == 80 else f':{port}'}/"


def unasked(asked_at: str, reach: str = "", wsl: int = 0) -> dict[str, Any] | None:
    """What no verification sees, and the command that shows it on another machine, or in the Windows around a WSL 2;
    None without an address. `reach`: what is known of it here (see `wizard.outputs.reach`)."""
    if not asked_at:
        return None
    text = _(
        "Only this machine itself was asked: a firewall outside it cannot be seen from here. From another, ask with:"
    )
    words = ["curl", "-I", asked_at]
    if wsl == WSL2:
        words[0] = "curl.exe"
        text = _(
            "In a browser on Windows, open {address}; where that does not answer any more, run `wsl --shutdown` in"
            " Windows and open this Linux again. Other machines get through only with `networkingMode=mirrored` below"
            " `[wsl2]` in Windows' `.wslconfig`, and where its firewall lets them. In Windows, ask with:"
        ).format(address=asked_at)
        from urllib.parse import urlsplit  # which only this needs

        if (name := str(urlsplit(asked_at).hostname)) != "localhost":
            line = _("Windows knows {name} once `127.0.0.1 {name}` is a line of its file `hosts`.").format(name=name)
            text = f"{line} {text}"
    told = f"{reach[0].upper()}{reach[1:]}. {text}" if reach else text
    return {"text": told, "commands": [command(*words)]}


def _show_unasked(asked_at: str, reach: str, wsl: int) -> None:
    if told := unasked(asked_at, reach, wsl):
        write("")
        write(told["text"])
        write(told["commands"][0], "title", 4, wrap=False)


def data(
    guide: str,
    instance: str,
    facts: Facts,
    verified: Sequence[Verified],
    seconds: float,
    asked_at: str = "",
    reach: str = "",
) -> dict[str, Any]:
    """A verification as one object (`wizard/schemas/verify.json`)."""
    return {
        "guide": guide,
        "instance": instance,
        "outcome": outcome(verified),
        "seconds": round(seconds, 3),
        "facts": as_dict(facts),
        "outside": unasked(asked_at, reach, facts.wsl),
        "checkpoints": [_checkpoint(one) for one in verified],
    }


def _checkpoint(one: Verified) -> dict[str, Any]:
    return {
        "id": one.checkpoint.id,
        "title": one.checkpoint.title,
        "reached": one.reached,
        "outcome": one.outcome,
        "probes": [observed_data(observed) for observed in one.observed],
    }


def show(verified: Verified) -> None:
    """Prints a checkpoint with its findings."""
    write(f"{verified.checkpoint.title}" + ("" if verified.reached else "  " + _("(not reached)")), "title")
    for observed in verified.observed:
        show_finding(observed)


def show_finding(observed: Observed, stream: TextIO | None = None) -> None:
    """Prints a finding, with cause and remedy if there are any, to `stream` or standard output."""
    finding = observed.finding
    label = f"[{outcome_word(finding.outcome)}]"
    evidence = finding.evidence or finding.because
    if finding.evidence and finding.because:
        evidence = f"{finding.evidence} ({finding.because})"
    told = _("{title}: {evidence}").format(title=observed.probe.title, evidence=evidence)
    write(f"{label:<12} {told}", finding.outcome, 2, stream)
    if finding.cause:
        write(_("Why: {text}").format(text=finding.cause.text), "plain", 15, stream)
    if finding.remedy:
        write(_("Remedy: {text}").format(text=finding.remedy.text), "plain", 15, stream)
        for line in finding.remedy.commands:
            write(line, "title", 19, stream, wrap=False)
    if more := _more(finding):
        write(_("More: `{command}`").format(command=more), "quiet", 15, stream, wrap=False)


def _more(finding: Finding) -> str:
    """The command that says more of the cause of what is red; "" where nothing does."""
    if finding.outcome != FAILED or finding.cause is None:
        return ""
    # Imported here, as few have anything red.
    from wizard.base.launcher import command_name
    from wizard.outputs.causes import page_of

    return f"{command_name()} causes {finding.cause.id}" if page_of(finding.cause.id) else ""


def verdict(verified: Sequence[Verified]) -> str:
    """The overall outcome in a word. Red as a whole it is for what was not reached, too; "failed" is said of what
    did."""
    worst = outcome(verified)
    red = any(one.finding.outcome in (FAILED, CRASHED) for each in verified for one in each.observed)
    return _("not finished") if worst == FAILED and not red else outcome_word(worst)


def summary(verified: Sequence[Verified], seconds: float) -> None:
    """Prints the overall outcome and the number of findings of each outcome; where only root can see all, how many
    checkpoints are in place as far as was seen."""
    counts: dict[str, int] = {}
    for one in verified:
        for observed in one.observed:
            counts[observed.finding.outcome] = counts.get(observed.finding.outcome, 0) + 1
    most_first = sorted(counts.items(), key=lambda item: -item[1])
    listed = ", ".join(outcome_count(name, count) for name, count in most_first)
    standing = standing_of(map(_checkpoint, verified))
    if standing.unseen:
        listed = _("{count}; {listed}").format(count=standing.words, listed=listed)
    write("")
    told = _("{verdict}: {listed}, in {seconds:.2f} s")
    write(told.format(verdict=verdict(verified), listed=listed, seconds=Figure(seconds)), outcome(verified))
    sys.stdout.flush()
