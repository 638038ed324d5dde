"""A new instance takes nothing of those that are here: it is told before anything is begun, with what is free."""

from __future__ import annotations

import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import pytest

from tests.forkserver import ROOT
from tests.unit.running import environment
from wizard import beside
from wizard.answers.questions import BadAnswers
from wizard.commands import apply
from wizard.host.tcp_table import Bound
from wizard.session import Request, Session, find_guide, open_session

FIRST = """instance = "first"
hostnames = ["biomed.example"]
http_port = 80
asked_as = "localhost"
db_name = "first_db"
db_user = "first_user"
db_port = 5432
"""


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where BiomAid's first instance is kept; nobody listens on this machine."""
    monkeypatch.setattr(beside, "listened", lambda table: iter(()))
    folder = tmp_path / "biomaid" / "first"
    folder.mkdir(parents=True)
    (folder / "answers.toml").write_text(FIRST)
    return str(tmp_path)


def opened(state: str, **sets: str) -> Session:
    return open_session(Request(find_guide("biomaid"), sets=sets, state_dir=state), generate=True)


def told(state: str, **sets: str) -> dict[str, str]:
    try:
        beside.need_apart(opened(state, **sets), state)
    except BadAnswers as wrong:
        return dict(wrong.errors)
    return {}


def test_all_that_collides_is_told_at_once_with_what_is_free(state: str) -> None:
    wrong = told(state, instance="second", hostnames="biomed.example", db_name="first_db", db_user="first_user")
    assert sorted(wrong) == ["db_name", "db_user", "http_port"]
    assert "`first` answers there" in wrong["http_port"] and "(8081 is free)" in wrong["http_port"]
    assert "database first_db is that of the instance `first`; first_db2 is free" in wrong["db_name"]
    assert "role first_user" in wrong["db_user"] and "first_user2 is free" in wrong["db_user"]


def test_one_that_is_adopted_answers_in_nobodys_place(state: str) -> None:
    stolen = opened(state, instance="second", hostnames="Biomed.Example", asked_as="second.example")
    with pytest.raises(BadAnswers, match="`first` answers there"):
        beside.need_own_address(stolen, {"http_port", "asked_as"}, state)
    with pytest.raises(BadAnswers, match="`first` answers there"):
        beside.need_own_address(stolen, {"http_port"}, state)
    beside.need_own_address(opened(state, instance="first"), {"http_port"}, state)
    own = opened(state, instance="second", hostnames="other.example", asked_as="other.example")
    beside.need_own_address(own, {"http_port", "asked_as"}, state)


def test_defaults_say_nothing_of_where_an_adopted_one_answers(state: str) -> None:
    """One by TLS alone, or without a site here, has the default port and `localhost` for answers."""
    beside.need_own_address(opened(state, instance="second", hostnames="biomed.example"), (), state)
    other = opened(state, instance="second", hostnames="other.example")
    beside.need_own_address(other, {"http_port"}, state)


def test_no_port_beyond_the_last_is_proposed(state: str) -> None:
    last = FIRST.replace("http_port = 80", "http_port = 65535")
    Path(state, "biomaid/first/answers.toml").write_text(last)
    wrong = told(state, instance="second", hostnames="biomed.example", http_port="65535")
    assert "(8081 is free)" in wrong["http_port"]


def test_answers_of_another_kind_are_no_trouble(state: str) -> None:
    Path(state, "biomaid/first/answers.toml").write_text(FIRST.replace('["biomed.example"]', "5"))
    assert told(state, instance="second", hostnames="other.example", asked_as="other.example") == {}


def test_what_is_told_to_be_free_is(state: str) -> None:
    assert told(state, instance="second", hostnames="biomed.example", http_port="8081") == {}


def test_another_name_is_enough_once_this_machine_asks_it_by_that(state: str) -> None:
    wrong = told(state, instance="second", hostnames="other.example")
    assert "`asked_as`: other.example is free" in wrong["http_port"]
    assert told(state, instance="second", hostnames="other.example", asked_as="other.example") == {}


def test_the_port_of_some_program_is_not_called_free(state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    held = [Bound("0.0.0.0", 8081, 0, 1)]
    monkeypatch.setattr(beside, "listened", lambda table: iter(held))
    assert "(8082 is free)" in told(state, instance="second", hostnames="biomed.example")["http_port"]


def test_an_instance_that_is_here_is_only_asked_about_what_it_changes(state: str, tmp_path: Path) -> None:
    """Two that collided before Jalon looked for it are applied as they are."""
    second = tmp_path / "biomaid" / "second"
    second.mkdir()
    (second / "answers.toml").write_text(FIRST.replace('"first"', '"second"').replace("first_", "second_"))
    assert told(state, instance="second") == {}
    (second / "answers.toml").write_text(FIRST.replace("first", "second").replace("= 80", "= 8081"))
    assert told(state, instance="second") == {}
    assert "`first` answers there" in told(state, instance="second", http_port="80")["http_port"]
    assert told(state, instance="first") == {}


def test_a_plan_says_it_and_plans_nothing(state: str) -> None:
    words = ("plan", "biomaid", "--set", "instance=second", "--set", "hostnames=biomed.example", "--state-dir", state)
    done = subprocess.run(
        [sys.executable, "-m", "wizard", *words],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (65, "")
    assert "http_port: the instance `first` answers there" in done.stderr


def test_an_application_stops_before_it_takes_the_lock(state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apply, "need_root", lambda args: None)
    monkeypatch.setattr(apply, "holding_lock", lambda *words: pytest.fail("it begins"))
    given = {"guide": "biomaid", "instance": None, "answers": None, "bare_defaults": False, "command": "apply"}
    rest = {"until": "", "only": "", "update": False, "yes": True, "format": "text", "replace_edited": False}
    args = Namespace(**given, **rest, set=["instance=second", "hostnames=biomed.example"], state_dir=state)
    with pytest.raises(BadAnswers):
        apply.run(args)
    assert not Path(state, "biomaid", "second").exists()
