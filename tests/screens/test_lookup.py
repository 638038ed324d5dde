"""What an answer names is looked up, told, and never waited for; and the answer that an obstacle is about."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from screens.model import lookup
from screens.model.form import Form
from screens.model.lookup import absent, host_of, proxied, told_now, told_of
from screens.model.obstacle import concerned
from screens.plain.questions import Questions as PlainQuestions
from screens.plain.terminal import Terminal
from tests.screens.snapshot import settled, shown, walk
from tests.screens.support import FACTS, NOWHERE, pretend
from tests.screens.test_questions import asked, asking
from wizard.answers import checks
from wizard.answers.questions import SECRET, Answers, Question, check_answers
from wizard.base.language import set_language
from wizard.guides.registry import guides

HOST = Question("db_host", "Host", check=checks.host_name)
SOURCE = Question("source", "Source", check=checks.git_address, credential="source_access")
INDEX = Question("index", "Index", check=checks.address_with_scheme)
FINDS = """#!/bin/sh
echo "$2" >> {folder}/asked
case $2 in
    *.nowhere) exit 2 ;;
    slow) exec sleep 60 ;;
    broken) exit 3 ;;
esac
"""


@pytest.fixture(autouse=True)
def names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine that finds every name but those below `nowhere`; what was asked is in `asked`."""
    set_language("en")
    pretend(monkeypatch)
    program = tmp_path / "getent"
    program.write_text(FINDS.format(folder=tmp_path))
    program.chmod(0o755)
    # What is run to read is looked for in the system's own folders.
    monkeypatch.setattr(lookup, "_asking", lambda host: (str(program), "ahosts", host))
    for name in lookup.PROXIES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("screens.pages.questions.PAUSE", 0.0)
    return tmp_path / "asked"


@pytest.mark.parametrize(
    ("question", "value", "host"),
    [
        (HOST, "db.example.org", "db.example.org"),
        (HOST, "192.0.2.7", ""),
        (HOST, "", ""),
        (SOURCE, "https://git.example.org/x.git", "git.example.org"),
        (SOURCE, "ssh://git@git.example.org:2222/x.git", "git.example.org"),
        (SOURCE, "git@git.example.org:x.git", "git.example.org"),
        (SOURCE, "https://[::1]/x.git", ""),
        (SOURCE, "https://[bad/x.git", ""),
        (SOURCE, "file:///srv/x.git", ""),
        (SOURCE, "/srv/x.git", ""),
        (INDEX, "https://pip.example.org/simple", "pip.example.org"),
        (INDEX, "https://-rf/simple", ""),
        (Question("greeting", "Text"), "who@where: there", ""),
        (Question("hidden", "Secret", kind=SECRET), "https://git.example.org", ""),
    ],
)
def test_which_name_an_answer_needs(question: Question, value: str, host: str) -> None:
    assert host_of(question, value) == host


def test_a_proxy_finds_the_names_of_the_web(monkeypatch: pytest.MonkeyPatch) -> None:
    assert host_of(SOURCE, "https://git.example.org/x.git", True) == ""
    assert host_of(SOURCE, "git@git.example.org:x.git", True) == "git.example.org"
    proxy = Question("proxy", "Proxy")
    assert host_of(proxy, "http://proxy.example.org:3128", True) == "proxy.example.org"
    assert not proxied(Answers({"proxy": ""})) and proxied(Answers({"proxy": "http://proxy.example.org"}))
    monkeypatch.setenv("https_proxy", "http://proxy.example.org")
    assert proxied(Answers({}))


def test_what_is_not_found_is_told_and_what_cannot_be_told_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    for ask in (lambda host: asyncio.run(told_of(host)), told_now):
        assert "does not find db.nowhere" in ask("db.nowhere")
        assert ask("db.example.org") == ask("broken") == ""
        monkeypatch.setattr(lookup, "DEADLINE", 0.3)
        began = time.monotonic()
        assert "does not find slow" in ask("slow")
        assert time.monotonic() - began < 30
        monkeypatch.setattr(lookup, "DEADLINE", 30.0)


def test_a_repository_of_this_machine(tmp_path: Path) -> None:
    assert absent(SOURCE, str(tmp_path)) == absent(SOURCE, f"file://{tmp_path}") == ""
    assert "There is no /nonexistent/x.git" in absent(SOURCE, "file:///nonexistent/x.git")
    if os.geteuid() == 0:
        # Root does not go where others may put a file system that never answers.
        os.chown(tmp_path, 65534, 65534)
        assert absent(SOURCE, f"{tmp_path}/x.git") == ""
    assert absent(HOST, "/nonexistent") == absent(SOURCE, "git@git.nowhere:x") == ""


async def _type(pilot: Pilot[Any], key: str, text: str) -> None:
    screen = await asked(pilot)
    if not screen.query(f"#field-{key}"):
        await pilot.press("f4")
        await settled(pilot, lambda: screen.query(f"#field-{key}"))
    screen.query_one(f"#field-{key}", Input).focus()
    screen.query_one(f"#field-{key}", Input).value = text


def test_it_is_told_at_the_field_and_forbids_nothing() -> None:
    app = asking("biomaid")

    async def steps(pilot: Pilot[Any]) -> None:
        await _type(pilot, "source", "https://git.nowhere/x.git")
        await settled(pilot, lambda: "does not find git.nowhere" in shown(app))
        await _type(pilot, "source", "https://git.example.org/x.git")
        await settled(pilot, lambda: "does not find" not in shown(app))
        await _type(pilot, "source", "/nonexistent/x.git")
        await settled(pilot, lambda: "There is no /nonexistent/x.git" in shown(app))
        await pilot.press("enter")
        await settled(pilot, lambda: app.began)

    walk(app, steps)


def test_nobody_waits_for_it(names: Path) -> None:
    """A name that is looked up for long keeps no key waiting, and is given up where another is typed."""
    app = asking("biomaid")

    async def steps(pilot: Pilot[Any]) -> None:
        await _type(pilot, "source", "https://slow/x.git")
        await settled(pilot, lambda: names.exists())
        began = time.monotonic()
        await _type(pilot, "source", "https://Bad address")
        await settled(pilot, lambda: "is no git address" in shown(app))
        assert time.monotonic() - began < lookup.DEADLINE - 1

    walk(app, steps)


def test_what_nobody_typed_is_not_looked_up(names: Path) -> None:
    async def steps(pilot: Pilot[Any]) -> None:
        screen = await asked(pilot)
        screen.query_one("#field-instance", Input).value = "other"
        await pilot.pause(0.3)

    walk(asking("biomaid"), steps)
    assert not names.exists()


class Answering(Terminal):
    """Types one answer, and keeps what is said."""

    def __init__(self, answer: str) -> None:
        self.answer, self.said = answer, [""]

    def say(self, text: str, indent: int = 0, hang: int = 0) -> None:
        self.said.append(text)

    def ask(self, text: str, default: str = "", help: str = "") -> str:
        return self.answer


def test_the_plain_questions_tell_it_too() -> None:
    form = Form(guides()["biomaid"], FACTS, NOWHERE)
    terminal = Answering("https://git.nowhere/x.git")
    place = next(number for number, one in enumerate(form.questions) if one.key == "source")
    PlainQuestions(terminal, form)._one(place)
    assert "does not find git.nowhere" in terminal.said[-1]


class TestObstacles:
    QUESTIONS = guides()["biomaid"].questions()

    @pytest.mark.parametrize(
        ("why", "remedy", "key"),
        [
            ("8080 is held by apache2", "choose another port (the answer `http_port`)", "http_port"),
            ("`source` leads nowhere", "look at it", "source"),
            ("the account demo is another person's", "choose another name", "instance"),
            ("the account demonstration is another person's", "choose another name", ""),
            ("/srv/backups/kept belongs to alice", "choose another folder", "backup_directory"),
            ("`pg_hba.conf` is empty", "write it", ""),
            ("", "", ""),
        ],
    )
    def test_the_answer_that_it_names_or_whose_value_it_tells(self, why: str, remedy: str, key: str) -> None:
        given = {"instance": "demo", "backup_directory": "/srv/backups"}
        answers, _errors = check_answers(self.QUESTIONS, given, FACTS, {})
        assert concerned(self.QUESTIONS, answers, why, remedy) == key
