"""What is kept of an instance is read and written only where nobody else could have changed it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.unit.running import jalon
from wizard.answers.file import load_saved, load_unsupported
from wizard.base.errors import BadData, NotOurs
from wizard.host.records import Written, WrittenAt
from wizard.record.journal import Journal
from wizard.record.own import TooLarge, append_own, make_folder, read_own, write_asked, write_private
from wizard.record.skips import skips
from wizard.record.state import State, instances
from wizard.record.trials import last_trials

NOBODY = 65534
root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")


def mine(folder: Path) -> Path:
    """A folder of ours with a file of ours."""
    (folder / "state").mkdir()
    write_private(folder / "state" / "file", b"ours")
    return folder / "state" / "file"


def foreign(file: Path) -> None:
    os.chown(file, NOBODY, NOBODY)


def in_foreign(file: Path) -> None:
    os.chown(file.parent, NOBODY, NOBODY)


def below_foreign(file: Path) -> None:
    os.chown(file.parent.parent, NOBODY, NOBODY)


def open_file(file: Path) -> None:
    file.chmod(0o666)


def open_folder(file: Path) -> None:
    file.parent.chmod(0o777)


def by_foreign_link(file: Path) -> None:
    file.parent.rename(file.parent.with_name("real"))
    file.parent.symlink_to("real")
    os.chown(file.parent, NOBODY, NOBODY, follow_symlinks=False)


SPOILS = (foreign, in_foreign, below_foreign, open_file, open_folder, by_foreign_link)


@root
@pytest.mark.parametrize("spoil", SPOILS)
@pytest.mark.parametrize("use", [read_own, lambda path: append_own(path, b"x")])
def test_what_another_could_have_changed_is_not_used(
    tmp_path: Path, spoil: Callable[[Path], None], use: Callable[[Path], object]
) -> None:
    spoil(file := mine(tmp_path))
    with pytest.raises(NotOurs):
        use(file)
    assert file.read_bytes() == b"ours"


@root
@pytest.mark.parametrize("spoil", [in_foreign, below_foreign, open_folder, by_foreign_link])
def test_nor_is_anything_written_there(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    spoil(file := mine(tmp_path))
    with pytest.raises(NotOurs):
        write_private(file, b"new")
    with pytest.raises(NotOurs):
        make_folder(file.parent / "in", 0o700)
    assert sorted(one.name for one in file.parent.iterdir()) == ["file"]


def test_ours_is(tmp_path: Path) -> None:
    file = mine(tmp_path)
    append_own(file, b" too")
    assert read_own(file) == b"ours too"


def test_a_link_is_not_read_nor_written_through(tmp_path: Path) -> None:
    target, link = mine(tmp_path), tmp_path / "link"
    link.symlink_to(target)
    with pytest.raises(OSError, match="symbolic"):
        read_own(link)
    with pytest.raises(OSError, match="symbolic"):
        append_own(link, b"x")
    assert target.read_bytes() == b"ours"


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(NotOurs):
        read_own(tmp_path / "fifo")


def test_what_is_too_large_is_refused_in_words(tmp_path: Path) -> None:
    """A sparse one costs nothing, and would fill the memory of whoever reads it."""
    with (tmp_path / "file").open("wb") as file:
        file.truncate(40 * 10**9)
    with pytest.raises(TooLarge, match="40000000000 bytes, more than the 67108864 that are read"):
        read_own(tmp_path / "file")
    state = State(tmp_path / "state")
    state.make()
    for name in ("answers.toml", "secrets.toml", "journal.jsonl", "trials.json", "skipped.json", "adopted"):
        (state.folder / name).hardlink_to(tmp_path / "file")
    assert (last_trials(state), skips(state), load_unsupported(state)) == ({}, {}, {})
    for read in (Journal, load_saved):
        with pytest.raises(BadData, match="is damaged: it has 40000000000 bytes"):
            read(state)


DEEP = b"[" * 100_000
BEGUN: dict[str, Any] = {
    **{"event": "begun", "number": 1, "when": 1, "checkpoint": "x", "kind": "FileWritten"},
    **{"subject": "/x", "title": "x", "undo": []},
}


WRONG: Sequence[tuple[str, Any]] = (
    *(("undo", 5), ("undo", ["x"]), ("undo", [{}]), ("undo", [{"kind": 5}])),
    *(("number", True), ("subject", ["/x"]), ("when", "now"), ("hash", 5)),
)


@pytest.mark.parametrize(
    "line",
    [
        DEEP,
        *({**BEGUN, key: wrong} for key, wrong in WRONG),
        {**BEGUN, "kind": "EditKept"},
        {"event": "undone", "number": 1, "left": "x"},
        {"event": ["done"], "number": 1},
    ],
)
def test_a_line_of_a_journal_that_cannot_be_obeyed_is_named(tmp_path: Path, line: bytes | dict[str, Any]) -> None:
    data = line if isinstance(line, bytes) else json.dumps(line).encode()
    (tmp_path / "journal.jsonl").write_bytes(json.dumps(BEGUN).encode() + b"\n" + data + b"\n")
    with pytest.raises(BadData, match="its line 2 cannot be read"):
        Journal(State(tmp_path))


def test_a_line_of_a_journal_without_a_hash_is_of_a_file_that_is_not_known(tmp_path: Path) -> None:
    done = {"event": "done", "number": 1}
    (tmp_path / "journal.jsonl").write_text(f"{json.dumps(BEGUN)}\n{json.dumps(done)}\n")
    assert Journal(State(tmp_path)).answer(WrittenAt("/x")) == Written()


def test_what_is_damaged_in_it_stops_nothing(tmp_path: Path) -> None:
    state = State(tmp_path)
    for data in (DEEP, b'{"x": {"outcome": "passed", "when": 1%s}}' % (b"0" * 400), b'{"x": {"reason": "", "when": 1}'):
        for path in (state.trials, state.skips, state.adopted):
            path.write_bytes(data)
        assert (last_trials(state), skips(state)) == ({}, {})
        load_unsupported(state)


def test_a_new_folder_s_parents_are_closed_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        make_folder(tmp_path / "a" / "b", 0o700)
    finally:
        os.umask(before)
    assert [(tmp_path / one).stat().st_mode & 0o777 for one in ("a", "a/b")] == [0o755, 0o700]


@root
@pytest.mark.parametrize("spoil", SPOILS)
def test_no_part_of_a_state_is_believed(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    state = State(tmp_path / "state")
    for name, read in (
        ("journal.jsonl", Journal),
        ("skipped.json", skips),
        ("trials.json", last_trials),
    ):
        place = tmp_path / name
        place.mkdir()
        file = mine(place)
        state = State(file.parent)
        file.rename(file.parent / name)
        spoil(file.parent / name)
        with pytest.raises(NotOurs):
            read(state)


@root
@pytest.mark.parametrize("spoil", [in_foreign, below_foreign, open_folder, by_foreign_link])
def test_nor_are_instances_found_there(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    state = State(tmp_path / "guide" / "one")
    state.make()
    write_private(state.answers, b"", 0o644)
    spoil(state.answers)
    with pytest.raises(NotOurs):
        instances(str(tmp_path), "guide")


@root
@pytest.mark.parametrize("command", ["verify", "undo", "apply", "plan", "fix", "report"])
def test_root_obeys_no_instance_in_a_user_s_folder(tmp_path: Path, command: str) -> None:
    """And is told what to type instead."""
    folder = tmp_path / "home" / "own"
    (folder / ".state").mkdir(parents=True)
    for one in (folder.parent, folder, folder / ".state"):
        os.chown(one, NOBODY, NOBODY)
    (folder / ".state" / "answers.toml").write_text(f'folder = "{folder}"\n')
    yes = ("--yes",) if command in ("apply", "undo", "fix") else ()
    done = jalon(command, "own", "--instance", str(folder), *yes)
    assert done.returncode == 78, done.stderr
    assert f"{folder.parent} belongs to nobody" in done.stderr
    assert "runuser -u nobody -- jalon --guides" in done.stderr
    assert not (folder / ".state" / "lock").exists()


class TestWhatAPersonAskedFor:
    def test_it_is_written_with_what_is_missing_above_it(self, tmp_path: Path) -> None:
        write_asked(tmp_path / "a" / "b" / "file", b"data", 0o640, tmp_path)
        file = tmp_path / "a" / "b" / "file"
        assert (file.read_bytes(), file.stat().st_mode & 0o777) == (b"data", 0o640)

    def test_a_link_in_its_place_is_replaced(self, tmp_path: Path) -> None:
        target = mine(tmp_path)
        (tmp_path / "file").symlink_to(target)
        write_asked(tmp_path / "file", b"data", 0o644)
        assert target.read_bytes() == b"ours"
        assert (tmp_path / "file").read_bytes() == b"data"

    def test_a_link_above_it_is_not_followed(self, tmp_path: Path) -> None:
        (tmp_path / "real").mkdir()
        (tmp_path / "out").mkdir()
        (tmp_path / "out" / "etc").symlink_to(tmp_path / "real")
        with pytest.raises(NotOurs):
            write_asked(tmp_path / "out" / "etc" / "file", b"data", 0o644, tmp_path / "out")
        assert list((tmp_path / "real").iterdir()) == []

    def test_a_folder_such_as_tmp_will_do(self, tmp_path: Path) -> None:
        tmp_path.chmod(0o1777)
        write_asked(tmp_path / "file", b"data", 0o644)

    @root
    @pytest.mark.parametrize("spoil", [in_foreign, below_foreign, open_folder, by_foreign_link])
    def test_nothing_is_written_where_another_may_lead_it_elsewhere(
        self, tmp_path: Path, spoil: Callable[[Path], None]
    ) -> None:
        spoil(file := mine(tmp_path))
        with pytest.raises(NotOurs):
            write_asked(file, b"data", 0o644)
        assert file.read_bytes() == b"ours"

    @root
    def test_whoever_became_root_by_sudo_gets_it(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        in_foreign(file := mine(tmp_path))
        monkeypatch.setenv("SUDO_UID", str(NOBODY))
        write_asked(file, b"data", 0o644)
        assert file.read_bytes() == b"data"
