"""Reports about: may a process read, write or pass there."""

from __future__ import annotations

from tests.machine.field.report import Report

REPORTS: tuple[Report, ...] = ()
"""In the order of their names."""
