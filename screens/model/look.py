"""How things look on this terminal: which signs its font has, and how a state is told without colour."""

from __future__ import annotations

import locale
import os
from collections.abc import Mapping

from wizard.base.language import _, _n
from wizard.base.values import Value
from wizard.findings.words import outcome_count, outcome_word

# Terminals whose font is the machine's own, with 256 or 512 signs, or that nobody knows.
POOR = ("linux", "vt", "ansi", "dumb", "cons", "xterm-old", "unknown")

SIGNS = {
    "todo": (" ", "○"),
    "doing": (">", "▶"),
    "stopped": ("=", "■"),
    "ok": ("ok", "✓"),
    "look": ("!", "!"),
    "red": ("X", "✗"),
    "skipped": ("-", "–"),
    "unknown": ("?", "?"),
    "": ("..", "·"),
}
PROBES = {
    "passed": "ok",
    "warning": "look",
    "failed": "red",
    "crashed": "red",
    "skipped": "skipped",
    "unknown": "unknown",
}
COLOURS = {
    "todo": "",
    "doing": "$primary",
    "stopped": "$warning",
    "ok": "$success",
    "look": "$warning",
    "red": "$error",
    "skipped": "dim",
    "unknown": "$secondary",
    "": "dim",
}


class Look(Value):
    """`rich`: the font has signs beyond ASCII. `colours`: how many there are, or 0 where none are wanted."""

    rich: bool = True
    colours: int = 1 << 24

    def sign(self, state: str) -> str:
        """The sign of a state."""
        return SIGNS[state][self.rich]

    def dots(self) -> str:
        """What says that something goes on."""
        return "…" if self.rich else "..."


def look(env: Mapping[str, str] | None = None, encoding: str | None = None) -> Look:
    """What the terminal can show, from `TERM`, `COLORTERM`, `NO_COLOR` and the locale's encoding."""
    env = os.environ if env is None else env
    term = env.get("TERM", "")
    encoding = encoding if encoding is not None else locale.getpreferredencoding(False)
    rich = "utf" in encoding.lower() and bool(term) and not term.startswith(POOR)
    if env.get("NO_COLOR"):
        return Look(rich, 0)
    if env.get("COLORTERM") in ("truecolor", "24bit"):
        return Look(rich, 1 << 24)
    return Look(rich, 256 if "256color" in term or "kitty" in term else 16)


def plain(env: Mapping[str, str] | None = None) -> bool:
    """Whether screens cannot be drawn here at all."""
    env = os.environ if env is None else env
    return env.get("TERM", "dumb") in ("dumb", "unknown", "")


OUTCOMES = {"ok": "passed", "look": "warning", "red": "failed", "skipped": "skipped", "unknown": "unknown"}


def word(state: str) -> str:
    """A state in one word of the language that is spoken."""
    if state in OUTCOMES:
        return outcome_word(OUTCOMES[state])
    return {"todo": _("to do"), "doing": _("doing"), "stopped": _("stopped")}.get(state, "")


def count_word(state: str, count: int) -> str:
    """So many checkpoints in that state: `2 passed`, `3 to do`."""
    if state in OUTCOMES:
        return outcome_count(OUTCOMES[state], count)
    return {
        "todo": _n("{count} to do", "{count} to do", count),
        "doing": _n("{count} being done", "{count} being done", count),
        "stopped": _n("{count} stopped", "{count} stopped", count),
    }[state].format(count=count)
