"""Questions, and the validation of answers to them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from wizard.base.addresses import split
from wizard.base.errors import BadData
from wizard.base.excerpt import excerpt
from wizard.base.language import _
from wizard.base.rendering import toml_string
from wizard.base.secret import MASK, Secret, generate
from wizard.base.values import Value
from wizard.base.visible import spelt
from wizard.host.facts import Facts

TEXT, NUMBER, TRUTH, LIST, CHOICE, SECRET = "text", "number", "truth", "list", "choice", "secret"
# Bounds of what may be given: a text in bytes as UTF-8, the texts of a list, the errors that are told at once.
LONGEST, MOST, MOST_ERRORS = 4096, 500, 50
LONGEST_KEY, LONGEST_ERROR = 300, 800  # in characters, of an error that is told
Check = Callable[[Any, "Answers", Facts], str]
Default = str | int | Sequence[str] | Callable[["Answers", Facts], Any]


class Answers(Mapping[str, Any]):
    """Answers by key, also available as attributes; secret ones are of type `Secret`."""

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
        """The secrets that are not empty."""
        return tuple(value for value in self._values.values() if isinstance(value, Secret) and value.reveal())


class Question(Value):
    """One question. `default` is a value, or a function of the answers to earlier questions and the facts.

    `check` returns what is wrong with an answer, or "". `length` is that of a generated secret, 0 for none.
    `credential` is the key of the secret question that takes what is secret of an address given here: a password or a
    token (`https://who:PASSWORD@host/...`). `personal` marks an answer that identifies a `host`, a `user`, a `mail`
    address or a `name`, which reports redact; paths and URLs need no mark.
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
    credential: str = ""

    def default_for(self, answers: Answers, facts: Facts) -> Any:
        """Return the default, given the answers to earlier questions and the facts of the machine."""
        return self.default(answers, facts) if callable(self.default) else self.default


class BadAnswers(BadData):
    """Invalid answers; `errors` holds each key with what is wrong."""

    def __init__(self, errors: Sequence[tuple[str, str]]) -> None:
        first = _("these answers cannot be used; nothing was touched:")
        lines = [f"  {excerpt(key, LONGEST_KEY)}: {excerpt(text, LONGEST_ERROR)}" for key, text in errors[:MOST_ERRORS]]
        if len(errors) > MOST_ERRORS:
            lines.append("  " + _("and {count} more").format(count=len(errors) - MOST_ERRORS))
        super().__init__(first, *lines)
        self.errors = tuple(errors)


class _Collected(NamedTuple):
    values: dict[str, Any]
    errors: list[tuple[str, str]]


def validate_answers(
    questions: Sequence[Question],
    given: Mapping[str, Any],
    facts: Facts,
    secrets: Mapping[str, str] | None = None,
    retired: Mapping[str, str | bool] | None = None,
) -> Answers:
    """Validate the given answers and complete them with known secrets, defaults and generated secrets.

    `retired` maps keys of questions that no longer exist to the one answer that is still accepted, and ignored, for
    files written by an older version. Raises `BadAnswers` with every error, among them unknown keys.
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
    """As `validate_answers`, but return the answers with the list of errors (key, text) instead of raising."""
    known = {question.key for question in questions}
    collected = _Collected({}, [])
    given = _without_passwords(questions, given)
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
            return  # an adopted instance whose secret is not stored on this host
        wrong = (_unfit(text, secret=True) or question.check(text, so_far, facts)) if good else _("a text is wanted")
        if wrong:
            collected.errors.append((key, wrong.replace(text, MASK) if good and text else wrong))
        return
    value = given[key] if was_given else question.default_for(so_far, facts)
    wrong, value = _typed(question, value)
    collected.values[key] = value
    # An empty answer is valid if the default is empty.
    if not wrong and (value not in ("", ()) or question.default_for(so_far, facts) not in ("", ())):
        wrong = question.check(value, so_far, facts)
    if wrong:
        collected.errors.append((key, _shortened(wrong, value)))


def _without_passwords(questions: Sequence[Question], given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what was given, in which what is secret of an address is the answer to that address's `credential`."""
    found = dict(given)
    for question in questions:
        value = given.get(question.key) if question.credential else None
        if isinstance(value, str) and len(value) <= LONGEST:
            address, secret = split(value)
            found |= {question.key: address, question.credential: secret} if secret else {}
    return found


def holds_secret(questions: Sequence[Question], given: Mapping[str, Any]) -> bool:
    """Whether any of these answers is secret, or an address with a password."""
    secret = {question.key for question in questions if question.kind == SECRET}
    return any(value for key, value in _without_passwords(questions, given).items() if key in secret)


def wrong_name(question: Question, value: Any) -> str:
    """Return why this cannot be an answer to the question, whatever the others are; "" if it may be one."""
    wrong, value = _typed(question, value)
    return _shortened(wrong, value)


def _shortened(wrong: str, value: Any) -> str:
    """Return an error in which the answer that it repeats is shortened."""
    for text in (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ():
        for form in (text, repr(text)):
            wrong = wrong.replace(form, excerpt(text)) if excerpt(text) != text else wrong
    return wrong


def _typed(question: Question, value: Any) -> tuple[str, Any]:
    """Convert a value to the question's kind; returns what is wrong ("" if nothing) and the converted value."""
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
    return _unfit(value), value


def _number(value: Any) -> tuple[str, int]:
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value.strip()):
        # `int` leaves fewer kinds of blanks out than `strip` does.
        value = int(value.strip())
    good = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18
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
    if len(value) > MOST:
        return _("at most {most} of them can be given, and these are {count}").format(most=MOST, count=len(value)), ()
    wrong = next((text for one in value if (text := _unfit(one))), "")
    if not wrong and choices:
        strange = [one for one in value if one not in choices]
        wrong = _not_a_choice(strange[0], choices) if strange else ""
    return wrong, tuple(value)


def _not_a_choice(value: str, choices: Sequence[str]) -> str:
    return _("{value} is none of: {choices}").format(value=f"'{excerpt(value)}'", choices=", ".join(choices))


def _unfit(text: str, *, secret: bool = False) -> str:
    """Return why a text cannot be an answer; "" if it may be one. A secret is never shown: it may hold what is not
    seen."""
    if (size := len(text.encode(errors="surrogatepass"))) > LONGEST:
        return _("at most {most} bytes; this has {size}").format(most=LONGEST, size=size)
    if text.isprintable() and spelt(text) == text:
        return ""
    kinds = {unicodedata.category(letter): letter for letter in text}
    if kinds.keys() & {"Cc", "Zl", "Zp"}:
        return _("a line's end or another control character cannot stand in an answer")
    if "Cs" in kinds:
        return _("it is not valid UTF-8")
    unseen = next((letter for letter in text if spelt(letter) != letter or unicodedata.category(letter) == "Cf"), "")
    if unseen and not secret:
        told = _("U+{code:04X} cannot stand in an answer: it is not seen, or turns the direction of what is")
        return told.format(code=ord(unseen))
    return ""


def _unknown(key: str, value: Any, known: set[str], retired: Mapping[str, str | bool]) -> str:
    """Return the error for an unknown key; "" if it is a retired question's accepted answer."""
    if key in retired:
        accepted = retired[key]
        same = value == accepted or (isinstance(accepted, bool) and str(value).lower() == str(accepted).lower())
        return "" if same else _("not supported yet: leave it out")
    near = _nearest(key, known) if len(key) <= LONGEST_KEY else ""
    return _("there is no such question") + (_(" (did you mean `{key}`?)").format(key=near) if near else "")


def _nearest(key: str, known: set[str]) -> str:
    import difflib

    return next(iter(difflib.get_close_matches(key, sorted(known), 1)), "")


def example(questions: Sequence[Question], answers: Answers) -> str:
    """Return an answers file with every question: title and help as comments, the given answer as value."""
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
    """Format a string, integer, boolean or list as TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, tuple | list):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    return toml_string(value)
