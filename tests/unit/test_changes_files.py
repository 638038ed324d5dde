"""Files, folders, links, lines, modes: what an effect says reads so afterwards, and its undo brings back what was."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.unit.support import HOSTILE, ME, MY_GROUP, machine, read
from wizard.base.rendering import Text, hash_of
from wizard.base.values import replace
from wizard.carry_out import Machine
from wizard.changes.change import Change, Failed
from wizard.changes.files import (
    DirectoryCopied,
    DirectoryMade,
    DirectoryRemoved,
    EditKept,
    FileRemoved,
    FileWritten,
    LineAdded,
    LineRemoved,
    LinkMade,
    ModeSet,
    TreeRemoved,
)
from wizard.changes.receipts import Receipt, leave_receipt
from wizard.changes.validation import NginxAccepts, PythonCompiles, ShellAccepts
from wizard.host.files import Content, Entry, EntryAt, Listing
from wizard.host.live import Live
from wizard.host.overlay import Overlay, Sets
from wizard.host.reading import Unknown
from wizard.record.journal import Journal
from wizard.record.state import State
from wizard.walk.events import Event
from wizard.walk.undoing import Undoing

Snapshot = dict[str, tuple[str, int, bytes]]


def snapshot(folder: Path) -> Snapshot:
    """Everything below a folder: its kind, mode, and contents or target."""
    found: Snapshot = {}
    for path in sorted(folder.rglob("*")):
        mode = stat.S_IMODE(path.lstat().st_mode)
        if path.is_symlink():
            found[str(path)] = ("link", 0, str(path.readlink()).encode())
        elif path.is_dir():
            found[str(path)] = ("directory", mode, b"")
        else:
            found[str(path)] = ("file", mode, path.read_bytes())
    return found


def plain(answer: object) -> object:
    """An answer without what no effect can foresee: times, the sizes of folders and links, and a link's group."""
    if not isinstance(answer, Entry):
        return answer
    size = answer.size if answer.kind == "file" else 0
    return replace(answer, changed=0.0, size=size, group="" if answer.kind == "link" else answer.group)


class Bench:
    """A folder to work in, with the real machine, a journal and the live host."""

    def __init__(self, tmp_path: Path) -> None:
        self.folder = tmp_path / "work"
        self.folder.mkdir()
        self.state = State(tmp_path / "state")
        self.hands: Machine = machine(self.state.folder)
        self.journal = Journal(self.state)
        self.live = Live(self.journal)

    def path(self, name: str) -> str:
        """The path of a name."""
        return str(self.folder / name)

    def carried_out(self, change: Change) -> None:
        """Begun, carried out, done."""
        number = self.journal.begin("x", change, self.live)
        change.carry_out(self.hands)
        self.journal.done(number)
        self.live.forget(["*"])

    def holds(self, change: Change) -> None:
        """What the effect says is what reads so afterwards, and a second time too."""
        overlay = Overlay(self.live)
        effects = list(change.effect(overlay))
        assert effects or isinstance(change, EditKept)
        for _turn in range(2):
            self.carried_out(change)
            for effect in effects:
                if isinstance(effect, Sets) and not isinstance(effect.answer, Unknown):
                    assert plain(self.live.read(effect.reading)) == plain(effect.answer), effect.reading

    def undo(self, with_data: bool = False) -> None:
        """All of it, newest first."""
        told: list[Event] = []
        Undoing(self.live, self.journal, self.hands, told.append, lambda text: False, with_data).undo()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A bench with a few things on it."""
    made = Bench(tmp_path)
    (made.folder / "file").write_bytes(b"theirs\n")
    (made.folder / "file").chmod(0o640)
    (made.folder / "noend").write_bytes("caf\u00e9".encode())
    (made.folder / "link").symlink_to("file")
    (made.folder / "folder").mkdir(mode=0o755)
    (made.folder / "folder" / "inner").write_bytes(b"inner\n")
    yield made
    made.hands.close()


Make = Callable[[Bench], Change]


def written(name: str, text: str = "ours\n", mode: int = 0o644) -> Make:
    """A generated file of ours."""
    return lambda bench: FileWritten(bench.path(name), Text(text), mode, ME, MY_GROUP)


CHANGES: dict[str, Make] = {
    "a new file": written("new"),
    "a file over another": written("file", mode=0o600),
    "a file over a link": written("link"),
    "an empty file": written("new", ""),
    "a new folder": lambda bench: DirectoryMade(bench.path("new"), 0o750, ME, MY_GROUP),
    "a new link": lambda bench: LinkMade(bench.path("new"), "../elsewhere", ME),
    "a link over another": lambda bench: LinkMade(bench.path("link"), "folder", ME),
    "a link over a file": lambda bench: LinkMade(bench.path("file"), "folder", ME),
    "a mode": lambda bench: ModeSet(bench.path("file"), 0o600, 0o640),
    "a mode of a folder": lambda bench: ModeSet(bench.path("folder"), 0o700, 0o755),
    "no file": lambda bench: FileRemoved(bench.path("file")),
    "no link": lambda bench: FileRemoved(bench.path("link")),
}


@pytest.mark.parametrize("make", CHANGES.values(), ids=CHANGES.keys())
def test_what_the_effect_says_reads_so_afterwards(bench: Bench, make: Make) -> None:
    bench.holds(make(bench))


@pytest.mark.parametrize("make", CHANGES.values(), ids=CHANGES.keys())
def test_the_undo_brings_back_what_was(bench: Bench, make: Make) -> None:
    before = snapshot(bench.folder)
    bench.carried_out(make(bench))
    assert snapshot(bench.folder) != before
    bench.undo()
    assert snapshot(bench.folder) == before
    assert all(entry.undone for entry in bench.journal.entries())


@pytest.mark.parametrize("make", CHANGES.values(), ids=CHANGES.keys())
def test_an_undo_after_a_kill_before_the_change_is_harmless(bench: Bench, make: Make) -> None:
    before = snapshot(bench.folder)
    bench.journal.begin("x", make(bench), bench.live)
    bench.undo()
    assert snapshot(bench.folder) == before


def test_all_of_it_is_undone_in_one_go(bench: Bench) -> None:
    before = snapshot(bench.folder)
    for text in ("one\n", "two\n", "three\n"):
        bench.carried_out(written("file", text)(bench))
    bench.carried_out(DirectoryMade(bench.path("new"), 0o750, ME, MY_GROUP))
    bench.carried_out(written("new/file")(bench))
    bench.carried_out(LinkMade(bench.path("new/link"), "file", ME))
    bench.undo()
    assert snapshot(bench.folder) == before


def test_a_folder_that_people_put_something_in_stays(bench: Bench) -> None:
    bench.carried_out(DirectoryMade(bench.path("new"), 0o750, ME, MY_GROUP))
    (bench.folder / "new" / "theirs").write_text("x")
    bench.undo()
    assert (bench.folder / "new" / "theirs").exists()


class TestParents:
    """The folder's own time moves too: a restart may be due for it alone."""

    @pytest.mark.parametrize(
        "make", [CHANGES[name] for name in ("a new file", "a new folder", "a new link", "no file", "no link")]
    )
    def test_its_folder_changes_with_it(self, bench: Bench, make: Make) -> None:
        overlay = Overlay(bench.live)
        overlay.lay([])  # a second later
        before = overlay.get(EntryAt(str(bench.folder)))
        assert before is not None
        change = make(bench)
        overlay.read(Listing(str(bench.folder)))
        overlay.lay(change.effect(overlay))
        after = overlay.get(EntryAt(str(bench.folder)))
        assert after is not None
        assert after.changed > before.changed
        names = overlay.get(Listing(str(bench.folder)))
        change.carry_out(bench.hands)
        bench.live.forget(["*"])
        assert bench.live.get(Listing(str(bench.folder))) == names


class TestLines:
    @pytest.mark.parametrize("name", ["file", "noend", "new"])
    def test_a_line_is_added_on_a_line_of_its_own(self, bench: Bench, name: str) -> None:
        change = LineAdded(bench.path(name), 'export PATH="$HOME/.local/bin:$PATH"', ME)
        overlay = Overlay(bench.live)
        overlay.lay(change.effect(overlay))
        bench.carried_out(change)
        assert bench.live.get(Content(bench.path(name))) == overlay.get(Content(bench.path(name)))
        assert (bench.folder / name).read_text().splitlines()[-1] == change.line

    @pytest.mark.parametrize("line", [text for text in HOSTILE if text and not set(text) & set("\n\r\0\u2028\x85")])
    def test_a_hostile_line_arrives_as_it_is_and_goes_again(self, bench: Bench, line: str) -> None:
        bench.carried_out(LineAdded(bench.path("file"), line, ME))
        assert (bench.folder / "file").read_bytes() == b"theirs\n" + line.encode() + b"\n"
        bench.undo()
        assert (bench.folder / "file").read_bytes() == b"theirs\n"

    def test_the_undo_leaves_what_people_added_since(self, bench: Bench) -> None:
        bench.carried_out(LineAdded(bench.path("file"), "ours", ME))
        with (bench.folder / "file").open("ab") as file:
            file.write(b"\n\xff\nmore")
        bench.undo()
        assert (bench.folder / "file").read_bytes().startswith(b"theirs\n\n\xff\nmore")

    def test_lines_that_only_look_like_it_stay(self, bench: Bench) -> None:
        (bench.folder / "file").write_text("a.c\nabc\nxa.c\n a.c\n")
        LineRemoved(bench.path("file"), "a.c", ME).carry_out(bench.hands)
        assert (bench.folder / "file").read_text() == "abc\nxa.c\n a.c\n"

    def test_a_file_of_that_line_alone_is_empty_afterwards(self, bench: Bench) -> None:
        (bench.folder / "file").write_text("ours\n")
        LineRemoved(bench.path("file"), "ours", ME).carry_out(bench.hands)
        assert (bench.folder / "file").read_text() == ""

    def test_removing_one_from_a_file_that_is_gone_is_nothing(self, bench: Bench) -> None:
        LineRemoved(bench.path("gone"), "ours", ME).carry_out(bench.hands)
        assert not (bench.folder / "gone").exists()

    def test_nothing_of_a_removal_stays_beside_it(self, bench: Bench) -> None:
        names = {path.name for path in bench.folder.iterdir()}
        LineRemoved(bench.path("file"), "theirs", ME).carry_out(bench.hands)
        assert {path.name for path in bench.folder.iterdir()} == names

    def test_a_file_is_not_emptied_where_there_is_no_room_beside_it(self, bench: Bench) -> None:
        (bench.folder / "file.jalon").mkdir()
        with pytest.raises(Failed):
            LineRemoved(bench.path("file"), "ours", ME).carry_out(bench.hands)
        assert (bench.folder / "file").read_bytes() == b"theirs\n"


class TestCopies:
    def test_a_folder_is_copied_whole(self, bench: Bench) -> None:
        change = DirectoryCopied(bench.path("copy"), bench.path("folder"), ME)
        bench.carried_out(change)
        assert (bench.folder / "copy" / "inner").read_bytes() == b"inner\n"
        assert not (bench.folder / "copy.jalon").exists()

    def test_a_half_copy_of_a_killed_run_is_in_nobody_s_way(self, bench: Bench) -> None:
        (bench.folder / "copy.jalon").mkdir()
        (bench.folder / "copy.jalon" / "half").write_text("x")
        bench.carried_out(DirectoryCopied(bench.path("copy"), bench.path("folder"), ME))
        assert [path.name for path in (bench.folder / "copy").iterdir()] == ["inner"]

    def test_it_goes_only_with_the_data(self, bench: Bench) -> None:
        bench.carried_out(DirectoryCopied(bench.path("copy"), bench.path("folder"), ME))
        bench.undo()
        assert (bench.folder / "copy").exists()
        assert not any(entry.undone for entry in bench.journal.entries())
        bench.undo(with_data=True)
        assert not (bench.folder / "copy").exists()
        assert all(entry.undone for entry in bench.journal.entries())

    def test_its_contents_are_not_known_before(self, bench: Bench) -> None:
        overlay = Overlay(bench.live)
        overlay.lay(DirectoryCopied(bench.path("copy"), bench.path("folder"), ME).effect(overlay))
        assert isinstance(read(overlay, Content(bench.path("copy/inner"))), Unknown)
        assert isinstance(read(overlay, EntryAt(bench.path("copy"))), Entry)

    def test_a_tree_that_is_gone_reads_so(self, bench: Bench) -> None:
        overlay = Overlay(bench.live)
        change = TreeRemoved(bench.path("folder"))
        overlay.lay(change.effect(overlay))
        change.carry_out(bench.hands)
        for reading in (
            EntryAt(bench.path("folder")),
            EntryAt(bench.path("folder/inner")),
            Listing(bench.path("folder")),
        ):
            assert read(overlay, reading) is read(bench.live, reading) is None


class TestEdits:
    def test_an_edited_file_is_asked_about(self, bench: Bench) -> None:
        change = FileWritten(bench.path("file"), Text("ours\n"), owner=ME, group=MY_GROUP, edited=True)
        assert change.consent is not None
        assert bench.path("file") in change.consent.question
        assert change.consent.otherwise == EditKept(bench.path("file"), hash_of(b"ours\n"))
        assert replace(change, edited=False).consent is None

    def test_a_kept_edit_is_remembered_and_the_file_is_not_touched(self, bench: Bench) -> None:
        bench.carried_out(written("file")(bench))
        (bench.folder / "file").write_text("edited\n")
        bench.holds(EditKept(bench.path("file"), rendered="new"))
        assert (bench.folder / "file").read_text() == "edited\n"

    def test_the_undo_of_an_edited_file_asks(self, bench: Bench) -> None:
        bench.carried_out(written("new")(bench))
        (bench.folder / "new").write_text("edited\n")
        bench.undo()
        assert (bench.folder / "new").read_text() == "edited\n"
        assert not bench.journal.entries()[0].undone
        Undoing(bench.live, bench.journal, bench.hands, lambda event: None, lambda text: True).undo()
        assert not (bench.folder / "new").exists()


class TestValidation:
    def test_what_its_own_program_refuses_is_not_placed(self, bench: Bench) -> None:
        change = FileWritten(
            bench.path("file"), Text("def broken(:\n"), owner=ME, group=MY_GROUP, validation=PythonCompiles()
        )
        with pytest.raises(Failed, match="line 1: not valid Python"):
            change.carry_out(bench.hands)
        assert (bench.folder / "file").read_bytes() == b"theirs\n"

    def test_the_refusal_does_not_quote_the_line(self, bench: Bench) -> None:
        with pytest.raises(Failed) as caught:
            PythonCompiles().check(bench.hands, "/settings.py", b"PASSWORD = 's3cret\n")
        assert "s3cret" not in caught.value.text + caught.value.output

    @pytest.mark.parametrize("data", [b"nul = '\0'\n", b"\xff\xfe", b"x = (\n"])
    def test_what_is_no_python(self, bench: Bench, data: bytes) -> None:
        with pytest.raises(Failed, match="not valid Python"):
            PythonCompiles().check(bench.hands, "/x.py", data)

    def test_a_shell_script_is_read_and_not_run(self, bench: Bench) -> None:
        ShellAccepts().check(bench.hands, "/x.sh", f"touch {bench.path('ran')}\n".encode())
        assert not (bench.folder / "ran").exists()
        with pytest.raises(Failed, match="not a valid shell script"):
            ShellAccepts().check(bench.hands, "/x.sh", b"if true; then\n")

    @pytest.mark.parametrize(
        ("file", "seen"),
        [
            ("sites-available/x.conf", ["sites-available/x.conf", "sites-enabled/x.conf"]),
            ("conf.d/x.conf", ["conf.d/x.conf"]),
        ],
    )
    def test_nginx_is_shown_a_file_where_it_will_lie(self, file: str, seen: list[str], tmp_path: Path) -> None:
        """In `conf.d` it takes the place of the one that is there; a host may have no other folder."""
        for name in {Path(one).parent.name for one in seen}:
            (tmp_path / "nginx" / name).mkdir(parents=True)
        (tmp_path / "nginx" / file).write_text("old\n")
        shown: list[str] = []

        class Hands(Machine):
            """Its nginx takes anything."""

            def run(self, words: Sequence[str], **more: Any) -> str:
                """Notes what nginx would read."""
                if words[0] != "nginx":
                    return super().run(words, **more)
                tree = Path(words[-1]).parent
                shown[:] = sorted(str(p.relative_to(tree)) for p in tree.rglob("*.conf") if p.read_text() == "new\n")
                return ""

        hands = Hands(State(tmp_path / "state"), lambda line: None)
        try:
            NginxAccepts(str(tmp_path / "nginx")).check(hands, str(tmp_path / "nginx" / file), b"new\n")
        finally:
            hands.close()
        assert shown == seen


class TestReceipts:
    def test_one_is_left_and_reads_as_its_effect_says(self, bench: Bench) -> None:
        receipt = Receipt(bench.path("deep/er/static.json"), {"commit": "abc", "é": "\"'\\"})
        effects = list(receipt.effect(bench.live, ME))
        leave_receipt(bench.hands, receipt, ME)
        for effect in effects:
            assert isinstance(effect, Sets)
            if isinstance(effect.reading, Content):
                assert bench.live.read(effect.reading) == effect.answer

    def test_inputs_that_are_not_known_make_its_contents_unknown(self, bench: Bench) -> None:
        contents = [
            effect.answer
            for effect in Receipt("/x", None).effect(bench.live, ME)
            if isinstance(effect, Sets) and isinstance(effect.reading, Content)
        ]
        assert isinstance(contents[0], Unknown)

    def test_the_order_of_its_inputs_does_not_matter(self) -> None:
        assert Receipt("/x", {"a": "1", "b": "2"}).text() == Receipt("/x", {"b": "2", "a": "1"}).text()


def test_what_is_typed_does_it_too(bench: Bench) -> None:
    """The typed form is for people: it must do what the change does."""
    pairs: Sequence[tuple[Change, Change]] = [
        (DirectoryMade(bench.path("a"), 0o750, ME, MY_GROUP), DirectoryMade(bench.path("b"), 0o750, ME, MY_GROUP)),
        (LinkMade(bench.path("c"), "x y", ME), LinkMade(bench.path("d"), "x y", ME)),
    ]
    for by_hand, by_us in pairs:
        for typed in by_hand.typed():
            bench.hands.run(("sh", "-c", typed.text))
        by_us.carry_out(bench.hands)
        one, other = (bench.live.get(EntryAt(change.subject)) for change in (by_hand, by_us))
        assert plain(one) == plain(other)


def test_a_removal_that_does_not_mind_what_is_in_a_folder(bench: Bench) -> None:
    DirectoryRemoved(bench.path("folder")).carry_out(bench.hands)
    DirectoryRemoved(bench.path("gone")).carry_out(bench.hands)
    assert (bench.folder / "folder" / "inner").exists()
