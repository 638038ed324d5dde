"""Nothing empty is made where something was: what is looked for, what is said, and who is asked."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.probes.fake import fake
from wizard.base.secret import Secret
from wizard.causes.earlier import mount_unit
from wizard.guide import Checkpoint
from wizard.guides.django.parts.migrations import Migrations
from wizard.guides.django.parts.project import Project
from wizard.guides.django.parts.steps import Account, Migrate
from wizard.host.archives import Archive, Archives
from wizard.host.children import CommandResult
from wizard.host.clusters import LISTED
from wizard.host.earlier import MOST_FOLDERS, Traces, of_database, of_folder
from wizard.host.files import Content, Entry, EntryAt, Listing
from wizard.host.mounts import Mount, Mounts
from wizard.host.postgresql import Cluster, ClusterState, Database, DatabaseState, Inside
from wizard.host.records import Agreed, Applied, TakenOver
from wizard.probes.backup import BackupFresh
from wizard.probes.files import EntryIs
from wizard.probes.postgresql import DatabaseIs, RoleIs
from wizard.record.journal import Journal
from wizard.record.state import State
from wizard.steps.files import Directory
from wizard.steps.postgresql import PostgresDatabase, PostgresRole
from wizard.steps.step import Blocked, Earlier
from wizard.walk.phase import reached

PASSWORD = Secret("db_password", "hunter2hunter2")
MADE: dict[Any, Any] = {Applied("DatabaseCreated", "d", done=True): True}
DUMPED: dict[Any, Any] = {Archives("/b"): Archive("/b/2026-01-01T000000", manifest={"tables": {"public.t": 3}})}
LINE = "15 {name} {port} {status} postgres /pg/{name} /log"


def listed(*clusters: tuple[str, int, str]) -> dict[Any, Any]:
    """The clusters of a machine."""
    lines = [LINE.format(name=name, port=port, status=status) for name, port, status in clusters]
    return {LISTED: CommandResult(0, "\n".join(lines), "")}


def holds(*names: str, owner: str = "u") -> ClusterState:
    """A cluster with these databases."""
    return ClusterState(databases={name: Database(owner) for name in ("postgres", *names)})


TWO = listed(("main", 5432, "online"), ("old", 5433, "online"))
DOWN = listed(("main", 5432, "online"), ("old", 5433, "down"))


@pytest.mark.parametrize(
    ("answers", "once", "places", "renamed"),
    [
        ({}, False, 0, ""),
        ({Cluster(): holds("other")}, False, 0, ""),
        ({Cluster(): holds("d_old", owner="somebody")}, False, 0, ""),
        ({Cluster(): holds("d_old")}, False, 1, "d_old"),
        ({Cluster(): holds("d_old", "d2")}, False, 2, ""),
        ({**MADE, Cluster(): holds("kept")}, True, 1, "kept"),
        ({**MADE, Cluster(): holds("jalon_restore_00000000")}, True, 0, ""),
        ({**TWO, Cluster(): holds(), Cluster(5433): holds("d")}, False, 1, ""),
        ({**TWO, Cluster(): holds(), Cluster(5433): holds("e")}, False, 0, ""),
        ({**DOWN, Content("/pg/old/global/1262"): b"\1d\0\0\0"}, False, 1, ""),
        ({**DOWN, Content("/pg/old/global/1262"): b"\1dd\0\0\0"}, False, 0, ""),
        ({**DOWN, Content("/pg/old/global/1262"): b"\1e\0\0\0"}, False, 0, ""),
        (DUMPED, True, 0, ""),
        ({TakenOver(): True}, True, 0, ""),
    ],
)
def test_where_a_database_may_be(answers: dict[Any, Any], once: bool, places: int, renamed: str) -> None:
    traces = of_database(fake({Cluster(): holds(), **answers}), "d", "u", 5432, "/b")
    assert (bool(traces.once), len(traces.places), traces.renamed) == (once, places, renamed)
    assert traces.any is bool(once or places)


@pytest.mark.parametrize("step", [PostgresDatabase("d", "u"), PostgresRole("u", PASSWORD, database="d")])
def test_a_database_is_made_at_first_and_never_again_unasked(step: PostgresDatabase | PostgresRole) -> None:
    first = fake({Cluster(): holds()})
    assert next(iter(step.changes(first))).kind in ("DatabaseCreated", "RoleCreated")
    again: dict[Any, Any] = {Cluster(): holds("d_old"), **MADE}
    with pytest.raises(Earlier, match="d_old of u") as caught:
        next(iter(step.changes(fake(again))))
    assert caught.value.once and caught.value.subject == "database:d"
    point = Checkpoint("database", title="t", objective="o", steps=[step], probes=[])
    assert (reached([point], first), reached([point], fake(again))) == (0, 1)
    agreed = fake({**again, Agreed("database:d"): True})
    assert next(iter(step.changes(agreed))).kind in ("DatabaseCreated", "RoleCreated")


PROJECT = Project("/c", "x", ("python3",), "d", user_table="t", db_user="u", backups="/b")
EMPTY: dict[Any, Any] = {
    Cluster(): holds("d"),
    PROJECT.inside: DatabaseState(),
    Migrations("/c"): frozenset({("a", "0001")}),
}


def test_tables_that_were_there_are_not_made_anew_unasked() -> None:
    known: dict[Any, Any]
    migrate, account = Migrate(PROJECT), Account(PROJECT, "admin", "", PASSWORD)
    # Jalon made the database a moment ago, or was killed before the tables: nothing was in it.
    new: dict[Any, Any] = {**EMPTY, Applied("DatabaseCreated", "d", done=True): True}
    for host in (EMPTY, new):
        assert [change.kind for change in migrate.changes(fake(host))] == ["Migrated"]
    for known in (DUMPED, {Applied("Migrated", "d", done=True): True}):
        with pytest.raises(Earlier):
            list(migrate.changes(fake({**EMPTY, **known})))
    with pytest.raises(Blocked, match="no tables yet"):
        list(account.changes(fake(EMPTY)))
    gone = fake({**EMPTY, PROJECT.inside: None, Cluster(): holds()})
    for step in (migrate, account):
        with pytest.raises(Blocked, match="no database d"):
            list(step.changes(gone))


def test_what_is_told_of_a_lost_database() -> None:
    renamed = fake({Cluster(): holds("d_old")})
    for probe in (DatabaseIs("a", "", "d", "u"), RoleIs("a", "", "u", database="d")):
        finding = probe.observe(renamed)
        assert finding.cause is not None and finding.cause.id == "database-elsewhere"
        assert finding.remedy is not None and not finding.remedy.safe and not finding.remedy.step
        assert finding.remedy.commands[0].endswith("""'ALTER DATABASE "d_old" RENAME TO "d"'""")
    lost = DatabaseIs("a", "", "d", "u", backups="/b").observe(fake({Cluster(): holds(), **DUMPED}))
    assert lost.cause is not None and lost.cause.id == "database-lost" and "/b/2026-01-01T000000" in lost.evidence
    never = DatabaseIs("a", "", "d", "u").observe(fake({Cluster(): holds()}))
    assert never.cause is not None and never.cause.id == "database-missing"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        *((name, True) for name in ("media.bak", "media.old", "media-2026-01-01", "old_media", "media~", "Media.save")),
        *((name, False) for name in ("media2", "mediatheque", "social-media", "media-test", "log")),
    ],
)
def test_which_folder_was_set_aside(name: str, kept: bool) -> None:
    full: dict[Any, Any] = {Listing("/h"): ("log", name), Listing(f"/h/{name}"): ("a.png",)}
    assert of_folder(fake(full), "/h/media").places == ((f"/h/{name}",) if kept else ())
    assert of_folder(fake({**full, Listing(f"/h/{name}"): ()}), "/h/media") == Traces()


def test_of_a_thousand_folders_few_are_looked_into() -> None:
    names = tuple(f"media.old{number}" for number in range(1000))
    host = fake({Listing("/h"): names, **{Listing(f"/h/{name}"): ("x",) for name in names}})
    assert len(of_folder(host, "/h/media").places) == MOST_FOLDERS


ROOT = Mount(1, 0, "8:1", "/", "/", kind="ext4")
MEDIA = EntryIs("a", "", "/h/media", kind="directory", owner="x", data=True)
THERE: dict[Any, Any] = {EntryAt("/h/media"): Entry("directory", "x", "x", 0o755)}
FSTAB: dict[Any, Any] = {Content("/etc/fstab"): b"/dev/sdb1 /h/media ext4 defaults 0 2\n", Mounts(): (ROOT,)}


@pytest.mark.parametrize(
    ("answers", "cause", "safe"),
    [
        (THERE, "", False),
        ({**THERE, **FSTAB}, "not-mounted", True),
        ({**THERE, **FSTAB, Listing("/h/media"): ("a.png",)}, "", False),
        ({**THERE, **FSTAB, Mounts(): (ROOT, Mount(2, 1, "8:17", "/", "/h/media"))}, "", False),
        (FSTAB, "not-mounted", True),
        ({}, "entry-missing", False),
        ({Applied("DirectoryMade", "/h/media", done=True): True}, "folder-lost", False),
        ({Listing("/h"): ("media.old",), Listing("/h/media.old"): ("a",)}, "folder-elsewhere", False),
    ],
)
def test_a_folder_of_what_people_made(answers: dict[Any, Any], cause: str, safe: bool) -> None:
    finding = MEDIA.observe(fake(answers))
    assert (finding.cause.id if finding.cause else "") == cause
    assert (finding.remedy is not None and finding.remedy.safe) == safe
    if cause == "not-mounted":
        assert finding.remedy is not None and "systemctl start h-media.mount" in finding.remedy.commands


def test_no_folder_is_made_on_the_disk_below_or_where_one_was() -> None:
    step = Directory("/h/media", data=True)
    assert [change.kind for change in step.changes(fake())] == ["DirectoryMade"]
    with pytest.raises(Blocked, match="not mounted"):
        list(step.changes(fake(FSTAB)))
    once: dict[Any, Any] = {Applied("DirectoryMade", "/h/media", done=True): True}
    with pytest.raises(Earlier):
        list(step.changes(fake(once)))
    assert [change.kind for change in step.changes(fake({**once, Agreed(step.key): True}))] == ["DirectoryMade"]
    assert [change.kind for change in Directory("/h/media").changes(fake(once))] == ["DirectoryMade"]


def test_backups_on_a_disk_that_is_not_mounted() -> None:
    fstab: dict[Any, Any] = {Content("/etc/fstab"): b"LABEL=b /var/backups/x ext4 defaults 0 2\n", Mounts(): (ROOT,)}
    finding = BackupFresh("a", "", "/var/backups/x", command="backup").observe(fake(fstab))
    assert finding.cause is not None and finding.cause.id == "not-mounted"


@pytest.mark.parametrize(
    ("point", "unit"),
    [("/home/demo/media", "home-demo-media.mount"), ("/srv/a-b c/.d", "srv-a\\x2db\\x20c-.d.mount"), ("/", "-.mount")],
)
def test_the_unit_of_a_mount_point(point: str, unit: str) -> None:
    assert mount_unit(point) == unit


def test_what_a_person_agrees_to_holds_for_this_run(tmp_path: Any) -> None:
    journal = Journal(State(tmp_path))
    assert journal.answer(Agreed("database:d")) is False
    journal.agree("database:d")
    assert journal.answer(Agreed("database:d")) is True
    assert Journal(State(tmp_path)).answer(Agreed("database:d")) is False
    assert journal.answer(TakenOver()) is False


def test_the_inside_of_a_database_is_the_projects() -> None:
    assert PROJECT.inside == Inside("d", 5432, "t")
