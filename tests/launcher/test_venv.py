"""A Python without venv on Debian: its package is named, or installed when a person agrees."""

from __future__ import annotations

import json
import os
import pty
import shutil
from pathlib import Path

import pytest

from tests.launcher.place import (
    Place,
    fake,
    pythonless,
    system_python,
)


@pytest.fixture
def bare(place: Place) -> Place:
    """Debian without python3-venv; apt-get and sudo note what they are asked, and then it is there."""
    if Path(system_python()).resolve().parent != Path("/usr/bin"):
        pytest.skip("the Python of this machine is not the distribution's")
    home = Path(place.variables["HOME"])
    real = system_python()
    missing = f'exec {real} -I -c \'import sys; sys.modules["ensurepip"] = None; exec(sys.argv[1])\' "$3"'
    fake(place, "python3", f'[ -e {home}/installed ] || {missing}\nexec {real} "$@"')
    note = f'echo "$(basename "$0") $* [$DEBIAN_FRONTEND $NEEDRESTART_MODE]" >>{home}/asked'
    fake(place, "apt-get", f'{note}\necho working\ncase "$*" in *install*) : >{home}/installed ;; esac')
    fake(place, "sudo", f'{note}\nwhile case $1 in -*) : ;; *) false ;; esac; do shift; done\nexec "$@"')
    (place.folder.parent / "tools" / "basename").symlink_to(shutil.which("basename") or "/usr/bin/basename")
    return pythonless(place)


def asked(place: Place) -> list[str]:
    path = Path(place.variables["HOME"]) / "asked"
    return path.read_text().splitlines() if path.exists() else []


def package(bare: Place) -> str:
    real = Path(system_python()).resolve()
    return "python3-venv" if Path("/usr/bin/python3").resolve() == real else f"{real.name}-venv"


def test_missing_venv_names_the_package(bare: Place) -> None:
    said = bare.refused()
    assert said.endswith(f"Install it, then start Jalon again: sudo apt-get install {package(bare)}\n")
    assert f"le paquet {package(bare)} manque" in bare.refused("--lang", "fr")
    assert asked(bare) == []


def test_missing_venv_is_installed_when_told_to(bare: Place) -> None:
    run = bare.start("apply", "--yes")
    assert json.loads(run.stdout)["arguments"] == ["apply", "--yes"]
    assert "working" not in run.stdout + run.stderr
    through_sudo, apt = asked(bare)
    assert through_sudo.startswith("sudo -n env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a apt-get")
    wanted = f"-o DPkg::Lock::Timeout=120 install --yes {package(bare)} [noninteractive a]"
    assert apt == f"apt-get -q {wanted}"


def test_apt_lists_are_fetched_where_there_are_none(bare: Place) -> None:
    (bare.folder.parent / "lists" / "mirror_Packages").unlink()
    bare.start("--yes")
    assert [line.split()[4] for line in asked(bare) if line.startswith("apt-get")] == ["update", "install"]


def test_proxy_is_handed_to_apt_but_not_in_words(bare: Place) -> None:
    bare.with_variables(http_proxy="http://me:secret@proxy:3128").start("--yes")
    assert "--preserve-env=http_proxy,https_proxy,no_proxy" in asked(bare)[0]
    assert "secret" not in "".join(asked(bare))


def test_package_that_cannot_be_installed(bare: Place) -> None:
    fake(bare, "apt-get", "echo 'E: Unable to locate package'; exit 100")
    said = bare.refused("--yes")
    assert "    E: Unable to locate package" in said
    assert "could not be installed; the whole log is in" in said


def test_yes_without_sudo(bare: Place) -> None:
    (bare.folder.parent / "tools" / "sudo").unlink()
    assert "Install it, then start Jalon again" in bare.refused("--yes")


def test_after_two_dashes_yes_is_not_ours(bare: Place) -> None:
    assert "Install it, then start Jalon again" in bare.refused("--", "--yes")


@pytest.mark.parametrize(
    ("typed", "installs"), [("\n", True), ("y\n", True), ("o\n", True), ("n\n", False), ("\4", False)]
)
def test_on_a_terminal_it_asks(bare: Place, typed: str, installs: bool) -> None:
    controller, terminal = pty.openpty()
    try:
        process = bare.popen("--lang=fr", stdin=terminal, stderr=terminal)
        shown = ""
        while "[O/n]" not in shown:
            shown += os.read(controller, 1000).decode()
        os.write(controller, typed.encode())
        process.communicate(timeout=120)
    finally:
        os.close(terminal)
        os.close(controller)
    assert process.returncode == (0 if installs else 69)
    assert bool(asked(bare)) == installs
    assert not any(line.startswith("sudo -n") for line in asked(bare))


def test_other_distributions_have_no_such_package(bare: Place) -> None:
    (bare.folder.parent / "os-release").write_text("ID=fedora\n")
    assert "its modules venv and ensurepip are missing" in bare.refused("--yes")
    assert asked(bare) == []
