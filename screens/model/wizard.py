"""What screens and the plain walk may know of the application: no screen imports the application itself."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from screens.model.children import Jalon
from screens.model.instance import Instance
from screens.model.look import Look
from wizard.host.facts import Facts


class Wizard(Protocol):
    """The application, as a screen sees it."""

    facts: Facts | None
    """What is known of this machine; None until it was looked at."""
    state_dir: str
    """Where states are kept, if not as usual."""

    @property
    def look(self) -> Look:
        """What the terminal can show."""

    @property
    def folder(self) -> Path:
        """A folder that only this user may enter; it goes when the wizard ends."""

    @property
    def jalon(self) -> Jalon:
        """How children are started now."""

    def may_look_as_root(self, instance: Instance) -> bool:
        """Whether children that look may run as root without a question."""

    async def still_root(self) -> bool:
        """Whether sudo, which keeps a password for some minutes only, lets in without one now."""

    async def become_root(self, instance: Instance) -> bool:
        """Makes sure that a child that changes things can; asks for sudo's password where it must."""

    async def gain_root(self) -> bool:
        """The same, for what changes the machine whichever the guide."""

    def copy(self, text: str) -> None:
        """To the terminal's clipboard, and says so where it hides nothing."""

    def begin(self, instance: Instance) -> None:
        """Opens the route of an instance."""

    def action_help(self) -> None:
        """Says what the screen on top is for, and its keys."""
