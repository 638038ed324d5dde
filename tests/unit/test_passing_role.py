"""Roles that exist for one dump or one restore."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.unit.probes.fake import FakeHands
from wizard.changes.change import Failed, RoleLogin
from wizard.changes.passing_role import DUMP, RESTORE, dump, passing_role


class Hands(FakeHands):
    """Hands that also dump."""

    def __init__(self, owner: str = "demo_user false", left: str = "", kept: bool = False) -> None:
        self.given: list[str] = []
        self.dumped: list[tuple[str, RoleLogin | None]] = []

        def says(words: Sequence[str], stdin: str | None) -> str | Failed:
            text = stdin or ""
            self.given.append(text)
            if "pg_has_role" in text:
                return owner
            if "rolname ~" in text:
                return left
            return Failed("depends on it") if kept and text.startswith("DROP ROLE") else ""

        super().__init__(says)

    def dump_database(self, name: str, port: int, role: RoleLogin | None = None) -> str:
        """Notes it."""
        self.dumped.append((name, role))
        return "x.dump"


def test_a_dump_is_made_with_the_rights_of_the_owner_and_no_more() -> None:
    hands = Hands(owner='o"dd user false')
    dump(hands, "demo_db", 5433)
    [(name, role)] = hands.dumped
    assert name == "demo_db" and role is not None
    assert (role.database, role.port) == ("demo_db", 5433)
    [made] = [text for text in hands.given if "CREATE ROLE" in text]
    assert "NOSUPERUSER NOCREATEDB NOCREATEROLE" in made and "VALID UNTIL" in made
    assert f'GRANT "o""dd user" TO "{role.name}"' in made
    assert role.password.reveal() not in "".join(hands.given)
    assert hands.given[-1] == f'DROP ROLE "{role.name}";'
    assert {user for _words, user in hands.ran} == {"postgres"}
    assert all(words[words.index("-d") + 1] == "postgres" for words, _user in hands.ran if words[0] == "psql")


@pytest.mark.parametrize("owner", ["postgres true", "", "x"])
def test_nothing_of_a_superuser_s_is_dumped(owner: str) -> None:
    hands = Hands(owner=owner)
    with pytest.raises(Failed, match="who is a superuser"):
        dump(hands, "demo_db", 5432)
    assert not hands.dumped and not [text for text in hands.given if "CREATE ROLE" in text]


def test_a_file_needs_no_role() -> None:
    hands = Hands()
    dump(hands, "/srv/x.sqlite3", 5432)
    assert hands.dumped == [("/srv/x.sqlite3", None)] and not hands.ran


def test_a_role_is_dropped_whatever_happens() -> None:
    hands = Hands()
    with pytest.raises(KeyboardInterrupt), passing_role(hands, 5432, RESTORE, "demo_db") as role:
        assert role.database == role.name
        raise KeyboardInterrupt
    assert hands.given[-1] == f'DROP ROLE "{role.name}";'
    assert not [text for text in hands.given if "GRANT" in text]


def test_one_that_was_granted_something_meanwhile_may_not_log_in_any_more() -> None:
    hands = Hands(kept=True)
    with passing_role(hands, 5432, DUMP, "demo_db", member_of="u") as role:
        pass
    assert any(text.startswith(f'ALTER ROLE "{role.name}" NOLOGIN PASSWORD NULL;') for text in hands.given)


def test_what_a_killed_run_left_goes_first_with_its_database() -> None:
    hands = Hands(left="jalon_restore_01234567")
    with passing_role(hands, 5432, RESTORE, "demo_db"):
        words = [words for words, _user in hands.ran if words[0] == "dropdb"]
    assert words == [("dropdb", "--if-exists", "--port", "5432", "jalon_restore_01234567")]
    assert 'DROP ROLE "jalon_restore_01234567";' in hands.given
