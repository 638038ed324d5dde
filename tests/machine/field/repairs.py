"""Reports about: what a repair did."""

from __future__ import annotations

from tests.machine.field.report import Report

REPORTS: tuple[Report, ...] = ()
"""In the order of their names."""
