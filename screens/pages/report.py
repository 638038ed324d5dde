"""The end: what is running and where, what was found, and the report to keep."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from screens.dialogs.account import Account
from screens.dialogs.ask import Confirm
from screens.dialogs.details import Details
from screens.dialogs.save import Save
from screens.model.document import proposed
from screens.model.instance import Instance
from screens.model.walk import Walk
from screens.pages.page import Page
from screens.pages.summary import Data, command, command_part, finding, headline, host_and_port, link_question, parts
from screens.widgets.keys import N_, key
from screens.widgets.large import large
from screens.widgets.listed import Listed
from screens.widgets.picture import Logo
from screens.widgets.scroll import Scroll
from wizard import shell_name
from wizard.base.language import _
from wizard.base.system_words import os_words

FORMATS = {".html": "html", ".md": "markdown", ".json": "json", ".xml": "junit"}
NAMES = {".html": "HTML", ".md": "Markdown", ".json": "JSON", ".xml": "JUnit"}


class Report(Page):
    """What awaits whoever has walked a guide to its end, or looks at how it stands."""

    CSS_PATH = "report.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("s", "save", N_("save")),
        key("p", "password", N_("password")),
        key("f", "findings", N_("findings")),
        key("f", "summary", N_("summary")),
        key("slash", "find", N_("find")),
        key("l", "history", N_("log")),
        key("j", "command", N_("`jalon` as a command"), show=False),
        key("escape", "back", N_("back")),
        key("q", "app.leave", N_("leave")),
    ]

    def __init__(self, instance: Instance, walk: Walk) -> None:
        super().__init__()
        self.instance = instance
        self.walk = walk
        self.told: Data | None = None
        self.saved = ""

    @property
    def place(self) -> str:
        """The guide, the instance, and that this is its report."""
        page = _("Findings") if self.has_class("-list") and not self.has_class("-wide") else _("Report")
        return f"{self.instance.called}  {page}"

    @property
    def help_text(self) -> str:
        """What this is for."""
        return _(
            "What is installed here and how it stands: the address to open, the first account, what was skipped and "
            "why, what was proved. The report can be saved as a document; no password is in it. `j` makes `jalon` a "
            "command of this machine, after asking, or takes that away."
        )

    def body(self) -> ComposeResult:
        """What awaits at the left, every finding at the right; one of them at a time where there is no room."""
        arrival = self.instance.arrival
        with Horizontal(id="halves"):
            with Scroll(id="summary"):
                yield Static(id="headline")
                yield Static(id="saved")
                if arrival.address:
                    yield Static(id="address")
                if arrival.account:
                    yield Static(id="account")
                if arrival.logo:
                    yield Logo(arrival, self.wizard.look)
                yield Static(id="parts")
            yield Listed(id="findings")

    def on_mount(self) -> None:
        """Says what is known already, and looks at everything once more."""
        super().on_mount()
        self.fill()
        self.list_findings()
        self.query_one("#summary").focus()
        self.ask()

    @work(exclusive=True, group="ask")
    async def ask(self) -> None:
        """Asks for the report as data."""
        root = self.wizard.may_look_as_root(self.instance)
        words = ("report", *self.instance.words, "--format", "json")
        answer = await self.wizard.jalon.ask(*words, root=root)
        if answer.data is None and root and not await self.wizard.still_root():
            answer = await self.wizard.jalon.ask(*words)
        if answer.data is None:
            self.notify(answer.words, severity="error", markup=False, timeout=12)
            return
        self.told = answer.data
        self.walk.verified(answer.data)
        if self.still_open:
            self.fill()
            self.list_findings()

    def fill(self) -> None:
        """Says what is known now."""
        look, arrival = self.wizard.look, self.instance.arrival
        self.query_one("#headline", Static).update(headline(self.instance, self.walk))
        saved = self.query_one("#saved", Static)
        saved.update(Content(_("The report is in {path}").format(path=self.saved)))
        saved.display = bool(self.saved)
        if arrival.address:
            self.query_one("#address", Static).update(self._address())
        if arrival.account:
            text = _("First account: {name}").format(name=arrival.account)
            hint = _("(p shows its password)")
            self.query_one("#account", Static).update(Content.assemble((text, "bold"), f"  {hint}"))
        told = [
            Content("\n").join([Content.styled(part.heading, "bold $primary"), *part.lines])
            for part in (*parts(self.instance, self.walk, self.told, look), *command_part())
        ]
        self.query_one("#parts", Static).update(Content("\n\n").join(told))

    def _address(self) -> Content:
        address = self.instance.arrival.address
        room = self.app.size.width // (2 if self.has_class("-wide") else 1) - 5
        letters = large(host_and_port(address), room) if self.wizard.look.rich else ""
        plain = Content.styled(address, "bold underline" if letters else "bold")
        return Content(f"{letters}\n") + plain if letters else Content(_("Open") + " ") + plain

    def list_findings(self) -> None:
        """Every finding, by checkpoint; the one that was looked at stays looked at."""
        found = self.query_one("#findings", OptionList)
        before = found.highlighted_option.id if found.has_focus and found.highlighted_option else None
        found.clear_options()
        for point in self.walk.points:
            found.add_option(Option(Content.styled(point.title, "bold $primary"), disabled=True))
            for name, probe in point.probes.items():
                found.add_option(Option(finding(probe, self.wizard.look), id=name))
        ids = [one.id for one in found.options]
        red = [str(probe["id"]) for point in self.walk.points for probe in point.red]
        wanted = [name for name in (before, *red, *ids) if name]
        found.highlighted = ids.index(wanted[0]) if wanted and wanted[0] in ids else None

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Opens it: the evidence, why, what repairs it."""
        for point in self.walk.points:
            if event.option_id in point.probes:
                self.app.push_screen(Details(point.probes[event.option_id]))

    def action_findings(self) -> None:
        """To the findings."""
        self._show("#findings")

    @property
    def _at_findings(self) -> bool:
        # Side by side, both are seen, and one is where the focus is.
        return self.query_one("#findings").has_focus if self.has_class("-wide") else self.has_class("-list")

    def action_summary(self) -> None:
        """Back to what awaits."""
        self._show("#summary")

    def _show(self, part: str) -> None:
        self.set_class(part == "#findings", "-list")
        self.show_place()
        self.refresh_bindings()
        # What is not displayed yet takes no focus.
        self.call_after_refresh(self.query_one(part).focus)

    def action_back(self) -> None:
        """To the screen before; from findings that stand in place of the summary, to that."""
        if self.has_class("-list") and not self.has_class("-wide"):
            self.action_summary()
        else:
            self.app.pop_screen()

    @work(group="find", exclusive=True)
    async def action_find(self) -> None:
        """A finding by its words."""
        from screens.dialogs.find import Find

        if hit := await self.app.push_screen_wait(Find(self.walk)):
            self.app.push_screen(Details(hit.subject))

    def action_history(self) -> None:
        """What was done and when."""
        from screens.pages.history import History

        self.app.push_screen(History(self.instance, self.walk))

    @work(group="command", exclusive=True)
    async def action_command(self) -> None:
        """Makes `jalon` a command of this machine, or takes that away, where the person says so."""
        away = shell_name.linked()
        if refused := () if away else await asyncio.to_thread(shell_name.hindrance):
            self.notify("\n".join(refused), severity="warning", timeout=20)
            return
        if not await self.app.push_screen_wait(Confirm(*link_question(away))) or not await self.wizard.gain_root():
            return
        answer = await self.wizard.jalon.ask("link", *(["--remove"] if away else []), root=True)
        if answer.status:
            self.notify(answer.words, severity="error", timeout=20)
            return
        self.notify(_("It is gone.") if away else _("From now on, `jalon` starts it."))
        self.ask()

    def action_password(self) -> None:
        """Shows the first account's password, or where it is."""
        if self.instance.arrival.account:
            account = ((self.told or {}).get("arrival") or {}).get("account") or {}
            self.app.push_screen(Account(self.instance, account.get("file", "")))

    @work(exclusive=True, group="save")
    async def action_save(self) -> None:
        """Asks where, and saves."""
        path = await self.app.push_screen_wait(Save(proposed(self.instance, ".html"), _("Save the report"), NAMES))
        if path:
            await self.save(Path(path))

    async def save(self, path: Path) -> None:
        """Has it written by a child, which may be root, and puts it in its place as whoever we are."""
        root = self.wizard.may_look_as_root(self.instance)
        aside = self.wizard.folder / "report"
        words = ["report", *self.instance.words, "--format", FORMATS[path.suffix.lower()], "--output", str(aside)]
        answer = await self.wizard.jalon.ask(*words, *self._reasons(), root=root)
        try:
            if answer.status:
                self.notify(answer.words, severity="error", markup=False, timeout=12)
                return
            await asyncio.to_thread(path.write_bytes, aside.read_bytes())
        except OSError as error:
            text = _("The report was not saved: {path}: {why}").format(path=path, why=os_words(error))
            self.notify(text, severity="error", markup=False, timeout=12)
            return
        finally:
            aside.unlink(missing_ok=True)
        self.saved = str(path)
        self.fill()
        self.notify(_("The report is in {path}").format(path=path), markup=False)

    def _reasons(self) -> Iterator[str]:
        """Why people skipped what they skipped, for a state that may be written to."""
        kept = bool(self.told and command(self.instance, self.told, "undo"))
        if kept and (self.wizard.may_look_as_root(self.instance) or not self.instance.guide.root):
            for point in self.walk.points:
                if point.because:
                    yield from ("--skip", f"{point.id}={point.because}")

    def on_resize(self) -> None:
        """The address is as large as there is room."""
        super().on_resize()
        if self.is_mounted and self.instance.arrival.address:
            self.call_after_refresh(lambda: self.query_one("#address", Static).update(self._address()))

    def retranslate(self) -> None:
        """All of it is said anew."""
        super().retranslate()
        self.call_after_refresh(self._again)

    def _again(self) -> None:
        self.fill()
        self.list_findings()
        self.query_one("#findings" if self.has_class("-list") else "#summary").focus()

    def check_action(self, action: str, parameters: tuple[Any, ...]) -> bool | None:
        """There may be no account; and one is at the findings or at the summary."""
        if action in ("findings", "summary") and self.is_mounted:
            return self._at_findings == (action == "summary")
        if action == "password":
            return bool(self.instance.arrival.account)
        return super().check_action(action, parameters)
