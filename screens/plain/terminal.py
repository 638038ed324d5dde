"""A terminal of which nothing is asked but lines: what is said fits its width, and every prompt has a way out."""

from __future__ import annotations

import getpass
import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence

from wizard.base.language import _
from wizard.base.visible import spelt, visible

NARROWEST = 20
HELP, BACK, LEAVE = "?", "b", "q"


class Left(Exception):
    """The person leaves the wizard."""


class Back(Exception):
    """The person goes back to what was before."""


class Terminal:
    """Says and asks. Every prompt takes `?` for help, `b` to go back (`Back`) and `q` to leave (`Left`); the end of the
    input leaves too."""

    @property
    def width(self) -> int:
        """Columns now."""
        return max(NARROWEST, shutil.get_terminal_size((80, 24)).columns)

    def say(self, text: str, indent: int = 0, hang: int = 0) -> None:
        """A paragraph, no line of it longer than the terminal is wide."""
        margin = " " * min(indent, self.width // 3)
        for line in visible(text).expandtabs(4).splitlines() or [""]:
            self._print(_wrapped(line, self.width - 1, margin, margin + " " * hang) or [""])

    def verbatim(self, text: str, indent: int = 4) -> None:
        """Text whose spaces matter, cut where it has to be."""
        room = self.width - 1 - indent
        for line in visible(text).expandtabs(4).splitlines() or [""]:
            self._print(" " * indent + line[at : at + room] for at in range(0, max(len(line), 1), room))

    def reveal(self, secret: str, indent: int = 4) -> None:
        """A secret that the person asked to see."""
        self._print([" " * indent + spelt(secret)])

    def command(self, text: str, indent: int = 4) -> None:
        """A command to type: folded between words by `\\`, as a shell takes it; no word is ever broken."""
        margin = " " * indent
        for line in visible(text).splitlines():
            self._print(margin + one for one in folded(line, self.width - 3 - indent))

    def title(self, text: str) -> None:
        """Where we are: told apart by space and a line of its own."""
        self.say("")
        self.say(f"== {text}")

    def ask(self, text: str, default: str = "", help: str = "") -> str:
        """One line of text; Enter takes the default. What is put in double quotes is taken as it stands."""
        shown = f"{text} [{default}]" if default else text
        said = self._answer(shown, help).strip()
        if len(said) > 1 and said[0] == said[-1] == '"':
            return said[1:-1]
        return said or default

    def choose(self, choices: Sequence[str], default: int = 1, help: str = "") -> int:
        """The number of one of these, from 1 on; Enter takes the default."""
        for number, choice in enumerate(choices, 1):
            self.say(f"{number:>2}  {choice}", hang=4)
        return self.number(len(choices), default, help)

    def number(self, most: int, default: int, help: str = "") -> int:
        """A number from 1 to `most`; Enter takes the default."""
        while True:
            said = self._answer(_("Number [{default}]").format(default=default), help).strip()
            if not said:
                return default
            if said.isdecimal() and 1 <= int(said) <= most:
                return int(said)
            self.say(_("A number from 1 to {count} is wanted.").format(count=most))

    def hidden(self, text: str, help: str = "") -> str:
        """One line that is not shown while it is typed."""
        while True:
            try:
                said = getpass.getpass(self._prompt(text))
            except EOFError:
                self._print([""])
                raise Left from None
            except UnicodeDecodeError as error:
                said = error.object.decode(errors="replace").rstrip("\n")
            if not self._means(said, help):
                return said

    def page(self, lines: Iterable[str]) -> None:
        """Many lines as they are, so many at a time as the terminal is high."""
        high = max(5, shutil.get_terminal_size((80, 24)).lines - 2)
        shown = 0
        for line in lines:
            self.verbatim(line, 0)
            shown += 1 + max(0, len(line) - 1) // (self.width - 1)
            if shown >= high:
                shown = 0
                try:
                    self._answer(_("Enter: more; b: enough"), "")
                except Back:
                    return

    def leave(self) -> None:
        """Leaves."""
        raise Left

    def _answer(self, text: str, help: str) -> str:
        while True:
            sys.stdout.write(self._prompt(text))
            sys.stdout.flush()
            said = sys.stdin.readline()
            if not said:
                self._print([""])
                raise Left
            said = said.rstrip("\r\n")
            if not self._means(said, help):
                return said

    def _means(self, said: str, help: str) -> bool:
        """Follows what is a word to the prompt itself; True for help, which was given."""
        word = said.strip().lower()
        if word == LEAVE:
            raise Left
        if word == BACK:
            raise Back
        if word != HELP:
            return False
        if help:
            self.say(help)
        self.say(_("Enter takes what stands in brackets. ?: this help. b: back. q: leave; what is done stays done."))
        self.say(_('What is put in double quotes is taken as it stands: `"b"` is the letter, `""` is nothing.'))
        return True

    def _prompt(self, text: str) -> str:
        """The last line of a question, so short that there is room behind it; what is before it is said."""
        *before, last = _wrapped(visible(text), self.width - 3) or [""]
        self._print(before)
        return f"{last}: "

    def _print(self, lines: Iterable[str]) -> None:
        for line in lines:
            print(line.rstrip(), flush=True)


def _wrapped(line: str, width: int, first: str = "", rest: str = "") -> list[str]:
    return textwrap.wrap(line, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)


def folded(command: str, room: int) -> list[str]:
    """A shell's command in lines of at most so many letters, joined by `\\`; only between words, never within one."""
    lines = [""]
    for word in _words(command):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > room:
            lines[-1] += " \\"
            lines.append("    " + word)
        else:
            lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
    return lines


def _words(command: str) -> list[str]:
    """What a shell takes for words, their quotes as they are; a space within quotes is no border."""
    found, word, quote, skipped = [], "", "", False
    for letter in command:
        if letter == " " and not quote and not skipped:
            found.append(word)
            word = ""
            continue
        word += letter
        if skipped:
            skipped = False
        elif letter == "\\" and quote != "'":
            skipped = True
        elif quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
    # Several spaces in a row mean what one does.
    return [one for one in [*found, word] if one]
