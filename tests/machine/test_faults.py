"""Every probe and trial of the guide is turned by a fault that it is there to find, and by no other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any

import pytest

from tests.machine.biomaid import ANSWERS_TEXT, BINDS, findings, finished_layer, verify
from tests.machine.faults import FAULTS, WITHOUT_FAULT
from tests.machine.faults.fault import PREPARES, WAITS, WAITS_NO_MORE, WORDS, Fault
from tests.machine.machine import Machine
from tests.machine.repairs import fix, told
from wizard.answers import settle
from wizard.guides import guides
from wizard.host.facts import Facts
from wizard.toml import loads

PLACE = "/root/words.sh"
Shown = dict[str, dict[str, Any]]
Seen = dict[str, tuple[str, str]]
"""The outcome of each probe and trial, with its cause; of trials that were only remembered, without."""


@dataclass
class Score:
    """What came of the faults that were made in this run."""

    made: list[str] = field(default_factory=list)
    detected: list[str] = field(default_factory=list)
    named: list[str] = field(default_factory=list)
    repaired: list[str] = field(default_factory=list)

    def says(self) -> str:
        """In one line."""
        counts = {one.name: len(getattr(self, one.name)) for one in fields(self)}
        return "faults: " + ", ".join(f"{count} {name}" for name, count in counts.items())


SCORE = Score()


class Bench:
    """One instance on one machine, and what is seen of it while it is whole."""

    def __init__(self) -> None:
        self._machine: Machine | None = None
        self.whole: Seen = {}

    @property
    def machine(self) -> Machine:
        """The machine; a fresh one where there is none, or where the last was not mended."""
        if self._machine is None:
            self._machine = Machine.up(layer=finished_layer(), binds=BINDS)
            try:
                self._machine.write(PLACE, WORDS)
                self.sh(PREPARES)
                self.whole = seen(self.look())
            except BaseException:
                self.discard()
                raise
        return self._machine

    def sh(self, script: str) -> None:
        """Runs a script of the faults."""
        self.machine.sh(f". {PLACE}\n{script}", timeout=90)

    def look(self, *words: str) -> Shown:
        """The findings of a verification."""
        return findings(verify(self.machine, *words)[1])

    def discard(self) -> None:
        """Ends the machine."""
        machine, self._machine = self._machine, None
        if machine is not None:
            machine.down()


@pytest.fixture(scope="module")
def bench(machines: None) -> Iterator[Bench]:
    """One machine for all faults, each of which is mended before the next."""
    made = Bench()
    yield made
    made.discard()


def seen(shown: Shown) -> Seen:
    """Outcomes and causes."""
    return {name: (one["outcome"], (one["cause"] or {}).get("id", "")) for name, one in shown.items()}


def changed(before: Seen, after: Seen) -> Seen:
    """What is not as before."""
    return {name: after.get(name, ("gone", "")) for name in {*before, *after} if before.get(name) != after.get(name)}


def broken(bench: Bench, fault: Fault) -> Shown:
    """What is seen of the whole guide, with the trials of the fault's checkpoint where they are asked for."""
    tried = bench.look("--only", fault.checkpoint, "--trials") if fault.trials else {}
    return {**bench.look(), **tried}


def mended(bench: Bench, fault: Fault) -> Seen:
    """What is seen afterwards; the trials are made again, so that what is remembered of them is green too."""
    if fault.trials:
        bench.look("--only", fault.checkpoint, "--trials")
    return seen(bench.look())


def judge(fault: Fault, before: Seen, shown: Shown) -> None:
    """Fails unless the fault turned what it should, for its own cause, in words, and nothing else."""
    after = seen(shown)
    found = changed(before, after)
    told = "\n".join(f"{name}: {after.get(name)} {shown.get(name, {}).get('evidence')}" for name in sorted(found))
    assert set(found) == {*fault.turns, *fault.also}, told
    for name in fault.turns:
        assert found[name] == (fault.outcome, fault.cause), told
    for name in found:
        one = shown[name]
        assert one["outcome"] in ("failed", "warned", "skipped", "unknown"), told
        assert one["because"] if one["outcome"] in ("skipped", "unknown") else one["evidence"], told
        assert one["outcome"] != "failed" or one["cause"] or one["remedy"], told


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)
def test_a_fault_turns_what_it_should_and_nothing_else(bench: Bench, fault: Fault) -> None:
    try:
        bench.machine  # noqa: B018
        before = bench.whole
        if fault.waiting:
            bench.sh(WAITS)
            before = seen(bench.look())
        bench.sh(fault.breaks)
        SCORE.made.append(fault.id)
        shown = broken(bench, fault)
        count(fault, before, shown)
        spared = {name for name, one in before.items() if one[0] == "warned"} - {*fault.turns}
        after, events = repaired(bench, fault, before, spared)
        if fault.waiting:
            bench.sh(WAITS_NO_MORE)
        assert not changed(bench.whole, mended(bench, fault))
    except BaseException:
        # The next test must not find what this one has left.
        bench.discard()
        raise
    judge(fault, before, shown)
    # Whatever was broken with it may stay; what the fault turned must be as it was.
    left = {name: after[name] for name in fault.turns if after[name] != before[name]}
    assert bool(left) == bool(fault.left), told(events)


def count(fault: Fault, before: Seen, shown: Shown) -> None:
    """Counts whether it was seen, and by its right name."""
    after = seen(shown)
    if any(after.get(name) != before.get(name) for name in fault.turns):
        SCORE.detected.append(fault.id)
    if all(after.get(name) == (fault.outcome, fault.cause) for name in fault.turns):
        SCORE.named.append(fault.id)


def repaired(bench: Bench, fault: Fault, before: Seen, spared: set[str]) -> tuple[Seen, list[dict[str, Any]]]:
    """What is seen after `jalon fix`, with its events; the fault is mended by hand where that did not do."""
    status, events = fix(bench.machine, spared)
    verified, report = verify(bench.machine)
    assert status == verified, told(events)
    after = seen(findings(report))
    whole = not changed(before, after)
    if whole:
        SCORE.repaired.append(fault.id)
        bench.sh(fault.tidies or ":")
        bench.sh("rm -rf $home/away")
    else:
        bench.sh(fault.mends)
    return after, events


def test_the_instance_is_green_before(bench: Bench) -> None:
    bench.machine  # noqa: B018
    assert {name for name, one in bench.whole.items() if one[0] != "passed"} <= {"cron.jobs", "system.updates"}


def test_every_probe_and_trial_has_a_fault_or_a_reason() -> None:
    turned = {name for fault in FAULTS for name in fault.turns}
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
        {"a.one": {**RED, "outcome": "warned"}, "a.two": GREEN},
        {"a.one": {**RED, "outcome": "crashed"}, "a.two": GREEN},
        {"a.one": {**RED, "cause": {"id": "another"}}, "a.two": GREEN},
        {"a.one": {**RED, "evidence": ""}, "a.two": GREEN},
        {"a.one": RED},
    ],
    ids=["none", "another too", "warned only", "crashed", "another cause", "without words", "one is gone"],
)
def test_a_fault_that_turns_something_else_is_found_out(shown: Shown) -> None:
    fault, before = Fault("f", ("a.one",), "", "", "c"), {"a.one": ("passed", ""), "a.two": ("passed", "")}
    judge(fault, before, {"a.one": RED, "a.two": GREEN})
    with pytest.raises(AssertionError):
        judge(fault, before, shown)


def _ids() -> set[str]:
    guide, facts = guides()["biomaid"], Facts()
    answers = settle(guide.questions(), loads(ANSWERS_TEXT), facts, {"db_password": "-", "secret_key": "-"})
    points = guide.checkpoints(answers, facts)
    probes = {probe.id for point in points for probe in point.probes}
    return probes | {trial.id for point in points for trial in point.trials}


def test_the_score_of_all_faults(capsys: pytest.CaptureFixture[str]) -> None:
    """Last in the file: how many were made, seen, named and repaired. With some of the faults only, it only says so."""
    with capsys.disabled():
        print(f"\n{SCORE.says()}")
        for name, one in (("named", SCORE.named), ("repaired", SCORE.repaired)):
            print(f"not {name}: {', '.join(fault for fault in SCORE.made if fault not in one) or '-'}")
    if len(SCORE.made) == len(FAULTS):
        assert len(SCORE.made) >= 60
        assert len(SCORE.detected) == len(SCORE.made)
        assert len(SCORE.named) >= len(SCORE.made) - 3
        assert len(SCORE.repaired) >= len(SCORE.made) * 0.8
