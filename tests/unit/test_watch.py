"""`jalon verify --watch`: what changed is told once, on a terminal, in lines, as JSON, and to a hook."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fcntl import ioctl
from pathlib import Path

import pytest

from tests.forkserver import ROOT
from tests.unit.running import environment, jalon, made_up
from tests.unit.test_schemas import held
from tests.unit.walking import sees
from wizard.commands import hook
from wizard.findings.finding import Cause, Remedy, failed, passed
from wizard.guide import Checkpoint
from wizard.outputs.watching import Watching, outcome_changes, outcomes
from wizard.walk.events import Observed
from wizard.walk.verification import Verified


@pytest.fixture
def work(tmp_path: Path) -> Path:
    given = ("--set", f"folder={tmp_path}/made", "--state-dir", str(tmp_path / "state"))
    assert jalon("apply", "madeup", "--yes", *given, root=True).returncode == 0
    return tmp_path


def mood(work: Path, new: str) -> None:
    """What the probes will find from now on."""
    answers = work / "state/madeup/first/answers.toml"
    aside = answers.with_name("new")
    aside.write_text(re.sub(r'mood = ".*"', f'mood = "{new}"', answers.read_text()))
    aside.replace(answers)


@contextmanager
def watching(work: Path, *words: str) -> Iterator[Callable[[str], str]]:
    """A watch at work; waits for a line with that text, and returns it."""
    env = environment()
    argv = [*made_up(env), "verify", "madeup", "--watch", "--every", "1"]
    argv += ["--state-dir", str(work / "state"), *words]
    # Unbuffered, so that what is left to read can be seen from outside.
    child = subprocess.Popen(argv, env=env, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0)
    out = child.stdout
    assert out

    def line(text: str) -> str:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            if select.select([out], [], [], 1)[0] and text in (found := out.readline().decode()):
                return found
        raise AssertionError(f"never said: {text}")

    try:
        yield line
    finally:
        child.send_signal(signal.SIGINT)
        _rest, wrong = child.communicate(timeout=60)
        assert b"Traceback" not in wrong and b"Jalon's own" not in wrong, wrong
        assert child.returncode == 130


def test_lines_tell_what_changes_and_nothing_twice(work: Path) -> None:
    with watching(work) as line:
        assert "every 1 s" in line("Made up")
        line("passed: ")
        mood(work, "red")
        assert re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d the greeting: passed -> failed: nothing$", line("->"))
        assert "its echo: passed -> skipped" in line("->")
        mood(work, "well")
        assert "the greeting: failed -> passed" in line("->")


def test_json_is_an_object_a_line(work: Path) -> None:
    with watching(work, "--format", "json") as line:
        first = held("watch", json.loads(line("{")))
        assert (first["outcome"], first["changes"]) == ("passed", [])
        mood(work, "red")
        then = held("watch", json.loads(line("{")))
    assert then["outcome"] == "failed"
    told = {one["finding"]["id"]: (one["before"], one["finding"]["outcome"]) for one in then["changes"]}
    assert told == {"work.greeting": ("passed", "failed"), "work.echo": ("passed", "skipped")}


def test_a_hook_is_told_each_change(work: Path) -> None:
    heard = work / "heard"
    with watching(work, "--hook", f"cat >>'{heard}'; echo hooked; exit 3") as line:
        line("passed: ")
        assert not heard.exists()
        mood(work, "red")
        line("->")
        until = time.monotonic() + 30
        while not (heard.exists() and heard.read_text().endswith("\n")) and time.monotonic() < until:
            time.sleep(0.05)
    (told,) = [held("watch", json.loads(one)) for one in heard.read_text().splitlines()]
    assert [one["finding"]["id"] for one in told["changes"]] == ["work.greeting", "work.echo"]


def test_until_red_ends_with_1_and_says_what(work: Path) -> None:
    words = ("verify", "madeup", "--watch", "--until-red", "--state-dir", str(work / "state"), "--set", "mood=red")
    heard = work / "heard"
    done = jalon(*words, "--hook", f"cat >'{heard}'; echo for people; exit 3")
    assert done.returncode == 1
    assert "the greeting: failed: nothing" in done.stdout and "for people" not in done.stdout
    assert "for people" in done.stderr and "the hook ended with status 3" in done.stderr
    assert [one["before"] for one in json.loads(heard.read_text())["changes"]] == [""]


def test_a_terminal_is_redrawn(work: Path) -> None:
    env = environment(TERM="linux")
    argv = [*made_up(env), "verify", "madeup", "--watch", "--until-red"]
    argv += ["--state-dir", str(work / "state"), "--set", "mood=red"]
    outer, inner = pty.openpty()
    ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    child = subprocess.Popen(argv, env=env, cwd=ROOT, stdin=inner, stdout=inner, stderr=inner)
    os.close(inner)
    heard = b""
    while select.select([outer], [], [], 60)[0]:
        try:
            heard += os.read(outer, 65536)
        except OSError:
            break
    os.close(outer)
    assert child.wait(timeout=10) == 1
    text = heard.decode()
    assert text.startswith("\x1b[H\x1b[2J")
    plain = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", text)
    assert "Why: it is lost" in plain and "the greeting: failed: nothing" in plain
    assert plain.count("\n") < 24


def many(count: int) -> list[Verified]:
    red = failed("seen " * 30, cause=Cause("lost", "why " * 30), remedy=Remedy("do", ("one", "two")))
    return [Verified(Checkpoint("a", "A", ""), True, tuple(Observed(sees(f"a.p{n}"), red) for n in range(count)))]


@pytest.mark.parametrize("count", [0, 1, 3, 50])
def test_a_screen_is_never_longer_than_the_terminal(
    count: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", "24")
    monkeypatch.setenv("NO_COLOR", "1")
    shows = Watching("g", "i", "text", "heading")
    verified = many(count)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    for _pass in range(2):
        shows.show(verified, outcome_changes(None, verified), 0.1, first=True)
        frame = capsys.readouterr().out.rpartition("\x1b[2J")[2]
        assert frame.count("\n") <= 23
        assert all(len(line) <= 80 for line in frame.splitlines())
        assert ("more" in frame) == (count > 1), frame


def test_a_probe_that_is_new_or_gone_is_no_trouble() -> None:
    one, other = Observed(sees("a.one"), passed("x")), Observed(sees("a.other"), failed("y"))
    before = outcomes([Verified(Checkpoint("a", "A", ""), True, (one,))])
    (turn,) = outcome_changes(before, [Verified(Checkpoint("a", "A", ""), True, (other,))])
    assert (turn.before, turn.text) == ("", "the probe a.other: failed: y")


def test_a_hook_that_hangs_is_ended_with_what_it_started(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    said = hook.call_hook(f"sleep 300 & echo $! >'{mark}'; wait", "", deadline=1.0)
    assert "longer than 1 s" in said
    time.sleep(0.2)
    state = Path(f"/proc/{mark.read_text().strip()}/stat")
    assert not state.exists() or state.read_text().split()[2] == "Z"


def test_a_hook_that_does_not_listen_is_no_trouble() -> None:
    assert hook.call_hook("exec <&-; true", "x" * 200_000) == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--every", "5"), "--every goes with --watch"),
        (("--hook", "true"), "--hook goes with --watch"),
        (("--until-red",), "--until-red goes with --watch"),
        (("--watch", "--every", "0"), "from 1 to 86400, not `0`"),
        (("--watch", "--every", "often"), "not `often`"),
        (("--watch", "--every", "nan"), "not `nan`"),
        (("--watch", "--trials"), "only looks"),
        (("--watch", "--format", "junit"), "text or JSON"),
        (("--watch", "--only", "nowhere"), "they are: ground, work"),
    ],
)
def test_what_does_not_go_together_is_64(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    given = ("--set", "level=1", "--state-dir", str(tmp_path / "state"))
    done = jalon("verify", "madeup", *given, *words)
    assert (done.returncode, done.stdout) == (64, "")
    assert said in done.stderr
