"""The overlay: how a host would read after changes that were not carried out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from tests.unit.support import read
from wizard.host.bare import BareHost
from wizard.host.facts import Facts
from wizard.host.files import Content, Entry, EntryAt, Listing
from wizard.host.overlay import Hides, Overlay, Sets
from wizard.host.packages import Package
from wizard.host.reading import NotKnown, Reading, Unknown
from wizard.host.users import Account

FOLDER = Entry(kind="directory", mode=0o755)


@pytest.fixture
def host() -> Overlay:
    """An overlay over a bare host."""
    return Overlay(BareHost(Facts(hostname="serveur")))


def test_what_was_not_touched_is_the_base_s(host: Overlay) -> None:
    assert host.read(EntryAt("/etc")) == FOLDER
    assert host.read(Package("nginx")) is None
    assert host.facts.hostname == "serveur"


def test_the_newest_effect_wins(host: Overlay) -> None:
    host.lay([Sets(Package("nginx"), "1"), Sets(Package("nginx"), "2")])
    assert host.read(Package("nginx")) == "2"
    host.lay([Sets(Package("nginx"), None)])
    assert host.read(Package("nginx")) is None


def test_the_base_is_not_touched(host: Overlay) -> None:
    above = Overlay(host)
    above.lay([Sets(Package("nginx"), "1")])
    assert above.read(Package("nginx")) == "1"
    assert host.read(Package("nginx")) is None


def test_below_a_folder_that_is_gone_nothing_is(host: Overlay) -> None:
    host.lay([Sets(EntryAt("/etc"), None)])
    for reading in (EntryAt("/etc/nginx"), Content("/etc/nginx/nginx.conf"), Listing("/etc/nginx"), Listing("/etc")):
        assert read(host, reading) is None
    assert host.read(EntryAt("/etcetera")) is None
    assert host.read(EntryAt("/home")) == FOLDER


def test_what_stood_below_a_folder_that_goes_later_is_gone_too(host: Overlay) -> None:
    host.lay(
        [Sets(EntryAt("/srv/a"), FOLDER), Sets(EntryAt("/srv/a/file"), Entry()), Sets(Content("/srv/a/file"), b"x")]
    )
    host.lay([Sets(EntryAt("/srv/a"), None)])
    assert host.read(EntryAt("/srv/a/file")) is None
    assert host.read(Content("/srv/a/file")) is None
    host.lay([Sets(EntryAt("/srv/a"), FOLDER)])
    assert host.read(EntryAt("/srv/a/file")) is None


class TestHiding:
    def test_below_it_nothing_is_known(self, host: Overlay) -> None:
        host.lay([Sets(Content("/srv/a/file"), b"x"), Hides("/srv/a", "not cloned yet")])
        for reading in (EntryAt("/srv/a/file"), Content("/srv/a/file"), Content("/srv/a/b/c"), Listing("/srv/a/b")):
            assert read(host, reading) == Unknown("not cloned yet")

    def test_nor_what_it_holds_itself(self, host: Overlay) -> None:
        host.lay([Hides("/srv/a", "why"), Sets(EntryAt("/srv/a"), FOLDER)])
        assert host.read(EntryAt("/srv/a")) == FOLDER
        assert isinstance(read(host, Content("/srv/a")), Unknown)
        assert isinstance(read(host, Listing("/srv/a")), Unknown)

    def test_beside_it_everything_is(self, host: Overlay) -> None:
        host.lay([Hides("/srv/a", "why")])
        assert host.read(EntryAt("/srv/ab")) is None
        assert host.read(Content("/srv/ab/c")) is None
        assert host.read(EntryAt("/srv")) == FOLDER
        assert host.read(Account("root")) is not None

    def test_what_is_set_afterwards_is_known(self, host: Overlay) -> None:
        host.lay([Hides("/srv/a", "why")])
        host.lay([Sets(Content("/srv/a/file"), b"x")])
        assert host.read(Content("/srv/a/file")) == b"x"
        assert isinstance(read(host, Content("/srv/a/other")), Unknown)

    def test_hidden_twice_the_newer_reason_counts(self, host: Overlay) -> None:
        host.lay([Hides("/srv/a", "cloned")])
        host.lay([Hides("/srv/a", "checked out")])
        assert host.read(Content("/srv/a/file")) == Unknown("checked out")

    def test_getting_it_raises_with_the_reason(self, host: Overlay) -> None:
        host.lay([Hides("/srv/a", "why")])
        with pytest.raises(NotKnown, match="why") as caught:
            host.get(Content("/srv/a/file"))
        assert caught.value.unknown == Unknown("why")


class TestNotice:
    def test_what_could_not_be_known_is_noticed_once(self, host: Overlay) -> None:
        host.lay([Hides("/srv/a", "why")])
        assert host.notice() == ""
        host.read(Content("/srv/a/file"))
        assert host.notice() == "why"
        assert host.notice() == ""

    def test_what_is_known_is_not(self, host: Overlay) -> None:
        host.read(EntryAt("/etc"))
        assert host.notice() == ""


class TestClock:
    def test_it_moves_only_with_effects(self, host: Overlay) -> None:
        before = host.clock
        host.read(EntryAt("/etc"))
        assert host.clock == before
        host.lay([])
        assert host.clock == before + 1

    def test_it_starts_at_the_base_s(self, host: Overlay) -> None:
        host.lay([])
        assert Overlay(host).clock == host.clock


def test_what_is_expected_is_handed_on() -> None:
    class Expecting(BareHost):
        """Notes what it is told."""

        def __init__(self) -> None:
            super().__init__()
            self.told: list[Reading[Any]] = []

        def expect(self, readings: Iterable[Reading[Any]]) -> None:
            """Notes it."""
            self.told.extend(readings)

    base = Expecting()
    Overlay(Overlay(base)).expect([Package("nginx")])
    assert base.told == [Package("nginx")]
