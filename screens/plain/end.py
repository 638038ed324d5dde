"""The report at the end: where it runs, the first account, what was skipped, how to check and how to undo it."""

from __future__ import annotations

import sys

from screens.model.elsewhere import elsewhere
from screens.model.instance import Instance
from screens.model.point import SKIPPED
from screens.model.walk import Walk
from screens.plain.findings import show
from screens.plain.looking import Looking
from screens.plain.terminal import Terminal
from wizard import shell_name
from wizard.base.language import _
from wizard.base.launcher import command_name
from wizard.base.rendering import shell_word


class End:
    """What awaits at the end."""

    def __init__(self, terminal: Terminal, instance: Instance, walk: Walk, looking: Looking) -> None:
        self._terminal = terminal
        self._instance = instance
        self._walk = walk
        self._looking = looking

    async def show(self) -> None:
        """Shows it, and the password where it is asked for, until the person goes back."""
        await self._keep()
        while True:
            self.report()
            choices = [_("back to the whole way"), _("leave")]
            if self._instance.arrival.account:
                choices.append(_("show the password of the first account"))
            named = 0
            if shell_name.linked():
                choices.append(_("take away the command `jalon`"))
                named = len(choices)
            elif command_name() != "jalon":
                choices.append(_("make `jalon` a command of this machine"))
                named = len(choices)
            chosen = self._terminal.choose(choices)
            if chosen == 1:
                return
            if chosen == 2:
                self._terminal.leave()
            if chosen == named:
                await self._name()
                continue
            password = self._instance.password
            if password:
                self._terminal.reveal(password)
            else:
                self._terminal.say(_("This user may not read it; root can, in secrets.toml in the state's folder."))
            self._terminal.ask(_("Enter: go on"))

    async def _name(self) -> None:
        """Makes `jalon` a command of this machine, or takes that away: that is what was chosen."""
        away = shell_name.linked()
        if refused := () if away else shell_name.hindrance():
            for text in refused:
                self._terminal.say(text, 2, 2)
            return
        if await self._looking.gain_root(_("It is a link in a folder of root's.")):
            answer = await self._looking.link(*(["--remove"] if away else []))
            done = _("It is gone.") if away else _("From now on, `jalon` starts it.")
            self._terminal.say(answer.words if answer.status else done, 2, 2)

    async def _keep(self) -> None:
        """The reasons given before there was a state to keep them in."""
        for point in self._walk.points:
            if point.because:
                await self._looking.keep(point.id, point.because)

    def report(self) -> None:
        """Says what there is to know at the end."""
        say, arrival = self._terminal.say, self._instance.arrival
        self._terminal.title(_("Report"))
        say(_("Everything holds.") if self._walk.green else _("Not everything holds yet."))
        for point in self._walk.points:
            if not point.green and point.state != SKIPPED:
                say(_("still open: {title}").format(title=point.title), 2, 2)
        running = [probe for point in self._walk.points for probe in point.probes.values()]
        for probe in running:
            if probe["id"] in arrival.running and probe["outcome"]:
                show(self._terminal, probe)
        self._reached()
        for text, value in (
            (_("First account: {value}"), arrival.account),
            (_("Backups: {value}"), arrival.backups),
            (_("Next: {value}"), arrival.next),
        ):
            if value:
                say(text.format(value=value), 0, 2)
        for point in self._walk.points:
            if point.because:
                say(_("Skipped: {title}, because: {reason}").format(title=point.title, reason=point.because), 0, 2)
        say(_("To check it again:"))
        self._terminal.command(self._command("verify"))
        say(_("To undo it, data kept:"))
        self._terminal.command(self._command("undo"))
        say("")

    def _reached(self) -> None:
        """Where it is reached, from here and from another machine, and whether that would get through."""
        say, address = self._terminal.say, self._instance.arrival.address
        if address:
            say(_("Address: {value}").format(value=address), 0, 2)
        told, commands = elsewhere(self._instance, self._walk)
        for text in told:
            say(_("From another machine: {text}").format(text=text), 0, 2)
        for command in commands:
            self._terminal.command(command)

    def _command(self, verb: str) -> str:
        words = [sys.argv[0], verb, self._instance.guide.id]
        if self._instance.guide.instance_key:
            words += ["--instance", self._instance.name]
        sudo = "sudo " if verb == "undo" and self._instance.guide.root and not self._instance.facts.root else ""
        return sudo + " ".join(map(shell_word, words))
