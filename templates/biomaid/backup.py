#!/usr/bin/python3
"""Backs up one instance: its database, as it was at one instant, and its files.

Run by root, every day by cron, or by hand at any time. Each backup is a folder of its own:

    database.dump   the database (pg_restore reads it)
    media.tar.gz    the files that people uploaded
    csv.tar.gz      every table as CSV, where that was chosen
    manifest.json   what it holds: tables with their rows, encoding, size and hash of the dump

It is made beside its place, as NAME.partial, and takes its name once it is complete. Only then are
backups older than KEEP_DAYS days removed. Exit status 0: a complete backup was made; 1: none was, and
the reason is on standard error.

To restore the database into a new one:
    runuser -u postgres -- createdb --template=template0 --encoding=UTF8 NEW
    runuser -u postgres -- pg_restore --dbname=NEW < database.dump
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
from datetime import datetime, timedelta
from pathlib import Path

INSTANCE = {{ instance | python_literal }}
DATABASE = {{ database | python_literal }}
PORT = {{ port | python_literal }}
MEDIA = {{ media | python_literal }}
DIRECTORY = Path({{ directory | python_literal }})
KEEP_DAYS = {{ keep | python_literal }}
CSV = {{ csv | python_literal }}

FORMAT = 1
NAME = "%Y-%m-%dT%H%M%S"
OURS = re.compile(r"\d{4}-\d\d-\d\dT\d{6}")

# No password: PostgreSQL knows its own administrator by the account that asks (peer).
ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LC_ALL": "C.UTF-8",
    "PGDATABASE": DATABASE,
    "PGPORT": str(PORT),
    "PGAPPNAME": "biomaid-backup",
    "PGCLIENTENCODING": "UTF8",
}
PSQL = ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1"]

OPEN = """
BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;
SELECT json_build_object('snapshot', pg_export_snapshot(), 'encoding', pg_encoding_to_char(encoding),
                         'collate', datcollate, 'ctype', datctype, 'server', current_setting('server_version'))
  FROM pg_database WHERE datname = current_database();
"""

# The tables of everybody, whoever owns them, but for those that belong to an extension and are made with it.
TABLES = """
SELECT format('SELECT json_build_array(%L, %L, count(*)) FROM ONLY %I.%I', nspname, relname, nspname, relname)
  FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
 WHERE relkind IN ('r', 'p') AND nspname !~ '^pg_' AND nspname <> 'information_schema'
   AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE classid = 'pg_class'::regclass
                      AND objid = pg_class.oid AND deptype = 'e')
 ORDER BY nspname, relname \\gexec
"""


class Failure(Exception):
    """The backup cannot be made; says why, for a person."""


def as_user(user: str, *words: str) -> list[str]:
    # Not runuser, which would stay between us and the program when it has to be ended.
    return ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", "--", *words]


def last_words(text: bytes) -> str:
    lines = [line.strip() for line in text.decode(errors="replace").splitlines() if line.strip()]
    errors = [line for line in lines if "error:" in line.lower()]
    return (errors or lines or ["it gave no reason"])[0]


class Snapshot:
    """The database at one instant: a transaction held open while others copy what it sees."""

    def __init__(self) -> None:
        self.session = subprocess.Popen(
            as_user("postgres", *PSQL),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT, cwd="/",
        )
        [self.about] = self.ask(OPEN)
        self.id = self.about["snapshot"]

    def ask(self, statements: str) -> list:
        """What the statements answer: one JSON value a line."""
        with contextlib.suppress(BrokenPipeError):
            self.session.stdin.write(f"{statements}\n\\echo end\n".encode())
            self.session.stdin.flush()
        answers = []
        for line in self.session.stdout:
            if line == b"end\n":
                return answers
            answers.append(json.loads(line))
        raise Failure(f"database {DATABASE}: {last_words(self.session.stderr.read())}")

    def rows(self) -> dict:
        """How many rows each table has."""
        return {f"{schema}.{table}": count for schema, table, count in self.ask(TABLES)}

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.session.stdin.close()
        try:
            self.session.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.session.kill()


def write(path: Path, words: list[str], given: bytes = b"", fine: tuple[int, ...] = (0,)) -> None:
    """Puts what a program prints into a file that only root may read."""
    with path.open("xb") as file:
        done = subprocess.run(
            words, input=given, stdout=file, stderr=subprocess.PIPE, env=ENVIRONMENT, cwd="/", check=False
        )
        file.flush()
        os.fsync(file.fileno())
    if done.returncode not in fine:
        raise Failure(f"{path.name}: {last_words(done.stderr)}")


def dump(snapshot: Snapshot, path: Path) -> None:
    # A migration that holds a table is waited for, but not for ever.
    words = ["pg_dump", "--format=custom", f"--snapshot={snapshot.id}", "--lock-wait-timeout=600s"]
    write(path, as_user("postgres", *words))


def media(path: Path) -> None:
    if not os.path.isdir(MEDIA):
        raise Failure(f"there is no folder {MEDIA}")
    # As the instance: root would follow what a user puts in its folders. Status 1: a file changed meanwhile.
    words = ["tar", "--create", "--gzip", "--file=-", f"--directory={MEDIA}", "."]
    write(path, as_user(INSTANCE, *words), fine=(0, 1))


def csv(snapshot: Snapshot, tables: dict, path: Path) -> None:
    folder = path.with_name("csv")
    folder.mkdir()
    for table in tables:
        schema, _, name = table.partition(".")
        quoted = ".".join('"' + part.replace('"', '""') + '"' for part in (schema, name))
        statements = f"""
            BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;
            SET TRANSACTION SNAPSHOT '{snapshot.id}';
            COPY (SELECT * FROM ONLY {quoted}) TO STDOUT WITH (FORMAT csv, HEADER);
            COMMIT;
        """
        write(folder / (table.replace("/", "_") + ".csv"), as_user("postgres", *PSQL), statements.encode())
    with tarfile.open(path, "x:gz") as archive:
        archive.add(folder, arcname="csv")
    shutil.rmtree(folder)


def sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def back_up(folder: Path) -> None:
    """Makes a whole backup in an empty folder."""
    started = datetime.now().astimezone()
    snapshot = Snapshot()
    try:
        tables = snapshot.rows()
        dump(snapshot, folder / "database.dump")
        if CSV:
            csv(snapshot, tables, folder / "csv.tar.gz")
    finally:
        snapshot.close()
    if MEDIA:
        media(folder / "media.tar.gz")
    path = folder / "database.dump"
    manifest = {
        "format": FORMAT,
        "instance": INSTANCE,
        "database": DATABASE,
        "encoding": snapshot.about["encoding"],
        "collate": snapshot.about["collate"],
        "ctype": snapshot.about["ctype"],
        "server": snapshot.about["server"],
        "started": started.isoformat(timespec="seconds"),
        "finished": datetime.now().astimezone().isoformat(timespec="seconds"),
        "size": path.stat().st_size,
        "sha256": sha256(path),
        "tables": tables,
    }
    with (folder / "manifest.json").open("x", encoding="utf-8") as file:
        json.dump(manifest, file, indent=2, ensure_ascii=False)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    sync(folder)


def remove_old(newest: Path) -> None:
    """Removes the complete backups that are too old, and nothing that does not look like one."""
    limit = (datetime.now() - timedelta(days=KEEP_DAYS)).strftime(NAME)
    for folder in DIRECTORY.iterdir():
        ours = OURS.fullmatch(folder.name) and folder.is_dir() and not folder.is_symlink()
        if ours and folder != newest and folder.name < limit and (folder / "manifest.json").is_file():
            shutil.rmtree(folder)


def remove_unfinished() -> None:
    """Removes what a run left that was cut off; no other runs now, for we hold the lock."""
    for folder in DIRECTORY.glob("*.partial"):
        if OURS.fullmatch(folder.stem) and folder.is_dir() and not folder.is_symlink():
            shutil.rmtree(folder)


def run() -> Path:
    """Makes a backup and returns its folder."""
    if os.geteuid() != 0:
        raise Failure("only root may make a backup; run it with sudo")
    DIRECTORY.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(DIRECTORY, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Failure(f"another backup is being made in {DIRECTORY}") from None
    remove_unfinished()
    done = DIRECTORY / datetime.now().strftime(NAME)
    partial = done.with_name(done.name + ".partial")
    if done.exists():
        raise Failure(f"{done} is there already")
    partial.mkdir(mode=0o700)
    try:
        back_up(partial)
        partial.rename(done)
    except BaseException:
        # What is not complete would only fill a disk that may be full.
        shutil.rmtree(partial, ignore_errors=True)
        raise
    sync(DIRECTORY)
    remove_old(done)
    return done


def stop(number: int, frame: object) -> None:
    raise Failure(f"it was stopped by signal {number}")


def main() -> int:
    os.umask(0o077)
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGHUP, stop)
    try:
        done = run()
    except Failure as failure:
        print(f"backup of {INSTANCE}: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"backup of {INSTANCE}: it was interrupted", file=sys.stderr)
        return 1
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"backup of {INSTANCE}: {where}{error.strerror or error}", file=sys.stderr)
        return 1
    print(f"backup of {INSTANCE}: {done}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
