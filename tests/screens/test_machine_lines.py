"""What is said of a machine on the first screen."""

from __future__ import annotations

import pytest

from screens.model.machine import LINES, lines
from tests.unit.support import bare
from wizard.host.facts import GIB, Facts


def said(**facts: object) -> list[tuple[str, str]]:
    found = list(lines(Facts(**facts)))  # type: ignore[arg-type]
    assert len(found) == LINES
    return found


def looks(**facts: object) -> list[str]:
    """The lines that somebody should look at."""
    return [text for state, text in said(**facts) if state == "look"]


def test_a_machine_that_is_large_enough_has_nothing_to_look_at() -> None:
    assert looks() == []
    assert [text for _state, text in said()] == [
        "Debian GNU/Linux 12 (bookworm), with systemd",
        "4 GB of memory, 2 processors",
        "30 GB of disk free, of 40 GB",
        "You are root.",
    ]


def test_too_little_is_marked_and_says_against_what() -> None:
    assert looks(memory=GIB) == ["1 GB of memory, 2 processors: BiomAid wants at least 2 GB; enough to practise"]
    small = looks(disk=10 * GIB, disk_free=6 * GIB)
    assert small == ["6 GB of disk free, of 10 GB: BiomAid wants at least 20 GB; enough to practise"]
    full = looks(disk_free=2 * GIB)
    assert full == ["2 GB of disk free, of 40 GB: little is left, make room before you install"]


def test_what_the_kernel_keeps_for_itself_is_not_missed() -> None:
    assert looks(memory=int(1.9 * GIB), disk=int(19.5 * GIB), disk_free=17 * GIB) == []


@pytest.mark.parametrize("name", ["biomaid", "omero-web"])
def test_what_is_said_agrees_with_the_guide_s_own_least(name: str) -> None:
    from wizard.guide import Circumstances
    from wizard.guides.registry import guides
    from wizard.probes.machine import Resources

    guide = guides()[name]
    from wizard.answers.questions import validate_answers

    points = guide.checkpoints(validate_answers(guide.questions(), {}, bare().facts), bare().facts, Circumstances())
    least = next(probe for point in points for probe in point.probes if isinstance(probe, Resources)).least
    assert (least.memory, least.disk) == (guide.needs.memory, guide.needs.disk)


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ({"wsl": 2, "systemd": False}, "switches it on"),
        ({"wsl": 1, "systemd": False}, "wsl --set-version"),
        ({"systemd": False}, "only the practice instance"),
        ({"package_manager": "pacman", "name": "Arch"}, "Arch: has no apt / dnf, which OMERO.web wants; BiomAid"),
        ({"package_manager": "", "name": "Alpine"}, "Alpine: has none of apt, dnf, pacman; only the practice instance"),
        ({"package_manager": "dnf", "systemd": False}, "without systemd: only the practice instance"),
        ({"root": False, "user": "alice", "sudo": False}, "You are alice, without sudo"),
    ],
)
def test_what_is_missing_is_told_with_what_is_left(facts: dict[str, object], word: str) -> None:
    (text,) = looks(**facts)
    assert word in text


def test_sudo_is_enough() -> None:
    assert looks(root=False, user="alice") == []
    assert said(root=False, user="alice")[-1][1] == "You are alice; what takes root goes through sudo."


def test_wsl_is_named() -> None:
    assert said(wsl=2)[0] == ("ok", "Debian GNU/Linux 12 (bookworm) on WSL 2, with systemd")
