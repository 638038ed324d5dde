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

What is in the database, and below the instance's home, is not ours. So the database is read by its own
role, and all programs that touch either of them run as the instance's user; root keeps what they print.
The role's password is in SECRET, which only root may read; write it there too when you change it.

To restore the database into a new one:
    runuser -u postgres -- createdb --template=template0 --encoding=UTF8 --owner=ROLE NEW
    pg_restore --host=localhost --username=ROLE --no-owner --dbname=NEW database.dump
It asks for ROLE's password. Never as postgres: what is in a dump acts in the name of who restores it.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import re
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tarfile
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

INSTANCE = {{ instance | python_literal }}
DATABASE = {{ database | python_literal }}
ROLE = {{ role | python_literal }}
HOST = {{ host | python_literal }}
PORT = {{ port | python_literal }}
SECRET = {{ secret | python_literal }}
MEDIA = {{ media | python_literal }}
DIRECTORY = Path({{ directory | python_literal }})
KEEP_DAYS = {{ keep | python_literal }}
CSV = {{ csv | python_literal }}

FORMAT = 1
NAME = "%Y-%m-%dT%H%M%S"
OURS = re.compile(r"\d{4}-\d\d-\d\dT\d{6}")

# Bounds of what a database may say of itself, and of how long all may take.
LONGEST_LINE = 1 << 20
LONGEST_WORD = 200
TABLES_AT_MOST = 100_000
SECONDS_AT_MOST = 12 * 3600

# All that the programs get: nothing of the environment that we were started with.
ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/nonexistent",
    "LC_ALL": "C.UTF-8",
    "PGHOST": HOST,
    "PGDATABASE": DATABASE,
    "PGPORT": str(PORT),
    "PGUSER": ROLE,
    "PGAPPNAME": "biomaid-backup",
    "PGCLIENTENCODING": "UTF8",
    # The password goes to nobody in clear, whoever listens on the port (clients from 16 on).
    "PGREQUIREAUTH": "!password",
    # Counts more than what was set for the role or the database.
    "PGOPTIONS": "-c search_path=pg_catalog -c default_transaction_read_only=on -c statement_timeout=0",
}
# A session of its own: what the instance's user makes of it reaches no terminal of ours.
ALONE = {"env": ENVIRONMENT, "cwd": "/", "start_new_session": True}
PSQL = ["psql", "-XAtqw", "-v", "ON_ERROR_STOP=1"]

OPEN = """
BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;
SELECT pg_catalog.json_build_object(
         'snapshot', pg_catalog.pg_export_snapshot(), 'encoding', pg_catalog.pg_encoding_to_char(encoding),
         'collate', datcollate, 'ctype', datctype, 'server', pg_catalog.current_setting('server_version'))
  FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database();
"""

# The tables of everybody, whoever owns them, but for those that belong to an extension and are made with it.
TABLES = """
SELECT pg_catalog.format('SELECT pg_catalog.json_build_array(%L, %L, pg_catalog.count(*)) FROM ONLY %I.%I',
                         nspname, relname, nspname, relname)
  FROM pg_catalog.pg_class JOIN pg_catalog.pg_namespace ON pg_namespace.oid = relnamespace
 WHERE relkind IN ('r', 'p') AND nspname OPERATOR(pg_catalog.!~) '^pg_' AND nspname <> 'information_schema'
   AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend WHERE classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                      AND objid = pg_class.oid AND deptype = 'e')
 ORDER BY nspname, relname \\gexec
"""


class Failure(Exception):
    """The backup cannot be made; says why, for a person."""


def as_instance(*words: str) -> list[str]:
    # Not runuser, which would stay between us and the program when it has to be ended. Without new privileges,
    # no program of the system's lends it more.
    become = [f"--reuid={INSTANCE}", f"--regid={account().pw_gid}", "--init-groups", "--no-new-privs"]
    return ["setpriv", *become, "--", *words]


def account() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(INSTANCE)
    except KeyError:
        raise Failure(f"there is no account {INSTANCE}") from None


class Password:
    """The role's password, as a file without a name that only the instance's user may open: in no argument and no
    environment. `given` are the options with which a child gets it."""

    def __init__(self) -> None:
        try:
            kept = json.loads(Path(SECRET).read_text(encoding="utf-8"))["password"]
        except FileNotFoundError:
            raise Failure(f"{SECRET} is missing, which holds the password of the role {ROLE}") from None
        except (ValueError, KeyError, TypeError):
            raise Failure(f"{SECRET} does not hold the password of the role {ROLE}, as Jalon writes it") from None
        escaped = str(kept).replace("\\", "\\\\").replace(":", "\\:")
        self.file = os.memfd_create("pgpass", os.MFD_CLOEXEC)
        os.write(self.file, f"*:*:*:*:{escaped}\n".encode())
        os.fchmod(self.file, 0o600)
        os.fchown(self.file, account().pw_uid, account().pw_gid)

    @property
    def given(self) -> dict:
        environment = {**ENVIRONMENT, "PGPASSFILE": f"/proc/self/fd/{self.file}"}
        return {**ALONE, "env": environment, "pass_fds": (self.file,)}


def last_words(file: BinaryIO) -> str:
    file.seek(0)
    text = file.read(1 << 16).decode(errors="replace")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if "error:" in line.lower()]
    found = (errors or lines or ["it gave no reason"])[0]
    return "".join(letter if letter.isprintable() else "?" for letter in found[:1000])


class Snapshot:
    """The database at one instant: a transaction held open while others copy what it sees."""

    def __init__(self, password: Password) -> None:
        self.told = tempfile.TemporaryFile()
        self.session = subprocess.Popen(
            as_instance(*PSQL), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.told, **password.given
        )
        opened = self.ask(OPEN)
        self.about = opened[0] if len(opened) == 1 and isinstance(opened[0], dict) else {}
        self.id = str(self.about.get("snapshot"))
        if not re.fullmatch(r"[0-9A-F]+(-[0-9A-F]+)*", self.id):
            raise Failure(f"database {DATABASE}: it names no snapshot")

    def ask(self, statements: str) -> list:
        """What the statements answer: one JSON value a line."""
        with contextlib.suppress(BrokenPipeError):
            self.session.stdin.write(f"{statements}\n\\echo end\n".encode())
            self.session.stdin.flush()
        answers = []
        while line := self.session.stdout.readline(LONGEST_LINE):
            if line == b"end\n":
                return answers
            try:
                answers.append(json.loads(line))
            except (ValueError, RecursionError):
                raise Failure(f"database {DATABASE}: it answers something else than was asked") from None
            if len(answers) > TABLES_AT_MOST:
                raise Failure(f"database {DATABASE}: it has more than {TABLES_AT_MOST} tables")
        raise Failure(f"database {DATABASE}: {last_words(self.told)}")

    def rows(self) -> dict:
        """How many rows each table has, by schema and name."""
        found = {}
        for answer in self.ask(TABLES):
            kinds = [type(part) for part in answer] if isinstance(answer, list) else []
            if kinds != [str, str, int]:
                raise Failure(f"database {DATABASE}: it answers something else than was asked")
            found[(answer[0], answer[1])] = answer[2]
        return found

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.session.stdin.close()
        try:
            self.session.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.session.kill()


def write(path: Path, words: list[str], password: Password | None = None, given: bytes = b"",
          fine: tuple[int, ...] = (0,)) -> None:
    """Puts what a program of the instance's prints into a file that only root may read."""
    options = password.given if password else ALONE
    with path.open("xb") as file, tempfile.TemporaryFile(dir=path.parent) as told:
        done = subprocess.run(as_instance(*words), input=given, stdout=file, stderr=told, check=False, **options)
        file.flush()
        os.fsync(file.fileno())
        if done.returncode not in fine:
            raise Failure(f"{path.name}: {last_words(told)}")


def dump(snapshot: Snapshot, password: Password, path: Path) -> None:
    # A migration that holds a table is waited for, but not for ever.
    words = ["pg_dump", "--no-password", "--format=custom", f"--snapshot={snapshot.id}", "--lock-wait-timeout=600s"]
    write(path, words, password)


def media(path: Path) -> None:
    # Status 1: a file changed meanwhile.
    words = ["tar", "--create", "--gzip", "--sparse", "--file=-", f"--directory={MEDIA}", "."]
    write(path, words, fine=(0, 1))


def csv(snapshot: Snapshot, tables: dict, password: Password, path: Path) -> None:
    folder = path.with_name("csv")
    folder.mkdir()
    for schema, name in tables:
        quoted = ".".join('"' + part.replace('"', '""') + '"' for part in (schema, name))
        statements = f"""
            BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;
            SET TRANSACTION SNAPSHOT '{snapshot.id}';
            COPY (SELECT * FROM ONLY {quoted}) TO STDOUT WITH (FORMAT csv, HEADER);
            COMMIT;
        """
        file = folder / (f"{schema}.{name}".replace("/", "_") + ".csv")
        write(file, PSQL, password, statements.encode())
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
    password = Password()
    snapshot = Snapshot(password)
    try:
        tables = snapshot.rows()
        dump(snapshot, password, folder / "database.dump")
        if CSV:
            csv(snapshot, tables, password, folder / "csv.tar.gz")
    finally:
        snapshot.close()
    if MEDIA:
        media(folder / "media.tar.gz")
    path = folder / "database.dump"
    manifest = {
        "format": FORMAT,
        "instance": INSTANCE,
        "database": DATABASE,
        "encoding": str(snapshot.about.get("encoding", ""))[:LONGEST_WORD],
        "collate": str(snapshot.about.get("collate", ""))[:LONGEST_WORD],
        "ctype": str(snapshot.about.get("ctype", ""))[:LONGEST_WORD],
        "server": str(snapshot.about.get("server", ""))[:LONGEST_WORD],
        "started": started.isoformat(timespec="seconds"),
        "finished": datetime.now().astimezone().isoformat(timespec="seconds"),
        "size": path.stat().st_size,
        "sha256": sha256(path),
        "tables": {f"{schema}.{table}": count for (schema, table), count in tables.items()},
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


def only_root_may_change(path: Path) -> None:
    """Refuses a path of which somebody else may replace a part: root's backups, and what root removes as an old one,
    would be where he leads."""
    place, left, links = Path("/"), list(reversed(path.parts[1:])), 0
    while left:
        here = place / left.pop()
        found = here.lstat()
        if found.st_uid != 0:
            owner = next((one.pw_name for one in pwd.getpwall() if one.pw_uid == found.st_uid), str(found.st_uid))
            raise Failure(f"{here} belongs to {owner}: backups are kept only where root alone may write")
        if stat.S_ISLNK(found.st_mode):
            links += 1
            if links > 40:
                raise Failure(f"{here}: too many links")
            target = Path(os.readlink(here))
            place = Path("/") if target.is_absolute() else place
            left += reversed([part for part in target.parts if part != "/"])
            continue
        if not stat.S_ISDIR(found.st_mode):
            raise Failure(f"{here} is no folder")
        # In a folder such as /tmp others may add, but not replace what is root's.
        if found.st_mode & 0o022 and not found.st_mode & stat.S_ISVTX:
            raise Failure(f"others than root may write to {here}: backups are not kept there")
        place = here


def run() -> Path:
    """Makes a backup and returns its folder."""
    if os.geteuid() != 0:
        raise Failure("only root may make a backup; run it with sudo")
    signal.alarm(SECONDS_AT_MOST)
    nearest = next(one for one in (DIRECTORY, *DIRECTORY.parents) if os.path.lexists(one))
    only_root_may_change(nearest)
    DIRECTORY.mkdir(mode=0o700, parents=True, exist_ok=True)
    only_root_may_change(DIRECTORY)
    lock = os.open(DIRECTORY, os.O_RDONLY | os.O_DIRECTORY)
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
    why = f"it was not done after {SECONDS_AT_MOST // 3600} hours" if number == signal.SIGALRM else ""
    raise Failure(why or f"it was stopped by signal {number}")


def main() -> int:
    os.umask(0o077)
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGHUP, stop)
    signal.signal(signal.SIGALRM, stop)
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
