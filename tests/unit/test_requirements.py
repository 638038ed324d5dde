"""The same packages at the same versions, whichever way Jalon is installed."""

from __future__ import annotations

from pathlib import Path

from packaging.requirements import Requirement

from wizard.base.toml import loads

ROOT = Path(__file__).parents[2]


def listed(name: str) -> dict[str, Requirement]:
    """What a requirements file asks for, by name; a lock's hashes are left out."""
    lines = [line.split(" \\")[0].strip() for line in (ROOT / name).read_text().splitlines()]
    found = [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]
    return {f"{one.name} {one.marker or ''}": one for one in found}


def test_the_package_asks_for_what_the_launcher_installs() -> None:
    project = loads((ROOT / "pyproject.toml").read_text())["project"]
    assert {Requirement(one) for one in project["dependencies"]} == {*listed("requirements.in").values()}


def test_what_is_locked_is_within_what_is_asked_for() -> None:
    locked = [*listed("requirements.txt").values()]
    for one in listed("requirements.in").values():
        found = [next(iter(lock.specifier)).version for lock in locked if lock.name == one.name]
        assert found and all(one.specifier.contains(version) for version in found), one.name


def test_the_tests_run_with_what_is_installed() -> None:
    """A lock of its own, and the same versions in it; only a marker may be wider."""
    tested = {(one.name, str(one.specifier)) for one in listed("requirements-dev.txt").values()}
    assert {(one.name, str(one.specifier)) for one in listed("requirements.txt").values()} <= tested
