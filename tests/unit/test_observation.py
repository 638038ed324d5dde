"""Probing: what depends on what, what cannot be known, and what is wrong with a probe itself."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.unit.probes.fake import FakeHands
from tests.unit.support import bare
from tests.unit.walking import Proves, Sees, raising, sees
from wizard.changes.change import Failed
from wizard.findings.finding import CRASHED, FAILED, PASSED, SKIPPED, UNKNOWN, WARNING, Finding, failed, passed
from wizard.host.bare import BareHost
from wizard.host.facts import Facts
from wizard.host.files import Content
from wizard.host.live import Live
from wizard.host.packages import Package
from wizard.host.reading import Host, NotKnown, Reading, Unknown
from wizard.walk.events import Observed
from wizard.walk.observation import attempt, expect_reads, observe


def known(outcome: str) -> dict[str, Observed]:
    """A probe `a` with that outcome."""
    return {"a": Observed(sees("a"), Finding(outcome))}


def test_it_is_timed() -> None:
    found = observe(sees("b"), bare(), {})
    assert found.finding == passed("fine")
    assert found.seconds >= 0
    assert found.when > 1e9
    assert not found.trial


@pytest.mark.parametrize("outcome", [PASSED, WARNING])
def test_what_it_needs_is_green(outcome: str) -> None:
    assert observe(sees("b", after=("a",)), bare(), known(outcome)).finding.outcome == PASSED


@pytest.mark.parametrize("outcome", [FAILED, CRASHED, SKIPPED])
def test_what_it_needs_is_not(outcome: str) -> None:
    probe = sees("b", raising(AssertionError("asked all the same")), after=("a",))
    found = observe(probe, bare(), known(outcome)).finding
    assert found.outcome == SKIPPED
    assert "depends on a" in found.because


def test_what_it_needs_cannot_be_seen_but_it_can() -> None:
    assert observe(sees("b", after=("a",)), bare(), known(UNKNOWN)).finding.outcome == PASSED


def test_what_it_needs_was_not_looked_at() -> None:
    """`--only` leaves others out."""
    assert observe(sees("b", after=("a",)), bare(), {}).finding.outcome == PASSED


def test_what_cannot_be_known_says_why_and_what_it_needs() -> None:
    found = observe(sees("b", raising(NotKnown(Unknown("closed", "root")))), bare(), {}).finding
    assert (found.outcome, found.evidence, found.because) == (UNKNOWN, "closed", "needs root")


@pytest.mark.parametrize("error", [ValueError("odd"), ZeroDivisionError(), KeyError("x"), RecursionError()])
def test_a_probe_that_is_wrong_itself_crashes_and_nothing_else_does(error: Exception) -> None:
    found = observe(sees("b", raising(error)), bare(), {}).finding
    assert found.outcome == CRASHED
    assert type(error).__name__ in found.evidence
    assert "line" in found.evidence


def test_an_interruption_is_none_of_its_business() -> None:
    with pytest.raises(KeyboardInterrupt):
        observe(sees("b", raising(KeyboardInterrupt())), bare(), {})


class TestTrials:
    def test_one_is_made(self) -> None:
        found = attempt(Proves("t", "a trial"), Live(facts=Facts()), FakeHands(), {})
        assert found.finding == passed("proven")
        assert found.trial

    def test_one_that_depends_on_something_red_is_not(self) -> None:
        def never(host: Host, hands: object) -> Finding:
            raise AssertionError

        found = attempt(Proves("t", "a trial", never, ("a",)), Live(facts=Facts()), FakeHands(), known(FAILED))
        assert found.finding.outcome == SKIPPED

    def test_what_could_not_be_done_is_red_in_words(self) -> None:
        def act(host: Host, hands: object) -> Finding:
            raise Failed("the disk is full", output="x")

        found = attempt(Proves("t", "a trial", act), Live(facts=Facts()), FakeHands(), {}).finding
        assert (found.outcome, found.evidence) == (FAILED, "the disk is full")

    def test_one_that_is_wrong_itself_crashes(self) -> None:
        def act(host: Host, hands: object) -> Finding:
            raise ValueError("odd")

        assert attempt(Proves("t", "a", act), Live(facts=Facts()), FakeHands(), {}).finding.outcome == CRASHED

    def test_what_was_read_before_is_forgotten(self, tmp_path: Path) -> None:
        host, path = Live(facts=Facts()), tmp_path / "file"
        host.read(Content(str(path)))
        path.write_bytes(b"before")

        def act(host: Host, hands: object) -> Finding:
            assert host.read(Content(str(path))) == b"before"
            path.write_bytes(b"after")
            return failed("x")

        attempt(Proves("t", "a trial", act), host, FakeHands(), {})
        assert host.read(Content(str(path))) == b"after"


class Reads(Sees):
    """A probe that reads the package of its name."""

    def reads(self) -> list[Package]:
        """One."""
        return [Package(self.id)]


class Told(BareHost):
    """A host that notes what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[Reading[Any]] = []

    def expect(self, readings: Iterable[Reading[Any]]) -> None:
        """Notes it."""
        self.told.extend(readings)


def test_what_probes_will_read_is_told() -> None:
    host = Told()
    expect_reads([Reads("a", "a"), Reads("b", "b")], host)
    assert host.told == [Package("a"), Package("b")]
