"""What the enabled timers start, from the unit files."""

from __future__ import annotations

from pathlib import Path

import pytest

from wizard.host import timers
from wizard.host.crontab import SystemJob
from wizard.host.timers import TimerJobs


def test_the_commands_of_enabled_timers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    etc, lib = tmp_path / "etc", tmp_path / "lib"
    for path, text in {
        etc / "timers.target.wants/save.timer": "",
        etc / "timers.target.wants/dump@demo.timer": "",
        lib / "save.timer": "[Timer]\n# OnCalendar=hourly\nOnCalendar = daily\nUnit=other.service\n",
        lib / "other.service": "[Service]\nUser = postgres\nExecStart = -/opt/a \\\n  b\nExecStart=@/opt/c\n",
        lib / "dump@.timer": "[Timer]\nOnBootSec=5\n",
        etc / "dump@.service": "[Service]\nExecStart=/opt/dump %i\n",
        lib / "dump@.service": "[Service]\nExecStart=/opt/lib\n",
        etc / "dump@.service.d/x.conf": "[Service]\nExecStart=\nExecStart=/opt/again %i\n",
        lib / "off.timer": "[Timer]\nOnCalendar=daily\n",
    }.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.setattr(timers, "ENABLED", str(etc))
    monkeypatch.setattr(timers, "FOLDERS", (str(etc), str(lib)))
    assert timers.answer([TimerJobs()])[TimerJobs()] == (
        SystemJob("dump@demo.timer", "root", "5", "/opt/again demo"),
        SystemJob("save.timer", "postgres", "daily", "/opt/a b"),
        SystemJob("save.timer", "postgres", "daily", "/opt/c"),
    )
