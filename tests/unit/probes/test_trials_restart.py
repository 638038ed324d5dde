from __future__ import annotations

import time
from collections.abc import Sequence

import pytest

from tests.unit.probes.fake import FakeHands, Moving, page
from wizard.base.values import replace
from wizard.changes.change import Failed
from wizard.findings.finding import Finding
from wizard.host.http import Get, Response
from wizard.host.units import Unit, UnitState
from wizard.probes.trials import restart
from wizard.probes.trials.restart import ComesBack

UNIT = "biomaid-instance@demo.service"
TRIAL = ComesBack("service.back", "t", UNIT, "/", "serveur", 80, patience=0.05, after=("service.active",))
PAGE = Get("/", "serveur", 80)
GOING = Response(error="ECONNREFUSED")


def state(pid: int, active: str = "active", restart: str = "on-failure") -> UnitState:
    return UnitState("loaded", active, main_pid=pid, restart=restart)


def tried(
    units: Sequence[UnitState], pages: Sequence[Response], hands: FakeHands | None = None
) -> tuple[Finding, FakeHands]:
    hands = hands or FakeHands()
    return TRIAL.attempt(Moving({Unit(UNIT): units, PAGE: pages}), hands), hands


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)


def test_a_service_that_comes_back_with_its_page() -> None:
    units = (state(10), state(10), state(0, "activating"), state(20))
    finding, hands = tried(units, (page(302), page(502), page(302)))
    assert finding.outcome == "passed"
    assert "process 10 killed; 20 runs" in finding.evidence and "HTTP 302" in finding.evidence
    assert [words for words, _user in hands.ran] == [("kill", "-KILL", "10"), ("systemctl", "reset-failed", UNIT)]
    assert TRIAL.needs == ("service.active",) and UNIT in TRIAL.touches


@pytest.mark.parametrize(("restart", "cause"), [("no", "no-restart"), ("on-failure", "service-not-back")])
def test_one_that_stays_away_is_started_by_hand(restart: str, cause: str) -> None:
    finding, hands = tried((state(10), state(0, "failed", restart)), (page(302),))
    assert finding.outcome == "failed"
    assert finding.cause and finding.cause.id == cause
    assert hands.ran[-1][0] == ("systemctl", "start", UNIT)


def test_restarts_of_its_own_stay_counted() -> None:
    before = replace(state(10), restarts=3)
    finding, hands = tried((before, before, state(20)), (page(302),))
    assert finding.outcome == "passed" and hands.programs == ["kill"]


def test_one_that_starts_again_and_does_not_answer() -> None:
    finding, hands = tried((state(10), state(20)), (page(302), page(502)))
    assert finding.outcome == "failed"
    assert finding.cause and finding.cause.id == "page-not-back"
    assert hands.programs == ["kill"]


@pytest.mark.parametrize(
    ("units", "pages", "cause"),
    [
        ((state(0, "failed"),), (page(502),), "service-not-started"),
        ((state(10),), (page(502),), "page-not-there"),
        ((state(10),), (GOING,), "page-not-there"),
    ],
)
def test_what_does_not_work_before_is_not_killed(
    units: Sequence[UnitState], pages: Sequence[Response], cause: str
) -> None:
    finding, hands = tried(units, pages)
    assert finding.outcome == "failed"
    assert finding.cause and finding.cause.id == cause
    assert not hands.ran


def test_a_process_that_ends_by_itself() -> None:
    hands = FakeHands(lambda words, stdin: Failed("no such process"))
    finding, _hands = tried((state(10),), (page(200),), hands)
    assert finding.cause and finding.cause.id == "service-unstable"


def test_what_is_down_for_good_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restart, "DOWN_FOR_GOOD", 0.01)
    units = (state(10), state(0, "inactive"), state(0, "activating"), state(0, "failed"))
    hands = FakeHands()
    finding = replace(TRIAL, patience=600).attempt(Moving({Unit(UNIT): units, PAGE: (page(302),)}), hands)
    assert finding.cause and finding.cause.id == "service-not-back"
    assert "still failed after 0 s" in finding.evidence
    assert hands.ran[-1][0] == ("systemctl", "start", UNIT)


def test_a_moment_of_being_down_is_not_for_good() -> None:
    units = (state(10), state(0, "inactive"), state(0, "activating"), state(20))
    finding, hands = tried(units, (page(302),))
    assert finding.outcome == "passed" and hands.programs == ["kill", "systemctl"]
