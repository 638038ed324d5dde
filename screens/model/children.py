"""Starting `jalon` as a child for all that looks at a host or changes it, through sudo where that takes root.

The screens never read a host themselves beyond its facts, and never change it: whatever happens to a child, the
screens go on, and whatever happens to the screens, a child ends in order.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from wizard.base.system_words import os_words
from wizard.base.values import Value
from wizard.base.visible import each_text, visible
from wizard.host.children import HANDED_ON

Event = dict[str, Any]

CHUNK = 1 << 16
LONGEST = 8 << 20
LONGEST_SHOWN = 4000
CANCEL = b'{"cancel": true}\n'

_living: dict[asyncio.subprocess.Process, bool] = {}
"""The children that were started and were not seen to end, each with whether it ends in order."""


class Answer(Value):
    """What a child printed that was asked once: its exit status, its object, and its words for a person."""

    status: int
    data: Any
    words: str


class Jalon(Value):
    """How `jalon` is started: its program, the language it speaks, and whether sudo is to start it."""

    program: tuple[str, ...]
    language: str
    sudo: bool = False

    def command(self, *words: str, root: bool = False) -> list[str]:
        """The whole command line. No secret is ever in it."""
        before: list[str] = []
        if root and self.sudo:
            before = ["sudo", "-n", *handed_on(), "--"]
        return [*before, *self.program, *words, "--lang", self.language]

    async def ask(self, *words: str, root: bool = False) -> Answer:
        """Runs a command that prints one JSON object; `data` is None where it printed none."""
        child = await started(self.command(*words, root=root), stdin=asyncio.subprocess.DEVNULL)
        try:
            out, err = await child.communicate()
        except asyncio.CancelledError:
            with suppress(ProcessLookupError, PermissionError):
                child.terminate()
                # What was asked for as root may not be signalled; it only looks, and ends by itself.
                await child.wait()
            raise
        try:
            data = json.loads(out)
        except ValueError:
            data = None
        return Answer(child.returncode or 0, _shown(data), visible(err.decode(errors="replace").strip()))

    async def start(self, *words: str, root: bool = False) -> Run:
        """Starts a command that prints one JSON object a line."""
        command = self.command(*words, root=root)
        return Run(await started(command, stdin=asyncio.subprocess.PIPE, in_order=True))


@dataclass
class Run:
    """A child that changes things, while it runs."""

    child: asyncio.subprocess.Process
    words: str = ""
    _complaint: asyncio.Task[bytes] | None = field(default=None, repr=False)

    async def events(self) -> AsyncIterator[list[Event]]:
        """What it says, in the batches in which it arrives, until it ends; then `status` and `words` are known."""
        assert self.child.stdout is not None
        assert self.child.stderr is not None
        self._complaint = asyncio.ensure_future(self.child.stderr.read())
        rest = b""
        while chunk := await self.child.stdout.read(CHUNK):
            *lines, rest = (rest + chunk).split(b"\n")
            if batch := [event for line in lines if (event := _event(line))]:
                yield batch
            # A child that talks without end must not keep keys waiting.
            await asyncio.sleep(0)
        if event := _event(rest):
            yield [event]
        await self.child.wait()
        self.words = visible((await self._complaint).decode(errors="replace").strip())

    @property
    def status(self) -> int | None:
        """Its exit status; None while it runs."""
        return self.child.returncode

    def answer(self, choice: str) -> None:
        """Answers the question it asked."""
        self._say(json.dumps({"answer": choice}).encode() + b"\n")

    def cancel(self) -> None:
        """Asks it to end in order: what it does is undone or left whole, and its children end."""
        self._say(CANCEL)

    def kill(self) -> None:
        """Ends it at once, where it may be signalled; the next run finishes what it left."""
        with suppress(ProcessLookupError, PermissionError):
            self.child.send_signal(signal.SIGTERM)

    def _say(self, said: bytes) -> None:
        if self.child.stdin is not None and not self.child.stdin.is_closing():
            with suppress(OSError):
                self.child.stdin.write(said)


def handed_on() -> tuple[str, ...]:
    """The option by which sudo hands on what the network of a site may need, and which it drops unless told."""
    kept = ",".join(sorted(name for name in HANDED_ON if name in os.environ))
    return (f"--preserve-env={kept}",) if kept else ()


async def started(
    command: Sequence[str], stdin: int, in_order: bool = False, env: Mapping[str, str] | None = None
) -> asyncio.subprocess.Process:
    """The program; one that cannot be started is a child too, which says so and ends. `env` is ours unless said.
    `in_order`: it is not to be ended before it has brought to an end what it does, and takes a cancellation on its
    standard input."""
    pipe = asyncio.subprocess.PIPE
    try:
        child = await asyncio.create_subprocess_exec(
            *command, stdin=stdin, stdout=pipe, stderr=pipe, limit=LONGEST, env=env
        )
    except OSError as error:
        words = f"{command[0]}: {os_words(error)}"
        say = ("/bin/sh", "-c", 'echo "$1" >&2; exit 127', "sh", words)
        child = await asyncio.create_subprocess_exec(*say, stdin=stdin, stdout=pipe, stderr=pipe, limit=LONGEST)
    for one in [one for one in _living if one.returncode is not None]:
        del _living[one]
    _living[child] = in_order
    return child


def tell_all_to_stop() -> None:
    """Tells every child that lives to stop, from any thread, and waits for none. What sudo started may not be
    signalled; where it only looks, it ends by itself."""
    for child, in_order in list(_living.items()):
        with suppress(OSError, ValueError, AttributeError):
            if in_order and child.stdin is not None:
                # Not through the loop, which may be held up.
                os.write(child.stdin.get_extra_info("pipe").fileno(), CANCEL)
            elif child.returncode is None:
                child.terminate()


def _event(line: bytes) -> Event | None:
    try:
        event = json.loads(line)
    except ValueError:
        return None
    if not isinstance(event, dict) or "event" not in event:
        return None
    # Most lines hold nothing that could be spelt out, and there may be thousands at once.
    plain = len(line) < LONGEST_SHOWN and line.isascii() and b"\\" not in line and b"\x7f" not in line
    return event if plain else _shown(event)


def _shown(data: Any) -> Any:
    """What a child printed, fit to be shown: JSON brings every character that a host has."""
    return each_text(data, visible)
