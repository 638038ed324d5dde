"""What of a guide's folder somebody else may write, and so is not loaded."""

from __future__ import annotations

import grp
import os
import pwd
import struct
from pathlib import Path

import pytest

from tests.unit.guides.outside import own, root, written
from wizard.guides.trust import untrusted, untrusted_way

__all__ = ["own"]
NOBODY = 65534
pytestmark = root


@pytest.fixture
def guide(own: Path) -> Path:
    """A guide with a module, a template and a cache."""
    made = written(own / "guides", "small")
    for name in ("questions.py", "templates/page.html", "__pycache__/questions.cpython-311.pyc"):
        (made / name).parent.mkdir(exist_ok=True)
        (made / name).write_text("")
    return made


def test_what_root_alone_may_write_is_trusted(guide: Path) -> None:
    assert untrusted(guide) is None
    assert untrusted(guide, NOBODY) is None, "an ordinary user trusts root"


@pytest.mark.parametrize(
    "place", ["", "..", "../..", "__init__.py", "questions.py", "templates", "templates/page.html", "__pycache__"]
)
@pytest.mark.parametrize("mode", [0o020, 0o002, 0o1002])
def test_any_part_that_others_may_write_is_not(guide: Path, place: str, mode: int) -> None:
    one = (guide / place).resolve()
    one.chmod(one.stat().st_mode | mode)
    found = untrusted(guide)
    assert found is not None
    assert found.path == one
    assert str(one) in found.why
    assert found.remedy


@pytest.mark.parametrize("place", ["", "..", "__init__.py", "__pycache__/questions.cpython-311.pyc"])
def test_any_part_of_somebody_else_is_not(guide: Path, place: str) -> None:
    one = (guide / place).resolve()
    os.chown(one, NOBODY, 0)
    found = untrusted(guide)
    assert found is not None
    assert found.path == one
    assert "copy the guide to /etc/jalon/guides" in found.remedy
    assert untrusted(guide, NOBODY) is None, "its owner trusts it"


def test_a_sticky_folder_on_the_way_is_enough_for_an_ordinary_user_alone(own: Path) -> None:
    (own / "shared").mkdir()
    (own / "shared").chmod(0o1777)
    guide = written(own / "shared", "small")
    assert untrusted(guide, NOBODY) is None
    found = untrusted(guide, 0)
    assert found is not None
    assert "/etc/jalon/guides" in found.remedy


def test_but_not_the_guide_s_own_folder(own: Path) -> None:
    guide = written(own, "small")
    guide.chmod(0o1777)
    assert untrusted(guide, NOBODY) is not None


def test_the_private_group_of_an_ordinary_user_is_that_user(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    guide = written(own, "small")
    os.chown(guide, NOBODY, NOBODY)
    guide.chmod(0o775)
    account = pwd.struct_passwd(("someone", "x", NOBODY, NOBODY, "", "/", "/bin/sh"))
    monkeypatch.setattr(pwd, "getpwuid", lambda user: account)
    for name, members, trusted in (("someone", [], True), ("someone", ["other"], False), ("staff", [], False)):
        group = grp.struct_group((name, "x", NOBODY, members))
        monkeypatch.setattr(grp, "getgrgid", lambda number, group=group: group)
        assert (untrusted(guide, NOBODY) is None) is trusted
        assert untrusted(guide, 0) is not None


def test_an_access_control_list_that_names_others_is_no_private_group(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mode shows what it gives them as the group's."""
    guide = written(own, "small")
    os.chown(guide, NOBODY, NOBODY)
    monkeypatch.setattr("wizard.host.trust._private", lambda group, user: True)
    everyone = 0xFFFFFFFF
    for name, trusted in ((1, False), (NOBODY, True)):
        entries = ((1, 7, everyone), (2, 7, name), (4, 5, everyone), (16, 7, everyone), (32, 5, everyone))
        value = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *one) for one in entries)
        try:
            os.setxattr(guide, "system.posix_acl_access", value)
        except OSError:
            pytest.skip("no access control lists on this file system")
        assert guide.stat().st_mode & 0o020
        assert (untrusted(guide, NOBODY) is None) is trusted
        assert untrusted(guide, 0) is not None


@pytest.mark.parametrize(("owner", "trusted"), [(0, True), (1000, False)])
def test_a_file_system_that_is_somebody_s_program(
    own: Path, guide: Path, monkeypatch: pytest.MonkeyPatch, owner: int, trusted: bool
) -> None:
    """Such as fuse's: it says of any file that it is root's, and answers when it likes."""
    mounts = own / "mountinfo"
    options = f"rw,user_id={owner},group_id=0,allow_other"
    mounts.write_text(f"36 25 0:31 / {guide.parent} rw,nosuid,nodev - fuse.sshfs me {options}\n")
    monkeypatch.setattr("wizard.host.trust.MOUNTS", mounts)
    assert (untrusted(guide, 0) is None) is trusted


class TestLinks:
    def test_one_to_what_root_alone_may_write_is_followed(self, own: Path, guide: Path) -> None:
        (own / "link").symlink_to("guides/../guides/small")
        assert untrusted(own / "link") is None

    def test_a_guide_that_leads_to_a_stranger_s_folder(self, own: Path) -> None:
        theirs = written(own / "home", "small")
        os.chown(theirs.parent, NOBODY, NOBODY)
        (own / "small").symlink_to(theirs)
        found = untrusted(own / "small")
        assert found is not None
        assert found.path == theirs.parent

    def test_a_way_that_passes_through_a_stranger_s_link(self, own: Path, guide: Path) -> None:
        """Its end is root's, today."""
        (own / "home").mkdir()
        (own / "home/way").symlink_to(guide)
        os.chown(own / "home", NOBODY, NOBODY)
        (own / "small").symlink_to(own / "home/way")
        found = untrusted(own / "small")
        assert found is not None
        assert found.path == own / "home"

    @pytest.mark.parametrize("folder", [True, False])
    def test_one_inside_a_guide(self, own: Path, guide: Path, folder: bool) -> None:
        theirs = own / "theirs"
        if folder:
            theirs.mkdir()
        inside = theirs / "module.py" if folder else theirs
        inside.write_text("")
        (guide / ("parts" if folder else "parts.py")).symlink_to(theirs)
        assert untrusted(guide) is None
        os.chown(inside, NOBODY, NOBODY)
        found = untrusted(guide)
        assert found is not None
        assert found.path == inside

    def test_what_leads_in_a_circle_or_nowhere(self, own: Path, guide: Path) -> None:
        (own / "a").symlink_to("b")
        (own / "b").symlink_to("a")
        assert untrusted(own / "a") is not None
        (guide / "gone").symlink_to("/nonexistent/file")
        assert untrusted(guide) is not None


def test_what_is_not_there_is_not_trusted(own: Path) -> None:
    assert untrusted(own / "gone") is not None
    assert untrusted_way(own / "gone") is not None
