"""What drives a run: one checkpoint alone, a cancel and answers over standard input."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import psutil
import pytest

from tests.forkserver import ROOT
from tests.unit.running import environment, jalon, made_up

Events = list[dict[str, Any]]
CANCEL = b'{"cancel": true}\n'
REPLACE = b'{"answer": "replace"}\n'


@pytest.fixture
def words(tmp_path: Path) -> tuple[str, ...]:
    return ("--set", f"folder={tmp_path}/made", "--state-dir", f"{tmp_path}/state", "--format", "json")


def events(said: str) -> Events:
    return [json.loads(line) for line in said.splitlines()]


def told(found: Events, kind: str, name: str) -> list[Any]:
    return [one[name] for one in found if one["event"] == kind]


def apply(*words: str, **more: Any) -> tuple[int, Events]:
    done = jalon("apply", "madeup", *words, root=True, **more)
    return done.returncode, events(done.stdout)


def living(group: int) -> list[int]:
    """The processes of a group, but for those that are dead and only wait for somebody to take note."""
    found = []
    for process in psutil.process_iter(["status"]):
        with suppress(ProcessLookupError):
            if os.getpgid(process.pid) == group and process.info["status"] != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
    return found


class Driven:
    """A run whose standard input is held."""

    def __init__(self, child: subprocess.Popen[bytes]) -> None:
        self.child = child
        self.events: Events = []

    def say(self, said: bytes) -> None:
        assert self.child.stdin is not None
        self.child.stdin.write(said)
        self.child.stdin.flush()

    def until(self, kind: str, **values: Any) -> dict[str, Any]:
        """Reads to the first event of that kind and these values."""
        assert self.child.stdout is not None
        for line in self.child.stdout:
            self.events.append(json.loads(line))
            if self.events[-1]["event"] == kind and values.items() <= self.events[-1].items():
                return self.events[-1]
        raise AssertionError(f"no {kind} {values} in {self.events}")

    def ends(self, patience: float = 300) -> int:
        assert self.child.stdout is not None
        self.events += events(self.child.stdout.read().decode())
        return self.child.wait(patience)


@contextmanager
def driven(*words: str, stdin: int | IO[bytes] = subprocess.PIPE, shell: str = "") -> Iterator[Driven]:
    env = environment(MADEUP_ROOT="1")
    argv = [*made_up(env, alone=bool(shell)), *words]
    with subprocess.Popen(
        ["bash", "-c", shell, "bash", *argv] if shell else argv,
        env=env,
        cwd=ROOT,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as child:
        try:
            yield Driven(child)
        finally:
            child.kill()
        assert child.stderr is not None
        wrong = child.stderr.read()
        assert b"Traceback" not in wrong and b"Jalon's own" not in wrong, wrong


class TestOneCheckpointAlone:
    def test_only_its_steps_are_taken(self, tmp_path: Path, words: Sequence[str]) -> None:
        status, found = apply(*words, "--only", "ground")
        assert (status, told(found, "checkpoint", "id"), found[-1]["outcome"]) == (0, ["ground"], "done")
        assert (tmp_path / "made/plain").exists() and not (tmp_path / "made/greeting").exists()
        assert {one.split(".")[0] for one in told(found, "probe", "id")} == {"ground"}

    def test_the_others_stay_as_they_are(self, tmp_path: Path, words: Sequence[str]) -> None:
        assert apply(*words)[0] == 0
        (tmp_path / "made/plain").unlink()
        (tmp_path / "made/greeting").unlink()
        status, found = apply(*words, "--only", "work")
        assert (status, told(found, "checkpoint", "id")) == (0, ["work"])
        assert (tmp_path / "made/greeting").exists() and not (tmp_path / "made/plain").exists()
        # Its probes, and its trial, for something changed since.
        assert told(found, "probe", "id") == ["work.greeting", "work.echo", "work.hidden", "work.tried"]

    def test_what_blocks_elsewhere_is_no_matter(self, tmp_path: Path, words: Sequence[str]) -> None:
        assert apply(*words, "--set", "mood=blocked", "--only", "ground")[0] == 0
        status, found = apply(*words, "--set", "mood=blocked", "--only", "work")
        assert (status, found[-1]["outcome"]) == (1, "blocked")

    def test_red_is_red(self, words: Sequence[str]) -> None:
        status, found = apply(*words, "--set", "mood=red", "--only", "work", "--set", "folder=/tmp")
        assert (status, found[-1]["outcome"]) == (1, "failed")
        Path("/tmp/greeting").unlink()

    def test_an_unknown_one_is_64_with_the_list(self, tmp_path: Path, words: Sequence[str]) -> None:
        done = jalon("apply", "madeup", *words, "--only", "roof", root=True)
        assert (done.returncode, done.stdout) == (64, "")
        assert "ground, work" in done.stderr
        assert not (tmp_path / "made").exists() and not (tmp_path / "state").exists()


class TestCancelling:
    def test_it_ends_what_runs_and_says_so(self, tmp_path: Path, words: Sequence[str]) -> None:
        with driven("apply", "madeup", *words, "--set", "mood=slow") as run:
            run.until("output", text="begun")
            group = int((tmp_path / "made/group").read_text())
            assert living(group)
            run.say(CANCEL)
            assert run.ends() == 130
            assert run.events[-1]["event"] == "end" and run.events[-1]["outcome"] == "interrupted"
        # What was killed is gone once somebody has waited for it.
        until = time.monotonic() + 60
        while living(group):
            assert time.monotonic() < until, living(group)
            time.sleep(0.05)
        assert not (tmp_path / "made/greeting").exists()
        # And the next run finishes it.
        assert apply(*words, "--set", "mood=well")[0] == 0

    def test_two_in_a_row_and_the_end_of_the_input_are_one(self, words: Sequence[str]) -> None:
        with driven("apply", "madeup", *words, "--set", "mood=slow") as run:
            run.until("output", text="begun")
            run.say(CANCEL + CANCEL)
            assert run.child.stdin is not None
            run.child.stdin.close()
            assert run.ends() == 130
            assert run.events[-1]["outcome"] == "interrupted"

    def test_in_pieces_too(self, words: Sequence[str]) -> None:
        with driven("apply", "madeup", *words, "--set", "mood=slow") as run:
            run.until("output", text="begun")
            for letter in CANCEL:
                run.say(bytes([letter]))
                time.sleep(0.005)
            assert run.ends() == 130

    def test_before_it_began_nothing_is_touched(self, tmp_path: Path, words: Sequence[str]) -> None:
        with driven("apply", "madeup", *words) as run:
            run.say(CANCEL)
            assert run.ends() == 130
            assert run.events[-1]["outcome"] == "interrupted"
        assert not (tmp_path / "made").exists()

    def test_an_undo_is_cancelled_too(self, tmp_path: Path, words: Sequence[str]) -> None:
        given = [word for word in words if "=" not in word and word != "--set"]
        assert apply(*words)[0] == 0
        (tmp_path / "made/plain").write_text("mine")
        with driven("undo", "madeup", *given) as run:
            run.until("question")
            run.say(CANCEL)
            assert run.ends() == 130
            assert run.events[-1]["outcome"] == "interrupted"
        assert (tmp_path / "made/plain").read_text() == "mine"
        assert jalon("undo", "madeup", *given, root=True).returncode == 0

    def test_the_input_may_end_while_it_works(self, tmp_path: Path, words: Sequence[str]) -> None:
        """Closing it is no word, and what then comes from the kernel must not end the run by a signal."""
        for _again in range(5):
            with driven("apply", "madeup", *words) as run:
                run.until("checkpoint", id="work")
                assert run.child.stdin is not None
                run.child.stdin.close()
                assert run.ends() == 0

    def test_closed_as_soon_as_it_says_its_last(self, words: Sequence[str]) -> None:
        for _again in range(5):
            with driven("apply", "madeup", *words) as run:
                run.until("end")
                assert run.child.stdin is not None
                with suppress(BrokenPipeError):  # it may be gone by now
                    os.write(run.child.stdin.fileno(), CANCEL)
                assert run.ends() == 0


@pytest.fixture
def edited(tmp_path: Path, words: Sequence[str]) -> Path:
    """A file that a person edited, and that a run would ask about."""
    assert apply(*words)[0] == 0
    path = tmp_path / "made/plain"
    path.write_text("mine\n")
    return path


class TestAnswering:
    MORE = ("--set", "level=7")

    def test_after_the_question(self, edited: Path, words: Sequence[str]) -> None:
        with driven("apply", "madeup", *words, *self.MORE) as run:
            assert run.until("question")["choices"] == ["replace", "keep"]
            run.say(REPLACE)
            assert run.ends() == 0
        assert "7" in edited.read_text()

    def test_before_the_question(self, edited: Path, words: Sequence[str]) -> None:
        with driven("apply", "madeup", *words, *self.MORE) as run:
            run.say(REPLACE)
            assert run.ends() == 0
        assert "7" in edited.read_text()

    def test_and_closed_at_once(self, edited: Path, words: Sequence[str]) -> None:
        with driven("apply", "madeup", *words, *self.MORE) as run:
            run.until("question")
            run.say(REPLACE.strip())
            assert run.child.stdin is not None
            run.child.stdin.close()
            assert run.ends() == 0
        assert "7" in edited.read_text()

    @pytest.mark.parametrize("said", [b'{"answer": "keep"}\n', b"nonsense\n", b"[]\n", b'{"answer": 7}\n', b""])
    def test_all_else_keeps_the_file(self, edited: Path, words: Sequence[str], said: bytes) -> None:
        with driven("apply", "madeup", *words, *self.MORE) as run:
            run.until("question")
            run.say(said)
            assert run.child.stdin is not None
            run.child.stdin.close()
            assert run.ends() == 0
        assert edited.read_text() == "mine\n"

    @pytest.mark.parametrize("source", ["/dev/null", "closed", "file", "file with an answer"])
    def test_whatever_the_input_is(self, tmp_path: Path, edited: Path, words: Sequence[str], source: str) -> None:
        given = tmp_path / "given"
        given.write_bytes(REPLACE.strip() if "answer" in source else b"")
        shell = {"/dev/null": '"$@" </dev/null', "closed": '"$@" <&-'}.get(source, f'"$@" <{given}')
        with driven("apply", "madeup", *words, *self.MORE, stdin=subprocess.DEVNULL, shell=shell) as run:
            assert run.ends() == 0
        assert (edited.read_text() == "mine\n") == ("answer" not in source)

    def test_many_times_over(self, edited: Path, words: Sequence[str]) -> None:
        """An answer and the signal that tells of it may meet at any instant."""
        for level in range(10, 22):
            edited.write_text(f"mine {level}\n")
            with driven("apply", "madeup", *words, "--set", f"level={level}", "--only", "ground") as run:
                run.until("question")
                run.say(REPLACE)
                assert run.ends() == 0
            assert str(level) in edited.read_text()
