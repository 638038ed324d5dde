"""What an instance's own files say of its database is believed only where it is its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.unit.support import bare
from wizard.answers.found import Detected, Found
from wizard.answers.questions import Answers
from wizard.base.errors import BadData
from wizard.base.secret import Secret
from wizard.commands.claims import need_own_database
from wizard.guides.registry import find
from wizard.host.facts import gather
from wizard.host.postgresql import Cluster, ClusterState, Login, LoginResult, Role
from wizard.host.reading import Reading, Unknown
from wizard.record.own import write_private
from wizard.record.state import State
from wizard.session import Session

OPENED = LoginResult(version="15")
PASSWORD = Secret("db_password", "pw")


def claims(
    tmp_path: Path,
    *,
    user: str = "demo_user",
    password: Secret = PASSWORD,
    said: tuple[str, ...] = (),
    login: Any = OPENED,
    cluster: Any = None,
    found: Any = None,
) -> None:
    """An instance that claims the database `demo_db` is taken over."""
    guide = find("biomaid")
    assert guide is not None
    answers = Answers(
        {"db_name": "demo_db", "db_user": user, "db_port": 5432, "db_host": "localhost", "db_password": password}
    )
    session = Session(guide, answers, gather(), "demo", State(tmp_path / "demo"), kept=False)
    state = State(tmp_path / "other")
    state.make()
    write_private(state.answers, b'db_name = "other_db"\ndb_user = "other_user"\ndb_port = 5432\n')
    answered: dict[Reading[Any], Any] = {
        Cluster(5432): cluster or ClusterState(roles={user: Role()}),
        Login(user, password, "demo_db"): login,
    }
    need_own_database(session, dict.fromkeys(said, "x"), {"other": state}, found or {}, bare(answered))


def test_one_that_its_password_opens_is_believed(tmp_path: Path) -> None:
    claims(tmp_path)


def test_where_the_server_says_nothing_so_is_it(tmp_path: Path) -> None:
    claims(tmp_path, login=LoginResult(error="connection refused"))
    claims(tmp_path, login=Unknown("no psql"))


@pytest.mark.parametrize("said", [(), ("db_name", "db_user")])
@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"user": "other_user"}, "the role other_user is that of the instance other"),
        ({"user": "postgres"}, "the role postgres is a superuser's"),
        ({"cluster": ClusterState(roles={"demo_user": Role(superuser=True)})}, "demo_user is a superuser's"),
        (
            {"found": {"third": Found("third", {"db_name": Detected("demo_db", "x")}, {})}},
            "the database demo_db is that of the instance third",
        ),
    ],
)
def test_another_s_is_refused_whatever_is_said(
    tmp_path: Path, said: tuple[str, ...], more: dict[str, Any], told: str
) -> None:
    with pytest.raises(BadData, match=told):
        claims(tmp_path, said=said, **more)


@pytest.mark.parametrize(
    "more", [{"login": LoginResult(error="FATAL:  password authentication failed")}, {"password": Secret("p", "")}]
)
def test_what_nothing_shows_must_be_said(tmp_path: Path, more: dict[str, Any]) -> None:
    with pytest.raises(BadData, match="--set db_name"):
        claims(tmp_path, **more)
    claims(tmp_path, said=("db_name", "db_user"), **more)
