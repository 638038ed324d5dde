"""Faults of the account, its role and its database."""

from __future__ import annotations

from tests.machine.faults.fault import Fault

USER = (
    Fault(
        "account-with-another-home",
        ("user.account",),
        "sed -i '/^demo:/s#:/home/demo:#:/srv/demo:#' /etc/passwd",
        "sed -i '/^demo:/s#:/srv/demo:#:/home/demo:#' /etc/passwd",
        "account-other-home",
        also=("user.home", "environment.poetry", "cron.lines"),
        left="whose home that is, and what is in it, is not known",
    ),
    Fault(
        "account-removed",
        ("user.account",),
        "edit /etc/passwd '/^demo:/d'",
        "back /etc/passwd",
        "account-missing",
        also=(
            *("user.home", "code.clean", "code.media", "code.log", "migrate.log"),
            *("settings.mode", "environment.poetry", "cron.lines"),
            *("service.socket", "service.workers"),
        ),
    ),
    Fault(
        "home-closed",
        ("user.home",),
        "chmod 0700 $home",
        "chmod 0750 $home",
        "home-not-traversable",
        also=("nginx.logo", "service.page"),
    ),
    Fault(
        "home-writable-by-all",
        ("user.home",),
        "chmod 0757 $home",
        "chmod 0750 $home",
        "home-world-writable",
    ),
    Fault(
        "home-of-another-group",
        ("user.home",),
        "chgrp nogroup $home",
        "chgrp demo $home",
        "home-other-group",
        also=("nginx.logo", "service.page"),
    ),
)

# What is inside the database is told by its role alone.
INSIDE = ("migrate.applied", "migrate.owner", "migrate.account")

DATABASE = (
    Fault(
        "role-without-createdb",
        ("database.role",),
        "sql 'ALTER ROLE demo_user NOCREATEDB'",
        "sql 'ALTER ROLE demo_user CREATEDB'",
        "role-without-createdb",
    ),
    Fault(
        "role-renamed",
        ("database.role",),
        "sql 'ALTER ROLE demo_user RENAME TO lost_user'",
        "sql 'ALTER ROLE lost_user RENAME TO demo_user'; served",
        "role-missing",
        tidies="sql 'DROP ROLE lost_user'; served",
        also=("database.owner", "database.login", "migrate.applied", "migrate.owner", "migrate.account"),
    ),
    Fault(
        "role-may-not-log-in",
        ("database.role",),
        "sql 'ALTER ROLE demo_user NOLOGIN'",
        "sql 'ALTER ROLE demo_user LOGIN'; served",
        "role-cannot-log-in",
        also=("database.login", *INSIDE),
    ),
    Fault(
        "database-of-another-owner",
        ("database.owner",),
        "sql 'ALTER DATABASE demo_db OWNER TO postgres'",
        "sql 'ALTER DATABASE demo_db OWNER TO demo_user'",
        "database-other-owner",
        also=("database.login", "migrate.applied", "migrate.owner", "migrate.account"),
    ),
    Fault(
        "password-changed",
        ("database.login",),
        "sql \"SELECT rolpassword FROM pg_authid WHERE rolname = 'demo_user'\" >/root/verifier; "
        "sql \"ALTER ROLE demo_user PASSWORD 'another'\"",
        "sql \"ALTER ROLE demo_user PASSWORD '$(cat /root/verifier)'\"; served",
        "database-password-wrong",
        left="a password that a person changed is not put back",
        also=INSIDE,
    ),
    Fault(
        "role-limited",
        ("database.login",),
        "sql 'ALTER ROLE demo_user CONNECTION LIMIT 0'",
        "sql 'ALTER ROLE demo_user CONNECTION LIMIT -1'; served",
        "role-connection-limit",
        also=(*INSIDE, "database.role"),
    ),
    Fault(
        "connect-revoked",
        ("database.login",),
        "sql 'REVOKE CONNECT ON DATABASE demo_db FROM demo_user'",
        "sql 'GRANT CONNECT ON DATABASE demo_db TO demo_user'; served",
        "connect-not-granted",
        also=INSIDE,
    ),
    Fault(
        "database-open-to-all",
        ("database.owner",),
        "sql 'GRANT CONNECT ON DATABASE demo_db TO PUBLIC'",
        "sql 'REVOKE CONNECT ON DATABASE demo_db FROM PUBLIC'",
        "database-open-to-all",
        outcome="warning",
    ),
    Fault(
        "pg-hba-rejects",
        ("database.login",),
        "keep /etc/postgresql/15/main/pg_hba.conf; sed -i '1i host all demo_user 0.0.0.0/0 reject' "
        "/etc/postgresql/15/main/pg_hba.conf; sed -i '1i host all demo_user ::0/0 reject' "
        "/etc/postgresql/15/main/pg_hba.conf; systemctl reload postgresql@15-main.service; sleep 0.5",
        "back /etc/postgresql/15/main/pg_hba.conf; systemctl reload postgresql@15-main.service; sleep 0.5; served",
        "pg-hba-refuses",
        left="who may log in from where is the administrator's to say",
        also=INSIDE,
    ),
    Fault(
        "schema-closed",
        ("database.login",),
        "sql 'ALTER SCHEMA public OWNER TO postgres'",
        "sql 'ALTER SCHEMA public OWNER TO pg_database_owner'",
        "schema-not-writable",
        also=INSIDE,
    ),
)
