"""A unit is tried with another program before it takes the place of the one that is there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tests.unit.probes.fake import FakeHands
from wizard.base.unitfile import parse_unit
from wizard.changes.change import Failed
from wizard.changes.unit_trial import trial_unit, try_unit
from wizard.guides.biomaid.checkpoints.gunicorn import TRIED

UNIT = """
[Unit]
Description=x
After=network.target

[Service]
Type=exec
User=%i
WorkingDirectory=/home/%i/biomaid
RuntimeDirectory=gunicorn
ExecStart=/usr/bin/bash run-instance.sh
Restart=on-failure
ProtectHome=tmpfs
BindPaths=-/home/%i

[Install]
WantedBy=multi-user.target
"""
PLACE = "/etc/systemd/system/biomaid-instance@.service"


class Writing(FakeHands):
    """Hands that also note what is written and removed; the commands that begin with one of `refused` fail."""

    def __init__(self, *refused: str) -> None:
        def says(words: Sequence[str], stdin: str | None) -> str | Failed:
            return Failed("no", status=1) if " ".join(words).startswith(refused or " ") else ""

        super().__init__(says)
        self.files: list[str] = []
        self.removed: list[str] = []

    def write(self, *given: object, **named: object) -> Any:
        """Notes the path."""
        self.files.append(str(given[0]))

    def remove(self, *given: object, **named: object) -> Any:
        """Notes the path."""
        self.removed.append(str(given[0]))


def tried(hands: Writing) -> None:
    try_unit(hands, PLACE, UNIT, "demo", TRIED, "demo", "/home/demo/biomaid")


def test_the_trial_has_what_the_unit_keeps_back_and_a_program_that_ends() -> None:
    found = parse_unit(trial_unit(UNIT, ("/usr/bin/bash", "a b")))
    assert found["Service", "Type"] == ("oneshot",)
    assert found["Service", "ExecStart"] == ('"/usr/bin/bash" "a b"',)
    assert found["Service", "BindPaths"] == ("-/home/%i",)
    assert found["Service", "User"] == ("%i",)
    assert not {"Restart", "RuntimeDirectory"} & {name for _section, name in found}
    assert not [section for section, _name in found if section == "Install"]


def test_one_that_runs_leaves_nothing_behind() -> None:
    hands = Writing()
    tried(hands)
    assert hands.files == hands.removed == ["/run/systemd/system/jalon-tries@demo.service"]
    assert ("systemctl", "start", "jalon-tries@demo.service") in [words for words, _user in hands.ran]


def test_one_that_takes_too_much_is_refused() -> None:
    hands = Writing("systemctl start")
    with pytest.raises(Failed, match="within what"):
        tried(hands)
    assert hands.removed == ["/run/systemd/system/jalon-tries@demo.service"]
    assert (TRIED, "demo") in hands.ran


def test_what_does_not_run_without_the_unit_either_says_nothing_of_it() -> None:
    hands = Writing("systemctl start", "/usr/bin/bash")
    tried(hands)
    assert hands.removed
