"""The program that prints a Poetry lock as requirements, and the step that makes an environment of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.unit.support import bare, drain, drained
from wizard.base.resources import templates
from wizard.changes.environments import LockInstalled
from wizard.host.environments import Environment, EnvironmentAt
from wizard.host.files import Content
from wizard.host.records import Applied
from wizard.probes.environments import EnvironmentHoldsLock
from wizard.steps.environments import LockedEnvironment
from wizard.steps.step import Blocked

READER = templates() / "maquette/locked.py"
PROJECT = """
[tool.poetry.dependencies]
python = ">=3.8"
Alpha_One = "^1.0"
driver = "^2.0"
windows = { version = "*", markers = "sys_platform == 'win32'" }
wanted = { version = "*", optional = true }
split = [{ version = "1.0", python = "<3.0" }, { version = "2.0", python = "^3.8" }]

[tool.poetry.group.dev.dependencies]
linter = "*"
"""


def package(name: str, version: str = "1.0", rest: str = "") -> str:
    return (
        f'[[package]]\nname = "{name}"\nversion = "{version}"\noptional = false\npython-versions = ">=3.6"\n'
        f'files = [{{file = "a.whl", hash = "sha256:{name}"}}, {{file = "b.tgz", hash = "sha256:0"}}]\n{rest}\n'
    )


LOCK = "".join(
    (
        package("alpha-one", "1.4", '[package.dependencies]\nbelow = {version = "*", extras = ["more"]}\n'),
        package("below", "0.1", '[package.extras]\nmore = ["extra-one (>=1)"]\n'),
        package("driver", "2.9", '[package.dependencies]\nonly-the-driver = "*"\n'),
        *(package(name) for name in ("extra-one", "linter", "only-the-driver", "windows", "wanted")),
        package("split", "2.0"),
    )
)


def printed(tmp_path: Path, *left_out: str) -> str:
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    (tmp_path / "poetry.lock").write_text(LOCK)
    words = [sys.executable, str(READER), str(tmp_path), *left_out]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def names(text: str) -> list[str]:
    return [line.partition(" ")[0] for line in text.splitlines() if "==" in line]


def test_what_the_project_needs_here_and_no_more(tmp_path: Path) -> None:
    found = names(printed(tmp_path))
    assert found == [
        "alpha-one==1.4",
        "below==0.1",
        "driver==2.9",
        "extra-one==1.0",
        "only-the-driver==1.0",
        "split==2.0",
    ]


def test_what_is_left_out_takes_what_only_it_needs_with_it(tmp_path: Path) -> None:
    assert names(printed(tmp_path, "Driver")) == ["alpha-one==1.4", "below==0.1", "extra-one==1.0", "split==2.0"]


def test_every_file_has_its_hash(tmp_path: Path) -> None:
    assert "--hash=sha256:below" in printed(tmp_path)
    assert printed(tmp_path).count("--hash=") == 2 * len(names(printed(tmp_path)))


CODE = "/srv/x/code"
FILES: dict[Any, Any] = {
    Content(f"{CODE}/pyproject.toml"): b'[tool.poetry.dependencies]\npython = ">=3.9"\nalpha-one = "*"\ndriver = "*"\n',
    Content(f"{CODE}/poetry.lock"): LOCK.encode(),
    Content("/srv/x/more.txt"): b"supervisor==4\n",
}
STEP = LockedEnvironment("/srv/x/env", CODE, "x", "/srv/x", "/srv/x/locked.py", "/srv/x/more.txt", ("driver",))
MADE = EnvironmentAt("/srv/x/env")
PROBE = EnvironmentHoldsLock("environment.lock", "t", "/srv/x/env", CODE, ("driver",), ("gunicorn",))


def made(version: str = "1.4") -> Environment:
    return Environment("3.11", "/usr/bin", {"alpha-one": version})


def test_it_is_made_once_and_again_for_other_inputs() -> None:
    [change] = drained(STEP, bare(FILES))
    assert isinstance(change, LockInstalled) and change.left_out == ("driver",)
    host = bare(FILES)
    drain(STEP, host)
    receipt = Content("/srv/x/.local/state/jalon/environment.json")
    written = host.read(receipt)
    assert drain(STEP, bare({**FILES, MADE: made(), receipt: written})) == []
    other = {**FILES, Content("/srv/x/more.txt"): b"supervisor==5\n", MADE: made(), receipt: written}
    assert len(drain(STEP, bare(other))) == 1
    assert len(drain(STEP, bare({**FILES, MADE: made("1.3"), receipt: written}))) == 1


def test_one_made_by_hand_is_left_alone_and_one_cut_short_is_not() -> None:
    assert drain(STEP, bare({**FILES, MADE: made()})) == []
    assert len(drain(STEP, bare({**FILES, MADE: made(), Applied("LockInstalled", "/srv/x/env"): True}))) == 1


@pytest.mark.parametrize(
    ("project", "words"),
    [(None, "no pyproject.toml"), (b'[tool.poetry.dependencies]\npython = ">=3.13"\n', "wants Python >=3.13")],
)
def test_code_that_cannot_be_installed_here(project: bytes | None, words: str) -> None:
    with pytest.raises(Blocked, match=words):
        drain(STEP, bare({**FILES, Content(f"{CODE}/pyproject.toml"): project}))


@pytest.mark.parametrize(
    ("environment", "cause"),
    [(None, "environment-missing"), (made("1.3"), "environment-differs"), (made(), "environment-differs")],
)
def test_the_probe_names_what_differs(environment: Environment | None, cause: str) -> None:
    finding = PROBE.observe(bare({**FILES, MADE: environment}))
    assert finding.cause and finding.cause.id == cause
    assert "driver" not in finding.evidence
