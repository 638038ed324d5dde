"""What the launcher shows of its logs, and who may read them."""

from __future__ import annotations

import re
import stat
import subprocess
from pathlib import Path

import pytest

from tests.forkserver import ROOT
from tests.launcher.place import Place


def function(name: str) -> str:
    """The text of one of the launcher's functions."""
    found = re.search(rf"^{name}\(\) {{$.*?^}}$", (ROOT / "jalon").read_text(), re.MULTILINE | re.DOTALL)
    assert found
    return found[0]


def shown(log: Path, text: bytes) -> bytes:
    log.write_bytes(text)
    script = f'{function("last_lines")}\nlast_lines "$1"'
    return subprocess.run(["sh", "-c", script, "sh", str(log)], capture_output=True, timeout=30, check=True).stderr


@pytest.mark.parametrize(
    "said",
    [
        "Failed to parse: http://user:s3cr/et@proxy:8080",
        "http://user:s3cr#et@proxy is no proxy",
        "fetched https://token@index.example/simple and http://u:p@h/",
    ],
)
def test_no_password_of_an_address_is_shown(tmp_path: Path, said: str) -> None:
    line = shown(tmp_path / "log", said.encode()).decode()
    assert "***@" in line
    assert not re.search("s3cr|et@|token|u:p", line)


def test_a_terminal_is_not_commanded(tmp_path: Path) -> None:
    said = "403 Non \x1b]0;mine\x07 \x1b[2J \x9b2J \r\x08 fermé é à …\n".encode()
    assert shown(tmp_path / "log", said).decode() == "    403 Non ?]0;mine? ?[2J ?2J ?? fermé é à …\n"


@pytest.mark.parametrize("said", [b"\xc2\xc2\x9b\x9b2J", b"\xc2\x01\x9b2J"])
def test_nothing_is_put_together_of_what_is_taken_away(tmp_path: Path, said: bytes) -> None:
    assert b"\xc2\x9b" not in shown(tmp_path / "log", said + b"\n")


def test_others_may_not_read_it(stale: Place) -> None:
    stale.ready.unlink()
    log = stale.environment.with_name(stale.environment.name + ".log")
    log.unlink(missing_ok=True)
    log.write_text("old")
    log.chmod(0o644)
    stale.start()
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert not log.read_text().startswith("old")
