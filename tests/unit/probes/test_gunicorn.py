"""How long a request may last under gunicorn is read from its command line; what is done sooner works, so it warns."""

from __future__ import annotations

import pytest

from tests.unit.probes.fake import fake
from wizard.host.gunicorn import Patience, patience
from wizard.host.processes import Process
from wizard.host.units import Unit, UnitState
from wizard.probes.gunicorn import RequestsMayLast

GUNICORN = ("/opt/venv/bin/python", "/opt/venv/bin/gunicorn")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", Patience()),
        ("--timeout 5", Patience(5, told=True)),
        ("--timeout=5 -b a:1", Patience(5, told=True)),
        ("-t 5 -w 4", Patience(5, told=True)),
        ("-t5", Patience(5, told=True)),
        ("--timeout 60 --threads 5 --timeout 5", Patience(5, blocking=False, told=True)),
        ("--timeout 5 --threads 1", Patience(5, told=True)),
        ("--timeout 5 -k gevent", Patience(5, blocking=False, told=True)),
        ("--worker-class=gthread -t 9", Patience(9, blocking=False, told=True)),
        ("--timeout 0", Patience(0, told=True)),
        ("--timeout soon --threads", Patience()),
        ("--timeout", Patience()),
    ],
)
def test_what_gunicorn_is_told(words: str, found: Patience) -> None:
    assert patience((*GUNICORN, *words.split(), "app:app")[: None if words != "--timeout" else -1]) == found


def outcome(*words: str, least: int = 60) -> tuple[str, str]:
    """What is found of a service whose gunicorn was started with these words."""
    command = (*GUNICORN, *words, "app:app")
    processes = (Process(11, "web", (), command, parent=10), Process(10, "web", (), command, parent=1))
    host = fake({Unit("a.service"): UnitState("loaded", "active", processes=processes)})
    finding = RequestsMayLast("a.b", "", unit="a.service", least=least, said="x").observe(host)
    return finding.outcome, finding.cause.id if finding.cause else ""


def test_a_shorter_time_than_usual_is_a_warning_where_it_ends_who_is_busy() -> None:
    assert outcome("--timeout", "5") == ("warning", "requests-cut-short")
    assert outcome("--timeout", "60") == outcome("--timeout", "5", least=5) == ("passed", "")
    assert outcome("--timeout", "5", "--threads", "5") == outcome("--timeout", "0") == ("passed", "")
    # gunicorn's own is shorter than the least here: whoever installed it left it so, or a file says another.
    assert outcome() == ("passed", "")


def test_what_does_not_run_or_says_nothing_is_passed() -> None:
    for processes in ((), (Process(10, "web", (), ("gunicorn: master [app:app]",)),)):
        host = fake({Unit("a.service"): UnitState(processes=processes)})
        assert RequestsMayLast("a.b", "", unit="a.service", least=60, said="x").observe(host).outcome == "passed"
