"""What is replaced in somebody else's folder is kept with that user's rights, and no more of it than a file holds."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import rmtree

import pytest

from tests.unit.guide_folders import own_folder
from wizard.base.rendering import Text
from wizard.changes.change import Failed
from wizard.changes.files import FileWritten
from wizard.host.live import Live
from wizard.record.foreign import read_foreign
from wizard.record.journal import Journal
from wizard.record.state import State

NOBODY = 65534
pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder of root's that all may enter, with a user's home in it and a secret of root's."""
    made = own_folder()
    (made / "secret").mkdir(mode=0o700)
    (made / "secret" / "file").write_text("canary")
    (made / "home").mkdir()
    os.chown(made / "home", NOBODY, NOBODY)
    yield made
    rmtree(made)


def plain(place: Path) -> None:
    (place / "home" / "file").write_text("theirs")
    os.chown(place / "home" / "file", NOBODY, NOBODY)


def link(place: Path) -> None:
    (place / "home" / "file").symlink_to(place / "secret" / "file")
    os.chown(place / "home" / "file", NOBODY, NOBODY, follow_symlinks=False)


def hard_link(place: Path) -> None:
    (place / "secret" / "file").chmod(0o600)
    (place / "home" / "file").hardlink_to(place / "secret" / "file")


def fifo(place: Path) -> None:
    os.mkfifo(place / "home" / "file")
    os.chown(place / "home" / "file", NOBODY, NOBODY)


def sparse(place: Path) -> None:
    plain(place)
    os.truncate(place / "home" / "file", 40 * 2**30)


def test_a_user_s_file_is_read(place: Path) -> None:
    plain(place)
    assert read_foreign(str(place / "home" / "file")) == b"theirs"


def test_so_is_root_s_own(place: Path) -> None:
    assert read_foreign(str(place / "secret" / "file")) == b"canary"


@pytest.mark.parametrize("plant", [link, hard_link, fifo, sparse])
def test_nothing_else_is(place: Path, plant: Callable[[Path], None]) -> None:
    plant(place)
    with pytest.raises(OSError, match=r"symbolic|ermission|another name|no regular file|bytes"):
        read_foreign(str(place / "home" / "file"))


def test_nor_through_a_folder_that_is_a_link(place: Path) -> None:
    (place / "home" / "sub").symlink_to(place / "secret")
    os.chown(place / "home" / "sub", NOBODY, NOBODY, follow_symlinks=False)
    with pytest.raises(PermissionError):
        read_foreign(str(place / "home" / "sub" / "file"))


@pytest.mark.parametrize("plant", [fifo, sparse])
def test_a_change_that_would_replace_it_says_why_it_does_not(place: Path, plant: Callable[[Path], None]) -> None:
    plant(place)
    journal = Journal(state := State(place / "state"))
    change = FileWritten(str(place / "home" / "file"), Text("new"), owner="nobody")
    with pytest.raises((Failed, OSError)):
        journal.begin("x", change, Live(journal))
    assert not state.journal.exists(), "it has not begun"
    assert not any(state.replaced.iterdir() if state.replaced.exists() else ())
