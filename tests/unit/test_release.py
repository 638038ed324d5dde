"""Which distribution it is, also where a release file is damaged."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from wizard.host.release import Release, release

DEBIAN = b'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n'
FOUND = Release("debian", (), "12", "bookworm", "Debian GNU/Linux 12 (bookworm)")


@pytest.mark.parametrize(
    "text",
    [DEBIAN, b"# \xe9t\xe9\n" + DEBIAN, DEBIAN + b'HOME_URL="https://x\n', DEBIAN + b"X='\n", b"\0\n" + DEBIAN],
)
def test_one_that_is_damaged_is_read_all_the_same(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "os-release").write_bytes(text)
    assert release(str(tmp_path / "os-release")) == FOUND


UBUNTU = b"""PRETTY_NAME="Ubuntu 22.04.3 LTS"
NAME="Ubuntu"
VERSION_ID="22.04"
VERSION="22.04.3 LTS (Jammy Jellyfish)"
VERSION_CODENAME=jammy
ID=ubuntu
ID_LIKE=debian
UBUNTU_CODENAME=jammy
"""


@pytest.mark.parametrize("text", [DEBIAN, UBUNTU])
def test_what_is_read_without_the_library_is_what_it_reads(tmp_path: Path, text: bytes) -> None:
    place = tmp_path / "os-release"
    place.write_bytes(text)
    plain = release(str(place))
    place.write_bytes(text + b"X=\\\n")
    assert plain == release(str(place))
    assert plain.version and plain.codename and plain.name


def test_oddities_are_known(tmp_path: Path) -> None:
    (tmp_path / "os-release").write_text('ID="ol"\nID_LIKE="fedora"\nVERSION="9.4"\nVERSION_ID="9.4"\n')
    found = release(str(tmp_path / "os-release"))
    assert (found.id, found.like, found.version) == ("oracle", ("fedora",), "9.4")


def test_what_is_no_file_says_nothing(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "os-release")
    assert release(str(tmp_path / "os-release")).id == ""
