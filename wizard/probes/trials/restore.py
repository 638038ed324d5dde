"""The trial of a backup: restores the newest into a scratch database, counts its rows, and drops it."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping

from wizard.base.language import _
from wizard.base.values import replace
from wizard.changes.change import Failed, Hands
from wizard.findings.finding import FAILED, UNKNOWN, Cause, Finding, Remedy, failed, passed, warning
from wizard.findings.probe import Trial
from wizard.host.archives import Archive, Archives
from wizard.host.files import Disk
from wizard.host.postgresql import Cluster
from wizard.host.reading import Host
from wizard.probes.trials.fresh import fresh

SCRATCH = "jalon_restore_"
NAMED = 5

# The same tables as the backup script counts.
ROWS = r"""
SELECT format('SELECT json_build_array(%L, %L, count(*)) FROM ONLY %I.%I', nspname, relname, nspname, relname)
  FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
 WHERE relkind IN ('r', 'p') AND nspname !~ '^pg_' AND nspname <> 'information_schema'
   AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE classid = 'pg_class'::regclass
                      AND objid = pg_class.oid AND deptype = 'e')
 ORDER BY nspname, relname \gexec
"""
LEFT = f"SELECT datname FROM pg_database WHERE datname ~ '^{SCRATCH}[0-9a-f]{{8}}$'"
SIZE = "SELECT pg_database_size(datname) FROM pg_database WHERE datname = :'name'"


class BackupRestores(Trial):
    """The newest backup in a folder restores, with every table and row count recorded when it was made."""

    directory: str
    database: str
    port: int = 5432
    command: str = ""
    after: tuple[str, ...] = ()

    @property
    def touches(self) -> str:
        return _("restores the newest backup into a scratch database, and drops it")

    def attempt(self, host: Host, hands: Hands) -> Finding:
        found = self._attempt(host, hands)
        if found.outcome != FAILED or not self.command:
            return found
        told = _("Make a new one now; this one stays, until it is the oldest of those that are kept.")
        return replace(found, remedy=Remedy(told, (self.command,), safe=True))

    def _attempt(self, host: Host, hands: Hands) -> Finding:
        newest = fresh(host, Archives(self.directory))
        if newest is None:
            text = _("No backup was ever completed in {directory}.").format(directory=self.directory)
            evidence = _("no backup in {directory}").format(directory=self.directory)
            return failed(evidence, cause=Cause("backup-missing", text))
        if newest.problem:
            text = _("The newest backup cannot be restored: {problem}.").format(problem=newest.problem)
            return failed(f"{newest.path}: {newest.problem}", cause=Cause("backup-unreadable", text))
        try:
            return self._judge(host, hands, newest)
        except Failed as error:
            text = _("{path} could not be tried: {error}").format(path=newest.path, error=error)
            return failed(text, cause=Cause("restore-failed", str(error)))

    def _judge(self, host: Host, hands: Hands, newest: Archive) -> Finding:
        for name in self._psql(hands, "postgres", LEFT).split():
            self._drop(hands, name)
        if short := self._too_small(host, hands):
            return Finding(UNKNOWN, newest.path, because=short)
        digest = hands.run(("sha256sum", "--", newest.dump)).split()[0]
        if digest != newest.manifest.get("sha256"):
            text = _("The dump is not the one that was written: the disk, or somebody, changed it.")
            return failed(_("{path}: its hash differs").format(path=newest.dump), cause=Cause("dump-altered", text))
        scratch = SCRATCH + secrets.token_hex(4)
        try:
            self._create(hands, scratch, newest.manifest)
            complaints = self._restore(hands, scratch, newest.dump)
            rows = _rows(self._psql(hands, scratch, ROWS))
        finally:
            self._drop(hands, scratch)
        return _compare(newest, rows, complaints)

    def _psql(self, hands: Hands, database: str, statements: str) -> str:
        words = (
            "psql",
            "-XAtq",
            "-v",
            "ON_ERROR_STOP=1",
            "-v",
            f"name={self.database}",
            "-p",
            str(self.port),
        )
        return hands.run((*words, "-d", database, "-f", "-"), user="postgres", stdin=statements)

    def _too_small(self, host: Host, hands: Hands) -> str:
        cluster = fresh(host, Cluster(self.port))
        space = fresh(host, Disk(cluster.data_directory)) if cluster and cluster.data_directory else None
        size = int(self._psql(hands, "postgres", SIZE).strip() or 0)
        if space is None or space.free > size * 1.5:
            return ""
        text = _("a second copy of the database needs {size} bytes, and {free} are free")
        return text.format(size=size, free=space.free)

    def _create(self, hands: Hands, scratch: str, manifest: Mapping[str, object]) -> None:
        options = (("--encoding", "encoding"), ("--lc-collate", "collate"), ("--lc-ctype", "ctype"))
        given = [f"{option}={manifest[key]}" for option, key in options if manifest.get(key)]
        hands.run(("createdb", "-p", str(self.port), "--template=template0", *given, scratch), user="postgres")

    def _restore(self, hands: Hands, scratch: str, dump: str) -> list[str]:
        """Restores the dump; returns pg_restore's errors. Root opens the dump: the account postgres may not read it."""
        become = "setpriv --reuid=postgres --regid=postgres --init-groups"
        line = f'exec {become} pg_restore -p "$2" -d "$3" < "$1"'
        try:
            hands.run(("sh", "-c", line, "sh", dump, str(self.port), scratch), deadline=4 * 3600)
        except Failed as error:
            found = [line for line in error.output.splitlines() if line.startswith("pg_restore: error:")]
            return found or [str(error)]
        return []

    def _drop(self, hands: Hands, scratch: str) -> None:
        hands.run(("dropdb", "--if-exists", "-p", str(self.port), scratch), user="postgres")


def _rows(output: str) -> dict[str, int]:
    found = (json.loads(line) for line in output.splitlines() if line.startswith("["))
    return {f"{schema}.{table}": count for schema, table, count in found}


def _compare(newest: Archive, rows: Mapping[str, int], complaints: list[str]) -> Finding:
    wanted = newest.rows
    differences = [
        _("{table}: {found} rows of {wanted}").format(
            table=table, found=rows.get(table, _("no")), wanted=wanted.get(table, _("no"))
        )
        for table in sorted({*wanted, *rows})
        if wanted.get(table) != rows.get(table)
    ]
    foreign = [line for line in complaints if not re.search(r"\bextension\b", line, re.IGNORECASE)]
    if differences:
        shown = "; ".join((*differences[:NAMED], *(("...",) if len(differences) > NAMED else ())))
        text = _("What the backup restores is not what the database held: {differences}").format(differences=shown)
        evidence = _("{path}: {count} tables differ: {differences}")
        told = evidence.format(path=newest.path, count=len(differences), differences=shown)
        return failed(told, cause=Cause("restore-differs", text))
    if foreign:
        text = _("pg_restore complains: {error}").format(error=foreign[0])
        evidence = _("{path}: {count} errors while restoring: {error}")
        told = evidence.format(path=newest.path, count=len(foreign), error=foreign[0])
        return failed(told, cause=Cause("restore-failed", text))
    evidence = _("{path} restores: {tables} tables, {rows} rows, as recorded").format(
        path=newest.path, tables=len(rows), rows=sum(rows.values())
    )
    if complaints:
        text = _("An extension was not restored, which only the administrator may make: {error}")
        return warning(evidence, cause=Cause("extension-not-restored", text.format(error=complaints[0])))
    return passed(evidence)
