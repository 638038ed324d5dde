"""The rooms of the house: who may know whom, who may write, who may start a program."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

from tests.unit.importing import Graph, Source, arrows, circles, dotted, joined, pairs, parsed, walk
from tests.unit.opens import opens

ROOT = Path(__file__).parents[2]
WIZARD = sorted((ROOT / "wizard").rglob("*.py"))
SCREENS = sorted((ROOT / "screens").rglob("*.py"))
GUIDES = sorted((ROOT / "wizard" / "guides").glob("*/**/*.py"))

# Who puts something on a disk: the machine, and what keeps the state of an instance.
WRITERS = {
    "wizard/carry_out.py",
    "wizard/host/apart.py",  # which forks, and writes to a pipe
    "wizard/acting/as_owner.py",
    "wizard/acting/entries.py",
    "wizard/acting/giving.py",
    "wizard/host/owners.py",  # which puts nothing anywhere, but makes a child somebody else
    "wizard/host/reader_child.py",  # which forks
    "wizard/record/own.py",
    "wizard/record/state.py",
    "wizard/record/journal.py",
    "wizard/record/lock.py",
    "wizard/answers/file.py",
    "wizard/commands/prepared_folder.py",
    "wizard/authoring/skeleton.py",
}
# Who starts programs: readers, the machine through `sh`, and what calls a person's own command.
STARTERS = ("wizard/host/", "wizard/carry_out.py", "wizard/commands/hook.py")
WRITING_CALLS = {
    *("chmod", "chown", "fchmod", "fchown", "lchmod", "lchown", "link", "symlink", "mkdir", "makedirs", "mkfifo"),
    *("remove", "unlink", "rmdir", "removedirs", "rename", "renames", "replace", "truncate", "ftruncate", "utime"),
    *("write", "pwrite", "setuid", "seteuid", "setgid", "setegid", "setgroups", "fork", "system"),
    *("execv", "execve", "execvp", "popen", "posix_spawn", "copy_file_range", "mknod", "setxattr"),
}
COPYING_CALLS = {"rmtree", "copy", "copy2", "copyfile", "copytree", "move"}
WRITING_METHODS = {
    *("write_text", "write_bytes", "touch", "symlink_to", "hardlink_to", "mkdir", "rmdir", "unlink", "chmod", "rename"),
    *("lchmod",),
}
# What looks at a disk or at who runs.
READING_CALLS = {"access", "listdir", "lstat", "open", "readlink", "scandir", "stat", "walk", "geteuid", "getuid"}
READING_METHODS = {
    "read_text",
    "read_bytes",
    "stat",
    "lstat",
    "iterdir",
    "exists",
    "is_file",
    "is_dir",
    "glob",
    "rglob",
}


def name(path: Path) -> str:
    """A file's name from the top of the repository."""
    return path.relative_to(ROOT).as_posix()


TYPES_ALONE = ast.dump(ast.parse("TYPE_CHECKING", mode="eval").body)


tree = parsed


def imports(path: Path, *, typing: bool = False) -> Sequence[str]:
    """The modules that a file imports, wherever in it; `from a import b` gives `a.b`. Not those for types alone."""
    return _imports(path, typing)


@cache
def _imports(path: Path, typing: bool) -> tuple[str, ...]:
    found: list[str] = []
    skipped: set[ast.AST] = set()
    module = tree(path)
    for node in walk(module):
        if (
            isinstance(node, ast.If)
            and isinstance(node.test, ast.Name)
            and node.test.id == "TYPE_CHECKING"
            and not typing
        ):
            skipped.update(child for statement in node.body for child in walk(statement))
    for node in walk(module):
        if node in skipped:
            continue
        if isinstance(node, ast.Import):
            found += [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name(path)}: imports are absolute"
            found += [f"{node.module}.{one.name}" for one in node.names]
    return tuple(found)


def within(module: str, *packages: str) -> bool:
    """Whether a module is one of these or in one of them."""
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def importing(paths: Iterable[Path], *modules: str, typing: bool = False) -> list[str]:
    """The imports of these modules in these files, each after its file."""
    return [f"{name(path)}: {one}" for path in paths for one in imports(path, typing=typing) if within(one, *modules)]


# One test over all files, not one a file: thousands of tests cost more than what they look at.
class TestImports:
    def test_the_wizard_knows_no_screens(self) -> None:
        assert not importing(WIZARD, "screens", "textual", typing=True)

    def test_the_screens_change_nothing_themselves(self) -> None:
        assert not importing(SCREENS, "sh", "wizard.carry_out")

    def test_only_the_machine_knows_sh(self) -> None:
        assert not importing([path for path in WIZARD if name(path) != "wizard/carry_out.py"], "sh")

    def test_only_reading_and_the_machine_start_programs(self) -> None:
        others = [path for path in WIZARD if not name(path).startswith(STARTERS)]
        assert not importing(others, "subprocess", "pty", "multiprocessing", "os.system", "os.popen")

    def test_guides_know_their_own_folder_and_one_door(self) -> None:
        found = []
        for path in GUIDES:
            guide = path.parts[path.parts.index("guides") + 1]
            allowed = ("wizard.api", f"wizard.guides.{guide}", "wizard.guides.django")
            ours = [one for one in imports(path, typing=True) if within(one, "wizard")]
            found += [f"{name(path)}: {one}" for one in ours if not within(one, *allowed)]
        assert not found


# Who may know whom, as the design draws it: no import, however indirect, may lead from right to left.
ARROWS = (
    "screens > session > guides > api > probes > causes > findings > host > base",
    "screens > walk > probes",
    "screens > outputs > walk > steps > changes > host",
    "__main__ > cli > commands > session > instances > answers > record > changes",
    "cli > wizard",
    "commands > outputs > session > guides > guide > steps",
    "commands > authoring > guides",
    "screens > beside > session",
    "commands > beside",
    "screens > shell_name > guides",
    "commands > shell_name > record",
    "shell_name > changes",
    "authoring > walk",
    "walk > carry_out > acting > host > base",
    "walk > carry_out > record > findings > changes",
    "record > acting",
    "api > guide > answers",
)
# What decides, and so reads the host that it is given and nothing else: it must say the same over an overlay.
DECIDING = ("changes", "steps", "findings", "causes", "probes", "walk", "guides", "guide")


def decides(path: Path) -> bool:
    """Whether a file is of a room that decides by what it reads of a host, and never of this machine."""
    _wizard, room, *inner = path.relative_to(ROOT).with_suffix("").parts
    return room in DECIDING and not (room == "guides" and (len(inner) == 1 or "parts" in inner))


class TestRooms:
    SOURCE = Source(ROOT, ("wizard", "screens"))

    @property
    def arrows(self) -> Graph:
        """Those that are drawn, one from each guide to the door, and none from the wizard to a room of the screens."""
        rooms = [room.removeprefix("wizard.") for room in self.SOURCE.rooms]
        guides = [f"guides > {room} > api" for room in rooms if room.startswith("guides.")]
        screens = [f"{room} > screens" for room in rooms if room.startswith("screens.")]
        return arrows([*ARROWS, *guides, *screens])

    def test_no_files_import_each_other_in_a_circle(self) -> None:
        assert circles(self.SOURCE.files) == []

    def test_no_rooms_know_each_other_both_ways(self) -> None:
        assert pairs(self.SOURCE.rooms) == []

    def test_every_name_is_imported_from_the_module_that_defines_it(self) -> None:
        """The public door of guides alone hands names on."""
        assert list(self.SOURCE.handed_on(doors=("wizard.api",))) == []
        assert list(self.SOURCE.marked_to_hand_on(doors=("wizard.api",))) == []

    def test_arrows_point_one_way(self) -> None:
        assert circles(joined(self.SOURCE.rooms, self.arrows)) == []

    def test_every_room_has_its_arrows(self) -> None:
        assert {*self.SOURCE.rooms} - {*self.arrows} == set()

    def test_screens_know_nothing_of_how_a_machine_is_changed(self) -> None:
        inner = ("changes", "steps", "causes", "probes", "api", "commands", "carry_out")
        assert not importing(SCREENS, *(f"wizard.{room}" for room in inner), typing=True)

    def test_what_decides_reads_the_host_it_is_given_alone(self) -> None:
        assert not [f"{name(path)}: {one}" for path in WIZARD if decides(path) for one in reads(path)]

    def test_this_test_sees_what_reads(self) -> None:
        assert list(reads(ROOT / "wizard" / "host" / "files.py"))


def reads(path: Path) -> Iterator[str]:
    """The calls in a file that look at a disk."""
    for node in walk(tree(path)):
        if isinstance(node, ast.Call):
            owner, _dot, method = dotted(node.func).rpartition(".")
            of_os = owner == "os" and method in READING_CALLS
            if (not owner and method == "open") or of_os or (owner and method in READING_METHODS):
                yield f"{name(path)}:{node.lineno}: {method}"


# Who opens files without `wizard.host.opening`, and why nobody else can have put anything there.
OPENS_ITSELF = {
    "wizard/host/opening.py": "is the one way",
    "wizard/host/owners.py": "looks whose a path is, by `lstat` alone, and at /proc",
    "wizard/host/descriptors.py": "opens what may be looked at or changed, and reads nothing",
    "wizard/host/reading_owners.py": "looks whose a path is, by `lstat` alone",
    "wizard/host/trust.py": "looks whether others may write a path, by `lstat` alone, and at /proc",
    "wizard/host/release.py": "reads the system's own release file, before there is a host",
    "wizard/host/facts.py": "looks at the system's own files and at /sys, before there is a host",
    "wizard/host/proxy_files.py": "reads plain files of /etc, and judges who may write those that say something",
    "wizard/host/children.py": "opens the null device",
    "wizard/host/sqlite.py": "has SQLite open what is a regular file, as its owner",
    "wizard/host/processes.py": "walks the kernel's control groups",
    "wizard/acting/": "changes what is foreign as its owner, by descriptors",
    "wizard/carry_out.py": "changes the machine",
    "wizard/record/": "keeps what it is told in folders that only its own user may write, and looks for that",
    "wizard/session.py": "looks whether there is such a state",
    "wizard/instances.py": "looks whether there is such a state",
    "wizard/shell_name.py": "looks at one place of root's",
    "wizard/answers/file.py": "reads what it was named, or what is kept in such a folder",
    "wizard/base/": "reads what comes with Jalon",
    "wizard/guides/outside.py": "loads the code of guides, whose way was looked at",
    "wizard/guides/registry.py": "loads the code of guides, whose way was looked at",
    "wizard/guides/trust.py": "looks at that way, by `lstat` alone",
    "wizard/authoring/": "reads the guide that its author names",
    "wizard/commands/": "writes and looks where whoever runs it says",
    "wizard/outputs/": "writes and looks where whoever runs it says",
    "wizard/cli.py": "looks for its own standard streams and templates",
}


class TestOpening:
    """What is read of a host may be somebody else's: there is one way to open it (`wizard.host.opening`)."""

    def test_everything_else_is_opened_in_one_way(self) -> None:
        others = [path for path in WIZARD if not name(path).startswith(tuple(OPENS_ITSELF))]
        assert not [f"{name(path)}:{one}" for path in others for one in opens(tree(path))]

    @pytest.mark.parametrize("place", sorted(OPENS_ITSELF))
    def test_who_may_is_someone_who_does(self, place: str) -> None:
        assert [one for path in WIZARD if name(path).startswith(place) for one in opens(tree(path))]

    def test_no_reader_of_a_guide_is_among_them(self) -> None:
        """Nor anything else that decides by what is read."""
        assert not [one for one in OPENS_ITSELF if one.startswith("wizard/guides/") and one.count("/") > 2]
        assert not {one.split("/")[1] for one in OPENS_ITSELF} & {*DECIDING} - {"guides"}

    @pytest.mark.parametrize(
        "call",
        [
            "open(path)",
            "os.open(path, 0)",
            "os.listdir(path)",
            "os.path.exists(path)",
            "Path(path).read_text()",
            "path.open()",
            "(folder / 'x').iterdir()",
            "folder.is_symlink()",
            "sqlite3.connect(path)",
            "ElementTree.parse(path)",
        ],
    )
    def test_this_test_sees(self, call: str) -> None:
        assert list(opens(ast.parse(f"def late():\n    return {call}"))) == [f"2: {call.rpartition('(')[0]}"]

    def test_this_test_leaves_out_the_one_way(self) -> None:
        assert list(opens(ast.parse("opening.exists(path)\nhost.read(path)"))) == []


MADE_UP = {
    "wizard/__init__.py": "",
    "wizard/low/__init__.py": "",
    "wizard/low/site.py": "class Site: ...\n",
    "wizard/low/other.py": "from wizard.low.site import Site\n\n\ndef site() -> Site:\n    return Site()\n",
    "wizard/high/__init__.py": "",
    "wizard/high/use.py": "from wizard.low import other\nfrom wizard.low.site import Site\n\nother.site()\nSite()\n",
}


class TestTheseTestsTurnRed:
    """Each of them, on a made-up package."""

    def made(self, folder: Path, **changed: str) -> Source:
        """The package, with these files of it changed; `__` in a name stands for `/`."""
        files = {**MADE_UP, **{f"wizard/{path.replace('__', '/')}.py": text for path, text in changed.items()}}
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)
        return Source(folder, ("wizard",))

    def test_it_is_sound_as_it_is(self, tmp_path: Path) -> None:
        source = self.made(tmp_path)
        assert (circles(source.files), pairs(source.rooms), list(source.handed_on())) == ([], [], [])
        assert source.rooms["wizard.high"] == {"wizard.low"}

    @pytest.mark.parametrize(
        "importing",
        [
            "from wizard.low.other import site\n",
            "import wizard.low.other\n",
            "def late():\n    from wizard.low import other\n",
            "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from wizard.low.other import site\n",
        ],
    )
    def test_at_a_circle_of_files(self, tmp_path: Path, importing: str) -> None:
        source = self.made(tmp_path, low__site=f"{importing}\n\nclass Site: ...\n")
        assert circles(source.files) == [["wizard.low.other", "wizard.low.site"]]
        assert pairs(source.rooms) == [], "they are in one room"

    def test_at_a_circle_of_three(self, tmp_path: Path) -> None:
        source = self.made(tmp_path, low__site="from wizard.high import use\n\n\nclass Site: ...\n")
        assert circles(source.files) == [["wizard.high.use", "wizard.low.other", "wizard.low.site"]]

    def test_at_two_rooms_that_know_each_other(self, tmp_path: Path) -> None:
        more = {"high__words": "WORD = ''\n", "low__third": "from wizard.high.words import WORD\n"}
        source = self.made(tmp_path, **more)
        assert circles(source.files) == [], "no file leads back to itself"
        assert pairs(source.rooms) == [("wizard.high", "wizard.low")]

    @pytest.mark.parametrize(
        "taking",
        [
            "from wizard.low.other import Site\n",
            "from wizard.low.other import Site as Site\n",
            "from wizard.low import other\n\nother.Site()\n",
            "import wizard.low.other\n\nwizard.low.other.Site()\n",
            "from wizard.low.other import *\n",
        ],
    )
    def test_at_a_name_that_is_handed_on(self, tmp_path: Path, taking: str) -> None:
        source = self.made(tmp_path, high__use=taking)
        [found] = source.handed_on()
        assert found.startswith("wizard.high.use:") and found.endswith("is not defined in wizard.low.other")
        assert list(source.handed_on(doors=("wizard.low.other",))) == []

    def test_at_a_name_that_is_marked_to_be_handed_on(self, tmp_path: Path) -> None:
        """Though nobody takes it."""
        source = self.made(tmp_path, low__third="from wizard.low.site import Site as Site\n\nSite()\n")
        assert list(source.handed_on()) == []
        assert list(source.marked_to_hand_on()) == ["wizard.low.third:1: Site as Site"]
        assert list(source.marked_to_hand_on(doors=("wizard.low.third",))) == []

    def test_at_a_package_that_hands_names_on(self, tmp_path: Path) -> None:
        more = {"low____init__": "from wizard.low.site import Site\n", "high__use": "from wizard.low import Site\n"}
        [found] = self.made(tmp_path, **more).handed_on()
        assert found == "wizard.high.use:1: Site is not defined in wizard.low"

    def test_at_an_arrow_turned_round(self, tmp_path: Path) -> None:
        source = self.made(tmp_path)
        assert circles(joined(source.rooms, arrows(["high > low"]))) == []
        assert circles(joined(source.rooms, arrows(["low > high"]))) == [["wizard.high", "wizard.low"]]
        through = circles(joined(source.rooms, arrows(["low > between > high"])))
        assert through == [["wizard.between", "wizard.high", "wizard.low"]]


def in_memory(path: Path) -> set[str]:
    """The variables of a file that only ever hold descriptors of memory, which is on no disk and has no name."""
    given: dict[str, set[str]] = {}
    for node in walk(tree(path)):
        if isinstance(node, ast.Assign):
            made = dotted(node.value.func) if isinstance(node.value, ast.Call) else ""
            for target in node.targets:
                given.setdefault(dotted(target), set()).add(made)
    return {name for name, makers in given.items() if makers == {"os.memfd_create"}}


LONGEST = 80


def long_functions(module: ast.Module) -> list[str]:
    """The functions that have that many lines or more, decorators and docstring counted."""
    functions = (node for node in walk(module) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return [one.name for one in functions if (one.end_lineno or one.lineno) - one.lineno + 1 >= LONGEST]


class TestLength:
    def test_functions_are_short(self) -> None:
        paths = [*WIZARD, *SCREENS]
        assert not [f"{name(path)}: {one}" for path in paths for one in long_functions(tree(path))]

    @pytest.mark.parametrize(("lines", "found"), [(LONGEST - 1, []), (LONGEST, ["long"])])
    def test_this_test_sees_a_long_one(self, lines: int, found: list[str]) -> None:
        text = "def long():\n" + "    pass\n" * (lines - 1)
        assert long_functions(ast.parse(text)) == found


def writes(path: Path) -> Iterator[str]:
    """The calls in a file that put something on a disk, or act as somebody else."""
    memory = in_memory(path)
    for node in walk(tree(path)):
        if not isinstance(node, ast.Call):
            continue
        called = dotted(node.func)
        if called == "os.write" and ast.unparse(node.args[0]) in memory:
            continue
        place = f"{name(path)}:{node.lineno}: {called}"
        owner, _dot, method = called.rpartition(".")
        tools = owner in ("os", "shutil") and method in WRITING_CALLS | COPYING_CALLS
        paths = owner and method in WRITING_METHODS and not called.startswith(("hands.", "os.path."))
        if tools or paths or owner == "tempfile":
            yield place
        elif called in ("open", "os.open", "os.fdopen") or method == "open":
            words = (*node.args, *(one.value for one in node.keywords))
            said = [one.value for one in words if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            flags = ast.unparse(node)
            if any(set(mode) & set("wax+") and set(mode) <= set("rwaxbt+") for mode in said) or "O_CREAT" in flags:
                yield place


# Who reads Python's source, or unpacks: a reader of what is foreign, who has no root's rights there, and those who read
# what is Jalon's own.
PARSERS = {
    "wizard/host/source.py",
    "wizard/host/checkout_files.py",
    "wizard/changes/validation.py",
    "wizard/authoring/words.py",
    "wizard/base/po.py",
}
PARSING = {"eval", "exec", "compile", "parse", "literal_eval", "decompress", "unpack_archive"}


def parses(path: Path) -> Iterator[str]:
    """The calls in a file that hand a text to Python's parser, or may make much of little."""
    for node in walk(tree(path)):
        if isinstance(node, ast.Call):
            owner, _dot, called = dotted(node.func).rpartition(".")
            others = owner.partition(".")[0] in ("ast", "zlib", "gzip", "bz2", "lzma", "shutil")
            if called in PARSING and (others or (not owner and called not in ("parse", "decompress"))):
                yield f"{name(path)}:{node.lineno}: {called}"


class TestParsing:
    def test_only_readers_hand_a_text_to_a_parser_of_others(self) -> None:
        assert [call for path in WIZARD if name(path) not in PARSERS for call in parses(path)] == []

    @pytest.mark.parametrize("parser", sorted(PARSERS))
    def test_this_test_sees_those_who_do(self, parser: str) -> None:
        assert list(parses(ROOT / parser))


class TestWriting:
    def test_only_the_machine_and_the_state_write(self) -> None:
        assert not [f"{name(path)}: {one}" for path in WIZARD if name(path) not in WRITERS for one in writes(path)]

    @pytest.mark.parametrize("writer", sorted(WRITERS - {"wizard/answers/file.py"}))
    def test_this_test_sees_those_who_do(self, writer: str) -> None:
        assert list(writes(ROOT / writer))


# Programs that change the entry at a path that they are given.
TOUCHING = {
    *("chmod", "chown", "chgrp", "cp", "dd", "find", "install", "ln", "mkdir", "mv", "rm", "rmdir", "rsync", "sed"),
    *("setfacl", "tar", "tee", "touch", "truncate", "unlink"),
}


def touched_as_root(path: Path) -> Iterator[str]:
    """The programs of that kind that a file runs as root, by the first word."""
    for node in walk(tree(path)):
        if isinstance(node, ast.Call) and dotted(node.func) == "hands.run" and node.args:
            first = node.args[0].elts[0] if isinstance(node.args[0], ast.Tuple) and node.args[0].elts else None
            named = {one.arg for one in node.keywords}
            if isinstance(first, ast.Constant) and first.value in TOUCHING and "user" not in named:
                yield str(first.value)


def test_root_touches_no_path_by_a_program() -> None:
    """A path may lead elsewhere by the time that the program looks it up: `Hands` has what holds on to descriptors."""
    touched = {name(path): found for path in WIZARD if (found := list(touched_as_root(path)))}
    # nginx's own tree, into a private folder.
    assert touched == {"wizard/changes/validation.py": ["cp"]}


def test_nobody_is_somebody_else_for_a_while() -> None:
    """What is taken back can be taken back by whoever gets in meanwhile."""
    for path in WIZARD:
        called = {dotted(node.func) for node in walk(tree(path)) if isinstance(node, ast.Call)}
        assert not called & {f"os.{one}" for one in ("seteuid", "setegid", "setreuid", "setregid", "setfsuid")}, path


def test_what_others_wrote_is_taken_apart_at_line_ends_alone() -> None:
    """`splitlines` ends lines at characters that whoever writes into one may put there (`wizard.base.lines`)."""
    rooms = ("wizard/host/", "wizard/causes/", "wizard/probes/", "wizard/steps/", "wizard/changes/")
    found = {
        name(path)
        for path in WIZARD
        if name(path).startswith(rooms)
        for node in walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr == "splitlines"
    }
    # Of bytes, which end at `\r` and `\n` alone, and are those of files that a person edits.
    allowed = {"wizard/causes/nginx.py", "wizard/causes/service.py", "wizard/causes/access.py", "wizard/host/source.py"}
    assert found == {*allowed, "wizard/changes/files.py"}


def translated() -> Iterator[tuple[str, ast.Call]]:
    """Every call of `_` and `_n`."""
    for path in (*WIZARD, *SCREENS):
        for node in walk(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "_n"):
                yield f"{name(path)}:{node.lineno}", node


class TestWords:
    def test_what_is_translated_is_written_there(self) -> None:
        """A catalogue is made by reading the code: a text that is computed is in none."""
        strange = []
        for place, call in translated():
            texts = call.args[:2] if isinstance(call.func, ast.Name) and call.func.id == "_n" else call.args
            literal = [isinstance(one, ast.Constant) and isinstance(one.value, str) for one in texts]
            if not (all(literal) and texts and not call.keywords):
                strange.append(f"{place}: {ast.unparse(call)}")
        assert not strange

    def test_there_are_some(self) -> None:
        assert len(list(translated())) > 100


SURROUNDINGS = {
    **{name: value for name, value in os.environ.items() if name in ("PATH", "PYTHONPATH")},
    **{"LC_ALL": "C.UTF-8", "HOME": "/nonexistent"},
}


def modules_after(tmp_path: Path, *words: str) -> tuple[int, set[str]]:
    """The exit status of a command, and the modules that were imported for it."""
    script = (
        "import json, sys\n"
        "from wizard.cli import main\n"
        f"status = main({list(words)!r})\n"
        "print(json.dumps([status, sorted(sys.modules)]), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, env=SURROUNDINGS, timeout=120
    )
    assert done.stderr, done.stdout
    status, names = json.loads(done.stderr.splitlines()[-1])
    return status, set(names)


@pytest.mark.parametrize("form", ["text", "json", "junit"])
def test_verifying_imports_neither_textual_nor_sh(tmp_path: Path, form: str) -> None:
    answers = tmp_path / "answers.toml"
    answers.write_text('instance = "jalontest"\nhttp_port = 64999\nhostnames = ["localhost"]\n')
    words = ("verify", "biomaid", "--answers", str(answers), "--state-dir", str(tmp_path / "state"), "--format", form)
    status, names = modules_after(tmp_path, *words)
    assert status in (0, 1, 77)
    assert "wizard.walk.verification" in names
    assert not {one for one in names if within(one, "textual", "sh", "wizard.carry_out", "screens")}
    assert "wizard.guides.biomaid.arrival" not in names, "what awaits at the end is for a report"
    searched = ("crossplane", "wizard.guides.biomaid.discovery")
    assert not {*searched} & names, "nothing is searched where answers were given"
    assert not (tmp_path / "state").exists(), "looking leaves nothing behind"


def test_listing_imports_little(tmp_path: Path) -> None:
    _status, names = modules_after(tmp_path, "guides")
    assert not {one for one in names if within(one, "textual", "sh", "rich", "wizard.carry_out")}
