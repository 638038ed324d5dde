"""Writing a guide: the one to start from keeps its promises, and each that is broken is found, with its place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.forkserver import ROOT
from tests.unit.guides.outside import jalon, own
from tests.unit.test_schemas import held
from wizard.api import VERSION

__all__ = ["own"]


@pytest.fixture
def guide(own: Path) -> Path:
    """A guide as `jalon guide new` writes it."""
    done = jalon(own / "none", "guide", "new", "my-app", "--output", str(own))
    assert done.returncode == 0, done.stderr
    return own / "my-app"


def changed(guide: Path, file: str, old: str, new: str) -> None:
    """The guide with other words in one of its files."""
    path = guide / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def faults(guide: Path, *words: str) -> list[tuple[str, str]]:
    """The place of each fault, and what it is."""
    done = jalon(guide.parent / "none", "guide", "check", str(guide), "--format", "json", *words)
    found = held("guide-check", json.loads(done.stdout))["faults"]
    assert done.returncode == (1 if found else 0), done.stderr
    assert all(one["remedy"] for one in found)
    return [(one["place"], one["what"]) for one in found]


def test_a_guide_that_comes_with_jalon_is_not_checked(tmp_path: Path) -> None:
    done = jalon(tmp_path, "guide", "check", str(ROOT / "wizard/guides/biomaid"))
    assert (done.returncode, done.stdout) == (64, "")
    assert "comes with Jalon" in done.stderr and "jalon guide new" in done.stderr


class TestNew:
    def test_it_keeps_its_promises(self, guide: Path) -> None:
        assert faults(guide) == []
        done = jalon(guide.parent / "none", "guide", "check", str(guide))
        assert (done.returncode, done.stdout) == (0, "the guide keeps its promises\n")

    def test_it_is_written_for_this_version(self, guide: Path) -> None:
        assert f"api={VERSION}," in (guide / "__init__.py").read_text()

    def test_nothing_of_the_skeleton_is_left(self, guide: Path) -> None:
        for path in guide.rglob("*"):
            assert "@" not in path.name
            assert path.is_dir() or not {"@ID@", "@MODULE@"} & set(path.read_text().split())

    def test_it_says_what_it_wrote(self, own: Path) -> None:
        done = jalon(own / "none", "guide", "new", "other", "--output", str(own), "--format", "json")
        told = held("guide-new", json.loads(done.stdout))
        assert told["name"] == "other"
        assert {*map(Path, told["files"])} == {one for one in (own / "other").rglob("*") if one.is_file()}

    @pytest.mark.parametrize("name", ["", "Big", "a_b", "-a", "a--b", "../a", "a/b", "é", "biomaid"])
    def test_names_that_no_guide_can_have(self, own: Path, name: str) -> None:
        done = jalon(own / "none", "guide", "new", "--output", str(own), "--", name)
        assert done.returncode == 64
        assert list(own.iterdir()) == []

    def test_what_is_there_is_kept(self, guide: Path) -> None:
        (guide / "mine").write_text("mine")
        done = jalon(guide.parent, "guide", "new", "my-app", "--output", str(guide.parent))
        assert done.returncode == 74
        assert (guide / "mine").read_text() == "mine"

    def test_it_is_walked_and_undone(self, guide: Path) -> None:
        home, state = guide.parent / "home", guide.parent / "state"
        words = ("--guides", str(guide), "--state-dir", str(state), "--set", f"folder={home}")

        def run(*more: str) -> int:
            return jalon(guide.parent / "none", *more, *words).returncode

        assert run("plan", "my-app") == 2
        assert run("apply", "my-app", "--yes", "--set", "greeting=It's me") == 0
        assert (home / "greeting.conf").read_text().endswith("GREETING='It'\"'\"'s me'\n")
        assert run("plan", "my-app") == 0
        assert run("verify", "my-app") == 0
        (home / "greeting.conf").write_text("")
        assert run("verify", "my-app") == 1
        done = jalon(guide.parent / "none", "verify", "my-app", *words, "--lang", "fr")
        assert "Récrire le fichier" in done.stdout
        assert run("undo", "my-app", "--yes", "--replace-edited") == 0
        assert not home.exists()


BAD_STEP = '''

from wizard.api import Change, Step, Typed


class Vain(Change):
    kind = "Vain"
    path: str
    title = ""

    def carry_out(self, hands):
        pass

    def effect(self, host):
        return ()

    def typed(self):
        return ()


class Wishes(Step):
    """Never satisfied."""

    key = "file:wish"
    title = "a wish"

    def changes(self, host):
        yield Vain("/wish")
'''
PO, CASE = "locale/fr/LC_MESSAGES/messages.po", "cases/fresh.toml"
WRONG = [
    ("questions.py", '_("The words that stand in the file."),', '"",', "questions: greeting", "no help"),
    ("questions.py", '"greeting"', '"folder"', "questions: folder", "two questions have this key"),
    ("questions.py", '"greeting"', '"Greeting-x"', "questions: Greeting-x", "a key consists of"),
    ("questions.py", '_("Greeting")', '_("Salute")', "questions.py:", "not translated: Salute"),
    ("questions.py", '_("Greeting")', '"Salute"', "questions: greeting", "the same in another language (fr): Salute"),
    ("checkpoints.py", '"greeting.said"', '"folder.there"', "folder.there", "two probes have this id"),
    ("checkpoints.py", '"greeting.said"', '"other.said"', "other.said", "greeting.there"),
    ("checkpoints.py", '"greeting",', '"folder",', "folder", "two checkpoints have this id"),
    ("checkpoints.py", 'after=("folder.there",)', 'after=("gone",)', "greeting.said", "no such probe"),
    ("checkpoints.py", "title=_(\"Folder\")", 'title="Grund"', "folder", "the same in another language"),
    ("checkpoints.py", "facts.group)],", "facts.group)] * 2,", "folder: directory:", "two steps"),
    ("checkpoints.py", "return [_folder", "return [nothing", "checkpoints.py:", "nothing"),
    ("probes.py", "class Greets", "class Other", "checkpoints.py:", "cannot import name 'Greets'"),
    ("templates/greeting.conf", "{{ greeting", "{% if x %}{{ greeting", "templates/greeting.conf:", "endif"),
    ("templates/greeting.conf", "shell_word }}", "shell_word }}!", CASE, "greeting.conf, line 2: "),
    (PO, 'msgstr "Dossier"', 'msgstr "Dossier', PO, "cannot"),
    (PO, 'msgstr "Salutation"', 'msgstr ""', "questions.py:", "not translated: Greeting"),
    (CASE, "greeting FileWritten", "greeting FileKept", CASE, "not in the case: greeting FileWritten"),
    (CASE, "greeting FileWritten", "greeting FileKept", CASE, "only in the case: greeting FileKept"),
    (CASE, 'greeting = "It', 'colour = "It', "cases/fresh.toml", "colour"),
    (CASE, "changes = [", "changes = ", "cases/fresh.toml", ""),
]  # fmt: skip


class TestCheck:
    @pytest.mark.parametrize(("file", "old", "new", "place", "what"), WRONG)
    def test_each_promise(self, guide: Path, file: str, old: str, new: str, place: str, what: str) -> None:
        changed(guide, file, old, new)
        found = faults(guide)
        assert [one for one in found if one[0].startswith(place) and what in one[1]], found

    def test_what_a_step_and_its_changes_promise(self, guide: Path) -> None:
        changed(guide, "probes.py", "\n\nclass Greets", f"{BAD_STEP}\n\nclass Greets")
        changed(guide, "checkpoints.py", "import Greets", "import Greets, Wishes")
        changed(guide, "checkpoints.py", "steps=[Directory(a.folder, facts.user, facts.group)]", "steps=[Wishes()]")
        found = faults(guide)
        place = "folder: file:wish"
        for what in ("no title", "no effect", "no typed form", "does not say what reverses it"):
            assert [one for one in found if one[0] == f"{place}: Vain" and what in one[1]], what
        assert [one for one in found if one[0] == place and "still yields Vain /wish" in one[1]]
        assert [one for one in found if "the same in another language" in one[1] and "a wish" in one[1]]

    def test_all_at_once(self, guide: Path) -> None:
        changed(guide, "questions.py", '_("The words that stand in the file."),', '"",')
        changed(guide, "checkpoints.py", '"greeting.said"', '"other.said"')
        changed(guide, "templates/greeting.conf", "{{ greeting", "{% if x %}{{ greeting")
        assert len(faults(guide)) >= 3
        done = jalon(guide.parent / "none", "guide", "check", str(guide))
        assert done.returncode == 1
        assert "faults" in done.stdout.splitlines()[-1]

    def test_a_guide_needs_a_case(self, guide: Path) -> None:
        (guide / "cases/fresh.toml").unlink()
        assert ("cases", "there is no golden case") in faults(guide)

    def test_one_that_does_not_load(self, guide: Path) -> None:
        changed(guide, "__init__.py", "GUIDE = Guide(", "GUIDE = Guide((")
        [(place, _what)] = faults(guide)
        assert place.startswith("__init__.py:")

    def test_in_french(self, guide: Path) -> None:
        changed(guide, "cases/fresh.toml", "greeting FileWritten", "greeting FileKept")
        assert [one for one in faults(guide, "--lang", "fr") if "seulement dans le cas" in one[1]]

    def test_what_is_said_alike_is_marked_in_the_catalogue(self, guide: Path) -> None:
        changed(guide, "questions.py", '_("Greeting")', '_("Salute {x}").format(x="X")')
        with (guide / "locale/fr/LC_MESSAGES/messages.po").open("a") as out:
            out.write('\nmsgid "Salute {x}"\nmsgstr "Salute {x}"\n')
        assert faults(guide) == []

    def test_no_folder(self, own: Path) -> None:
        assert jalon(own, "guide", "check", str(own / "gone")).returncode == 64
