"""What strangers met with OMERO.web, made again: seen, rightly named, never made worse."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.machine.bench import Bench
from tests.machine.field import OMERO_WEB
from tests.machine.field.report import Report
from tests.machine.test_faults_omero_web import SUBJECT


@pytest.fixture(scope="module")
def bench(machines: None) -> Iterator[Bench]:
    """One machine for all reports, each of which is mended before the next."""
    made = Bench(SUBJECT)
    yield made
    made.discard()


@pytest.mark.parametrize("report", OMERO_WEB, ids=lambda report: report.fault.id)
def test_what_is_reported_is_seen_and_named(bench: Bench, report: Report) -> None:
    bench.test(report.fault)
