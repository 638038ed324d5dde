"""Faults of a BiomAid instance: how each is made, what it turns red, and how it is mended."""

from __future__ import annotations

from tests.machine.faults.account import DATABASE, USER
from tests.machine.faults.code import CODE, ENVIRONMENT, LOCAL
from tests.machine.faults.nginx import NGINX
from tests.machine.faults.service import SERVICE
from tests.machine.faults.settings import MIGRATE, SETTINGS, STATIC
from tests.machine.faults.system import SYSTEM
from tests.machine.faults.upkeep import BACKUP, CRON

FAULTS = (
    *SYSTEM,
    *USER,
    *DATABASE,
    *CODE,
    *ENVIRONMENT,
    *LOCAL,
    *SETTINGS,
    *MIGRATE,
    *STATIC,
    *NGINX,
    *SERVICE,
    *CRON,
    *BACKUP,
)
"""Every fault, in the order of the checkpoints."""

WITHOUT_FAULT: dict[str, str] = {
    "nginx.media-open": "it warns on every machine: as the document has it, attachments are served to everybody",
    "service.timeout": "the document's gunicorn has threads: a report of OMERO.web turns it",
}
"""Ids of probes and trials that no fault of a test machine turns, each with the reason."""
