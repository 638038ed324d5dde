"""What rpm says of packages and their files, as hosts of Red Hat's family answer."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from wizard.host import rpm
from wizard.host.children import CommandResult
from wizard.host.facts import Facts
from wizard.host.live import BY_MANAGER, READERS, Live
from wizard.host.packages import Conffile, HalfInstalled, ListsAge, Package
from wizard.host.reading import Unknown

INSTALLED = """\
nginx\t2:1.20.1-22.el9_6.3\tconfig(nginx)\tnginx\tnginx(x86-64)\twebserver
no package provides unzip
python3.11\t3.11.11-2.el9\tpython3\tpython3.11
"""


class Rpm:
    """Says one thing, and notes what it was asked."""

    def __init__(self, heard: CommandResult) -> None:
        self.heard = heard
        self.asked: list[list[str]] = []

    def __call__(self, words: Sequence[str]) -> CommandResult:
        self.asked.append(list(words))
        return self.heard


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Rpm:
    """An rpm that answers for three packages, of which one is not there."""
    made = Rpm(CommandResult(1, INSTALLED, ""))
    monkeypatch.setattr(rpm, "run_query", made)
    return made


def test_versions_come_from_one_child_and_a_name_that_is_provided_counts(said: Rpm) -> None:
    found = rpm.answer([Package("nginx"), Package("unzip"), Package("python3"), HalfInstalled()])
    assert found == {
        Package("nginx"): "2:1.20.1-22.el9_6.3",
        Package("unzip"): None,
        Package("python3"): "3.11.11-2.el9",
        HalfInstalled(): (),
    }
    [words] = said.asked
    assert words[-3:] == ["nginx", "unzip", "python3"]


def test_without_a_package_to_ask_for_rpm_is_not_asked(said: Rpm) -> None:
    assert rpm.answer([HalfInstalled()]) == {HalfInstalled(): ()}
    assert said.asked == []


@pytest.mark.parametrize(
    ("heard", "why"),
    [
        (CommandResult(127, "", "rpm: No such file or directory"), "read through rpm, which this host does not have"),
        (CommandResult(124, "", "rpm: no answer within 20 s"), "no answer within 20 s"),
        (
            CommandResult(1, "package nginx is not installed\n", "error: cannot open Packages database in /x"),
            "cannot open",
        ),
    ],
)
def test_what_rpm_cannot_say_is_unknown_and_not_missing(
    heard: CommandResult, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rpm, "run_query", Rpm(heard))
    wanted = (Package("nginx"), Conffile("nginx", "/etc/nginx/nginx.conf"))
    for answer in (rpm.answer(wanted[:1])[wanted[0]], rpm.conffiles(wanted[1:])[wanted[1]]):
        assert isinstance(answer, Unknown)
        assert why in answer.why


@pytest.mark.parametrize("digest", ["md5", "sha256", "sha512"])
def test_a_configuration_file_is_held_against_its_digest(
    digest: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = {name: str(tmp_path / name) for name in ("same", "edited", "gone", "foreign")}
    for name in ("same", "edited", "foreign"):
        Path(paths[name]).write_text("as it came\n")
    kept = hashlib.new(digest, b"as it came\n").hexdigest()
    out = f"{tmp_path}\t\n" + "".join(f"{paths[name]}\t{kept}\n" for name in ("same", "edited", "gone"))
    Path(paths["edited"]).write_text("as somebody wants it\n")
    made = Rpm(CommandResult(1, f"{out}file {paths['foreign']} is not owned by any package\n", ""))
    monkeypatch.setattr(rpm, "run_query", made)
    found = rpm.conffiles([Conffile("nginx", path) for path in paths.values()])
    assert [found[Conffile("nginx", path)] for path in paths.values()] == [True, False, False, None]
    assert len(made.asked) == 1


def test_the_age_of_the_lists_is_that_of_the_newest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rpm, "CACHES", (tmp_path / "dnf", tmp_path / "libdnf5"))
    assert rpm.answer([ListsAge()]) == {ListsAge(): None}
    place = tmp_path / "libdnf5/baseos-0123/repodata"
    place.mkdir(parents=True)
    (place / "repomd.xml").touch()
    age = rpm.answer([ListsAge()])[ListsAge()]
    assert age is not None and age < 60


@pytest.mark.parametrize(("manager", "asked"), [("dnf", 1), ("apt", 0), ("", 0)])
def test_who_is_asked_follows_from_the_facts(manager: str, asked: int, said: Rpm) -> None:
    Live(facts=Facts(package_manager=manager)).read(Package("nginx"))
    assert len(said.asked) == asked


def test_each_manager_answers_for_families_that_there_are() -> None:
    assert {family for families in BY_MANAGER.values() for family in families} <= set(READERS)
