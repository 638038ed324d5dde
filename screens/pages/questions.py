"""What a guide must be told, asked on one page: a field each, with what is wrong beside it as one types."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.events import DescendantFocus
from textual.widget import Widget
from textual.widgets import Input, Static

from screens.dialogs.answers_file import Load, Save
from screens.model.form import Form
from screens.model.instance import begun, changed
from screens.model.lookup import absent, host_of, proxied, told_of
from screens.pages.page import Page
from screens.widgets.choice import Choice, Choices
from screens.widgets.field import Hidden, Line, Pick
from screens.widgets.keys import N_, key
from screens.widgets.rows import WIDE, shortened
from wizard.answers.questions import SECRET, BadAnswers, Question
from wizard.base.errors import describe_os_error
from wizard.base.language import _, _n
from wizard.base.values import Value
from wizard.guide import Guide
from wizard.host.facts import gather

PAUSE = 0.7
"""Seconds without a key after which what was typed is looked up."""


class Row(Value):
    """What is on the screen of one question."""

    label: Static
    field: Widget
    wrong: Static


class Questions(Page):
    """The questions of a guide, for a new instance, or for one that is here; then it is dismissed with the instance as
    it is to be, or with nothing where it stays as it is."""

    CSS_PATH = "questions.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "go_on", N_("go on")),
        key("escape", "back", N_("back")),
        key("f2", "save", N_("save")),
        key("f3", "load", N_("load")),
        key("f4", "advanced", N_("advanced questions"), show=False),
        key("f5", "show", N_("show")),
        key("f6", "renew", N_("make anew")),
    ]

    def __init__(self, guide: Guide, form: Form | None = None, aim: str = "") -> None:
        """`aim`: the question to open at."""
        super().__init__()
        self.aim = aim
        self.guide = guide
        self.form = form or Form(guide, gather())
        self.unfolded = False
        self.open: set[str] = set()
        self.went = False
        self.rows: dict[str, Row] = {}
        self.told: dict[str, str] = {}
        self.doubts: dict[str, str] = {}

    @property
    def place(self) -> str:
        """Which guide."""
        if self.form.of is not None:
            return _("{guide}  answers").format(guide=self.guide.title())
        return _("{guide}  new instance").format(guide=self.guide.title())

    @property
    def help_text(self) -> str:
        """What it is for."""
        return _(
            "What the guide must be told. Everything has a default, filled in from this machine; change what you like. "
            "Enter goes on from anywhere, and changes nothing yet: it shows what would be done. What is wrong is told "
            "below its field. Passwords are generated; F5 shows the one you are at, F6 makes another. F2 saves the "
            "answers to a file, F3 loads one."
        )

    def body(self) -> ComposeResult:
        """The fields, the folded ones behind them, and about the field one is at."""
        with VerticalScroll(id="fields", can_focus=False):
            yield from self.fields(advanced=False)
            yield Choice(self.fold, id="fold")
            with Vertical(id="advanced"):
                # Most never look at them: they are made when somebody does.
                yield from self.fields(advanced=True) if self.unfolded else ()
            with Choices(id="ways"):
                yield Choice(_("Go on"), id="go")
                yield Choice(_("Back"), id="back")
        with Vertical(id="about"):
            yield Static(id="told")
            yield Static(id="where")

    @property
    def fold(self) -> str:
        """What stands on the fold."""
        count = sum(map(self.form.advanced, self.form.questions))
        text = _n("{count} advanced question", "{count} advanced questions", count).format(count=count)
        return (_("{questions}: hide") if self.unfolded else _("{questions}: show")).format(questions=text)

    def fields(self, *, advanced: bool) -> Iterator[Widget]:
        """The fields below their headings."""
        groups: dict[str, list[Question]] = {}
        for question in self.form.questions:
            if self.form.advanced(question) == advanced and question.key != self.form.fixed:
                groups.setdefault(question.group, []).append(question)
        for group, questions in groups.items():
            yield Static(Content(group), classes="heading")
            for question in questions:
                told = self.said().get(question.key, "")
                row = Row(Static(Content(question.title)), self.field(question), Static(Content(told)))
                row.label.add_class("label")
                row.wrong.add_class("wrong")
                row.wrong.display = bool(told)
                self.rows[question.key] = row
                yield Horizontal(row.label, Vertical(row.field, row.wrong, classes="answer"), classes="field")

    def field(self, question: Question) -> Widget:
        """What its answer is given in."""
        name, text = f"field-{question.key}", self.form.shown(question.key)
        if choices := self.form.choices(question):
            values = [value for value, _word in choices]
            return Pick([word for _value, word in choices], values.index(text) if text in values else 0, id=name)
        if question.kind == SECRET:
            hidden = Hidden(text, id=name, compact=True)
            hidden.password = question.key not in self.open
            return hidden
        return Line(text, placeholder=_("(nothing)"), id=name, compact=True)

    def on_mount(self) -> None:
        """Ready to be typed into, or to be left as it is."""
        fields = self.query_one("#fields")
        for moved in ("scroll_y", "virtual_size", "size"):
            self.watch(fields, moved, self.show_more_soon, init=False)
        self.begin_again()
        self.query(".field Line, .field Pick").first().focus(scroll_visible=False)
        self.take_aim()

    def on_screen_resume(self) -> None:
        """Back from the route: where the instance is here by now, there is nothing left to ask."""
        self.form.weigh()
        if self.went and self.guide.instance_key in self.form.errors:
            self.app.pop_screen()
            return
        self.take_aim()

    def take_aim(self) -> None:
        """To the question that one was sent to, once."""
        aim, self.aim = self.aim, ""
        if found := next((one for one in self.form.questions if one.key == aim != self.form.fixed), None):
            self.call_later(self.go_to, found)

    def begin_again(self) -> None:
        """After all was made anew."""
        self.query_one("#advanced").display = self.unfolded
        self.told = self.said()
        self.about()

    def said(self) -> dict[str, str]:
        """What is said below each field: what is wrong with it, or else what is doubtful."""
        return {**self.doubts, **self.form.errors}

    def show_more_soon(self) -> None:
        """Once the fields have their places."""
        self.call_after_refresh(self.show_more)

    def show_more(self) -> None:
        """Says that more comes below: a scroll bar alone is missed, and is not there without colour."""
        fields = self.query_one("#fields")
        below = round(fields.max_scroll_y - fields.scroll_y)
        told = _n("{count} line more, then Go on: Tab or Down", "{count} lines more, then Go on: Tab or Down", below)
        self.query_one("#about").border_title = Content(f" {told.format(count=below)} " if below > 0 else "")

    def tell(self) -> None:
        """What is wrong or doubtful, where; and the defaults that follow from what was typed."""
        said = self.said()
        for name, row in self.rows.items():
            wrong, text, field = said.get(name, ""), self.form.shown(name), row.field
            if self.told.get(name, "") != wrong:
                row.wrong.update(Content(wrong))
                row.wrong.display = bool(wrong)
            row.wrong.set_class(name not in self.form.errors, "-doubt")
            if isinstance(field, Pick):
                values = [value for value, _word in self.form.choices(self.form.question(name))]
                field.show(values.index(text) if text in values else 0)
            elif isinstance(field, Line) and field.value != text and not field.has_focus:
                with field.prevent(Input.Changed):
                    field.value = text
        self.told = said

    @property
    def at(self) -> Question | None:
        """The question one is at."""
        name = (self.focused.id or "") if self.focused else ""
        return self.form.question(name.removeprefix("field-")) if name.startswith("field-") else None

    def about(self) -> None:
        """Says at the bottom what the field in focus is about."""
        question = self.at
        told = [question.help] if question else []
        if question and question.choices and not self.form.choices(question):
            told.append(_("One of: {choices}").format(choices=", ".join(question.choices)))
        # Both are as large whatever they say: nothing has to be laid out anew.
        self.query_one("#told", Static).update(Content(" ".join(told)), layout=False)
        room = self.query_one("#where", Static).size.width or WIDE
        where = Content(shortened(self.form.where(question) if question else "", room, self.wizard.look.dots()))
        self.query_one("#where", Static).update(where, layout=False)
        for name, row in self.rows.items():
            row.label.set_class(question is not None and name == question.key, "-at")

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Another field, in sight with its label and what is wrong with it."""
        self.about()
        self.refresh_bindings()
        for field in event.widget.ancestors:
            if isinstance(field, Widget) and field.has_class("field"):
                self.call_after_refresh(field.scroll_visible, animate=False)

    def on_input_changed(self, event: Input.Changed) -> None:
        """As one types."""
        self.changed(event.input, event.value)

    def on_pick_picked(self, event: Pick.Picked) -> None:
        """Another word was picked."""
        question = self.form.question((event.pick.id or "").removeprefix("field-"))
        self.changed(event.pick, self.form.choices(question)[event.pick.at][0])

    def changed(self, field: Widget, text: str) -> None:
        """An answer changed."""
        name = (field.id or "").removeprefix("field-")
        if self.form.shown(name) != text:
            self.form.typed(name, text)
            self.doubts.pop(name, None)
            self.tell()
            self.about()
            self.run_worker(self.look_up(name), group=f"look up {name}", exclusive=True)

    async def look_up(self, name: str) -> None:
        """Once nothing more is typed: whether what the answer names is there. It is told, and forbids nothing."""
        await asyncio.sleep(PAUSE)
        question, text = self.form.question(name), self.form.shown(name)
        if name in self.form.errors:
            return
        words = absent(question, text)
        if host := host_of(question, text, proxied(self.form.answers)):
            words = await told_of(host)
        if words and self.still_open and self.form.shown(name) == text:
            self.doubts[name] = words
            self.tell()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in a field."""
        self.action_go_on()

    def on_choice_pressed(self, event: Choice.Pressed) -> None:
        """The choices at the end."""
        does = {"fold": self.action_advanced, "go": self.action_go_on, "back": self.action_back}
        self.call_later(does[event.choice.id or "go"])

    def action_go_on(self) -> None:
        """Goes on where all is right; else to what is not."""
        self.form.weigh()
        self.tell()
        if wrong := next((one for one in self.form.questions if one.key in self.form.errors), None):
            self.call_later(self.go_to, wrong)
            return
        form, wizard = self.form, self.wizard
        if form.of is not None:
            self.dismiss(changed(form.of, form.answers, wizard.folder) if form.changed else None)
            return
        try:
            instance = begun(self.guide, form.given, form.generated, form.facts, wizard.folder, wizard.state_dir)
        except BadAnswers as bad:
            self.notify("\n".join(text for _key, text in bad.errors), severity="error")
        except OSError as error:
            self.notify("\n".join(filter(None, describe_os_error(error))), severity="error", timeout=12)
        else:
            self.went = True
            wizard.begin(instance)

    async def go_to(self, question: Question) -> None:
        """To that question's field, unfolded where it was not."""
        if self.form.advanced(question) and not self.unfolded:
            await self.action_advanced()
        # What was unfolded just now has no place yet that could be scrolled to.
        self.call_after_refresh(self.rows[question.key].field.focus)

    def action_back(self) -> None:
        """Back; what was typed is kept by whoever made the form."""
        self.dismiss(None)

    async def action_advanced(self) -> None:
        """Folds and unfolds."""
        self.unfolded = not self.unfolded
        fold = self.query_one("#fold", Choice)
        fold.label = self.fold
        fold.refresh(layout=True)
        box = self.query_one("#advanced")
        box.display = self.unfolded
        if not box.children:
            await box.mount_all(self.fields(advanced=True))

    def action_show(self) -> None:
        """Shows and hides a secret."""
        if self.at and isinstance(field := self.focused, Hidden):
            self.open ^= {self.at.key}
            field.password = self.at.key not in self.open

    def action_renew(self) -> None:
        """Another secret."""
        if self.at and isinstance(field := self.focused, Hidden):
            self.form.renew(self.at.key)
            field.value = self.form.shown(self.at.key)
            self.tell()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only a secret is shown, and only one that is generated is made anew."""
        if action in ("show", "renew"):
            secret = self.at is not None and self.at.kind == SECRET
            return secret and (action == "show" or bool(self.at and self.form.renewable(self.at.key)))
        return super().check_action(action, parameters)

    def action_save(self) -> None:
        """To a file, where all is right."""
        if wrong := next((one for one in self.form.questions if one.key in self.form.errors), None):
            self.call_later(self.go_to, wrong)
            self.notify(_("They can be saved when this one is right."))
        else:
            self.app.push_screen(Save(self.form))

    def action_load(self) -> None:
        """From a file."""
        self.app.push_screen(Load(self.form), lambda taken: self.retranslate() if taken else None)

    def retranslate(self) -> None:
        """All fields anew, as the form has them."""
        at = self.focused.id if self.focused else ""
        self.form.speak()
        self.rows.clear()
        self.doubts.clear()
        super().retranslate()
        self.call_after_refresh(self.after_all_anew, at)

    def after_all_anew(self, at: str | None) -> None:
        """Where one was."""
        self.begin_again()
        if at and (found := self.query(f"#{at}")):
            found.first().focus()
