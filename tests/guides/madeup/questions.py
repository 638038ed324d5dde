"""What the made-up guide asks."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.api import CHOICE, LIST, NUMBER, SECRET, TRUTH, Question, checks

MOODS = ("well", "odd", "red", "blocked", "unknown", "crashed", "broken", "slow", "littered")


def questions() -> Sequence[Question]:
    """One question of each kind."""
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
