"""Starting: where the launcher is, what passes through it, what a second start spares."""

from __future__ import annotations

import json
import shutil
import signal
from pathlib import Path

import pytest

from tests.launcher.place import (
    Place,
)


def test_second_start_makes_nothing(made: Place) -> None:
    before = made.ready.stat()
    facts = made.facts("again")
    assert facts["prefix"] == str(made.environment)
    assert facts["path"] == str(made.folder)
    assert facts["name"] == "jalon"
    assert facts["isolated"] == 1
    after = made.ready.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_second_start_needs_no_other_program(made: Place) -> None:
    if not Path("/proc/self/status").exists():
        pytest.skip("without /proc the launcher has to ask id who runs it")
    made.with_variables(PATH="/nonexistent").facts()


def test_nothing_is_left_in_the_copy(made: Place) -> None:
    made.facts()
    assert not list(made.folder.rglob("__pycache__"))
    assert (made.environment / "pycache").stat().st_mode & 0o777 == 0o700
    assert list((made.environment / "pycache").rglob("cli.*.pyc"))


@pytest.mark.parametrize(
    "arguments",
    [
        ["two words", "", "line\nline", "*", "$(id)", "`id`", "'\"\\", "--", "-c", "é"],
        [""],
        ["--lang", "fr"],
        [],
    ],
)
def test_arguments_arrive_unharmed(made: Place, arguments: list[str]) -> None:
    assert made.facts(*arguments)["arguments"] == arguments


@pytest.mark.parametrize("status", [0, 1, 2, 64, 77, 255])
def test_exit_status_passes(made: Place, status: int) -> None:
    made.start("exit", str(status), status=status)


def test_program_takes_the_launchers_place(made: Place) -> None:
    process = made.popen("sleep")
    assert process.stdout
    assert json.loads(process.stdout.readline())["pid"] == process.pid
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert process.returncode == -signal.SIGTERM


def test_interrupt_in_the_program_shows_no_traceback(made: Place) -> None:
    process = made.popen("sleep")
    assert process.stdout
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=20)[1] == ""
    assert process.returncode == 130


def test_environment_and_umask_of_the_caller_reach_the_program(made: Place) -> None:
    facts = made.with_variables(HTTPS_PROXY="http://proxy:3128", PYTHONPATH="/x").facts(umask=0o027)
    assert facts["umask"] == 0o027
    assert {"HTTPS_PROXY", "PYTHONPATH"} <= set(facts["environment"])
    assert "JALON_ENVIRONMENT" not in facts["environment"]


@pytest.mark.parametrize("shell", [["sh"], ["dash"], ["bash"], ["bash", "--posix"], ["busybox", "sh"], ["ksh"]])
def test_any_shell(made: Place, shell: list[str]) -> None:
    if shutil.which(shell[0]) is None:
        pytest.skip(f"no {shell[0]} here")
    assert made.facts("a b", by=[*shell, str(made.launcher)])["arguments"] == ["a b"]
    assert made.facts("a b", by=[*shell, "jalon"], cwd=made.folder)["arguments"] == ["a b"]


def test_relative_path_and_path_variable(made: Place) -> None:
    assert made.facts(by=["./jalon"], cwd=made.folder)["path"] == str(made.folder)
    assert made.facts(by=["the copy/jalon"], cwd=made.folder.parent)["path"] == str(made.folder)
    by_name = made.with_variables(PATH=f"{made.folder}:{made.variables['PATH']}")
    assert by_name.facts(by=["sh", "-c", "jalon"])["path"] == str(made.folder)


def test_symbolic_links(made: Place, root: Path) -> None:
    (root / "bin").mkdir()
    (root / "deep er").mkdir()
    root.chmod(0o755)
    absolute, relative, folder = root / "bin" / "jalon", root / "bin" / "waymark", root / "elsewhere"
    absolute.symlink_to(made.launcher)
    (root / "deep er" / "link").symlink_to("../bin/jalon")
    relative.symlink_to("../deep er/link")
    folder.symlink_to(root / "bin")
    for link in (absolute, relative, folder / "waymark"):
        assert made.facts(by=[str(link)])["path"] == str(made.folder)
    assert made.facts(by=["./waymark"], cwd=folder)["path"] == str(made.folder)
