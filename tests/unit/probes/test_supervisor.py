"""Probes of a supervisor's programs, the trial of their coming back, and the probe that has nothing to look at."""

from __future__ import annotations

import time

import pytest

from tests.unit.probes.fake import FakeHands, Moving, fake, page
from wizard.changes.change import Failed
from wizard.host.http import Get, Response
from wizard.host.processes import Process
from wizard.host.supervisor import Program, Supervised, SupervisorState
from wizard.probes.nothere import NotApplicable
from wizard.probes.supervisor import ProgramRuns, ProgramWorkers
from wizard.probes.trials.comeback import ProgramComesBack

SOCKET = "/srv/x/s.sock"
RUNS = ProgramRuns("service.active", "t", "web", SOCKET, "/srv/x/bin", "/srv/x/s.conf")
WORKERS = ProgramWorkers("service.workers", "t", "web", SOCKET, "x", 2)
BACK = ProgramComesBack("service.return", "t", "web", SOCKET, "x", "/", "localhost", 8080, patience=0.05)
PAGE = Get("/", "localhost", 8080)


def gunicorn(pid: int, parent: int, user: str = "x") -> Process:
    return Process(pid, user, (user,), ("/srv/x/bin/python", "/srv/x/bin/gunicorn"), parent)


def state(*processes: Process, word: str = "RUNNING", says: str = "") -> SupervisorState:
    pid = processes[0].pid if processes else 0
    return SupervisorState(1, 1.0, {"web": Program(word, pid, 1.0, says, processes)})


THREE = (gunicorn(10, 1), gunicorn(11, 10), gunicorn(12, 10))


def test_a_program_that_runs() -> None:
    finding = RUNS.observe(fake({Supervised(SOCKET): state(*THREE)}))
    assert (finding.outcome, finding.evidence.split(",")[:2]) == ("passed", ["RUNNING", " process 10"])
    assert list(RUNS.reads()) == [Supervised(SOCKET)]


@pytest.mark.parametrize(
    ("answer", "cause", "command"),
    [
        (None, "supervisor-not-running", "/srv/x/bin/supervisord -c /srv/x/s.conf"),
        (SupervisorState(1, 1.0, {}), "program-unknown", "update"),
        (state(word="STOPPED"), "service-not-started", "start web"),
        (state(word="EXITED"), "service-not-started", "start web"),
        (state(word="FATAL", says="Exited too quickly"), "program-does-not-stay", "start web"),
        (state(word="BACKOFF"), "program-does-not-stay", "start web"),
        (state(*THREE, word="STARTING"), "program-starting", ""),
    ],
)
def test_one_that_does_not(answer: SupervisorState | None, cause: str, command: str) -> None:
    finding = RUNS.observe(fake({Supervised(SOCKET): answer}))
    assert finding.outcome == "failed"
    assert finding.cause and finding.cause.id == cause
    assert command in " ".join(finding.remedy.commands if finding.remedy else ())


@pytest.mark.parametrize(
    ("answer", "outcome", "words"),
    [
        (state(*THREE), "passed", "2 workers of gunicorn, all of x"),
        (state(*THREE[:2]), "failed", "1 workers"),
        (None, "failed", "0 workers"),
        (state(gunicorn(10, 1), gunicorn(11, 10, "root"), gunicorn(12, 10)), "failed", "root"),
    ],
)
def test_workers_are_the_children_of_the_first(answer: SupervisorState | None, outcome: str, words: str) -> None:
    finding = WORKERS.observe(fake({Supervised(SOCKET): answer}))
    assert finding.outcome == outcome
    assert words in finding.evidence


class TestComingBack:
    @pytest.fixture(autouse=True)
    def quick(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(time, "sleep", lambda _seconds: None)

    def tried(self, *states: SupervisorState | None, answer: Response | None = None) -> tuple[str, str]:
        hands = FakeHands()
        finding = BACK.attempt(Moving({Supervised(SOCKET): states, PAGE: [answer or page(302)]}), hands)
        return finding.outcome, finding.cause.id if finding.cause else ""

    def test_another_process_with_as_many_workers(self) -> None:
        new = state(gunicorn(20, 1), gunicorn(21, 20), gunicorn(22, 20))
        # Before its own workers are there, those of the dead one may still answer.
        assert self.tried(state(*THREE), state(word="BACKOFF"), state(gunicorn(20, 1)), new) == ("passed", "")

    def test_one_that_stays_away(self) -> None:
        assert self.tried(state(*THREE), state(word="FATAL")) == ("failed", "service-not-back")

    def test_one_whose_page_does_not_come_back(self) -> None:
        new = state(gunicorn(20, 1), gunicorn(21, 20), gunicorn(22, 20))
        assert self.tried(state(*THREE), new, answer=page(502)) == ("failed", "page-not-back")

    def test_what_does_not_run_is_not_killed(self) -> None:
        assert self.tried(state(word="STOPPED")) == ("failed", "service-not-started")
        assert self.tried(None) == ("failed", "service-not-started")

    def test_one_that_ends_before_it_is_killed(self) -> None:
        hands = FakeHands(lambda words, stdin: Failed("no such process"))
        finding = BACK.attempt(Moving({Supervised(SOCKET): [state(*THREE)], PAGE: [page()]}), hands)
        assert finding.cause and finding.cause.id == "service-unstable"
        assert hands.ran == [(("kill", "-KILL", "10"), "x")]


def test_what_has_nothing_to_look_at_is_skipped_and_does_not_count() -> None:
    probe = NotApplicable("nginx.port", "t", "there is no nginx here")
    assert (probe.observe(fake()).outcome, probe.observe(fake()).because) == ("skipped", "there is no nginx here")
    assert not probe.counts
