"""The way in: this machine, the instances that are here, the guides; and from there to the walk."""

from __future__ import annotations

from pathlib import Path

from screens.model.adoption import adopt, by_hand
from screens.model.children import Jalon
from screens.model.form import Form
from screens.model.instance import Instance, begun, may_begin, opened, there
from screens.model.inventory import unusable
from screens.plain.questions import Questions
from screens.plain.route import Route
from screens.plain.terminal import Back, Terminal
from wizard.answers.questions import BadAnswers
from wizard.base.errors import Refused
from wizard.base.language import _
from wizard.guide import Guide
from wizard.guides.registry import guides
from wizard.host.facts import Facts, gather
from wizard.outputs.facts import readable


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
        self._terminal.say(_("Installs server applications step by step, and proves each one."))
        self._terminal.say(_("At every question: Enter takes what stands in brackets, ? helps, b goes back, q leaves."))
        self._machine(facts)
        for why in unusable().values():
            self._terminal.say(why)
        self._jalon = Jalon(self._jalon.program, self._jalon.language, sudo=not facts.root)
        # Without root what is here can hardly be told; whoever has it sees what somebody installed by hand.
        found = [
            (guide, name)
            for guide in guides().values()
            for name in await by_hand(self._jalon, guide, self._state_dir, facts.root)
        ]
        while True:
            try:
                instance = await self._chosen(facts, found)
                await Route(self._terminal, self._jalon, instance, self._folder).walk()
            except Back:
                continue
            except Refused as refused:
                for line in refused.lines:
                    self._terminal.say(line)

    def _machine(self, facts: Facts) -> None:
        self._terminal.say("")
        for name, value in readable(facts).items():
            self._terminal.say(_("{title}: {evidence}").format(title=name, evidence=value), 2, 2)

    async def _chosen(self, facts: Facts, found: list[tuple[Guide, str]]) -> Instance:
        known = guides()
        self._terminal.say("")
        self._terminal.say(_("What do you want to do?"))
        offered = [(guide, name) for guide in known.values() for name in there(guide, self._state_dir)]
        here = [(guide.id, name) for guide, name in (*offered, *found)]
        new = [guide for guide in known.values() if may_begin(guide, [name for id, name in here if id == guide.id])]
        words = [
            *(
                _("go on with {name} ({guide}), or look at it again").format(name=name, guide=guide.title())
                for guide, name in offered
            ),
            *(
                _("take over {name} ({guide}), which was installed by hand").format(name=name, guide=guide.title())
                for guide, name in found
            ),
            *(_("install {guide}: {summary}").format(guide=guide.title(), summary=guide.summary()) for guide in new),
        ]
        number = self._choice(words)
        if number < len(offered) + len(found):
            guide, name = [*offered, *found][number]
            if (guide, name) in found:
                if wrong := await adopt(self._jalon, guide, name, self._state_dir):
                    raise Refused(wrong)
                found.remove((guide, name))
            return opened(guide.id, name, self._state_dir)
        guide = new[number - len(here)]
        form = Form(guide, facts, self._state_dir)
        Questions(self._terminal, form).ask()
        try:
            return begun(guide, form.given, form.generated, facts, self._folder, self._state_dir)
        except BadAnswers as bad:
            raise Refused(*(f"{key}: {text}" for key, text in bad.errors)) from None

    def _choice(self, words: list[str]) -> int:
        help = _("An instance is one installation of a guide. Nothing is changed before you say so.")
        while True:
            try:
                return self._terminal.choose(words, 1, help) - 1
            except Back:
                self._terminal.say(_("This is the beginning; q leaves."))
