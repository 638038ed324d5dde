"""Reports about: what is really so in the database."""

from __future__ import annotations

from tests.machine.field.report import Report

REPORTS: tuple[Report, ...] = ()
"""In the order of their names."""
