"""Every probe and trial of the guide is turned by a fault that it is there to find, and by no other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.machine.bench import Bench, Shown, Subject, judge
from tests.machine.biomaid import ANSWERS_TEXT, BINDS, finished_layer, verify
from tests.machine.faults import FAULTS, WITHOUT_FAULT
from tests.machine.faults.fault import PREPARES, WAITS, WAITS_NO_MORE, WORDS, Fault
from tests.machine.field import BIOMAID
from wizard.answers.questions import validate_answers
from wizard.base.toml import loads
from wizard.guide import Circumstances
from wizard.guides.registry import guides
from wizard.host.facts import Facts

SUBJECT = Subject(
    *("biomaid", finished_layer, BINDS, verify, WORDS, PREPARES, WAITS, WAITS_NO_MORE),
    cleans="rm -rf $home/away",
)


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
    assert {name for name, one in bench.whole.items() if one[0] != "passed"} <= {
        "cron.jobs",
        "nginx.media-open",
        "system.updates",
    }


def test_every_probe_and_trial_has_a_fault_or_a_reason() -> None:
    reported = [report.fault for report in BIOMAID]
    turned = {name for fault in (*FAULTS, *reported) for name in fault.turns}
    assert not turned & set(WITHOUT_FAULT)
    assert turned | set(WITHOUT_FAULT) == _ids()
    assert all(WITHOUT_FAULT.values())


def test_every_fault_has_a_name_of_its_own() -> None:
    names = [fault.id for fault in FAULTS]
    assert len(names) == len(set(names))


RED = {"trial": False, "outcome": "failed", "evidence": "seen", "because": "", "cause": {"id": "c"}, "remedy": None}
GREEN = {**RED, "outcome": "passed", "cause": None}


@pytest.mark.parametrize(
    "shown",
    [
        {"a.one": GREEN, "a.two": GREEN},
        {"a.one": RED, "a.two": RED},
        {"a.one": {**RED, "outcome": "warning"}, "a.two": GREEN},
        {"a.one": {**RED, "outcome": "crashed"}, "a.two": GREEN},
        {"a.one": {**RED, "cause": {"id": "another"}}, "a.two": GREEN},
        {"a.one": {**RED, "evidence": ""}, "a.two": GREEN},
        {"a.one": RED},
    ],
    ids=["none", "another too", "warning only", "crashed", "another cause", "without words", "one is gone"],
)
def test_a_fault_that_turns_something_else_is_found_out(shown: Shown) -> None:
    fault, before = Fault("f", ("a.one",), "", "", "c"), {"a.one": ("passed", ""), "a.two": ("passed", "")}
    judge(fault, before, {"a.one": RED, "a.two": GREEN})
    with pytest.raises(AssertionError):
        judge(fault, before, shown)


def _ids() -> set[str]:
    guide, facts = guides()["biomaid"], Facts()
    answers = validate_answers(guide.questions(), loads(ANSWERS_TEXT), facts, {"db_password": "-", "secret_key": "-"})
    points = guide.checkpoints(answers, facts, Circumstances())
    probes = {probe.id for point in points for probe in point.probes}
    return probes | {trial.id for point in points for trial in point.trials}


def test_the_score_of_all_faults(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    """Last in the file: how many were made, seen, named and repaired. With some of the faults only, it only says so."""
    score = bench.score
    with capsys.disabled():
        print(f"\n{score.says()}")
    if len(score.made) == len(FAULTS):
        assert len(score.made) >= 60
        assert len(score.detected) == len(score.made)
        assert len(score.named) >= len(score.made) - 3
        assert len(score.repaired) >= len(score.made) * 0.8
