"""Reporters of runs that change the machine: events as JSON lines, or progress as text."""

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
from wizard.base.last_words import Folded
from wizard.base.visible import one_line, output_line
from wizard.findings.words import outcome_word
from wizard.guide import Checkpoint
from wizard.outputs.events import event_data, offer_data, question_data
from wizard.outputs.text import prompt, say_json, write
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


class Reporter(Protocol):
    """Reports the events of a run, and asks its questions."""

    def tell(self, event: Event) -> None:
        """Reports an event."""

    def ask(self, question: Question | Offer) -> bool:
        """Asks; returns whether the answer is yes. False where nobody is there."""

    def consent(self, session: Session, points: Sequence[Checkpoint]) -> bool:
        """Asks whether the run may begin."""

    def listen(self) -> None:
        """Starts to accept input at any time, such as a cancellation."""

    def close(self) -> None:
        """Stops to accept input."""


def reporter_for(form: str, yes: bool, replace_edited: bool) -> Reporter:
    """The reporter of the format `json` or `text`. With `replace_edited`, every question is answered yes."""
    return JsonReporter(replace_edited) if form == "json" else TextReporter(yes, replace_edited)


class JsonReporter:
    """Writes one JSON object per line to standard output.

    Reads `{"answer": CHOICE}` from standard input and, at any time, `{"cancel": true}`, which acts as Ctrl-C: a parent
    that started this process with sudo may not signal it.
    """

    def __init__(self, replace_edited: bool) -> None:
        self._replace = replace_edited
        self._question_count = 0
        self._input = b""
        self._answers: list[object] = []
        self._reading = False
        self._pending = False

    def listen(self) -> None:
        """Has the kernel send SIGIO for input on standard input. Not a thread, as the process forks."""
        # On a terminal there is Ctrl-C, and a process in the background must not read from it.
        if os.isatty(0):
            return
        signal.signal(signal.SIGIO, lambda number, frame: self._read_available())
        with suppress(OSError):  # not supported by this kind of input, such as a closed one
            fcntl.fcntl(0, fcntl.F_SETOWN, os.getpid())
            fcntl.fcntl(0, fcntl.F_SETFL, fcntl.fcntl(0, fcntl.F_GETFL) | os.O_ASYNC)
            self._read_available()

    def close(self) -> None:
        """Stops SIGIO, so that later use of standard input sends no signal."""
        with suppress(OSError):
            fcntl.fcntl(0, fcntl.F_SETFL, fcntl.fcntl(0, fcntl.F_GETFL) & ~os.O_ASYNC)
        signal.signal(signal.SIGIO, signal.SIG_IGN)

    def tell(self, event: Event) -> None:
        """Prints it. Where standard output is closed, the run is interrupted, so that it ends regularly."""
        self._print(event_data(event))

    def _print(self, data: dict[str, Any]) -> None:
        try:
            say_json(data)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            os.kill(os.getpid(), signal.SIGTERM)

    def ask(self, question: Question | Offer) -> bool:
        """Prints the question and reads its answer; a closed input means no."""
        if self._replace:
            return True
        self._question_count += 1
        number = str(self._question_count)
        if isinstance(question, Offer):
            self._print(offer_data(number, question))
        else:
            self._print(question_data(number, question, ("replace", "keep"), "keep"))
        # The signal handler must not read meanwhile, or this would wait in vain.
        self._reading = True
        try:
            is_open = True
            while is_open and not self._answers:
                select.select([0], [], [])
                is_open = self._read()
        except (OSError, ValueError):
            pass  # a closed input
        finally:
            self._reading = False
            self._read_available()
        return bool(self._answers) and self._answers.pop(0) in ("replace", "do")

    def consent(self, session: Session, points: Sequence[Checkpoint]) -> bool:
        """Always true: the calling program has asked before."""
        return True

    def _read_available(self) -> None:
        """Reads available input. Also called from the signal handler, possibly while it is reading already."""
        self._pending = True
        while self._pending and not self._reading:
            self._reading, self._pending = True, False
            try:
                with suppress(OSError, ValueError):
                    self._read()
            finally:
                self._reading = False

    def _read(self) -> bool:
        """Reads available input without waiting; returns False at its end."""
        while select.select([0], [], [], 0)[0]:
            chunk = os.read(0, 65536)
            *lines, self._input = (self._input + (chunk or b"\n")).split(b"\n")
            for line in filter(None, lines):
                self._handle_line(line)
            if not chunk:
                return False
        return True

    def _handle_line(self, line: bytes) -> None:
        try:
            message = json.loads(line)
        except ValueError:
            message = None
        if isinstance(message, dict) and message.get("cancel") is True:
            os.kill(os.getpid(), signal.SIGINT)
        else:
            self._answers.append(message.get("answer") if isinstance(message, dict) else None)


class TextReporter:
    """Prints progress on standard error, and the result on standard output."""

    def __init__(self, yes: bool, replace_edited: bool) -> None:
        self._yes = yes
        self._replace = replace_edited
        self._terminal = sys.stderr.isatty()
        self._began = 0.0
        self._folded = Folded()

    def tell(self, event: Event) -> None:
        """Prints it, if it is of a kind shown as text."""
        handlers: dict[type, Callable[[Any], None]] = {
            CheckpointBegun: self._checkpoint,
            ChangeMade: self._change,
            Output: self._output,
            Observed: self._finding,
            Failure: self._failure,
            Repaired: self._repaired,
            RepairEnded: self._repair_ended,
            Ended: self._end,
        }
        if handler := handlers.get(type(event)):
            handler(event)

    def _checkpoint(self, event: CheckpointBegun) -> None:
        write(f"\n{event.number}/{event.count}  {event.checkpoint.title}", "title", stream=sys.stderr)
        write(event.checkpoint.objective, "quiet", 2, sys.stderr)

    def _change(self, event: ChangeMade) -> None:
        title = one_line(event.change.title)
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
        # Frames of a traceback are in the output of `--format json`.
        if self._folded.shows(event.text):
            write(output_line(event.text, 200), "quiet", 6, sys.stderr, wrap=False)

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
            write(output_line(line), "quiet", 6, sys.stderr, wrap=False)
        write(event.text, "failed", stream=sys.stderr)
        if event.remedy:
            write(_("What to do: {text}").format(text=event.remedy), "plain", stream=sys.stderr)

    def _repaired(self, event: Repaired) -> None:
        write(_("repaired: {title}").format(title=event.observed.probe.title), "passed", 2, sys.stderr)

    def _repair_ended(self, event: RepairEnded) -> None:
        from wizard.outputs.repairs import show_repair_end

        show_repair_end(event)

    def ask(self, question: Question | Offer) -> bool:
        """Asks on the terminal; without one, or with `--yes`, the answer is no."""
        if self._replace:
            return True
        if self._yes or not sys.stdin.isatty():
            return False
        if isinstance(question, Offer):
            write(_("{title}: {remedy}").format(title=question.title, remedy=question.text), "plain", stream=sys.stderr)
            for command in question.commands:
                write(command, "title", 4, sys.stderr, wrap=False)
            return _confirm(_("Carry this out, as root?") if question.commands else _("Make it anew, empty?"))
        return _confirm(question.text)

    def consent(self, session: Session, points: Sequence[Checkpoint]) -> bool:
        """Asks on the terminal."""
        text = _("Install {guide}, instance {name}, on this machine?")
        return _confirm(text.format(guide=session.guide.title(), name=session.instance))

    def listen(self) -> None:
        """Does nothing: a person has Ctrl-C."""

    def close(self) -> None:
        """Does nothing."""

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


def _confirm(text: str) -> bool:
    yes, no = _("y"), _("N")
    prompt(f"{text} [{yes}/{no}] ")
    return sys.stdin.readline().strip().lower() in ("y", "yes", "o", "oui")
