from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import pytest

from tests.unit.probes.fake import fake
from wizard.guides.django.parts.migrations import Migrations, answer, pending, unfinished
from wizard.guides.django.parts.probes import AccountThere, MigrationsApplied
from wizard.guides.django.parts.project import Project
from wizard.host import opening
from wizard.host.postgresql import DatabaseState, Inside
from wizard.host.reading import Unknown

FILES = frozenset({("dem", "0001_initial"), ("dem", "0002_more"), ("local_afib", "0001_initial")})
TABLES = {"django_migrations": "demo", "auth_permission": "demo", "common_user": "demo"}


def test_only_applications_that_are_recorded_count() -> None:
    assert pending(FILES, {("dem", "0001_initial"), ("auth", "0001_initial")}) == ("dem.0002_more",)
    assert pending(FILES, {("dem", "0001_initial"), ("dem", "0002_more"), ("dem", "0003_gone")}) == ()


@pytest.mark.parametrize("recorded", [None, frozenset(), {("contenttypes", "0001_initial")}])
def test_where_none_is_recorded_all_count(recorded: frozenset[tuple[str, str]] | None) -> None:
    assert len(pending(FILES, recorded)) == 3
    assert pending((), recorded) == ()


def test_a_migrate_that_never_ended() -> None:
    assert unfinished(DatabaseState(tables=TABLES))
    assert not unfinished(DatabaseState(tables=TABLES, filled=frozenset({"auth_permission"})))
    assert not unfinished(DatabaseState())


def test_the_files_of_a_checkout(tmp_path: Path) -> None:
    folder = tmp_path / "dem" / "migrations"
    folder.mkdir(parents=True)
    for name in (
        "__init__.py",
        "0001_initial.py",
        "hand_named.py",
        "0002_old.pyc",
        "notes.txt",
        "~x.py",
        ".#0003.py",
    ):
        (folder / name).touch()
    (tmp_path / "manage.py").touch()
    (tmp_path / "docs").mkdir()
    wanted = Migrations(str(tmp_path))
    assert answer([wanted])[wanted] == {("dem", "0001_initial"), ("dem", "hand_named")}
    gone = Migrations(str(tmp_path / "none"))
    assert answer([gone])[gone] is None


def test_a_closed_checkout_is_not_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(_path: str) -> NoReturn:
        raise PermissionError

    monkeypatch.setattr(opening, "names", closed)
    wanted = Migrations(str(tmp_path))
    assert isinstance(answer([wanted])[wanted], Unknown)


CHECKOUT = "/home/demo/biomaid"
PROJECT = Project(CHECKOUT, "demo", ("python3",), "demo_db", user_table="common_user")
APPLIED = MigrationsApplied("migrate.applied", "t", PROJECT, step="the tables")
INSIDE = Inside("demo_db", 5432, "common_user")


def state(*migrations: tuple[str, str], filled: tuple[str, ...] = ("auth_permission",)) -> DatabaseState:
    return DatabaseState(TABLES, frozenset(filled), frozenset(migrations))


def test_all_applied_passes() -> None:
    inside = state(("dem", "0001_initial"), ("dem", "0002_more"), ("auth", "0001_initial"))
    finding = APPLIED.observe(fake({Migrations(CHECKOUT): FILES, INSIDE: inside}))
    assert finding.outcome == "passed"
    assert finding.evidence == "2 migrations of the checkout are applied, none is pending"


@pytest.mark.parametrize(
    ("files", "inside", "cause", "words"),
    [
        (None, None, "checkout-missing", CHECKOUT),
        (FILES, None, "database-missing", "demo_db"),
        (FILES, DatabaseState(), "never-migrated", "django_migrations"),
        (FILES, state(("dem", "0001_initial")), "migrations-pending", "dem.0002_more"),
        (FILES, state(*FILES, filled=()), "migrate-interrupted", "auth_permission"),
    ],
)
def test_what_is_not_applied(
    files: frozenset[tuple[str, str]] | None, inside: DatabaseState | None, cause: str, words: str
) -> None:
    finding = APPLIED.observe(fake({Migrations(CHECKOUT): files, INSIDE: inside}))
    assert finding.outcome == "failed"
    assert finding.remedy is None or finding.remedy.step == "the tables"
    assert finding.cause and finding.cause.id == cause
    assert words in finding.evidence


def test_of_many_pending_the_first_are_named() -> None:
    files = frozenset(("dem", f"{number:04}_x") for number in range(9))
    finding = APPLIED.observe(fake({Migrations(CHECKOUT): files, INSIDE: state(("dem", "0000_x"))}))
    assert finding.evidence.startswith("8 migrations are not applied: dem.0001_x, ")
    assert finding.evidence.endswith("dem.0005_x, ...")


THERE = AccountThere("migrate.account", "t", PROJECT, "admin")
USERS = INSIDE


def test_one_question_serves_both_probes() -> None:
    assert USERS in set(APPLIED.reads()) & set(THERE.reads())


def test_an_account_is_given_its_right_by_the_instance() -> None:
    finding = THERE.observe(fake({USERS: DatabaseState(TABLES)}))
    assert finding.remedy is not None
    [command] = finding.remedy.commands
    assert command.startswith("runuser -u demo -- env --chdir=/home/demo/biomaid python3 manage.py shell -c ")
    assert not set(command) & set(";&|<>`$"), "`fix` would not run it"


@pytest.mark.parametrize(
    ("inside", "outcome", "cause"),
    [
        (DatabaseState(TABLES, superusers=("admin", "root")), "passed", ""),
        (DatabaseState(TABLES, superusers=("chef",)), "warning", "other-superuser"),
        (DatabaseState(TABLES), "failed", "no-superuser"),
        (DatabaseState(), "failed", "never-migrated"),
        (None, "failed", "database-missing"),
    ],
)
def test_the_first_account(inside: DatabaseState | None, outcome: str, cause: str) -> None:
    finding = THERE.observe(fake({USERS: inside}))
    assert finding.outcome == outcome
    assert (finding.cause.id if finding.cause else "") == cause
