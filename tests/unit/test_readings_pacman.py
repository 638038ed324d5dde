"""What pacman and its database say of packages and their files, as Arch Linux answers."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from wizard.changes.change import Failed
from wizard.changes.packages import PackagesInstalled
from wizard.host import pacman
from wizard.host.children import CommandResult
from wizard.host.packages import Conffile, HalfInstalled, ListsAge, Package
from wizard.host.reading import Unknown

# `-Q` and, behind a line of its own, what `-T` misses: Python provides python3, and nobody unzip.
SAID = "nginx 1.28.0-2\npython 3.13.7-1\n-\nunzip\n"


def asked(monkeypatch: pytest.MonkeyPatch, heard: CommandResult) -> list[Sequence[str]]:
    """What is asked of a pacman that says one thing."""
    words: list[Sequence[str]] = []

    def said(given: Sequence[str]) -> CommandResult:
        words.append(given)
        return heard

    monkeypatch.setattr(pacman, "run_query", said)
    return words


def test_versions_come_from_one_child_and_a_name_that_is_provided_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    words = asked(monkeypatch, CommandResult(0, SAID, ""))
    found = pacman.answer([Package("nginx"), Package("unzip"), Package("python3"), HalfInstalled()])
    assert found == {
        Package("nginx"): "1.28.0-2",
        Package("unzip"): None,
        Package("python3"): "",
        HalfInstalled(): (),
    }
    assert [one[-3:] for one in words] == [["nginx", "unzip", "python3"]]
    assert pacman.answer([HalfInstalled()]) == {HalfInstalled(): ()}
    assert len(words) == 1


def test_where_nothing_is_installed_all_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    asked(monkeypatch, CommandResult(0, "-\nnginx\n", ""))
    assert pacman.answer([Package("nginx")]) == {Package("nginx"): None}


@pytest.mark.parametrize(
    "heard", [CommandResult(126, "", ""), CommandResult(124, "", ""), CommandResult(0, "\n", "error: could not open")]
)
def test_what_it_cannot_say_is_not_known(monkeypatch: pytest.MonkeyPatch, heard: CommandResult) -> None:
    asked(monkeypatch, heard)
    assert isinstance(pacman.answer([Package("nginx")])[Package("nginx")], Unknown)


def test_files_are_held_against_the_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    conf = tmp_path / "nginx.conf"
    conf.write_text("http {}\n")
    folder = tmp_path / "local" / "nginx-mainline-1.29.1-1"
    folder.mkdir(parents=True)
    monkeypatch.setattr(pacman, "DATABASE", tmp_path / "local")
    own = Conffile("nginx-mainline", str(conf))

    def kept(data: bytes) -> None:
        total = hashlib.md5(data, usedforsecurity=False).hexdigest()
        (folder / "files").write_text(f"%FILES%\netc/\n\n%BACKUP%\n{str(conf).lstrip('/')}\t{total}\n")

    kept(b"http {}\n")
    assert pacman.conffiles([own])[own] is True
    kept(b"other")
    other = Conffile("nginx", str(conf))
    assert pacman.conffiles([own, other]) == {own: False, other: None}


def test_lists_have_an_age_where_there_are_any(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacman, "LISTS", tmp_path / "sync")
    assert pacman.answer([ListsAge()])[ListsAge()] is None
    (tmp_path / "sync").mkdir()
    (tmp_path / "sync/core.db").write_text("")
    assert pacman.answer([ListsAge()])[ListsAge()] < 60


class Hands:
    """Runs nothing, and fails with what pacman said."""

    def __init__(self, output: str) -> None:
        self.output = output

    def run(self, words: Sequence[str], **_more: object) -> str:
        raise Failed("failed", output=self.output)


@pytest.mark.parametrize(
    ("output", "says"),
    [
        ("error: target not found: nosuch\n", "no package nosuch"),
        ("error: failed to init transaction (unable to lock database)\n", "database is locked"),
        ("error: failed retrieving file 'nginx-1.28.0-1-x86_64.pkg.tar.zst' from mirror\n", "mirrors have no longer"),
        ("something else", "failed"),
    ],
)
def test_what_stops_it_is_explained(output: str, says: str) -> None:
    with pytest.raises(Failed, match=says):
        PackagesInstalled(("nosuch",), "pacman").carry_out(Hands(output))  # type: ignore[arg-type]
