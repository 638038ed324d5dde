"""Steps about files, folders and links: three hashes tell missing, current, outdated and edited apart."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.support import bare, drain, drained
from wizard.base.rendering import Text, hash_of
from wizard.base.secret import Secret
from wizard.base.values import replace
from wizard.changes.files import DirectoryHandedOver, DirectoryMade, FileWritten, ModeSet, TreeRemoved
from wizard.host.files import Content, Entry, EntryAt, Listing
from wizard.host.overlay import Hides, Overlay
from wizard.host.reading import Reading
from wizard.host.records import Applied, Written, WrittenAt
from wizard.steps.backup import FirstBackup
from wizard.steps.files import (
    Absent,
    CopiedDirectory,
    Directory,
    GeneratedFile,
    Line,
    Link,
)
from wizard.steps.step import Blocked

PATH = "/etc/x.conf"
NEW, OLD, EDITED = b"new\n", b"old\n", b"edited\n"


def standing(data: bytes | None, mode: int = 0o644, **known: Any) -> Overlay:
    """A host where that stands at the path, and that is known of it."""
    answers: dict[Reading[Any], Any] = {WrittenAt(PATH): Written(**known)}
    if data is not None:
        answers |= {Content(PATH): data, EntryAt(PATH): Entry(mode=mode, size=len(data))}
    return bare(answers)


class TestGenerated:
    STEP = GeneratedFile(PATH, Text(NEW.decode()), mode=0o640, owner="demo", group="demo")

    def written(self, host: Overlay) -> FileWritten:
        """The one change, a file written."""
        [change] = drained(self.STEP, host)
        assert isinstance(change, FileWritten)
        assert (change.path, change.mode, change.owner, change.group) == (PATH, 0o640, "demo", "demo")
        return change

    def test_missing(self) -> None:
        assert not self.written(standing(None)).edited

    def test_current(self) -> None:
        assert drain(self.STEP, standing(NEW, 0o640, last=hash_of(NEW))) == []

    def test_current_though_nobody_remembers(self) -> None:
        assert drain(self.STEP, standing(NEW, 0o640)) == []

    def test_outdated(self) -> None:
        assert not self.written(standing(OLD, last=hash_of(OLD))).edited

    def test_edited(self) -> None:
        assert self.written(standing(EDITED, last=hash_of(OLD))).edited

    def test_somebody_else_s(self) -> None:
        assert self.written(standing(EDITED)).edited

    def test_one_whose_secret_nobody_knows_is_never_written(self) -> None:
        step = replace(self.STEP, needs=(Secret("known", "x"), Secret("db_password", "")))
        [kept] = drained(step, standing(EDITED))
        assert (kept.kind, kept.consent) == ("EditKept", None)
        assert drain(step, standing(NEW, 0o640)) == []
        with pytest.raises(Blocked, match="`db_password`"):
            drain(step, standing(None))

    def test_an_empty_file_is_somebody_s(self) -> None:
        assert self.written(standing(b"")).edited

    def test_removed_by_hand(self) -> None:
        assert not self.written(standing(None, last=hash_of(NEW))).edited

    def test_kept(self) -> None:
        known: dict[str, Any] = {"last": hash_of(OLD), "kept_disk": hash_of(EDITED), "kept_rendered": hash_of(NEW)}
        assert drain(self.STEP, standing(EDITED, **known)) == []

    def test_kept_and_edited_again(self) -> None:
        known: dict[str, Any] = {"last": hash_of(OLD), "kept_disk": hash_of(EDITED), "kept_rendered": hash_of(NEW)}
        assert self.written(standing(EDITED + b"more", **known)).edited

    def test_kept_when_something_else_would_have_been_written(self) -> None:
        known: dict[str, Any] = {"last": hash_of(OLD), "kept_disk": hash_of(EDITED), "kept_rendered": hash_of(OLD)}
        assert self.written(standing(EDITED, **known)).edited

    def test_kept_then_removed(self) -> None:
        known: dict[str, Any] = {"last": hash_of(OLD), "kept_disk": "", "kept_rendered": hash_of(NEW)}
        assert not self.written(standing(None, **known)).edited

    def test_only_its_mode(self) -> None:
        [change] = drained(self.STEP, standing(NEW, 0o644))
        assert change == ModeSet(PATH, 0o640, 0o644)

    def test_what_cannot_be_known_is_written(self) -> None:
        host = bare()
        host.lay([Hides("/etc", "not yet")])
        assert not self.written(host).edited

    def test_a_kept_edit_is_in_place_afterwards(self) -> None:
        host = standing(EDITED, last=hash_of(OLD))
        change = next(iter(self.STEP.changes(host)))
        assert change.consent is not None
        host.lay(change.consent.otherwise.effect(host))
        assert drain(self.STEP, host) == []
        assert host.get(Content(PATH)) == EDITED


class TestDirectory:
    STEP = Directory("/srv/x", "demo", "demo", 0o750)

    def test_missing(self) -> None:
        [change] = drained(self.STEP, bare())
        assert (change.kind, change.subject) == ("DirectoryMade", "/srv/x")

    @pytest.mark.parametrize("mode", [0o750, 0o700, 0o500])
    def test_one_that_is_there_keeps_its_mode_where_it_is_no_wider(self, mode: int) -> None:
        assert drain(self.STEP, bare({EntryAt("/srv/x"): Entry("directory", mode=mode)})) == []

    def test_a_wider_one_is_closed(self) -> None:
        [change] = drained(self.STEP, bare({EntryAt("/srv/x"): Entry("directory", mode=0o777)}))
        assert change == ModeSet("/srv/x", 0o750, 0o777)

    def test_what_is_missing_above_it_is_root_s_and_open(self) -> None:
        found = drained(Directory("/srv/a/b/c", mode=0o700, parents=True), bare())
        assert found == [DirectoryMade("/srv/a"), DirectoryMade("/srv/a/b"), DirectoryMade("/srv/a/b/c", 0o700)]

    def test_it_does_not_lie_in_somebody_s_folder(self) -> None:
        host = bare({EntryAt("/srv/a"): Entry("directory", "jeanne", "jeanne", 0o755)})
        with pytest.raises(Blocked, match="/srv/a/b/c would lie in /srv/a, which belongs to jeanne"):
            drain(Directory("/srv/a/b/c", mode=0o700, parents=True), host)

    @pytest.mark.parametrize("path", ["/srv/a/b", "/srv/a/b/c"])
    def test_a_file_in_its_place_or_above_it_is_in_the_way(self, path: str) -> None:
        host = bare({EntryAt("/srv/a"): Entry("directory"), EntryAt(path): Entry("file")})
        with pytest.raises(Blocked, match=f"{path} is there and is no folder"):
            drain(Directory("/srv/a/b/c", parents=True), host)

    def test_a_private_one_is_closed_for_good(self) -> None:
        step = Directory("/srv/x", "demo", "demo", 0o700, private=True)
        host = bare({EntryAt("/srv/x"): Entry("directory", mode=0o755), Listing("/srv/x"): ("theirs",)})
        [change] = drained(step, host)
        assert change.kind == "DirectoryMade"
        assert [undo.kind for undo in change.undo(host, str)] == ["DirectoryRemoved"]
        assert host.read(Listing("/srv/x")) == ("theirs",)

    def test_one_whose_contents_are_the_instance_s_goes_with_them(self) -> None:
        [change] = drained(Directory("/srv/x", "demo", "demo", contents=True), bare())
        assert change.undo(bare(), str) == (TreeRemoved("/srv/x"),)

    def test_one_that_jalon_made_for_another_user_is_handed_over(self) -> None:
        step, there = Directory("/srv/x", "demo", "demo", contents=True), EntryAt("/srv/x")
        made: dict[Reading[Any], Any] = {
            Applied("DirectoryMade", "/srv/x"): True,
            there: Entry("directory", "old", "old", 0o755),
        }
        [change] = drained(step, bare(made))
        assert change == DirectoryHandedOver("/srv/x", "demo")
        assert drained(step, bare({there: made[there]})) == [], "a person's own"

    def test_a_link_to_a_folder_is_somebody_s_choice(self) -> None:
        assert drain(self.STEP, bare({EntryAt("/srv/x"): Entry("link", target="/data")})) == []


class TestCopiedDirectory:
    STEP = CopiedDirectory("/srv/x", "/srv/source", "demo")

    def test_missing(self) -> None:
        [change] = drained(self.STEP, bare())
        assert (change.kind, change.subject) == ("DirectoryCopied", "/srv/x")

    @pytest.mark.parametrize("kind", ["directory", "link"])
    def test_it_is_never_copied_over_one_that_is_there(self, kind: str) -> None:
        assert drain(self.STEP, bare({EntryAt("/srv/x"): Entry(kind)})) == []


class TestLink:
    STEP = Link("/srv/x", "../y", "demo", accepted=("/y", "/y/"))

    @pytest.mark.parametrize("entry", [None, Entry("link", target="/elsewhere")])
    def test_missing_or_leading_elsewhere(self, entry: Entry | None) -> None:
        [change] = drained(self.STEP, bare({EntryAt("/srv/x"): entry}))
        assert (change.kind, change.title) == ("LinkMade", "link /srv/x to ../y")

    @pytest.mark.parametrize("target", ["../y", "/y", "/y/"])
    def test_in_place(self, target: str) -> None:
        assert drain(self.STEP, bare({EntryAt("/srv/x"): Entry("link", target=target)})) == []

    def test_below_what_is_not_known_yet_it_is_made(self) -> None:
        host = bare()
        host.lay([Hides("/srv", "not cloned yet")])
        assert len(drained(self.STEP, host)) == 1

    def test_a_folder_in_its_place_is_in_the_way(self) -> None:
        with pytest.raises(Blocked, match="/srv/x is a folder, where a link should be") as caught:
            drain(self.STEP, bare({EntryAt("/srv/x"): Entry("directory")}))
        assert caught.value.remedy


class TestLine:
    STEP = Line("/home/demo/.bashrc", 'export PATH="x:$PATH"', "demo")

    @pytest.mark.parametrize("data", [None, b"", b"other\n", b"no end", b"\xff\n", b'# export PATH="x:$PATH"\n'])
    def test_missing(self, data: bytes | None) -> None:
        host = bare({Content(self.STEP.path): data})
        [change] = drained(self.STEP, host)
        assert change.kind == "LineAdded"
        found = host.get(Content(self.STEP.path))
        assert found is not None
        assert found.startswith(data or b"")

    def test_in_place(self) -> None:
        data = b'first\nexport PATH="x:$PATH"\nlast'
        assert drain(self.STEP, bare({Content(self.STEP.path): data})) == []


class TestAbsent:
    def test_it_goes_as_long_as_it_may(self) -> None:
        host = bare({EntryAt("/srv/x"): Entry()})
        [change] = drained(Absent("/srv/x", lambda host: True), host)
        assert change.kind == "FileRemoved"
        assert drain(Absent("/srv/y", lambda host: False), bare({EntryAt("/srv/y"): Entry()})) == []
        assert drain(Absent("/srv/z", lambda host: True), bare()) == []


class TestFirstBackup:
    STEP = FirstBackup("/usr/local/sbin/backup", "/var/backups/x")

    @pytest.mark.parametrize("names", [None, (), ("2025-01-01T000000.partial",)])
    def test_missing(self, names: tuple[str, ...] | None) -> None:
        [change] = drained(self.STEP, bare({Listing("/var/backups/x"): names}))
        assert (change.kind, change.subject) == ("Ran", "/usr/local/sbin/backup")

    def test_in_place(self) -> None:
        assert drain(self.STEP, bare({Listing("/var/backups/x"): ("2025-01-01T000000",)})) == []
