"""What WSL would make of its configuration, and what it makes of ours."""

from __future__ import annotations

import pytest

from wizard.base.wslconf import starting_systemd, starts_systemd

OTHERS = """# of this hospital
[automount]
options = "metadata,umask=022"
[user]
default = jeanne # who works here
"""
STARTS = [
    "[boot]\nsystemd=true\n",
    "[boot]\nsystemd = true # as advised\n",
    "[Boot] # at the start\nSystemd=True",
    "[boot]\nsystemd=true\n[boot]\nsystemd=false\n",
    OTHERS + '[boot]\nsystemd="true"\n',
]
DOES_NOT = [
    "",
    OTHERS,
    "systemd=true\n",
    "[boot]\n#systemd=true\n",
    "[boot]\nsystemd=false\nsystemd=true\n",
    "[boot]\nsystemd=true\r\n",
    "\ufeff[boot]\nsystemd=true\n",
    "[wsl2]\nsystemd=true\n",
    "[boot]\ncommand = echo \\\n    systemd=true\n",
    "[boot]\ncommand = service docker start\n" + OTHERS,
]


@pytest.mark.parametrize("text", STARTS)
def test_it_is_seen_that_systemd_starts(text: str) -> None:
    assert starts_systemd(text)


@pytest.mark.parametrize("text", DOES_NOT)
def test_what_does_not_start_it_is_made_to_and_loses_nothing_else(text: str) -> None:
    assert not starts_systemd(text)
    made = starting_systemd(text)
    assert starts_systemd(made)
    kept = [
        line for line in text.removeprefix("\ufeff").replace("\r", "").split("\n") if line and "systemd" not in line
    ]
    assert [line for line in kept if line not in made.split("\n")] == []
    assert starting_systemd(made) == made


def test_a_setting_stands_where_it_stood() -> None:
    assert starting_systemd("[boot]\nsystemd=false\ncommand=x\n") == "[boot]\nsystemd=true\ncommand=x\n"
    assert starting_systemd("[boot]\ncommand=x\n[user]\ndefault=y\n") == (
        "[boot]\nsystemd=true\ncommand=x\n[user]\ndefault=y\n"
    )
    assert starting_systemd("") == "[boot]\nsystemd=true\n"
