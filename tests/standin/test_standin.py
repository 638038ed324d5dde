"""The stand-in has the shape it promises; whether it runs is for the machine tests to see."""

from __future__ import annotations

import hashlib
import json
import re
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.standin import logo
from tests.standin.repository import APPLICATION, SOURCE, TAG, advance, make_repository

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TOUCHED_BY_INSTALLERS = (
    "manage.py",
    "run-instance.sh",
    "pyproject.toml",
    "poetry.lock",
    "settings/__init__.py",
    "dra/urls.py",
    "dra/wsgi.py",
    "example_instance_settings.py",
    "fixtures/tests_db.json",
    "local_biomaid/settings.py",
    f"local_biomaid/static/local/{logo.NAME}",
    "tools/biomaid-instance@.service",
)


LOG = "--log-file ../log/gunicorn_django.log"
SERVES = f"run gunicorn --workers WORKERS {LOG} -b unix:{{home}}/biomaid.sock dra.wsgi"


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("standin") / "biomaid.git"
    make_repository(target)
    return target


def git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True).stdout.strip()


def test_it_is_cloned_by_address_and_stable_is_what_is_installed(repository: Path, tmp_path: Path) -> None:
    clone = tmp_path / "biomaid"
    subprocess.run(["git", "clone", "-q", f"file://{repository}", clone], check=True)
    assert git(clone, "branch", "--show-current") == "main"
    git(clone, "checkout", "-q", "stable")
    assert git(clone, "describe", "--tags") == TAG
    assert [name for name in TOUCHED_BY_INSTALLERS if not (clone / name).is_file()] == []
    assert git(clone, "status", "--porcelain", "--ignored") == ""


def test_what_an_installer_adds_is_ignored_by_git(repository: Path, tmp_path: Path) -> None:
    clone = tmp_path / "biomaid"
    subprocess.run(["git", "clone", "-q", "-b", "stable", f"file://{repository}", clone], check=True)
    for name in ("instance_settings.py", "instance_config.toml", "queries.log"):
        (clone / name).touch()
    (clone / "local").symlink_to("../local_mon_ets")
    assert git(clone, "status", "--porcelain") == ""


def test_the_same_source_gives_the_same_commit(repository: Path, tmp_path: Path) -> None:
    assert make_repository(tmp_path / "again") == git(repository, "rev-parse", "stable")


def test_upstream_can_go_on(tmp_path: Path) -> None:
    first = make_repository(tmp_path / "moving")
    second = advance(tmp_path / "moving", "A second fix")
    assert git(tmp_path / "moving", "rev-parse", "stable") == second != first
    assert git(tmp_path / "moving", "rev-parse", "stable~1") == first


def test_the_logo_is_a_picture_of_ten_thousand_bytes_or_so() -> None:
    picture = logo.png()
    assert picture == logo.png()
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", picture[16:24]) == (160, 100)
    assert 5_000 < len(picture) < 20_000


def test_the_picture_of_the_sample_application_is_that_one() -> None:
    assert (APPLICATION / "local_biomaid/static/local" / logo.NAME).read_bytes() == logo.png()


def test_groups_extras_and_pythons_are_those_of_the_original() -> None:
    poetry = parsed("pyproject.toml")["tool"]["poetry"]
    assert set(poetry["group"]) == {"doc", "tests", "dev"}
    assert set(poetry["extras"]) == {"ldap", "oracle"}
    assert poetry["dependencies"]["python"] == ">=3.9,<3.13"


def test_the_lock_is_in_step_with_the_project() -> None:
    project, lock = parsed("pyproject.toml"), parsed("poetry.lock")
    poetry = project["tool"]["poetry"]
    locked = {package["name"] for package in lock["package"]}
    asked = set(poetry["dependencies"]) - {"python"}
    for group in poetry["group"].values():
        asked |= set(group["dependencies"])
    assert {name.lower() for name in asked} <= locked
    assert lock["metadata"]["python-versions"] == poetry["dependencies"]["python"]
    # What Poetry itself hashes of a project written this way, and compares before it installs.
    keys = ("dependencies", "source", "extras", "dev-dependencies", "group")
    relevant = {key: poetry.get(key) for key in keys}
    digest = hashlib.sha256(json.dumps(relevant, sort_keys=True).encode()).hexdigest()
    assert lock["metadata"]["content-hash"] == digest


def test_no_address_of_an_index_stands_in_it() -> None:
    for name in ("pyproject.toml", "poetry.lock"):
        assert (
            re.findall(r"https?://\S+|\[\[?tool\.poetry\.source|\[package\.source\]", (SOURCE / name).read_text()) == []
        )


def test_the_unit_says_what_the_document_shows() -> None:
    unit = (APPLICATION / "tools/biomaid-instance@.service").read_text()
    directives = [line for line in unit.splitlines() if line and not line.startswith("#")]
    assert directives == [
        "[Unit]",
        "Description=gunicorn daemon for biomaid %i instance",
        "After=network.target",
        "[Service]",
        "Type=exec",
        "User=%i",
        "Group=%i",
        "RuntimeDirectory=gunicorn",
        "WorkingDirectory=/home/%i/biomaid",
        "ExecStart=/usr/bin/bash run-instance.sh",
        "ExecReload=/bin/kill -s HUP $MAINPID",
        "KillMode=mixed",
        "TimeoutStopSec=5",
        "PrivateTmp=true",
        "[Install]",
        "WantedBy=multi-user.target",
    ]


@pytest.mark.parametrize(
    ("words", "config", "expected"),
    [
        (
            (),
            None,
            SERVES.replace("WORKERS", "2"),
        ),
        (
            (),
            "[other]\nworkers = 9\n[gunicorn_settings]\nworkers = 4  # enough\n",
            SERVES.replace("WORKERS", "4"),
        ),
        (("runjobs", "quarter_hourly"), None, "run python manage.py runjobs quarter_hourly"),
        (("migrate", "--no-input"), None, "Unknown option --no-input"),
    ],
)
def test_the_script_starts_what_it_should(
    tmp_path: Path, words: tuple[str, ...], config: str | None, expected: str
) -> None:
    poetry = tmp_path / ".local/bin/poetry"
    poetry.parent.mkdir(parents=True)
    poetry.write_text('#!/bin/sh\necho "$@"\n')
    poetry.chmod(0o755)
    (tmp_path / "biomaid").mkdir()
    if config is not None:
        (tmp_path / "biomaid/instance_config.toml").write_text(config)
    done = subprocess.run(
        ["bash", APPLICATION / "run-instance.sh", *words],
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == expected.format(home=tmp_path)


def parsed(name: str) -> dict[str, Any]:
    result: dict[str, Any] = tomllib.loads((SOURCE / name).read_text())
    return result
