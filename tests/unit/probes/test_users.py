"""The probes of accounts, homes and groups."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.probes.fake import fake
from wizard.host.files import Entry, EntryAt
from wizard.host.processes import Process
from wizard.host.reading import NotKnown, Unknown
from wizard.host.units import Unit, UnitState
from wizard.host.users import Account, Group, User
from wizard.probes.users import AccountIs, HoldsGroup, HomeTraversable

HOME = "/home/prod"


def account(home: str = HOME) -> User:
    """The instance's account."""
    return User(1001, home, "/bin/bash", "", ("prod",))


def folder(mode: int = 0o750, owner: str = "prod", group: str = "prod") -> Entry:
    """A folder."""
    return Entry(kind="directory", owner=owner, group=group, mode=mode)


@pytest.mark.parametrize(
    ("user", "home", "cause", "says"),
    [
        (account(), folder(), None, "prod, number 1001, home /home/prod (0750)"),
        (None, None, "account-missing", "there is no account prod"),
        (account("/srv/x"), folder(), "account-other-home", "is /srv/x; it should be /home/prod"),
        (account(), None, "home-missing", "should be a folder of prod"),
        (account(), Entry(owner="prod"), "home-missing", "should be a folder of prod"),
        (account(), folder(owner="anna"), "home-other-owner", "belongs to anna; it should belong to prod"),
    ],
)
def test_account(user: Any, home: Any, cause: str | None, says: str) -> None:
    finding = AccountIs("user.account", "", "prod", HOME).observe(fake({Account("prod"): user, EntryAt(HOME): home}))
    assert finding.outcome == ("failed" if cause else "passed")
    assert (finding.cause.id if finding.cause else None) == cause
    assert says in finding.evidence


@pytest.mark.parametrize(
    ("home", "group", "commands"),
    [
        (None, None, ["useradd {where}"]),
        (folder(owner="root", group="root"), None, ["useradd {where}"]),
        (
            folder(owner="1001", group="1002"),
            None,
            ["groupadd --gid 1002 prod", "useradd --uid 1001 --gid prod {where}"],
        ),
        (folder(owner="1001"), (), ["useradd --uid 1001 --gid prod {where}"]),
        (None, (), ["useradd --gid prod {where}"]),
    ],
)
def test_the_files_of_an_earlier_account_are_the_new_one_s(home: Any, group: Any, commands: list[str]) -> None:
    host = fake({Account("prod"): None, Group("prod"): group, EntryAt(HOME): home})
    remedy = AccountIs("user.account", "", "prod", HOME).observe(host).remedy
    assert remedy is not None
    where = f"--create-home --home-dir {HOME} --shell /bin/bash prod"
    assert list(remedy.commands) == [command.format(where=where) for command in commands]
    assert ("number 1001" in remedy.text) is (home is not None and home.owner == "1001")


def test_a_home_may_be_a_link_to_another_disk() -> None:
    link = Entry(kind="link", mode=0o777, target="../srv/homes/prod")
    host = fake({Account("prod"): account(), EntryAt(HOME): link, EntryAt("/srv/homes/prod"): folder()})
    assert AccountIs("user.account", "", "prod", HOME).observe(host).outcome == "passed"
    assert HomeTraversable("user.home", "", HOME, "prod").observe(host).outcome == "passed"


AS = "runuser -u prod -- "


@pytest.mark.parametrize(
    ("home", "outcome", "cause", "command"),
    [
        (folder(0o750), "passed", None, ""),
        (folder(0o710), "passed", None, ""),
        (folder(0o2770), "passed", None, ""),
        (folder(0o700), "failed", "home-not-traversable", f"{AS}chmod 0750 /home/prod"),
        (folder(0o705), "failed", "home-not-traversable", f"{AS}chmod 0750 /home/prod"),
        (folder(0o755), "warning", "home-open-to-others", f"{AS}chgrp prod /home/prod"),
        (folder(0o755, group="users"), "warning", "home-open-to-others", f"{AS}chgrp prod /home/prod"),
        (folder(0o750, group="users"), "failed", "home-other-group", f"{AS}chgrp prod /home/prod"),
        (folder(0o777), "failed", "home-world-writable", f"{AS}chmod o-w /home/prod"),
        (None, "failed", "home-missing", ""),
    ],
)
def test_home(home: Any, outcome: str, cause: str | None, command: str) -> None:
    finding = HomeTraversable("user.home", "", HOME, "prod").observe(fake({EntryAt(HOME): home}))
    assert (finding.outcome, finding.cause.id if finding.cause else None) == (outcome, cause)
    assert (finding.remedy.commands[0] if finding.remedy else "") == command
    if home is not None:
        assert f"{home.octal} prod:{home.group}" in finding.evidence


def test_a_folder_above_may_bar_the_way() -> None:
    host = fake({EntryAt("/home"): folder(0o750, "root", "root"), EntryAt(HOME): folder()})
    finding = HomeTraversable("user.home", "", HOME, "prod").observe(host)
    assert finding.outcome == "failed"
    assert finding.evidence == "/home above it is 0750 root:root: not everybody may pass"
    assert finding.cause is not None and finding.cause.id == "home-not-traversable"


NGINX = "nginx.service"
MASTER = Process(10, "root", ("root",), ("nginx: master process /usr/sbin/nginx",))
NEW = Process(11, "www-data", ("prod", "www-data"), ("nginx: worker process",), 10)
OLD = Process(12, "www-data", ("www-data",), ("nginx: worker process",), 10)
LEAVING = Process(13, "www-data", ("www-data",), ("nginx: worker process is shutting down",), 10)


@pytest.mark.parametrize(
    ("groups", "processes", "cause", "says"),
    [
        (("www-data", "prod"), (MASTER, NEW), None, "1 process of www-data holds the group prod"),
        (("www-data", "prod"), (MASTER, NEW, NEW, LEAVING), None, "2 processes of www-data hold the group prod"),
        (("www-data",), (MASTER, OLD), "group-not-member", "www-data is not in the group prod"),
        (("www-data",), (MASTER, NEW), "group-not-member", "www-data is not in the group prod"),
        (("www-data", "prod"), (MASTER, NEW, OLD), "group-not-held-yet", "1 of 2 processes of www-data do not hold"),
        (("www-data", "prod"), (MASTER,), "service-not-started", "no process of nginx.service runs as www-data"),
        (None, (), "account-missing", "there is no account www-data"),
    ],
)
def test_holds_group(groups: Any, processes: tuple[Process, ...], cause: str | None, says: str) -> None:
    user = None if groups is None else User(33, "/var/www", "", "", groups)
    state = UnitState("loaded", "active", processes=processes)
    host = fake({Account("www-data"): user, Group("prod"): (), Unit(NGINX): state})
    finding = HoldsGroup("nginx.group", "", NGINX, "www-data", "prod").observe(host)
    assert finding.outcome == ("failed" if cause else "passed")
    assert (finding.cause.id if finding.cause else None) == cause
    assert says in finding.evidence


def test_a_group_that_need_not_be_held_is_a_warning() -> None:
    stranger = {Account("www-data"): User(33, "", "", "", ("www-data",)), Group("prod"): ()}
    finding = HoldsGroup("nginx.group", "", NGINX, "www-data", "prod", must=False).observe(fake(stranger))
    assert (finding.outcome, finding.cause and finding.cause.id) == ("warning", "group-not-member")


def test_the_remedy_says_what_is_missing() -> None:
    member = User(33, "/var/www", "", "", ("www-data", "prod"))
    state = UnitState("loaded", "active", processes=(OLD,))
    answers = {Account("www-data"): member, Group("prod"): ("www-data",), Unit(NGINX): state}
    probe = HoldsGroup("nginx.group", "", NGINX, "www-data", "prod")
    older = probe.observe(fake(answers)).remedy
    stranger = probe.observe(fake({**answers, Account("www-data"): User(33, "", "", "", ("www-data",))})).remedy
    assert older is not None and older.commands == (f"systemctl restart {NGINX}",)
    assert stranger is not None
    assert stranger.commands == ("usermod -aG prod www-data", f"systemctl restart {NGINX}")


def test_no_such_group() -> None:
    finding = HoldsGroup("nginx.group", "", NGINX, "www-data", "prod").observe(fake())
    assert finding.cause is not None and finding.cause.id == "group-missing"


@pytest.mark.parametrize(
    "probe",
    [
        AccountIs("a", "", "prod", HOME),
        HomeTraversable("a", "", HOME, "prod"),
        HoldsGroup("a", "", NGINX, "www-data", "prod"),
    ],
)
def test_what_cannot_be_read_is_not_judged(probe: Any) -> None:
    with pytest.raises(NotKnown, match="closed"):
        probe.observe(fake(dict.fromkeys(probe.reads(), Unknown("closed", needs="root"))))
