"""The trial of a backup: restores the newest into a scratch database, counts its rows, and drops it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from wizard.base.language import _
from wizard.base.lines import lines_of
from wizard.base.patterns import pattern
from wizard.base.sql import identifier, literal
from wizard.base.values import replace
from wizard.changes.change import Failed, Hands, RoleLogin
from wizard.changes.passing_role import RESTORE, passing_role
from wizard.changes.sql import psql
from wizard.findings.finding import FAILED, UNKNOWN, Cause, Finding, Remedy, failed, passed, warning
from wizard.findings.probe import Trial
from wizard.host.archives import Archive, Archives
from wizard.host.files import Disk
from wizard.host.postgresql import Cluster
from wizard.host.reading import Host
from wizard.probes.trials.fresh import read_again

SCRATCH = "jalon_restore_"
NAMED = 5

# The same tables as the backup script counts.
ROWS = r"""
SELECT pg_catalog.format('SELECT pg_catalog.json_build_array(%L, %L, pg_catalog.count(*)) FROM ONLY %I.%I',
                         nspname, relname, nspname, relname)
  FROM pg_catalog.pg_class JOIN pg_catalog.pg_namespace ON pg_namespace.oid = relnamespace
 WHERE relkind IN ('r', 'p') AND nspname OPERATOR(pg_catalog.!~) '^pg_' AND nspname <> 'information_schema'
   AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend WHERE classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                      AND objid = pg_class.oid AND deptype = 'e')
 ORDER BY nspname, relname \gexec
"""
# What a version before left, made by the administrator: no name of a role's.
LEFT = f"""
SELECT datname FROM pg_catalog.pg_database
 WHERE datname ~ '^{SCRATCH}[0-9a-f]{{8}}$' AND pg_catalog.pg_get_userbyid(datdba) = 'postgres'
"""
OPTIONS = (
    *("--no-owner", "--no-privileges", "--no-comments", "--no-tablespaces"),
    *("--no-publications", "--no-subscriptions", "--no-security-labels"),
)
# What PostgreSQL says of that which only a superuser may make.
SUPERUSERS = pattern(
    r"permission denied to (create|set|alter)|must be superuser|permission denied for (language|foreign-data wrapper)"
    r"|\bextension\b",
    re.IGNORECASE,
)
FOLLOWS = pattern(r"does not exist|n'existe pas", re.IGNORECASE)


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
        newest = read_again(host, Archives(self.directory))
        if newest is None:
            text = _("No backup was ever completed in {directory}.").format(directory=self.directory)
            evidence = _("no backup in {directory}").format(directory=self.directory)
            return failed(evidence, cause=Cause("backup-missing", text))
        if newest.problem:
            text = _("The newest backup cannot be restored: {problem}.").format(problem=newest.problem)
            evidence = _("the newest backup, {path}: {problem}").format(path=newest.path, problem=newest.problem)
            return failed(evidence, cause=Cause("backup-unreadable", text))
        try:
            return self._judge(host, hands, newest)
        except Failed as error:
            text = _("{path} could not be tried: {error}").format(path=newest.path, error=error)
            return failed(text, cause=Cause("restore-failed", str(error)))

    def _judge(self, host: Host, hands: Hands, newest: Archive) -> Finding:
        for name in psql(hands, self.port, LEFT).split():
            hands.run(("dropdb", "--if-exists", "-p", str(self.port), name), user="postgres")
        if short := self._too_small(host, hands):
            return Finding(UNKNOWN, newest.path, because=short)
        digest = hands.run(("sha256sum", "--", newest.dump)).split()[0]
        if digest != newest.manifest.get("sha256"):
            text = _("The dump is not the one that was written: the disk, or somebody, changed it.")
            return failed(_("{path}: its hash differs").format(path=newest.dump), cause=Cause("dump-altered", text))
        with passing_role(hands, self.port, RESTORE, self.database) as role:
            try:
                hands.run_as_role(("psql", "-XAtqw", "-d", "postgres", "-c", "SELECT 1"), role)
            except Failed as error:
                text = _("the role of the trial may not log in with its password: {error}")
                return Finding(UNKNOWN, newest.path, because=text.format(error=error))
            self._create(hands, role.name, newest.manifest)
            complaints = self._restore(hands, role, newest.dump)
            counted = hands.run_as_role(("psql", "-XAtqw", "-v", "ON_ERROR_STOP=1", "-f", "-"), role, stdin=ROWS)
        return _compare(newest, _rows(counted), complaints)

    def _too_small(self, host: Host, hands: Hands) -> str:
        cluster = read_again(host, Cluster(self.port))
        space = read_again(host, Disk(cluster.data_directory)) if cluster and cluster.data_directory else None
        asked = (
            "SELECT pg_catalog.pg_database_size(oid) FROM pg_catalog.pg_database"
            f" WHERE datname = {literal(self.database)};"
        )
        size = int(psql(hands, self.port, asked).strip() or 0)
        if space is None or space.free > size * 1.5:
            return ""
        text = _("a second copy of the database needs {size} bytes, and {free} are free")
        return text.format(size=size, free=space.free)

    def _create(self, hands: Hands, scratch: str, manifest: Mapping[str, object]) -> None:
        """Create the scratch database, of its role, and closed to all others."""
        options = (("--encoding", "encoding"), ("--lc-collate", "collate"), ("--lc-ctype", "ctype"))
        given = [f"{option}={manifest[key]}" for option, key in options if manifest.get(key)]
        words = ("createdb", "-p", str(self.port), "--template=template0", f"--owner={scratch}", *given, scratch)
        hands.run(words, user="postgres")
        psql(hands, self.port, f"REVOKE CONNECT, TEMPORARY ON DATABASE {identifier(scratch)} FROM PUBLIC;")

    def _restore(self, hands: Hands, role: RoleLogin, dump: str) -> list[str]:
        """Restores the dump as that role; returns pg_restore's errors. What comes out of it acts in its name."""
        try:
            words = ("pg_restore", "-w", *OPTIONS, "-d", role.database)
            hands.run_as_role(words, role, reads=dump, deadline=4 * 3600)
        except Failed as error:
            found = [line for line in lines_of(error.output) if line.startswith("pg_restore: error:")]
            return found or [str(error)]
        return []


def _rows(output: str) -> dict[str, int]:
    found = (json.loads(line) for line in lines_of(output) if line.startswith("["))
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
    reserved = [line for line in complaints if SUPERUSERS.search(line)]
    others = [line for line in complaints if line not in reserved]
    # What needs an extension fails where there is none: that proves nothing against the backup, nor for it.
    excused = bool(reserved) and all(map(FOLLOWS.search, others))
    shown = "; ".join((*differences[:NAMED], *(("...",) if len(differences) > NAMED else ())))
    if differences and not excused:
        text = _("What the backup restores is not what the database held: {differences}").format(differences=shown)
        evidence = _("{path}: {count} tables differ: {differences}")
        told = evidence.format(path=newest.path, count=len(differences), differences=shown)
        return failed(told, cause=Cause("restore-differs", text))
    if others and not excused:
        text = _("pg_restore complains: {error}").format(error=others[0])
        evidence = _("{path}: {count} errors while restoring: {error}")
        told = evidence.format(path=newest.path, count=len(others), error=others[0])
        return failed(told, cause=Cause("restore-failed", text))
    evidence = _("{path} restores: {tables} tables, {rows} rows, as recorded").format(
        path=newest.path, tables=len(rows), rows=sum(rows.values())
    )
    if differences:
        evidence = _("{path} restores but for what needs an extension: {differences}").format(
            path=newest.path, differences=shown
        )
    if reserved:
        text = _("An extension was not restored, which only the administrator may make: {error}")
        return warning(evidence, cause=Cause("extension-not-restored", text.format(error=reserved[0])))
    return passed(evidence)
