"""Reports of strangers, by guide and kind, each made again on a machine."""

from __future__ import annotations

from tests.machine.field import (
    access,
    browser,
    cron,
    database,
    died,
    in_use,
    next_start,
    omero_web,
    outside,
    readers,
    repairs,
    same_data,
    writing,
)
from tests.machine.field.report import Report

BIOMAID: tuple[Report, ...] = (
    *access.REPORTS,
    *cron.REPORTS,
    *writing.REPORTS,
    *browser.REPORTS,
    *outside.REPORTS,
    *next_start.REPORTS,
    *in_use.REPORTS,
    *database.REPORTS,
    *same_data.REPORTS,
    *died.REPORTS,
    *repairs.REPORTS,
    *readers.REPORTS,
)
"""About an instance of a Django application behind gunicorn and nginx, with PostgreSQL and cron."""

OMERO_WEB: tuple[Report, ...] = omero_web.REPORTS
"""About OMERO.web."""
