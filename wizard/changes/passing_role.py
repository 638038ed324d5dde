"""Roles that exist for one dump or one trial restore: what is somebody else's is never handled by a superuser."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from wizard.base.language import _
from wizard.base.scram import verifier
from wizard.base.secret import Secret, generate
from wizard.base.sql import identifier, literal
from wizard.changes.change import Failed, Hands, RoleLogin
from wizard.changes.sql import psql

DAY = 86400.0
DUMP, RESTORE = "dump", "restore"

RIGHTS = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS CONNECTION LIMIT 4"

# Of the same purpose and database alone, and at rest: another instance may be at work.
LEFT = """
SELECT r.rolname FROM pg_catalog.pg_roles r
 WHERE r.rolname ~ '^jalon_(dump|restore)_[0-9a-f]{{8}}$'
   AND pg_catalog.shobj_description(r.oid, 'pg_authid') = {comment}
   AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_stat_activity a WHERE a.usesysid = r.oid);
"""
OWNER = """
SELECT pg_catalog.pg_get_userbyid(d.datdba) || ' ' || EXISTS (
         SELECT 1 FROM pg_catalog.pg_roles s WHERE s.rolsuper AND pg_catalog.pg_has_role(d.datdba, s.oid, 'MEMBER'))
  FROM pg_catalog.pg_database d WHERE d.datname = {name};
"""


@contextmanager
def passing_role(hands: Hands, port: int, purpose: str, database: str, member_of: str = "") -> Iterator[RoleLogin]:
    """Make a role that can log in for a day at most, with the rights of `member_of` and no others, and drop it
    afterwards. What a killed run left for the same purpose and database, its scratch databases too, is dropped first.
    """
    comment = f"jalon: {purpose} of {database}"
    for name in psql(hands, port, LEFT.format(comment=literal(comment))).split():
        _drop(hands, port, name)
    name = f"jalon_{purpose}_{os.urandom(4).hex()}"
    # A trial restore is made in a database of the role's own name.
    role = RoleLogin(name, Secret("passing", generate(32)), database if purpose == DUMP else name, port)
    until = time.strftime("%Y-%m-%d %H:%M:%S+00", time.gmtime(time.time() + DAY))
    made = [
        f"CREATE ROLE {identifier(name)} {RIGHTS} PASSWORD {literal(verifier(role.password.reveal()))}"
        f" VALID UNTIL {literal(until)};",
        f"COMMENT ON ROLE {identifier(name)} IS {literal(comment)};",
    ]
    if member_of:
        made.append(f"GRANT {identifier(member_of)} TO {identifier(name)};")
    psql(hands, port, f"BEGIN; {' '.join(made)} COMMIT;")
    try:
        yield role
    finally:
        _drop(hands, port, name)


def _drop(hands: Hands, port: int, name: str) -> None:
    """Drop a role with its scratch database, which has the same name. Where somebody granted it something meanwhile it
    stays, without a login."""
    ends = (
        f"SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE usename = {literal(name)};"
    )
    psql(hands, port, f"ALTER ROLE {identifier(name)} NOLOGIN PASSWORD NULL; {ends}")
    # Without `--force`, which PostgreSQL 12 does not know.
    hands.run(("dropdb", "--if-exists", "--port", str(port), name), user="postgres")
    with suppress(Failed):
        psql(hands, port, f"DROP ROLE {identifier(name)};")


def dump(hands: Hands, name: str, port: int) -> None:
    """Dump a database into the state's `replaced/`, with the rights of its owner and no more. A `name` that starts with
    a slash is the path of an SQLite file. Raises `Failed` where its owner is a superuser, or may become one."""
    if name.startswith("/"):
        hands.dump_database(name, port)
        return
    owner, _space, superuser = psql(hands, port, OWNER.format(name=literal(name))).strip("\n").rpartition(" ")
    if superuser != "false":
        text = _("the database {name} belongs to {owner}, who is a superuser: it is not dumped with such rights")
        raise Failed(
            text.format(name=name, owner=owner or "?"),
            remedy=_("give it to the instance's role (ALTER DATABASE ... OWNER TO ...), then run this again"),
        )
    with passing_role(hands, port, DUMP, name, member_of=owner) as role:
        hands.dump_database(name, port, role)
