"""Readings of backups: the folders that the backup script writes, named by their time."""

from __future__ import annotations

import json
import os
import pwd
import time
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from wizard.base.language import _
from wizard.base.patterns import pattern
from wizard.base.values import Value, field
from wizard.host import opening
from wizard.host.children import run_query
from wizard.host.postgresql import client
from wizard.host.reading import Reading

NAME = pattern(r"\d{4}-\d\d-\d\dT\d{6}")
DUMP, MANIFEST = "database.dump", "manifest.json"


class Archive(Value):
    """The newest complete backup.

    `age` in seconds; `size` of the dump in bytes; `problem` is why the dump is unusable, or ""; `exposed` are the paths
    accessible to other users; `count` is the number of backups.
    """

    path: str
    age: float = 0.0
    size: int = 0
    problem: str = ""
    manifest: Mapping[str, Any] = field(default_factory=dict, hash=False)
    exposed: tuple[str, ...] = ()
    count: int = 1

    @property
    def dump(self) -> str:
        """The path of the database dump, in pg_dump's custom format."""
        return f"{self.path}/{DUMP}"

    @property
    def rows(self) -> Mapping[str, int]:
        """The row count of each table (`public.dem_demande`) in the snapshot that was dumped."""
        rows = self.manifest.get("tables", {})
        return rows if isinstance(rows, Mapping) else {}


class Archives(Reading["Archive | None"]):
    """The newest backup in a folder; None if there is none."""

    family: ClassVar[str] = "archives"
    patience: ClassVar[float] = 75.0
    directory: str


def answer(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer the readings of type `Archives`."""
    return {reading: _newest(Path(reading.directory)) for reading in readings if isinstance(reading, Archives)}


def _newest(directory: Path) -> Any:
    try:
        found = [name for name in opening.names(directory) if NAME.fullmatch(name)]
        names = [name for name in found if opening.is_folder(directory / name)]
        return _archive(directory / names[-1], len(names)) if names else None
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return opening.unknown(directory, error)


def _archive(folder: Path, count: int) -> Archive:
    dump, manifest = folder / DUMP, _manifest(folder / MANIFEST)
    size = opening.status(dump, follow=True).st_size if opening.is_file(dump) else 0
    paths = (folder.parent, folder, *(folder / name for name in opening.names(folder)))
    try:
        made = datetime.fromisoformat(str(manifest.get("started", ""))).timestamp()
    except ValueError:
        made = opening.status(folder, follow=True).st_mtime
    return Archive(
        path=str(folder),
        age=time.time() - made,
        size=size,
        problem=_problem(dump, size, manifest),
        manifest=manifest,
        exposed=tuple(str(path) for path in paths if opening.status(path, follow=True).st_mode & 0o007),
        count=count,
    )


def _manifest(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(opening.text(path))
    except (FileNotFoundError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _problem(dump: Path, size: int, manifest: Mapping[str, Any]) -> str:
    """Return why the dump is unusable, as far as can be told without restoring it; "" if nothing is wrong."""
    if not size:
        return _("the dump is empty") if opening.exists(dump) else _("there is no dump")
    if not manifest:
        return _("there is no manifest")
    if size != manifest.get("size", size):
        return _("the dump has {size} bytes of {wanted}").format(size=size, wanted=manifest["size"])
    return _refused(dump)


def _refused(dump: Path) -> str:
    """Return why pg_restore cannot list a dump, "" if it can. What is in a dump was written by whoever owns the
    database: root opens it, and `nobody` reads it."""
    become = ("setpriv", "--reuid=nobody", "--clear-groups", "--no-new-privs", "--") if os.geteuid() == 0 else ()
    group = (f"--regid={pwd.getpwnam('nobody').pw_gid}",) if become else ()
    words = (*become[:2], *group, *become[2:], client("pg_restore"), "--list")
    script = 'file=$1; shift; exec "$@" <"$file" >/dev/null'
    result = run_query(("sh", "-c", script, "sh", str(dump), *words), deadline=60)
    return result.tail if result.status else ""
