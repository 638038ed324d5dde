"""Finding guides: those that break are named with their reason, and the others work."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.forkserver import ROOT
from tests.unit.guides.outside import WELL, jalon, own, written
from tests.unit.running import environment
from wizard.guides import registry

__all__ = ["own"]

BROKEN = {
    "syntax": ("def broken(:\n", "__init__.py:1: "),
    "import": ("import nothing_of_this_name\n", "No module named 'nothing_of_this_name'"),
    "door": ("from wizard.api import Nothing\n", "cannot import name 'Nothing' from 'wizard.api'"),
    "raises": ("raise RuntimeError('\x1b[31mred')\n", "__init__.py:1: RuntimeError: \\x1b[31mred"),
    "leaves": ("raise SystemExit(3)\n", "SystemExit: 3"),
    "nothing": ("", "has no attribute 'GUIDE'"),
    "kind": ("GUIDE = 'small'\n", "its GUIDE is not a `Guide`"),
    "field": (WELL.replace("api=1", "api=1, colour=2"), "colour"),
    "version": (WELL.replace("api=1", "api=99"), "written for version 99 of wizard.api"),
    "unversioned": (WELL.replace(", api=1", ""), "written for version ? of wizard.api"),
    "name": (WELL.replace("NAME", "other"), "calls itself `other`"),
    "title": (WELL.replace('lambda: "Small"', "lambda: 1 / 0"), "ZeroDivisionError"),
    "summary": (WELL.replace('lambda: "A small one"', "lambda: None"), "its title and its summary"),
    "asks": (WELL.replace("return [Question", "return nothing\n    [Question"), "NameError: name 'nothing'"),
    "answers": (WELL.replace('[Question("folder"', '["folder"] + [Question("x"'), "a list of `Question`"),
    "key": (WELL.replace("root=False", "root=False, instance_key='title'"), "no question has that key"),
    "points-kind": (WELL.replace("return [Checkpoint", "return ['ground', Checkpoint"), "a list of `Checkpoint`"),
    "points": (WELL.replace("return [Checkpoint", "return nothing\n    [Checkpoint"), "NameError: name 'nothing'"),
}


@pytest.fixture
def many(own: Path) -> Path:
    """A folder with a guide that works, and one of each kind that does not."""
    written(own, "small")
    for name, (text, _said) in BROKEN.items():
        written(own, name, text)
    (own / "Bad Name").mkdir()
    (own / "bare").mkdir()
    (own / "a-file").write_text("")
    (own / ".hidden").mkdir()
    return own


def test_each_that_breaks_is_named_and_the_others_work(many: Path) -> None:
    done = jalon(many, "guides")
    assert done.returncode == 0
    assert "A small one" in done.stdout
    assert "BiomAid" in done.stdout
    told = {line.split()[0]: line for line in done.stdout.splitlines() if "cannot be used" in line}
    assert set(told) == {*BROKEN, "Bad", "bare"}
    for name, (_text, said) in BROKEN.items():
        assert said in told[name], name
    assert "\x1b" not in done.stdout
    assert "small letters" in told["Bad"]
    assert "__init__.py" in told["bare"]


def test_french_keeps_its_spaces(many: Path) -> None:
    assert "\\x" not in jalon(many, "guides", "--lang", "fr").stdout.replace("\\x1b", "")


def test_programs_are_told_of_those_that_work(many: Path) -> None:
    done = jalon(many, "guides", "--format", "json")
    assert [one["id"] for one in json.loads(done.stdout)] == ["biomaid", "omero-web", "maquette", "small"]
    assert "syntax" in done.stderr


@pytest.mark.parametrize("name", BROKEN)
def test_asking_for_one_says_why(many: Path, name: str) -> None:
    done = jalon(many, "plan", name, "--set", "folder=/srv/x", "--format", "json")
    assert done.returncode == 78
    assert BROKEN[name][1] in done.stderr
    assert done.stdout == ""


def test_one_that_works_does(many: Path) -> None:
    done = jalon(many, "plan", "small", "--set", "folder=/srv/nowhere")
    assert done.returncode == 2, done.stderr
    assert "/srv/nowhere" in done.stdout
    assert jalon(many, "questions", "small").stdout.startswith("folder")


STEP = """
from wizard.api import Step

class Bad(Step):
    key = "bad:step"
    title = "bad"
    shared = False

    def changes(self, host):
        yield from ()
        raise RuntimeError("this step is wrong itself")

def bad(a, facts, c):
    return [Checkpoint("ground", "Ground", "A folder.", steps=[Bad()])]
"""


def test_what_goes_wrong_later_is_said_with_its_place(own: Path) -> None:
    written(
        own, "later", WELL.replace("GUIDE =", STEP + "\nGUIDE =").replace("questions, checkpoints", "questions, bad")
    )
    done = jalon(own, "plan", "later", "--set", "folder=/srv/x")
    assert done.returncode == 78
    assert "later/__init__.py:" in done.stderr
    assert "this step is wrong itself" in done.stderr


class TestNames:
    def test_a_built_in_one_is_never_replaced(self, own: Path) -> None:
        written(own, "biomaid")
        done = jalon(own, "guides")
        assert "there is a guide of this name already (built in)" in done.stdout
        assert "A small one" not in done.stdout

    def test_the_folder_that_is_tried_goes_before_the_machine_s(self, own: Path) -> None:
        machine, tried = own / "machine", own / "tried"
        written(machine, "small")
        written(tried, "small", WELL.replace("A small one", "A newer one"))
        done = jalon(machine, "guides", "--guides", str(tried))
        assert "A newer one" in done.stdout
        assert "A small one" not in done.stdout
        assert f"there is a guide of this name already ({tried}/small)" in done.stdout

    def test_a_guide_s_own_folder_may_be_tried(self, own: Path) -> None:
        place = written(own / "tried", "small")
        assert "A small one" in jalon(own / "none", "--guides", str(place), "guides").stdout
        assert jalon(own / "none", "--guides", ".", "questions", "small", cwd=place).returncode == 0

    def test_a_folder_that_is_none_is_said(self, own: Path) -> None:
        done = jalon(own, "guides", "--guides", str(own / "gone"))
        assert done.returncode == 64
        assert "gone" in done.stderr


LOADED = """
import sys
from wizard.guides import registry
registry.find("biomaid")
print(*sorted(sys.modules))
"""


def test_a_built_in_guide_is_found_without_looking_for_others() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], env=environment(), cwd=ROOT, capture_output=True, text=True)
    loaded = set(done.stdout.split())
    assert "wizard.guides.biomaid" in loaded
    assert not {"importlib.metadata", "wizard.guides.maquette", "wizard.guides.omero_web"} & loaded


def test_nothing_reads_letters_to_list_the_guides_where_no_package_brings_one() -> None:
    """`importlib.metadata` imports `email`, which the first screen would wait for."""
    code = (
        "import sys; from wizard.guides.registry import guides; guides();"
        "print(sorted({'importlib.metadata', 'email'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout == "[]\n", done.stderr


@pytest.mark.parametrize("folder", ["small-1.0.dist-info", "small.egg-info", "small-1.0-py3.11.egg/EGG-INFO"])
def test_a_package_that_brings_one_is_found(folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / folder
    place.mkdir(parents=True)
    (place / "entry_points.txt").write_text("[console_scripts]\nx = x:x\n\n[jalon.guides]\nsmall = small\n")
    (place / ("PKG-INFO" if "egg" in folder.lower() else "METADATA")).write_text("Name: small\nVersion: 1.0\n")
    on_path = tmp_path / folder.split("/")[0] if "/" in folder else tmp_path
    monkeypatch.syspath_prepend(str(on_path))
    assert [(one.name, one.place) for one in registry._installed()] == [("small", "small 1.0")]
