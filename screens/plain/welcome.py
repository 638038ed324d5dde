"""The way in: this machine, the instances that are here, the guides; and from there to the walk."""

from __future__ import annotations

from pathlib import Path

from screens.children import Jalon
from screens.instance import Instance, begun, opened, there
from screens.plain.questions import Questions
from screens.plain.route import Route
from screens.plain.terminal import Back, Terminal
from wizard.answers import BadAnswers
from wizard.guide import Guide
from wizard.guides import guides
from wizard.host.facts import Facts, gather
from wizard.language import _
from wizard.outputs.facts import readable
from wizard.status import Stop


class Welcome:
    """What may be begun or gone on with here."""

    def __init__(self, terminal: Terminal, jalon: Jalon, folder: Path, state_dir: str = "") -> None:
        self._terminal = terminal
        self._jalon = jalon
        self._folder = folder
        self._state_dir = state_dir

    async def walk(self) -> None:
        """Asks what to do and does it, until the person leaves."""
        facts = gather()
        self._terminal.title("Jalon")
        self._terminal.say(_("Installs server applications checkpoint by checkpoint, and proves each one."))
        self._terminal.say(_("At every question: Enter takes what stands in brackets, ? helps, b goes back, q leaves."))
        self._machine(facts)
        while True:
            try:
                instance = self._chosen(facts)
                jalon = Jalon(self._jalon.program, self._jalon.language, sudo=not facts.root)
                await Route(self._terminal, jalon, instance, self._folder).walk()
            except Back:
                continue
            except Stop as stop:
                for line in stop.lines:
                    self._terminal.say(line)

    def _machine(self, facts: Facts) -> None:
        self._terminal.say("")
        for name, value in readable(facts).items():
            self._terminal.say(_("{title}: {evidence}").format(title=name, evidence=value), 2, 2)

    def _chosen(self, facts: Facts) -> Instance:
        self._terminal.say("")
        self._terminal.say(_("What do you want to do?"))
        known = guides()
        offered: list[tuple[Guide, str]] = [
            (guide, name) for guide in known.values() for name in there(guide, self._state_dir)
        ]
        offered += [(guide, "") for guide in known.values()]
        words = [
            _("go on with {name} ({guide}), or look at it again").format(name=name, guide=guide.title())
            if name
            else _("install {guide}: {summary}").format(guide=guide.title(), summary=guide.summary())
            for guide, name in offered
        ]
        guide, name = offered[self._choice(words)]
        if name:
            return opened(guide.id, name, self._state_dir)
        given, secrets = Questions(self._terminal, guide, facts, self._state_dir).ask()
        try:
            return begun(guide, given, secrets, facts, self._folder, self._state_dir)
        except BadAnswers as bad:
            raise Stop(1, *(f"{key}: {text}" for key, text in bad.errors)) from None

    def _choice(self, words: list[str]) -> int:
        help = _("An instance is one installation of a guide. Nothing is changed before you say so.")
        while True:
            try:
                return self._terminal.choose(words, 1, help) - 1
            except Back:
                self._terminal.say(_("This is the beginning; q leaves."))
