"""Reports about: can people write."""

from __future__ import annotations

from tests.machine.faults.fault import Fault
from tests.machine.field.report import Before, Report

INSIDE = ("migrate.applied", "migrate.owner", "migrate.account")
GREEN = Before(detected=False, cause="", rightly=False, repair="left")

REPORTS: tuple[Report, ...] = (
    Report(
        Fault(
            "db-readonly",
            ("database.login",),
            "sql 'ALTER DATABASE demo_db SET default_transaction_read_only = on'",
            "runuser -u postgres -- psql -qc 'ALTER DATABASE demo_db RESET default_transaction_read_only'; serves",
            "database-read-only",
            also=INSIDE,
        ),
        source="review",
        people="Every sign-in answers 500, while the sign-in page looks as ever.",
        before=GREEN,
    ),
    Report(
        Fault(
            "role-readonly",
            ("database.login",),
            "sql 'ALTER ROLE demo_user SET default_transaction_read_only = on'",
            "sql 'ALTER ROLE demo_user RESET default_transaction_read_only'; serves",
            "database-read-only",
            also=INSIDE,
        ),
        source="https://github.com/jhu-bids/TermHub/issues/404",
        people="Nothing can be inserted or deleted any more, and nobody knows why.",
        before=GREEN,
    ),
    Report(
        Fault(
            "standby",
            ("database.login",),
            "systemctl stop postgresql@15-main; touch /var/lib/postgresql/15/main/standby.signal; "
            "chown postgres: /var/lib/postgresql/15/main/standby.signal; systemctl start postgresql@15-main; serves",
            "runuser -u postgres -- pg_ctlcluster 15 main promote; serves",
            "database-standby",
            also=INSIDE,
            left="which of two servers is the right one is a person's to say",
        ),
        source="https://github.com/netbox-community/netbox/issues/3118",
        people="The login page of a hot standby arrives, and signing in fails.",
        before=GREEN,
    ),
)
"""In the order of their names."""
