"""How a run that changes things speaks: events as JSON lines for a program, progress in words for a person."""

from __future__ import annotations

import fcntl
import json
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Protocol

from wizard.base.language import _, _n
from wizard.findings.words import outcome_word
from wizard.guide import Checkpoint
from wizard.outputs.events import event_data, offer_data, question_data
from wizard.outputs.pen import write
from wizard.session import Session
from wizard.walk.events import (
    ChangeMade,
    CheckpointBegun,
    Ended,
    Event,
    Failure,
    Observed,
    Offer,
    Output,
    Question,
    Repaired,
    RepairEnded,
)


class Talk(Protocol):
    """Tells events and asks questions."""

    def tell(self, event: Event) -> None:
        """Something happened."""

    def ask(self, question: Question | Offer) -> bool:
        """Whether a person says yes; no where nobody is there to be asked."""

    def consent(self, session: Session, points: Sequence[Checkpoint]) -> bool:
        """Whether the run may begin."""

    def listen(self) -> None:
        """Begins to hear what may be said to a run at any time."""

    def close(self) -> None:
        """Hears no more."""


def talk(form: str, yes: bool, replace_edited: bool) -> Talk:
    """The talk of that format."""
    return Lines(replace_edited) if form == "json" else Words(yes, replace_edited)


class Lines:
    """One object a line on standard output. Standard input brings answers to questions, `{"answer": CHOICE}`, and at
    any time `{"cancel": true}`, which ends it as Ctrl-C does: whoever started us through sudo may not signal us."""

    def __init__(self, replace_edited: bool) -> None:
        self._replace = replace_edited
        self._asked = 0
        self._heard = b""
        self._answers: list[object] = []
        self._taking = False
        self._more = False

    def listen(self) -> None:
        """From now on the kernel tells when standard input has something; no thread waits for it, for we fork."""
        # On a terminal a person has Ctrl-C, and a run in the background must not read there.
        if os.isatty(0):
            return
        signal.signal(signal.SIGIO, lambda number, frame: self._hear())
        with suppress(OSError):  # what could not speak to us, such as a closed one
            fcntl.fcntl(0, fcntl.F_SETOWN, os.getpid())
            fcntl.fcntl(0, fcntl.F_SETFL, fcntl.fcntl(0, fcntl.F_GETFL) | os.O_ASYNC)
            self._hear()

    def close(self) -> None:
        """Hears no more: whoever closes or uses that input later must not end with a signal what is ending anyway."""
        with suppress(OSError):
            fcntl.fcntl(0, fcntl.F_SETFL, fcntl.fcntl(0, fcntl.F_GETFL) & ~os.O_ASYNC)
        signal.signal(signal.SIGIO, signal.SIG_IGN)

    def tell(self, event: Event) -> None:
        """Prints it. Where nobody listens any more, the run is interrupted, so that it ends in order."""
        self._print(event_data(event))

    def _print(self, data: dict[str, Any]) -> None:
        try:
            print(json.dumps(data, ensure_ascii=False), flush=True)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            os.kill(os.getpid(), signal.SIGTERM)

    def ask(self, question: Question | Offer) -> bool:
        """Prints the question and reads its answer; a closed input is a no."""
        if self._replace:
            return True
        self._asked += 1
        number = str(self._asked)
        if isinstance(question, Offer):
            self._print(offer_data(number, question))
        else:
            self._print(question_data(number, question, ("replace", "keep"), "keep"))
        # Meanwhile no signal takes what is waited for here: it would be waited for in vain.
        self._taking = True
        try:
            heard = True
            while heard and not self._answers:
                select.select([0], [], [])
                heard = self._take()
        except (OSError, ValueError):
            pass  # a closed input
        finally:
            self._taking = False
            self._hear()
        return bool(self._answers) and self._answers.pop(0) in ("replace", "do")

    def consent(self, session: Session, points: Sequence[Checkpoint]) -> bool:
        """Whoever starts this format has consented."""
        return True

    def _hear(self) -> None:
        """Takes what there is; also called by a signal, which may come while it is being taken."""
        self._more = True
        while self._more and not self._taking:
            self._taking, self._more = True, False
            try:
                with suppress(OSError, ValueError):
                    self._take()
            finally:
                self._taking = False

    def _take(self) -> bool:
        """Takes what standard input has, without waiting; False where it is at its end."""
        while select.select([0], [], [], 0)[0]:
            chunk = os.read(0, 65536)
            *lines, self._heard = (self._heard + (chunk or b"\n")).split(b"\n")
            for line in filter(None, lines):
                self._understand(line)
            if not chunk:
                return False
        return True

    def _understand(self, line: bytes) -> None:
        try:
            said = json.loads(line)
        except ValueError:
            said = None
        if isinstance(said, dict) and said.get("cancel") is True:
            os.kill(os.getpid(), signal.SIGINT)
        else:
            self._answers.append(said.get("answer") if isinstance(said, dict) else None)


class Words:
    """Progress on standard error, the result on standard output."""

    def __init__(self, yes: bool, replace_edited: bool) -> None:
        self._yes = yes
        self._replace = replace_edited
        self._terminal = sys.stderr.isatty()
        self._began = 0.0

    def tell(self, event: Event) -> None:
        """Says it in words; what has none is not said."""
        said: dict[type, Callable[[Any], None]] = {
            CheckpointBegun: self._checkpoint,
            ChangeMade: self._change,
            Output: self._output,
            Observed: self._finding,
            Failure: self._failure,
            Repaired: self._repaired,
            RepairEnded: self._repair_ended,
            Ended: self._end,
        }
        if say := said.get(type(event)):
            say(event)

    def _checkpoint(self, event: CheckpointBegun) -> None:
        write(f"\n{event.number}/{event.count}  {event.checkpoint.title}", "title", stream=sys.stderr)
        write(event.checkpoint.objective, "quiet", 2, sys.stderr)

    def _change(self, event: ChangeMade) -> None:
        title = event.change.title
        if event.state == "begun":
            self._began = time.monotonic()
            write(f"+ {title}", "plain", 2, sys.stderr)
        elif event.state == "done":
            spent = time.monotonic() - self._began
            if spent >= 1:
                write(_("done in {seconds:.0f} s").format(seconds=spent), "quiet", 4, sys.stderr)
        else:
            write(_("kept: {title}").format(title=title), "warning", 4, sys.stderr)

    def _output(self, event: Output) -> None:
        write(event.text[:200], "quiet", 6, sys.stderr, wrap=False)

    def _finding(self, event: Observed) -> None:
        finding = event.finding
        label = f"[{outcome_word(finding.outcome)}]"
        evidence = finding.evidence or finding.because
        told = _("{title}: {evidence}").format(title=event.probe.title, evidence=evidence)
        write(f"{label:<12} {told}", finding.outcome, 2, sys.stderr)
        if finding.cause:
            write(_("Why: {text}").format(text=finding.cause.text), "plain", 15, sys.stderr)
        if finding.remedy:
            write(_("Remedy: {text}").format(text=finding.remedy.text), "plain", 15, sys.stderr)
            for command in finding.remedy.commands:
                write(command, "title", 19, sys.stderr, wrap=False)

    def _failure(self, event: Failure) -> None:
        for line in event.output:
            write(line, "quiet", 6, sys.stderr, wrap=False)
        write(event.text, "failed", stream=sys.stderr)
        if event.remedy:
            write(_("What to do: {text}").format(text=event.remedy), "plain", stream=sys.stderr)

    def _repaired(self, event: Repaired) -> None:
        write(_("repaired: {title}").format(title=event.observed.probe.title), "passed", 2, sys.stderr)

    def _repair_ended(self, event: RepairEnded) -> None:
        from wizard.outputs.repairs import show_end

        show_end(event)

    def ask(self, question: Question | Offer) -> bool:
        """Asks on the terminal; without one, or with `--yes`, an edit is kept, and a remedy is left."""
        if self._replace:
            return True
        if self._yes or not sys.stdin.isatty():
            return False
        if isinstance(question, Offer):
            write(_("{title}: {remedy}").format(title=question.title, remedy=question.text), "plain", stream=sys.stderr)
            for command in question.commands:
                write(command, "title", 4, sys.stderr, wrap=False)
            return _said_yes(_("Carry this out, as root?"))
        return _said_yes(question.text)

    def consent(self, session: Session, points: Sequence[Checkpoint]) -> bool:
        """Asks whether to begin."""
        text = _("Install {guide}, instance {name}, on this machine?")
        return _said_yes(text.format(guide=session.guide.title(), name=session.instance))

    def listen(self) -> None:
        """A person has Ctrl-C."""

    def close(self) -> None:
        """Nothing was heard."""

    def _end(self, event: Ended) -> None:
        count = event.changes
        changes = _n("{count} change", "{count} changes", count).format(count=count)
        verdict = {
            "done": _("Done"),
            "failed": _("Stopped; what was done stays, and running this again goes on from there"),
            "blocked": _("Not begun: nothing was touched"),
            "declined": _("Not begun: nothing was touched"),
            "interrupted": _("Interrupted; running this again goes on from there"),
        }[event.outcome]
        style = "passed" if event.outcome == "done" else "failed"
        write(
            _("{verdict}. {changes}, {seconds:.0f} s").format(verdict=verdict, changes=changes, seconds=event.seconds),
            style,
        )


def _said_yes(text: str) -> bool:
    yes, no = _("y"), _("N")
    sys.stderr.write(f"{text} [{yes}/{no}] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes", "o", "oui")
