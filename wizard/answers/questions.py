"""Questions to validated answers; the answers file; secrets apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wizard.base.errors import BadData
from wizard.base.language import _
from wizard.base.rendering import toml_string
from wizard.base.secret import Secret, generate
from wizard.base.values import Value
from wizard.host.facts import Facts

TEXT, NUMBER, TRUTH, LIST, CHOICE, SECRET = "text", "number", "truth", "list", "choice", "secret"
Check = Callable[[Any, "Answers", Facts], str]
Default = str | int | Sequence[str] | Callable[["Answers", Facts], Any]


class Answers(Mapping[str, Any]):
    """Answers by key; also as attributes, so that a guide reads plainly. Those that are secret are `Secret`s."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = dict(values)

    def __getitem__(self, key: str) -> Any:
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __getattr__(self, key: str) -> Any:
        try:
            return self.__dict__["_values"][key]
        except KeyError:
            raise AttributeError(key) from None

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """All that are secret and not empty."""
        return tuple(value for value in self._values.values() if isinstance(value, Secret) and value.reveal())


class Question(Value):
    """One question. `default` is a value, or a function that computes it from the facts and the answers to earlier
    questions; `default_for` gives it.

    `check` returns what is wrong with an answer, or nothing. `length` is that of a generated secret.
    `personal` says that the answer names a `host`, a `user`, a `mail` address, or something else by a `name`: it is
    left out of what is meant for a helper. What is only a path or an address with a scheme needs no such mark.
    """

    key: str
    title: str
    help: str = ""
    kind: str = TEXT
    default: Default = ""
    check: Check = lambda value, answers, facts: ""
    choices: Sequence[str] = ()
    group: str = ""
    advanced: bool = False
    length: int = 24
    personal: str = ""

    def default_for(self, answers: Answers, facts: Facts) -> Any:
        """The default, for these answers to earlier questions and on a machine of these facts."""
        return self.default(answers, facts) if callable(self.default) else self.default


class BadAnswers(BadData):
    """Every answer that is wrong, each with its key and what is wrong with it."""

    def __init__(self, errors: Sequence[tuple[str, str]]) -> None:
        first = _("these answers cannot be used; nothing was touched:")
        super().__init__(first, *(f"  {key}: {text}" for key, text in errors))
        self.errors = tuple(errors)


@dataclass
class _Collected:
    values: dict[str, Any] = field(default_factory=dict)
    errors: list[tuple[str, str]] = field(default_factory=list)


def validate_answers(
    questions: Sequence[Question],
    given: Mapping[str, Any],
    facts: Facts,
    secrets: Mapping[str, str] | None = None,
    retired: Mapping[str, str | bool] | None = None,
) -> Answers:
    """Every question answered: as given, by the secrets that are known, by default, or generated.

    `retired` are the keys of questions that are no longer asked, each with the one answer that it took: that answer is
    ignored, as in a file of an older version. Raises `BadAnswers` with all that is wrong; any other answer to a retired
    question is wrong, and so is a key that no question has.
    """
    answers, errors = check_answers(questions, given, facts, secrets, retired)
    if errors:
        raise BadAnswers(errors)
    return answers


def check_answers(
    questions: Sequence[Question],
    given: Mapping[str, Any],
    facts: Facts,
    secrets: Mapping[str, str] | None = None,
    retired: Mapping[str, str | bool] | None = None,
) -> tuple[Answers, Sequence[tuple[str, str]]]:
    """The same while somebody still writes: the answers as far as they go, and all that is wrong with them."""
    known = {question.key for question in questions}
    collected = _Collected()
    for key in given:
        if key not in known and (wrong := _unknown(key, given[key], known, retired or {})):
            collected.errors.append((key, wrong))
    for question in questions:
        _answer(question, given, facts, secrets or {}, collected)
    return Answers(collected.values), tuple(collected.errors)


def _answer(
    question: Question,
    given: Mapping[str, Any],
    facts: Facts,
    secrets: Mapping[str, str],
    collected: _Collected,
) -> None:
    key, so_far = question.key, Answers(collected.values)
    was_given = key in given
    if question.kind == SECRET:
        # Left empty it counts as left out: an empty password opens nothing.
        text = given[key] if given.get(key, "") != "" else secrets.get(key)
        if text is None:
            text = question.default_for(so_far, facts) or (generate(question.length) if question.length else "")
        good = isinstance(text, str)
        collected.values[key] = Secret(key, text if good else "")
        if text == "" == secrets.get(key):
            return  # known to be known to nobody here: of an instance that somebody else installed
        if wrong := (_control(text) or question.check(text, so_far, facts)) if good else _("a text is wanted"):
            collected.errors.append((key, wrong))
        return
    value = given[key] if was_given else question.default_for(so_far, facts)
    wrong, value = _typed(question, value)
    collected.values[key] = value
    # Left empty where that is the default: there is nothing to check.
    if not wrong and (value not in ("", ()) or question.default_for(so_far, facts) not in ("", ())):
        wrong = question.check(value, so_far, facts)
    if wrong:
        collected.errors.append((key, wrong))


def _typed(question: Question, value: Any) -> tuple[str, Any]:
    """What is wrong with the kind of a value, and the value as that kind."""
    if question.kind == NUMBER:
        return _number(value)
    if question.kind == TRUTH:
        return _truth(value)
    if question.kind == LIST:
        return _list(value, question.choices)
    if not isinstance(value, str):
        return _("a text is wanted"), ""
    if question.kind == CHOICE and value not in question.choices:
        return _not_a_choice(value, question.choices), value
    return _control(value), value


def _number(value: Any) -> tuple[str, int]:
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value.strip()):
        value = int(value)
    good = isinstance(value, int) and not isinstance(value, bool)
    return ("", value) if good else (_("a whole number is wanted"), 0)


def _truth(value: Any) -> tuple[str, bool]:
    if isinstance(value, str) and value.lower() in ("true", "false"):
        value = value.lower() == "true"
    return ("", value) if isinstance(value, bool) else (_("true or false is wanted"), False)


def _list(value: Any, choices: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    if isinstance(value, str):
        value = [word.strip() for word in value.split(",") if word.strip()]
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        return _("a list of texts is wanted"), ()
    wrong = next((text for one in value if (text := _control(one))), "")
    if not wrong and choices:
        strange = [one for one in value if one not in choices]
        wrong = _not_a_choice(strange[0], choices) if strange else ""
    return wrong, tuple(value)


def _not_a_choice(value: str, choices: Sequence[str]) -> str:
    return _("{value!r} is none of: {choices}").format(value=value, choices=", ".join(choices))


def _control(text: str) -> str:
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in text):
        return _("a line's end or another control character cannot stand in an answer")
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        return _("it is not valid UTF-8")
    return ""


def _unknown(key: str, value: Any, known: set[str], retired: Mapping[str, str | bool]) -> str:
    """What is wrong with an answer to no question; nothing where that question is retired and this was its answer."""
    if key in retired:
        accepted = retired[key]
        same = value == accepted or (isinstance(accepted, bool) and str(value).lower() == str(accepted).lower())
        return "" if same else _("not supported yet: leave it out")
    near = _nearest(key, known)
    return _("there is no such question") + (_(" (did you mean `{key}`?)").format(key=near) if near else "")


def _nearest(key: str, known: set[str]) -> str:
    import difflib

    return next(iter(difflib.get_close_matches(key, sorted(known), 1)), "")


def example(questions: Sequence[Question], answers: Answers) -> str:
    """An answers file with every question: its title and help as comments, its default as value."""
    lines = [_("# Answers for jalon. What is left out takes its default."), ""]
    group = None
    for question in questions:
        if question.group != group:
            group = question.group
            lines += [f"# --- {group} ---", ""]
        lines += [f"# {question.title}"]
        lines += [f"# {line}" for line in question.help.splitlines()]
        if question.choices:
            lines.append("# " + _("One of: {choices}").format(choices=", ".join(question.choices)))
        if question.kind == SECRET:
            lines.append("# " + _("Secret. Generated when left out; with a secret in it this file must be 0600."))
            lines += [f'# {question.key} = ""', ""]
        else:
            lines += [f"{question.key} = {toml_value(answers[question.key])}", ""]
    return "\n".join(lines)


def toml_value(value: Any) -> str:
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, tuple | list):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    return toml_string(value)
