"""A guide's questions, one after the other: only those that somebody here must think about, unless all are wanted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from screens.instance import opened, there
from screens.plain.terminal import Back, Terminal
from wizard.answers import CHOICE, LIST, SECRET, TRUTH, Answers, BadAnswers, Question, settle
from wizard.guide import Guide
from wizard.host.facts import Facts
from wizard.language import _, _n
from wizard.secret import generate
from wizard.status import Stop


class Questions:
    """Asks for the answers of a new instance."""

    def __init__(self, terminal: Terminal, guide: Guide, facts: Facts, state_dir: str = "") -> None:
        self._terminal = terminal
        self._guide = guide
        self._facts = facts
        self._state_dir = state_dir
        self._questions = list(guide.questions())
        self._given: dict[str, Any] = {}
        self._typed: dict[str, str] = {}
        self._all = False
        # Made once, so that they stay the same however often the answers are settled.
        self._made = {one.key: generate(one.length) for one in self._questions if one.kind == SECRET and one.length}

    def ask(self) -> tuple[Mapping[str, Any], Mapping[str, str]]:
        """The answers that were given, and the secrets. `Back` from the first question goes on to whoever called."""
        at = 0
        while True:
            try:
                at = self._next(at)
                while at < len(self._questions):
                    self._one(at)
                    at = self._next(at + 1)
                answer = self._summary()
            except Back:
                at = self._before(at)
                continue
            if answer == 1:
                return self._given, {**self._made, **self._typed}
            self._all = self._all or answer == 3
            at = 0

    def _settled(self, count: int) -> Answers:
        """The answers to the first questions. Raises `BadAnswers`."""
        first = self._questions[:count]
        keys = {one.key for one in first}
        given = {key: value for key, value in self._given.items() if key in keys}
        return settle(first, given, self._facts, {**self._made, **self._typed})

    def _wrong(self, at: int) -> str:
        """What is wrong with the answer to that question as it stands."""
        question = self._questions[at]
        try:
            answers = self._settled(at + 1)
        except BadAnswers as bad:
            return next((text for key, text in bad.errors if key == question.key), "")
        if question.key == self._guide.instance_key and self._is_there(str(answers[question.key])):
            text = _("`{name}` is here already: choose it at the beginning (b), or take another name")
            return text.format(name=answers[question.key])
        return ""

    def _is_there(self, name: str) -> bool:
        if not self._guide.state:
            return name in there(self._guide, self._state_dir)
        try:
            return opened(self._guide.id, name, self._state_dir).kept
        except Stop:
            return False

    def _asked(self, at: int) -> bool:
        # A default that cannot be right on this machine is asked for, advanced or not.
        return self._all or not self._questions[at].advanced or bool(self._wrong(at))

    def _next(self, at: int) -> int:
        """The first question from there on that is asked; their count where none is."""
        return next((one for one in range(at, len(self._questions)) if self._asked(one)), len(self._questions))

    def _before(self, at: int) -> int:
        found = next((one for one in reversed(range(min(at, len(self._questions)))) if self._asked(one)), None)
        if found is None:
            raise Back
        return found

    def _one(self, at: int) -> None:
        question = self._questions[at]
        if question.group and (at == 0 or self._questions[self._before_or(at)].group != question.group):
            self._terminal.title(question.group)
        given, typed = dict(self._given), dict(self._typed)
        while True:
            self._terminal.say("")
            if question.kind == SECRET:
                self._secret(question)
            elif question.kind in (CHOICE, TRUTH):
                self._choice(question, at)
            else:
                self._text(question, at)
            wrong = self._wrong(at)
            if not wrong:
                return
            self._terminal.say(_("Not so: {why}").format(why=wrong))
            self._given, self._typed = dict(given), dict(typed)

    def _before_or(self, at: int) -> int:
        try:
            return self._before(at)
        except Back:
            return at

    def _value(self, at: int) -> Any:
        """The answer that Enter takes."""
        question = self._questions[at]
        if question.key in self._given:
            return self._given[question.key]
        try:
            before = self._settled(at)
        except BadAnswers:
            return ""
        return question.default(before, self._facts)

    def _text(self, question: Question, at: int) -> None:
        value = self._value(at)
        default = ", ".join(value) if question.kind == LIST and not isinstance(value, str) else str(value)
        help = question.help
        if question.kind == LIST:
            help = " ".join(filter(None, [help, _("Several are told apart by commas.")]))
        said = self._terminal.ask(question.title, default, help)
        if said == default:
            return
        self._given[question.key] = said

    def _choice(self, question: Question, at: int) -> None:
        value = self._value(at)
        truth = question.kind == TRUTH
        values: list[Any] = [True, False] if truth else list(question.choices)
        self._terminal.say(question.title)
        words = [_("yes"), _("no")] if truth else [str(one) for one in values]
        number = self._terminal.choose(words, values.index(value) + 1 if value in values else 1, question.help)
        self._given[question.key] = values[number - 1]

    def _secret(self, question: Question) -> None:
        made = question.key in self._made
        enter = _("Enter: the one that was made") if made else _("Enter: none")
        if question.key in self._typed:
            enter = _("Enter: the one you typed")
        text = _("{title} (it is not shown; {enter})").format(title=question.title, enter=enter)
        while said := self._terminal.hidden(text, question.help):
            if self._terminal.hidden(_("The same again")) == said:
                self._typed[question.key] = said
                return
            self._terminal.say(_("These were not the same."))

    def _summary(self) -> int:
        """Everything once more; 1 go on, 2 answer again, 3 ask everything."""
        answers = self._settled(len(self._questions))
        self._terminal.title(_("The answers"))
        left = 0
        for question in self._questions:
            if question.advanced and not self._all and question.key not in self._given:
                left += 1
                continue
            shown = self._shown(question, answers[question.key])
            self._terminal.say(_("{title}: {evidence}").format(title=question.title, evidence=shown), 2, 2)
        if left:
            text = _n("{count} more has its default.", "{count} more have their defaults.", left)
            self._terminal.say(text.format(count=left), 2)
        self._terminal.say("")
        choices = [_("go on: look at what is to do; nothing is changed yet"), _("answer again")]
        if left:
            choices.append(_("answer again, the other questions too"))
        return self._terminal.choose(choices, 1, _("Changes begin only at a checkpoint, when you say so."))

    def _shown(self, question: Question, value: Any) -> str:
        if question.kind == SECRET:
            if question.key in self._typed:
                return _("as typed")
            return _("made, not shown") if question.key in self._made else _("none")
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        return ", ".join(value) if isinstance(value, tuple) else str(value)
