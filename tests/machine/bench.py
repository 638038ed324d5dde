"""One instance on one machine on which faults are made, one after the other, and what is seen of each."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from tests.machine.biomaid import findings
from tests.machine.faults.fault import Fault
from tests.machine.machine import Machine
from tests.machine.repairs import fix, told
from wizard.base.values import Value

PLACE = "/root/words.sh"
SETTLING = 10
"""How often it is looked again, a second apart, before what is not as it was is believed."""
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
        """In one line, then what was not named and not repaired."""
        counts = {one.name: len(getattr(self, one.name)) for one in fields(self)}
        lines = ["faults: " + ", ".join(f"{count} {name}" for name, count in counts.items())]
        for name, one in (("named", self.named), ("repaired", self.repaired)):
            lines.append(f"not {name}: {', '.join(fault for fault in self.made if fault not in one) or '-'}")
        return "\n".join(lines)


class Subject(Value):
    """What is broken: a guide's instance on a layer, how it is verified, and the scripts around its faults."""

    guide: str
    layer: Callable[[], str]
    binds: Sequence[str]
    verify: Callable[..., tuple[int, dict[str, Any]]]
    words: str
    prepares: str
    waits: str = ":"
    waits_no_more: str = ":"
    cleans: str = ":"


class Bench:
    """One instance on one machine, and what is seen of it while it is whole."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.score = Score()
        self._machine: Machine | None = None
        self.whole: Seen = {}

    @property
    def machine(self) -> Machine:
        """The machine; a fresh one where there is none, or where the last was not mended."""
        if self._machine is None:
            self._machine = Machine.up(layer=self.subject.layer(), binds=self.subject.binds)
            try:
                self._machine.write(PLACE, self.subject.words)
                self.sh(self.subject.prepares)
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
        return findings(self.subject.verify(self.machine, *words)[1])

    def discard(self) -> None:
        """Ends the machine."""
        machine, self._machine = self._machine, None
        if machine is not None:
            machine.down()

    def test(self, fault: Fault) -> None:
        """Makes a fault, looks, repairs, and fails unless all of it was as the fault says."""
        try:
            self.machine  # noqa: B018
            before = self.whole
            if fault.waiting:
                self.sh(self.subject.waits)
                before = seen(self.look())
            self.sh(fault.breaks)
            self.score.made.append(fault.id)
            shown = self._broken(fault)
            self._count(fault, before, shown)
            spared = {name for name, one in before.items() if one[0] == "warning"} - {*fault.turns}
            spared |= {*fault.refuses}
            after, events = self._repaired(fault, before, spared)
            if fault.waiting:
                self.sh(self.subject.waits_no_more)
            left_over = self._left_over(fault)
            assert not left_over, (left_over, changed(before, seen(shown)), told(events))
        except BaseException:
            # The next test must not find what this one has left.
            self.discard()
            raise
        judge(fault, before, shown)
        # Whatever was broken with it may stay; what the fault turned must be as it was.
        left = {name: after[name] for name in fault.turns if after[name] != before[name]}
        assert bool(left) == bool(fault.left), told(events)

    def _left_over(self, fault: Fault) -> Seen:
        """What is not as before once it is mended; a service that was just started is given its time."""
        for _again in range(SETTLING):
            if not (found := changed(self.whole, self._mended(fault))):
                break
            time.sleep(1)
        return found

    def _broken(self, fault: Fault) -> Shown:
        """What is seen of the whole guide, with the trials of the fault's checkpoint where they are asked for."""
        tried = self.look("--only", fault.checkpoint, "--trials") if fault.trials else {}
        return {**self.look(), **tried}

    def _mended(self, fault: Fault) -> Seen:
        """What is seen afterwards; the trials are made again, so that what is remembered of them is green too."""
        if fault.trials:
            self.look("--only", fault.checkpoint, "--trials")
        return seen(self.look())

    def _count(self, fault: Fault, before: Seen, shown: Shown) -> None:
        """Counts whether it was seen, and by its right name."""
        after = seen(shown)
        if any(after.get(name) != before.get(name) for name in fault.turns):
            self.score.detected.append(fault.id)
        if all(after.get(name) == (fault.outcome, fault.cause) for name in fault.turns):
            self.score.named.append(fault.id)

    def _repaired(self, fault: Fault, before: Seen, spared: set[str]) -> tuple[Seen, list[dict[str, Any]]]:
        """What is seen after `jalon fix`, with its events; the fault is mended by hand where that did not do."""
        status, events = fix(self.machine, spared, guide=self.subject.guide)
        verified, report = self.subject.verify(self.machine)
        assert status == verified, told(events)
        after = seen(findings(report))
        if not changed(before, after):
            self.score.repaired.append(fault.id)
            self.sh(fault.tidies or ":")
            self.sh(self.subject.cleans)
        else:
            self.sh(fault.mends)
        return after, events


def seen(shown: Shown) -> Seen:
    """Outcomes and causes."""
    return {name: (one["outcome"], (one["cause"] or {}).get("id", "")) for name, one in shown.items()}


def changed(before: Seen, after: Seen) -> Seen:
    """What is not as before."""
    return {name: after.get(name, ("gone", "")) for name in {*before, *after} if before.get(name) != after.get(name)}


def judge(fault: Fault, before: Seen, shown: Shown) -> None:
    """Fails unless the fault turned what it should, for its own cause, in words, and nothing else."""
    after = seen(shown)
    found = changed(before, after)
    told = "\n".join(
        f"{name}: {after.get(name)} {shown.get(name, {}).get('evidence')} {shown.get(name, {}).get('cause')}"
        for name in sorted(found)
    )
    assert set(found) == {*fault.turns, *fault.also}, told
    for name in fault.turns:
        assert found[name] == (fault.outcome, fault.cause), told
    for name in found:
        one = shown[name]
        assert one["outcome"] in ("failed", "warning", "skipped", "unknown"), told
        assert one["because"] if one["outcome"] == "skipped" else one["evidence"] or one["because"], told
        assert one["outcome"] != "failed" or one["cause"] or one["remedy"], told
