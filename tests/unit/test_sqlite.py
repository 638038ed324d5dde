"""What is inside an SQLite file, and a copy of it before something is done to it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.unit.support import machine
from wizard.changes.postgresql import DatabaseDumped
from wizard.guides.django.parts.project import Project
from wizard.host.postgresql import Inside
from wizard.host.reading import Unknown
from wizard.host.sqlite import InsideFile, answer, inside


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A database as Django leaves one."""
    path = tmp_path / "a b.sqlite3"
    with closing(sqlite3.connect(path)) as made:
        made.executescript(
            "CREATE TABLE django_migrations (app, name); INSERT INTO django_migrations VALUES ('dem', '0001_initial');"
            "CREATE TABLE common_user (username, is_superuser); CREATE TABLE empty (x);"
            "INSERT INTO common_user VALUES ('zoe', 1), ('admin', 1), ('marie', 0);"
        )
    return path


def test_what_is_inside(database: Path) -> None:
    wanted = InsideFile(str(database), "common_user")
    state = answer([wanted])[wanted]
    assert set(state.tables) == {"django_migrations", "common_user", "empty"}
    assert state.filled == {"django_migrations", "common_user"}
    assert state.migrations == {("dem", "0001_initial")}
    assert state.superusers == ("admin", "zoe")


def test_looking_leaves_nothing_behind(database: Path) -> None:
    before = sorted((path.name, path.stat().st_mtime_ns) for path in database.parent.iterdir())
    wanted = InsideFile(str(database))
    answer([wanted])
    assert sorted((path.name, path.stat().st_mtime_ns) for path in database.parent.iterdir()) == before


def test_a_file_that_is_not_there_or_not_one(tmp_path: Path) -> None:
    missing, text = InsideFile(str(tmp_path / "none")), InsideFile(str(tmp_path / "text"))
    (tmp_path / "text").write_text("not a database at all, and longer than a header is" * 10)
    found = answer([missing, text])
    assert found[missing] is None
    assert isinstance(found[text], Unknown)
    assert not (tmp_path / "none").exists()


def test_a_name_is_postgresql_s_and_a_path_a_file() -> None:
    assert inside("demo_db", 5433, "u") == Inside("demo_db", 5433, "u")
    assert inside("/srv/x.sqlite3", user_table="u") == InsideFile("/srv/x.sqlite3", "u")
    assert Project("/c", "x", ("python3",), "/srv/x.sqlite3").inside == InsideFile("/srv/x.sqlite3", "auth_user")


def test_it_is_dumped_whole_and_for_its_owner_alone(database: Path, tmp_path: Path) -> None:
    hands = machine(tmp_path / "state")
    DatabaseDumped(str(database)).carry_out(hands)
    [copy] = (tmp_path / "state").rglob("*.dump")
    assert copy.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(copy)) as kept:
        assert kept.execute("SELECT count(*) FROM common_user").fetchone() == (3,)
