"""What goes wrong with OMERO.web is seen, rightly named and repaired; among it what its users report."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.machine.bench import Bench, Subject
from tests.machine.biomaid import BINDS
from tests.machine.faults.fault import Fault
from tests.machine.faults.omero_web import FAULTS, PREPARES, WAITS, WAITS_NO_MORE, WORDS
from tests.machine.omero_web import GUIDE, finished_layer, verify

SUBJECT = Subject(GUIDE, finished_layer, BINDS, verify, WORDS, PREPARES, WAITS, WAITS_NO_MORE)


@pytest.fixture(scope="module")
def bench(machines: None) -> Iterator[Bench]:
    """One machine for all faults, each of which is mended before the next."""
    made = Bench(SUBJECT)
    yield made
    made.discard()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)
def test_a_fault_turns_what_it_should_and_nothing_else(bench: Bench, fault: Fault) -> None:
    bench.test(fault)


def test_the_instance_is_green_before(bench: Bench) -> None:
    bench.machine  # noqa: B018
    assert {name for name, one in bench.whole.items() if one[0] != "passed"} <= {"system.resources"}


def test_every_fault_has_a_name_of_its_own() -> None:
    names = [fault.id for fault in FAULTS]
    assert len(names) == len(set(names)) >= 25


def test_the_score_of_all_faults(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    """Last in the file: how many were made, seen, named and repaired. With some of the faults only, it only says so."""
    score = bench.score
    with capsys.disabled():
        print(f"\n{score.says()}")
    if len(score.made) == len(FAULTS):
        assert len(score.detected) == len(score.made)
        assert len(score.named) >= len(score.made) - 3
        assert len(score.repaired) >= len(score.made) * 0.8
