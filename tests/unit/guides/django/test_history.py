"""Migrations of all applications, and histories that contradict themselves, read without starting Django."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.unit.probes.fake import fake
from wizard.guides.django.parts.history import History, history
from wizard.guides.django.parts.installed import (
    Detail,
    Installed,
    InstalledMigrations,
    MigrationDetails,
    answer,
)
from wizard.guides.django.parts.project import Project
from wizard.host.postgresql import DatabaseState

WANTED = InstalledMigrations(("/c/settings.py",), ("/v",))
PROJECT = Project("/c", "x", ("python3",), "d", installed=WANTED)
FILES = frozenset({("dem", "0001_initial"), ("dem", "0002_more")})
SESSIONS = ("sessions", "0001_initial")
INSTALLED = Installed(frozenset({"sessions"}), {"sessions": "/v/s"}, frozenset({SESSIONS}))


def judged(recorded: set[tuple[str, str]], tables: tuple[str, ...] = (), **details: Detail) -> History:
    """The history of a database that records these, whose migrations say that (`dem__0002_more=Detail(...)`)."""
    answers: dict[Any, Any] = {WANTED: INSTALLED}
    for label, folder in (("dem", "/c/dem/migrations"), ("sessions", "/v/s")):
        said = {key.partition("__")[2]: one for key, one in details.items() if key.startswith(f"{label}__")}
        answers[MigrationDetails(folder, label)] = said
    state = DatabaseState(dict.fromkeys(tables, "u"), migrations=frozenset(recorded))
    return history(fake(answers), PROJECT, state, FILES)


def test_all_is_applied() -> None:
    assert judged({*FILES, SESSIONS}) == History()


def test_an_application_that_settings_name_and_nothing_records() -> None:
    found = judged({*FILES})
    assert found.pending == found.never == ("sessions.0001_initial",)
    assert not found.unrecorded
    made = judged({*FILES}, ("django_session",), sessions__0001_initial=Detail(tables=frozenset({"django_session"})))
    assert made.unrecorded == ("sessions.0001_initial",)


def test_one_applied_before_what_it_comes_after() -> None:
    after = Detail(after=frozenset({("dem", "0001_initial")}))
    found = judged({("dem", "0002_more"), SESSIONS}, dem__0002_more=after)
    assert found.before == ("dem.0002_more", "dem.0001_initial")


@pytest.mark.parametrize(
    ("recorded", "pending"),
    [
        ({("dem", "0002_more")}, ()),
        ({("dem", "0001_initial")}, ()),
        (set(), ("dem.0002_more",)),
    ],
)
def test_a_squashed_migration_stands_for_what_it_replaces(recorded: set[tuple[str, str]], pending: Any) -> None:
    squashed = Detail(replaces=frozenset({("dem", "0001_initial")}))
    assert judged({*recorded, SESSIONS}, dem__0002_more=squashed).pending == pending


def test_a_database_that_is_newer_than_the_code() -> None:
    assert judged({*FILES, SESSIONS, ("dem", "0009_later")}).ahead == ("dem.0009_later",)
    assert judged({*FILES, SESSIONS, ("dem", "0001_old_name"), ("gone", "0009_x")}).ahead == ()


SETTINGS = """
INSTALLED_APPS = [
    "django.contrib.sessions",  # comments, "no.application"
    "shop.apps.ShopConfig",
    "nothing_here",
]
if True:
    INSTALLED_APPS += ["maybe"]
INSTALLED_APPS += ["late"]
INSTALLED_APPS.append("more")
"""
MIGRATION = """
class Migration(migrations.Migration):
    replaces = [("shop", "0000_old")]
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("sessions", "0001_initial"), ('auth', '__first__'),
    ]
    operations = [
        migrations.CreateModel(name="Basket", fields=[], options={"db_table": "baskets"}),
        migrations.CreateModel("Item", fields=[]),
        migrations.CreateModel(name="Seen", fields=[], options={"proxy": True}),
    ]
"""


def test_what_settings_and_an_environment_bring(tmp_path: Path) -> None:
    site = tmp_path / "venv/lib/python3.11/site-packages"
    for package in ("django/contrib/sessions", "shop", "maybe", "late", "more", "unused"):
        (site / package / "migrations").mkdir(parents=True)
        (site / package / "migrations/0001_initial.py").write_text(MIGRATION)
    (site / "shop/apps.py").write_text("class ShopConfig(AppConfig):\n    label = 'store'\n")
    settings = tmp_path / "settings.py"
    settings.write_text(SETTINGS)
    wanted = InstalledMigrations((str(settings), str(tmp_path / "none.py")), (str(tmp_path / "venv"),))
    found = answer([wanted])[wanted]
    assert found.certain == {"sessions", "store", "late", "more"}
    assert {label for label, _name in found.files} == {"sessions", "store", "maybe", "late", "more"}
    said = MigrationDetails(found.folders["store"], "store")
    assert answer([said])[said] == {
        "0001_initial": Detail(
            frozenset({("sessions", "0001_initial")}),
            frozenset({("shop", "0000_old")}),
            frozenset({"baskets", "store_item"}),
        )
    }
    settings.write_text(f"{SETTINGS}MIGRATION_MODULES = {{}}")
    assert answer([wanted])[wanted] is None
    other = InstalledMigrations((str(settings),), (str(tmp_path / "away"),))
    assert answer([other])[other] is None
