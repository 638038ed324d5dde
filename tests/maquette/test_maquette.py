"""The practice instance for real, as whoever runs the tests, in a home of their own: from nothing to green and back.

It needs a package index. Where nginx is installed it serves; where it is not, gunicorn does alone.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
NGINX = bool(shutil.which("nginx", path=PATH))
LOGO = "nginx.logo" if NGINX else "service.logo"


@dataclass
class Practice:
    """A home, and what its first `apply` said."""

    home: Path
    events: list[dict[str, Any]]
    seconds: float

    @property
    def folder(self) -> Path:
        """Where it is by default."""
        return self.home / "biomaid-maquette"

    def control(self, *words: str) -> str:
        """`supervisorctl`."""
        tool = self.folder / "environment/bin/supervisorctl"
        told = [str(tool), "-c", str(self.folder / "etc/supervisord.conf"), *words]
        return str(subprocess.run(told, capture_output=True, text=True, check=False).stdout)

    def pids(self) -> list[int]:
        """The processes that speak of the folder."""
        found = []
        for place in Path("/proc").glob("[0-9]*"):
            try:
                if str(self.folder).encode() in (place / "cmdline").read_bytes():
                    found.append(int(place.name))
            except OSError:
                continue
        return found


def jalon(home: Path, *words: str) -> tuple[int, str]:
    """Runs a command as somebody who lives there; no root is asked for, and none is had."""
    around = {**os.environ, "HOME": str(home), "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
    around.pop("XDG_STATE_HOME", None)
    done = subprocess.run(
        [sys.executable, "-m", "wizard", *words],
        cwd=home,
        env=around,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return done.returncode, done.stdout or done.stderr


def apply(home: Path) -> list[dict[str, Any]]:
    """Applies without a single answer; the events."""
    status, said = jalon(home, "apply", "maquette", "--yes", "--format", "json")
    assert status == 0, said[-3000:]
    return [json.loads(line) for line in said.splitlines()]


def verify(home: Path) -> tuple[int, dict[str, Any]]:
    """Verifies without a single answer."""
    status, said = jalon(home, "verify", "maquette", "--format", "json")
    return status, json.loads(said)


def outcomes(report: dict[str, Any]) -> dict[str, str]:
    """What became of each probe."""
    return {probe["id"]: probe["outcome"] for point in report["checkpoints"] for probe in point["probes"]}


def gone(condition: Callable[[], object]) -> bool:
    """Whether a condition comes to be false within some seconds."""
    until = time.monotonic() + 20
    while condition() and time.monotonic() < until:
        time.sleep(0.5)
    return not condition()


@pytest.fixture(scope="module")
def practice() -> Iterator[Practice]:
    # Not pytest's own folder: a socket's path has little room.
    home = Path(tempfile.mkdtemp(prefix="practice-"))
    found = Practice(home, [], 0.0)
    began = time.monotonic()
    try:
        found.events = apply(home)
        found.seconds = time.monotonic() - began
        yield found
    finally:
        for pid in found.pids():
            os.kill(pid, signal.SIGKILL)
        shutil.rmtree(home, ignore_errors=True)


def test_from_nothing_to_green_within_two_minutes(practice: Practice) -> None:
    assert practice.events[-1]["outcome"] == "done"
    assert practice.seconds < 120
    status, report = verify(practice.home)
    assert (status, report["outcome"]) == (0, "passed")
    assert report["instance"] == str(practice.folder)


def test_what_has_nothing_to_look_at_says_why(practice: Practice) -> None:
    seen = {one["id"]: one for one in practice.events if one["event"] == "probe"}
    assert seen["cron.lines"]["outcome"] == "skipped" and "crontab.txt" in seen["cron.lines"]["because"]
    if NGINX:
        assert seen["nginx.waiting"]["outcome"] == "passed" and "502" in seen["nginx.waiting"]["evidence"]
    else:
        assert seen["nginx.waiting"]["outcome"] == "skipped" and "nginx" in seen["nginx.waiting"]["because"]


def test_the_logo_arrives_and_the_account_logs_in(practice: Practice) -> None:
    seen = {one["id"]: one for one in practice.events if one["event"] == "probe"}
    assert "image/png" in seen[LOGO]["evidence"]
    assert seen["service.login"]["outcome"] == "passed"


def test_a_second_time_changes_nothing(practice: Practice) -> None:
    assert apply(practice.home)[-1]["changes"] == 0


def test_nothing_lies_outside_of_the_folder_and_nobody_else_may_enter(practice: Practice) -> None:
    assert [one.name for one in practice.home.iterdir()] == ["biomaid-maquette"]
    assert practice.folder.stat().st_mode & 0o777 == 0o700
    assert (practice.folder / ".jalon/secrets.toml").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("broken", "red"),
    [
        (lambda p: p.control("stop", "biomaid"), "service.active"),
        (lambda p: p.control("shutdown"), "service.active"),
        (lambda p: (p.folder / "biomaid/instance_settings.py").chmod(0o644), "settings.mode"),
        (lambda p: (p.folder / "staticfiles/local/Logo BiomAid.png").unlink(), "static.logo"),
        (lambda p: (p.folder / "biomaid/local").unlink(), "local.link"),
    ],
    ids=["stopped", "after a restart", "settings open", "no logo", "no link"],
)
def test_what_is_broken_is_red_and_is_mended_by_applying_again(
    practice: Practice, broken: Callable[[Practice], object], red: str
) -> None:
    broken(practice)
    assert gone(lambda: outcomes(verify(practice.home)[1])[red] != "failed")
    apply(practice.home)
    status, report = verify(practice.home)
    assert (status, report["outcome"]) == (0, "passed"), json.dumps(report, indent=1)


def test_undo_stops_what_runs_and_keeps_what_people_made(practice: Practice) -> None:
    status, said = jalon(practice.home, "undo", "maquette", "--yes", "--format", "json")
    assert status == 0, said
    assert gone(practice.pids)
    assert (practice.folder / "data/biomaid.sqlite3").exists()
    assert not (practice.folder / "biomaid/instance_settings.py").exists()
    assert practice.folder.stat().st_mode & 0o777 == 0o700
    apply(practice.home)
    assert verify(practice.home)[0] == 0


def test_undo_with_data_leaves_nothing(practice: Practice) -> None:
    status, said = jalon(practice.home, "undo", "maquette", "--yes", "--with-data", "--format", "json")
    assert status == 0, said
    assert list(practice.home.iterdir()) == []
    assert gone(practice.pids)


def test_removing_the_folder_ends_what_runs_in_it(practice: Practice) -> None:
    apply(practice.home)
    assert practice.pids()
    shutil.rmtree(practice.folder)
    assert gone(practice.pids)
    assert list(practice.home.iterdir()) == []
    assert jalon(practice.home, "verify", "maquette")[0] == 64
