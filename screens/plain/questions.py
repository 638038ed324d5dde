"""A guide's questions, one after the other: only those that somebody here must think about, unless all are wanted."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from screens.model.form import Form
from screens.model.lookup import absent, host_of, proxied, told_now
from screens.plain.saving import save
from screens.plain.terminal import Back, Terminal
from wizard.answers.questions import LIST, SECRET, BadAnswers, Question
from wizard.base.language import _, _n
from wizard.record.own import write_private


class Questions:
    """Asks for the answers of a new instance, or of one that is here."""

    def __init__(self, terminal: Terminal, form: Form) -> None:
        self._terminal = terminal
        self._form = form
        self._questions = [one for one in form.questions if one.key != form.fixed]
        self._all = False

    def ask(self) -> None:
        """Asks until the form holds answers to go on with; those of an instance that is here are shown first. `Back`
        from the first question is the caller's."""
        at = 0 if self._form.of is None else len(self._questions)
        while True:
            try:
                at = self._next(at)
                while at < len(self._questions):
                    self._one(at)
                    at = self._next(at + 1)
                if self._form.errors:
                    # An answer to one may be what another cannot be.
                    at = min(number for number, one in enumerate(self._questions) if one.key in self._form.errors)
                    self._say_wrong(self._questions[at])
                elif self._summary():
                    return
                else:
                    at = 0
            except Back:
                at = self._before(at)

    def _say_wrong(self, question: Question) -> bool:
        """Whether something is wrong with its answer; if so it is said."""
        wrong = self._form.errors.get(question.key)
        if wrong:
            self._terminal.say(_("Not so: {why}").format(why=wrong))
        return bool(wrong)

    def _asked(self, at: int) -> bool:
        # A default that cannot be right on this machine is asked for, advanced or not.
        question = self._questions[at]
        return self._all or not self._form.advanced(question) or question.key in self._form.errors

    def _next(self, at: int) -> int:
        """The first question from there on that is asked; their count where none is."""
        return next((one for one in range(at, len(self._questions)) if self._asked(one)), len(self._questions))

    def _before(self, at: int) -> int:
        found = next((one for one in reversed(range(min(at, len(self._questions)))) if self._asked(one)), None)
        if found is None:
            raise Back
        return found

    def _one(self, at: int) -> None:
        question, form = self._questions[at], self._form
        if question.group and (at == 0 or self._questions[self._before_or(at)].group != question.group):
            self._terminal.title(question.group)
        given = dict(form.given)
        while True:
            self._terminal.say("")
            if question.kind == SECRET:
                self._secret(question)
            elif form.choices(question):
                self._choice(question)
            else:
                self._text(question)
            if not self._say_wrong(question):
                self._say_doubt(question)
                return
            form.take(given)

    def _say_doubt(self, question: Question) -> None:
        """That what was answered just now is not there; a default is nobody's answer."""
        if question.key not in self._form.given or question.kind == SECRET:
            return
        text = self._form.shown(question.key)
        words = absent(question, text)
        if host := host_of(question, text, proxied(self._form.answers)):
            words = told_now(host)
        if words:
            self._terminal.say(words)

    def _before_or(self, at: int) -> int:
        try:
            return self._before(at)
        except Back:
            return at

    def _text(self, question: Question) -> None:
        help = question.help
        if question.kind == LIST:
            help = " ".join(filter(None, [help, _("Several are told apart by commas.")]))
        self._form.typed(question.key, self._terminal.ask(question.title, self._form.shown(question.key), help))

    def _choice(self, question: Question) -> None:
        self._terminal.say(question.title)
        choices = self._form.choices(question)
        values = [value for value, _word in choices]
        shown = self._form.shown(question.key)
        default = values.index(shown) + 1 if shown in values else 1
        number = self._terminal.choose([word for _value, word in choices], default, question.help)
        self._form.typed(question.key, values[number - 1])

    def _secret(self, question: Question) -> None:
        enter = _("Enter: the one that was made") if question.length else _("Enter: none")
        if self._form.of is not None:
            enter = _("Enter: it stays as it is")
        if question.key in self._form.given:
            enter = _("Enter: the one you typed")
        text = _("{title} (it is not shown; {enter})").format(title=question.title, enter=enter)
        while said := self._terminal.hidden(text, question.help):
            if self._terminal.hidden(_("The same again")) == said:
                self._form.typed(question.key, said)
                return
            self._terminal.say(_("These were not the same."))

    def _summary(self) -> bool:
        """Everything once more; whether to go on with it, rather than to answer again."""
        while True:
            left = self._show_all()
            ways: list[tuple[str, Callable[[], None] | None]] = [
                (_("go on: look at what is to do; nothing is changed yet"), None),
                (_("answer again"), None),
                (_("save these answers to a file"), self._save),
                (_("load answers from a file"), self._load),
            ]
            if left:
                ways.insert(2, (_("answer again, the other questions too"), self._want_all))
            help = _("Changes begin only at a checkpoint, when you say so.")
            number = self._terminal.choose([text for text, _does in ways], 1, help)
            does = ways[number - 1][1]
            if does not in (self._save, self._load):
                if does:
                    does()
                return number == 1
            with suppress(Back):
                does()

    def _show_all(self) -> int:
        """Says the answers; how many that nobody was asked for are left out."""
        self._terminal.title(_("The answers"))
        left = 0
        for question in self._questions:
            if self._form.advanced(question) and not self._all and question.key not in self._form.given:
                left += 1
                continue
            shown = self._shown(question)
            self._terminal.say(_("{title}: {evidence}").format(title=question.title, evidence=shown), 2, 2)
        if left:
            text = _n("{count} more has its default.", "{count} more have their defaults.", left)
            self._terminal.say(text.format(count=left), 2)
        self._terminal.say("")
        return left

    def _want_all(self) -> None:
        self._all = True

    def _path(self) -> str:
        file = Path(self._form.facts.home) / f"{self._form.guide.id}.toml"
        return self._terminal.ask(_("The file"), str(file), _("Its path; the passwords are in it too."))

    def _save(self) -> None:
        save(self._terminal, self._path(), lambda file: write_private(file, self._form.file().encode()))

    def _load(self) -> None:
        try:
            self._form.load(str(Path(self._path()).expanduser()))
        except BadAnswers as bad:
            self._terminal.say(_("Nothing was loaded:"))
            for key, text in bad.errors:
                self._terminal.say(f"{key}: {text}", 2, 2)

    def _shown(self, question: Question) -> str:
        if question.kind == SECRET:
            if question.key in self._form.given:
                return _("as typed")
            if self._form.of is not None:
                return _("as it is, not shown")
            return _("made, not shown") if question.length else _("none")
        shown = self._form.shown(question.key)
        return dict(self._form.choices(question)).get(shown, shown)
