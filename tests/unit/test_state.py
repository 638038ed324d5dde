"""Where states lie, and how their files are written."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from wizard.record import state as module
from wizard.record.own import write_private
from wizard.record.state import State, instances, root_of, roots_to_read


def bits(path: Path) -> int:
    """The permission bits."""
    return stat.S_IMODE(path.stat().st_mode)


def kept(root: Path, guide: str, name: str) -> State:
    """A state with answers."""
    state = State(root / guide / name)
    state.make()
    write_private(state.answers, b"", 0o644)
    return state


class TestPlaces:
    def test_as_asked(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        assert root_of("there") == tmp_path / "there"

    def test_root_has_its_own(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "geteuid", lambda: 0)
        assert root_of(None) == Path("/var/lib/jalon")
        assert roots_to_read(None) == [Path("/var/lib/jalon")]

    def test_a_user_has_one_below_the_home_and_may_look_into_root_s(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.delenv("XDG_STATE_HOME", raising=False)
        own = tmp_path / ".local" / "state" / "jalon"
        assert root_of(None) == own
        assert roots_to_read(None) == [own, Path("/var/lib/jalon")]
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "elsewhere"))
        assert root_of(None) == tmp_path / "elsewhere" / "jalon"

    def test_where_one_was_asked_for_no_other_is_read(self, tmp_path: Path) -> None:
        assert roots_to_read(str(tmp_path)) == [tmp_path]


class TestInstances:
    def test_those_with_answers(self, tmp_path: Path) -> None:
        kept(tmp_path, "biomaid", "two")
        kept(tmp_path, "biomaid", "one")
        kept(tmp_path, "pyoseo", "other")
        State(tmp_path / "biomaid" / "never-applied").make()
        assert list(instances(str(tmp_path), "biomaid")) == ["one", "two"]

    def test_none(self, tmp_path: Path) -> None:
        assert instances(str(tmp_path), "biomaid") == {}

    def test_one_s_own_hides_root_s_of_the_same_name(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        own, of_root = tmp_path / "own", tmp_path / "root"
        mine = kept(own, "biomaid", "demo")
        kept(of_root, "biomaid", "demo")
        theirs = kept(of_root, "biomaid", "prod")
        monkeypatch.setattr(module, "roots_to_read", lambda asked: [own, of_root])
        assert instances(None, "biomaid") == {"demo": mine, "prod": theirs}


class TestMaking:
    def test_all_may_enter_and_nobody_may_see_what_was_replaced(self, tmp_path: Path) -> None:
        before = os.umask(0)
        try:
            State(tmp_path / "a" / "b").make()
        finally:
            os.umask(before)
        assert bits(tmp_path / "a" / "b") == 0o755
        assert bits(tmp_path / "a" / "b" / "replaced") == 0o700

    def test_what_somebody_opened_is_closed_again(self, tmp_path: Path) -> None:
        state = State(tmp_path / "state")
        state.make()
        state.replaced.chmod(0o777)
        state.make()
        assert bits(state.replaced) == 0o700


class TestWriting:
    @pytest.mark.parametrize("mode", [0o600, 0o644])
    @pytest.mark.parametrize("umask", [0, 0o022, 0o077])
    def test_it_has_its_mode_whatever_the_umask(self, tmp_path: Path, mode: int, umask: int) -> None:
        before = os.umask(umask)
        try:
            write_private(tmp_path / "file", b"data", mode)
        finally:
            os.umask(before)
        assert bits(tmp_path / "file") == mode
        assert (tmp_path / "file").read_bytes() == b"data"

    def test_a_link_is_replaced_and_not_followed(self, tmp_path: Path) -> None:
        (tmp_path / "target").write_bytes(b"theirs")
        (tmp_path / "file").symlink_to(tmp_path / "target")
        (tmp_path / ".file.new").symlink_to(tmp_path / "target")
        write_private(tmp_path / "file", b"ours")
        assert (tmp_path / "target").read_bytes() == b"theirs"
        assert not (tmp_path / "file").is_symlink()

    def test_what_a_crash_left_is_in_nobody_s_way(self, tmp_path: Path) -> None:
        (tmp_path / ".file.new").write_bytes(b"half")
        write_private(tmp_path / "file", b"whole")
        assert [path.name for path in tmp_path.iterdir()] == ["file"]
