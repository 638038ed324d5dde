"""The checkpoints of the made-up guide, and where they lead."""

from __future__ import annotations

import os
import pwd
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from wizard.api import (
    Answers,
    Arrival,
    Cause,
    Checkpoint,
    Circumstances,
    Directory,
    Facts,
    Finding,
    GeneratedFile,
    Remedy,
    Rendered,
    Step,
    failed,
    passed,
    warning,
)

from .probes import Clean, Says, Tries
from .steps import Greeted, Hidden, Stuck

TEMPLATES = Path(__file__).with_name("templates")


def checkpoints(a: Answers, facts: Facts, circumstances: Circumstances) -> Sequence[Checkpoint]:
    """A folder with two files; then what the mood makes of a greeting."""
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
                GeneratedFile(f"{a.folder}/plain", Rendered("plain.toml", {"level": a.level}, TEMPLATES), **own),
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
    """What is said when all is done."""
    return Arrival(
        address=f"http://{a.names[0]}:{a.port}",
        account="chief",
        account_secret="password",
        logo="/logo.png",
        running=("work.greeting",),
        backups=f"{a.folder}/backups, never",
        next="Chapter 2: rest.",
    )
