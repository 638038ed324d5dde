"""The page about the reports of strangers says what their tests hold."""

from __future__ import annotations

import pytest

from tests.machine.field import BIOMAID, OMERO_WEB
from tests.machine.field.page import PAGE, page
from tests.machine.field.report import Report


def test_the_page_is_made_from_the_reports() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.machine.field.page"


@pytest.mark.parametrize("reports", [BIOMAID, OMERO_WEB], ids=["biomaid", "omero-web"])
def test_every_report_is_another_and_says_what_was_met(reports: tuple[Report, ...]) -> None:
    names = [report.fault.id for report in reports]
    assert len(names) == len(set(names))
    assert all(report.source and report.people and "|" not in report.people for report in reports)
