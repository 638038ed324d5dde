"""Pythons too old or absent: which is taken, and which package is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.launcher.place import (
    Place,
    fake,
    pythonless,
    system_python,
)


def with_python(place: Place, name: str, setting: str) -> None:
    """A Python of that name that is the system's, but for a setting made before it does what it is asked."""
    real = system_python()
    fake(place, name, f"exec {real} -I -c 'import sys; {setting}; exec(sys.argv[1])' \"$3\"")


RELEASES = [
    ("ID=debian\nVERSION_ID=12\n", "install the package python3, with: sudo apt-get install python3"),
    ("ID=debian\nVERSION_ID=11\nPRETTY_NAME='Debian 11'\n", "Debian 11 has no package of it, so the machine"),
    ("ID=debian\n", "sudo apt-get install python3"),
    ('ID=ubuntu\nID_LIKE=debian\nVERSION_ID="22.04"\n', "sudo apt-get install python3"),
    ('ID=ubuntu\nID_LIKE=debian\nVERSION_ID="20.04"\n', "upgraded to Ubuntu 22.04 or later"),
    ('ID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_ID="21.3"\n', "sudo apt-get install python3"),
    ('ID="rocky"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.4"\n', "sudo dnf install python3.12"),
    ('ID="almalinux"\nID_LIKE="rhel centos fedora"\nVERSION_ID="8.10"\n', "sudo dnf install python3.12"),
    ('ID="rhel"\nID_LIKE="fedora"\nVERSION_ID="10.0"\n', "sudo dnf install python3"),
    ('ID="amzn"\nID_LIKE="fedora"\nVERSION_ID="2023"\n', "sudo dnf install python3.11"),
    ("ID=fedora\nVERSION_ID=42\n", "sudo dnf install python3"),
    ("ID=arch\n", "install the package python, with: sudo pacman -S python"),
    ("ID=manjaro\nID_LIKE=arch\n", "sudo pacman -S python"),
    ('ID="opensuse-leap"\nID_LIKE="suse opensuse"\nVERSION_ID="15.6"\n', "sudo zypper install python311"),
    ('ID="opensuse-leap"\nID_LIKE="suse opensuse"\nVERSION_ID="16.0"\n', "sudo zypper install python313"),
    (
        'ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"\nVERSION_ID="20250101"\n',
        "sudo zypper install python3",
    ),
    ("ID=alpine\nVERSION_ID=3.20.1\n", "sudo apk add python3"),
    ("ID=plan9\n", "install it with this system's own package manager"),
    ("", "install it with this system's own package manager"),
]


@pytest.mark.parametrize(("release", "advice"), RELEASES)
def test_no_python_names_the_package(place: Place, release: str, advice: str) -> None:
    (place.folder.parent / "os-release").write_text(release)
    said = pythonless(place).refused()
    assert said.startswith("jalon: Jalon needs Python 3.10 or later, and this machine has no Python")
    assert said.count("\n") == 1
    assert advice in said
    # Between blanks, or at the end: python3 is not python3.12.
    assert not advice.endswith("python3") or said.endswith(f"{advice}\n") or f"{advice}," in said


def test_no_os_release(place: Place) -> None:
    (place.folder.parent / "os-release").unlink()
    assert "own package manager" in pythonless(place).refused()


def test_python_too_old(place: Place) -> None:
    with_python(place, "python3", "sys.version_info = (3, 9, 2)")
    fake(place, "python3.12", "echo 'command not found' >&2; exit 127")
    said = pythonless(place).refused()
    assert said.count("\n") == 1
    assert "this machine only has Python 3.9: install the package python3" in said


def test_a_later_python_beside_an_old_one_is_taken(place: Place) -> None:
    with_python(place, "python3", "sys.version_info = (3, 9, 2)")
    (place.folder.parent / "tools" / "python3.13").symlink_to(Path(system_python()).resolve())
    assert json.loads(pythonless(place).start().stdout)["prefix"] == str(place.environment)


def test_a_whole_python_is_taken_before_one_without_venv(place: Place) -> None:
    with_python(place, "python3", 'sys.modules["ensurepip"] = None')
    (place.folder.parent / "tools" / "python3.10").symlink_to(Path(system_python()).resolve())
    assert "python3-venv" not in pythonless(place).start("--yes").stderr
