from __future__ import annotations

import pytest

from tests.unit.probes.fake import fake
from wizard.host.processes import Process
from wizard.host.units import Unit, UnitState
from wizard.probes.processes import WorkerCount, runs

UNIT = "biomaid-instance@demo.service"
COUNT = WorkerCount("service.workers", "t", UNIT, "demo", 2)
PYTHON = "/home/demo/.cache/pypoetry/virtualenvs/x/bin/python"


def gunicorn(pid: int, parent: int, user: str = "demo") -> Process:
    return Process(pid, user, (user,), (PYTHON, f"{PYTHON[:-6]}gunicorn", "--workers", "2"), parent)


def active(*processes: Process) -> dict[Unit, UnitState]:
    return {Unit(UNIT): UnitState("loaded", "active", main_pid=10, processes=processes)}


def test_workers_are_the_children_of_the_first() -> None:
    shell = Process(9, "demo", (), ("bash", "run-instance.sh"), 1)
    finding = COUNT.observe(fake(active(shell, gunicorn(10, 9), gunicorn(11, 10), gunicorn(12, 10))))
    assert finding.outcome == "passed"
    assert finding.evidence == "2 workers of gunicorn, all of demo"
    assert list(COUNT.reads()) == [Unit(UNIT)]


@pytest.mark.parametrize(
    ("processes", "cause", "words"),
    [
        ((), "service-not-started", "no worker"),
        ((gunicorn(10, 1),), "workers-not-as-asked", "0 workers"),
        ((gunicorn(10, 1), gunicorn(11, 10)), "workers-not-as-asked", "1 workers"),
        (
            (gunicorn(10, 1), *(gunicorn(pid, 10) for pid in (11, 12, 13))),
            "workers-not-as-asked",
            "3 workers",
        ),
        ((gunicorn(10, 1), gunicorn(11, 10), gunicorn(12, 10, "root")), "workers-wrong-user", "root"),
    ],
)
def test_other_workers_than_asked_for(processes: tuple[Process, ...], cause: str, words: str) -> None:
    finding = COUNT.observe(fake(active(*processes)))
    assert finding.outcome == "failed"
    assert finding.cause and finding.cause.id == cause
    assert words in finding.evidence


def test_a_program_by_its_title_as_a_script_or_by_itself() -> None:
    assert runs(Process(1, "demo", (), ("gunicorn: master [dra.wsgi]",)), "gunicorn")
    assert runs(gunicorn(1, 0), "gunicorn")
    for words in ("/usr/bin/python3 -m gunicorn a.wsgi", "python3.11 -u -X dev -Im gunicorn.app.wsgiapp a.wsgi"):
        assert runs(Process(1, "demo", (), tuple(words.split())), "gunicorn")
    for words in ("python -c gunicorn", "python -m other gunicorn", "bash -c gunicorn", "python -m"):
        assert not runs(Process(1, "demo", (), tuple(words.split())), "gunicorn")
    assert not runs(Process(1, "demo", (), ()), "gunicorn")


def test_workers_of_another_program_are_not_counted() -> None:
    other = Process(2, "demo", (), ("/usr/bin/uwsgi", "--ini", "x.ini"), 1)
    finding = COUNT.observe(fake({Unit(UNIT): UnitState("loaded", "active", processes=(other,))}))
    assert finding.outcome == "warning" and "uwsgi" in finding.evidence
