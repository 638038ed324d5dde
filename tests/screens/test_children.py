"""Children: what they print arrives whatever it is, what is said to them too, and no password is on a command line."""

from __future__ import annotations

import asyncio
import json
import os
import stat
import sys
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import pytest

from screens.model.children import Event, Jalon, Run
from screens.model.sudo import Refusal, Sudo, refusal
from wizard.host.children import HANDED_ON

WRONG = "sudo does not take this password."
T = TypeVar("T")
Make = Callable[[str], Jalon]


def runs(going: Coroutine[Any, Any, T]) -> T:
    """To its end, within a time that nothing here needs."""
    return asyncio.run(asyncio.wait_for(going, 60))


@pytest.fixture
def fake(tmp_path: Path) -> Make:
    """A `jalon` that is this Python program."""

    def make(text: str) -> Jalon:
        path = tmp_path / "fake.py"
        path.write_text("import json, os, signal, sys, time\nsay = lambda text: print(text, flush=True)\n" + text)
        return Jalon((sys.executable, str(path)), "fr")

    return make


async def heard(run: Run) -> list[Event]:
    return [event async for batch in run.events() for event in batch]


class TestAsking:
    def test_its_object_its_status_and_its_words(self, fake: Make) -> None:
        jalon = fake("print('progress', file=sys.stderr); print(json.dumps({'argv': sys.argv[1:]})); sys.exit(2)")
        answer = runs(jalon.ask("plan", "madeup"))
        assert (answer.status, answer.words) == (2, "progress")
        assert answer.data == {"argv": ["plan", "madeup", "--lang", "fr"]}

    @pytest.mark.parametrize("said", ["", "nonsense", '{"half": '])
    def test_no_object_is_none(self, fake: Make, said: str) -> None:
        answer = runs(fake(f"say({said!r}); sys.exit(64)").ask("plan"))
        assert (answer.status, answer.data) == (64, None)

    def test_a_large_one(self, fake: Make) -> None:
        assert len(runs(fake("say(json.dumps(['x' * 1000] * 5000))").ask("plan")).data) == 5000

    def test_its_input_is_closed(self, fake: Make) -> None:
        assert runs(fake("print(json.dumps(sys.stdin.read()))").ask("plan")).data == ""

    def test_death_by_a_signal_is_no_success(self, fake: Make) -> None:
        assert runs(fake("os.kill(os.getpid(), signal.SIGKILL)").ask("plan")).status != 0

    def test_a_program_that_is_not_there_is_told_in_words(self) -> None:
        answer = runs(Jalon(("/nowhere/jalon",), "en").ask("plan"))
        assert answer.status != 0 and answer.data is None and "/nowhere/jalon" in answer.words

    def test_cancelled_it_ends_and_is_waited_for(self, fake: Make, tmp_path: Path) -> None:
        jalon = fake(f"open({str(tmp_path / 'pid')!r}, 'w').write(f'{{os.getpid()}} '); time.sleep(300)")

        async def cancelled() -> int:
            asking = asyncio.ensure_future(jalon.ask("plan"))
            while not ((tmp_path / "pid").exists() and (tmp_path / "pid").read_text().endswith(" ")):
                await asyncio.sleep(0.02)
            asking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asking
            return int((tmp_path / "pid").read_text())

        with pytest.raises(ProcessLookupError):
            os.kill(runs(cancelled()), 0)


class TestRunning:
    async def _all(self, jalon: Jalon, *, root: bool = False) -> tuple[list[Event], Run]:
        run = await jalon.start("apply", root=root)
        return await heard(run), run

    def test_events_in_order_then_status_and_words(self, fake: Make) -> None:
        jalon = fake(
            "print('oh', file=sys.stderr)\nfor n in range(3): say(json.dumps({'event': 'output', 'n': n}))\nsys.exit(1)"
        )
        events, run = runs(self._all(jalon))
        assert [event["n"] for event in events] == [0, 1, 2]
        assert (run.status, run.words) == (1, "oh")

    def test_what_is_no_event_is_left_out(self, fake: Make) -> None:
        jalon = fake("""for one in ('', 'nonsense', '[]', '{}', '7', '{"event": "end"}'): say(one)""")
        assert runs(self._all(jalon))[0] == [{"event": "end"}]

    def test_a_long_line(self, fake: Make) -> None:
        jalon = fake("say(json.dumps({'event': 'output', 'text': 'x' * 3_000_000})); say('{\"event\": \"end\"}')")
        events, _run = runs(self._all(jalon))
        assert [event["event"] for event in events] == ["output", "end"]
        assert len(events[0]["text"]) < 5000 and events[0]["text"].endswith("x... (+ 2996000)")

    def test_no_newline_at_the_end(self, fake: Make) -> None:
        jalon = fake("""sys.stdout.write('{"event": "output"}\\n{"event": "end"}')""")
        assert [event["event"] for event in runs(self._all(jalon))[0]] == ["output", "end"]

    def test_a_letter_cut_in_two(self, fake: Make) -> None:
        jalon = fake(
            "data = json.dumps({'event': 'output', 'text': 'é'}, ensure_ascii=False).encode() + b'\\n'\n"
            "for byte in data: os.write(1, bytes([byte])); time.sleep(0.002)"
        )
        assert [event["text"] for event in runs(self._all(jalon))[0]] == ["é"]

    def test_much_on_standard_error_stops_nothing(self, fake: Make) -> None:
        jalon = fake("sys.stderr.write('x' * 1_000_000); say('{\"event\": \"end\"}')")
        events, run = runs(self._all(jalon))
        assert events and run.words.endswith("x... (+ 996000)")

    @pytest.mark.parametrize("number", ["SIGKILL", "SIGTERM"])
    def test_death_by_a_signal(self, fake: Make, number: str) -> None:
        jalon = fake(f'say(\'{{"event": "output"}}\'); os.kill(os.getpid(), signal.{number})')
        events, run = runs(self._all(jalon))
        assert len(events) == 1 and run.status is not None and run.status < 0

    def test_a_child_that_is_gone_leaves_a_grandchild_without_hanging(self, fake: Make) -> None:
        jalon = fake('say(\'{"event": "end"}\'); os.close(1); os.close(2)')
        assert runs(self._all(jalon))[1].status == 0

    def test_thousands_of_lines_keep_the_loop_responsive(self, fake: Make) -> None:
        jalon = fake(
            "line = json.dumps({'event': 'output', 'text': 'x' * 80})\n"
            "for _ in range(30): sys.stdout.write((line + '\\n') * 1000); sys.stdout.flush(); time.sleep(0.02)"
        )

        async def watched() -> tuple[int, float]:
            worst, last = 0.0, time.thread_time()

            async def beat() -> None:
                nonlocal worst, last
                while True:
                    await asyncio.sleep(0.005)
                    now = time.thread_time()
                    worst, last = max(worst, now - last), now

            beating = asyncio.ensure_future(beat())
            events, _run = await self._all(jalon)
            beating.cancel()
            return len(events), worst

        count, worst = runs(watched())
        assert count == 30_000
        # What a person notices; of this thread's own time, as a machine may be busy with something else.
        assert worst < 0.25

    def test_answers_and_a_cancel_arrive(self, fake: Make) -> None:
        jalon = fake(
            'say(\'{"event": "question"}\')\n'
            "for line in sys.stdin: say(json.dumps({'event': 'heard', **json.loads(line)}))"
        )

        async def spoken() -> list[Event]:
            run = await jalon.start("apply")
            found = []
            async for batch in run.events():
                for event in batch:
                    found.append(event)
                    if event["event"] == "question":
                        run.answer("replace")
                    elif "answer" in event:
                        run.cancel()
                    else:
                        run.kill()
            run.kill()  # once more, when it is gone
            run.cancel()
            run.answer("keep")
            return found

        events = runs(spoken())
        assert events[1:] == [{"event": "heard", "answer": "replace"}, {"event": "heard", "cancel": True}]

    def test_a_program_that_is_not_there_is_told_in_words(self) -> None:
        events, run = runs(self._all(Jalon(("/nowhere/jalon",), "en")))
        assert events == [] and run.status and "/nowhere/jalon" in run.words


SUDO = """#!{python}
import json, os, sys
here = {folder!r}
with open(here + "/asked", "a") as asked:
    asked.write(json.dumps([sys.argv[1:], os.environ.get("SECRET_OF_OURS", "")]) + "\\n")
words = sys.argv[1:]
if "-S" in words:
    prompt = words[words.index("-p") + 1].replace("%p", "alice")
    sys.stderr.write("You are trusted.\\n" + prompt)
    if sys.stdin.readline() != "right\\n":
        sys.exit("Sorry, try again.\\n" + prompt + "\\nsudo: no password was provided")
    if not os.path.exists(here + "/forgetful"):
        open(here + "/open", "w").close()
elif not os.path.exists(here + "/open"):
    sys.exit("sudo: a password is required")
words = words[words.index("--") + 1:]
os.execvp(words[0], words)
"""


@pytest.fixture
def sudo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `sudo` on the path whose password is `right`; what it is asked is noted in `asked`."""
    path = tmp_path / "sudo"
    path.write_text(SUDO.format(python=sys.executable, folder=str(tmp_path)))
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    return tmp_path


def asked(folder: Path) -> list[list[str]]:
    return [json.loads(line)[0] for line in (folder / "asked").read_text().splitlines()]


class TestSudo:
    def test_it_is_ready_once_the_password_was_right(self, sudo: Path) -> None:
        became = Sudo()
        assert became.there
        assert not runs(became.ready())
        assert runs(became.unlock("right")) is None
        assert runs(became.ready())

    def test_a_wrong_password_is_told_in_our_words(self, sudo: Path) -> None:
        assert runs(Sudo().unlock("wrong")) == Refusal(WRONG, "alice")
        assert not runs(Sudo().ready())

    def test_one_that_keeps_no_password_is_told_where_it_is_given(self, sudo: Path) -> None:
        (sudo / "forgetful").touch()
        refused = runs(Sudo().unlock("right"))
        assert refused and "timestamp_timeout" in refused.words and not refused.again

    def test_its_warnings_are_no_question(self, sudo: Path) -> None:
        path = sudo / "sudo"
        path.write_text('#!/bin/sh\necho "sudo: unable to resolve host x" >&2\n')
        assert runs(Sudo().ready())

    def test_it_is_asked_for_what_it_will_be_asked_for(self, sudo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """One rule of several may want a password for `sudo -v`, and another one none for programs."""
        monkeypatch.setenv("https_proxy", "http://proxy")
        runs(Sudo().ready())
        child = Jalon(("jalon",), "en", sudo=True).command("plan", root=True)
        assert asked(sudo) == [[*child[1 : child.index("--") + 1], "true"]]

    def test_no_password_is_ever_on_a_command_line(self, sudo: Path) -> None:
        runs(Sudo().unlock("wrong"))
        runs(Sudo().unlock("right"))
        assert all(word not in ("right", "wrong") for words in asked(sudo) for word in words)

    def test_where_there_is_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", "/nowhere")
        assert not Sudo().there
        assert not runs(Sudo().ready())
        refused = runs(Sudo().unlock("right"))
        assert refused and "sudo" in refused.words

    def test_children_are_started_through_it_only_where_root_is_wanted(self, sudo: Path, fake: Make) -> None:
        (sudo / "open").touch()
        plain = fake("say(json.dumps({'event': 'end', 'argv': sys.argv[1:]}))")
        jalon = Jalon(plain.program, "en", sudo=True)
        assert runs(jalon.ask("plan")).data["argv"] == ["plan", "--lang", "en"]
        assert not (sudo / "asked").exists()
        assert runs(jalon.ask("plan", root=True)).data["argv"] == ["plan", "--lang", "en"]
        assert asked(sudo)[0][0] == "-n"
        assert runs(TestRunning()._all(jalon, root=True))[0][0]["event"] == "end"
        assert Jalon(plain.program, "en").command("plan", root=True)[0] == plain.program[0]

    def test_what_the_network_needs_goes_with_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("https_proxy", "http://user:secret@proxy:3128")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/ssl/certs/site.pem")
        monkeypatch.setenv("JALON_TEST_OTHER", "secret")
        words = Jalon(("jalon",), "en", sudo=True).command("apply", root=True)
        [kept] = [word.partition("=")[2].split(",") for word in words if word.startswith("--preserve-env=")]
        assert {"https_proxy", "REQUESTS_CA_BUNDLE"} <= set(kept) <= HANDED_ON
        assert "secret" not in " ".join(words)

    def test_locked_again_it_says_so(self, sudo: Path, fake: Make) -> None:
        jalon = Jalon(fake("say('{}')").program, "en", sudo=True)
        answer = runs(jalon.ask("plan", root=True))
        assert answer.data is None and "a password is required" in answer.words

    @pytest.mark.parametrize(
        ("said", "words", "account"),
        [
            ("jalon<alice>Sorry, try again.\njalon<alice>\nsudo: no password was provided\n", WRONG, "alice"),
            ("lecture\n\njalon<root>Sorry, try again.\njalon<root>\nsudo: 1 incorrect\n", WRONG, "root"),
            ("jalon<root>sudo: 1 incorrect password attempt\n", WRONG, "root"),
            (
                "[sudo: jalon<bob>] Password: \nsudo: No.\n[sudo: jalon<bob>] Password: \nsudo-rs: 3",
                f"{WRONG} (su",
                "bob",
            ),
            ("jalon<a>One-time password: \nsudo: no password was provided", f"{WRONG} (One-time password:)", "a"),
            ("Sorry, user alice may not run sudo on serveur.\n", "sudo takes the password, but its rules", ""),
            ("jalon<bo>bo is not in the sudoers file.\nThis incident", "sudo takes the password, but its rules", "bo"),
            ("jalon<%p>No.", "No.", ""),
        ],
    )
    def test_what_is_told_of_what_it_said(self, said: str, words: str, account: str) -> None:
        """Not its lecture, its questions, or that no second password was given."""
        found = refusal(said)
        assert found and found.words.startswith(words.strip()) and found.account == account
        assert found.again == ("its rules" not in words), "another password is only asked for where it may help"
