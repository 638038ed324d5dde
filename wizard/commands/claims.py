"""What an instance's own files claim: a user may write any name into them, and root would act on it from then on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wizard.answers import file as answers_file
from wizard.answers.found import Found
from wizard.base.errors import BadData, NotOurs
from wizard.base.excerpt import excerpt
from wizard.base.language import _
from wizard.beside import shared_database
from wizard.host.postgresql import Cluster, ClusterState, Login, LoginResult
from wizard.host.reading import Host
from wizard.record.state import State
from wizard.session import Session


def need_own_database(
    session: Session, said: Mapping[str, str], known: Mapping[str, State], found: Mapping[str, Found], host: Host
) -> None:
    """Raises `BadData` where an instance that is taken over claims a database or role that is another instance's, a
    superuser's, or that its password does not open. What a person `said` of them is believed but for the first two."""
    mine = {key: session.answers.get(key) for key in ("db_name", "db_user", "db_port")}
    if not mine["db_name"] or not mine["db_user"]:
        return
    wrong = [
        _("the {what} {value} is that of the instance {name}").format(what=what, value=excerpt(str(value)), name=name)
        for name, theirs in _others(session.instance, known, found).items()
        for _key, what, value in shared_database(mine, theirs)
    ]
    port, user = int(mine["db_port"] or 5432), str(mine["db_user"])
    cluster = host.read(Cluster(port))
    role = cluster.roles.get(user) if isinstance(cluster, ClusterState) else None
    if user == "postgres" or (role is not None and role.superuser):
        wrong.append(_("the role {value} is a superuser's").format(value=user))
    first = _("what {name} says of its database is not believed; nothing was touched:").format(name=session.instance)
    if wrong:
        raise BadData(first, *(f"  {text}" for text in wrong))
    said_so = {"db_name", "db_user"} <= said.keys()
    if why := "" if said_so else _unopened(session, str(mine["db_name"]), user, port, host):
        last = _("if it is right all the same, say so: --set db_name=NAME --set db_user=ROLE")
        raise BadData(first, f"  {why}", last)


def _others(own: str, known: Mapping[str, State], found: Mapping[str, Found]) -> dict[str, Mapping[str, Any]]:
    """The answers of the other instances."""
    others: dict[str, Mapping[str, Any]] = {name: one.answers for name, one in found.items() if name != own}
    for name, state in known.items():
        if name != own:
            try:
                others[name] = answers_file.load_saved(state)[0]
            except (BadData, NotOurs):  # It is told when that instance is opened.
                continue
    return others


def _unopened(session: Session, database: str, user: str, port: int, host: Host) -> str:
    """Why the password that stands in its files does not show that the database is its own."""
    password = session.answers.get("db_password")
    if password is None or not password.reveal():
        return _("no password was found that opens the database {database}").format(database=database)
    result = host.read(Login(user, password, database, str(session.answers.get("db_host") or "localhost"), port))
    # A server that does not answer says nothing of whose it is.
    if isinstance(result, LoginResult) and "FATAL" in result.error:
        text = _("its password does not open the database {database} as {user}: {error}")
        return text.format(database=database, user=user, error=excerpt(result.error, 200))
    return ""
