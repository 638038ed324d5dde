"""A probe of the guide's own, for what no probe of wizard.api looks at. It looks, and changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wizard.api import Cause, Content, Finding, Host, Probe, Reading, Remedy, failed, passed, shell_word, translator

_ = translator(__file__)


class Greets(Probe):
    """A file holds the greeting."""

    path: str
    greeting: str
    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        """The file's contents."""
        return [Content(self.path)]

    def observe(self, host: Host) -> Finding:
        """Whether the line is there, and what is there instead."""
        text = (host.get(Content(self.path)) or b"").decode(errors="replace")
        wanted = f"GREETING={shell_word(self.greeting)}"
        if wanted in text.splitlines():
            return passed(_("{path} has the line {line}").format(path=self.path, line=wanted))
        return failed(
            _("{path} has no line {line}").format(path=self.path, line=wanted),
            # Ids of causes are kebab-case, and never change either.
            cause=Cause("greeting-missing", _("The file was not written, or somebody changed it.")),
            # The step that repairs it, by its key.
            remedy=Remedy(_("Write the file again."), step=f"file:{self.path}"),
        )
