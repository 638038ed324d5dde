"""What runs that were killed, machines without a network, and undone instances leave to those that follow."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.support import ME, MY_GROUP, machine
from wizard.changes.change import Failed
from wizard.changes.environments import PoetryInstalled
from wizard.changes.git import Cloned
from wizard.changes.packages import PackageListsRefreshed
from wizard.changes.users import UserCreated
from wizard.host.bare import BareHost
from wizard.host.facts import gather
from wizard.host.files import Entry, EntryAt
from wizard.host.overlay import Overlay, Sets
from wizard.host.records import Applied
from wizard.host.users import Account, User
from wizard.record.journal import Journal
from wizard.record.state import State
from wizard.steps.users import InstanceUser


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of temporary files of this test's own."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder


def ended() -> int:
    """The number of a process that is no more."""
    child = subprocess.Popen(["true"])
    child.wait()
    return child.pid


def test_a_run_removes_the_scratch_of_one_that_was_killed_and_no_other(temporary: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "file").write_text("x")
    dead, living = temporary / f"jalon-{ended()}-x", temporary / f"jalon-{os.getpid()}-y"
    for folder in (dead, living, temporary / "jalon-words-z"):
        folder.mkdir()
        (folder / "file").write_text("x")
    (temporary / f"jalon-{ended()}-link").symlink_to(theirs)
    machine(tmp_path).close()
    assert not dead.exists()
    assert living.exists()
    assert (temporary / "jalon-words-z").exists()
    assert (theirs / "file").exists()


def test_what_was_half_written_is_replaced_by_the_next_writing(tmp_path: Path) -> None:
    (tmp_path / ".file.jalon").write_text("half")
    machine(tmp_path).write(str(tmp_path / "file"), b"whole", mode=0o600, owner=ME, group=MY_GROUP)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["file"]


@pytest.mark.parametrize("reached", [True, False])
def test_lists_that_no_mirror_gave_are_not_refreshed(reached: bool) -> None:
    class Offline:
        def run(self, *words: object, **more: object) -> str:
            got = "Get:2 http://other InRelease\n" if reached else ""
            return f"Err:1 http://one InRelease\n{got}W: Failed to fetch http://one/InRelease  Temporary failure\n"

    if reached:
        PackageListsRefreshed().carry_out(Offline())  # type: ignore[arg-type]
        return
    with pytest.raises(Failed, match="no mirror of packages was reached: W: Failed to fetch") as caught:
        PackageListsRefreshed().carry_out(Offline())  # type: ignore[arg-type]
    assert "check the network" in caught.value.remedy


def test_an_account_that_was_removed_is_no_longer_ours_and_its_home_still_is(tmp_path: Path) -> None:
    state = State(tmp_path / "state")
    journal = Journal(state)
    number = journal.begin("user", UserCreated("demo", "/home/demo"), BareHost(gather()))
    journal.done(number)
    home, account = journal.entries()[0].undo
    assert (home["kind"], account["kind"]) == ("HomeRemoved", "UserRemoved")
    assert journal.answer(Applied("UserCreated", "demo"))
    journal.undone(number, [home])
    for one in (journal, Journal(state)):
        (entry,) = one.entries()
        assert (entry.undone, entry.reversed, entry.undo) == (False, True, (home,))
        assert not one.answer(Applied("UserCreated", "demo"))
    journal.undone(number)
    assert Journal(state).entries()[0].undone


def test_a_person_too_gets_a_repository_of_this_machine_served() -> None:
    """A plain path git copies by itself, and refuses where another owns it."""
    (typed, _checkout) = Cloned("/home/demo/biomaid", "/srv/a b.git", "stable", "demo").typed()
    assert "--upload-pack 'git -c safe.directory=* upload-pack' -- 'file:///srv/a b.git' " in typed.text
    (typed, _checkout) = Cloned("/home/demo/biomaid", "https://host/x.git", "stable", "demo").typed()
    assert "-- https://host/x.git " in typed.text


def test_a_person_too_gets_round_a_mirror_without_a_json_interface() -> None:
    words = ("/home/demo/biomaid", "/home/demo", "demo", "/env", ("dev",))
    (typed,) = PoetryInstalled(*words).typed()
    assert " || { index=" in typed.text
    assert typed.text.count("poetry install") == 2
    plugin, install = PoetryInstalled(*words, index="https://mirror/simple").typed()
    assert plugin.text.endswith("--index-url https://mirror/simple poetry-plugin-pypi-mirror")
    assert "POETRY_PYPI_MIRROR_URL=https://mirror/simple /home/demo/.local/bin/poetry install" in install.text
    for one in (typed, plugin, install):
        subprocess.run(["sh", "-n"], input=one.text, text=True, check=True)


@pytest.mark.parametrize(("owner", "kinds"), [("root", ["HomeHandedOver", "ModeSet"]), ("demo", ["ModeSet"])])
def test_a_home_that_an_undo_kept_is_handed_over_also_after_a_kill(owner: str, kinds: list[str]) -> None:
    """`adduser` was through when the run was killed: the account is there, and its home still root's."""
    host = Overlay(BareHost(gather()))
    host.lay([Sets(Account("demo"), User(1000, "/home/demo", "/bin/bash", "", ("demo",)))])
    host.lay([Sets(Applied("UserCreated", "demo"), True)])
    host.lay([Sets(EntryAt("/home/demo"), Entry("directory", owner, owner, 0o700))])
    step, found = InstanceUser("demo", "/home/demo", "biomaid"), []
    for change in step.changes(host):
        found.append(change.kind)
        host.lay(change.effect(host))
    assert found == kinds
    assert list(step.changes(host)) == []
