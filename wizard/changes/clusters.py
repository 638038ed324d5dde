"""The change that makes PostgreSQL's cluster, where no package makes one, and those of who is asked for a password."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from typing import ClassVar

from wizard.base.language import _
from wizard.base.rendering import shell_word
from wizard.base.sql import identifier
from wizard.base.values import replace
from wizard.changes.change import Change, Hands, Keep, Typed
from wizard.changes.sql import cluster, psql
from wizard.host.files import Entry, EntryAt
from wizard.host.overlay import Effect, Sets
from wizard.host.passwords import ADDRESSES
from wizard.host.postgresql import Cluster, ClusterState, HbaRule
from wizard.host.reading import Host

RELOAD = "SELECT pg_catalog.pg_reload_conf();"
METHOD = "scram-sha-256"


class ClusterMade(Change):
    """Make PostgreSQL's cluster in a folder, in UTF-8, with passwords for who comes over TCP, as Debian's packages do.
    `setup`: by the program of Red Hat's packages, which knows the folder of the unit; otherwise by `initdb`."""

    kind: ClassVar[str] = "ClusterMade"
    folder: str
    locale: str = "C.UTF-8"
    setup: bool = True
    version: int = 0
    stale: ClassVar[tuple[str, ...]] = ("files", "postgresql", "logins", "databases")

    @property
    def title(self) -> str:
        return _("make PostgreSQL's cluster in {folder}").format(folder=self.folder)

    @property
    def _options(self) -> tuple[str, ...]:
        # initdb's own default lets in whoever is on the machine, Red Hat's asks a service that nobody runs (ident).
        return ("--auth-local=peer", f"--auth-host={METHOD}", "--encoding=UTF8", f"--locale={self.locale}")

    @property
    def words(self) -> tuple[str, ...]:
        """The command line, as root or, without `setup`, as PostgreSQL's user."""
        return ("postgresql-setup", "--initdb") if self.setup else ("initdb", *self._options, "-D", self.folder)

    def carry_out(self, hands: Hands) -> None:
        """Neither program touches a folder in which something is."""
        if self.setup:
            hands.run(self.words, env={"PGSETUP_INITDB_OPTIONS": " ".join(self._options)})
        else:
            hands.run(self.words, user="postgres")

    def effect(self, host: Host) -> Iterable[Effect]:
        yield Sets(EntryAt(f"{self.folder}/PG_VERSION"), Entry(owner="postgres", group="postgres", mode=0o600))
        # It answers once its unit is started, which is what comes next.
        yield Sets(Cluster(), ClusterState(self.version, collate=self.locale))

    def typed(self) -> Sequence[Typed]:
        if self.setup:
            return (Typed(f"PGSETUP_INITDB_OPTIONS={shell_word(' '.join(self._options))} {shlex.join(self.words)}"),)
        return (Typed(shlex.join(self.words), "postgres"),)

    def undo(self, host: Host, keep: Keep) -> Sequence[Change]:
        """Nothing: it is the packages', which stay, and other databases may be in it by then."""
        return ()


def hba_lines(database: str, user: str) -> tuple[str, ...]:
    """Return the lines of pg_hba.conf that let a role log in to its database from here with its password."""
    masks = {"127.0.0.1": 32, "::1": 128}
    names = f"{identifier(database)} {identifier(user)}"
    return tuple(f"host {names} {address}/{masks[address]} {METHOD}" for address in ADDRESSES)


class HbaLinesAdded(Change):
    """Put lines before all others of pg_hba.conf, of which the first that fits counts: that role logs in to that
    database from here with its password. They are of nobody else."""

    kind: ClassVar[str] = "HbaLinesAdded"
    user: str
    database: str
    path: str
    port: int = 5432
    stale: ClassVar[tuple[str, ...]] = ("files", "postgresql", "logins", "databases")

    @property
    def title(self) -> str:
        text = _("let {user} log in to {database} with a password, in {path}")
        return text.format(user=self.user, database=self.database, path=self.path)

    def carry_out(self, hands: Hands) -> None:
        """Write them as PostgreSQL's user, if they are not there, and have it read the file again."""
        script = (
            'grep -qxF -e "$2" "$1" || { { printf "%s\\n" "$2"; cat "$1"; } >"$1.jalon"'
            ' && cat "$1.jalon" >"$1" && rm -f "$1.jalon"; }'
        )
        for line in reversed(hba_lines(self.database, self.user)):
            hands.run(("sh", "-c", f"umask 077; {script}", "sh", self.path, line), user="postgres")
        psql(hands, self.port, RELOAD)

    def effect(self, host: Host) -> Iterable[Effect]:
        state = cluster(host, self.port)
        rules = tuple(
            HbaRule(1, "host", (self.database,), (self.user,), address, masks[0], METHOD)
            for address, masks in ADDRESSES.items()
        )
        yield Sets(Cluster(self.port), replace(state, hba=(*rules, *state.hba)))

    def typed(self) -> Sequence[Typed]:
        text = "\\n".join(hba_lines(self.database, self.user))
        sed = f"sed -i {shell_word(f'1i {text}')} {shell_word(self.path)}"
        return (Typed(sed, "postgres"), Typed(f"psql --port {self.port} -c {shell_word(RELOAD)}", "postgres"))

    def undo(self, host: Host, keep: Keep) -> Sequence[Change]:
        return (HbaLinesRemoved(self.user, self.database, self.path, self.port),)


class HbaLinesRemoved(Change):
    """Remove the lines that let a role log in to its database from here with its password."""

    kind: ClassVar[str] = "HbaLinesRemoved"
    mark: ClassVar[str] = "-"
    user: str
    database: str
    path: str
    port: int = 5432
    stale: ClassVar[tuple[str, ...]] = ("files", "postgresql", "logins", "databases")

    @property
    def title(self) -> str:
        return _("take the lines of {user} out of {path}").format(user=self.user, path=self.path)

    def carry_out(self, hands: Hands) -> None:
        """Every line that is equal to one of them, as PostgreSQL's user; a server that is stopped reads it later."""
        script = (
            'test -f "$1" || exit 0; umask 077'
            '; { LC_ALL=C grep -avxF -e "$2" -e "$3" "$1" >"$1.jalon"; test $? -le 1; }'
            ' && cat "$1.jalon" >"$1" && rm -f "$1.jalon"; psql -XAtq -p "$4" -d postgres -c "$5" || true'
        )
        words = (self.path, *hba_lines(self.database, self.user), str(self.port), RELOAD)
        hands.run(("sh", "-c", script, "sh", *words), user="postgres")

    def effect(self, host: Host) -> Iterable[Effect]:
        state = cluster(host, self.port)
        kept = (one for one in state.hba if (one.databases, one.users) != ((self.database,), (self.user,)))
        yield Sets(Cluster(self.port), replace(state, hba=tuple(kept)))

    def typed(self) -> Sequence[Typed]:
        lines = " ".join(f"-e {shell_word(line)}" for line in hba_lines(self.database, self.user))
        path = shell_word(self.path)
        words = f"grep -avxF {lines} {path} >{path}.new && cat {path}.new >{path} && rm {path}.new"
        return (Typed(words, "postgres"), Typed(f"psql --port {self.port} -c {shell_word(RELOAD)}", "postgres"))
