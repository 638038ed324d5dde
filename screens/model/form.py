"""The answers to a guide's questions while somebody gives them: what was typed, what follows, what is wrong.

Knows nothing of Textual: all that is decided about answers is tested without a screen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from screens.model.instance import Instance
from wizard.answers.file import load_given as given_in
from wizard.answers.questions import (
    CHOICE,
    LIST,
    SECRET,
    TRUTH,
    Answers,
    BadAnswers,
    Question,
    check_answers,
    example,
    toml_value,
)
from wizard.base.language import _
from wizard.base.secret import Secret, generate
from wizard.beside import asked_instead, clash, collisions, free_name, free_port, instances_here
from wizard.guide import Guide
from wizard.host.facts import Facts
from wizard.host.opening import exists
from wizard.host.sockets import Listener
from wizard.host.taken import account_taken, listeners, port_taken
from wizard.record.state import root_of


class Form:
    """What is answered so far. A question that nobody touched follows the others, by its default."""

    def __init__(self, guide: Guide, facts: Facts, state_dir: str = "", of: Instance | None = None) -> None:
        """For a new instance, or `of` one that is here, whose answers stand in it and whose name stays."""
        self.guide, self.facts, self.state_dir, self.of = guide, facts, state_dir, of
        self.given: dict[str, Any] = {}
        self.generated: dict[str, str] = {}
        self.questions: Sequence[Question] = ()
        self.answers = Answers({})
        self.errors: dict[str, str] = {}
        self.here, self.asked = instances_here(state_dir), ""
        if of is not None:
            self.here[guide.id] = {name: one for name, one in self.here.get(guide.id, {}).items() if name != of.name}
            # Empty: one that this user may not know, and that stays as it is.
            secrets = (value for value in of.answers.values() if isinstance(value, Secret))
            self.generated = {one.name: one.reveal() for one in secrets}
        self.speak()
        if of is None:
            self.stand_apart()
        else:
            self.take({key: value for key, value in of.answers.items() if not isinstance(value, Secret)})
        self.before = self.answers

    def speak(self) -> None:
        """The questions in the language that is spoken now."""
        self.questions = self.guide.questions()
        self.weigh()

    def stand_apart(self) -> None:
        """A name and a port of its own, where another instance has the usual ones."""
        key = self.guide.instance_key
        if key and (free := free_name(self.shown(key), self.here.get(self.guide.id, {}))) != self.shown(key):
            self.given[key] = free
        self.weigh()
        if clash(self.answers, self.here):
            self.given["http_port"] = str(free_port(self.answers, self.here))
            self.weigh()

    @property
    def fixed(self) -> str:
        """The question whose answer stays: the name of an instance that is here."""
        return self.guide.instance_key if self.of is not None else ""

    @property
    def changed(self) -> bool:
        """Whether anything is answered otherwise than at first."""
        return dict(self.answers) != dict(self.before)

    def weigh(self) -> None:
        """Works out all answers, and what is wrong with them."""
        # What was taken from another answer, and not typed, is taken anew.
        if self.asked and self.given.get("asked_as") == self.asked:
            del self.given["asked_as"]
        self.answers, errors = check_answers(self.questions, self.given, self.facts, self.generated)
        self.asked = "" if self.of or "asked_as" in self.given else asked_instead(self.answers, self.here)
        if self.asked:
            self.given["asked_as"] = self.asked
            self.answers, errors = check_answers(self.questions, self.given, self.facts, self.generated)
        for question in self.questions:
            value = self.answers[question.key]
            if question.kind == SECRET and question.key not in self.given and value.reveal():
                self.generated[question.key] = value.reveal()
        wrong: dict[str, str] = {}
        for name, text in errors:
            wrong.setdefault(name, text)
        key = self.guide.instance_key
        if key and not self.fixed and key not in wrong and self.begun:
            text = _("`{name}` is here already: another name is wanted, or go back and choose it")
            wrong[key] = text.format(name=self.answers[key])
        if self.of is None:
            for name, text in self.taken():
                wrong.setdefault(name, text)
        for name, text in collisions(self.answers, self.here).items():
            wrong.setdefault(name, text)
        # What only follows from an answer that is wrong is right again when that one is.
        touched = {name: text for name, text in wrong.items() if name in self.given}
        self.errors = touched or wrong

    @property
    def begun(self) -> bool:
        """Whether an instance of that name is here; where this user may not look, or would go into a folder of
        others, it is not said so."""
        try:
            return exists(self.folder / "answers.toml")
        except (OSError, ValueError):
            return False

    def taken(self) -> Iterator[tuple[str, str]]:
        """What of these answers this machine has given to somebody else, before anything is planned with them."""
        if self.guide.root and self.guide.instance_key == "instance":
            name = str(self.answers["instance"])
            if text := account_taken(name, self.guide.id):
                yield "instance", text
        port = self.answers.get("http_port")
        if isinstance(port, int) and (text := port_taken(port, self.listening, ("nginx",))):
            yield "http_port", text

    @cached_property
    def listening(self) -> tuple[Listener, ...]:
        """Who listens on this machine, as it was when the questions were opened."""
        return listeners()

    def question(self, key: str) -> Question:
        """The question of that key."""
        return next(one for one in self.questions if one.key == key)

    def shown(self, key: str) -> str:
        """What stands in the field of a question: what was typed, or the default as one would type it."""
        question, value = self.question(key), self.given.get(key, self.answers[key])
        if isinstance(value, Secret):
            return value.reveal()
        if isinstance(value, bool):
            return "true" if value else "false"
        if question.kind == LIST and isinstance(value, tuple | list):
            return ", ".join(map(str, value))
        return str(value)

    def choices(self, question: Question) -> Sequence[tuple[str, str]]:
        """What can be picked, each with its word; nothing where a text is wanted."""
        if question.kind == TRUTH:
            return (("false", _("no")), ("true", _("yes")))
        return [(one, one) for one in question.choices] if question.kind == CHOICE else ()

    def typed(self, key: str, text: str) -> None:
        """Something was typed. What is typed as the default would be counts as untouched."""
        self.given.pop(key, None)
        self.weigh()
        if text != self.shown(key):
            self.given[key] = text
            self.weigh()

    def renew(self, key: str) -> None:
        """A new secret, where one is generated at all."""
        if self.renewable(key):
            self.given.pop(key, None)
            self.generated[key] = generate(self.question(key).length)
            self.weigh()

    def renewable(self, key: str) -> bool:
        """Whether another secret can be made: for an instance that is here they are in use."""
        return self.of is None and self.question(key).length > 0

    def advanced(self, question: Question) -> bool:
        """Whether it is for those who look for it; so is what has only one answer."""
        return question.advanced or (question.kind == CHOICE and len(question.choices) < 2)

    @property
    def folder(self) -> Path:
        """Where the state of this instance will lie."""
        name = self.guide.instance(self.answers)
        if self.guide.state and not self.state_dir:
            return Path(name) / self.guide.state
        root = Path("/var/lib/jalon") if self.guide.root and not self.state_dir else root_of(self.state_dir or None)
        return root / self.guide.id / name.strip("/").replace("/", "-")

    def where(self, question: Question) -> str:
        """Where its answer ends up."""
        if question.kind == SECRET:
            text = _("This will be kept in {path} and in the application.")
            return text.format(path=self.folder / "secrets.toml")
        return _("This will be kept in {path}.").format(path=self.folder / "answers.toml")

    def file(self) -> str:
        """An answers file with all of it, secrets too."""
        text = example(self.questions, self.answers)
        for secret in self.answers.secrets:
            text = text.replace(f'# {secret.name} = ""\n', f"{secret.name} = {toml_value(secret.reveal())}\n")
        return text

    def load(self, path: str) -> None:
        """Takes the answers of a file. Raises `BadAnswers` with all that is wrong; then nothing was taken."""
        found = given_in(path, self.questions)
        _answers, errors = check_answers(self.questions, found, self.facts, self.generated, self.guide.retired)
        if errors:
            raise BadAnswers(errors)
        self.take(found)

    def take(self, given: Mapping[str, Any]) -> None:
        """These answers, and the defaults for the others; what says no more than its default follows it as before."""
        asked = {question.key for question in self.questions}
        self.given = {key: value for key, value in given.items() if key in asked}
        for key in list(self.given):
            self.typed(key, self.shown(key))
        self.weigh()
