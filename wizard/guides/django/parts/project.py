"""A Django project, as the changes that its `manage.py` makes know it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from wizard.api import (
    DatabaseState,
    Host,
    Inside,
    InsideFile,
    Secret,
    Value,
    inside,
    shell_word,
)

if TYPE_CHECKING:
    from wizard.api import Hands, Traces, Typed
    from wizard.guides.django.parts.installed import InstalledMigrations

PLANNED = frozenset({("*", "*")})
"""What a planned migration leaves in place of names: every migration there is."""


class Project(Value):
    """A Django project: its folder, its user, the words that start its Python, its database's name and port; or
    the path of an SQLite file in place of the name. `db_user`, `db_password` and `db_host` are what it logs in with;
    `backups` is the folder of its backups, "" for none; `installed` reads what its environment brings, None where that
    is not looked at."""

    checkout: str
    user: str
    python: tuple[str, ...]
    database: str
    port: int = 5432
    user_table: str = "auth_user"
    db_user: str = ""
    db_password: Secret | None = None
    db_host: str = "localhost"
    backups: str = ""
    installed: InstalledMigrations | None = None

    def manage(self, hands: Hands, *words: str, env: Mapping[str, str | Secret] | None = None) -> str:
        """Run a management command, in the checkout: it opens files of the working folder."""
        keyring = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring", "PYTHONUNBUFFERED": "1"}
        return hands.run(
            (*self.python, "manage.py", *words),
            user=self.user,
            cwd=self.checkout,
            env={**keyring, **(env or {})},
        )

    def typed(self, *words: str, prefix: str = "", secrets: tuple[Secret, ...] = ()) -> tuple[Typed, ...]:
        """Return the command as a person types it."""
        from wizard.api import Typed

        line = " ".join(map(shell_word, (*self.python, "manage.py", *words)))
        return (Typed(f"cd {shell_word(self.checkout)} && {prefix}{line}", self.user, secrets=secrets),)

    @property
    def in_file(self) -> bool:
        """Whether its database is an SQLite file."""
        return "/" in self.database

    def traces(self, host: Host, *, empty: bool = False) -> Traces:
        """What is known of earlier data of its database of PostgreSQL, which is not there, or is `empty`."""
        from wizard.api import of_database

        return of_database(host, self.database, self.db_user, self.port, self.backups, empty=empty)

    @property
    def inside(self) -> Inside | InsideFile:
        """The reading of what is in its database."""
        return inside(self.database, self.port, self.user_table, self.db_user, self.db_password, self.db_host)

    def state(self, host: Host) -> DatabaseState:
        """Return what is in its database now, as far as it is known."""
        found = host.read(self.inside)
        return found if isinstance(found, DatabaseState) else DatabaseState()
