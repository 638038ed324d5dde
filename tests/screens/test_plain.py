"""The walk in plain questions, as a person at a terminal has it."""

from __future__ import annotations

import asyncio
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from screens.model.children import Jalon
from screens.model.instance import begun
from screens.model.look import Look
from screens.model.sudo import Sudo
from screens.model.walk import Walk
from screens.pages.summary import parts
from screens.plain.end import End
from screens.plain.looking import Looking
from screens.plain.terminal import Terminal as Plain
from screens.plain.terminal import folded
from tests.forkserver import ROOT
from tests.screens.madeup import LANGUAGE, STATE, program
from tests.screens.places import GUIDE
from tests.screens.terminal import Terminal
from tests.unit.running import environment
from wizard.base.values import replace
from wizard.guide import Arrival
from wizard.host.facts import gather

PROMPT = r"(\]|[^0-9\n]): $"
LEFT = "start again to go on from there"
Begin = Callable[..., Terminal]


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    """Starts the wizard over the made-up guide."""
    begun: list[Terminal] = []

    def start(language: str = "en", width: int = 80, *, alone: bool = False) -> Terminal:
        path = program(tmp_path, environment(), alone=alone)
        more = {"MADEUP_PROGRAM": str(path), STATE: f"{tmp_path}/state", LANGUAGE: language}
        env = environment(TERM="dumb", XDG_RUNTIME_DIR=str(tmp_path), **more)
        begun.append(Terminal([str(path)], env, ROOT, (width, 24)))
        return begun[-1]

    yield start
    for one in begun:
        with one:
            pass
    # Nothing that was secret stays behind.
    assert not list(tmp_path.glob("jalon-wizard-*"))


def answer(terminal: Terminal, *said: str) -> None:
    """Types these at the next prompts."""
    for one in said:
        terminal.expect(PROMPT)
        terminal.type(one)


def to_route(terminal: Terminal, folder: Path, mood: str = "1") -> None:
    """Answers all questions; with what follows, the way is shown."""
    answer(terminal, "1", "", str(folder / "made"), "", "", "", mood, "", "", "1")
    terminal.expect("== The way")


def widest(terminal: Terminal, folder: Path) -> int:
    """Of the lines that it said by itself: not those with a path that we typed, or that is part of a command."""
    return max(len(line) for line in terminal.lines if str(folder) not in line)


class TestTheWholeWalk:
    @pytest.mark.parametrize("width", [80, 40])
    def test_from_the_questions_to_the_report(self, begin: Begin, tmp_path: Path, width: int) -> None:
        terminal = begin(width=width, alone=width == 80)
        to_route(terminal, tmp_path)
        # The first checkpoint, done; on to the second, done; back to the way, to the report.
        answer(terminal, "", "1", "6", "1", "", "")
        assert "Everything holds." in terminal.expect("Number")
        answer(terminal, "3")
        shown = terminal.expect("go on: ")
        secret = re.search(r'password = "(\w+)"', (tmp_path / "made/hidden").read_text())
        assert secret and secret[1] in shown
        terminal.type()
        answer(terminal, "2")
        terminal.expect(LEFT.split()[-1])
        assert terminal.ends() == 0
        assert terminal.said.count(secret[1]) == 1
        for wanted in ("http://localhost:8080", "chief", "verify madeup", "undo madeup", "Next: Chapter 2"):
            assert wanted in re.sub(r" \\\n +", " ", terminal.said)
        assert widest(terminal, tmp_path) <= width
        assert "\x1b" not in terminal.said and "\r" not in terminal.said.replace("\r\n", "\n")

    def test_what_is_there_is_gone_on_with(self, begin: Begin, tmp_path: Path) -> None:
        terminal = begin()
        to_route(terminal, tmp_path)
        answer(terminal, "", "1", "q")
        assert terminal.ends() == 0
        again = begin()
        again.expect(r" 1  go on with first \(Made up\)")
        answer(again, "")
        again.expect(r" 1 \[passed\] Ground\n 2 \[to do\]  Work é \(1 change\)")
        answer(again, "q")
        assert again.ends() == 0

    def test_another_answer_of_what_is_there_shows_what_it_changes(self, begin: Begin, tmp_path: Path) -> None:
        terminal = begin()
        to_route(terminal, tmp_path)
        answer(terminal, "5", "q")
        assert terminal.ends() == 0
        again = begin()
        answer(again, "", "5")
        shown = again.expect("load answers from a file")
        assert "Level: 3" in shown and "as it is, not shown" in shown and "Name: first" not in shown
        # Answered again: the folder, a level of another number, and all the others as they are; then gone on with.
        answer(again, "2", "", "5", *[""] * 5, "1")
        again.expect(r" 1 \[warning\] Ground \(2 changes\)")
        answer(again, "5", "")
        again.expect("Everything holds.")
        answer(again, "q")
        assert "level = 5" in (tmp_path / "state/madeup/first/answers.toml").read_text()

    def test_in_french(self, begin: Begin, tmp_path: Path) -> None:
        terminal = begin("fr", 60)
        answer(terminal, "1", "", str(tmp_path / "made"), "", "", "", "", "", "", "1", "", "1")
        terminal.expect("Terminé")
        answer(terminal, "q")
        assert terminal.ends() == 0
        assert widest(terminal, tmp_path) <= 60


class TestAsides:
    """What the full screens show on pages of their own is read from the way, with the same words."""

    def test_the_whole_plan_is_read_before_anything_is_begun_and_saved(self, begin: Begin, tmp_path: Path) -> None:
        terminal = begin()
        to_route(terminal, tmp_path)
        assert "7: read the whole plan" in terminal.expect(r"Number \[1\]: $")
        terminal.type("7")
        shown = terminal.expect("b: enough: $")
        while "save this text" not in shown:
            terminal.type()
            shown += terminal.expect("b: enough: $|2  save this text")
        for wanted in (
            "changes to do, at 2 checkpoints",
            "1. Ground",
            "2. Work é",
            f"# mkdir -p {tmp_path}/made",
            '+password = "********"',
        ):
            assert wanted in shown.replace("\n", ""), wanted
        kept = tmp_path / "plan.txt"
        answer(terminal, "2", str(kept))
        terminal.expect("== The way")
        saved = kept.read_text()
        assert all(line.strip() in saved for line in shown.splitlines() if line.startswith("  +  "))
        assert not (tmp_path / "made").exists(), "nothing was begun"

    def test_a_finding_is_found_by_its_words_and_gone_to(self, begin: Begin, tmp_path: Path) -> None:
        terminal = begin()
        to_route(terminal, tmp_path, mood="3")
        answer(terminal, "", "1", "", "1")
        terminal.expect(r"== 2 of 2: Work é \[failed\]")
        answer(terminal, "b", "8", "no such words here")
        terminal.expect("0 lines have it")
        answer(terminal, "FAILED greeting")
        assert "1 line has it" in terminal.expect(r"Number \[1\]: $")
        terminal.type()
        shown = terminal.expect("1  go to the checkpoint Work é")
        assert "Why: it is lost" in shown and "find /" in shown
        answer(terminal, "2", "b", "folder", "b", "greeting failed", "", "1")
        terminal.expect("== 2 of 2: Work é")

    def test_what_was_done_is_read_with_its_times(self, begin: Begin, tmp_path: Path) -> None:
        terminal = begin()
        to_route(terminal, tmp_path)
        answer(terminal, "9")
        terminal.expect("Nothing was done here yet.")
        answer(terminal, "", "", "1", "b", "9")
        shown = terminal.expect("save this text")
        assert re.search(r"\n\d{4}-\d\d-\d\d \d\d:\d\d:\d\d  ok  Ground  ", shown)

    def test_the_help_names_them(self, begin: Begin, tmp_path: Path) -> None:
        terminal = begin()
        to_route(terminal, tmp_path)
        answer(terminal, "?")
        assert "The whole plan, the search and what was done" in " ".join(terminal.expect("help").split())


class TestPrompts:
    @pytest.mark.parametrize("steps", range(8))
    @pytest.mark.parametrize(("word", "status"), [("q", 0), ("\x04", 0), ("\x03", 130)])
    def test_every_one_has_a_way_out(self, begin: Begin, tmp_path: Path, steps: int, word: str, status: int) -> None:
        terminal = begin(alone=steps == 2)
        answer(terminal, *("1", "", str(tmp_path / "made"), "", "", "", "", "")[:steps])
        terminal.expect(PROMPT)
        terminal.type(word, "\n" if word == "q" else "")
        terminal.expect(LEFT[:20])
        assert terminal.ends() == status

    def test_help_is_given_and_the_question_asked_again(self, begin: Begin) -> None:
        terminal = begin()
        answer(terminal, "1", "", "?")
        shown = terminal.expect(r"Folder \[/nowhere\]: $")
        assert "Where it" in shown and "q: leave" in shown

    def test_back_goes_to_the_question_before(self, begin: Begin) -> None:
        terminal = begin()
        answer(terminal, "1", "other", "b")
        terminal.expect(r"Name \[other\]: $")
        terminal.type("b")
        terminal.expect("What do you want to do")
        answer(terminal, "b")
        terminal.expect("This is the beginning")

    def test_a_wrong_answer_is_said_and_the_default_stays(self, begin: Begin) -> None:
        terminal = begin()
        answer(terminal, "7", "1", "Capital")
        assert "a capital" in terminal.expect(r"Name \[first\]: $")
        terminal.type("")
        answer(terminal, "../x")
        assert "not an absolute path" in terminal.expect(r"Folder \[/nowhere\]: $")
        terminal.type("/x")
        answer(terminal, "many")
        assert "a whole number" in terminal.expect(r"Level \[3\]: $")

    def test_what_is_in_quotes_is_taken_as_it_stands(self, begin: Begin) -> None:
        terminal = begin()
        answer(terminal, "1", '"b"', "b")
        terminal.expect(r"Name \[b\]: $")

    def test_a_typed_secret_is_asked_for_twice_and_never_shown(self, begin: Begin, tmp_path: Path) -> None:
        terminal = begin(alone=True)
        answer(terminal, "1", "", str(tmp_path / "made"), "", "", "", "", "geheim-123", "geheim-124")
        terminal.expect("not the same")
        answer(terminal, "kurz", "kurz")
        terminal.expect("at least 8")
        answer(terminal, "geheim-123", "geheim-123", "")
        terminal.expect("Password: as typed")
        assert "geheim" not in terminal.said and "kurz" not in terminal.said
        answer(terminal, "", "", "1")
        terminal.expect("Done")
        answer(terminal, "q")
        assert terminal.ends() == 0
        assert 'password = "geheim-123"' in (tmp_path / "made/hidden").read_text()

    def test_the_answers_are_saved_and_loaded_again(self, begin: Begin, tmp_path: Path) -> None:
        terminal = begin()
        answer(terminal, "1", "", str(tmp_path / "made"), "7", "", "", "", "geheim-123", "geheim-123", "")
        kept = tmp_path / "kept.toml"
        answer(terminal, "4", str(kept), "b", "b", "b", "b", "b", "b", "b", "b", "b", "1")
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        answer(terminal, *[""] * 8, "5", str(tmp_path / "none.toml"))
        terminal.expect("Nothing was loaded")
        answer(terminal, "5", str(kept))
        shown = terminal.expect("1  go on")
        assert "Level: 7" in shown and "Password: as typed" in shown

    def test_the_advanced_questions_are_asked_when_wanted(self, begin: Begin, tmp_path: Path) -> None:
        terminal = begin()
        answer(terminal, "1", "", str(tmp_path / "made"), "", "", "", "", "", "", "3", "", "", "")
        terminal.expect(r"Port \[8080\]: $")

    def test_a_name_that_is_taken_is_refused(self, begin: Begin, tmp_path: Path) -> None:
        terminal = begin()
        to_route(terminal, tmp_path)
        answer(terminal, "", "1", "q")
        assert terminal.ends() == 0
        again = begin()
        answer(again, "2", "first")
        again.expect("is here already")


class TestCheckpoints:
    def test_what_is_red_says_why_and_what_to_do(self, begin: Begin, tmp_path: Path) -> None:
        terminal = begin()
        to_route(terminal, tmp_path, mood="3")
        answer(terminal, "", "1", "", "1")
        shown = terminal.expect(r"== 2 of 2: Work é \[failed\]")
        for wanted in ("[failed] the greeting: nothing", "Why: it is lost", "Remedy: find it", "find /", "Stopped"):
            assert wanted in shown

    def test_what_is_red_is_repaired(self, begin: Begin, tmp_path: Path) -> None:
        terminal = begin()
        to_route(terminal, tmp_path, mood="9")
        # All of it at once, from the way.
        answer(terminal, "5")
        terminal.expect("Done")
        terminal.expect("== The way")
        (litter := tmp_path / "made/litter").touch()
        answer(terminal, "4", "2")
        terminal.expect(r"8  do what repairs it")
        answer(terminal, "8")
        shown = terminal.expect(r"2  leave it as it is\nNumber \[2\]: $")
        assert f"rm {litter}" in re.sub(r" \\\n +", " ", shown)
        terminal.type("1")
        terminal.expect("repaired: no litter")
        terminal.expect(r"6  back to the whole way")
        assert not litter.exists()

    def test_a_program_that_fails_is_told_with_its_words(self, begin: Begin, tmp_path: Path) -> None:
        terminal = begin()
        to_route(terminal, tmp_path, mood="7")
        answer(terminal, "2", "1")
        shown = terminal.expect(r"== 2 of 2: Work é \[failed\]")
        assert "all is lost" in shown

    def test_what_stands_in_the_way_is_told(self, begin: Begin, tmp_path: Path) -> None:
        terminal = begin()
        to_route(terminal, tmp_path, mood="4")
        answer(terminal, "2")
        assert "go round it" in terminal.expect("Number")

    def test_commands_and_differences_are_shown_without_secrets(self, begin: Begin, tmp_path: Path) -> None:
        terminal = begin()
        to_route(terminal, tmp_path)
        answer(terminal, "", "5")
        shown = terminal.expect("Number")
        assert '+password = "********"' in shown

    def test_skipped_with_a_reason_it_is_in_the_report(self, begin: Begin, tmp_path: Path) -> None:
        terminal = begin()
        to_route(terminal, tmp_path)
        answer(terminal, "", "1", "6", "4", "no need here")
        terminal.expect(r"\[skipped\]")
        answer(terminal, "6", "3")
        shown = terminal.expect("1  back")
        assert "no need here" in shown and "Everything holds." in shown

    def test_an_edited_file_is_asked_about(self, begin: Begin, tmp_path: Path) -> None:
        terminal = begin()
        to_route(terminal, tmp_path)
        answer(terminal, "", "1")
        terminal.expect("Done")
        (tmp_path / "made/plain").write_text("mine\n")
        answer(terminal, "1")
        terminal.expect("1  replace it\n 2  keep it as it is")
        terminal.expect(r"Number \[2\]")
        terminal.type("1")
        terminal.expect("Done")
        assert (tmp_path / "made/plain").read_text() != "mine\n"

    def test_ctrl_c_ends_what_runs_and_comes_back(self, begin: Begin, tmp_path: Path) -> None:
        terminal = begin(alone=True)
        to_route(terminal, tmp_path, mood="8")
        answer(terminal, "", "1", "6", "1")
        terminal.expect(r"\+ greet")
        while not (tmp_path / "made/group").exists():
            terminal.wait(0.1)
        terminal.type("\x03", "")
        terminal.expect("Asked it to stop")
        terminal.expect("Interrupted")
        terminal.expect("== 2 of 2")
        answer(terminal, "q")
        assert terminal.ends() == 0
        assert "Traceback" not in terminal.said

    def test_typed_by_hand_it_is_seen_and_proved(self, begin: Begin, tmp_path: Path) -> None:
        terminal = begin()
        to_route(terminal, tmp_path)
        answer(terminal, "", "2")
        shown = terminal.expect("look again: $")
        lines = commands(shown)
        assert lines[0] == "umask 022"
        # Not all of it yet: the rest is said again, and only that.
        typed(lines[:2])
        terminal.type()
        shown = terminal.expect("look again: $")
        assert "Still to type" in shown and "create the folder" not in shown
        typed([lines[0], *commands(shown)])
        terminal.type()
        terminal.expect("All of it is there")
        terminal.expect("Done. 0 changes")
        answer(terminal, "b", "q")
        assert terminal.ends() == 0
        assert (tmp_path / "state/madeup/first/secrets.toml").exists()

    def test_going_back_from_typing(self, begin: Begin, tmp_path: Path) -> None:
        terminal = begin()
        to_route(terminal, tmp_path)
        answer(terminal, "", "2", "b")
        terminal.expect("== 1 of 2: Ground")


def commands(shown: str) -> list[str]:
    """What is to be typed, of what was said: indented, and no comment."""
    joined = re.sub(r" \\\n +", " ", shown)
    return [line.strip() for line in joined.split("\n") if line.startswith("    ")]


def typed(lines: Sequence[str]) -> None:
    subprocess.run(["bash", "-e"], input="\n".join(lines), text=True, check=True, capture_output=True, timeout=30)


SUDO = """#!{python}
import os, sys
mark = {mark!r}
if "-n" in sys.argv:
    words = sys.argv[sys.argv.index("--") + 1:]
    os.execvp(words[0], words) if os.path.exists(mark) else sys.exit(1)
if sys.stdin.readline() != "right\\n":
    sys.exit("Sorry, try again.")
open(mark, "w").close()
"""


class Said(Plain):
    """A terminal at which these passwords are typed; what is said is kept."""

    def __init__(self, *passwords: str) -> None:
        self.passwords = list(passwords)
        self.said: list[str] = []

    def hidden(self, text: str, help: str = "") -> str:
        return self.passwords.pop(0)

    def say(self, text: str, indent: int = 0, hang: int = 0) -> None:
        self.said.append(text)


class Narrow(Plain):
    """A terminal of that width."""

    def __init__(self, columns: int) -> None:
        self.columns = columns

    @property
    def width(self) -> int:
        return max(20, self.columns)


class TestTheReport:
    def test_how_another_machine_reaches_it_is_said_as_on_the_screens(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        arrival = Arrival(address="http://localhost:8080/", elsewhere="http://biomed:8080/, where that name leads here")
        guide = replace(GUIDE, arrival=lambda answers, facts: arrival)
        instance = begun(guide, {"folder": str(tmp_path / "made")}, {}, gather(), tmp_path)
        walk = Walk(instance.checkpoints)
        known = "Port 8080 is listened on at 127.0.0.1 alone"
        walk.verified({"checkpoints": [], "outside": {"text": known, "commands": ["curl -I http://biomed:8080/"]}})
        End(Narrow(100), instance, walk, Looking(Narrow(100), Jalon(("jalon",), "en"), instance)).report()
        told = capsys.readouterr().out.splitlines()
        for wanted in (
            "Address: http://localhost:8080/",
            "From another machine: http://biomed:8080/, where that name leads here",
            f"From another machine: {known}",
            "    curl -I http://biomed:8080/",
        ):
            assert wanted in told
        [part] = [one for one in parts(instance, walk, None, Look()) if one.heading == "From another machine"]
        assert [line.plain for line in part.lines][:2] == [arrival.elsewhere, known]


class TestBecomingRoot:
    @pytest.fixture(autouse=True)
    def _on_path(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)

    def _became(
        self, folder: Path, terminal: Said, *, root: bool = False, program: str = "exit 0"
    ) -> tuple[bool, Looking]:
        jalon = folder / "jalon"
        jalon.write_text(f"#!/bin/sh\n{program}\n")
        jalon.chmod(0o755)
        sudo = folder / "sudo"
        sudo.write_text(SUDO.format(python=sys.executable, mark=str(folder / "open")))
        sudo.chmod(0o755)
        facts = replace(gather(), root=root)
        instance = begun(replace(GUIDE, root=True), {"folder": str(folder / "made")}, {}, facts, folder)
        looking = Looking(terminal, Jalon(("jalon",), "en", sudo=True), instance, Sudo((str(sudo),)))
        return asyncio.run(looking.become_root("why")), looking

    def test_the_password_is_asked_for_until_it_is_right(self, tmp_path: Path) -> None:
        terminal = Said("wrong", "right")
        became, looking = self._became(tmp_path, terminal)
        assert became and looking.root and terminal.passwords == []
        assert terminal.said[:2] == ["why", "sudo does not take this password."] and terminal.said[3:] == ["why"]
        assert "`sudo jalon`" in terminal.said[2], "and what else can be done"

    def test_without_one_it_goes_on_without_root(self, tmp_path: Path) -> None:
        became, looking = self._became(tmp_path, Said(""))
        assert not became and not looking.root

    def test_letters_that_are_no_utf_8_are_not_called_a_wrong_password(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def typed(prompt: str) -> str:
            return b"caf\xe9\n".decode()

        monkeypatch.setattr("getpass.getpass", typed)
        terminal = Said(Plain().hidden("text"), "right")
        assert self._became(tmp_path, terminal)[0]
        assert "set it to UTF-8" in terminal.said[1]

    def test_nothing_is_asked_where_sudo_asks_nothing(self, tmp_path: Path) -> None:
        (tmp_path / "open").touch()
        terminal = Said()
        assert self._became(tmp_path, terminal)[0] and terminal.said == []

    def test_root_s_environment_is_said_while_it_is_made(self, tmp_path: Path) -> None:
        (tmp_path / "open").touch()
        terminal = Said()
        program = "echo 'jalon: Preparing it' >&2; echo '   3 s  rich==1' >&2; echo 'jalon: Done, in 4 s.' >&2"
        assert self._became(tmp_path, terminal, program=program)[0]
        assert "root's own copy" in terminal.said[0] and "about a minute" in terminal.said[1]
        assert terminal.said[2:] == ["Preparing it", "   3 s  rich==1", "Done, in 4 s."]

    def test_where_it_cannot_be_made_nothing_is_done_as_root(self, tmp_path: Path) -> None:
        (tmp_path / "open").touch()
        terminal = Said()
        assert not self._became(tmp_path, terminal, program="echo 'jalon: no room' >&2; exit 69")[0]
        assert terminal.said[-1] == "no room"

    def test_nor_of_root(self, tmp_path: Path) -> None:
        became, looking = self._became(tmp_path, Said(), root=True)
        assert became and looking.root


class TestFolding:
    def test_what_moves_a_cursor_is_spelt_out(self, capsys: pytest.CaptureFixture[str]) -> None:
        terminal = Narrow(60)
        for write in (terminal.say, terminal.verbatim, terminal.command):
            write("\x1b[31mred\x1b[0m \x1b]0;title\x07ok\x08")
            told = capsys.readouterr().out.replace("\n", "").replace(" \\    ", " ").strip()
            assert told == "\\x1b[31mred\\x1b[0m \\x1b]0;title\\x07ok\\x08"

    @pytest.mark.parametrize(
        ("command", "told"),
        [
            ("true", ["true"]),
            ("install -m 0644 /a/b /c/d", ["install -m 0644 \\", "    /a/b /c/d"]),
            ("echo 'a b  c d e f g h i' x", ["echo \\", "    'a b  c d e f g h i' \\", "    x"]),
            ('echo "a \\" b" ccc\\ d', ['echo "a \\" b" \\', "    ccc\\ d"]),
            ("x" * 40, ["x" * 40]),
        ],
    )
    def test_a_command_is_folded_between_words_alone(self, command: str, told: list[str]) -> None:
        assert folded(command, 18) == told

    @pytest.mark.parametrize("shell", ["bash", "sh"])
    def test_and_means_the_same(self, shell: str) -> None:
        command = "printf '<%s>' 'a  b' \"c  d\" e\\ f 'it'\\''s' \"$(echo g  h)\""
        for room in range(5, 60):
            told = subprocess.run(
                [shell], input="\n".join(folded(command, room)), capture_output=True, text=True, check=True
            )
            assert told.stdout == "<a  b><c  d><e f><it's><g h>"
