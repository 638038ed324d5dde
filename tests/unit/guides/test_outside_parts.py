"""A guide from outside that brings its own reading and its own changes: planned, applied, in place, undone."""

from __future__ import annotations

import json
import os
import pwd
import subprocess
from pathlib import Path

from tests.unit.guides.outside import own, written
from tests.unit.running import jalon

__all__ = ["own"]

# A flag is up where its file holds a word. Its reader answers in capitals, as nothing of Jalon's would.
FLAGS = '''
from typing import ClassVar

from wizard.api import Change, Checkpoint, Finding, Guide, Probe, Question, Reading, Sets, Step, Typed
from wizard.api import failed, opening, passed


class Flag(Reading["str | None"]):
    """The word of a flag, in capitals; None where none is up."""

    family: ClassVar[str] = "flags"
    path: str


def answer(readings):
    return {one: _word(one.path) for one in readings}


def _word(path):
    try:
        return opening.text(path).strip().upper()
    except FileNotFoundError:
        return None


class FlagRaised(Change):
    kind: ClassVar[str] = "FlagRaised"
    stale: ClassVar[tuple[str, ...]] = ("flags", "files")
    path: str
    word: str
    user: str
    title = "raise the flag"

    def carry_out(self, hands):
        hands.write(self.path, self.word.encode(), mode=0o644, owner=self.user, group=self.user)

    def effect(self, host):
        return (Sets(Flag(self.path), self.word.upper()),)

    def typed(self):
        return (Typed(f"raise {self.path}", self.user),)

    def undo(self, host, keep):
        return (FlagLowered(self.path),)


class FlagLowered(Change):
    kind: ClassVar[str] = "FlagLowered"
    mark: ClassVar[str] = "-"
    stale: ClassVar[tuple[str, ...]] = ("flags", "files")
    path: str
    title = "lower the flag"

    def carry_out(self, hands):
        hands.remove(self.path)

    def effect(self, host):
        return (Sets(Flag(self.path), None),)

    def typed(self):
        return (Typed(f"lower {self.path}"),)


class Raised(Step):
    path: str
    word: str
    user: str
    title: str = "the flag"
    shared: bool = False

    @property
    def key(self):
        return f"flag:{self.path}"

    def changes(self, host):
        if host.get(Flag(self.path)) != self.word.upper():
            yield FlagRaised(self.path, self.word, self.user)


class Up(Probe):
    path: str
    after: tuple[str, ...] = ()

    def observe(self, host):
        word = host.get(Flag(self.path))
        return passed(f"{word} is up") if word else failed("none is up")


def questions():
    return [Question("path", "Path", "Where."), Question("user", "User", "Whose.")]


def checkpoints(a, facts, c):
    # Over the overlay, the second step sees what the first would do.
    steps = [Raised(a.path, "welcome", a.user), Raised(a.path, "Welcome", a.user, title="the same again")]
    return [Checkpoint("flag", "Flag", "A flag is up.", steps=steps, probes=[Up("flag.up", "the flag", a.path)])]


GUIDE = Guide(
    "NAME", lambda: "Flags", lambda: "Flags", questions, checkpoints, root=False, api=1,
    readers={"flags": f"{__name__}:answer"}, kinds=[f"{__name__}:FlagLowered"],
)
'''


def test_its_own_reading_and_changes_work_as_jalon_s_do(own: Path) -> None:
    flag, guide, me = own / "flag", written(own, "flags", FLAGS), pwd.getpwuid(os.geteuid()).pw_name

    def run(command: str, *words: str) -> subprocess.CompletedProcess[str]:
        given = ("--set", f"path={flag}", "--set", f"user={me}") if command != "undo" else ()
        state = ("--state-dir", str(own / "state"))
        return jalon("--guides", str(guide), command, "flags", *state, *given, *words, madeup=False)

    planned = run("plan", "--format", "json")
    assert planned.returncode == 2, planned.stderr
    steps = [[change["kind"] for change in step["changes"]] for step in json.loads(planned.stdout)["steps"]]
    assert steps == [["FlagRaised"], []] and not flag.exists()

    applied = run("apply", "--yes")
    assert applied.returncode == 0, applied.stdout + applied.stderr
    assert flag.read_text() == "welcome"
    assert run("plan").returncode == 0, "it is in place"
    verified = json.loads(run("verify", "--format", "json").stdout)
    assert [probe["evidence"] for probe in verified["checkpoints"][0]["probes"]] == ["WELCOME is up"]

    undone = run("undo", "--yes")
    assert undone.returncode == 0, undone.stdout + undone.stderr
    assert not flag.exists()
