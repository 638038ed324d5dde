from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tests.unit.probes.fake import FakeHands, fake
from wizard.changes.change import Failed
from wizard.findings.finding import Finding
from wizard.host.archives import Archive, Archives
from wizard.host.files import Disk, Space
from wizard.host.postgresql import Cluster, ClusterState
from wizard.probes.trials.restore import ROWS, BackupRestores

D = "/var/backups/demo"
ROWS_THERE = {"public.dem_demande": 3, "public.common_user": 1}
MANIFEST = {"sha256": "abc", "encoding": "UTF8", "collate": "fr_FR.UTF-8", "ctype": "C", "tables": ROWS_THERE}
NEWEST = Archive(f"{D}/2026-01-02T024100", 60, 900, manifest=MANIFEST)
TRIAL = BackupRestores("backup.restore", "t", D, "demo_db", 5433)


def tried(
    rows: Mapping[str, int] | None = None,
    restore: str | Failed = "",
    newest: Archive | None = NEWEST,
    digest: str = "abc",
    left: str = "",
    left_roles: str = "",
    login: str | Failed = "1",
    free: int = 10**9,
    create: str | Failed = "",
) -> tuple[Finding, FakeHands]:
    counted = [[*table.split("."), count] for table, count in (ROWS_THERE if rows is None else rows).items()]

    def says(words: Sequence[str], stdin: str | None) -> str | Failed:
        if words[0] == "sha256sum":
            return f"{digest}  {words[-1]}"
        if words[0] == "psql":
            if stdin == ROWS:
                return "\n".join(json.dumps(row) for row in counted)
            if words[-1] == "SELECT 1":
                return login
            said = {"pg_database_size": "1000", "datname ~": left, "rolname ~": left_roles}
            return next((answer for mark, answer in said.items() if mark in (stdin or "")), "")
        return {"pg_restore": restore, "createdb": create}.get(words[0], "")

    hands = FakeHands(says)
    answers: dict[Any, Any] = {
        Archives(D): newest,
        Cluster(5433): ClusterState(data_directory="/data"),
        Disk("/data"): Space(free, 10**10, 9, 1),
    }
    return TRIAL.attempt(fake(answers), hands), hands


def dropped(hands: FakeHands) -> list[str]:
    return [words[-1] for words, _user in hands.ran if words[0] == "dropdb"]


def created(hands: FakeHands) -> list[tuple[str, ...]]:
    return [words for words, _user in hands.ran if words[0] == "createdb"]


def test_a_backup_that_restores() -> None:
    finding, hands = tried()
    assert finding.outcome == "passed"
    assert finding.evidence == f"{NEWEST.path} restores: 2 tables, 4 rows, as recorded"
    [words] = created(hands)
    scratch = words[-1]
    assert words[1:-1] == (
        "-p", "5433", "--template=template0", f"--owner={scratch}", "--encoding=UTF8", "--lc-collate=fr_FR.UTF-8",
        "--lc-ctype=C",
    )  # fmt: skip
    assert scratch.startswith("jalon_restore_") and dropped(hands) == [scratch]


def test_no_superuser_touches_what_is_restored() -> None:
    _finding, hands = tried()
    [scratch] = dropped(hands)
    administered = [words for words, user in hands.ran if user == "postgres"]
    assert {words[0] for words in administered} == {"psql", "createdb", "dropdb"}
    assert all(words[words.index("-d") + 1] == "postgres" for words in administered if words[0] == "psql")
    assert {words[0]: user for words, user in hands.ran if user != "postgres"} == {
        "sha256sum": None,
        "pg_restore": f"role {scratch}",
        "psql": f"role {scratch}",
    }


def test_where_the_trial_s_role_may_not_log_in_nothing_is_judged() -> None:
    finding, hands = tried(login=Failed("psql: no pg_hba.conf entry for host"))
    assert finding.outcome == "unknown"
    assert "no pg_hba.conf entry" in finding.because
    assert not created(hands)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ({"public.dem_demande": 2, "public.common_user": 1}, "public.dem_demande: 2 rows of 3"),
        ({"public.common_user": 1}, "public.dem_demande: no rows of 3"),
        ({**ROWS_THERE, "public.more": 1}, "public.more: 1 rows of no"),
        ({}, "2 tables differ"),
    ],
)
def test_differences_are_named(rows: dict[str, int], words: str) -> None:
    finding, hands = tried(rows)
    assert finding.outcome == "failed"
    assert finding.cause and finding.cause.id == "restore-differs"
    assert words in finding.evidence
    assert len(dropped(hands)) == 1


EXTENSION = 'pg_restore: error: could not execute query: ERROR:  permission denied to create extension "hstore"'
FOLLOWS = 'pg_restore: error: could not execute query: ERROR:  type "public.hstore" does not exist'
OTHER = "pg_restore: error: could not execute query: ERROR:  out of shared memory"


@pytest.mark.parametrize(
    ("said", "outcome", "cause"),
    [
        (EXTENSION + "\nHINT:  Must be superuser", "warning", "extension-not-restored"),
        (f"{EXTENSION}\n{FOLLOWS}", "warning", "extension-not-restored"),
        (FOLLOWS, "failed", "restore-failed"),
        (f"{EXTENSION}\n{OTHER}", "failed", "restore-failed"),
        ("killed", "failed", "restore-failed"),
    ],
)
def test_what_pg_restore_complains_of(said: str, outcome: str, cause: str) -> None:
    finding, hands = tried(restore=Failed("sh: failed", output=said))
    assert finding.outcome == outcome
    assert finding.cause and finding.cause.id == cause
    assert len(dropped(hands)) == 1


def test_a_scratch_that_cannot_be_made_is_still_dropped() -> None:
    finding, hands = tried(create=Failed("createdb: no such locale"))
    assert finding.outcome == "failed"
    assert "no such locale" in finding.evidence
    assert len(dropped(hands)) == 1


def test_a_table_that_needs_an_extension_is_excused_and_no_other() -> None:
    said = Failed("pg_restore: failed", output=f"{EXTENSION}\n{FOLLOWS}")
    finding, _hands = tried({"public.common_user": 1}, restore=said)
    assert finding.outcome == "warning"
    assert "public.dem_demande: no rows of 3" in finding.evidence
    finding, _hands = tried({"public.common_user": 1}, restore=Failed("pg_restore: failed", output=FOLLOWS))
    assert finding.outcome == "failed"


def test_the_role_of_a_cut_off_trial_goes_with_its_database() -> None:
    _finding, hands = tried(left_roles="jalon_restore_89abcdef")
    assert dropped(hands)[0] == "jalon_restore_89abcdef"


def test_what_a_cut_off_trial_left_is_dropped_first() -> None:
    _finding, hands = tried(left="jalon_restore_0123abcd\njalon_restore_4567abcd")
    assert dropped(hands)[:2] == ["jalon_restore_0123abcd", "jalon_restore_4567abcd"]
    assert len(dropped(hands)) == 3


@pytest.mark.parametrize(
    ("newest", "digest", "cause"),
    [
        (None, "abc", "backup-missing"),
        (Archive(NEWEST.path, problem="there is no dump"), "abc", "backup-unreadable"),
        (NEWEST, "def", "dump-altered"),
    ],
)
def test_what_need_not_be_restored(newest: Archive | None, digest: str, cause: str) -> None:
    finding, hands = tried(newest=newest, digest=digest)
    assert finding.outcome == "failed"
    assert finding.cause and finding.cause.id == cause
    assert not created(hands)


def test_a_disk_without_room_for_a_second_copy_is_not_filled() -> None:
    finding, hands = tried(free=1200)
    assert finding.outcome == "unknown"
    assert "1200" in finding.because
    assert not created(hands)
