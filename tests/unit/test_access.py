"""What a process may do at a path: modes, access control lists, held groups, its unit's settings, mounts."""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.unit.probes.fake import fake
from wizard.causes import nginx
from wizard.causes.access import explain
from wizard.causes.closed import closed_folder, refused
from wizard.causes.mime import CONF_D, CONFIGURATION, no_types
from wizard.causes.sandbox import path_missing
from wizard.host import acl, files, opening, processes, sandbox
from wizard.host.access import CONNECT, RUN, Actor, Barrier, actor_of, barrier
from wizard.host.acl import LIST, MASK, MODE, PASS, READ, WRITE, Grant
from wizard.host.files import Content, Entry, EntryAt, Listing
from wizard.host.mounts import Mount, Mounts, Wanted, covering, not_mounted, parse, wanted
from wizard.host.processes import ConfinedBy, Process
from wizard.host.reading import Unknown
from wizard.host.unitlogs import UnitLog
from wizard.host.units import Unit, UnitState
from wizard.host.users import Account, User

HOME, SOCKET = "/home/demo", "/home/demo/app.sock"
WEB = Actor("www-data", ("www-data", "demo"), 11, "nginx.service")


def folder(mode: int = 0o750, owner: str = "demo", group: str = "demo", *lines: Grant) -> Entry:
    """A folder."""
    return Entry("directory", owner, group, mode, acl=lines)


def tree(**more: Any) -> dict[Any, Any]:
    """A home with a socket, below folders that are open to all."""
    return {
        EntryAt("/"): folder(0o755, "root", "root"),
        EntryAt("/home"): folder(0o755, "root", "root"),
        EntryAt(HOME): folder(),
        EntryAt(SOCKET): Entry("socket", "demo", "demo", 0o777),
        **more,
    }


def named(found: Barrier | None) -> tuple[str, str] | None:
    """Where and why."""
    return (found.path, found.reason) if found else None


# --- modes and lists

X = Grant("user", "www-data", 1)
NOTHING = Grant("user", "www-data", 0)
OWNING = Grant("group", "", 5)


@pytest.mark.parametrize(
    ("entry", "user", "groups", "right", "reason"),
    [
        (folder(0o750), "demo", (), PASS, ""),
        (folder(0o070), "demo", ("demo",), PASS, MODE),  # the owner's rights count alone
        (folder(0o750), "anna", ("demo",), PASS, ""),
        (folder(0o705), "anna", ("demo",), PASS, MODE),  # and so do the group's
        (folder(0o750), "anna", (), PASS, MODE),
        (folder(0o755), "anna", (), WRITE, MODE),
        (folder(0o710, "demo", "demo", X, OWNING), "www-data", (), PASS, ""),
        (folder(0o700, "demo", "demo", X, OWNING), "www-data", (), PASS, MASK),
        (folder(0o750, "demo", "demo", NOTHING, OWNING), "www-data", ("demo",), PASS, LIST),
        (folder(0o755, "demo", "demo", NOTHING, OWNING), "www-data", (), PASS, LIST),
        (folder(0o770, "demo", "demo", OWNING, Grant("group", "web", 7)), "anna", ("web", "demo"), WRITE, ""),
        (folder(0o770, "demo", "demo", OWNING, Grant("group", "web", 4)), "anna", ("web",), WRITE, LIST),
        (folder(0o750, "demo", "demo", OWNING, Grant("group", "web", 7)), "anna", ("web",), WRITE, MASK),
        (folder(0o755, "demo", "demo", OWNING), "anna", (), READ, ""),
    ],
)
def test_rights(entry: Entry, user: str, groups: tuple[str, ...], right: int, reason: str) -> None:
    assert acl.refuses(entry, user, groups, right) == reason


def listed(*lines: tuple[int, int, int]) -> bytes:
    """A list as the kernel keeps it: tag, rights, number."""
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *line) for line in lines)


NOBODY = 0xFFFFFFFF
EXTENDED = listed((1, 7, NOBODY), (2, 1, 33), (4, 5, NOBODY), (8, 6, 7), (16, 7, NOBODY), (32, 0, NOBODY))


def test_a_list_is_read() -> None:
    found = acl.parse(EXTENDED, {33: "www-data"}.__getitem__, {7: "lp"}.__getitem__)
    assert found == (Grant("user", "www-data", 1), Grant("group", "", 5), Grant("group", "lp", 6))
    assert [one.text for one in found] == ["user:www-data:--x", "group::r-x", "group:lp:rw-"]


@pytest.mark.parametrize(
    "data",
    [b"", b"\2", listed(), listed((1, 7, NOBODY), (4, 5, NOBODY), (32, 5, NOBODY)), b"\3\0\0\0" + EXTENDED[4:]],
    ids=["none", "cut", "empty", "no more than a mode", "another version"],
)
def test_what_is_no_list_says_nothing(data: bytes) -> None:
    assert acl.parse(data, str, str) == ()


def test_a_list_comes_with_its_entry(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    try:
        os.setxattr(tmp_path / "file", acl.ATTRIBUTE, EXTENDED)
    except OSError:
        pytest.skip("this file system has no access control lists")
    entry = files.answer([EntryAt(str(tmp_path / "file"))])[EntryAt(str(tmp_path / "file"))]
    assert [one.rights for one in entry.acl] == [1, 5, 6]
    assert not opening.immutable(tmp_path / "file")
    assert not opening.immutable(tmp_path / "missing")


# --- the way


def test_the_first_that_bars_the_way_is_named() -> None:
    assert barrier(fake(tree()), WEB, SOCKET, CONNECT) is None
    stranger = Actor("www-data", ("www-data",))
    assert named(barrier(fake(tree()), stranger, SOCKET, CONNECT)) == (HOME, MODE)
    closed = tree(**{}) | {EntryAt("/home"): folder(0o700, "root", "root"), EntryAt(HOME): Unknown("closed")}
    assert named(barrier(fake(closed), WEB, SOCKET, CONNECT)) == ("/home", MODE)
    socket = tree() | {EntryAt(SOCKET): Entry("socket", "demo", "demo", 0o755)}
    assert named(barrier(fake(socket), WEB, SOCKET, CONNECT)) == (SOCKET, MODE)
    assert barrier(fake(socket), Actor("root"), SOCKET, CONNECT) is None


def test_links_are_followed() -> None:
    links = tree() | {
        EntryAt("/srv"): folder(0o700, "root", "root"),
        EntryAt("/home/link"): Entry("link", "root", "root", 0o777, target="../srv/demo"),
        EntryAt("/home/round"): Entry("link", "root", "root", 0o777, target="round"),
        EntryAt("/home/same"): Entry("link", "root", "root", 0o777, target="/home/demo"),
    }
    assert named(barrier(fake(links), WEB, "/home/link/x", READ)) == ("/srv", MODE)
    assert barrier(fake(links), WEB, "/home/round/x", READ) is None
    assert barrier(fake(links), WEB, "/home/same/../demo/app.sock", CONNECT) is None


def test_to_write_what_is_not_there_is_to_write_to_its_folder() -> None:
    owner = Actor("demo", ("demo",))
    assert barrier(fake(tree()), owner, f"{HOME}/new", WRITE) is None
    assert named(barrier(fake(tree()), WEB, f"{HOME}/new", WRITE)) == (HOME, MODE)
    assert barrier(fake(tree()), WEB, f"{HOME}/no/new", WRITE) is None
    assert barrier(fake(tree()), WEB, f"{HOME}/new", CONNECT) is None
    assert barrier(fake(tree()), WEB, f"{HOME}/new", READ) is None


# --- what a process sees

ROOT = "30 1 0:60 / / rw,relatime shared:1 - overlay o rw"
INACCESSIBLE = "41 30 0:71 /systemd/inaccessible/dir /home ro,nosuid,nodev,noexec shared:2 - tmpfs tmpfs rw"
EMPTY = "41 30 0:99 / /home rw,nosuid shared:3 - tmpfs tmpfs rw"
BOUND = "42 41 0:60 /home/demo /home/demo rw,relatime - overlay o rw"
CLOSED = "41 30 0:60 /home /home ro,relatime - overlay o rw"
BROKEN = "41 30 8:1 / /home/demo rw,relatime - ext4 /dev/sda1 ro,errors=remount-ro"
UNRUN = "41 30 8:1 / /home rw,noexec - ext4 /dev/sda1 rw"
OWN_TMP = "41 30 0:60 /tmp/systemd-private-1-x/tmp /tmp rw - overlay o rw"


def seen(theirs: tuple[str, ...], ours: tuple[str, ...] = (ROOT,), settings: Mapping[str, str] | None = None) -> Any:
    """A host on which nginx sees `theirs`."""
    return fake(
        tree()
        | {
            EntryAt("/tmp"): folder(0o1777, "root", "root"),
            EntryAt("/tmp/app.sock"): Entry("socket", "demo", "demo", 0o777),
            EntryAt(f"{HOME}/run"): Entry("file", "demo", "demo", 0o755),
            Mounts(): parse("\n".join(ours)),
            Mounts(11): parse("\n".join(theirs)),
            Unit("nginx.service"): UnitState("loaded", "active", settings=tuple((settings or {}).items())),
        }
    )


@pytest.mark.parametrize(
    ("theirs", "ours", "path", "right", "found"),
    [
        ((ROOT,), (ROOT,), SOCKET, CONNECT, None),
        ((ROOT, INACCESSIBLE), (ROOT,), SOCKET, CONNECT, ("/home", "hidden")),
        ((ROOT, EMPTY), (ROOT,), SOCKET, CONNECT, (HOME, "hidden")),
        ((ROOT, EMPTY, BOUND), (ROOT,), SOCKET, CONNECT, None),
        ((ROOT, EMPTY), (ROOT, EMPTY), SOCKET, CONNECT, None),  # everybody's
        ((ROOT, OWN_TMP), (ROOT,), "/tmp/app.sock", CONNECT, ("/tmp/app.sock", "hidden")),
        ((ROOT, CLOSED), (ROOT,), SOCKET, CONNECT, None),  # a socket is written to wherever it lies
        ((ROOT, CLOSED), (ROOT,), HOME, WRITE, (HOME, "closed")),
        ((ROOT, BROKEN), (ROOT, BROKEN), HOME, WRITE, (HOME, "read-only")),
        ((ROOT, UNRUN), (ROOT, UNRUN), f"{HOME}/run", RUN, (f"{HOME}/run", "noexec")),
        ((ROOT, UNRUN), (ROOT,), f"{HOME}/run", RUN, (f"{HOME}/run", "noexec-here")),
    ],
)
def test_it_is_judged_as_the_process_sees_it(
    theirs: tuple[str, ...], ours: tuple[str, ...], path: str, right: int, found: tuple[str, str] | None
) -> None:
    actor = Actor("demo", ("demo",), 11, "nginx.service")
    assert named(barrier(seen(theirs, ours), actor, path, right)) == found


@pytest.mark.parametrize(
    ("settings", "right", "found", "setting"),
    [
        ({"ProtectHome": "yes"}, CONNECT, ("/home", "hidden"), "ProtectHome=yes"),
        ({"ProtectHome": "tmpfs"}, CONNECT, (HOME, "hidden"), "ProtectHome=tmpfs"),
        ({"ProtectHome": "tmpfs", "BindPaths": "-/home/demo:/home/demo:rbind"}, CONNECT, None, ""),
        ({"InaccessiblePaths": "-/srv /home/demo"}, CONNECT, (HOME, "hidden"), "InaccessiblePaths=/home/demo"),
        ({"TemporaryFileSystem": "/home:ro"}, CONNECT, (HOME, "hidden"), "TemporaryFileSystem=/home"),
        ({"ProtectSystem": "strict"}, WRITE, (HOME, "closed"), "ProtectSystem=strict"),
        ({"ProtectSystem": "strict", "ReadWritePaths": "/home/demo"}, WRITE, None, ""),
        ({"ProtectSystem": "strict", "BindPaths": "/home/demo"}, WRITE, None, ""),
        ({"ProtectSystem": "full"}, WRITE, None, ""),
        ({"ProtectHome": "read-only"}, WRITE, (HOME, "closed"), "ProtectHome=read-only"),
        (
            {"ReadOnlyPaths": "/home", "ReadWritePaths": "/home/demo/log"},
            WRITE,
            (HOME, "closed"),
            "ReadOnlyPaths=/home",
        ),
        ({"BindReadOnlyPaths": "/home/demo"}, WRITE, (HOME, "closed"), "BindReadOnlyPaths="),
        ({"ProtectHome": "yes", "RootDirectory": "/srv/root"}, CONNECT, None, ""),
    ],
)
def test_where_nothing_runs_its_settings_tell(
    settings: Mapping[str, str], right: int, found: tuple[str, str] | None, setting: str
) -> None:
    host = seen((), settings=settings)
    is_there = barrier(host, Actor("demo", ("demo",), 0, "nginx.service"), SOCKET if right == CONNECT else HOME, right)
    assert named(is_there) == found
    assert (is_there.setting if is_there else "") == setting


def test_what_a_unit_may_not_run() -> None:
    assert sandbox.keeps_from_running({"NoExecPaths": "/ -/mnt", "ExecPaths": "/usr"}, "/home/x") == "NoExecPaths=/"
    assert sandbox.keeps_from_running({"NoExecPaths": "/", "ExecPaths": "/usr"}, "/usr/bin/x") == ""


def test_who_does_the_work_of_a_service() -> None:
    master, worker = Process(10, "root", ("root",), ()), Process(11, "anna", ("web",), ())
    told = {Account("www-data"): User(33, "", "", "", ("www-data",)), Account("demo"): User(9, "", "", "", ("demo",))}
    running = fake({**told, Unit("n"): UnitState("loaded", processes=(master, worker))})
    assert actor_of(running, "n", "www-data") == Actor("anna", ("web",), 11, "n")
    assert actor_of(fake({**told, Unit("n"): UnitState("loaded")}), "n", "www-data") == Actor(
        "www-data", ("www-data",), 0, "n"
    )
    said = UnitState("loaded", settings=(("User", "demo"),))
    assert actor_of(fake({**told, Unit("n"): said}), "n", "www-data").user == "demo"
    assert actor_of(fake({Unit("n"): Unknown("no systemd")}), "n", "ghost") == Actor("ghost")


# --- mounts

MOUNTS = parse("\n".join((ROOT, EMPTY, BOUND, "43 42 0:7 / /home/demo/a\\040b rw - ext4 /dev/sdb1 rw", "", "x y - z")))


@pytest.mark.parametrize(
    ("path", "number"), [("/etc", 30), ("/home", 41), ("/home/x", 41), (HOME, 42), (f"{HOME}/a b/c", 43)]
)
def test_what_covers_a_path(path: str, number: int) -> None:
    found = covering(MOUNTS, path)
    assert found is not None and found.id == number


def test_a_mount_over_others_hides_them() -> None:
    over = (*MOUNTS, Mount(50, 41, "0:9", "/", "/home"))
    found = covering(over, HOME)
    assert found is not None and found.id == 50
    assert covering((), HOME) is None


def test_what_fstab_wants_and_is_not_mounted() -> None:
    text = (
        b"# comment\nUUID=1 / ext4 rw 0 1\n/dev/sdb1 /home/demo/media/ ext4 noauto,nofail 0 2\nnone swap swap sw 0 0\n"
    )
    assert wanted(text.decode())[1] == Wanted("/dev/sdb1", f"{HOME}/media", "ext4", ("noauto", "nofail"))
    answers = {Content("/etc/fstab"): text, Mounts(): parse(ROOT)}
    line = not_mounted(fake(answers), f"{HOME}/media/a")
    assert line is not None and line.point == f"{HOME}/media" and not line.automatic
    assert not_mounted(fake(answers), HOME) is None
    there = parse(f"{ROOT}\n44 30 8:1 / /home/demo/media rw - ext4 /dev/sdb1 rw")
    assert not_mounted(fake({**answers, Mounts(): there}), f"{HOME}/media") is None


# --- what is said of it


@pytest.mark.parametrize(
    ("reason", "right", "setting", "cause", "command"),
    [
        (LIST, PASS, "", "acl-denies", "runuser -u demo -- setfacl -x user:www-data /home/demo"),
        (MASK, PASS, "", "acl-mask", "runuser -u demo -- chmod g+x /home/demo"),
        (MODE, PASS, "", "home-not-traversable", "runuser -u demo -- chmod g+x /home/demo"),
        (MODE, CONNECT, "", "socket-not-writable", "runuser -u demo -- chmod a+rw /home/demo"),
        (MODE, READ, "", "file-unreadable", "runuser -u demo -- chmod o+rx /home/demo"),
        ("hidden", PASS, "ProtectHome=yes", "sandbox-hides", "mkdir -p /etc/systemd/system/nginx.service.d"),
        ("closed", WRITE, "ProtectSystem=strict", "sandbox-read-only", "mkdir -p /etc/systemd/system/nginx.service.d"),
        ("closed", WRITE, "ReadOnlyPaths=/home", "sandbox-read-only", ""),
        ("noexec-here", RUN, "NoExecPaths=/", "sandbox-noexec", ""),
        ("hidden", PASS, "", "sandbox-hides", ""),
        ("read-only", WRITE, "/home", "mount-read-only", ""),
        ("noexec", RUN, "/home", "mount-noexec", "mount -o remount,bind,exec /home"),
    ],
)
def test_what_is_said(reason: str, right: int, setting: str, cause: str, command: str) -> None:
    override = "/etc/systemd/system/nginx.service.d/x.conf"
    state = UnitState("loaded", "active", drop_ins=(override,))
    host = fake({Unit("nginx.service"): state, Content(override): b"[Service]\nProtectHome=yes\n"})
    entry = folder(0o700, "demo", "demo", NOTHING, OWNING)
    found, remedy = explain(host, WEB, Barrier(HOME, right, reason, entry, setting))
    assert found.id == cause and HOME in found.text
    assert (override in found.text) is (setting == "ProtectHome=yes")
    assert remedy is not None and (remedy.commands[0] if remedy.commands else "") == command


def test_a_folder_that_is_there_to_be_read_is_opened_as_a_whole() -> None:
    closed = Barrier(f"{HOME}/static/local", PASS, MODE, folder(0o700))
    remedy = explain(fake(), WEB, closed, f"{HOME}/static")[1]
    assert remedy is not None and remedy.commands == (
        "runuser -u demo -- env --chdir=/ find /home/demo/static -user demo -exec chmod go+rX '{}' +",
    )


def test_what_lies_in_somebody_s_folder_is_given_back() -> None:
    closed = Barrier(f"{HOME}/static", PASS, MODE, folder(0o700, "root", "root"))
    cause, remedy = explain(fake(tree()), WEB, closed, f"{HOME}/static")
    assert cause.id == "file-of-another-user"
    assert remedy is not None and remedy.safe and remedy.commands == (f"chown -h demo:demo {HOME}/static",)


@pytest.mark.parametrize(("path", "commands"), [("/home", ("chmod 755 /home",)), ("/root", ()), ("/srv/x", ())])
def test_root_s_folders_are_opened_only_where_they_are_always_open(path: str, commands: tuple[str, ...]) -> None:
    remedy = explain(fake(), WEB, Barrier(path, PASS, MODE, folder(0o700, "root", "root")))[1]
    assert remedy is not None and remedy.commands == commands and not remedy.safe


# --- what keeps a service from starting, and a file from having its type


def test_a_path_that_a_unit_names_and_that_is_not_there() -> None:
    override = "/etc/systemd/system/nginx.service.d/x.conf"
    state = UnitState("loaded", "failed", settings=(("ReadWritePaths", "-/srv /var /var/cache/nginx"),))
    answers = {
        Unit("nginx.service"): UnitState(**{**vars(state), "drop_ins": (override,)}),
        Content(override): b"[Service]\nReadWritePaths=/var/cache/nginx\n",
        EntryAt("/var"): folder(0o755, "root", "root"),
    }
    said = ("nginx.service: Failed to set up mount namespacing: /var/cache/nginx: No such file or directory",)
    assert path_missing(fake(answers), "nginx.service", state) is None, "the journal says nothing of it"
    found = path_missing(fake({**answers, UnitLog("nginx.service"): said}), "nginx.service", state)
    assert found is not None and found[0].id == "sandbox-path-missing"
    assert override in found[0].text and "/var/cache/nginx" in found[0].text
    assert found[1] is not None and not found[1].safe
    assert found[1].commands == ("mkdir -p /var/cache/nginx", "systemctl restart nginx.service")
    there = {**answers, UnitLog("nginx.service"): said, EntryAt("/var/cache/nginx"): folder()}
    assert path_missing(fake(there), "nginx.service", state) is None


def test_the_folder_of_nginx_s_logs_is_made_again() -> None:
    said = ('nginx: [emerg] open() "/srv/log/access.log" failed (2: No such file or directory)',)
    answers: dict[Any, Any] = {
        UnitLog("nginx.service"): said,
        Listing("/etc/nginx"): ("nginx.conf",),
        Content(
            "/etc/nginx/nginx.conf"
        ): b"http {\n # access_log /x/y.log;\n access_log /srv/log/access.log main;\n}\n",
    }
    found = nginx.diagnose(fake(answers))
    assert found is not None and found[0].id == "nginx-file-missing"
    assert found[1] is not None and found[1].safe and found[1].commands[0] == "mkdir -p /srv/log"
    found = nginx.diagnose(fake({**answers, EntryAt("/srv/log"): folder()}))
    assert found is not None and found[1] is not None and not found[1].commands
    unnamed = {**answers, Content("/etc/nginx/nginx.conf"): b"http {\n}\n"}
    found = nginx.diagnose(fake(unnamed))
    assert found is not None and found[1] is not None and not found[1].commands, "a log alone names no folder"


@pytest.mark.parametrize(
    ("main", "part", "found"),
    [
        (b"http {\n    default_type application/octet-stream;\n}\n", b"", "mime-types-not-included"),
        (b"http {\n    # include mime.types;\n}\n", b"", "mime-types-not-included"),
        (b"http {\n    include /etc/nginx/mime.types;\n}\n", b"", ""),
        (b"http {\n    include conf.d/*.conf;\n}\n", b"include mime.types;\n", ""),
        (b"", b"", ""),
    ],
)
def test_types_that_are_not_included(main: bytes, part: bytes, found: str) -> None:
    told = {Content(CONFIGURATION): main, Listing(CONF_D): ("a.conf",), Content(f"{CONF_D}/a.conf"): part}
    named_so = no_types(fake(told), "text/plain")
    assert (named_so[0].id if named_so else "") == found


@pytest.mark.parametrize(
    ("label", "selinux", "cause"),
    [
        ("", "disabled", ""),
        ("nginx (enforce)", "disabled", "apparmor-denies"),
        ("system_u:system_r:httpd_t:s0", "enforcing", "selinux-denies"),
        ("system_u:system_r:httpd_t:s0", "permissive", ""),
    ],
)
def test_what_confines_nginx_is_named_where_nothing_else_bars_the_way(label: str, selinux: str, cause: str) -> None:
    worker = Process(11, "www-data", ("demo",), ())
    told = tree() | {Unit("nginx.service"): UnitState("loaded", processes=(worker,)), ConfinedBy(11): label}
    found = refused(fake(told, selinux=selinux), SOCKET, CONNECT)
    assert (found[0].id if found else "") == cause
    closed = refused(fake(told | {EntryAt(HOME): folder(0o700)}, selinux=selinux), SOCKET, CONNECT)
    assert closed is not None and closed[0].id == "home-not-traversable"
    assert closed_folder(fake(told, selinux=selinux), SOCKET) is None


def test_this_process_is_confined_or_not() -> None:
    reading = ConfinedBy(os.getpid())
    assert isinstance(processes.answer([reading])[reading], str)
    assert processes.answer([ConfinedBy(2**22 + 1)]) == {ConfinedBy(2**22 + 1): ""}


# --- links

OTHERS = "/home/other/private.sock"


@pytest.mark.parametrize(
    ("made_by", "owner", "opened"),
    [("demo", "demo", True), ("root", "other", True), ("demo", "other", False), ("demo", "root", False)],
)
def test_what_somebody_s_link_leads_to_is_not_opened_for_it(made_by: str, owner: str, opened: bool) -> None:
    answers = tree() | {
        EntryAt(SOCKET): Entry("link", made_by, made_by, 0o777, target=OTHERS),
        EntryAt("/home/other"): folder(0o755, "other", "other"),
        EntryAt(OTHERS): Entry("socket", owner, owner, 0o600),
    }
    host = fake(answers)
    found = barrier(host, WEB, SOCKET, CONNECT)
    assert named(found) == (OTHERS, MODE)
    assert found is not None
    _cause, remedy = explain(host, WEB, found)
    assert remedy is not None
    assert (bool(remedy.commands), remedy.safe) == (opened, opened)


def test_of_thousands_of_mounts_each_is_looked_at_once() -> None:
    mounts = [Mount(1, 0, "8:1", "/", "/"), *(Mount(one + 1, one, "8:1", "/", "/home") for one in range(1, 20_000))]
    began = time.process_time()
    found = covering(mounts, "/home/demo")
    assert found is not None
    assert found.id == 20_000
    assert time.process_time() - began < 2
