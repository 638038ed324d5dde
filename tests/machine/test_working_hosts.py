"""Nothing that serves is red, however it was made."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from tests.machine.bench import Bench
from tests.machine.biomaid import signal_to
from tests.machine.field.working import HOSTS, STRANGE, Working
from tests.machine.test_faults import SUBJECT
from wizard.base.values import replace

FEWEST = 40
"""Probes that must have been looked at, and be green or warnings: a host of which nothing is said is not judged."""
BUSY_LOOKS = 20


@pytest.fixture(scope="module")
def bench(machines: None) -> Iterator[Bench]:
    """One machine for all hosts, each of which is undone before the next."""
    made = Bench(replace(SUBJECT, words=f"{SUBJECT.words}\n{STRANGE}"))
    yield made
    made.discard()


@pytest.mark.parametrize("working", HOSTS, ids=lambda working: working.id)
def test_a_host_that_serves_is_not_red(bench: Bench, working: Working) -> None:
    bench.machine  # noqa: B018
    try:
        bench.sh(working.makes)
        bench.sh(working.serves)
        shown = bench.look()
        bench.sh(working.undoes)
    except BaseException:
        # The next test must not find what this one has left.
        bench.discard()
        raise
    red = {name: one for name, one in shown.items() if one["outcome"] in ("failed", "crashed")}
    assert not red, "\n".join(f"{name}: {one['outcome']} {one['evidence']} {one['cause']}" for name, one in red.items())
    assert sum(one["outcome"] in ("passed", "warning") for one in shown.values()) >= FEWEST


def test_a_busy_host_is_not_red(bench: Bench) -> None:
    """Others want all processors all the while; what then gets no answer in time is unknown at most."""
    hogs = [bench.machine.popen("sh", "-c", "while :; do :; done") for _number in range(2 * (os.cpu_count() or 1))]
    try:
        for _again in range(BUSY_LOOKS):
            report = bench.look()
            red = {name: one["evidence"] for name, one in report.items() if one["outcome"] in ("failed", "crashed")}
            assert not red
    finally:
        for hog in hogs:
            signal_to(hog, signal.SIGKILL)
            hog.wait()


def test_every_host_has_a_name_of_its_own() -> None:
    names = [working.id for working in HOSTS]
    assert len(names) == len(set(names))
