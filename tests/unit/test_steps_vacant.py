"""A folder that an answer names is taken only where it is nobody else's."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.support import bare, drain
from wizard.answers.checks import folder_of_ours
from wizard.answers.questions import Answers
from wizard.host.facts import gather
from wizard.host.files import Entry, EntryAt, Listing
from wizard.host.reading import Reading
from wizard.host.records import Applied
from wizard.steps.files import Directory
from wizard.steps.step import Blocked

PLACE = "/srv/data/backups"
STEP = Directory(PLACE, mode=0o700, parents=True, holds=r"\d+")
OURS, WIDE = Entry("directory", mode=0o700), Entry("directory", mode=0o755)
THEIRS = Entry("directory", "demo", "demo", 0o755)


def host(above: Entry | None = WIDE, place: Entry | None = None, names: tuple[str, ...] = (), **more: Any) -> Any:
    """A machine with the folder and the one above it."""
    answers: dict[Reading[Any], Any] = {EntryAt("/srv/data"): above, EntryAt(PLACE): place, **more.get("beside", {})}
    answers |= {Listing(PLACE): names} if place else {}
    answers |= {Applied("DirectoryMade", PLACE): True} if "made" in more else {}
    return bare(answers)


@pytest.mark.parametrize(
    ("there", "told"),
    [
        (host(above=THEIRS), "/srv/data, which belongs to demo"),
        (host(above=THEIRS, place=OURS), "/srv/data, which belongs to demo"),
        (host(above=Entry("directory", mode=0o777)), "/srv/data, which others may write"),
        (host(above=Entry("directory", mode=0o775)), "/srv/data, which others may write"),
        (host(place=THEIRS), "belongs to demo: it is not taken"),
        (host(place=WIDE, names=("2024", "passwords")), "holds other things (passwords)"),
        (host(above=Entry("link", target="/home/demo"), beside={EntryAt("/home/demo"): THEIRS}), "/home/demo"),
        (host(place=Entry("link", target="/home/demo"), beside={EntryAt("/home/demo"): THEIRS}), "belongs to demo"),
    ],
)
def test_what_is_another_s_blocks_before_anything_is_handed_over(there: Any, told: str) -> None:
    with pytest.raises(Blocked) as caught:
        drain(STEP, there)
    assert told in caught.value.why
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("there", "found"),
    [
        (host(above=None), ["DirectoryMade", "DirectoryMade"]),
        (host(), ["DirectoryMade"]),
        (host(place=OURS, names=("2024",)), []),
        (host(place=WIDE, names=("2024",)), ["ModeSet"]),
        (host(place=OURS, names=("anything",), made=True), []),
        (host(above=Entry("directory", mode=0o1777)), ["DirectoryMade"]),
    ],
)
def test_what_is_nobody_else_s_is_taken(there: Any, found: list[str]) -> None:
    assert [change.kind for change in drain(STEP, there)] == found


@pytest.mark.parametrize(
    "path", ["/", "/etc", "/var/", "/var/backups", "/tmp/x", "/etc/x", "/proc/1", "//srv", "/./srv"]
)
def test_the_system_s_folders_are_no_answer(path: str) -> None:
    assert folder_of_ours(path, Answers({}), gather())


@pytest.mark.parametrize("path", ["/backup", "/var/backups/demo", "/srv/backups", "/mnt/disk", "/data/a/b"])
def test_others_are(path: str) -> None:
    assert not folder_of_ours(path, Answers({}), gather())
