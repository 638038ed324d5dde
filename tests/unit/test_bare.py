"""The bare host: facts, and what every distribution's base brings."""

from __future__ import annotations

import pytest

from wizard.host.bare import FOLDERS, BareHost
from wizard.host.crontab import Crontab
from wizard.host.environments import EnvironmentAt
from wizard.host.facts import Facts
from wizard.host.files import Content, Entry, EntryAt, Listing
from wizard.host.git import CheckoutAt
from wizard.host.locales import Locales
from wizard.host.packages import HalfInstalled, ListsAge, Package
from wizard.host.postgresql import Cluster, Inside
from wizard.host.reading import Reading
from wizard.host.records import Applied, Written, WrittenAt
from wizard.host.sockets import Listeners
from wizard.host.units import Unit, UnitState
from wizard.host.users import Account, Group

HOST = BareHost(Facts())


@pytest.mark.parametrize(
    ("reading", "nothing"),
    [
        (EntryAt("/home/x"), None),
        (Content("/etc/passwd"), None),
        (Listing("/home"), None),
        (Package("nginx"), None),
        (ListsAge(), None),
        (HalfInstalled(), ()),
        (Account("x"), None),
        (Group("x"), None),
        (Crontab("x"), None),
        (CheckoutAt("/x"), None),
        (EnvironmentAt("/x"), None),
        (Cluster(), None),
        (Inside("x"), None),
        (Listeners(), ()),
        (Unit("nginx.service"), UnitState()),
        (WrittenAt("/x"), Written()),
        (Applied("UserCreated", "x"), False),
        (Locales(), frozenset({"c", "posix", "c.utf8"})),
    ],
    ids=lambda value: type(value).__name__,
)
def test_nothing_exists_yet(reading: Reading[object], nothing: object) -> None:
    assert HOST.read(reading) == nothing


@pytest.mark.parametrize("path", FOLDERS)
def test_the_base_brings_folders_of_root(path: str) -> None:
    assert HOST.read(EntryAt(path)) == Entry("directory", "root", "root", 0o755)


def test_the_base_brings_accounts_that_are_the_system_s() -> None:
    for name in ("root", "www-data", "backup"):
        account = HOST.get(Account(name))
        assert account is not None
        assert account.uid < 1000
        assert HOST.get(Group(name)) == ()


def test_no_time_passes() -> None:
    assert HOST.clock == 0.0


def test_its_facts_are_those_given() -> None:
    assert BareHost(Facts(version="13")).facts.version == "13"
    assert BareHost().facts == Facts()
