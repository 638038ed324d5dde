"""Another user tries to have code run by root's `jalon`, through where guides are looked for."""

from __future__ import annotations

import importlib.util
import marshal
import os
import struct
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.forkserver import ROOT
from tests.unit.guides.outside import EVIL, jalon, own, root, written

__all__ = ["own"]
NOBODY = 65534
pytestmark = root

EVIL_GUIDE = EVIL + "GUIDE = None\n"


@pytest.fixture
def mark(own: Path) -> Path:
    """What is there once an attacker's code was run."""
    return own / "mark"


@pytest.fixture
def machine(own: Path, mark: Path) -> Path:
    """A folder of guides that root alone may write, with a guide that works."""
    (own / "machine").mkdir()
    written(own / "machine", "small")
    return own / "machine"


def theirs(path: Path) -> Path:
    """A path, and all below it, that belong to the attacker."""
    for one in (path, *path.rglob("*")):
        os.chown(one, NOBODY, NOBODY, follow_symlinks=False)
    return path


def evil(mark: Path) -> str:
    """The attacker's module."""
    return EVIL_GUIDE.format(mark=mark)


def refused(machine: Path, mark: Path, name: str, env: Mapping[str, str | None] | None = None) -> str:
    """What `jalon guides` says of a guide that it does not load; that nothing was run, and the others work."""
    done = jalon(machine, "guides", env=env)
    assert done.returncode == 0
    assert "A small one" in done.stdout
    assert not mark.exists(), "the attacker's code was run"
    asked = jalon(machine, "verify", name, env=env)
    assert asked.returncode in (64, 78)
    assert not mark.exists()
    return done.stdout


class TestFolders:
    def test_a_guide_of_the_attacker_s(self, machine: Path, mark: Path) -> None:
        theirs(written(machine, "evil", evil(mark)))
        told = refused(machine, mark, "evil")
        assert "evil" in told
        assert "could put other code there" in told
        assert "copy the guide to /etc/jalon/guides" in told

    def test_a_link_to_one(self, machine: Path, mark: Path, own: Path) -> None:
        theirs(written(own / "home", "evil", evil(mark)))
        (machine / "evil").symlink_to(own / "home/evil")
        assert "could put other code there" in refused(machine, mark, "evil")

    def test_a_link_to_one_module(self, machine: Path, mark: Path, own: Path) -> None:
        place = written(machine, "evil")
        (own / "module.py").write_text(evil(mark))
        theirs(own / "module.py")
        (place / "__init__.py").unlink()
        (place / "__init__.py").symlink_to(own / "module.py")
        assert "could put other code there" in refused(machine, mark, "evil")

    @pytest.mark.parametrize("mode", [0o775, 0o777, 0o1777])
    def test_a_folder_above_that_others_may_write(self, own: Path, mark: Path, mode: int) -> None:
        """Whoever may write it may put another folder in the place of the guides'."""
        written(own / "open/machine", "evil", evil(mark))
        (own / "open").chmod(mode)
        done = jalon(own / "open/machine", "guides")
        assert "others may write" in done.stdout
        assert not mark.exists()

    def test_a_cache_of_the_attacker_s(self, machine: Path, mark: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Python runs a cache in the place of its module, where the module's time and size are those it was made of."""
        monkeypatch.setattr(sys, "pycache_prefix", None)
        module = machine / "small/__init__.py"
        stat = module.stat()
        cache = Path(importlib.util.cache_from_source(str(module)))
        cache.parent.mkdir(exist_ok=True)
        head = importlib.util.MAGIC_NUMBER + struct.pack("<III", 0, int(stat.st_mtime), stat.st_size)
        code = compile(evil(mark), str(module), "exec")
        cache.write_bytes(head + marshal.dumps(code))
        theirs(cache)
        done = jalon(machine, "guides", env={"PYTHONPYCACHEPREFIX": None})
        assert not mark.exists()
        assert "could put other code there" in done.stdout
        assert "A small one" not in done.stdout

    def test_the_folder_that_is_tried(self, machine: Path, mark: Path, own: Path) -> None:
        theirs(written(own / "home", "evil", evil(mark)))
        done = jalon(machine, "--guides", str(own / "home"), "guides")
        assert "could put other code there" in done.stdout
        assert not mark.exists()


class TestNames:
    @pytest.mark.parametrize("name", ["json.py", "sitecustomize.py", "usercustomize.py", "evil.pth", "wizard.py"])
    @pytest.mark.parametrize("inside", [True, False])
    def test_a_module_that_bears_another_s_name_stands_in_for_none(
        self, machine: Path, mark: Path, name: str, inside: bool
    ) -> None:
        """Guides' folders are no place where Python looks for modules; not even root's own can be taken for another."""
        (machine / "small" / name if inside else machine / name).write_text(EVIL.format(mark=mark))
        done = jalon(machine, "guides", "--format", "json")
        assert "A small one" in done.stdout
        assert not mark.exists()

    def test_nor_does_a_folder_of_that_name(self, machine: Path, mark: Path) -> None:
        written(machine, "json", EVIL.format(mark=mark) + "class JSONDecoder: pass\n")
        theirs(machine / "json")
        done = jalon(machine, "guides", "--format", "json")
        assert "A small one" in done.stdout
        assert not mark.exists()


def installed(place: Path, mark: Path) -> None:
    """A package with a guide as an entry point, as pip lays it out."""
    written(place, "evil_guide", evil(mark))
    metadata = place / "evil_guide-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: evil-guide\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[jalon.guides]\nevil = evil_guide:GUIDE\n")


class TestEntryPoints:
    def test_a_package_where_the_attacker_may_write(self, machine: Path, mark: Path, own: Path) -> None:
        place = own / "home/site-packages"
        installed(place, mark)
        theirs(own / "home")
        path = os.pathsep.join((str(ROOT), str(place)))
        assert "could put other code there" in refused(machine, mark, "evil", env={"PYTHONPATH": path})

    @pytest.mark.parametrize("part", ["evil_guide/__init__.py", "evil_guide"])
    def test_one_of_which_a_part_is(self, machine: Path, mark: Path, own: Path, part: str) -> None:
        installed(own / "packages", mark)
        os.chown(own / "packages" / part, NOBODY, NOBODY)
        path = os.pathsep.join((str(ROOT), str(own / "packages")))
        assert "could put other code there" in refused(machine, mark, "evil", env={"PYTHONPATH": path})

    def test_one_that_root_alone_may_write_is_loaded(self, machine: Path, mark: Path, own: Path) -> None:
        installed(own / "packages", mark)
        path = os.pathsep.join((str(ROOT), str(own / "packages")))
        done = jalon(machine, "guides", env={"PYTHONPATH": path})
        assert mark.exists()
        assert "its GUIDE is not a `Guide`" in done.stdout

    def test_a_user_s_own_packages_and_variables_are_not_seen(self, machine: Path, mark: Path, own: Path) -> None:
        """Started as the launcher starts it, apart from whoever's variables and packages."""
        version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
        installed(own / f"home/.local/lib/{version}/site-packages", mark)
        (own / f"home/.local/lib/{version}/site-packages/evil.pth").write_text(
            f"import pathlib; pathlib.Path('{mark}').write_text('ran')\n"
        )
        installed(own / "path", mark)
        theirs(own / "home")
        env = {"HOME": str(own / "home"), "PYTHONPATH": str(own / "path"), "PYTHONUSERBASE": str(own / "home/.local")}
        done = jalon(machine, "guides", env=env, flags=("-I",))
        assert "evil" not in done.stdout
        assert "A small one" in done.stdout
        assert not mark.exists()
