from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from tests.unit.probes.fake import fake
from wizard.base.rendering import Rendered
from wizard.host import archives
from wizard.host.ageing import Ageing
from wizard.host.archives import Archive, Archives, answer
from wizard.host.children import CommandResult
from wizard.host.crontab import Crontab, Refused, RefusedCrontab, RefusedTables, SystemJob, SystemJobs
from wizard.host.files import Disk, Space
from wizard.host.reading import NotKnown, Unknown
from wizard.host.timers import TimerJobs
from wizard.probes.backup import BackupByOthers, BackupElsewhere, BackupFresh, BackupNone, BackupPrivate

D = "/var/backups/demo"
NEWEST = f"{D}/2026-01-02T024100"
FRESH = BackupFresh("backup.fresh", "t", D)


@pytest.mark.parametrize(
    ("newest", "outcome", "cause"),
    [
        (Archive(NEWEST, 3600, 900, manifest={"tables": {"public.t": 1}}), "passed", ""),
        (Archive(NEWEST, 25.9 * 3600, 900), "passed", ""),
        (None, "failed", "backup-missing"),
        (Archive(NEWEST, 26.1 * 3600, 900), "failed", "backup-too-old"),
        (Archive(NEWEST, 60, 0, "the dump is empty"), "failed", "backup-empty"),
        (Archive(NEWEST, 60, 9, "could not read"), "failed", "backup-unreadable"),
    ],
)
def test_the_newest_is_recent_and_readable(newest: Archive | None, outcome: str, cause: str) -> None:
    finding = FRESH.observe(fake({Archives(D): newest}))
    assert finding.outcome == outcome
    assert (finding.cause.id if finding.cause else "") == cause
    if newest:
        assert NEWEST in finding.evidence


def test_that_nobody_makes_any_is_worth_a_look_and_says_how() -> None:
    finding = BackupNone("backup.fresh", "t", D, "jalon apply x --only backup").observe(fake())
    assert (finding.outcome, finding.cause and finding.cause.id) == ("warning", "backup-none")
    assert finding.remedy and "jalon apply x --only backup" in finding.remedy.text and not finding.remedy.commands


@pytest.mark.parametrize(
    ("newest", "outcome", "cause"),
    [
        (Archive(NEWEST), "passed", ""),
        (Archive(NEWEST, exposed=(D, NEWEST)), "failed", "backup-world-readable"),
        (Archive(NEWEST, exposed=(f"{NEWEST}/database.dump",)), "warning", "backup-files-open"),
        (None, "failed", "backup-missing"),
    ],
)
def test_nobody_else_reads_it(newest: Archive | None, outcome: str, cause: str) -> None:
    finding = BackupPrivate("backup.private", "t", D).observe(fake({Archives(D): newest}))
    assert finding.outcome == outcome
    assert (finding.cause.id if finding.cause else "") == cause
    if finding.remedy:
        assert finding.remedy.commands == (f"chmod -R o-rwx {D}",)


@pytest.mark.parametrize(("device", "outcome"), [(1, "warning"), (2, "passed")])
def test_the_disk_that_it_saves(device: int, outcome: str) -> None:
    data = "/var/lib/postgresql/15/main"
    answers = {Disk(D): Space(9, 9, 9, 1), Disk(data): Space(9, 9, 9, device)}
    finding = BackupElsewhere("backup.elsewhere", "t", D, data).observe(fake(answers))
    assert finding.outcome == outcome
    assert D in finding.evidence and data in finding.evidence


THEIRS = BackupByOthers("backup.own", "t", "/opt/save", "demo")


def test_a_backup_of_ones_own_is_planned() -> None:
    job = SystemJob("/etc/cron.d/save", "root", "1 2 * * *", "/opt/save")
    finding = THEIRS.observe(fake({SystemJobs(): (job,)}))
    assert (finding.outcome, finding.evidence) == ("warning", "`/opt/save`, 1 2 * * *, in /etc/cron.d/save")
    finding = THEIRS.observe(fake({Crontab("demo"): ("5 * * * * /opt/save",)}))
    assert finding.outcome == "warning" and "crontab of demo" in finding.evidence


@pytest.mark.parametrize(
    ("answers", "outcome", "cause"),
    [
        ({TimerJobs(): (SystemJob("save.timer", "root", "daily", "/opt/save"),)}, "warning", "backup-by-others"),
        ({Crontab("root"): ("@daily /opt/save",)}, "warning", "backup-by-others"),
        ({Crontab("root"): ("@daily /opt/save",), Ageing("root"): "must-change"}, "failed", "cron-password-expired"),
        (
            {Crontab("root"): ("@daily /opt/save",), RefusedCrontab("root"): Refused("/p", "newline", "root")},
            "failed",
            "cron-no-newline",
        ),
        (
            {RefusedTables(): (Refused("/p", "name", jobs=(SystemJob("/p", "root", "@daily", "/opt/save"),)),)},
            "failed",
            "cron-file-name",
        ),
    ],
)
def test_whether_cron_or_a_timer_makes_it(answers: dict[Any, Any], outcome: str, cause: str) -> None:
    finding = THEIRS.observe(fake(answers))
    assert (finding.outcome, finding.cause and finding.cause.id) == (outcome, cause)


def test_a_backup_of_ones_own_is_planned_no_more() -> None:
    finding = THEIRS.observe(fake({Crontab("root"): ("# 5 * * * * /opt/save", "5 * * * * /opt/other")}))
    assert finding.outcome == "failed" and finding.cause and finding.cause.id == "backup-not-planned"
    with pytest.raises(NotKnown):
        THEIRS.observe(fake({Crontab("root"): Unknown("only root may read it", needs="root")}))


# --- the reading


def made(directory: Path, name: str, dump: bytes = b"PGDMP", **manifest: object) -> Path:
    folder = directory / name
    folder.mkdir(parents=True, mode=0o700)
    (folder / "database.dump").write_bytes(dump)
    (folder / "manifest.json").write_text(json.dumps({"size": 5, "tables": {"public.t": 3}, **manifest}))
    for path in folder.iterdir():
        path.chmod(0o600)
    return folder


def newest(directory: Path) -> Archive | None:
    wanted = Archives(str(directory))
    found = answer([wanted])[wanted]
    assert found is None or isinstance(found, Archive)
    return found


@pytest.fixture
def readable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "run_query", lambda words, **_kept: CommandResult(0, "; Archive", ""))


@pytest.mark.usefixtures("readable")
def test_the_newest_complete_folder_is_read(tmp_path: Path) -> None:
    directory = tmp_path / "demo"
    made(directory, "2026-01-01T024100")
    made(directory, "2026-01-03T024100.partial")
    made(directory, "2026-01-09-by-hand")
    folder = made(directory, "2026-01-02T024100", started="2026-01-02T02:41:00+00:00")
    directory.chmod(0o700)
    found = newest(directory)
    assert found and (found.path, found.size, found.count, found.problem) == (str(folder), 5, 2, "")
    assert found.rows == {"public.t": 3} and found.dump == f"{folder}/database.dump" and found.exposed == ()
    assert abs(found.age - (time.time() - 1767321660)) < 5


@pytest.mark.usefixtures("readable")
@pytest.mark.parametrize(
    ("dump", "manifest", "problem"),
    [
        (b"", True, "the dump is empty"),
        (b"PG", True, "the dump has 2 bytes of 5"),
        (b"PGDMP", False, "no manifest"),
    ],
)
def test_what_is_wrong_without_asking_pg_restore(tmp_path: Path, dump: bytes, manifest: bool, problem: str) -> None:
    folder = made(tmp_path, "2026-01-02T024100", dump)
    if not manifest:
        (folder / "manifest.json").unlink()
    found = newest(tmp_path)
    assert found and problem in found.problem


def test_what_pg_restore_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(tmp_path, "2026-01-02T024100")
    monkeypatch.setattr(
        archives, "run_query", lambda words, **_kept: CommandResult(1, "", "pg_restore: error: not an archive")
    )
    found = newest(tmp_path)
    assert found and found.problem == "pg_restore: error: not an archive"


@pytest.mark.usefixtures("readable")
def test_modes_for_others_are_named(tmp_path: Path) -> None:
    folder = made(tmp_path, "2026-01-02T024100")
    (folder / "database.dump").chmod(0o644)
    tmp_path.chmod(0o755)
    found = newest(tmp_path)
    assert found and found.exposed == (str(tmp_path), f"{folder}/database.dump")


def test_nothing_there_is_none(tmp_path: Path) -> None:
    assert newest(tmp_path) is None
    assert newest(tmp_path / "none") is None


# --- the script

VALUES = {
    "instance": "demo", "database": "demo_db", "port": 5432, "role": "demo_user", "host": "localhost",
    "secret": "/etc/x.secret", "media": "/home/demo/media",
    "directory": "/var/backups/demo", "keep": 14, "csv": False,
}  # fmt: skip


def script(**values: object) -> dict[str, object]:
    text = Rendered("biomaid/backup.py", {**VALUES, **values}).render().decode()
    # Python 3.9 reads it: no alternatives and no unions outside annotations.
    compile(text, "backup", "exec", dont_inherit=True)
    names: dict[str, object] = {"__name__": "backup"}
    exec(compile(text, "backup", "exec", dont_inherit=True), names)
    return names


def test_the_answers_arrive_as_they_are() -> None:
    hostile = "/var/backups/'; rm -rf / #\\ {{ x }}"
    names = script(directory=hostile, database='a"b', csv=True)
    assert str(names["DIRECTORY"]) == hostile
    assert (names["DATABASE"], names["KEEP_DAYS"], names["CSV"]) == ('a"b', 14, True)


def test_it_counts_the_tables_that_the_trial_counts() -> None:
    from wizard.probes.trials.restore import ROWS

    assert str(script()["TABLES"]).split() == ROWS.split()


def test_only_old_complete_backups_of_its_own_are_removed(tmp_path: Path) -> None:
    names = script(directory=str(tmp_path), keep=1)
    old = made(tmp_path, "2020-01-01T000000")
    kept = [made(tmp_path, name) for name in ("2020-01-01T000000x", "notes", "2999-01-01T000000")]
    incomplete = made(tmp_path, "2020-01-02T000000")
    (incomplete / "manifest.json").unlink()
    (tmp_path / "2019-01-01T000000").symlink_to(kept[0])
    remove = names["remove_old"]
    assert callable(remove)
    remove(kept[-1])
    assert not old.exists()
    assert all(path.exists() for path in (*kept, incomplete, tmp_path / "2019-01-01T000000"))


def test_what_a_cut_off_run_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    names = script(directory=str(tmp_path))
    left = made(tmp_path, "2026-01-01T024100.partial")
    other = made(tmp_path, "mine.partial")
    remove = names["remove_unfinished"]
    assert callable(remove)
    remove()
    assert not left.exists() and other.exists()


def test_backups_are_kept_only_where_root_alone_may_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Others' folders are made up, as this test need not be root's."""
    names = script()
    check, failure = names["only_root_may_change"], names["Failure"]
    assert callable(check) and isinstance(failure, type) and issubclass(failure, Exception)
    real, owners, modes = Path.lstat, {"/srv/theirs": 1001}, {"/srv/open": 0o40777, "/srv/sticky": 0o41777}

    def lstat(path: Path) -> os.stat_result:
        name = str(path)
        kind = 0o120777 if name in ("/srv/link", "/srv/loop") else modes.get(name, 0o40755)
        kind = 0o100644 if name == "/srv/file" else 0o010644 if name == "/srv/pipe" else kind
        return os.stat_result((kind, 1, 1, 1, owners.get(name, 0), 0, 0, 0, 0, 0))

    links = {"/srv/link": "/srv/theirs/x", "/srv/loop": "loop"}
    monkeypatch.setattr(Path, "lstat", lstat)
    monkeypatch.setattr(os, "readlink", lambda path: links[str(path)])
    for good in ("/var/backups/demo", "/srv/sticky/x"):
        check(Path(good))
    for bad in ("/srv/theirs", "/srv/theirs/x", "/srv/link", "/srv/loop/x", "/srv/open/x", "/srv/file/x", "/srv/pipe"):
        with pytest.raises(failure):
            check(Path(bad))
    assert real is not lstat


def test_what_programs_say_reaches_no_terminal_as_it_is(tmp_path: Path) -> None:
    last = script()["last_words"]
    path = tmp_path / "told"
    path.write_bytes(b"x\npg_dump: error: \x1b]52;c;\x07 \xe2\x80\xae" + b"y" * 5000)
    with path.open("rb") as file:
        assert callable(last)
        found = last(file)
    assert found.startswith("pg_dump: error: ?]52;c;? ?y") and len(found) == 1000


def test_only_root_may(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(signal, "signal", lambda *_given: None)
    monkeypatch.setattr(os, "umask", lambda _mode: 0)
    main = script()["main"]
    assert callable(main) and main() == 1
    assert "only root may make a backup" in capsys.readouterr().err
