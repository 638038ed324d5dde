"""A child that changes things, told line by line: what it does, what it asks, and how Ctrl-C ends it in order."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable

from screens.model.children import Event, Run
from screens.model.walk import Walk
from screens.plain.findings import show
from screens.plain.terminal import Back, Left, Terminal
from wizard.base.language import _, _n

# Often enough to see that it goes on, seldom enough to be read aloud.
EVERY = 10.0
INTERRUPTED = "interrupted"


async def follow(terminal: Terminal, walk: Walk, run: Run) -> str:
    """Tells a run to its end and returns its outcome. What it was asked to end by Ctrl-C is told as interrupted."""
    following = _Following(terminal, walk, run)
    before = signal.getsignal(signal.SIGINT)
    following.listen()
    ticking = asyncio.ensure_future(following.tick())
    walk.began()
    try:
        async for batch in run.events():
            for event in batch:
                walk.told(event)
                following.tell(event)
    finally:
        ticking.cancel()
        asyncio.get_running_loop().remove_signal_handler(signal.SIGINT)
        signal.signal(signal.SIGINT, before)
    following.end()
    if following.leaving:
        raise Left
    return following.outcome


class _Following:
    """What is known of the run while it goes on."""

    def __init__(self, terminal: Terminal, walk: Walk, run: Run) -> None:
        self._terminal = terminal
        self._walk = walk
        self._run = run
        self._asked_to_end = 0
        self._told = time.monotonic()
        self.outcome = ""
        self.leaving = False

    def listen(self) -> None:
        """Ctrl-C interrupts the run from now on."""
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, self.interrupt)

    def interrupt(self) -> None:
        """Ctrl-C: the first asks it to end, a further one makes it end."""
        self._asked_to_end += 1
        if self._asked_to_end == 1:
            self._terminal.say("")
            self._terminal.say(_("Asked it to stop; it ends what it does in order. Wait a moment."))
            self._run.cancel()
        else:
            self._run.kill()

    async def tick(self) -> None:
        """Says now and then what goes on, and for how long."""
        while True:
            await asyncio.sleep(1)
            if time.monotonic() - self._told < EVERY:
                continue
            self._told = time.monotonic()
            if change := self._walk.current:
                text = _("{seconds:.0f} s: {line}").format(seconds=change.seconds, line=change.last or change.title)
                self._terminal.say(text[: self._terminal.width * 2], 4, 2)
            elif self._walk.output:
                self._terminal.say(self._walk.output[-1][: self._terminal.width * 2], 4, 2)

    def tell(self, event: Event) -> None:
        """Says one event."""
        teller: Callable[[Event], None] | None = getattr(self, f"_{event['event']}", None)
        if teller:
            teller(event)

    def end(self) -> None:
        """It is over: how, where it could not say so itself."""
        if self._asked_to_end and self.outcome in ("", INTERRUPTED):
            self.outcome = INTERRUPTED
            self._terminal.say(_("Interrupted. What was done stays, and doing it again goes on from there."))
        elif not self.outcome:
            self.outcome = "failed"
            for line in self._run.words.splitlines()[-15:] or [_("It ended without a word; do it again.")]:
                self._terminal.say(line, 2, 2)
        if self._walk.end is None:
            self._walk.ended({"event": "end", "outcome": self.outcome})

    def _checkpoint(self, event: Event) -> None:
        self._terminal.title(
            _("{number} of {count}: {title}").format(number=event["number"], count=event["of"], title=event["title"])
        )

    def _change(self, event: Event) -> None:
        if event["state"] == "begun":
            self._told = time.monotonic()
            self._terminal.say(f"+ {event['title']}", 2, 2)
        elif event["state"] == "declined":
            self._terminal.say(_("kept: {title}").format(title=event["title"]), 4, 2)
        else:
            point = self._walk.point(str(event["checkpoint"]))
            seconds = point.done[-1].seconds if point and point.done else 0
            if seconds >= 1:
                self._terminal.say(_("done in {seconds:.0f} s").format(seconds=seconds), 4)

    def _repaired(self, event: Event) -> None:
        self._terminal.say(_("repaired: {title}").format(title=event["title"]), 2, 2)

    def _probe(self, event: Event) -> None:
        show(self._terminal, event)

    def _question(self, event: Event) -> None:
        words = {
            "replace": _("replace it"),
            "keep": _("keep it as it is"),
            "do": _("do it"),
            "leave": _("leave it as it is"),
        }
        choices = [str(one) for one in event["choices"]]
        self._terminal.say("")
        self._terminal.say(str(event["text"]))
        for command in event.get("commands", ()):
            self._terminal.command(command, 4)
        default = choices.index(event["default"]) + 1
        chosen = str(event["default"])
        # At a prompt nobody waits for the loop: Ctrl-C must reach it at once.
        asyncio.get_running_loop().remove_signal_handler(signal.SIGINT)
        try:
            number = self._terminal.choose([words.get(one, one) for one in choices], default)
            chosen = choices[number - 1]
        except Back:
            self._terminal.say(_("Left as it is."))
        except (Left, KeyboardInterrupt):
            # Whoever leaves here leaves a run: it ends first.
            self.leaving = True
            self.interrupt()
        finally:
            self.listen()
        self._walk.question = None
        self._run.answer(chosen)

    def _failure(self, event: Event) -> None:
        for line in event["output"]:
            self._terminal.verbatim(line, 4)
        self._terminal.say(str(event["text"]), 2, 2)
        if event["remedy"]:
            self._terminal.say(_("What to do: {text}").format(text=event["remedy"]), 2, 2)

    def _end(self, event: Event) -> None:
        self.outcome = str(event["outcome"])
        if self.outcome == INTERRUPTED:
            self._asked_to_end = max(1, self._asked_to_end)
            return
        for one in event.get("left", ()):
            if one["because"]:
                text = _("left: {title}: {why}").format(title=one["title"], why=one["because"])
                self._terminal.say(text, 2, 2)
        count = int(event["changes"])
        changes = _n("{count} change", "{count} changes", count).format(count=count)
        well = self.outcome in ("done", "passed", "warning")
        verdict = _("Done") if well else _("Stopped; what was done stays")
        text = _("{verdict}. {changes}, {seconds:.0f} s")
        self._terminal.say(text.format(verdict=verdict, changes=changes, seconds=event["seconds"]))
