"""The journal: the undo is written down before anything is touched, and a crash at any instant is survived."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tests.guides.madeup.steps import Hidden
from tests.unit.support import ME, MY_GROUP, machine
from wizard.base.errors import BadData
from wizard.base.rendering import Rendered, Text, hash_of
from wizard.base.secret import Secret
from wizard.changes.change import Change, Failed, Hands, Keep, Typed, from_data, to_data
from wizard.changes.cron import CrontabLinesAdded, CrontabLinesRemoved
from wizard.changes.files import (
    DirectoryMade,
    DirectoryRemoved,
    EditKept,
    FileRemoved,
    FileRestored,
    FileWritten,
    LinkMade,
    ModeSet,
)
from wizard.changes.kinds import KINDS
from wizard.changes.postgresql import RoleCreated
from wizard.changes.users import UserCreated
from wizard.guides.omero_web.parts.changes import PropertySet
from wizard.guides.omero_web.parts.omero import Omero
from wizard.host.live import Live
from wizard.host.overlay import Effect
from wizard.host.reading import Host
from wizard.host.records import Applied, LinesAdded, MadeAt, Written, WrittenAt
from wizard.record.journal import Journal
from wizard.record.state import State


@pytest.fixture
def state(tmp_path: Path) -> State:
    """The state of one instance."""
    return State(tmp_path / "state")


def written(path: Path, text: str) -> FileWritten:
    """A generated file of ours."""
    return FileWritten(str(path), Text(text), owner=ME, group=MY_GROUP)


def lines(state: State) -> list[dict[str, Any]]:
    """What stands in the journal."""
    return [json.loads(line) for line in state.journal.read_bytes().splitlines()]


class TestOrder:
    def test_it_begins_before_it_is_done(self, state: State, tmp_path: Path) -> None:
        journal = Journal(state)
        number = journal.begin("nginx", written(tmp_path / "file", "x"), Live(journal))
        assert [line["event"] for line in lines(state)] == ["begun"]
        journal.done(number)
        journal.undone(number)
        assert [(line["event"], line["number"]) for line in lines(state)] == [("begun", 1), ("done", 1), ("undone", 1)]

    def test_the_undo_is_on_the_disk_when_it_begins(self, state: State, tmp_path: Path) -> None:
        """What is carried out may be the last thing that happens."""

        class Looking(Change):
            kind: ClassVar[str] = "Looking"
            path: str

            title = "looks into the journal"

            def carry_out(self, hands: Hands) -> None:
                """Looks."""

            def effect(self, host: Host) -> Iterable[Effect]:
                """None."""
                return ()

            def typed(self) -> Sequence[Typed]:
                """Nothing."""
                return ()

            def undo(self, host: Host, keep: Keep) -> Sequence[Change]:
                """Its file."""
                assert not state.journal.exists(), "written before the undo is known"
                return (FileRemoved(self.path),)

        journal = Journal(state)
        journal.begin("x", Looking("/x"), Live(journal))
        [line] = lines(state)
        assert line["undo"] == [{"kind": "FileRemoved", "path": "/x"}]

    def test_numbers_go_on_where_the_last_run_was(self, state: State, tmp_path: Path) -> None:
        first = Journal(state)
        assert first.begin("x", written(tmp_path / "a", "a"), Live(first)) == 1
        second = Journal(state)
        assert second.begin("x", written(tmp_path / "b", "b"), Live(second)) == 2

    def test_entries_are_oldest_first_with_what_became_of_them(self, state: State, tmp_path: Path) -> None:
        journal = Journal(state)
        for name in ("a", "b", "c"):
            journal.begin("x", written(tmp_path / name, name), Live(journal))
        journal.done(1)
        journal.done(2)
        journal.undone(2)
        for one in (journal, Journal(state)):
            assert [(entry.number, entry.done, entry.undone) for entry in one.entries()] == [
                (1, True, False),
                (2, True, True),
                (3, False, False),
            ]
            assert one.entries()[0].checkpoint == "x"
            assert one.entries()[0].kind == "FileWritten"
            assert one.entries()[0].subject == str(tmp_path / "a")


class TestUndoData:
    UNDOS: tuple[Change, ...] = (
        FileRemoved("/a"),
        FileRestored("/a", "0001-a", 0o600, "root", "root"),
        LinkMade("/a", "../b", "x"),
        ModeSet("/a", 0o750, 0o700),
        DirectoryRemoved("/a"),
        CrontabLinesRemoved("x", ("* * * * * a", '* * * * * é "quoted"')),
    )

    @pytest.mark.parametrize("undo", UNDOS, ids=lambda undo: undo.kind)
    def test_it_is_read_back_as_it_was(self, undo: Change) -> None:
        assert from_data(json.loads(json.dumps(to_data(undo))), KINDS) == undo

    def test_a_change_that_holds_a_secret_is_not_written_down(self) -> None:
        with pytest.raises(TypeError, match="holds a secret"):
            to_data(RoleCreated("x", Secret("db_password", "s3cret")))

    def test_every_undo_that_a_change_has_can_be_read_back(self, state: State, tmp_path: Path) -> None:
        (tmp_path / "present").write_text("x")
        journal = Journal(state)
        changes = (
            written(tmp_path / "present", "y"),
            written(tmp_path / "absent", "y"),
            DirectoryMade(str(tmp_path / "folder")),
            UserCreated("x", "/home/x"),
            RoleCreated("x", Secret("db_password", "s3cret")),
        )
        for change in changes:
            journal.begin("x", change, Live(journal))
        for entry in Journal(state).entries():
            assert entry.undo
            for data in entry.undo:
                from_data(data, KINDS)


class TestCrash:
    def test_a_last_line_that_was_cut_is_left_out(self, state: State, tmp_path: Path) -> None:
        journal = Journal(state)
        journal.begin("x", written(tmp_path / "a", "a"), Live(journal))
        whole = state.journal.read_bytes()
        for length in range(1, len(whole)):
            state.journal.write_bytes(whole + whole[:length].rstrip(b"\n"))
            assert len(Journal(state).entries()) >= 1

    def test_what_is_written_after_a_cut_line_is_whole(self, state: State, tmp_path: Path) -> None:
        journal = Journal(state)
        journal.begin("x", written(tmp_path / "a", "a"), Live(journal))
        with state.journal.open("ab") as file:
            file.write(b'{"event": "begun", "numb')
        again = Journal(state)
        number = again.begin("x", written(tmp_path / "b", "b"), Live(again))
        again.done(number)
        entries = Journal(state).entries()
        assert [Path(entry.subject).name for entry in entries] == ["a", "b"]
        assert entries[1].done

    def test_a_line_that_was_cut_within_a_letter(self, state: State, tmp_path: Path) -> None:
        journal = Journal(state)
        journal.begin("x", written(tmp_path / "a", "a"), Live(journal))
        with state.journal.open("ab") as file:
            file.write('{"event": "begun", "title": "é'.encode()[:-1])
        assert [entry.number for entry in Journal(state).entries()] == [1]

    def test_odd_letters_in_a_title_do_not_cut_its_line(self, state: State, tmp_path: Path) -> None:
        journal = Journal(state)
        journal.begin("x", written(tmp_path / "a\u2028b\u0085c\x0cd", "a"), Live(journal))
        [entry] = Journal(state).entries()
        assert Path(entry.subject).name == "a\u2028b\u0085c\x0cd"

    @pytest.mark.parametrize("line", [b"nonsense", b"[]", b"{}", b'{"event": "begun", "number": 2}', b"\xff", b""])
    def test_a_whole_line_that_says_nothing_stops_the_run(self, state: State, tmp_path: Path, line: bytes) -> None:
        journal = Journal(state)
        journal.begin("x", written(tmp_path / "a", "a"), Live(journal))
        with state.journal.open("ab") as file:
            file.write(line + b"\n")
        with pytest.raises(BadData, match="line 2"):
            Journal(state)

    def test_a_journal_that_is_not_there_is_empty(self, state: State) -> None:
        assert Journal(state).entries() == []
        assert not state.folder.exists(), "nothing is made for reading"


class TestReadings:
    def test_what_was_last_written_there(self, state: State, tmp_path: Path) -> None:
        path = tmp_path / "file"
        journal = Journal(state)
        assert journal.answer(WrittenAt(str(path))) == Written()
        for text in ("one", "two"):
            journal.done(journal.begin("x", written(path, text), Live(journal)))
        assert journal.answer(WrittenAt(str(path))) == Written(last=hash_of(b"two"))
        assert Journal(state).answer(WrittenAt(str(path))) == Written(last=hash_of(b"two"))

    def test_a_kept_edit_is_known_by_both_hashes(self, state: State, tmp_path: Path) -> None:
        path = tmp_path / "file"
        journal = Journal(state)
        journal.done(journal.begin("x", written(path, "ours"), Live(journal)))
        path.write_text("theirs")
        journal.done(journal.begin("x", EditKept(str(path), rendered="new"), Live(journal)))
        known = journal.answer(WrittenAt(str(path)))
        assert known == Written(hash_of(b"ours"), kept_disk=hash_of(b"theirs"), kept_rendered="new")

    def test_a_write_forgets_an_edit_that_was_kept(self, state: State, tmp_path: Path) -> None:
        path = tmp_path / "file"
        journal = Journal(state)
        journal.done(journal.begin("x", EditKept(str(path), rendered="new"), Live(journal)))
        journal.done(journal.begin("x", written(path, "ours"), Live(journal)))
        assert journal.answer(WrittenAt(str(path))) == Written(last=hash_of(b"ours"))

    def test_what_was_undone_is_not_known(self, state: State, tmp_path: Path) -> None:
        path = tmp_path / "file"
        journal = Journal(state)
        journal.done(journal.begin("x", written(path, "ours"), Live(journal)))
        journal.undone(1)
        assert journal.answer(WrittenAt(str(path))) == Written()

    def test_a_write_that_was_killed_before_it_wrote_is_no_edit(self, state: State, tmp_path: Path) -> None:
        """Otherwise the next run would keep an outdated file, as if a person had edited it."""
        path = tmp_path / "file"
        journal = Journal(state)
        journal.done(journal.begin("x", written(path, "old"), Live(journal)))
        path.write_text("old")
        journal.begin("x", written(path, "new"), Live(journal))
        assert Journal(state).answer(WrittenAt(str(path))).last == hash_of(b"old")

    def test_a_write_that_was_killed_after_it_wrote_is_ours(self, state: State, tmp_path: Path) -> None:
        path = tmp_path / "file"
        journal = Journal(state)
        journal.done(journal.begin("x", written(path, "old"), Live(journal)))
        journal.begin("x", written(path, "new"), Live(journal))
        path.write_text("new")
        assert Journal(state).answer(WrittenAt(str(path))).last == hash_of(b"new")

    def test_what_was_applied_or_begun(self, state: State) -> None:
        journal = Journal(state)
        assert journal.answer(Applied("UserCreated", "x")) is False
        journal.begin("user", UserCreated("x", "/home/x"), Live(journal))
        assert journal.answer(Applied("UserCreated", "x")) is True
        assert journal.answer(Applied("UserCreated", "y")) is False
        assert journal.answer(Applied("FileWritten", "x")) is False
        journal.undone(1)
        assert journal.answer(Applied("UserCreated", "x")) is False

    def test_what_was_done(self, state: State) -> None:
        journal = Journal(state)
        asked = Applied("UserCreated", "x", done=True)
        number = journal.begin("user", UserCreated("x", "/home/x"), Live(journal))
        assert journal.answer(asked) is False
        journal.done(number)
        assert journal.answer(asked) is True
        journal.undone(number)
        assert journal.answer(asked) is False

    def test_what_was_taken_away_since_is_no_longer_ours(self, state: State) -> None:
        journal, omero = Journal(state), Omero("/opt/web", "/opt/venv", "omero-web")
        asked = Applied("PropertySet", "omero.web.x")
        journal.done(journal.begin("x", PropertySet("omero.web.x", omero, "1"), Live(journal)))
        assert journal.answer(asked) is True
        number = journal.begin("x", PropertySet("omero.web.x", omero, None), Live(journal))
        assert journal.answer(asked) is True, "a run that was killed may have left it"
        journal.done(number)
        assert journal.answer(asked) is False
        assert Journal(state).answer(asked) is False
        journal.begin("x", PropertySet("omero.web.x", omero, "2"), Live(journal))
        assert journal.answer(asked) is True

    def test_what_was_made_at_a_checkpoint_and_not_undone(self, state: State, tmp_path: Path) -> None:
        journal = Journal(state)
        for path in (tmp_path / "a", tmp_path / "b", tmp_path / "a"):
            journal.done(journal.begin("x", written(path, "text"), Live(journal)))
        journal.begin("y", LinkMade(str(tmp_path / "c"), "/x", ME), Live(journal))
        assert journal.answer(MadeAt("x")) == (str(tmp_path / "a"), str(tmp_path / "b"))
        assert journal.answer(MadeAt("y")) == (str(tmp_path / "c"),)
        journal.undone(2)
        assert journal.answer(MadeAt("x")) == (str(tmp_path / "a"),)
        assert journal.answer(MadeAt("z")) == ()

    def test_the_lines_that_were_added_to_crontabs(self, state: State) -> None:
        journal = Journal(state)
        journal.begin("x", CrontabLinesAdded("demo", ("a", "b")), Live(journal))
        journal.begin("x", CrontabLinesAdded("root", ("a",)), Live(journal))
        assert Journal(state).answer(LinesAdded()) == (("demo", "a"), ("demo", "b"), ("root", "a"))

    def test_the_live_host_asks_it(self, state: State) -> None:
        journal = Journal(state)
        journal.begin("user", UserCreated("x", "/home/x"), Live(journal))
        assert Live(journal).get(Applied("UserCreated", "x")) is True
        assert Live().get(Applied("UserCreated", "x")) is False


class TestPrivacy:
    def test_no_secret_is_in_it(self, state: State, tmp_path: Path) -> None:
        secret = Secret("db_password", "s3cret")
        journal = Journal(state)
        values = {"instance": "x", "workers": 1, "secret": secret}
        body = Rendered("biomaid/instance_config.toml", values)
        journal.begin("x", RoleCreated("x", secret), Live(journal))
        journal.begin("x", FileWritten(str(tmp_path / "file"), body), Live(journal))
        assert "s3cret" not in state.journal.read_text()

    def test_only_its_owner_reads_it(self, state: State, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("theirs, with a password perhaps")
        (tmp_path / "file").chmod(0o644)
        journal = Journal(state)
        journal.begin("x", written(tmp_path / "file", "ours"), Live(journal))
        [kept] = state.replaced.iterdir()
        assert stat.S_IMODE(state.journal.stat().st_mode) == 0o600
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        assert stat.S_IMODE(state.replaced.stat().st_mode) == 0o700

    def test_what_was_replaced_is_kept_byte_for_byte(self, state: State, tmp_path: Path) -> None:
        path, theirs = tmp_path / "file", bytes(range(256))
        path.write_bytes(theirs)
        path.chmod(0o640)
        journal = Journal(state)
        journal.begin("x", written(path, "ours"), Live(journal))
        [undo] = journal.entries()[0].undo
        assert (undo["mode"], undo["owner"], undo["group"]) == (0o640, ME, MY_GROUP)
        assert machine(state.folder).restored(undo["kept"]) == theirs

    def test_what_is_written_is_remembered_with_secrets_masked(self, state: State, tmp_path: Path) -> None:
        journal = Journal(state)
        body = Hidden(Secret("token", "s3cret"), 3)
        assert b"s3cret" in body.render() and "s3cret" not in body.redacted()
        path = str(tmp_path / "file")
        assert journal.last_written(path) is None
        journal.done(journal.begin("x", FileWritten(path, body), Live(journal)))
        [text] = state.written.iterdir()
        assert (journal.last_written(path), text.read_text()) == (body.redacted(), body.redacted())
        assert stat.S_IMODE(text.stat().st_mode) == 0o600
        assert stat.S_IMODE(state.written.stat().st_mode) == 0o700

    def test_a_run_that_was_killed_before_it_wrote_left_what_was_written_before(
        self, state: State, tmp_path: Path
    ) -> None:
        journal, path = Journal(state), tmp_path / "file"
        journal.done(journal.begin("x", written(path, "first"), Live(journal)))
        path.write_text("first")
        second = journal.begin("x", written(path, "second"), Live(journal))
        assert Journal(state).last_written(str(path)) == "first"
        path.write_text("second")
        assert Journal(state).last_written(str(path)) == "second"
        journal.undone(second)
        assert journal.last_written(str(path)) == "first"
        assert [one.read_text() for one in state.written.iterdir()] == ["first"]

    def test_what_stood_there_first_is_found_again(self, state: State, tmp_path: Path) -> None:
        journal, path = Journal(state), tmp_path / "file"
        assert journal.replaced(str(path)) is None
        path.write_text("theirs")
        journal.done(journal.begin("x", written(path, "first"), Live(journal)))
        path.write_text("first")
        journal.done(journal.begin("x", written(path, "second"), Live(journal)))
        assert journal.replaced(str(path)) == b"theirs"

    def test_two_files_of_one_name_are_kept_apart(self, state: State, tmp_path: Path) -> None:
        journal = Journal(state)
        for folder in ("a", "b"):
            (tmp_path / folder).mkdir()
            (tmp_path / folder / "file").write_text(folder)
            journal.begin("x", written(tmp_path / folder / "file", "ours"), Live(journal))
        assert sorted(path.read_text() for path in state.replaced.iterdir()) == ["a", "b"]

    def test_a_link_keeps_its_target_and_nothing_is_copied(self, state: State, tmp_path: Path) -> None:
        (tmp_path / "secret").write_text("root's")
        (tmp_path / "file").symlink_to(tmp_path / "secret")
        journal = Journal(state)
        journal.begin("x", written(tmp_path / "file", "ours"), Live(journal))
        [undo] = journal.entries()[0].undo
        assert undo == {
            "kind": "LinkMade",
            "path": str(tmp_path / "file"),
            "target": str(tmp_path / "secret"),
            "owner": "root",
        }
        assert list(state.replaced.iterdir()) == []

    def test_a_folder_in_a_file_s_place_is_said_in_words(self, state: State, tmp_path: Path) -> None:
        (tmp_path / "file").mkdir()
        journal = Journal(state)
        with pytest.raises(Failed, match="file"):
            journal.begin("x", written(tmp_path / "file", "ours"), Live(journal))
        assert journal.entries() == []
