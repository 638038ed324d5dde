"""Reports about: is what was repaired repaired."""

from __future__ import annotations

from tests.machine.faults.fault import Fault
from tests.machine.field.report import Before, Report

_OF_SERVICE = ("service.socket", "service.workers", "service.page")
_OF_DATABASE = (
    *("database.role", "database.owner", "database.login"),
    *("migrate.applied", "migrate.owner", "migrate.account"),
)
_KEY = "/etc/ssl/private/ssl-cert-snakeoil.key"

REPORTS: tuple[Report, ...] = (
    Report(
        Fault(
            "crash-loop",
            ("service.active",),
            "systemctl stop $unit; rm -f $home/biomaid.sock; runuser -u demo -- touch $home/biomaid.sock; dies",
            "rm -f $home/biomaid.sock; lives",
            "unit-failed",
            also=_OF_SERVICE,
            left="what lies in the socket's place may be somebody's",
        ),
        "https://github.com/benoitc/gunicorn/issues/1318",
        "a file stands where the socket should be: gunicorn ends and is started again, for ever",
        Before(detected=True, cause="unit-failed", rightly=True, repair="left"),
    ),
    Report(
        Fault(
            "database-down",
            ("system.cluster",),
            f"chmod 0644 {_KEY}; restart postgresql@15-main || true; "
            "keep $settings; echo 'raise ValueError(1)' >>$settings; dies",
            f"chmod 0640 {_KEY}; restart postgresql@15-main; back $settings; lives",
            "postgresql-key-refused",
            also=("service.active", *_OF_SERVICE, *_OF_DATABASE),
            tidies="lives",
        ),
        "review",
        "the database is down, and so is the service: a repair runs migrations without a database",
        Before(detected=True, cause="postgresql-not-running", rightly=False, repair="left"),
    ),
)
"""In the order of their names."""
