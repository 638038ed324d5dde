"""Writes docs/field.md from the reports: `python -m tests.machine.field.page`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.machine.field import BIOMAID, OMERO_WEB
from tests.machine.field.report import Report

PAGE = Path(__file__).resolve().parents[3] / "docs" / "field.md"

_INTRODUCTION = """# What strangers met

Faults that people reported in public, made again on a test machine, and what `jalon verify` and `jalon fix` said of
each before it was worked on, and say now. Made from `tests/machine/field/`, where each is a test.

In the column *Before*: **green** means that nothing was seen; *false cause* that something else was named; *false* that
`fix` called repaired what was not; *harm* that it broke more.
"""


def page() -> str:
    """The whole page."""
    return "\n".join((_INTRODUCTION, *_part("BiomAid", BIOMAID), *_part("OMERO.web", OMERO_WEB)))


def _part(title: str, reports: Sequence[Report]) -> list[str]:
    seen = sum(report.before.detected for report in reports)
    named = sum(report.before.rightly for report in reports)
    seen_now = sum(bool(report.fault.turns) for report in reports)
    named_now = sum(bool(report.fault.cause) for report in reports)
    head = (
        f"{len(reports)} reports; before: {seen} seen, {named} rightly named; "
        f"now: {seen_now} seen, {named_now} rightly named."
    )
    rows = [
        f"| {_source(report)} | {report.people} | {_before(report)} | {_now(report)} |"
        for report in sorted(reports, key=lambda report: report.fault.id)
    ]
    return [f"## {title}", "", head, "", "| report | people met | before | now |", "|---|---|---|---|", *rows, ""]


def _source(report: Report) -> str:
    return f"[{report.fault.id}]({report.source})" if "://" in report.source else f"{report.fault.id} ({report.source})"


def _before(report: Report) -> str:
    before = report.before
    if not before.detected:
        return "**green**"
    said = f"`{before.cause}`" if before.cause else "no cause"
    return f"{said if before.rightly else f'{said} (*false cause*)' if before.cause else said}; {before.repair}"


def _now(report: Report) -> str:
    fault = report.fault
    if not fault.turns:
        return "**green**"
    repair = f"not repaired: {fault.left}" if fault.left else "repaired"
    return f"{', '.join(fault.turns)}: {f'`{fault.cause}`' if fault.cause else 'no cause'}; {repair}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
