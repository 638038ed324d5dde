"""A guide made up for tests, whose steps write below one folder only, and `jalon` knowing that guide alone.

python -m tests.unit.madeup WORD...   as `jalon WORD...`; with MADEUP_ROOT set, changing needs no root.
"""

from __future__ import annotations

import os
import pwd
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from importlib import import_module
from typing import Any

from wizard.answers import checks
from wizard.answers.found import Detected, Found
from wizard.answers.questions import CHOICE, LIST, NUMBER, SECRET, TRUTH, Answers, Question
from wizard.base.rendering import Rendered, toml_string
from wizard.base.secret import MASK, Secret
from wizard.base.values import Value, replace
from wizard.changes.change import Change, Hands
from wizard.changes.files import FileRemoved
from wizard.changes.ran import Ran
from wizard.findings.finding import Cause, Finding, Remedy, failed, passed, warning
from wizard.findings.probe import Probe, Trial
from wizard.guide import Arrival, Checkpoint, Circumstances, Guide
from wizard.guides import registry
from wizard.host.facts import Facts
from wizard.host.files import Entry, EntryAt
from wizard.host.overlay import Sets
from wizard.host.reading import Host, NotKnown, Unknown
from wizard.host.updates import PendingUpdates
from wizard.steps.files import Directory, GeneratedFile
from wizard.steps.step import Blocked, Step

MOODS = ("well", "odd", "red", "blocked", "unknown", "crashed", "broken", "slow", "littered")


class Hidden(Value):
    """A body with a secret in it."""

    secret: Secret
    level: int

    def render(self) -> bytes:
        return self._with(toml_string(self.secret.reveal())).encode()

    def redacted(self) -> str:
        return self._with(toml_string(MASK))

    def with_placeholders(self) -> str:
        return self._with(f"@@{self.secret.variable}:toml_string@@")

    @property
    def confidential(self) -> bool:
        return True

    def _with(self, password: str) -> str:
        return f"level = {self.level}\npassword = {password}\n"


class Greeted(Step):
    """A program was run, and what it leaves is there."""

    path: str
    user: str
    words: tuple[str, ...]
    title: str = "a greeting"
    key: str = "greeting"
    shared: bool = False

    def changes(self, host: Host) -> Iterator[Change]:
        if host.get(EntryAt(self.path)) is None:
            effects = (Sets(EntryAt(self.path), Entry("file", self.user, self.user, 0o644)),)
            yield Ran(self.words, "greet", effects, (FileRemoved(self.path),), user=self.user)


class Stuck(Step):
    """A step that cannot be taken, or cannot even be judged."""

    mood: str
    title: str = "what stands in the way"
    key: str = "obstacle"
    shared: bool = False

    def changes(self, host: Host) -> Iterator[Change]:
        if self.mood == "blocked":
            raise Blocked("a wall stands here", "go round it")
        if self.mood == "unknown":
            raise NotKnown(Unknown("the wall hides it", "root"))
        yield from ()


class Says(Probe):
    """A probe that finds what it is told to."""

    finding: Finding | None = None
    after: tuple[str, ...] = ()
    gone: str | None = None

    @property
    def until(self) -> str | None:
        return self.gone

    def observe(self, host: Host) -> Finding:
        if self.finding is None:
            raise RuntimeError("this probe is wrong itself")
        return self.finding


class Clean(Probe):
    """Nothing lies at a path; what repairs it takes something away, and is asked about."""

    path: str
    after: tuple[str, ...] = ()

    def observe(self, host: Host) -> Finding:
        if host.get(EntryAt(self.path)) is None:
            return passed("nothing lies about")
        cause = Cause("litter", "somebody left it there")
        return failed("litter", cause=cause, remedy=Remedy("take it away", (f"rm {self.path}",)))


class Tries(Trial):
    """A trial that runs a program."""

    after: tuple[str, ...] = ()
    touches: str = field(default="nothing")

    def attempt(self, host: Host, hands: Hands) -> Finding:
        return passed(f"it said {hands.run(('echo', 'tried')).strip()}")


def questions() -> Sequence[Question]:
    return (
        Question("instance", "Name", default=lambda a, f: "first", check=checks.user_name, group="One"),
        Question("folder", "Folder", "Where it\nwrites.", default=lambda a, f: "/nowhere", check=checks.absolute_path),
        Question("level", "Level", "", NUMBER, default=lambda a, f: 3, check=checks.at_least_one),
        Question("port", "Port", "", NUMBER, default=lambda a, f: 8080, check=checks.port, advanced=True),
        Question("limit", "Limit", "", NUMBER, default=lambda a, f: 10 * a.level, advanced=True),
        Question("fast", "Fast", "", TRUTH, default=lambda a, f: False),
        Question(
            "names", "Names é", "", LIST, default=lambda a, f: ("localhost",), check=checks.host_names, personal="host"
        ),
        Question("mood", "Mood", "", CHOICE, default=lambda a, f: "well", choices=MOODS),
        Question("password", "Password", "", SECRET, check=checks.password, length=12),
        Question("token", "Token", "", SECRET, length=0),
    )


def checkpoints(a: Answers, facts: Facts, circumstances: Circumstances) -> Sequence[Checkpoint]:
    me = pwd.getpwuid(os.geteuid()).pw_name
    own: dict[str, Any] = {"owner": me, "group": me}
    greeting = f"{a.folder}/greeting"
    greet: tuple[str, ...] = ("sh", "-c", f"echo héllo; echo >{greeting}")
    if a.mood == "broken":
        greet = ("sh", "-c", "echo all is lost >&2; exit 3")
    if a.mood == "slow":  # its number is that of its group
        greet = ("sh", "-c", f"echo $$ >{a.folder}/group; echo begun; sleep 300; echo >{greeting}")
    red = failed("nothing", cause=Cause("all-is-lost", "it is lost"), remedy=Remedy("find it", ("find /", "true")))
    odd = warning("two", cause=Cause("one-too-many", "one too many"), remedy=Remedy("take one away"))
    last: dict[str, Finding | None] = {"red": red, "odd": odd, "crashed": None}
    steps: list[Step] = [Greeted(greeting, me, greet), Stuck(a.mood)]
    return (
        Checkpoint(
            "ground",
            "Ground",
            "A folder, and two files in it.",
            steps=[
                Directory(a.folder, **own),
                GeneratedFile(
                    f"{a.folder}/plain", Rendered("biomaid/instance_config.toml", {"workers": a.level}), **own
                ),
                GeneratedFile(f"{a.folder}/hidden", Hidden(a.password, a.level), 0o600, **own),
            ],
            probes=[
                Says("ground.folder", "the folder", passed("it is there")),
                Says("ground.waiting", "nothing yet", passed("nothing"), gone="work"),
            ],
        ),
        Checkpoint(
            "work",
            "Work é",
            "A greeting.",
            steps=steps,
            probes=[
                Says("work.greeting", "the greeting", last.get(a.mood, passed("héllo"))),
                Says("work.echo", "its echo", passed("héllo"), after=("work.greeting",)),
                Says(
                    "work.hidden", "what is hidden", Finding("unknown", "", "needs root") if a.fast else passed("seen")
                ),
                *([Clean("work.clean", "no litter", f"{a.folder}/litter")] if a.mood == "littered" else []),
            ],
            trials=[Tries("work.tried", "a trial", after=("work.greeting",))],
        ),
    )


def arrival(a: Answers, facts: Facts) -> Arrival:
    return Arrival(
        address=f"http://{a.names[0]}:{a.port}",
        account="chief",
        account_secret="password",
        logo="/logo.png",
        running=("work.greeting",),
        backups=f"{a.folder}/backups, never",
        next="Chapter 2: rest.",
    )


def discover(host: Host) -> Sequence[Found]:
    """Those that `MADEUP_FOUND` names, `NAME:FOLDER` each; what else is in it is a search that should not have been."""
    found = []
    for name, _colon, folder in (one.partition(":") for one in os.environ.get("MADEUP_FOUND", "").split()):
        if not folder:
            raise RuntimeError("this is known already")
        told = {
            "instance": Detected(name, "a unit"),
            "folder": Detected(folder, "its settings"),
            "token": Detected(Secret("token", "t0ken-of-theirs"), "its settings"),
            "password": Detected(Secret("password", ""), "nowhere"),
        }
        if name == "closed":  # of which nobody told a secret
            told = {key: one for key, one in told.items() if not isinstance(one.value, Secret)}
        found.append(Found(name, told, {"level": "only root may look there", "password": "only a hash is kept"}))
    return found


MADEUP = Guide(
    "madeup",
    lambda: "Made up",
    lambda: "For tests é",
    questions,
    checkpoints,
    "instance",
    arrival=arrival,
    discover=discover,
)
ALONE = Guide(
    "alone",
    lambda: "Alone",
    lambda: "A host has one",
    lambda: questions()[1:],
    lambda a, facts, more: checkpoints(Answers({**a, "instance": "alone"}), facts, more),
)


def _homely() -> Sequence[Question]:
    return [replace(one, default=lambda a, f: f"{f.home}/own") if one.key == "folder" else one for one in questions()]


OWN = Guide(
    "own",
    lambda: "Own",
    lambda: "All of it in one folder, without root",
    _homely,
    checkpoints,
    "folder",
    state=".state",
    root=False,
    by_defaults=True,
)


def built_in(*guides: Guide) -> Mapping[str, Any]:
    """What the registry of guides must hold for these to be the built-in ones."""
    made_up = {guide.id: guide for guide in guides}
    return {"BUILT_IN": made_up, "_built_in": made_up.__getitem__}


def main() -> int:
    vars(registry).update(built_in(MADEUP, ALONE, OWN))
    from wizard import cli

    if "apply" in sys.argv:  # here and not always: tests look at what is loaded
        vars(import_module("wizard.walk.application"))["SETTLING"] = 0.0
    if "fix" in sys.argv:
        vars(import_module("wizard.walk.fixing"))["SETTLING"] = 0.0
    # What waits on the machine that runs the tests is not theirs, and slow to ask for.
    vars(import_module("wizard.host.updates"))["_waiting"] = PendingUpdates
    if os.environ.get("MADEUP_ROOT"):
        for name in ("adopt", "apply", "fix", "undo", "verify", "request"):
            vars(import_module(f"wizard.commands.{name}"))["need_root"] = lambda words: None
    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
