"""Machines for tests: skipped with the reason where none can be had, failed where they must be."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator

import pytest

from tests.machine.machine import Machine

MUST = "JALON_MACHINES_MUST"
"""Set by the test command where machines are to be had: a test that would be skipped there fails."""


def pytest_configure(config: pytest.Config) -> None:
    """Makes known the mark of tests that need more than a machine."""
    config.addinivalue_line("markers", "material: skipped where what it installs cannot be had, machines or not")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turns a skipped machine test into a failed one where machines are to be had."""
    report = yield
    excused = item.get_closest_marker("material") is not None and Machine.why_not() is None
    if report.skipped and not excused and not hasattr(report, "wasxfail") and os.environ.get(MUST):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{MUST} is set, so no machine test may be skipped. {reason}"
    return report


@pytest.fixture(scope="session")
def machines() -> None:
    """What every test that boots a machine asks for first."""
    why = Machine.why_not()
    if why is not None:
        pytest.skip(why)


@pytest.fixture
def new_machine(machines: None) -> Iterator[Callable[..., Machine]]:
    """Boots machines as `Machine.up` does; each one ends with the test."""
    booted: list[Machine] = []

    def up(**options: object) -> Machine:
        machine = Machine.up(**options)  # type: ignore[arg-type]
        booted.append(machine)
        return machine

    yield up
    for machine in booted:
        machine.down()


@pytest.fixture
def machine(new_machine: Callable[..., Machine]) -> Machine:
    """One fresh Debian 12, booted."""
    return new_machine()
