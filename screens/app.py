"""The application: what all screens know, how children are started for them, and how root is become."""

from __future__ import annotations

import asyncio
import atexit
import re
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

from textual.app import SystemCommand
from textual.binding import BindingType
from textual.command import CommandPalette
from textual.filter import LineFilter
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.scrollbar import ScrollBar, ScrollBarRender

from screens.model.children import Jalon, tell_all_to_stop
from screens.model.ending import Ending
from screens.model.instance import Instance, forget, forget_left_behind, private_folder
from screens.model.look import Look
from screens.model.preparation import Preparation
from screens.model.sudo import Sudo
from screens.pages.page import Page
from screens.widgets.console import THEMES, Readable, Uncoloured
from screens.widgets.keys import ALL_ARROWS, N_, is_arrow, key
from screens.widgets.spoken import Spoken
from screens.widgets.textual_private import QuietApp
from screens.widgets.unseen import UNSEEN
from wizard.base.language import LANGUAGES, _, set_language
from wizard.base.language import _ as spoken
from wizard.base.visible import visible
from wizard.guides.registry import options
from wizard.host.facts import Facts
from wizard.outputs.text import say
from wizard.record.faults import tell_fault

FAULT = 70
"""The exit status after an error that nobody foresaw (sysexits.h)."""
STYLE = Path(__file__).with_name("style.tcss")
WORDS = {
    **{"up": N_("Up"), "down": N_("Down"), "left": N_("Left"), "right": N_("Right"), "space": N_("Space")},
    **{"enter": N_("Enter"), "escape": N_("Esc"), "tab": N_("Tab"), "shift": N_("Shift"), "ctrl": N_("Ctrl")},
    "end": N_("End"),
}


class Bars(ScrollBarRender):
    """A scroll bar of whole blocks: the parts of a block, with which Textual ends it, are in no console's font."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "]
    HORIZONTAL_BARS: ClassVar[list[str]] = [" "]


ScrollBar.renderer = Bars


class Wizard(QuietApp):
    """The wizard."""

    CSS_PATH = STYLE
    TITLE = "Jalon"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (70, "-usual"), (118, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        key("ctrl+q", "leave", N_("leave"), show=False, priority=True),
        key("ctrl+c", "hint_leave", N_("leave"), show=False),
        key("f8", "language", N_("language"), show=False),
        key("f9", "light", N_("light and dark"), show=False),
    ]

    def __init__(
        self,
        program: tuple[str, ...],
        language: str,
        look: Look,
        *,
        state_dir: str = "",
        sudo: Sudo | None = None,
    ) -> None:
        super().__init__()
        self.look = look
        self.language = language
        self.program = program
        self.state_dir = state_dir
        self.sudo = sudo or Sudo()
        self.facts: Facts | None = None
        self.unlocked = False
        self.preparation: Preparation | None = None
        self._folder: Path | None = None
        self.loop: asyncio.AbstractEventLoop | None = None
        # A console over a slow line shows no movement, only its remains; and two that scroll at once would race.
        self.animation_level = "none"
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = "textual-dark" if look.colours > 16 else "console-dark"
        # A terminal of more colours draws what is dim as it should; and where no colour is wanted, none is given.
        self.readable = [Readable()] if look.colours == 16 or not look.rich else []
        if not look.rich:
            self.add_class("-poor")

    @property
    def folder(self) -> Path:
        """A folder that only we may enter, made when it is first wanted, removed when the wizard ends."""
        if self._folder is None:
            self._folder = private_folder()
            atexit.register(forget, self._folder)
        return self._folder

    def on_mount(self) -> None:
        """From now on another thread can end it. What wizards that were killed left behind goes."""
        self.loop = asyncio.get_running_loop()
        self.call_after_refresh(asyncio.to_thread, forget_left_behind)

    def leave_from_outside(self) -> None:
        """From another thread: what runs is told to stop, and the wizard ends."""
        tell_all_to_stop()
        if self.loop is not None:
            with suppress(RuntimeError):
                self.loop.call_soon_threadsafe(self.exit, 0)

    def leave_nothing(self) -> None:
        """From any thread: what was secret is removed."""
        if self._folder is not None:
            forget(self._folder)

    def get_default_screen(self) -> Screen[Any]:
        """The first screen is the only one: an empty one below it would be laid out and painted for nothing."""
        screen = self.first()
        for path in screen.css_path:
            self.stylesheet.read(path)
        return screen

    def first(self) -> Screen[Any]:
        """The screen that the wizard opens with."""
        from screens.pages.welcome import Welcome

        return Welcome()

    def on_unmount(self) -> None:
        """Nothing that was secret stays behind."""
        if self._folder is not None:
            forget(self._folder)
            self._folder = None

    @property
    def jalon(self) -> Jalon:
        """How children are started now."""
        return Jalon(self.program, self.language, sudo=self.facts is not None and not self.facts.root)

    def may_look_as_root(self, instance: Instance) -> bool:
        """Whether children that look may run as root without a question."""
        return instance.guide.root and self.facts is not None and (self.facts.root or self.unlocked)

    async def still_root(self) -> bool:
        """Whether sudo, which keeps a password for some minutes only, lets in without one now."""
        if self.facts and self.facts.root:
            return True
        self.unlocked = await self.sudo.ready()
        return self.unlocked

    async def become_root(self, instance: Instance) -> bool:
        """Makes sure that a child that changes things can; asks for sudo's password where it must."""
        return not instance.guide.root or await self.gain_root()

    async def gain_root(self) -> bool:
        """The same, for what changes the machine whichever the guide."""
        if self.facts and self.facts.root:
            return True
        if not self.sudo.there:
            self.notify(_("This takes root, and there is no sudo here: leave, and start `jalon` as root."), timeout=12)
            return False
        from screens.dialogs.password import Password

        let_in = await self.sudo.ready() or await self.push_screen_wait(Password(self.sudo)) is True
        # Until root has its environment, who looks as root would wait for it without a word.
        self.unlocked = let_in and await self.prepared()
        return self.unlocked

    async def prepared(self) -> bool:
        """Makes sure that root has its own environment, and says so where it is only now made."""
        if self.preparation is None or self.preparation.status:
            self.preparation = Preparation(self.jalon)
            if await self.preparation.at_once():
                return True
        if self.preparation.done:
            return True
        from screens.dialogs.preparing import Preparing

        return await self.push_screen_wait(Preparing(self.preparation)) is True

    def begin(self, instance: Instance) -> None:
        """Opens the route of an instance."""
        from screens.pages.route import Route

        self.push_screen(Route(instance))

    def get_key_display(self, binding: Any) -> str:
        """Keys by their names on a keyboard, not by signs that a font may lack."""
        if is_arrow(binding):
            return spoken(ALL_ARROWS)
        *held, last = binding.key.split("+")
        if last in WORDS or held or re.fullmatch("f[0-9]+", last):
            return "+".join(spoken(WORDS[name]) if name in WORDS else name.upper() for name in (*held, last))
        return super().get_key_display(binding)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """The last door before the terminal: whatever a widget was given, no line of it moves a cursor."""
        # Textual chose how to take colours away before it knew our theme, and would put greys in their place.
        colours = super().get_line_filters() if self.look.colours else [Uncoloured(self.current_theme.dark)]
        return [*colours, *self.readable, UNSEEN]

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Shows a message for a while. Brackets in it are brackets: it may repeat what a host says."""
        super().notify(visible(message), title=title, severity=severity, timeout=timeout, markup=False)

    def copy(self, text: str) -> None:
        """To the terminal's clipboard. The first line says so: a message would lie over what one is about to type."""
        self.copy_to_clipboard(text)
        for screen in reversed(self.screen_stack):
            if isinstance(screen, Page):
                screen.note(_("Copied, where the terminal lets us"))
                break

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """What the command palette offers everywhere; the screens' own keys come with it."""
        yield SystemCommand(_("Help"), _("What this screen is for, and its keys"), self.action_help)
        yield SystemCommand(_("Language"), _("French or English"), self.action_language)
        yield SystemCommand(_("Light and dark"), _("Dark letters on light ground, or the reverse"), self.action_light)
        yield SystemCommand(_("Leave"), _("End the wizard; what is done stays done"), self.action_leave)
        for active in screen.active_bindings.values():
            binding = active.binding
            if active.enabled and binding.show and binding.description and not binding.action.startswith("app."):
                action = binding.action
                yield SystemCommand(
                    binding.description.capitalize(),
                    _("Key: {key}").format(key=self.get_key_display(binding)),
                    lambda node=active.node, what=action: self.call_next(self.run_action, what, node),
                )

    def action_command_palette(self) -> None:
        """Opens the palette."""
        if self.use_command_palette and not CommandPalette.is_open(self):
            self.push_screen(CommandPalette(placeholder=_("What do you want to do?"), id="--command-palette"))

    def action_help(self) -> None:
        """Says what the screen is for."""
        from screens.dialogs.help import Help

        if isinstance(self.screen, Spoken) and not isinstance(self.screen, Help):
            self.push_screen(Help(self.screen))

    def action_language(self) -> None:
        """The next language, in every screen that is open."""
        self.language = set_language(LANGUAGES[(LANGUAGES.index(self.language) + 1) % len(LANGUAGES)])
        for screen in self.screen_stack:
            if isinstance(screen, Spoken):
                screen.retranslate()

    def action_light(self) -> None:
        """Light and dark change places."""
        pairs = ("textual-dark", "textual-light", "console-dark", "console-light")
        self.theme = pairs[pairs.index(self.theme) ^ 1]

    def action_hint_leave(self) -> None:
        """Ctrl-C copies elsewhere; here it says how to leave."""
        self.notify(_("Ctrl+Q leaves."))

    async def action_leave(self) -> None:
        """Leaves, after asking where something runs."""
        for screen in reversed(self.screen_stack):
            leave = getattr(screen, "may_leave", None)
            if leave is not None:
                self.run_worker(self._leave_after(leave), exclusive=True, group="leave")
                return
        self.exit(0)

    async def _leave_after(self, asked: Any) -> None:
        if await asked():
            self.exit(0)


def run(language: str, look: Look, state_dir: str = "") -> int:
    """Runs the wizard until it is left."""
    program = (str(Path(sys.argv[0]).absolute()), *options())
    app = Wizard(program, language, look, state_dir=state_dir)
    ending = Ending(app.leave_from_outside, app.leave_nothing)
    ending.watch()
    status = app.run() or 0
    ending.over()
    for line in tell_fault(app.fault) if app.fault else ():
        say(line, sys.stderr)
    return FAULT if app.fault else status
