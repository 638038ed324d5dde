"""What somebody else wrote is parsed with none of root's rights, and nothing that it leads to is read with them."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from wizard.guides.django.parts.migrations import Migrations
from wizard.guides.omero_web.parts.properties import OmeroProperties
from wizard.host import apart, checkout_files, nginx_files, source, supervisor
from wizard.host.facts import Facts
from wizard.host.git import Checkout, CheckoutAt
from wizard.host.live import Live
from wizard.host.nginx import configuration
from wizard.host.reading import Unknown
from wizard.host.settings import COMPUTED, Settings, SettingsAt
from wizard.host.supervisor import Supervised

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root reads as another user")
TENANT = pwd.getpwnam("games")
READERS = {
    "migrations": "wizard.guides.django.parts.migrations:answer",
    "omero": "wizard.guides.omero_web.parts.properties:answer",
}


@pytest.fixture
def live() -> Iterator[Live]:
    host = Live(facts=Facts(), readers=READERS)
    yield host
    host.close()


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder of a tenant's, with a secret of root's beside it."""
    folder = Path(tempfile.mkdtemp(prefix="jalon-parsers-", dir="/var/tmp"))
    folder.chmod(0o755)
    (folder / "secret").write_text("SECRET_KEY = 'of-root'\n")
    (folder / "secret").chmod(0o600)
    (folder / "home").mkdir()
    own(folder / "home")
    yield folder / "home"
    shutil.rmtree(folder)


def own(path: Path) -> None:
    """Everything at a path is the tenant's."""
    for one in [path, *path.rglob("*")]:
        os.chown(one, TENANT.pw_uid, TENANT.pw_gid, follow_symlinks=False)


def refuse(*_given: object, **_named: object) -> Any:
    raise AssertionError("in a process with root's rights")


def only_without_root(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> None:
    """A parser that refuses to work for root."""
    parser = getattr(module, name)
    monkeypatch.setattr(module, name, lambda *given: refuse() if os.geteuid() == 0 else parser(*given))


def test_settings(live: Live, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    only_without_root(monkeypatch, source, "read_source")
    (home / "settings.py").write_text("A = ['x']\nB = f()\n")
    own(home)
    found = live.read(SettingsAt(str(home / "settings.py")))
    assert isinstance(found, Settings) and found.values["A"] == ["x"]
    assert found.values["B"] is COMPUTED


@pytest.mark.parametrize("to", ["../secret", "/dev/zero", "/dev/stdin", "/proc/self/environ", "settings.py", "/"])
def test_settings_that_lead_elsewhere(live: Live, home: Path, to: str) -> None:
    (home / "settings.py").symlink_to(to)
    own(home)
    found = live.read(SettingsAt(str(home / "settings.py")))
    assert not isinstance(found, Settings) or not found.values
    assert "of-root" not in repr(found)


def test_settings_that_wait_for_somebody(live: Live, home: Path) -> None:
    os.mkfifo(home / "settings.py")
    (home / "other.py").write_text("A = 1\n")
    own(home)
    began = time.monotonic()
    waiting: Any = live.read(SettingsAt(str(home / "settings.py")))
    other: Any = live.read(SettingsAt(str(home / "other.py")))
    assert isinstance(waiting, Unknown) and isinstance(other, Settings)
    assert time.monotonic() - began < 10


def checkout(home: Path) -> Path:
    """A small checkout."""
    for name, text in {
        "HEAD": "ref: refs/heads/main\n",
        "config": '[remote "origin"]\n\turl = https://labo:T0KEN@git.example/r.git\n',
        "refs/heads/main": "a" * 40,
    }.items():
        path = home / "code/.git" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    own(home)
    return home / "code"


def test_a_checkout(live: Live, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    only_without_root(monkeypatch, checkout_files, "data")
    found = live.read(CheckoutAt(str(checkout(home))))
    assert isinstance(found, Checkout) and found.commit == "a" * 40
    assert "T0KEN" not in repr(found)


@pytest.mark.parametrize("name", ["HEAD", "config", "refs/heads/main", "packed-refs", "jalon.json"])
def test_a_checkout_that_leads_to_what_is_roots(live: Live, home: Path, name: str) -> None:
    code = checkout(home)
    (code / ".git" / name).unlink(missing_ok=True)
    (code / ".git" / name).symlink_to("../../../secret")
    own(home)
    found = live.read(CheckoutAt(str(code)))
    assert "of-root" not in repr(found)


def test_nginx_includes_what_is_a_tenants(live: Live, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    only_without_root(monkeypatch, nginx_files, "parse")
    main = home.parent / "nginx.conf"
    main.write_text(f"http {{ include {home}/*.conf; include {home.parent}/secret; }}")
    (home / "good.conf").write_text("server { listen 81; }")
    (home / "link.conf").symlink_to("../secret")
    (home / "zero.conf").symlink_to("/dev/zero")
    os.mkfifo(home / "fifo.conf")
    own(home)
    found, faults = configuration(live, str(main))
    assert not isinstance(found, Unknown)
    assert [one.ports for one in found] == [(81,)]
    assert [Path(one.file).name for one in faults] == ["fifo.conf", "link.conf", "zero.conf", "secret"]
    assert "of-root" not in repr(faults)


def test_properties_and_migrations(live: Live, home: Path) -> None:
    (home / "etc/grid").mkdir(parents=True)
    (home / "etc/grid/config.xml").symlink_to("../../../secret")
    (home / "dem").mkdir()
    (home / "dem/migrations").symlink_to("/root")
    own(home)
    properties, found = live.read(OmeroProperties(str(home))), live.read(Migrations(str(home)))
    assert isinstance(properties, Unknown)
    assert isinstance(found, Unknown) or not found


def test_a_supervisor(live: Live, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    only_without_root(monkeypatch, supervisor, "understood")
    place = str(home / "socket")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(place)
        listening.listen()
        own(home)
        pid = os.fork()
        if pid == 0:
            with listening.accept()[0] as asking:
                asking.recv(65536)
                asking.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n<")
            os._exit(0)
    found = live.read(Supervised(place))
    os.waitpid(pid, 0)
    assert isinstance(found, Unknown)


def test_who_works_apart_has_no_rights() -> None:
    def seen(_item: int) -> Any:
        return os.getresuid(), os.getgroups(), [*map(str, Path("/proc/self/fd").iterdir())]

    [(users, groups, descriptors)] = apart.apart(seen, [1])
    assert 0 not in (*users, *groups)
    # The null device three times, the answers, and the listing itself.
    assert len(descriptors) <= 5


def test_what_breaks_a_worker_is_told_and_the_rest_is_answered() -> None:
    def work(item: int) -> int:
        if item == 1:
            os.abort()
        return item

    found = apart.apart(work, [0, 1, 2])
    assert (found[0], found[2]) == (0, 2) and isinstance(found[1], Unknown)
